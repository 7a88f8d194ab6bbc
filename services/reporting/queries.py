"""What pages ask: the dashboard of a period, one figure with its parts and its trend, what is behind it, how fresh it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.errors import NotFound
from chassis.i18n import _
from chassis.storage import Store
from services.reporting.indicators import Catalogue, Definition, the_catalogue
from services.reporting.indicators.definition import value_of
from services.reporting.indicators.engine import PartName
from services.reporting.indicators.values import TOTAL, Cell, Cells, Wanted, events_behind, keep, kept, work_out
from services.reporting.indicators.verdict import Status, rounded, status
from services.reporting.periods import TREND_LENGTH, Calendar, Period, Window, the_calendar
from services.reporting.tables import INBOX, KEPT
from services.reporting.targets import Target
from services.reporting.targets.in_force import TargetOf


@dataclass(frozen=True)
class Point:
    """One period of a trend."""

    period: Period
    numerator: int
    denominator: int | None
    value: Decimal | None


@dataclass(frozen=True)
class IndicatorReading:
    """One figure as a page shows it.

    ``value`` is rounded for reading, in percent where the indicator is shown so, and None for «—»; the light was decided
    on the exact value.
    """

    definition: Definition
    period: Period
    numerator: int
    denominator: int | None
    value: Decimal | None
    target: Target | None
    status: Status
    trend: tuple[Point, ...]
    updated_at: datetime | None

    @property
    def code(self) -> str:
        return self.definition.code

    @property
    def name(self) -> str:
        return self.definition.name.vi


@dataclass(frozen=True)
class Member:
    """One part of a breakdown."""

    member: str
    numerator: int
    denominator: int | None
    value: Decimal | None


@dataclass(frozen=True)
class EventBehind:
    """One event behind a figure."""

    event_id: str
    source: str
    position: int
    type: str
    subject: str
    occurred_on: date
    recorded_at: datetime


def event_of(row: Any) -> EventBehind:
    """Return an event of the inbox as pages show it."""
    return EventBehind(
        event_id=row.event_id,
        source=row.source,
        position=row.position,
        type=row.type,
        subject=row.subject,
        occurred_on=row.occurred_on,
        recorded_at=row.recorded_at,
    )


@dataclass(frozen=True)
class Freshness:
    """How far a unit's figures are behind: the last event heard, and how long ago it was recorded."""

    heard: int
    last_recorded_at: datetime | None
    lag: timedelta | None


