"""What a positive test leads to: renewed use in the cases that run, or a case of a user where nothing runs (INV-2 to INV-4)."""

from datetime import date
from typing import Any

from services.registry.domain.history import Draft, History, TestFacts
from services.registry.domain.regimes import Law
from services.registry.domain.rehabilitation import stands_as_addict
from services.registry.domain.terms import HOUR_UNKNOWN
from services.registry.domain.tracks import Act, Case

REUSE = "ReuseDetected"
REUSE_MATTERS = ("A", "D", "E", "G")
TOLD = {"PositiveTest": "test_id", REUSE: "reuse_test_id"}
"""The acts that a test enters by itself, with the fact that names it."""
FOR_USE = frozenset({"REUSE_MANAGED", "USE_POST_REHAB", "NO_STABLE_RESIDENCE"})
"""Grounds of a determination that are a positive result."""
COUNTED_FROM_BEFORE = "G"
"""After rehabilitation the term counts from the day on which that was completed, of which nobody wrote down the hour."""
RESULTS_OF_HEALTH = frozenset({"ResultAddicted", "ResultNotAddicted"})


def acts_on_use(law: Law, history: History, test: TestFacts, *, remote: bool = False) -> list[Draft]:
    """Return what a positive result is in the cases that run; where nothing runs, it opens a case.

    Use after the last day of a term is none within it, though nobody declared the case ended yet; use before the first day
    neither. Who was found addicted is not managed as a user.
    """
    running = [case for track in REUSE_MATTERS if (case := _running(law, history, track, test)) is not None]
    renewed = [_renewed(case.track, test) for case in running if is_after_start(case, test)]
    if running or not _may_be_user(history):
        return renewed
    return [_first_use(test, {"detected_at": test.taken_at, **({"remote": True} if remote else {})})]


def acts_on_kept_use(before: History, after: History) -> list[Draft]:
    """Return what becomes of use after the term of a case that was still open, once an act ends it or gives it more time.

    As long as the former case stands open no other one may be opened (INV-1), so the test waits for its end.
    """
    found: list[Draft] = []
    for case in [each for each in after.cases if each.track in REUSE_MATTERS]:
        former = before.open_case(case.track)
        if former is None or former.case_id != case.case_id or former.ends_on is None:
            continue
        kept = [test for test in _tests_of_no_case(after) if test.taken_at.date() > former.ends_on]
        if not case.is_open and kept and _may_be_user(after) and not after.is_gone(case.last.happened_on):
            return [_first_use(kept[0], {"detected_at": kept[0].taken_at})]
        if case.is_open and case.state == former.state:
            found += [_renewed(case.track, test) for test in kept if is_within_term(case, test)][-1:]
    return found


def told_by(history: History, test_id: str) -> list[Act]:
    """Return the acts that a positive result entered and nobody typed, the earliest first."""
    acts = [act for case in history.cases for act in case.acts if act.event in TOLD]
    told = [act for act in acts if act.facts.get(TOLD[act.event]) == test_id]
    return sorted(told, key=lambda act: act.happened_at)


def request_stands_on(history: History, test_id: str) -> bool:
    """Say whether a determination was asked for because of this use, and no other use like it would carry the request."""
    told = told_by(history, test_id)
    if not told:
        return False
    like_it = {act.event for act in told}
    others = [
        act.happened_at
        for test in history.positive_tests()
        if test.test_id != test_id
        for act in told_by(history, test.test_id)
        if act.event in like_it
    ]
    asked = [
        act.happened_at
        for case in history.cases_of("B")
        for act in case.acts
        if act.event == "Requested" and act.facts.get("ground") in FOR_USE
    ]
    return any(moment >= told[0].happened_at and not any(other <= moment for other in others) for moment in asked)


def acts_on_freed_use(law: Law, before: History, after: History) -> list[Draft]:
    """Return what a later positive result is, once the case that a withdrawn one had opened is gone.

    While that case stood open the later one could open none (INV-1).
    """
    gone = {case.case_id for case in before.cases_of("A")} - {case.case_id for case in after.cases_of("A")}
    since = [case.opened_on for case in before.cases_of("A") if case.case_id in gone]
    kept = [test for test in _tests_of_no_case(after) if since and test.received_at.date() >= min(since)]
    return acts_on_use(law, after, kept[0]) if kept else []


def is_within_term(case: Case, test: TestFacts, until: date | None = None) -> bool:
    """Tell whether a test shows use within the term of a case: after its start, by its last day and by the day ``until``."""
    last = min((day for day in (case.ends_on, until) if day is not None), default=None)
    return is_after_start(case, test) and (last is None or test.taken_at.date() <= last)


def unsettled_use(history: History, case: Case, until: date | None = None) -> date | None:
    """Return the day of the last use within the term of a case that no result of a determination has followed, by a day."""
    if not (case.facts.get("started_on") or case.starts_on):
        return None
    within = [test.taken_at.date() for test in history.positive_tests() if is_within_term(case, test, until)]
    results = [act for each in history.cases_of("B") for act in each.acts if act.event in RESULTS_OF_HEALTH]
    concluded = [act.facts.get("concluded_on") or act.happened_on for act in results]
    if not within or any(within[-1] <= day and (until is None or day <= until) for day in concluded):
        return None
    return within[-1]


def is_after_start(case: Case, test: TestFacts) -> bool:
    """Tell whether a test was taken after the act that began the term; of the first day only where the hour of the act is known.

    What was used before, and found on the same morning, is no use within the term.
    """
    begun = case.facts.get("started_on") or case.starts_on
    if begun is None or test.taken_at.date() != begun:
        return begun is None or test.taken_at.date() > begun
    act = next((each for each in reversed(case.acts) if "starts_on" in each.facts), case.last)
    is_timed = act.happened_on == begun and act.happened_at.time() != HOUR_UNKNOWN
    return is_timed and case.track != COUNTED_FROM_BEFORE and test.taken_at > act.happened_at


def _running(law: Law, history: History, track: str, test: TestFacts) -> Case | None:
    case = history.open_case(track)
    if case is None or (case.ends_on is not None and test.taken_at.date() > case.ends_on):
        return None
    regime = law.regime_on(test.received_at.date()).code
    knows_reuse = any(
        line.event == REUSE and line.under_regime(regime) is not None for line in law.tracks[track].after(case.state)
    )
    return case if knows_reuse else None


def _may_be_user(history: History) -> bool:
    return history.open_case("A") is None and not stands_as_addict(history)


def _tests_of_no_case(history: History) -> list[TestFacts]:
    used = {act.facts.get(name) for case in history.cases for act in case.acts for name in ("test_id", "reuse_test_id")}
    return [test for test in history.positive_tests() if test.test_id not in used]


def _renewed(track: str, test: TestFacts) -> Draft:
    return Draft(track=track, event=REUSE, happened_at=test.received_at, facts={"reuse_test_id": test.test_id})


def _first_use(test: TestFacts, detection: dict[str, Any]) -> Draft:
    """The law of 2021 verifies the residence within days of the detection, and every law so in remote areas."""
    return Draft(
        track="A", event="PositiveTest", happened_at=test.received_at, facts={"test_id": test.test_id, **detection}
    )
