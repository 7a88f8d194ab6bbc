"""The law as the registry asks it: which regime is in force on a day, who is competent, what must be done and by when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from chassis.errors import RuleBroken
from chassis.i18n import _
from services.registry.domain.deadlines import DeadlineRule
from services.registry.domain.texts import Text
from services.registry.domain.tracks import FactKind, Track
from services.registry.domain.workdays import Calendar, Certainty

SHORT_DIGEST = 12


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """The articles on how a sample is taken."""

    same_sex_article: str
    guardian_article: str


@dataclass(frozen=True, kw_only=True)
class Body:
    """Somebody on whom the law puts a duty: an office, a court, a facility, the person."""

    code: str
    name: Text


@dataclass(frozen=True, kw_only=True)
class Competence:
    """Which body a regime makes competent for a duty, and where it says so."""

    duty: str
    body: str
    article: str
    certainty: Certainty = "TEXT"


@dataclass(frozen=True, kw_only=True)
class RegimeRow:
    """A stretch of time with one law; ``ends_on`` is its last day, None while it is in force."""

    code: str
    starts_on: date
    ends_on: date | None
    law: str
    texts: tuple[str, ...]
    tiers: int
    communes: Text
    competent: tuple[Competence, ...]
    certainty: Certainty = "TEXT"
    note: Text | None = None

    def covers(self, day: date) -> bool:
        """Tell whether the regime is in force on this day; a boundary day begins at 00:00."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def competence(self, duty: str) -> Competence | None:
        """Return who is competent for a duty in this regime; None where the regime does not know the duty."""
        return next((one for one in self.competent if one.duty == duty), None)


@dataclass(frozen=True, kw_only=True)
class Regime(RegimeRow):
    """A regime together with what it says of taking samples."""

    sampling: Sampling


@dataclass(frozen=True, kw_only=True)
class TransitionRule:
    """How a case that lies on the boundary between two laws is treated: T1 to T5, evaluated for each case.

    ``parameters`` are what may be changed without code; ``asks_officer`` where the law leaves the choice to the officer.
    """

    code: str
    boundary: date
    says: Text
    basis: str
    certainty: Literal["TEXT", "DESIGN"]
    asks_officer: bool
    parameters: Mapping[str, str | int | bool]


@dataclass(frozen=True, kw_only=True)
class OtherText:
    """A text beside the regimes that the programme follows, and since when."""

    name: str
    subject: Text
    starts_on: date
    ends_on: date | None = None
    certainty: Certainty = "TEXT"
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Law:
    """Everything that was read from the law files. ``digest`` is theirs; its ``version`` is kept with every decision."""

    regimes: tuple[Regime, ...]
    calendar: Calendar
    bodies: Mapping[str, Body]
    transition_rules: Mapping[str, TransitionRule]
    deadlines: Mapping[str, DeadlineRule]
    other_texts: tuple[OtherText, ...]
    digest: str
    tracks: Mapping[str, Track] = field(default_factory=dict)
    facts: Mapping[str, FactKind] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Return the first letters of the digest, which tell one state of the law files from another."""
        return self.digest[:SHORT_DIGEST]

    def regime(self, code: str) -> Regime:
        """Return the regime with this code. Raises KeyError for one that is not there."""
        return {regime.code: regime for regime in self.regimes}[code]

    def deadline(self, code: str) -> DeadlineRule:
        """Return the deadline rule with this code. Raises KeyError for one that is not there."""
        return self.deadlines[code]

    @property
    def eligibilities(self) -> frozenset[str]:
        """Return the rules by which something may be done from a day on: nobody is ever late with it."""
        return frozenset(code for code, rule in self.deadlines.items() if rule.kind == "ELIGIBILITY")

    def competent_for(self, duty: str, day: date) -> Competence | None:
        """Return who is competent for a duty on a day; None where the regime of the day does not know the duty."""
        return self.regime_on(day).competence(duty)

    def actor_of(self, rule: DeadlineRule, day: date) -> Body | None:
        """Return whom a rule obliges on a day: the body it names, or the one that is competent for the duty it names."""
        if rule.actor is None:
            return None
        competence = self.competent_for(rule.actor, day)
        return self.bodies[competence.body if competence else rule.actor]

    def regime_on(self, day: date) -> Regime:
        """Return the regime in force on a day. Raises RuleBroken for a day before the oldest one."""
        for regime in self.regimes:
            if regime.covers(day):
                return regime
        raise RuleBroken(
            _("Phần mềm chưa có quy định của ngày %(day)s; sớm nhất là ngày %(first)s.",
              day=f"{day:%d/%m/%Y}", first=f"{self.regimes[0].starts_on:%d/%m/%Y}"),
            code="no_regime",
        )  # fmt: skip

    def is_holiday(self, day: date) -> bool:
        """Tell whether a weekday is free; what a yearly decision says of a day wins over the holidays."""
        return self.calendar.is_holiday(day)
