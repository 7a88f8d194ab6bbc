"""Questions to the register. Whatever opens somebody's identity notes the reading in the audit log, here and nowhere else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, or_, select

from chassis.clock import LOCAL_ZONE
from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from chassis.web.cursors import ROWS_PER_PAGE, Page, page_of
from services.registry.domain import identity
from services.registry.domain.codes import POSITIVE
from services.registry.domain.management import decision_due
from services.registry.law import law
from services.registry.tables import Person, PersonSearchToken, TestResult, UserManagementCase, answers_of

NUMBER_INDEX = "person.id_number"
NAME_INDEX = "person.name"

NEAR_END = timedelta(days=30)
THIS_WEEK = timedelta(days=7)
FULL_RECORD = ("identity",)
IN_A_LIST = ("full_name", "birth_date")


@dataclass(frozen=True, kw_only=True)
class PersonRecord:
    """Somebody as the register knows them: plain columns, and the opened identity in ``identity``."""

    person_id: str
    person_key: str
    sex: str
    birth_year: int | None
    ethnic_group: str
    registered_on: date
    registered_at: datetime
    registered_by: str
    corrected_at: datetime | None
    corrected_by: str | None
    version: int
    state: str
    identity: Mapping[str, Any]

    @property
    def full_name(self) -> str:
        """Return the name as it was given."""
        return str(self.identity["full_name"])

    @property
    def title(self) -> str:
        """Return the name as forms print it."""
        return identity.summary(self.identity)

    @property
    def birth_date(self) -> str:
        """Return "1990-05-01" or "1990"."""
        return str(self.identity["birth_date"])

    @property
    def id_type(self) -> str:
        """Return the kind of papers."""
        return str(self.identity["id_type"])

    @property
    def id_number(self) -> str | None:
        """Return the number of the papers."""
        return self.identity.get("id_number")

    @property
    def no_id_reason(self) -> str | None:
        """Return why there are no papers."""
        return self.identity.get("no_id_reason")

    @property
    def details(self) -> Mapping[str, Any]:
        """Return the answers that are only kept."""
        details: Mapping[str, Any] = self.identity["details"]
        return details

    @property
    def answers(self) -> dict[str, Any]:
        """Return every answer by its name on the form."""
        named = {name: value for name, value in self.identity.items() if name not in {"details", "confirmed_warnings"}}
        return {**self.details, **named, "sex": self.sex, "ethnic_group": self.ethnic_group}


@dataclass(frozen=True, kw_only=True)
class TestRecord:
    """A test with its sealed answers opened."""

    __test__ = False

    row: TestResult
    details: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


@dataclass(frozen=True, kw_only=True)
class CaseRecord:
    """A case with what is sealed opened: who signed, and the answers that are only kept."""

    row: UserManagementCase
    signer_name: str
    closing_signer_name: str | None
    details: Mapping[str, Any]
    closing_details: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


@dataclass(frozen=True, kw_only=True)
class Managed:
    """A line of the list of people under management."""

    case: UserManagementCase
    person: PersonRecord


@dataclass(frozen=True, kw_only=True)
class Duty:
    """What the law asks the police to do for one person, by when and on what ground."""

    kind: str
    person: PersonRecord
    due: datetime | date
    article: str
    test_id: str | None = None
    case_id: str | None = None


# -- people --------------------------------------------------------------------------------------------------------------------


def person_record(uow: UnitOfWork, person_id: str) -> PersonRecord:
    """Return one person, opened; noted as read. Raises NotFound."""
    person = uow.get(Person, person_id)
    return people_opened(uow, [person], FULL_RECORD)[0]


def opened_person(uow: UnitOfWork, person: Person) -> PersonRecord:
    """Return a person that was just written; the write itself is in the audit log."""
    return _opened(uow, person, _states(uow, [person.person_id]).get(person.person_id, "NONE"))


def people_opened(uow: UnitOfWork, people: Sequence[Person], fields: Sequence[str]) -> list[PersonRecord]:
    """Open several people and note each as read."""
    states = _states(uow, [person.person_id for person in people])
    for person in people:
        uow.read("person", person.person_id, fields)
    return [_opened(uow, person, states.get(person.person_id, "NONE")) for person in people]


def people(
    uow: UnitOfWork, *, asked: str = "", cursor: str | None = None, limit: int = ROWS_PER_PAGE
) -> Page[PersonRecord]:
    """Return people, the newest first; with ``asked`` those whose number it is, or whose names begin like its words."""
    page = page_of(
        uow.session,
        _named(uow, asked) if asked.strip() else select(Person),
        by=[Person.person_id],  # an identifier begins with its time
        cursor=cursor,
        limit=limit,
        descending=True,
    )
    return Page(people_opened(uow, page.items, IN_A_LIST), page.next)


def count_people(uow: UnitOfWork, asked: str = "") -> int:
    """Return how many people the list holds."""
    statement = _named(uow, asked) if asked.strip() else select(Person)
    return _count(uow, statement)


def person_with_number(uow: UnitOfWork, number: str) -> Person | None:
    """Return the unit's person with this number of papers, still sealed."""
    index = uow.vault.blind_index(NUMBER_INDEX, identity.normalise_number(number))
    return uow.session.scalar(select(Person).where(Person.number_index == index))


