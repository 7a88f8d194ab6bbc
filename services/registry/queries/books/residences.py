"""Questions about residences, and about who was not yet looked after this month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select

from chassis.unit_of_work import UnitOfWork
from chassis.web.cursors import ROWS_PER_PAGE, Page, page_of
from services.registry.domain.books import Interval, month_of
from services.registry.queries.books.running import managed_now
from services.registry.queries.persons import IN_A_LIST, PersonRecord, count_of, people_opened
from services.registry.tables import Person
from services.registry.tables.books import Residence, ResidenceCheck


@dataclass(frozen=True, kw_only=True)
class MonthOfChecks:
    """How far the checks of a month are: the people under management, and those who were looked after."""

    managed: int
    checked: int


def residence_intervals(uow: UnitOfWork, person_id: str, kind: str) -> list[Interval]:
    """Return when somebody had a residence of a kind."""
    asked = select(Residence).where(
        Residence.person_id == person_id, Residence.kind == kind, Residence.withdrawn_at.is_(None)
    )
    rows = uow.session.scalars(asked)
    return [Interval(first=row.valid_from, last=row.valid_to) for row in rows]


def residences_on(uow: UnitOfWork, person_ids: Sequence[str], day: date) -> dict[str, Residence]:
    """Return where people live on a day; the actual abode is preferred to a temporary and a permanent registration."""
    rows = uow.session.scalars(
        select(Residence)
        .where(
            Residence.person_id.in_(person_ids),
            Residence.withdrawn_at.is_(None),
            Residence.valid_from <= day,
            (Residence.valid_to.is_(None)) | (Residence.valid_to >= day),
        )
        .order_by(Residence.valid_from, Residence.stay_id)
    )
    rank = {"THUONG_TRU": 0, "TAM_TRU": 1, "NOI_O": 2}
    return {row.person_id: row for row in sorted(rows, key=lambda row: rank[row.kind])}


def unchecked_people(
    uow: UnitOfWork, day: date, *, cursor: str | None = None, limit: int = ROWS_PER_PAGE
) -> Page[PersonRecord]:
    """Return the people under management nobody looked after in the month of a day; each is noted as read."""
    page = page_of(uow.session, _unchecked(day), by=[Person.person_id], cursor=cursor, limit=limit)
    return Page(people_opened(uow, page.items, IN_A_LIST), page.next)


def month_of_checks(uow: UnitOfWork, day: date) -> MonthOfChecks:
    """Return how many are under management today, and how many of them were looked after in the month of a day."""
    managed = count_of(uow, select(Person).where(Person.person_id.in_(managed_now())))
    return MonthOfChecks(managed=managed, checked=managed - count_of(uow, _unchecked(day)))


def is_checked_on(uow: UnitOfWork, person_id: str, day: date) -> bool:
    """Tell whether somebody was looked after on this very day."""
    asked = select(ResidenceCheck).where(
        ResidenceCheck.person_id == person_id,
        ResidenceCheck.checked_on == day,
        ResidenceCheck.withdrawn_at.is_(None),
    )
    return uow.session.scalar(asked) is not None


def _unchecked(day: date) -> Select[Person]:
    month = month_of(day)
    checked = select(ResidenceCheck.person_id).where(
        ResidenceCheck.checked_on >= month.first,
        ResidenceCheck.checked_on <= month.last,
        ResidenceCheck.withdrawn_at.is_(None),
    )
    return select(Person).where(Person.person_id.in_(managed_now()), Person.person_id.not_in(checked))
