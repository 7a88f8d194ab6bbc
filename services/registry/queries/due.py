"""What the law asks the police to do, by when and on what ground: the index of duties, read by urgency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from chassis.clock import LOCAL_ZONE
from chassis.unit_of_work import UnitOfWork
from services.registry.domain.duties import ON_DAY
from services.registry.domain.tracks import DutyLine, Track, Transition
from services.registry.law import law
from services.registry.queries.access import sights_of
from services.registry.queries.persons import PersonRecord, people_by_id
from services.registry.tables import Duty as DutyRow
from services.registry.tables import Proposal

THIS_WEEK = timedelta(days=7)
A_DAY = timedelta(hours=24)
LINES_IN_GROUP = 25
A_MOMENT = timedelta(microseconds=1)

OVERDUE, DAY, WEEK, WAITING, MAY, SIGNATURE = "overdue", "day", "week", "waiting", "may", "signature"
GROUPS = (OVERDUE, DAY, WEEK, WAITING, MAY)


@dataclass(frozen=True, kw_only=True)
class Duty:
    """What the law asks the police to do for one person, by when and on what ground."""

    row: DutyRow
    person: PersonRecord

    @property
    def track(self) -> Track:
        """Return the track on which it is due."""
        return law().tracks[self.row.track]

    @property
    def line(self) -> DutyLine:
        """Return the line of the track."""
        return next(line for line in self.track.duties if line.code == self.row.code)

    @property
    def kind(self) -> str:
        """Return the code of the line."""
        return self.row.code

    @property
    def case_id(self) -> str:
        """Return the case."""
        return self.row.case_id

    @property
    def due(self) -> datetime | date:
        """Return the instant, or the day at whose end it is due."""
        local = self.row.due_at.astimezone(LOCAL_ZONE)
        return (local - A_MOMENT).date() if self.row.whole_day else local

    @property
    def may_from(self) -> date | None:
        """Return the day from which it may be done, where the law only allows it: nobody is late with that."""
        if self.row.rule not in law().eligibilities or self.row.earliest_at is None:
            return None
        return self.row.earliest_at.astimezone(LOCAL_ZONE).date()

    @property
    def article(self) -> str:
        """Return where the law says so."""
        if self.row.rule != ON_DAY:
            return law().deadlines[self.row.rule].article
        settled = self.settled_by
        if settled is None:
            return ""
        day = (self.row.due_at.astimezone(LOCAL_ZONE) - A_MOMENT).date()
        under = settled[1].under_regime(law().regime_on(day).code) or settled[1].under[0]
        return under.article

    @property
    def settled_by(self) -> tuple[Track, Transition] | None:
        """Return the act that settles it, with its track."""
        if self.line.settled_by is None:
            return None
        of_track, _dot, event = self.line.settled_by.rpartition(".")
        track = law().tracks[of_track] if of_track else self.track
        return track, track.transition(event)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A draft that waits for its signature, and whom it is about."""

    proposal: Proposal
    person: PersonRecord


@dataclass(frozen=True, kw_only=True)
class Drafts:
    """Some of the drafts that wait, the oldest first, and how many there are in all."""

    lines: Sequence[Draft]
    count: int


@dataclass(frozen=True, kw_only=True)
class DutyGroup:
    """One group of today's work: its most urgent lines, and how many there are in all."""

    key: str
    lines: Sequence[Duty]
    count: int


def today(uow: UnitOfWork) -> list[DutyGroup]:
    """Return today's work in its groups."""
    groups = []
    for key in GROUPS:
        statement = _in_group(key, uow.now())
        rows = list(uow.session.scalars(statement.order_by(*_BY_URGENCY).limit(LINES_IN_GROUP)))
        count = len(rows)
        if count == LINES_IN_GROUP:
            count = uow.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
        groups.append((key, rows, count))
    known = people_by_id(uow, {row.person_id for _key, rows, _count in groups for row in rows})
    return [
        DutyGroup(key=key, lines=[Duty(row=row, person=known[row.person_id]) for row in rows], count=count)
        for key, rows, count in groups
    ]


def duties(
    uow: UnitOfWork, *, person_id: str | None = None, within: timedelta = THIS_WEEK, limit: int | None = None
) -> list[Duty]:
    """Return what is overdue or due within this time, the most urgent first; of one person if asked for one."""
    statement = select(DutyRow).where(DutyRow.due_at <= uow.now() + within).order_by(*_BY_URGENCY)
    if person_id is not None:
        statement = statement.where(DutyRow.person_id == person_id)
    rows = list(uow.session.scalars(statement.limit(limit)))
    known = people_by_id(uow, {row.person_id for row in rows})
    return [Duty(row=row, person=known[row.person_id]) for row in rows]


def duties_in_group(uow: UnitOfWork, key: str, *, offset: int, limit: int) -> DutyGroup:
    """Return a further part of one group, for its own page."""
    statement = _in_group(key, uow.now())
    rows = list(uow.session.scalars(statement.order_by(*_BY_URGENCY).offset(offset).limit(limit)))
    known = people_by_id(uow, {row.person_id for row in rows})
    count = uow.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    return DutyGroup(key=key, lines=[Duty(row=row, person=known[row.person_id]) for row in rows], count=count)


def waiting_for_signature(uow: UnitOfWork, *, offset: int = 0, limit: int = LINES_IN_GROUP) -> Drafts:
    """Return some of the drafts that wait for a decider among the acting person's roles, or for anybody, for those who draft."""
    by = (Proposal.drafted_at, Proposal.proposal_id)
    rows = list(uow.session.scalars(select(Proposal).where(Proposal.state == "WAITING").order_by(*by)))
    seen = sights_of(uow, {row.person_id for row in rows})
    rows = [row for row in rows if seen[row.person_id].sees("case_facts")]
    shown = rows[offset : offset + limit]
    known = people_by_id(uow, {row.person_id for row in shown})
    return Drafts(lines=[Draft(proposal=row, person=known[row.person_id]) for row in shown], count=len(rows))


def last_instant(due: datetime | date) -> datetime:
    """Return the instant at which a duty becomes late: a date is due at the end of its day in Việt Nam."""
    if isinstance(due, datetime):
        return due
    return datetime(due.year, due.month, due.day, tzinfo=LOCAL_ZONE) + timedelta(days=1)


def _in_group(key: str, now: datetime) -> Select[Any]:
    if key == MAY:
        return select(DutyRow).where(DutyRow.rule.in_(law().eligibilities), DutyRow.earliest_at <= now)
    ours = DutyRow.waits_for.is_(None)
    parts = {
        OVERDUE: (ours, DutyRow.due_at < now),
        DAY: (ours, DutyRow.due_at >= now, DutyRow.due_at <= now + A_DAY),
        WEEK: (ours, DutyRow.due_at > now + A_DAY, DutyRow.due_at <= now + THIS_WEEK),
        WAITING: (DutyRow.waits_for.is_not(None), or_(DutyRow.due_at < now, DutyRow.due_at <= now + THIS_WEEK)),
    }
    return select(DutyRow).where(DutyRow.rule.not_in(law().eligibilities), *parts[key])


_BY_URGENCY: tuple[InstrumentedAttribute[Any], ...] = (DutyRow.due_at, DutyRow.case_id, DutyRow.code)