def name_tokens(uow: UnitOfWork, *names: object) -> set[str]:
    """Return the blind beginnings by which these names are found."""
    return {token for name in names if name for token in uow.vault.search_tokens(NAME_INDEX, str(name))}


def tokens_of(uow: UnitOfWork, person_id: str) -> list[PersonSearchToken]:
    """Return the stored blind beginnings of somebody's names."""
    return list(uow.session.scalars(select(PersonSearchToken).where(PersonSearchToken.person_id == person_id)))


def number_of(uow: UnitOfWork, person_id: str) -> tuple[str, str | None]:
    """Return kind and number of somebody's papers, for checking a correction against them."""
    person = uow.get(Person, person_id)
    answers = uow.vault.open_answers(*answers_of(person))
    return str(answers["id_type"]), answers.get("id_number")


def _named(uow: UnitOfWork, asked: str) -> Select[Person]:
    statement = select(Person)
    number = identity.normalise_number(asked)
    if any(sign.isdecimal() for sign in number):
        return statement.where(Person.number_index == uow.vault.blind_index(NUMBER_INDEX, number))
    tokens = uow.vault.query_tokens(NAME_INDEX, asked)
    if not tokens:
        return statement.where(Person.person_id.is_(None))
    for token in sorted(tokens):
        has_it = select(PersonSearchToken.person_id).where(
            PersonSearchToken.token == token, PersonSearchToken.unit_code == uow.unit
        )
        statement = statement.where(Person.person_id.in_(has_it))
    return statement


def _opened(uow: UnitOfWork, person: Person, state: str) -> PersonRecord:
    return PersonRecord(
        person_id=person.person_id,
        person_key=person.person_key,
        sex=person.sex,
        birth_year=person.birth_year,
        ethnic_group=person.ethnic_group,
        registered_on=person.registered_on,
        registered_at=person.registered_at,
        registered_by=person.registered_by,
        corrected_at=person.corrected_at,
        corrected_by=person.corrected_by,
        version=person.version,
        state=state,
        identity=uow.vault.open_answers(*answers_of(person)),
    )


def _states(uow: UnitOfWork, person_ids: Sequence[str]) -> dict[str, str]:
    """Derive each person's primary status from the facts; nobody stores it."""
    if not person_ids:
        return {}
    open_case: set[str] = set()
    any_case: set[str] = set()
    rows = select(UserManagementCase.person_id, UserManagementCase.closed_on).where(
        UserManagementCase.person_id.in_(person_ids)
    )
    for person_id, closed_on in uow.session.execute(rows):
        (any_case if closed_on else open_case).add(person_id)
    waiting = set(uow.session.scalars(
        _undecided().where(TestResult.person_id.in_(person_ids)).with_only_columns(TestResult.person_id)
    ))  # fmt: skip
    ranked = (("CLEARED", any_case), ("DETECTED", waiting), ("MANAGED_USER", open_case))
    return {person_id: state for state, ids in ranked for person_id in ids}


# -- tests ---------------------------------------------------------------------------------------------------------------------


