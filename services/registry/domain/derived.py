"""Facts of an act that follow from the history and that nobody types: age, number of the rehabilitation, day of completion."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from services.registry.domain.deadlines import due
from services.registry.domain.judgement import Attempt
from services.registry.domain.limitation import last_violation_on
from services.registry.domain.rehabilitation import NEW_LAW, episodes, governed_by

READING = {NEW_LAW: "R4-CP-READ"}
READING_OF_OLD_LAW = "R1-CP-READ"


def adult(attempt: Attempt) -> bool:
    """Tell whether the person is of age on the day of the act; whose birth date is not known counts as of age."""
    return not attempt.history.is_minor_on(attempt.day)


def rehab_sequence_no(attempt: Attempt) -> int:
    """Return which time this is: every episode begun counts, in either law, unless the officer says otherwise (reading 20)."""
    begun = episodes(attempt.history, but=attempt.case)
    if attempt.fact("choice_u6") == "NOT_COUNTED":
        begun = [case for case in begun if governed_by(attempt.law, case) == NEW_LAW]
    return 1 + len(begun) + (attempt.known("earlier_rehabs") or 0)


def completed_on(attempt: Attempt) -> date | None:
    """Return the day of completion: the last day of the term, whenever the paper was signed (reading 3)."""
    last_day = attempt.known("ends_on")
    return last_day if isinstance(last_day, date) else None


def ends_on(attempt: Attempt) -> date | None:
    """Return the end that another case gives to this one; it never lies before the term began."""
    given, starts_on = attempt.fact("ends_on"), attempt.known("starts_on")
    if not isinstance(given, date):
        return None
    return max(given, starts_on) if isinstance(starts_on, date) else given


def reading_over_on(attempt: Attempt) -> date:
    """Return the last day on which the person may read the file."""
    rule = attempt.law.deadlines[READING.get(attempt.regime.code, READING_OF_OLD_LAW)]
    return due(rule, attempt.day, attempt.law.calendar).day


def interrupted_from_on(attempt: Attempt) -> date:
    """Return the day from which the term stands still: that of the escape, where prison followed it."""
    escaped = attempt.case.did("Escaped") if attempt.case and attempt.case.state == "ESCAPED" else None
    return escaped.happened_on if escaped else attempt.day


def venue(attempt: Attempt) -> Any:
    """Return where rehabilitation goes on after the officer chose under T4."""
    return "TRUONG_GIAO_DUONG" if attempt.fact("choice_t4") == "MOVE" else attempt.known("venue")


DERIVED: Mapping[str, Callable[[Attempt], Any]] = {
    "adult": adult,
    "adult_at_court": adult,
    "rehab_sequence_no": rehab_sequence_no,
    "completed_on": completed_on,
    "ends_on": ends_on,
    "reading_over_on": reading_over_on,
    "interrupted_from_on": interrupted_from_on,
    "venue": venue,
    "last_violation_on": last_violation_on,
}
"""By the name of the fact."""
