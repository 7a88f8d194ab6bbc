"""What the law says of determinations of addiction, by legal regime, as the station asks it; the values lie in ``law/``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from chassis.errors import RuleBroken
from chassis.i18n import _

SATURDAY = 5

Certainty = Literal["TEXT", "KNOWLEDGE"]
"""Whether a value was read in the text of the law, or is held from knowledge until the text is found."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """A code of the law, in its own words, with the article that it stands in."""

    code: str
    name: str
    article: str


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A statutory document: its code, its name as printed, the symbol of its number, and the article that asks for it."""

    form_code: str
    form_name: str
    symbol: str
    article: str


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """By when something must be done after its trigger."""

    code: str
    amount: int
    unit: Literal["HOUR", "DAY"]
    article: str
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Qualification:
    """A training by which a doctor may determine addiction; some need a certificate besides."""

    code: str
    name: str
    needs_certificate: bool


@dataclass(frozen=True, kw_only=True)
class DeterminationRules:
    """What one regime says of determining whether somebody is addicted."""

    question_basis: str
    grounds: tuple[Named, ...]
    voluntary_ground: str
    for_the_person: Paper
    for_an_agency: Paper
    papers_certainty: Certainty
    result: Deadline
    staff: Deadline
    send: Deadline
    copies: int
    copies_article: str
    qualifications: tuple[Qualification, ...]
    qualification_article: str
    criteria_article: str
    examination_article: str
    observation_article: str
    approval_article: str

    def paper(self, requester: str) -> Paper:
        """Return the form of the result: one for who came by themselves, another for an agency."""
        return self.for_the_person if requester == "PERSON" else self.for_an_agency

    def qualification(self, code: str) -> Qualification | None:
        """Return the qualification with this code, if this regime has it."""
        return next((each for each in self.qualifications if each.code == code), None)

    def ground(self, code: str) -> Named | None:
        """Return the ground with this code, if this regime has it."""
        return next((each for each in self.grounds if each.code == code), None)


@dataclass(frozen=True, kw_only=True)
class Regime:
    """A stretch of time with one law; ``ends_on`` is its last day, None while it is in force."""

    code: str
    starts_on: date
    ends_on: date | None
    law: str
    determination: DeterminationRules

    def covers(self, day: date) -> bool:
        """Tell whether the regime is in force on this day; a boundary day begins at 00:00."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, kw_only=True)
class Holiday:
    """A public holiday that falls on the same date each year."""

    month: int
    day: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Law:
    """Everything that was read from the law files; ``free_days`` are single days that were made working days or free."""

    regimes: tuple[Regime, ...]
    holidays: tuple[Holiday, ...]
    free_days: Mapping[date, bool]

    def regime_on(self, day: date) -> Regime:
        """Return the regime in force on a day. Raises RuleBroken for a day before the oldest one."""
        for regime in self.regimes:
            if regime.covers(day):
                return regime
        raise RuleBroken(
            _(
                "Phần mềm chưa có quy định của ngày %(day)s; sớm nhất là ngày %(first)s.",
                day=f"{day:%d/%m/%Y}",
                first=f"{self.regimes[0].starts_on:%d/%m/%Y}",
            ),
            code="no_regime",
        )

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work: Monday to Friday without public holidays; what is said of a single day wins."""
        if day in self.free_days:
            return not self.free_days[day]
        holiday = any((each.month, each.day) == (day.month, day.day) for each in self.holidays)
        return day.weekday() < SATURDAY and not holiday

    def due_day(self, trigger: date, deadline: Deadline) -> date:
        """Return the last day of a deadline in days (Civil Code, articles 147 and 148).

        The day of the trigger is not counted; a last day on which nobody works moves to the next working day.
        """
        last = trigger + timedelta(days=deadline.amount)
        while not self.is_working_day(last):
            last += timedelta(days=1)
        return last


def due_moment(trigger: datetime, deadline: Deadline) -> datetime:
    """Return the end of a deadline in hours: they run on, also through nights and holidays."""
    return trigger + timedelta(hours=deadline.amount)