class Figures:
    """Answers about figures, from one store."""

    def __init__(
        self,
        store: Store,
        *,
        catalogue: Catalogue | None = None,
        calendars: Mapping[str, Calendar] | None = None,
        target_of: TargetOf = lambda _indicator, _unit, _period: None,
    ) -> None:
        """``calendars`` holds the calendar of each unit whose plans name first days of their own."""
        self._store = store
        self._catalogue = catalogue or the_catalogue()
        self._calendars = calendars or {}
        self._target_of = target_of

    def calendar_of(self, unit: str) -> Calendar:
        """Return the unit's calendar."""
        return self._calendars.get(unit, the_calendar())

    def dashboard(self, unit: str, period: Period) -> list[IndicatorReading]:
        """Return every indicator that has this kind of period, with its trend, in the order of the codes."""
        definitions = [each for each in self._catalogue if period.kind.code in each.periods]
        return self.readings(unit, {definition.code: period for definition in definitions})

    def readings(
        self, unit: str, periods: Mapping[str, Period], *, trend: int = TREND_LENGTH
    ) -> list[IndicatorReading]:
        """Return a reading of each of these indicators, each for a period of its own (code → period)."""
        calendar = self.calendar_of(unit)
        trends = {code: calendar.trend(period, trend) for code, period in periods.items()}
        wanted = {code: [period.window for period in each] for code, each in trends.items()}
        cells = self._cells(unit, wanted)
        updated_at = self.freshness(unit).last_recorded_at
        return [self._reading(self._catalogue[code], unit, trends[code], cells, updated_at) for code in sorted(periods)]

    def reading(self, code: str, unit: str, period: Period) -> IndicatorReading:
        """Return one indicator; raise :class:`NotFound` for a code or a kind of period that it does not have."""
        definition = self.definition(code)
        if period.kind.code not in definition.periods:
            raise NotFound(_("Chỉ tiêu này không tính theo kỳ đã chọn."))
        return self.readings(unit, {code: period})[0]

    def breakdown(self, code: str, unit: str, period: Period, dimension: str) -> list[Member]:
        """Return the parts of a figure by one dimension, by member; raise :class:`NotFound` for another dimension.

        Persons may belong to several members, so the parts need not add up to the whole.
        """
        definition = self.definition(code)
        if dimension not in definition.dimensions:
            raise NotFound(_("Chỉ tiêu này không chia theo tiêu thức đã chọn."))
        cells = self._cells(unit, {code: [period.window]}, dimension=dimension)[code, period.window]
        return [_member(definition, member, cell) for member, cell in sorted(cells.items()) if member != TOTAL]

    def consolidated(self, code: str, units: Sequence[str], period: Period) -> Member:
        """Return one figure for several units together: persons once, ratios from the sums."""
        definition = self.definition(code)
        with self._store.reading() as session:
            found = work_out(session.connection(), definition, units, [period.window], consolidated=True)
        return _member(definition, TOTAL, found["", period.window][TOTAL])

    def lineage(
        self,
        code: str,
        unit: str,
        period: Period,
        *,
        part: PartName = "numerator",
        members: Mapping[str, str] | None = None,
    ) -> list[EventBehind]:
        """Return the events behind a figure, the latest first; ``members`` narrows it to parts (dimension → member)."""
        definition = self.definition(code)
        if part == "denominator" and definition.denominator is None:
            return []
        with self._store.reading() as session:
            ids = events_behind(session.connection(), definition, unit, period.window, part=part, members=members or {})
            chosen = sorted(ids)
            found = [
                event_of(row)
                for start in range(0, len(chosen), _IDS_AT_ONCE)
                for row in session.execute(
                    select(INBOX).where(INBOX.c.event_id.in_(chosen[start : start + _IDS_AT_ONCE]))
                )
            ]
        return sorted(found, key=lambda event: (event.occurred_on, event.recorded_at, event.event_id), reverse=True)

    def freshness(self, unit: str, *, now: datetime | None = None) -> Freshness:
        """Return when the unit was last heard; with the present instant also how long ago that is."""
        clock = KEPT.unit_clock
        with self._store.reading() as session:
            row = session.execute(select(clock).where(clock.c.unit_code == unit)).one_or_none()
        if row is None or row.last_recorded_at is None:
            return Freshness(heard=0, last_recorded_at=None, lag=None)
        lag = None if now is None else max(now - row.last_recorded_at, timedelta())
        return Freshness(heard=row.heard, last_recorded_at=row.last_recorded_at, lag=lag)

    def definition(self, code: str) -> Definition:
        """Return a definition; raise :class:`NotFound`."""
        if code not in self._catalogue:
            raise NotFound(_("Không có chỉ tiêu này."))
        return self._catalogue[code]

    def _cells(self, unit: str, wanted: Wanted, *, dimension: str = "") -> dict[tuple[str, Window], Cells]:
        """Return figures: the kept ones as they are, the others worked out and kept."""
        with self._store.reading() as session:
            found = kept(session.connection(), KEPT, self._catalogue, unit, wanted, dimension=dimension)
        missing = {
            code: [window for window in windows if (code, window) not in found] for code, windows in wanted.items()
        }
        missing = {code: windows for code, windows in missing.items() if windows}
        if missing:
            with self._store.begin() as session:
                found |= keep(session.connection(), KEPT, self._catalogue, unit, missing, dimension=dimension)
        return found

    def _reading(
        self,
        definition: Definition,
        unit: str,
        periods: Sequence[Period],
        cells: Mapping[tuple[str, Window], Cells],
        updated_at: datetime | None,
    ) -> IndicatorReading:
        points = tuple(_point(definition, period, cells[definition.code, period.window][TOTAL]) for period in periods)
        period, last = periods[-1], points[-1]
        target = self._target_of(definition.code, unit, period)
        exact = value_of(definition, last.numerator, last.denominator)
        return IndicatorReading(
            definition=definition,
            period=period,
            numerator=last.numerator,
            denominator=last.denominator,
            value=last.value,
            target=target,
            status=status(exact, target),
            trend=points,
            updated_at=updated_at,
        )


# SQLite takes 32,766 parameters in one statement, PostgreSQL 65,535.
_IDS_AT_ONCE = 10_000


def _point(definition: Definition, period: Period, cell: Cell) -> Point:
    value = shown(definition, value_of(definition, cell.numerator, cell.denominator))
    return Point(period=period, numerator=cell.numerator, denominator=cell.denominator, value=value)


def _member(definition: Definition, member: str, cell: Cell) -> Member:
    value = shown(definition, value_of(definition, cell.numerator, cell.denominator))
    return Member(member=member, numerator=cell.numerator, denominator=cell.denominator, value=value)


def shown(definition: Definition, value: Fraction | None) -> Decimal | None:
    """Return an exact value as a page shows it: rounded to two places, in percent where the indicator is a share."""
    if value is not None and definition.shown_as == "percent":
        value *= 100
    return rounded(value)


@dataclass(frozen=True)
class SourceHeard:
    """How much was heard from one agency of a unit."""

    service: str
    events: int
    last_position: int
    last_recorded_at: datetime


def sources_of(session: Session, unit: str) -> list[SourceHeard]:
    """Return what was heard from each agency of a unit."""
    rows = session.execute(
        select(
            INBOX.c.source,
            func.count().label("events"),
            func.max(INBOX.c.position).label("last_position"),
            func.max(INBOX.c.recorded_at).label("last_recorded_at"),
        )
        .where(INBOX.c.unit_code == unit)
        .group_by(INBOX.c.source)
        .order_by(INBOX.c.source)
    )
    return [
        SourceHeard(row.source.rpartition("/")[2], row.events, row.last_position, row.last_recorded_at) for row in rows
    ]


def latest_events(session: Session, unit: str, *, limit: int) -> list[EventBehind]:
    """Return the events of a unit that were recorded last."""
    rows = session.execute(
        select(INBOX)
        .where(INBOX.c.unit_code == unit)
        .order_by(INBOX.c.recorded_at.desc(), INBOX.c.position.desc())
        .limit(limit)
    )
    return [event_of(row) for row in rows]
