"""Questions about what left the register, and the people of a list that is to leave it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from chassis.unit_of_work import UnitOfWork
from chassis.web.cursors import ROWS_PER_PAGE, Page, page_of
from services.registry.domain.disclosing import DISCLOSED_TRACKS, SEARCHED
from services.registry.queries.persons import PersonRecord, people, people_opened
from services.registry.tables import Case, DisclosedFile, Disclosure, Person
from services.registry.tables.disclosures import disclosed_file_context, disclosure_context

PEOPLE_AT_ONCE = 200
HANDED_OUT = ("full_name", "id_number", "birth_date", "sex", "permanent_address", "current_abode")


@dataclass(frozen=True, kw_only=True)
class DisclosureRecord:
    """A disclosure with what is sealed of it opened."""

    row: Disclosure
    recipient: str
    legal_basis: str
    document_number: str
    asked: str | None
    minors_reason: str | None

    @property
    def disclosure_id(self) -> str:
        """Return the identifier."""
        return self.row.disclosure_id


def disclosures(uow: UnitOfWork, *, cursor: str | None = None, limit: int = ROWS_PER_PAGE) -> Page[DisclosureRecord]:
    """Return what left the register, the newest first."""
    page = page_of(
        uow.session, select(Disclosure), by=[Disclosure.disclosure_id], cursor=cursor, limit=limit, descending=True
    )
    return Page([opened_disclosure(uow, row) for row in page.items], page.next)


def disclosure_record(uow: UnitOfWork, disclosure_id: str) -> DisclosureRecord:
    """Return one disclosure. Raises NotFound."""
    return opened_disclosure(uow, uow.get(Disclosure, disclosure_id))


def opened_disclosure(uow: UnitOfWork, row: Disclosure) -> DisclosureRecord:
    """Open what is sealed of a disclosure."""
    answers = uow.vault.open_answers(disclosure_context(row.disclosure_id), row.sealed)
    return DisclosureRecord(row=row, **answers)


def disclosed_file(uow: UnitOfWork, disclosure_id: str) -> bytes:
    """Return the very file that was handed out."""
    row = uow.get(DisclosedFile, disclosure_id)
    return uow.vault.open(disclosed_file_context(disclosure_id), row.sealed)


def is_demo(uow: UnitOfWork) -> bool:
    """Tell whether the people of this database are made up, so that every file says so."""
    trait = uow.tables.trait
    return uow.session.execute(select(trait.c.name).where(trait.c.name == "demo")).first() is not None


def people_of_list(uow: UnitOfWork, list_code: str, asked: str | None) -> Iterator[tuple[PersonRecord, Case | None]]:
    """Return the people of a list with their open case, some at a time, each noted as read.

    Nothing of a portion is kept while the next one is read, so that a long list needs no more memory than a short one.
    """
    if list_code == SEARCHED:
        yield from _searched(uow, asked or "")
        return
    after = ""
    while True:
        cases = list(
            uow.session.scalars(
                select(Case)
                .where(Case.track == DISCLOSED_TRACKS[list_code], Case.closed_on.is_(None), Case.person_id > after)
                .order_by(Case.person_id)
                .limit(PEOPLE_AT_ONCE)
            )
        )
        if not cases:
            return
        after = cases[-1].person_id
        yield from _with_people(uow, cases)


def _searched(uow: UnitOfWork, asked: str) -> Iterator[tuple[PersonRecord, Case | None]]:
    cursor = None
    while True:
        page = people(uow, asked=asked, cursor=cursor, limit=PEOPLE_AT_ONCE, fields=HANDED_OUT)
        for record in page.items:
            yield record, None
        if page.next is None:
            return
        cursor = page.next


def _with_people(uow: UnitOfWork, cases: Sequence[Case]) -> Iterator[tuple[PersonRecord, Case | None]]:
    by_person = {case.person_id: case for case in cases}
    rows = list(uow.session.scalars(select(Person).where(Person.person_id.in_(by_person)).order_by(Person.person_id)))
    for record in people_opened(uow, rows, HANDED_OUT):
        yield record, by_person[record.person_id]
