"""What the registry makes of the health station's events: determinations and substitution treatments of people in its books.

Somebody whom the registry does not know is not opened here: a pseudonym names nobody. Hearing in any order leads to the same cases:
an act that comes after the one which made it pointless changes nothing.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from chassis.clock import LOCAL_ZONE
from chassis.envelope import Envelope
from chassis.service import ActingListener
from chassis.unit_of_work import UnitOfWork
from contracts.health import (
    DeterminationCancelled,
    DeterminationConcluded,
    DeterminationCorrected,
    DeterminationReceived,
    OstTreatmentAdmitted,
    OstTreatmentEnded,
)
from services.registry import queries
from services.registry.domain.history import Draft
from services.registry.handlers.acts import enter
from services.registry.handlers.annulments import annul
from services.registry.law import law
from services.registry.tables import Act, Case, Person

RESULTS: Mapping[str, str] = {"ADDICTED": "ResultAddicted", "NOT_ADDICTED": "ResultNotAddicted"}
ENDINGS: Mapping[str, str] = {
    "TERMINATED": "Terminated",
    "COMPLETED": "Completed",
    "TRANSFERRED": "TransferredFacility",
    "LEFT": "Left",
    "DECEASED": "Died",
}
DETERMINATION, TREATMENT = "B", "E"


def on_determination_received(fact: DeterminationReceived, envelope: Envelope, uow: UnitOfWork) -> None:
    """The station examines: the request has arrived where it belongs."""
    person = _person(uow, fact.request_id, fact.person_key)
    if person is not None:
        _enter(uow, person, DETERMINATION, "Received", fact.received_on, {"determination_id": fact.determination_id})


def on_determination_concluded(fact: DeterminationConcluded, envelope: Envelope, uow: UnitOfWork) -> None:
    """The result has come; the time in which the police decide on it runs from now."""
    person = _person(uow, fact.request_id, fact.person_key)
    if person is not None:
        _enter_result(uow, person, fact)


def on_determination_corrected(fact: DeterminationCorrected, envelope: Envelope, uow: UnitOfWork) -> None:
    """A new version of a result: when it says something else, the former act is annulled and the new one entered.

    Raises RuleBroken when acts stand on the former result: the event is then parked, for somebody to decide.
    """
    person = _person(uow, fact.request_id, fact.person_key)
    if person is None:
        return
    former = _result(uow, person, fact.determination_id)
    if former is not None and former.event == RESULTS[fact.conclusion]:
        return
    if former is not None:
        annul(uow, former, "")
    _enter_result(uow, person, fact)


def on_determination_cancelled(fact: DeterminationCancelled, envelope: Envelope, uow: UnitOfWork) -> None:
    """The determination ended without a result."""
    person = _person(uow, fact.request_id, fact.person_key)
    if person is not None:
        _enter(uow, person, DETERMINATION, "Declined", fact.cancelled_on, {"reason": fact.reason})


def on_ost_treatment_admitted(fact: OstTreatmentAdmitted, envelope: Envelope, uow: UnitOfWork) -> None:
    """Somebody in the register is in substitution treatment; of the treatment itself only its days are known here."""
    person = _person(uow, None, fact.person_key)
    if person is not None:
        _enter(uow, person, TREATMENT, "Admitted", fact.admitted_on, {"treatment_id": fact.treatment_id})


def on_ost_treatment_ended(fact: OstTreatmentEnded, envelope: Envelope, uow: UnitOfWork) -> None:
    """The treatment ended; how it ended decides what follows."""
    person = _person(uow, None, fact.person_key)
    if person is not None:
        _enter(uow, person, TREATMENT, ENDINGS[fact.reason], fact.ended_on, {})


LISTENERS: Mapping[type[Any], ActingListener] = {
    DeterminationReceived: on_determination_received,
    DeterminationConcluded: on_determination_concluded,
    DeterminationCorrected: on_determination_corrected,
    DeterminationCancelled: on_determination_cancelled,
    OstTreatmentAdmitted: on_ost_treatment_admitted,
    OstTreatmentEnded: on_ost_treatment_ended,
}


def _person(uow: UnitOfWork, request_id: str | None, person_key: str) -> Person | None:
    """Return whom an event is about, held until the transaction ends; None when the registry does not know them."""
    person_id = None
    if request_id is not None:
        person_id = uow.session.scalar(select(Case.person_id).where(Case.case_id == request_id))
    if person_id is None:
        person_id = uow.session.scalar(select(Person.person_id).where(Person.person_key == person_key))
    return uow.get(Person, person_id) if person_id is not None else None


def _enter_result(
    uow: UnitOfWork, person: Person, fact: DeterminationConcluded | DeterminationCorrected
) -> None:
    facts = {"determination_id": fact.determination_id, "concluded_on": fact.concluded_on}
    _enter(uow, person, DETERMINATION, RESULTS[fact.conclusion], uow.today(), facts)


def _result(uow: UnitOfWork, person: Person, determination_id: str) -> Act | None:
    standing = queries.standing_acts(uow, person.person_id)
    results = [act for act in standing if act.event in RESULTS.values() and act.facts.get("determination_id") == determination_id]
    return results[-1] if results else None


def _enter(uow: UnitOfWork, person: Person, track: str, event: str, day: date, facts: Mapping[str, Any]) -> None:
    """Enter what was heard where the case admits it; what came too late to matter is left."""
    case = queries.history_of(uow, person).open_case(track)
    transition = law().tracks[track].transition(event)
    if (case.state if case else "") not in transition.origin:
        return
    moment = uow.now().astimezone(LOCAL_ZONE)
    if day != moment.date():
        moment = datetime.combine(max(day, case.last.happened_on) if case else day, time(0), LOCAL_ZONE)
    enter(uow, person, Draft(track=track, event=event, happened_at=moment, facts=facts))