def tests_of(uow: UnitOfWork, person_id: str) -> list[TestRecord]:
    """Return somebody's tests, the newest first."""
    rows = uow.session.scalars(
        select(TestResult)
        .where(TestResult.person_id == person_id)
        .order_by(TestResult.taken_at.desc(), TestResult.test_id)
    )
    return [test_record(uow, row) for row in rows]


def test_record(uow: UnitOfWork, row: TestResult) -> TestRecord:
    """Open one test."""
    return TestRecord(row=row, details=uow.vault.open_answers(*answers_of(row)))


def undecided_tests(uow: UnitOfWork, person_id: str) -> list[TestResult]:
    """Return somebody's positive tests without a decision, the newest first."""
    asked = select(TestResult).where(TestResult.person_id == person_id, TestResult.result == POSITIVE, ~_is_used())
    return list(uow.session.scalars(asked.order_by(TestResult.taken_at.desc(), TestResult.test_id)))


def is_used(uow: UnitOfWork, test_id: str) -> bool:
    """Tell whether a decision stands on this test already."""
    return bool(uow.session.scalar(select(exists().where(UserManagementCase.test_id == test_id))))


def _is_used() -> Any:
    return exists().where(UserManagementCase.test_id == TestResult.test_id)


def _undecided() -> Select[TestResult]:
    """Positive tests that ask for a decision: none stands on them, and their person is not managed anyway.

    Use during management asks for a determination first (L120 article 31), which is not this list's business.
    """
    managed = exists().where(
        UserManagementCase.person_id == TestResult.person_id,
        or_(UserManagementCase.closed_on.is_(None), UserManagementCase.decided_on >= TestResult.taken_on),
    )
    return select(TestResult).where(TestResult.result == POSITIVE, ~_is_used(), ~managed)


# -- cases ---------------------------------------------------------------------------------------------------------------------


def open_case_of(uow: UnitOfWork, person_id: str) -> UserManagementCase | None:
    """Return somebody's open case."""
    return uow.session.scalar(
        select(UserManagementCase).where(
            UserManagementCase.person_id == person_id, UserManagementCase.closed_on.is_(None)
        )
    )


def cases_of(uow: UnitOfWork, person_id: str) -> list[CaseRecord]:
    """Return somebody's cases, the newest first, signers opened."""
    rows = uow.session.scalars(
        select(UserManagementCase)
        .where(UserManagementCase.person_id == person_id)
        .order_by(UserManagementCase.decided_on.desc(), UserManagementCase.case_id.desc())
    )
    return [case_record(uow, row) for row in rows]


def case_record(uow: UnitOfWork, row: UserManagementCase) -> CaseRecord:
    """Open one case."""
    answers = uow.vault.open_answers(*answers_of(row))
    return CaseRecord(
        row=row,
        signer_name=str(answers["signer_name"]),
        closing_signer_name=answers.get("closing_signer_name"),
        details=answers["details"],
        closing_details=answers.get("closing_details", {}),
    )


def case_read(uow: UnitOfWork, case_id: str) -> tuple[CaseRecord, PersonRecord]:
    """Return one case and its person, noted as read. Raises NotFound."""
    case = uow.get(UserManagementCase, case_id)
    return case_record(uow, case), person_record(uow, case.person_id)


FILTERS = ("all", "near_end", "overdue", "closed")
SORTS = {"ends_on": (UserManagementCase.ends_on, False), "decided_on": (UserManagementCase.decided_on, True)}


def managed(
    uow: UnitOfWork, *, show: str = "all", sort: str = "ends_on", cursor: str | None = None, limit: int = ROWS_PER_PAGE
) -> Page[Managed]:
    """Return cases with their people: those under management, or one part of them. Raises NotUnderstood."""
    if sort not in SORTS:
        raise NotUnderstood(_("Thứ tự: không có cách xếp này."), field="sort")
    column, descending = SORTS[sort]
    page = page_of(
        uow.session,
        _shown(uow, show),
        by=[column, UserManagementCase.case_id],
        cursor=cursor,
        limit=limit,
        descending=descending,
    )
    return Page([Managed(case=case, person=person) for case, person in _with_people(uow, page.items)], page.next)


def count_managed(uow: UnitOfWork) -> dict[str, int]:
    """Return how many cases each part of the list holds."""
    return {show: _count(uow, _shown(uow, show)) for show in FILTERS}


