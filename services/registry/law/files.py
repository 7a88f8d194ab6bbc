"""The shape of the law files; a key that is not here is refused."""

from dataclasses import dataclass
from datetime import date

from services.registry.domain.regimes import Holiday, Regime


@dataclass(frozen=True, kw_only=True)
class RegimesFile:
    """user_management.yml: the regimes, oldest first."""

    regimes: tuple[Regime, ...]


@dataclass(frozen=True, kw_only=True)
class SingleDay:
    """One day that a yearly decision made free, or made a working day in exchange."""

    day: date
    free: bool
    name: str


@dataclass(frozen=True, kw_only=True)
class CalendarFile:
    """calendar.yml: public holidays, and single days that differ."""

    holidays: tuple[Holiday, ...]
    single_days: tuple[SingleDay, ...]
