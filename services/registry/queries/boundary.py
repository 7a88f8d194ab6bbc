"""What the law of 01/07/2026 leaves to be looked at once: who, and by which form it is settled (readings 23, T3, T4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from chassis.unit_of_work import UnitOfWork
from services.registry.domain.rehabilitation import NEW_LAW
from services.registry.domain.status import LIST_ENTRY, MONITORING_T3, VENUE_T4, to_review
from services.registry.domain.tracks import Track, Transition
from services.registry.law import law
from services.registry.queries.access import within
from services.registry.queries.history import history_for
from services.registry.queries.persons import PersonRecord, people_by_id
from services.registry.tables import Case

SETTLED_BY = {
    LIST_ENTRY: ("C", "ReviewedUnderNewLaw"),
    MONITORING_T3: ("H", "Decided"),
    VENUE_T4: ("F", "VenueReviewed"),
}


@dataclass(frozen=True, kw_only=True)
class Review:
    """A case of the old law that the new one asks to be looked at, with its person."""

    code: str
    case: Case
    person: PersonRecord

    @property
    def track_name(self) -> str:
        """Return which kind of case it is, in words."""
        return str(law().tracks[self.case.track].name)

    @property
    def settled_by(self) -> tuple[Track, Transition]:
        """Return the act that settles it, with its track."""
        track, event = SETTLED_BY[self.code]
        return law().tracks[track], law().tracks[track].transition(event)


def reviews(uow: UnitOfWork, *, code: str = LIST_ENTRY, offset: int = 0, limit: int) -> list[Review]:
    """Return the cases to be looked at for one reason, the oldest first."""
    statement = _of(uow, code).order_by(Case.opened_on, Case.case_id).offset(offset).limit(limit)
    rows: Sequence[Case] = list(uow.session.scalars(statement))
    known = people_by_id(uow, {row.person_id for row in rows})
    return [Review(code=code, case=row, person=known[row.person_id]) for row in rows]


def count_reviews(uow: UnitOfWork) -> dict[str, int]:
    """Return how many cases are to be looked at, by reason."""
    return {
        code: uow.session.scalar(select(func.count()).select_from(_of(uow, code).subquery())) or 0
        for code in SETTLED_BY
    }


def _of(uow: UnitOfWork, code: str) -> Select[Any]:
    if law().regime_on(uow.today()).code != NEW_LAW:
        return select(Case).where(false())
    old = and_(Case.closed_on.is_(None), Case.opened_on < law().regime(NEW_LAW).starts_on)
    part = {LIST_ENTRY: _unreviewed, MONITORING_T3: _unmonitored, VENUE_T4: _minors_in_facility}[code]
    return within(uow, select(Case).where(old, part(uow, old)), "case_facts", Case.person_id)


def _unreviewed(_uow: UnitOfWork, _old: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(Case.track == "C", Case.facts["reviewed_on"].as_string().is_(None))


def _unmonitored(uow: UnitOfWork, old: ColumnElement[bool]) -> ColumnElement[bool]:
    monitoring = aliased(Case)
    never = ~select(monitoring.case_id).where(monitoring.person_id == Case.person_id, monitoring.track == "H").exists()
    running = or_(
        and_(Case.track == "D", Case.state == "IN_REHAB", Case.facts["venue"].as_string() == "HOME_COMMUNITY"),
        and_(Case.track.in_(("E", "G")), Case.state == "ACTIVE"),
    )
    was_minor = Case.facts["adult"].as_boolean().is_(False)
    grown_up = _whom_it_concerns(uow, and_(old, never, running, was_minor), MONITORING_T3)
    return and_(never, running, or_(Case.facts["adult"].as_string().is_(None), ~was_minor, Case.case_id.in_(grown_up)))


def _minors_in_facility(uow: UnitOfWork, old: ColumnElement[bool]) -> ColumnElement[bool]:
    candidates = and_(
        old, Case.track == "F", Case.state == "ADMITTED", Case.facts["venue_reviewed_on"].as_string().is_(None),
        Case.facts["adult"].as_boolean().is_(False),
    )  # fmt: skip
    return Case.case_id.in_(_whom_it_concerns(uow, candidates, VENUE_T4))


def _whom_it_concerns(uow: UnitOfWork, candidates: ColumnElement[bool], code: str) -> list[str]:
    """Age stands sealed with the person, so the few who were minors are looked at one by one."""
    rows = uow.session.execute(select(Case.case_id, Case.person_id).where(candidates)).all()
    return [row.case_id for row in rows if code in to_review(law(), history_for(uow, row.person_id), uow.today())]
