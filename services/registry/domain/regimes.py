"""The law as the registry asks it: which regime is in force on a day, and what that regime says of user management."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chassis.errors import RuleBroken
from chassis.i18n import _
from services.registry.domain.terms import Unit


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A statutory document: its code, its name as printed, and the article that asks for it."""

    form_code: str
    form_name: str
    article: str


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """By when something must be done after its trigger."""

    code: str
    amount: int
    unit: Unit
    article: str


@dataclass(frozen=True, kw_only=True)
class Term:
    """How long a status lasts."""

    code: str
    amount: int
    unit: Unit
    article: str


@dataclass(frozen=True, kw_only=True)
class StopReason:
    """A reason for which management stops before its term."""

    code: str
    article: str


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """The articles on how a sample is taken."""

    same_sex_article: str
    guardian_article: str


@dataclass(frozen=True, kw_only=True)
class UserManagementRules:
    """What one regime says of managing people who use drugs unlawfully."""

    decider_role: str
    signs_for_decider: tuple[str, ...]
    decision: Paper
    decision_deadline: Deadline
    term: Term
    stop: Paper
    stop_reasons: tuple[StopReason, ...]
    end: Paper
    sampling: Sampling

    def may_sign(self, role: str) -> bool:
        """Tell whether this role decides, or signs for the one that does."""
        return role == self.decider_role or role in self.signs_for_decider

    def stop_reason(self, code: str) -> StopReason | None:
        """Return the reason with this code, if this regime has it."""
        return next((reason for reason in self.stop_reasons if reason.code == code), None)


@dataclass(frozen=True, kw_only=True)
class Regime:
    """A stretch of time with one law; ``ends_on`` is its last day, None while it is in force."""

    code: str
    starts_on: date
    ends_on: date | None
    law: str
    texts: tuple[str, ...]
    user_management: UserManagementRules

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
    """Everything that was read from the law files; ``swapped`` are single days that were made working days or free."""

    regimes: tuple[Regime, ...]
    holidays: tuple[Holiday, ...]
    free_days: Mapping[date, bool]

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
        """Tell whether a weekday is free; what the file says of one single day wins over the yearly rule."""
        if day in self.free_days:
            return self.free_days[day]
        return any((holiday.month, holiday.day) == (day.month, day.day) for holiday in self.holidays)