def _shown(uow: UnitOfWork, show: str) -> Select[UserManagementCase]:
    today = uow.today()
    is_open = UserManagementCase.closed_on.is_(None)
    parts = {
        "all": (is_open,),
        "near_end": (is_open, UserManagementCase.ends_on >= today, UserManagementCase.ends_on <= today + NEAR_END),
        "overdue": (is_open, UserManagementCase.ends_on < today),
        "closed": (UserManagementCase.closed_on.is_not(None),),
    }
    if show not in parts:
        raise NotUnderstood(_("Bộ lọc: không có danh sách này."), field="show")
    return select(UserManagementCase).where(*parts[show])


def _with_people(
    uow: UnitOfWork, cases: Sequence[UserManagementCase]
) -> Iterable[tuple[UserManagementCase, PersonRecord]]:
    known = _people_by_id(uow, {case.person_id for case in cases})
    return [(case, known[case.person_id]) for case in cases]


def _people_by_id(uow: UnitOfWork, person_ids: set[str]) -> dict[str, PersonRecord]:
    rows = list(uow.session.scalars(select(Person).where(Person.person_id.in_(person_ids)).order_by(Person.person_id)))
    return {person.person_id: person for person in people_opened(uow, rows, IN_A_LIST)}


# -- what falls due ------------------------------------------------------------------------------------------------------------


def duties(uow: UnitOfWork, *, person_id: str | None = None, within: timedelta = THIS_WEEK) -> list[Duty]:
    """Return what must be done now or within this time, the most urgent first; computed from the facts at each asking."""
    tests = list(uow.session.scalars(_only(_undecided(), TestResult.person_id, person_id)))
    ending = select(UserManagementCase).where(
        UserManagementCase.closed_on.is_(None), UserManagementCase.ends_on <= uow.today() + within
    )
    cases = list(uow.session.scalars(_only(ending, UserManagementCase.person_id, person_id)))
    people_by_id = _people_by_id(uow, {row.person_id for row in [*tests, *cases]})
    found = [_duty_to_decide(people_by_id, test) for test in _first_of_each(tests)]
    found += [_duty_to_end(people_by_id, case) for case in cases]
    return sorted(found, key=lambda duty: (last_instant(duty.due), duty.person.person_id))


def last_instant(due: datetime | date) -> datetime:
    """Return the instant at which a duty becomes late: a date is due at the end of its day in Việt Nam."""
    if isinstance(due, datetime):
        return due
    return datetime(due.year, due.month, due.day, tzinfo=LOCAL_ZONE) + timedelta(days=1)


def _only(statement: Select[Any], column: Any, person_id: str | None) -> Select[Any]:
    return statement if person_id is None else statement.where(column == person_id)


def _first_of_each(tests: Sequence[TestResult]) -> list[TestResult]:
    """One duty per person: the oldest undecided result began the time."""
    first: dict[str, TestResult] = {}
    for test in sorted(tests, key=lambda test: test.received_at):
        first.setdefault(test.person_id, test)
    return list(first.values())


def _duty_to_decide(people_by_id: Mapping[str, PersonRecord], test: TestResult) -> Duty:
    due, article = decision_due(law(), test.received_at.astimezone(LOCAL_ZONE))
    return Duty(kind="DECIDE", person=people_by_id[test.person_id], due=due, article=article, test_id=test.test_id)


def _duty_to_end(people_by_id: Mapping[str, PersonRecord], case: UserManagementCase) -> Duty:
    article = law().regime_on(case.ends_on).user_management.end.article
    return Duty(
        kind="END", person=people_by_id[case.person_id], due=case.ends_on, article=article, case_id=case.case_id
    )


# -- who recorded --------------------------------------------------------------------------------------------------------------


def recorders(uow: UnitOfWork, account_ids: Iterable[str | None]) -> dict[str | None, str]:
    """Return the display names of accounts of this service."""
    account = uow.tables.accounts.account
    wanted = {account_id for account_id in account_ids if account_id}
    rows = uow.session.execute(
        select(account.c.account_id, account.c.display_name).where(
            account.c.account_id.in_(wanted), account.c.unit_code == uow.unit
        )
    )
    return {row.account_id: row.display_name for row in rows}


def _count(uow: UnitOfWork, statement: Select[Any]) -> int:
    return uow.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
