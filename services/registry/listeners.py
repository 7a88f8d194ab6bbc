"""What the registry makes of the health station's events: determinations and substitution treatments of people in its books.

Somebody whom the registry does not know is not opened here: a pseudonym names nobody. Hearing in any order leads to the same
cases: an act that comes after the one which made it pointless changes nothing, and what was heard before it could take effect is
looked at again when something earlier comes.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from functools import wraps
from typing import Any

import msgspec
from sqlalchemy import select

from chassis.clock import LOCAL_ZONE
from chassis.envelope import Envelope
from chassis.errors import RuleBroken
from chassis.i18n import _
from chassis.inbox import APPLIED
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
from services.registry.domain.history import Draft, History
from services.registry.domain.tracks import Case as CaseFacts
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
WITHDRAWN = "WITHDRAWN"

Determining = DeterminationReceived | DeterminationConcluded | DeterminationCorrected | DeterminationCancelled
Result = DeterminationConcluded | DeterminationCorrected


class AnotherIsOpen(RuleBroken):
    """A result came for a request that was withdrawn, while another request for the same person is open."""

    code = "another_is_open"


def on_determination_received(fact: DeterminationReceived, envelope: Envelope, uow: UnitOfWork) -> None:
    """The station examines: the request has arrived where it belongs."""
    person = _person(uow, fact.request_id, fact.person_key)
    if person is not None and _may_follow(queries.history_of(uow, person), fact):
        _enter(uow, person, "B.Received", on=fact.received_on, facts={"determination_id": fact.determination_id})


def on_determination_concluded(fact: DeterminationConcluded, envelope: Envelope, uow: UnitOfWork) -> None:
    """The result has come; the time in which the police decide on it runs from now.

    Raises AnotherIsOpen: the event is then parked, for somebody to decide.
    """
    person = _person(uow, fact.request_id, fact.person_key)
    if person is None or _was_corrected_since(uow, envelope) or _result(uow, person, fact.determination_id) is not None:
        return
    _enter_result(uow, person, fact)


def on_determination_corrected(fact: DeterminationCorrected, envelope: Envelope, uow: UnitOfWork) -> None:
    """A new version of a result: when it says something else, the former act is annulled and the new one entered.

    Raises RuleBroken when acts stand on the former result: the event is then parked, for somebody to decide.
    """
    person = _person(uow, fact.request_id, fact.person_key)
    if person is None or _was_corrected_since(uow, envelope):
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
    if person is not None and _may_follow(queries.history_of(uow, person), fact):
        _enter(uow, person, "B.Declined", on=fact.cancelled_on, facts={"reason": fact.reason})


def on_ost_treatment_admitted(fact: OstTreatmentAdmitted, envelope: Envelope, uow: UnitOfWork) -> None:
    """Somebody in the register is in substitution treatment; of the treatment itself only its days are known here."""
    person = _person(uow, None, fact.person_key)
    if person is None:
        return
    known = [case for case in queries.history_of(uow, person).cases_of(TREATMENT) if _is_of(case, fact.treatment_id)]
    if not known:
        _enter(uow, person, "E.Admitted", on=fact.admitted_on, facts={"treatment_id": fact.treatment_id})


def on_ost_treatment_ended(fact: OstTreatmentEnded, envelope: Envelope, uow: UnitOfWork) -> None:
    """The treatment ended; how it ended decides what follows. The end of a treatment that does not run changes nothing."""
    person = _person(uow, None, fact.person_key)
    if person is None:
        return
    running = queries.history_of(uow, person).open_case(TREATMENT)
    if running is not None and running.facts.get("treatment_id") in {None, fact.treatment_id}:
        _enter(uow, person, f"E.{ENDINGS[fact.reason]}", on=fact.ended_on, facts={})


_HEARD: Mapping[type[Any], ActingListener] = {
    DeterminationReceived: on_determination_received,
    DeterminationConcluded: on_determination_concluded,
    DeterminationCorrected: on_determination_corrected,
    DeterminationCancelled: on_determination_cancelled,
    OstTreatmentAdmitted: on_ost_treatment_admitted,
    OstTreatmentEnded: on_ost_treatment_ended,
}
_BY_TYPE = {fact.TYPE: (msgspec.json.Decoder(fact), listener) for fact, listener in _HEARD.items()}


def _in_any_order(listener: ActingListener) -> ActingListener:
    """Return a listener after which whatever came too early about the same person is heard again; most often there is nothing."""

    @wraps(listener)
    def hear(fact: Any, envelope: Envelope, uow: UnitOfWork) -> None:
        listener(fact, envelope, uow)
        for later, its_envelope in _heard_too_early(uow, envelope, fact.person_key):
            _BY_TYPE[its_envelope.type][1](later, its_envelope, uow)

    return hear


LISTENERS: Mapping[type[Any], ActingListener] = {fact: _in_any_order(listener) for fact, listener in _HEARD.items()}


def _heard_too_early(uow: UnitOfWork, envelope: Envelope, person_key: str) -> Iterator[tuple[Any, Envelope]]:
    """Yield what the inbox holds about the same person from later in the log of the station, in the order of that log."""
    inbox = uow.tables.inbox.inbox
    asked = select(inbox).where(
        inbox.c.source == envelope.source,
        inbox.c.position > envelope.position,
        inbox.c.state == APPLIED,
        inbox.c.type.in_(_BY_TYPE),
        inbox.c.data.contains(person_key, autoescape=True),
    )
    for row in uow.session.execute(asked.order_by(inbox.c.position)).all():
        fact = _BY_TYPE[row.type][0].decode(row.data)
        if fact.person_key == person_key:
            yield fact, _envelope(row)


def _envelope(row: Any) -> Envelope:
    return Envelope(
        event_id=row.event_id,
        source=row.source,
        type=row.type,
        subject=row.subject,
        subject_version=row.subject_version,
        unit=row.unit_code,
        occurred_on=row.occurred_on,
        recorded_at=row.recorded_at,
        position=row.position,
        correlation_id=row.correlation_id,
        data=msgspec.Raw(row.data.encode()),
    )


def _was_corrected_since(uow: UnitOfWork, envelope: Envelope) -> bool:
    """Tell whether a later version of a result was heard: what it says counts, this one does not any more."""
    inbox = uow.tables.inbox.inbox
    asked = select(inbox.c.position).where(
        inbox.c.source == envelope.source,
        inbox.c.subject == envelope.subject,
        inbox.c.subject_version > envelope.subject_version,
        inbox.c.state == APPLIED,
        inbox.c.type == DeterminationCorrected.TYPE,  # type: ignore[attr-defined]
    )
    return uow.session.scalar(asked.limit(1)) is not None


def _person(uow: UnitOfWork, request_id: str | None, person_key: str) -> Person | None:
    """Return whom an event is about, held until the transaction ends; None when the registry does not know them."""
    person_id = None
    if request_id is not None:
        person_id = uow.session.scalar(select(Case.person_id).where(Case.case_id == request_id))
    if person_id is None:
        person_id = uow.session.scalar(select(Person.person_id).where(Person.person_key == person_key))
    person = uow.get(Person, person_id) if person_id is not None else None
    while person is not None and person.merged_into is not None:
        person = uow.get(Person, person.merged_into)
    return person


def _is_of(case: CaseFacts, number: str) -> bool:
    """Tell whether a case is of this determination or treatment of the station."""
    return number in {case.facts.get("determination_id"), case.facts.get("treatment_id")}


def _case_of(history: History, fact: Determining) -> CaseFacts | None:
    """Return the case of a determination, open or closed: the one that knows it, or that of its request."""
    cases = history.cases_of(DETERMINATION)
    own = [case for case in cases if _is_of(case, fact.determination_id)]
    asked = [case for case in cases if case.case_id == fact.request_id]
    return next(reversed([*asked, *own]), None)


def _may_follow(history: History, fact: Determining) -> bool:
    """Tell whether an event belongs into the case that is open, or into a new one."""
    case = _case_of(history, fact)
    if case is not None:
        return case.is_open
    if fact.request_id is not None:
        # The request is no longer in the book: it was a mistake and was annulled.
        return False
    running = history.open_case(DETERMINATION)
    return running is None or running.facts.get("determination_id") is None


def _enter_result(uow: UnitOfWork, person: Person, fact: Result) -> None:
    """Enter a result where it belongs; when the request was withdrawn meanwhile it is a case of its own, as if unasked."""
    history = queries.history_of(uow, person)
    case = _case_of(history, fact)
    too_late = fact.request_id is not None and (case is None or case.state == WITHDRAWN)
    if too_late and history.open_case(DETERMINATION) is not None:
        raise AnotherIsOpen(
            _("Kết quả của đề nghị đã rút, trong khi người này đang có đề nghị khác; hãy xem và quyết định.")
        )
    if not too_late and not _may_follow(history, fact):
        return
    facts = {"determination_id": fact.determination_id, "concluded_on": fact.concluded_on}
    _enter(uow, person, f"B.{RESULTS[fact.conclusion]}", on=uow.today(), facts=facts)


def _result(uow: UnitOfWork, person: Person, determination_id: str) -> Act | None:
    results = [act for act in queries.standing_acts(uow, person.person_id) if act.event in RESULTS.values()]
    own = [act for act in results if act.facts.get("determination_id") == determination_id]
    return own[-1] if own else None


def _enter(uow: UnitOfWork, person: Person, name: str, *, on: date, facts: Mapping[str, Any]) -> None:
    """Enter what was heard where the case admits it; what came too late to matter is left."""
    track, _dot, event = name.partition(".")
    case = queries.history_of(uow, person).open_case(track)
    transition = law().tracks[track].transition(event)
    if (case.state if case else "") not in transition.origin:
        return
    moment = uow.now().astimezone(LOCAL_ZONE)
    if on != moment.date():
        before = [act.happened_on for act in case.acts] if case else []
        moment = datetime.combine(max([on, *before]), time(0), LOCAL_ZONE)
    enter(uow, person, Draft(track=track, event=event, happened_at=moment, facts=facts))
