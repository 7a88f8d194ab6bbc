"""Questions about people. Whatever opens somebody's identity notes the reading in the audit log, here and nowhere else."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from chassis.errors import NotFound, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from chassis.web.cursors import ROWS_PER_PAGE, Page, page_of
from services.registry.domain import identity
from services.registry.domain.access import BY_REFERENCE, OPENED, RESTRICTED, RecordRestricted
from services.registry.permissions import MATRIX, PERMISSIONS
from services.registry.queries.access import Sight, sight_of, sights_of, within
from services.registry.queries.status import NOTHING, states_of
from services.registry.tables import Person, PersonSearchToken, answers_of

BY_REFERENCE_ONLY = frozenset(BY_REFERENCE)
NUMBER_INDEX = "person.id_number"
NAME_INDEX = "person.name"

STILL_OWN = Person.merged_into.is_(None)
"""Whose record was not merged into another one."""

FULL_RECORD = tuple(MATRIX.fields)
FOR_COMPARING = (
    "reference",
    "status",
    "dates",
    "name",
    "birth",
    "sex",
    "number",
    "papers",
    "addresses",
    "contact",
    "family",
)
IN_A_LIST = ("reference", "status", "dates", "name", "birth", "sex")


@dataclass(frozen=True, kw_only=True)
class PersonRecord:
    """Somebody as the acting person may see them: plain columns, and what is open of the identity in ``identity``.

    ``fields`` are the fields of the matrix that are open; what is not stays out, and the name is then the number of the file.
    ``restricted`` says that the record is archived or protected and was not opened.
    """

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
    fields: frozenset[str]
    restricted: bool = False
    opened_by: str | None = None
    merged_into: str | None = None

    def sees(self, name: str) -> bool:
        """Tell whether a field of the matrix is open."""
        return name in self.fields

    def hides(self, answer: str) -> bool:
        """Tell whether an answer belongs to a field that is not open."""
        return MATRIX.field_of(answer) not in self.fields

    @property
    def reference(self) -> str:
        """Return the number by which a file is named where its person is not."""
        number = (
            _("Hồ sơ %(number)s", number=self.person_key[:8].upper()) if self.sees("reference") else _("Hồ sơ không mở")
        )
        return str(_("%(number)s (hạn chế)", number=number) if self.restricted else number)

    @property
    def full_name(self) -> str:
        """Return the name as it was given; the number of the file when the name is not open."""
        return str(self.identity["full_name"]) if "full_name" in self.identity else self.reference

    @property
    def title(self) -> str:
        """Return the name as forms print it; the number of the file when the name is not open."""
        return identity.summary(self.identity) if "full_name" in self.identity else self.reference

    @property
    def birth_date(self) -> str:
        """Return "1990-05-01" or "1990"; nothing when it is not open."""
        return str(self.identity.get("birth_date", ""))

    @property
    def id_type(self) -> str | None:
        """Return the kind of papers."""
        return self.identity.get("id_type")

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
        details: Mapping[str, Any] = self.identity.get("details", {})
        return details

    @property
    def answers(self) -> dict[str, Any]:
        """Return every answer by its name on the form."""
        named = {name: value for name, value in self.identity.items() if name not in {"details", "confirmed_warnings"}}
        plain = {"sex": self.sex, "ethnic_group": self.ethnic_group} if self.sees("sex") else {}
        return {**self.details, **named, **plain}


def person_record(uow: UnitOfWork, person_id: str) -> PersonRecord:
    """Return one person, as far as the acting person may see them; noted as read.

    Raises NotFound for whom they may not see at all, and RecordRestricted where they may open the record with a reason.
    """
    person = uow.get(Person, person_id)
    (record,) = people_opened(uow, [person], FULL_RECORD, by_track=True)
    return _refused_if_closed(uow, record)


def _refused_if_closed(uow: UnitOfWork, record: PersonRecord) -> PersonRecord:
    if record.restricted and PERMISSIONS.may(uow.by, "break_glass"):
        raise RecordRestricted(record.person_id)
    if not record.fields:
        raise NotFound(_("Không tìm thấy hồ sơ này trong đơn vị."))
    return record


def person_at_hand(uow: UnitOfWork, person_id: str) -> Person:
    """Return whom somebody is about to write of, held against others.

    Raises NotFound, RuleBroken for a record that went into another one, and RecordRestricted for one to be opened first.
    """
    person = uow.get(Person, person_id)
    if person.merged_into is not None:
        raise RuleBroken(_("Hồ sơ này đã gộp vào hồ sơ khác; hãy mở hồ sơ giữ lại rồi ghi ở đó."), code="merged_away")
    if sight_of(uow, person_id).state == RESTRICTED:
        raise RecordRestricted(person_id)
    return person


def whole_record(uow: UnitOfWork, person_id: str) -> PersonRecord:
    """Return one person with every field open, as a correction needs it: it writes all of them anew. Raises FieldHidden."""
    (record,) = people_opened(uow, [uow.get(Person, person_id)], FULL_RECORD)
    _refused_if_closed(uow, record)
    for name in FULL_RECORD:
        Sight(fields=record.fields, purpose=uow.purpose).require(name)
    return record


def opened_person(uow: UnitOfWork, person: Person) -> PersonRecord:
    """Return a person that was just written; the write itself is in the audit log."""
    state = states_of(uow, [person.person_id]).get(person.person_id, NOTHING)
    return _opened(uow, person, state, sights_of(uow, [person.person_id])[person.person_id], FULL_RECORD)


def people_opened(
    uow: UnitOfWork, people: Sequence[Person], fields: Sequence[str], *, by_track: bool = False
) -> list[PersonRecord]:
    """Open fields of several people, as far as the acting person may see them, and note what of each was read.

    ``fields`` are fields of the matrix or answers that belong to them. ``by_track``: where nobody named a purpose, each one's
    running cases give it.
    """
    fields = tuple(dict.fromkeys(name if name in MATRIX.fields else MATRIX.field_of(name) for name in fields))
    ids = [person.person_id for person in people]
    states, sights = states_of(uow, ids), sights_of(uow, ids, by_track=by_track)
    found = []
    for person in people:
        sight = sights[person.person_id]
        record = _opened(uow, person, states.get(person.person_id, NOTHING), sight, fields)
        if record.fields:
            open_now = [name for name in fields if name in record.fields]
            uow.read("person", person.person_id, open_now, purpose=sight.purpose or None, **sight.marks)
        found.append(record)
    return found


def people(
    uow: UnitOfWork,
    *,
    asked: str = "",
    cursor: str | None = None,
    limit: int = ROWS_PER_PAGE,
    fields: Sequence[str] = IN_A_LIST,
) -> Page[PersonRecord]:
    """Return people, the newest first; with ``asked`` those whose number it is, or whose names begin like its words."""
    page = page_of(
        uow.session,
        _listed(uow, asked),
        by=[Person.person_id],  # an identifier begins with its time
        cursor=cursor,
        limit=limit,
        descending=True,
    )
    return Page(people_opened(uow, page.items, fields), page.next)


def count_people(uow: UnitOfWork, asked: str = "") -> int:
    """Return how many people the list holds."""
    return count_of(uow, _listed(uow, asked))


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


def _listed(uow: UnitOfWork, asked: str) -> Select[Any]:
    """Narrow the list to whom the acting person may find by what was typed: a field that is hidden finds nobody."""
    if not asked.strip():
        return within(uow, select(Person).where(STILL_OWN), "reference", Person.person_id)
    by_number = any(sign.isdecimal() for sign in identity.normalise_number(asked))
    return within(uow, _named(uow, asked).where(STILL_OWN), "number" if by_number else "name", Person.person_id)


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


def _opened(uow: UnitOfWork, person: Person, state: str, sight: Sight, fields: Sequence[str]) -> PersonRecord:
    """Open a person; the whole identity is unsealed at once, and what is not to be seen goes no further than this line."""
    seen = sight.fields & set(fields)
    return PersonRecord(
        person_id=person.person_id,
        person_key=person.person_key,
        sex=person.sex if "sex" in seen else "",
        birth_year=person.birth_year if "birth" in seen else None,
        ethnic_group=person.ethnic_group if "sex" in seen else "",
        registered_on=person.registered_on,
        registered_at=person.registered_at,
        registered_by=person.registered_by,
        corrected_at=person.corrected_at,
        corrected_by=person.corrected_by,
        version=person.version,
        merged_into=person.merged_into,
        state=state,
        identity=_seen_of(uow.vault.open_answers(*answers_of(person)), seen) if seen - BY_REFERENCE_ONLY else {},
        fields=frozenset(seen),
        restricted=sight.state == RESTRICTED,
        opened_by=sight.grant_id if sight.state == OPENED else None,
    )


def _seen_of(answers: Mapping[str, Any], seen: Collection[str]) -> dict[str, Any]:
    """Return the answers whose fields are seen; those that are only kept lie one level deeper."""
    named = {name: value for name, value in answers.items() if name == "details" or MATRIX.field_of(name) in seen}
    details = answers.get("details", {})
    return named | {"details": {name: value for name, value in details.items() if MATRIX.field_of(name) in seen}}


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
