"""What a document says of a measure that stands on another track, or of a term that only begins later."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from chassis.unit_of_work import UnitOfWork
from services.registry.domain.deadlines import DeadlineRule
from services.registry.domain.terms import add_months
from services.registry.domain.tracks import Act as ActFacts
from services.registry.law import law
from services.registry.queries.facts import restored
from services.registry.tables import Case, Person

MEASURES = {
    "VOLUNTARY": "D", "COMPULSORY": "F", "OST": "E",
    "COMMUNITY_REHAB": "D", "PARENTS_REQUEST": "D", "POST_REHAB": "G", "MINOR_POST_REHAB": "G",
}  # fmt: skip
"""The track of the measure on which management after it, or monitoring, stands."""

MONITORED = {
    "COMMUNITY_REHAB": "HOME_COMMUNITY", "OST": "OST", "POST_REHAB": "POST_REHAB",
    "PARENTS_REQUEST": "MINOR_PARENTS", "MINOR_POST_REHAB": "MINOR_POST_REHAB",
}  # fmt: skip
"""The groups as the decision on monitoring ticks them."""

TERMS_OF_MONITORING = {
    "OST": "02 năm", "PARENTS_REQUEST": "01 năm, hoặc bằng thời hạn còn lại của biện pháp nếu ngắn hơn",
}  # fmt: skip
WHOLE_TERM = "bằng thời hạn của biện pháp đang áp dụng"
"""The term of monitoring in the words of a decision (ND163 Đ15); its days are known when the device is fitted."""

AFTER_COMPULSORY_OF_ADULTS, AFTER_ANYTHING_ELSE = "R4-PR-TERM-2Y", "R4-PR-TERM-1Y"


def of_other_tracks(uow: UnitOfWork, person: Person, act: ActFacts, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form of an act asks of other cases: the measure, its decision, the finding, the planned term."""
    said: dict[str, Any] = {"determined_on": _determined_on(uow, person), "measure_text": _name_of(act.track)}
    basis = str(facts.get("em_basis") or facts.get("basis") or "")
    measure = _latest(uow, person, MEASURES.get(basis, "")) if act.track in {"G", "H"} else None
    if measure is not None:
        said["measure_text"] = _name_of(measure.track)
    if act.track == "D" and act.event == "Decided":
        said |= _planned_rehabilitation(act.happened_on, facts)
    if act.track == "G" and act.event in {"Proposed", "Decided"}:
        said |= _proposed_management(facts, measure)
    if act.track == "H":
        said |= {"monitored_group": MONITORED.get(basis), "term": TERMS_OF_MONITORING.get(basis, WHOLE_TERM)}
    if act.track == "K":
        said |= {"starts_on": act.happened_on}
    return {name: value for name, value in said.items() if value is not None}


def _name_of(track: str) -> str:
    return law().tracks[track].name.vi


def _latest(uow: UnitOfWork, person: Person, track: str) -> Case | None:
    asked = select(Case).where(Case.person_id == person.person_id, Case.track == track, Case.state != "ANNULLED")
    return uow.session.scalar(asked.order_by(Case.opened_on.desc(), Case.case_id.desc()).limit(1))


def _determined_on(uow: UnitOfWork, person: Person) -> date | None:
    """Return when somebody was last found addicted; the list of addicts keeps it, the request too."""
    found = [case for track in ("B", "C") if (case := _latest(uow, person, track)) is not None]
    days = [restored(case.facts).get("concluded_on") for case in found]
    return max((day for day in days if isinstance(day, date)), default=None)


def _planned_rehabilitation(day: date, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The decision says from when to when rehabilitation is meant to run; the reception says when it does."""
    months = facts.get("term_months") or _months(
        "R4-VR-TERM1" if facts.get("rehab_sequence_no") == 1 else "R4-VR-TERM2"
    )
    return {"starts_on": day, "ends_on": add_months(day, months)}


def _proposed_management(facts: Mapping[str, Any], measure: Case | None) -> dict[str, Any]:
    completes_on = facts.get("completes_on")
    if not isinstance(completes_on, date):
        return {}
    adult = facts.get("basis") == "COMPULSORY" and facts.get("adult_at_court") is not False
    months = _months(AFTER_COMPULSORY_OF_ADULTS if adult else AFTER_ANYTHING_ELSE)
    decision = {} if measure is None else {
        "decision_number": measure.document_number, "decision_on": measure.decided_on or measure.starts_on,
    }  # fmt: skip
    term = {"starts_on": completes_on, "ends_on": add_months(completes_on, months), "completed_on": completes_on}
    return {**term, **decision}


def _months(code: str) -> int:
    rule: DeadlineRule = law().deadlines[code]
    return (rule.amount or 0) * (12 if rule.unit == "YEAR" else 1)
