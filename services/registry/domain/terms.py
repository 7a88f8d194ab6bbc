"""Counting time as the Civil Code does (articles 147 and 148): hours run on, the first day is not counted."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.registry.domain.workdays import SATURDAY, Calendar

Unit = Literal["HOUR", "WD", "DAY", "MONTH", "YEAR"]

MONTHS = 12
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

IsHoliday = Callable[[date], bool]

_TIME_OF_DAY = re.compile(r"(?P<hour>[01]?[0-9]|2[0-3])(?:[:.hg](?P<minute>[0-5][0-9])|[hg])")


HOUR_UNKNOWN = time(0)
"""An instant of which only the day is known; hours then run from the end of that day, so that nobody is called late."""


def is_before(moment: datetime, other: datetime) -> bool:
    """Tell whether an instant lies before another: by the day alone where the hour of one of them is not known."""
    if HOUR_UNKNOWN in {moment.time(), other.time()}:
        return moment.date() < other.date()
    return moment < other


def counted_from(moment: date | datetime) -> date | datetime:
    """Return from what a time is counted: the instant, or only its day where nobody wrote down the hour."""
    return moment.date() if isinstance(moment, datetime) and moment.time() == HOUR_UNKNOWN else moment


def time_of_day(typed: str) -> time | None:
    """Return the time that was written as 16:00, 8:30, 16h00 or 16h; None for what is no time of day."""
    found = _TIME_OF_DAY.fullmatch(typed.strip().lower())
    return time(int(found["hour"]), int(found["minute"] or 0)) if found else None


def end_of_term(first_day: date, amount: int, unit: Unit) -> date:
    """Return the last day of a term of status that runs from ``first_day``; it never rolls to a working day.

    A month or year ends on the corresponding date, or on the last day of that month when there is none.
    """
    if unit == "YEAR":
        return add_months(first_day, amount * MONTHS)
    if unit == "MONTH":
        return add_months(first_day, amount)
    if unit == "DAY":
        return first_day + timedelta(days=amount)
    raise ValueError(f"a term of status is counted in days, months or years, not in {unit}")


def add_months(day: date, months: int) -> date:
    """Return the corresponding date so many months later: 31/08 and six months give 28/02."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, _days_in(year, month + 1)))


def add_working_days(day: date, amount: int, is_holiday: IsHoliday) -> date:
    """Return the ``amount``-th working day after ``day``, which is itself not counted."""
    left = amount
    while left:
        day += timedelta(days=1)
        if is_working_day(day, is_holiday):
            left -= 1
    return day


def is_working_day(day: date, is_holiday: IsHoliday) -> bool:
    """Tell whether offices work: Monday to Friday without public holidays."""
    return day.weekday() < SATURDAY and not is_holiday(day)


def due_after(moment: datetime, amount: int, unit: Unit, is_holiday: IsHoliday) -> datetime | date:
    """Return by when a duty must be done: an instant for hours, else a day at whose end it is due.

    ``moment`` is the trigger in local time. Only procedural deadlines come here, and they roll: the last day of one in days,
    months or years that is no working day moves to the next one.
    """
    if unit == "HOUR":
        return moment + timedelta(hours=amount)
    if unit == "WD":
        return add_working_days(moment.date(), amount, is_holiday)
    last = end_of_term(moment.date(), amount, unit)
    return last if is_working_day(last, is_holiday) else add_working_days(last, 1, is_holiday)


def end_of_day(day: date) -> datetime:
    """Return the instant at which a day ends: its 24:00, where a term ends (Civil Code, article 148 clause 6)."""
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM)


def end_of_month(day: date, later: int) -> date:
    """Return the last day of the month that many months later: what is done «each month» is done again by then."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + later, MONTHS)
    return date(year, month + 1, _days_in(year, month + 1))


def backward(end: date, amount: int, unit: Unit, calendar: Calendar) -> date:
    """Return the last day for what is due «at the latest X before» a day, such as 30 days before a term ends.

    Counted back from the end, which is itself not counted (Civil Code, article 147 clause 2). A day on which offices do not work
    moves the duty earlier, because later would be too late (domain 2.1); working days are such by themselves.
    """
    if unit == "WD":
        return calendar.working_day_before(end, amount)
    return calendar.rolled_back(end_of_term(end, -amount, unit))


def remainder(ends_on: date, left_on: date) -> int:
    """Return how many days of a term are left for somebody who leaves, is imprisoned or taken into custody on a day.

    The end less that day (reading 11); nothing is left of a term that is over.
    """
    return max(0, (ends_on - left_on).days)


def days_absent(absences: Iterable[tuple[date, date]]) -> int:
    """Return how many days somebody was away. The first day counts, the day of return does not (reading 11).

    A day that two absences name is one day.
    """
    count, counted_until = 0, date.min
    for left_on, returned_on in sorted(absences):
        first = max(left_on, counted_until)
        if returned_on > first:
            count += (returned_on - first).days
            counted_until = returned_on
    return count


def shifted_by_absences(ends_on: date, absences: Iterable[tuple[date, date]]) -> date:
    """Return when a term ends after absences that do not count: later by every day away.

    Article 60 clause 2 and article 136 clause 1 of decree 163/2026; article 79 clause 1 of decree 116/2021.
    """
    return ends_on + timedelta(days=days_absent(absences))


def shortened_by_custody(ends_on: date, stays: Iterable[tuple[date, date]]) -> date:
    """Return when rehabilitation ends for somebody who was in interim custody before, whose days are deducted.

    Article 37 of law 120/2025. The day of reception counts, the day on which custody passes into rehabilitation does not.
    """
    return ends_on - timedelta(days=days_absent(stays))


def is_left(amount: int, unit: Unit, day: date, ends_on: date) -> bool:
    """Tell whether at least so much of a term is left on a day: counted from it, it ends no later than the term."""
    return end_of_term(day, amount, unit) <= ends_on


def _days_in(year: int, month: int) -> int:
    following = date(year + month // MONTHS, month % MONTHS + 1, 1)
    return (following - timedelta(days=1)).day
