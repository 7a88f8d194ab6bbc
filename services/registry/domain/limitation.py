"""From which day the three months of limitation run: that of the violation itself, never that of its minutes.

L120 Đ35 k4, Đ36 k3; reading 19. The last violation counts, and the time runs anew only from the end of an evasion.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from services.registry.domain.deadlines import DeadlineRule, Due, due
from services.registry.domain.judgement import Attempt
from services.registry.domain.rehabilitation import NEW_LAW
from services.registry.domain.terms import counted_from
from services.registry.domain.tracks import Case
from services.registry.domain.violations import COMPULSORY, breaches_behind

LIMITATION = "R4-CP-LIMIT"

Day = date | None


def last_violation_on(attempt: Attempt) -> date:
    """Return when the violation was committed for which a case ends; the day of the act where nothing says more."""
    committed = _COMMITTED.get(attempt.fact("reason"))
    found = committed(attempt) if committed else None
    return min(found or attempt.day, attempt.day)


def violated_on(attempt: Attempt, ground: str | None) -> Day:
    """Return the day of the last violation on record of a ground; None where nothing bears the ground out."""
    found = _OF_GROUND.get(ground or "")
    return found(attempt) if found else None


def limitation_began_on(attempt: Attempt) -> Day:
    """Return from when the limitation runs by what is on record: a later day is somebody's word that an evasion ended."""
    stored = attempt.case.facts.get("last_violation_on") if attempt.case else None
    return _last((stored, violated_on(attempt, attempt.known("ground"))))


def time_to_register(attempt: Attempt) -> tuple[DeadlineRule, Due] | None:
    """Return until when somebody has to register who was told of the result; None for who was not, or has registered."""
    listed = attempt.history.open_case("C")
    told = listed.facts.get("notified_at") if listed else None
    if listed is None or told is None or listed.facts.get("registered_on") is not None:
        return None
    rule = attempt.law.deadlines[f"{_law_of(attempt, told.date())}-VR-REG"]
    return rule, due(rule, counted_from(told), attempt.law.calendar)


def _did_not_start(attempt: Attempt) -> Day:
    decided_on = attempt.known("decided_on")
    if not isinstance(decided_on, date):
        return None
    rule = attempt.law.deadlines[f"{_law_of(attempt, decided_on)}-VR-START"]
    return due(rule, decided_on, attempt.law.calendar).latest.date()


def _left(attempt: Attempt) -> Day:
    return _last((attempt.fact("absent_since"), attempt.fact("rules_broken_on")))


def _used(attempt: Attempt) -> Day:
    begun = attempt.known("started_on") or attempt.known("starts_on") or attempt.day
    return _last(
        day for test in attempt.history.positive_tests() if begun <= (day := test.taken_at.date()) <= attempt.day
    )


def _breached(attempt: Attempt) -> Day:
    if attempt.case is None:
        return None
    behind = breaches_behind(attempt.history, attempt.case, reason=attempt.fact("reason"), day=attempt.day)
    return _last(breach.committed_on for breach in behind)


def _not_begun_or_left(attempt: Attempt) -> Day:
    return _last((_violated(attempt, "D", "NOT_STARTED", "SELF_TERMINATED"), _not_registered(attempt)))


def _not_registered(attempt: Attempt) -> Day:
    found = time_to_register(attempt)
    if found is None or not found[1].is_missed(attempt.draft.happened_at):
        return None
    return found[1].latest.date()


def _treatment_breached(attempt: Attempt) -> Day:
    return _last(_day_of(case) for case in attempt.history.cases_of("E") if case.state in {"TERMINATED", "VIOLATED"})


def _found_addicted_after_rehab(attempt: Attempt) -> Day:
    removed = [case for case in attempt.history.cases_of("G") if case.state == "REMOVED"]
    return _last(_day_of(case) for case in removed if case.facts.get("reason") == "ADDICTED")


def _breached_often(attempt: Attempt) -> Day:
    last_rung = (
        breach.committed_on
        for breach in attempt.history.breaches
        if breach.step == COMPULSORY and breach.recorded_on <= attempt.day
    )
    ended = (_violated(attempt, track, "EM_REFUSED", "THIRD_VIOLATION") for track in "DE")
    return _last((*last_rung, *ended))


def _violated(attempt: Attempt, track: str, *reasons: str) -> Day:
    violated = [case for case in attempt.history.cases_of(track) if case.state == "VIOLATED"]
    return _last(_day_of(case) for case in violated if case.facts.get("reason") in reasons)


def _day_of(case: Case) -> Day:
    return case.facts.get("last_violation_on") or case.closed_on


def _law_of(attempt: Attempt, day: date) -> str:
    return "R4" if attempt.law.regime_on(day).code == NEW_LAW else "R1"


def _last(days: Iterable[Day]) -> Day:
    return max((day for day in days if day is not None), default=None)


_COMMITTED: Mapping[str, Callable[[Attempt], Day]] = {
    "NOT_STARTED": _did_not_start,
    "SELF_TERMINATED": _left,
    "REUSE": _used,
    "EM_REFUSED": _breached,
    "THIRD_VIOLATION": _breached,
}
"""By the reason for which voluntary rehabilitation or treatment ends."""

_OF_GROUND: Mapping[str, Callable[[Attempt], Day]] = {
    "A_NOT_REG_START_SELFTERM": _not_begun_or_left,
    "B_REUSE_IN_VOLUNTARY": lambda attempt: _violated(attempt, "D", "REUSE"),
    "C_OST_BREACH": _treatment_breached,
    "D_ADDICTED_IN_POST_REHAB": _found_addicted_after_rehab,
    "DD_EM_OR_REPEAT": _breached_often,
}
