"""Questions about cases, and the list of the people under management."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from chassis.web.cursors import ROWS_PER_PAGE, Page, page_of
from services.registry.queries.access import SeenCase, seen_cases, sight_of, within
from services.registry.queries.persons import PersonRecord, people_by_id, person_record
from services.registry.tables import Case

NEAR_END = timedelta(days=30)
FILTERS = ("all", "near_end", "overdue", "closed")
SORTS = {"ends_on": (Case.ends_on, False), "decided_on": (Case.decided_on, True)}


@dataclass(frozen=True, kw_only=True)
class Managed:
    """A line of the list of people under management."""

    case: Case
    person: PersonRecord


def case_read(uow: UnitOfWork, case_id: str) -> tuple[SeenCase, PersonRecord]:
    """Return one case and its person, noted as read. Raises NotFound, and FieldHidden for a track that is not open."""
    case = uow.get(Case, case_id)
    record = person_record(uow, case.person_id)
    seen = seen_cases(uow, case.person_id, [case])
    if not seen:
        sight_of(uow, case.person_id).refuse()
    return seen[0], record


def cases_of(uow: UnitOfWork, person_id: str) -> list[SeenCase]:
    """Return somebody's cases on the tracks that are open to the acting person, open ones first, then the newest."""
    rows = uow.session.scalars(
        select(Case).where(Case.person_id == person_id).order_by(Case.opened_on.desc(), Case.case_id.desc())
    )
    return seen_cases(uow, person_id, sorted(rows, key=lambda case: case.closed_on is not None))


def open_case_of(uow: UnitOfWork, person_id: str, track: str) -> Case | None:
    """Return somebody's open case on a track."""
    return uow.session.scalar(
        select(Case).where(Case.person_id == person_id, Case.track == track, Case.closed_on.is_(None))
    )


def managed(
    uow: UnitOfWork, *, show: str = "all", sort: str = "ends_on", cursor: str | None = None, limit: int = ROWS_PER_PAGE
) -> Page[Managed]:
    """Return cases with their people: those under management, or one part of them. Raises NotUnderstood."""
    if sort not in SORTS:
        raise NotUnderstood(_("Thứ tự: không có cách xếp này."), field="sort")
    column, descending = SORTS[sort]
    page = page_of(
        uow.session, _shown(uow, show), by=[column, Case.case_id], cursor=cursor, limit=limit, descending=descending
    )
    return Page([Managed(case=case, person=person) for case, person in _with_people(uow, page.items)], page.next)


def count_managed(uow: UnitOfWork) -> dict[str, int]:
    """Return how many cases each part of the list holds."""
    counted = [func.count().filter(part).label(show) for show, part in _parts(uow).items()]
    return dict(uow.session.execute(_listed(uow, select(*counted).select_from(Case))).mappings().one())  # type: ignore[arg-type]


def _shown(uow: UnitOfWork, show: str) -> Select[Case]:
    parts = _parts(uow)
    if show not in parts:
        raise NotUnderstood(_("Bộ lọc: không có danh sách này."), field="show")
    return _listed(uow, select(Case).where(parts[show]))


def _parts(uow: UnitOfWork) -> dict[str, ColumnElement[bool]]:
    today = uow.today()
    is_open = Case.closed_on.is_(None)
    return {
        "all": is_open,
        "near_end": and_(is_open, Case.ends_on >= today, Case.ends_on <= today + NEAR_END),
        "overdue": and_(is_open, Case.ends_on < today),
        "closed": Case.closed_on.is_not(None),
    }


def _listed(uow: UnitOfWork, statement: Select[Any]) -> Select[Any]:
    # Only who was put under management has a term; a positive result alone is today's work, not yet this list's.
    return within(uow, statement.where(Case.track == "A", Case.ends_on.is_not(None)), "dates", Case.person_id)


def _with_people(uow: UnitOfWork, cases: Sequence[Case]) -> Iterable[tuple[Case, PersonRecord]]:
    known = people_by_id(uow, {case.person_id for case in cases})
    return [(case, known[case.person_id]) for case in cases]
