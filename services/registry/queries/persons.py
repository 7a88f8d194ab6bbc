"""Questions about people. Whatever opens somebody's identity notes the reading in the audit log, here and nowhere else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from chassis.unit_of_work import UnitOfWork
from chassis.web.cursors import ROWS_PER_PAGE, Page, page_of
from services.registry.domain import identity
from services.registry.queries.tests import undecided
from services.registry.tables import Person, PersonSearchToken, TestResult, UserManagementCase, answers_of

NUMBER_INDEX = "person.id_number"
NAME_INDEX = "person.name"

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
    return count_of(uow, statement)


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
        undecided().where(TestResult.person_id.in_(person_ids)).with_only_columns(TestResult.person_id)
    ))  # fmt: skip
    ranked = (("CLEARED", any_case), ("DETECTED", waiting), ("MANAGED_USER", open_case))
    return {person_id: state for state, ids in ranked for person_id in ids}


def people_by_id(uow: UnitOfWork, person_ids: set[str]) -> dict[str, PersonRecord]:
    """Open the people behind some identifiers, for a list; each is noted as read."""
    rows = list(uow.session.scalars(select(Person).where(Person.person_id.in_(person_ids)).order_by(Person.person_id)))
    return {person.person_id: person for person in people_opened(uow, rows, IN_A_LIST)}


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


def count_of(uow: UnitOfWork, statement: Select[Any]) -> int:
    """Return how many rows a question finds."""
    return uow.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
