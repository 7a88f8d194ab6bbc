"""Stages of rehabilitation, how often somebody was in it, and which law governs an episode (readings 7, 13 and 20)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.registry.domain.history import History
from services.registry.domain.regimes import Law
from services.registry.domain.tracks import Case

LAST_STAGE = 5
STAGE_COMPLETED = "StageCompleted"
BEGINNINGS = {"D": "Received", "F": "Admitted"}
NEW_LAW = "R4_L120"
MEASURES = ("D", "E", "F")
COMPLETED = "COMPLETED"
FINISHED_BY = (*MEASURES, "G")
COURT_HAS_DECIDED = frozenset({
    "COURT_APPROVED", "FACILITY_ASSIGNED", "POSTPONED", "ADMITTED", "SUSPENDED", "ESCAPED", "INTERRUPTED",
})  # fmt: skip
"""The open states of compulsory rehabilitation (track F) from the court's decision on."""

UNDER_WAY: Mapping[str, frozenset[str]] = {
    "D": frozenset({"IN_REHAB", "BETWEEN"}),
    "E": frozenset({"ACTIVE"}),
    "F": frozenset({"ADMITTED", "SUSPENDED", "ESCAPED", "INTERRUPTED"}),
}
"""The states in which somebody is in a measure: neither before its beginning nor after its end."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A stage that somebody went through; stages 3 and 4 overlap, each has its own interval."""

    number: int
    began_on: date
    ended_on: date


def stages_of(case: Case) -> dict[int, Stage]:
    """Return the completed stages by number."""
    return {
        act.facts["stage"]: Stage(
            number=act.facts["stage"], began_on=act.facts["stage_began_on"], ended_on=act.facts["stage_completed_on"]
        )
        for act in case.acts
        if act.event == STAGE_COMPLETED and "stage" in act.facts
    }


def stages_done(case: Case) -> set[int]:
    """Return the numbers of the completed stages; those completed before a move are the first ones."""
    return set(stages_of(case)) | set(range(1, (case.facts.get("stages_done") or 0) + 1))


def episodes(history: History, *, but: Case | None = None) -> list[Case]:
    """Return the cases of rehabilitation that actually began, voluntary and compulsory, without the one that is judged."""
    mine = but.case_id if but else None
    return [case for case in _rehabilitations(history.cases) if case.case_id != mine and _began(case)]


def has_finished(standing: Mapping[str, str], *, addicted_on: date | None, completed_on: date | None) -> bool:
    """Tell whether somebody on the list of addicts is past what the law asks of an addict; the old law kept them on the list.

    ``standing`` gives the state of each open case; the days are the last ones on which the person was found addicted or put on
    the list, and on which rehabilitation, treatment or the management after it was completed.
    """
    if any(track in standing for track in MEASURES) or standing.get("B") == "RESULT_ADDICTED":
        return False
    if standing.get("G") == "ACTIVE":
        return True
    return addicted_on is not None and completed_on is not None and completed_on > addicted_on


def finished_since_listed(history: History) -> bool:
    """Tell the same of a whole history."""
    listed = history.open_case("C")
    completed = [case.closed_on for case in history.cases if case.track in FINISHED_BY and case.state == COMPLETED]
    return listed is not None and has_finished(
        {case.track: case.state for case in history.cases if case.is_open},
        addicted_on=listed.facts.get("found_again_on") or listed.opened_on,
        completed_on=max((day for day in completed if day is not None), default=None),
    )


def stands_as_addict(history: History) -> bool:
    """The list of addicts, rehabilitation and treatment are for people found addicted; in a facility they leave the list."""
    if any(history.open_case(track) is not None for track in MEASURES):
        return True
    return history.open_case("C") is not None and not finished_since_listed(history)


def governed_by(law: Law, case: Case) -> str:
    """Return the regime whose term, stages and certificate an episode has: that of the decision (T1, T2, reading 13)."""
    found = case.facts.get("governed_by")
    return str(found) if found else law.regime_on(case.opened_on).code


def _rehabilitations(cases: Iterable[Case]) -> list[Case]:
    return [case for case in cases if case.track in BEGINNINGS]


def _began(case: Case) -> bool:
    return case.did(BEGINNINGS[case.track]) is not None
