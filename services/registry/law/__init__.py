"""The law as data: reads and checks the files beside this one. Domain rules ask the result; nothing is decided here.

A jurist changes a rule by editing a file; a mistake stops the start with file, line and reason.
"""

from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

from chassis.documents import BrokenDocument, read_document
from services.registry.domain.regimes import Law, Regime
from services.registry.law.files import CalendarFile, RegimesFile

FOLDER = Path(__file__).parent

__all__ = ["law", "load_law"]


@cache
def law() -> Law:
    """Return the law of this program, read once."""
    return load_law(FOLDER)


def load_law(folder: Path) -> Law:
    """Read and check a folder of law files. Raises BrokenDocument."""
    regimes_file, calendar_file = folder / "user_management.yml", folder / "calendar.yml"
    regimes = read_document(regimes_file, RegimesFile).regimes
    calendar = read_document(calendar_file, CalendarFile)
    _check_regimes(regimes_file, regimes)
    return Law(
        regimes=regimes,
        holidays=calendar.holidays,
        free_days={each.day: each.free for each in calendar.single_days},
    )


def _check_regimes(file: Path, regimes: tuple[Regime, ...]) -> None:
    """Every day from the first regime on has exactly one; only the last one is open."""
    if not regimes:
        raise BrokenDocument(file, 1, "there is no regime")
    for earlier, later in pairwise(regimes):
        if earlier.ends_on is None or earlier.ends_on + timedelta(days=1) != later.starts_on:
            raise BrokenDocument(file, 1, f"{later.code} does not begin on the day after {earlier.code} ends")
    if regimes[-1].ends_on is not None:
        raise BrokenDocument(file, 1, f"{regimes[-1].code} is the last regime and has an end")
