"""The law as data, as far as the station needs it: reads and checks the files beside this one.

A jurist changes a rule by editing a file; a mistake stops the start with file, line and reason.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

from chassis.documents import BrokenDocument, read_document
from services.health.domain.regimes import Holiday, Law, Regime

FOLDER = Path(__file__).parent

__all__ = ["law", "load_law"]


@dataclass(frozen=True, kw_only=True)
class RegimesFile:
    """determination.yml: the regimes, oldest first."""

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


@cache
def law() -> Law:
    """Return the law of this program, read once."""
    return load_law(FOLDER)


def load_law(folder: Path) -> Law:
    """Read and check a folder of law files. Raises BrokenDocument."""
    file = folder / "determination.yml"
    regimes = read_document(file, RegimesFile).regimes
    calendar = read_document(folder / "calendar.yml", CalendarFile)
    _check_days(file, regimes)
    for regime in regimes:
        _check_rules(file, regime)
    return Law(
        regimes=regimes,
        holidays=calendar.holidays,
        free_days={each.day: each.free for each in calendar.single_days},
    )


def _check_days(file: Path, regimes: tuple[Regime, ...]) -> None:
    """Every day from the first regime on has exactly one; only the last one is open."""
    if not regimes:
        raise BrokenDocument(file, 1, "there is no regime")
    for earlier, later in pairwise(regimes):
        if earlier.ends_on is None or earlier.ends_on + timedelta(days=1) != later.starts_on:
            raise BrokenDocument(file, 1, f"{later.code} does not begin on the day after {earlier.code} ends")
    if regimes[-1].ends_on is not None:
        raise BrokenDocument(file, 1, f"{regimes[-1].code} is the last regime and has an end")


def _check_rules(file: Path, regime: Regime) -> None:
    rules = regime.determination
    if rules.ground(rules.voluntary_ground) is None:
        raise BrokenDocument(file, 1, f"{regime.code} has no ground {rules.voluntary_ground}")
    if rules.result.unit != "DAY" or rules.staff.unit != "HOUR" or rules.send.unit != "HOUR":
        raise BrokenDocument(file, 1, f"{regime.code}: the result is due in days, staff and sending in hours")
