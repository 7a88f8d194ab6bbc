"""Counting time as the Civil Code does (articles 147 and 148): hours run on, the first day is not counted."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Literal

Unit = Literal["HOUR", "WD", "DAY", "MONTH", "YEAR"]

MONTHS = 12
SATURDAY = 5

IsHoliday = Callable[[date], bool]

_TIME_OF_DAY = re.compile(r"(?P<hour>[01]?[0-9]|2[0-3])(?:[:.hg](?P<minute>[0-5][0-9])|[hg])")


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


def _days_in(year: int, month: int) -> int:
    following = date(year + month // MONTHS, month % MONTHS + 1, 1)
    return (following - timedelta(days=1)).day
