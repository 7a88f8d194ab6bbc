"""The calendar of working days: weekends, public holidays, and what a yearly decision makes free or working.

A holiday that nobody has confirmed is a working day until somebody does (reading 26); ``deadlines`` says where it decides.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

from services.registry.domain.texts import Text

Certainty = Literal["TEXT", "KNOWLEDGE"]

SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class Holiday:
    """A public holiday that falls on the same date each year, from ``first_year`` on."""

    code: str
    month: int
    day: int
    name: Text
    confirmed: bool = True
    certainty: Certainty = "TEXT"
    first_year: int = 1


@dataclass(frozen=True, kw_only=True)
class YearlyDays:
    """What is decided each year: days that are free, and days on which offices work in exchange."""

    code: str
    name: Text
    confirmed: bool
    certainty: Certainty
    free: tuple[date, ...] = ()
    working: tuple[date, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Which days are working days. ``immediate_hours`` is after how long «ngay» raises an alarm."""

    holidays: tuple[Holiday, ...]
    yearly: tuple[YearlyDays, ...]
    immediate_hours: int = 2

    def is_holiday(self, day: date) -> bool:
        """Tell whether a weekday is free; what a confirmed yearly decision says of a day wins over the holidays."""
        if day in self._decided:
            return self._decided[day]
        return any(_is_on(holiday, day) for holiday in self.holidays if holiday.confirmed)

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work: Monday to Friday without public holidays, and a Saturday worked in exchange."""
        if day in self._decided:
            return not self._decided[day]
        return day.weekday() < SATURDAY and not self.is_holiday(day)

    def working_day_after(self, day: date, amount: int) -> date:
        """Return the ``amount``-th working day after ``day``, which is itself not counted."""
        year = day.year
        days = self._working_days(year)
        position = bisect_right(days, day.toordinal()) + amount - 1
        while position >= len(days):
            position -= len(days)
            year += 1
            days = self._working_days(year)
        return date.fromordinal(days[position])

    def working_day_before(self, day: date, amount: int) -> date:
        """Return the ``amount``-th working day before ``day``, which is itself not counted (reading 18)."""
        year = day.year
        days = self._working_days(year)
        position = bisect_left(days, day.toordinal()) - amount
        while position < 0:
            year -= 1
            days = self._working_days(year)
            position += len(days)
        return date.fromordinal(days[position])

    def rolled(self, day: date) -> date:
        """Return the day, or the next working day where it is none (Civil Code, article 148 clause 5)."""
        return day if self.is_working_day(day) else self.working_day_after(day, 1)

    def rolled_back(self, day: date) -> date:
        """Return the day, or the working day before where it is none: what is due before something moves earlier."""
        return day if self.is_working_day(day) else self.working_day_before(day, 1)

    def name_of(self, code: str) -> Text | None:
        """Return the name of a holiday or of what was decided for a year."""
        return self._names.get(code)

    def unconfirmed_between(self, first: date, last: date) -> list[tuple[str, Text]]:
        """Return code and name of what nobody has confirmed and touches these days, oldest first."""
        found = sorted((day, code) for day, code in self._unconfirmed(first, last) if first <= day <= last)
        return [(code, self._names[code]) for code in dict.fromkeys(code for _day, code in found)]

    def confirming(self, code: str) -> "Calendar":
        """Return this calendar with one more row confirmed. Raises KeyError for a row that is not there."""
        if code not in self._names:
            raise KeyError(code)
        if code not in self._with_one_more:
            self._with_one_more[code] = replace(
                self,
                holidays=tuple(replace(one, confirmed=one.confirmed or one.code == code) for one in self.holidays),
                yearly=tuple(replace(one, confirmed=one.confirmed or one.code == code) for one in self.yearly),
            )
        return self._with_one_more[code]

    def _unconfirmed(self, first: date, last: date) -> Iterator[tuple[date, str]]:
        for row in self.yearly:
            if not row.confirmed:
                yield from ((day, row.code) for day in (*row.free, *row.working))
        for holiday in self.holidays:
            if not holiday.confirmed:
                for year in range(max(first.year, holiday.first_year), last.year + 1):
                    yield date(year, holiday.month, holiday.day), holiday.code

    def _working_days(self, year: int) -> tuple[int, ...]:
        """Return the ordinals of a year's working days, worked out once."""
        if year not in self._years:
            first = date(year, 1, 1)
            days = (first + timedelta(days=count) for count in range((date(year, 12, 31) - first).days + 1))
            self._years[year] = tuple(day.toordinal() for day in days if self.is_working_day(day))
        return self._years[year]

    @cached_property
    def _decided(self) -> dict[date, bool]:
        decided: dict[date, bool] = {}
        for row in self.yearly:
            if row.confirmed:
                decided.update(dict.fromkeys(row.free, True))
                decided.update(dict.fromkeys(row.working, False))
        return decided

    @cached_property
    def _names(self) -> dict[str, Text]:
        return {
            **{holiday.code: holiday.name for holiday in self.holidays},
            **{row.code: row.name for row in self.yearly},
        }

    @cached_property
    def _years(self) -> dict[int, tuple[int, ...]]:
        return {}

    @cached_property
    def _with_one_more(self) -> "dict[str, Calendar]":
        return {}


def _is_on(holiday: Holiday, day: date) -> bool:
    return (holiday.month, holiday.day) == (day.month, day.day) and day.year >= holiday.first_year
