"""Reporting periods: which days a month, a quarter or the month of action covers, as data with worked examples."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from chassis.documents import BrokenDocument, read_document

FILE = Path(__file__).parent / "periods.yml"
TREND_LENGTH = 13


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same words in Vietnamese and English."""

    vi: str
    en: str


class WindowExample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A period with the window it must have."""

    label: str
    first_day: date
    last_day: date


class PeriodKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of period, as a row of ``periods.yml``."""

    code: str
    name: Words
    label: str
    title: Words
    first_months: tuple[int, ...]
    months: int
    cut_off_day: int | None
    movable_start: bool = False
    basis: str
    effective_from: int
    examples: tuple[WindowExample, ...] = msgspec.field()


@dataclass(frozen=True, order=True)
class Window:
    """Days of a report; both ends belong to it."""

    first_day: date
    last_day: date


@dataclass(frozen=True)
class Period:
    """One period, such as the third quarter of 2026. ``part`` counts the periods of its kind within the year from 1."""

    kind: PeriodKind
    year: int
    part: int
    window: Window

    @property
    def label(self) -> str:
        """Return the period's short name, unique among all kinds: ``2026-Q3``."""
        return self.kind.label.format(year=self.year, part=self.part)

    @property
    def first_day(self) -> date:
        return self.window.first_day

    @property
    def last_day(self) -> date:
        """Return the cut-off day; stocks are counted at its 24:00."""
        return self.window.last_day

    def title(self, language: str = "vi") -> str:
        """Return the period with its days: «Tháng 11/2026 (15/10–14/11)»."""
        words = self.kind.title.en if language == "en" else self.kind.title.vi
        days = f"{self.first_day:%d/%m}–{self.last_day:%d/%m}"
        return f"{words.format(year=self.year, part=self.part)} ({days})"


FirstDays = Mapping[tuple[str, int], date]
"""(kind, year) → the first day that the plan itself names for a movable window."""


@dataclass(frozen=True)
class Calendar:
    """All kinds of periods, with the first days that a unit's plans name."""

    kinds: Mapping[str, PeriodKind]
    first_days: FirstDays = field(default_factory=dict)

    def with_first_days(self, first_days: FirstDays) -> "Calendar":
        """Return this calendar as the plans of one unit have it."""
        return Calendar(self.kinds, first_days)

    def period(self, kind: str, label: str) -> Period:
        """Return the period of that kind with that label; raise ``KeyError`` when there is none."""
        row = self.kinds[kind]
        year = label[:4]
        if not year.isdigit() or not row.effective_from <= int(year) <= date.max.year - 1:
            raise KeyError(label)
        found = next((each for each in self.periods_of(kind, int(year)) if each.label == label), None)
        if found is None:
            raise KeyError(label)
        return found

    def named(self, address: str) -> Period:
        """Return the period that an address or a program names as ``P-Q:2026-Q4``; raise ``KeyError`` when there is none."""
        kind, _colon, label = address.partition(":")
        return self.period(kind, label)

    def periods_of(self, kind: str, year: int) -> tuple[Period, ...]:
        """Return the periods of one kind in a reporting year, the first one first."""
        row = self.kinds[kind]
        return tuple(self._period(row, year, part) for part in range(1, len(row.first_months) + 1))

    def period_containing(self, kind: str, day: date) -> Period | None:
        """Return the period whose window holds the day; None when no window of the kind does, as outside June."""
        for year in (day.year, day.year + 1):
            for period in self.periods_of(kind, year):
                if period.first_day <= day <= period.last_day:
                    return period
        return None

    def latest(self, kind: str, day: date) -> Period:
        """Return the last period of the kind that has begun by that day."""
        begun = [
            period
            for year in (day.year - 1, day.year, day.year + 1)
            for period in self.periods_of(kind, year)
            if period.first_day <= day
        ]
        return begun[-1]

    def previous(self, period: Period) -> Period:
        """Return the period before this one, of the same kind."""
        if period.part > 1:
            return self._period(period.kind, period.year, period.part - 1)
        return self._period(period.kind, period.year - 1, len(period.kind.first_months))

    def trend(self, period: Period, length: int = TREND_LENGTH) -> tuple[Period, ...]:
        """Return this period and those before it, the oldest first."""
        periods = [period]
        while len(periods) < length:
            periods.append(self.previous(periods[-1]))
        return tuple(reversed(periods))

    def _period(self, kind: PeriodKind, year: int, part: int) -> Period:
        first_month = kind.first_months[part - 1]
        window = _window(kind, year, first_month)
        if kind.movable_start and (kind.code, year) in self.first_days:
            window = Window(self.first_days[kind.code, year], window.last_day)
        return Period(kind=kind, year=year, part=part, window=window)


def _window(kind: PeriodKind, year: int, first_month: int) -> Window:
    last_month = first_month + kind.months - 1
    if kind.cut_off_day is None:
        return Window(date(year, first_month, 1), date(year, last_month, monthrange(year, last_month)[1]))
    opens = kind.cut_off_day + 1
    first_day = date(year, first_month - 1, opens) if first_month > 1 else date(year - 1, 12, opens)
    return Window(first_day, date(year, last_month, kind.cut_off_day))


@cache
def the_calendar(file: Path = FILE) -> Calendar:
    """Return the kinds of periods from their file; raise :class:`BrokenDocument` when it is wrong."""
    kinds = read_document(file, tuple[PeriodKind, ...])
    calendar = Calendar({kind.code: kind for kind in kinds})
    for kind in kinds:
        _check(file, calendar, kind)
    return calendar


def _check(file: Path, calendar: Calendar, kind: PeriodKind) -> None:
    parts_fit = all(month >= 1 and month + kind.months - 1 <= 12 for month in kind.first_months)  # noqa: PLR2004
    if not kind.first_months or not parts_fit:
        raise BrokenDocument(file, 1, f"{kind.code}: the months must lie within one year")
    if kind.cut_off_day is not None and not 1 <= kind.cut_off_day <= 27:  # noqa: PLR2004
        raise BrokenDocument(file, 1, f"{kind.code}: cut_off_day must lie from 1 to 27")
    if not kind.examples:
        raise BrokenDocument(file, 1, f"{kind.code} needs a worked example")
    for example in kind.examples:
        year = int(example.label[:4]) if example.label[:4].isdigit() else 0
        windows = {each.label: each.window for each in calendar.periods_of(kind.code, year)} if year else {}
        if windows.get(example.label) != Window(example.first_day, example.last_day):
            found = windows.get(example.label)
            raise BrokenDocument(file, 1, f"{kind.code}: example {example.label} has the window {found}")
