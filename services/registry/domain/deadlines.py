"""What one deadline rule of the law asks of one case: from its anchor to the instant by which, or the window in which.

Counting is the Civil Code's (articles 147 and 148, in ``terms``); the rules are rows of ``law/deadlines``.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from services.registry.domain.terms import (
    VIETNAM,
    Unit,
    backward,
    end_of_day,
    end_of_month,
    end_of_term,
    is_left,
    remainder,
    shifted_by_absences,
    shortened_by_custody,
)
from services.registry.domain.texts import Text
from services.registry.domain.workdays import Calendar, Certainty

Kind = Literal[
    "DEADLINE", "TERM", "WINDOW_BEFORE", "RECURRING", "ELIGIBILITY", "LIMITATION", "GUARD", "COUNT", "VALIDITY"
]
How = Literal["REMAINDER", "KEEPS_END", "SHIFTS", "DEDUCTS", "SHORTER", "LONGER_THAN_REST"]

ROLLING_UNITS = frozenset({"WD", "DAY", "MONTH", "YEAR"})
A_MOMENT = timedelta(microseconds=1)


class NotCounted(ValueError):
    """The rule has nothing to count from this anchor; a mistake of the program, never of a user."""


@dataclass(frozen=True, kw_only=True)
class Remote:
    """The longer deadline that the law gives in remote areas, with an anchor of its own."""

    amount: int
    unit: Unit
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Absence:
    """A time away: the first day of it, and the day of return."""

    left_on: date
    returned_on: date


@dataclass(frozen=True, kw_only=True)
class Example:
    """A worked example of a rule; days and instants are written as in ``2026-07-04 16:00``.

    ``at`` is the anchor, ``due`` what must come out, ``opens`` the beginning of a window. Remainders and shifts have the old
    end ``ends_on``, the day ``left_on`` and the ``absences``. A guard or count says whether it ``holds``, for a ``count`` or a
    rest of term. ``confirming`` are rows of the calendar taken as confirmed; ``by_unconfirmed`` is the row that decides while
    it is not. ``proved_by`` names the test of what cannot be counted.
    """

    says: Text
    at: str | None = None
    due: str | None = None
    opens: str | None = None
    ends_on: date | None = None
    left_on: date | None = None
    absences: tuple[Absence, ...] = ()
    count: int | None = None
    holds: bool | None = None
    remote: bool = False
    confirming: tuple[str, ...] = ()
    by_unconfirmed: str | None = None
    proved_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class DeadlineRule:
    """One row: what must happen, by when, by whom, on which paper, and where the law says so.

    ``up_to`` is the upper bound of a term that the decision chooses; ``how`` names arithmetic on a term that runs already.
    ``actor`` is a body or a duty of ``regimes.yml``; without one the term runs by itself.
    ``rolls`` is only given where the row differs from reading 8: procedural deadlines roll, nothing else does.
    """

    code: str
    regimes: tuple[str, ...]
    kind: Kind
    trigger: Text
    action: Text
    anchor: str
    article: str
    effective_from: date
    actor: str | None = None
    amount: int | None = None
    unit: Unit | Literal["IMMEDIATE"] | None = None
    up_to: int | None = None
    direction: Literal["AFTER", "BEFORE"] = "AFTER"
    rolls: bool | None = None
    how: How | None = None
    form: str | None = None
    with_forms: tuple[str, ...] = ()
    effective_to: date | None = None
    certainty: Certainty = "TEXT"
    note: Text | None = None
    remote: Remote | None = None
    examples: tuple[Example, ...] = ()

    @property
    def is_rolling(self) -> bool:
        """Tell whether a last day on which offices do not work moves the duty."""
        if self.rolls is not None:
            return self.rolls
        return self.kind == "DEADLINE" and self.unit in ROLLING_UNITS

    @property
    def knows_working_days(self) -> bool:
        """Tell whether the calendar can change what is due."""
        return self.unit == "WD" or self.is_rolling

    @property
    def is_counted(self) -> bool:
        """Tell whether :func:`due` can work a day or an instant out of an anchor."""
        return self.how is None and self.unit is not None and self.kind not in {"GUARD", "COUNT"}


@dataclass(frozen=True, kw_only=True)
class Due:
    """By when: ``latest`` is the instant after which it is missed, ``earliest`` the one before which it is too early.

    A ``whole_day`` due ends with its day. ``time_known`` is false for hours that had to be counted from the end of a day, since
    nobody wrote down the time; ``decided_by_unconfirmed`` names the holiday whose confirmation would change the day.
    """

    latest: datetime
    whole_day: bool
    earliest: datetime | None = None
    time_known: bool = True
    decided_by_unconfirmed: Text | None = None

    @property
    def day(self) -> date:
        """Return the last day on which it is in time."""
        return (self.latest - A_MOMENT).date() if self.whole_day else self.latest.date()

    @property
    def moment(self) -> date | datetime:
        """Return what a page shows: a day at whose end it is due, or an instant."""
        return self.day if self.whole_day else self.latest

    def is_missed(self, now: datetime) -> bool:
        """Tell whether it is too late."""
        return now >= self.latest if self.whole_day else now > self.latest

    def is_open(self, now: datetime) -> bool:
        """Tell whether it is not too early."""
        return self.earliest is None or now >= self.earliest


def due(rule: DeadlineRule, anchor: date | datetime, calendar: Calendar, *, remote: bool = False) -> Due:
    """Return by when a rule is to be met, counted from its anchor (the remote anchor where the area is remote).

    An instant must know its zone. What is eligible opens on its day; every other due is the last moment in time.
    """
    found = _counted(rule, anchor, calendar, remote=remote)
    if not rule.knows_working_days:
        return found
    touched = [_day_of(anchor), found.day, *([found.earliest.date()] if found.earliest else [])]
    for code, name in calendar.unconfirmed_between(min(touched), max(touched)):
        if _counted(rule, anchor, calendar.confirming(code), remote=remote) != found:
            return replace(found, decided_by_unconfirmed=name)
    return found


def carried_end(
    rule: DeadlineRule,
    *,
    ends_on: date,
    left_on: date | None = None,
    resumed_on: date | None = None,
    absences: tuple[Absence, ...] = (),
) -> date:
    """Return when a term ends that runs already, after what this rule does to it.

    REMAINDER: what was left on ``left_on`` runs from ``resumed_on``. KEEPS_END: the end stays. SHIFTS: later by every day away.
    DEDUCTS: earlier by every day in custody. SHORTER: the rule's own term from ``resumed_on``, or the end if that comes first.
    """
    away = [(absence.left_on, absence.returned_on) for absence in absences]
    if rule.how == "REMAINDER" and left_on and resumed_on:
        return resumed_on + timedelta(days=remainder(ends_on, left_on))
    if rule.how == "KEEPS_END":
        return ends_on
    if rule.how == "SHIFTS":
        return shifted_by_absences(ends_on, away)
    if rule.how == "DEDUCTS":
        return shortened_by_custody(ends_on, away)
    if rule.how == "SHORTER" and resumed_on:
        amount, unit = _amount(rule, remote=False)
        return min(ends_on, end_of_term(resumed_on, amount, unit))
    raise NotCounted(f"{rule.code} carries no term over from what was given")


def holds(
    rule: DeadlineRule, *, count: int | None = None, day: date | None = None, ends_on: date | None = None
) -> bool:
    """Tell whether a count is reached, enough of a term is left on a day, or a day lies beyond the rest of a term."""
    if rule.how == "LONGER_THAN_REST" and day and ends_on:
        return day > ends_on
    if count is not None and rule.amount is not None and rule.unit is None:
        return count >= rule.amount
    if day and ends_on and rule.unit is not None:
        amount, unit = _amount(rule, remote=False)
        return is_left(amount, unit, day, ends_on)
    raise NotCounted(f"{rule.code} guards nothing that was given")


def _counted(rule: DeadlineRule, anchor: date | datetime, calendar: Calendar, *, remote: bool) -> Due:
    if not rule.is_counted:
        raise NotCounted(f"{rule.code} has no amount that runs from an anchor")
    if rule.unit == "IMMEDIATE":
        return _hours_after(anchor, calendar.immediate_hours)
    amount, unit = _amount(rule, remote=remote)
    if rule.kind == "WINDOW_BEFORE":
        return _window_before(anchor, amount, unit, calendar)
    if unit == "HOUR":
        return _hours_after(anchor, amount)
    if rule.direction == "BEFORE" and rule.is_rolling:
        return Due(latest=end_of_day(backward(_day_of(anchor), amount, unit, calendar)), whole_day=True)
    last = _last_day(rule, _day_of(anchor), amount, unit, calendar)
    opens = end_of_day(last - timedelta(days=1)) if rule.kind == "ELIGIBILITY" else None
    return Due(latest=end_of_day(last), whole_day=True, earliest=opens)


def _amount(rule: DeadlineRule, *, remote: bool) -> tuple[int, Unit]:
    if remote and rule.remote is not None:
        return rule.remote.amount, rule.remote.unit
    if rule.amount is None or rule.unit is None or rule.unit == "IMMEDIATE":
        raise NotCounted(f"{rule.code} has no amount")
    return rule.amount, rule.unit


def _last_day(rule: DeadlineRule, first: date, amount: int, unit: Unit, calendar: Calendar) -> date:
    if unit == "WD":
        return calendar.working_day_after(first, amount)
    if rule.kind == "RECURRING":
        return end_of_month(first, amount)
    last = end_of_term(first, -amount if rule.direction == "BEFORE" else amount, unit)
    return calendar.rolled(last) if rule.is_rolling else last


def _hours_after(anchor: date | datetime, hours: int) -> Due:
    """Hours run from the moment; where only the day is known, from its end, so that nobody is called late in time."""
    if isinstance(anchor, datetime):
        return Due(latest=_local(anchor) + timedelta(hours=hours), whole_day=False)
    return Due(latest=end_of_day(anchor) + timedelta(hours=hours), whole_day=False, time_known=False)


def _window_before(end: date | datetime, amount: int, unit: Unit, calendar: Calendar) -> Due:
    """The act belongs between X before the end and the end (reading 18)."""
    ends_at = _local(end) if isinstance(end, datetime) else end_of_day(end)
    whole_day = not isinstance(end, datetime)
    if unit == "HOUR":
        return Due(latest=ends_at, whole_day=whole_day, earliest=ends_at - timedelta(hours=amount))
    day = _day_of(end)
    first = calendar.working_day_before(day, amount) if unit == "WD" else end_of_term(day, -amount, unit)
    return Due(latest=ends_at, whole_day=whole_day, earliest=end_of_day(first - timedelta(days=1)))


def _day_of(anchor: date | datetime) -> date:
    return _local(anchor).date() if isinstance(anchor, datetime) else anchor


def _local(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise NotCounted("an instant without its zone cannot be counted from")
    return instant.astimezone(VIETNAM)
