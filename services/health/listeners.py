"""What the health station makes of the registry's events: who is under management, whose addiction it is to determine.

A request and its withdrawal may be heard in any order and as often as the broker likes; the row comes out the same.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from chassis.envelope import Envelope
from chassis.service import Listener
from contracts.registry import (
    DeterminationNotified,
    DeterminationRequested,
    DeterminationWithdrawn,
    UserManagementDecided,
    UserManagementEnded,
    UserManagementStopped,
)
from services.health.tables import DeterminationRequest, KnownPerson


def on_user_management_decided(fact: UserManagementDecided, envelope: Envelope, session: Session) -> None:
    """Know that somebody is under management from a day on."""
    _know(session, envelope.unit, fact.case_id, fact.person_key).managed_from = fact.starts_on


def on_user_management_stopped(fact: UserManagementStopped, envelope: Envelope, session: Session) -> None:
    """Know that the management was stopped."""
    _until(session, envelope.unit, fact.case_id, fact.person_key, fact.stopped_on)


def on_user_management_ended(fact: UserManagementEnded, envelope: Envelope, session: Session) -> None:
    """Know that the term of the management is over."""
    _until(session, envelope.unit, fact.case_id, fact.person_key, fact.ended_on)


def on_determination_requested(fact: DeterminationRequested, envelope: Envelope, session: Session) -> None:
    """Put the request into the queue."""
    request = _request(session, envelope.unit, fact.request_id)
    request.person_key, request.requested_on = fact.person_key, fact.requested_on
    request.ground, request.requester, request.regime = fact.ground, fact.requester, fact.regime
    request.test_id = fact.test_id


def on_determination_withdrawn(fact: DeterminationWithdrawn, envelope: Envelope, session: Session) -> None:
    """Take the request out of the queue; what has begun is for the doctor to stop."""
    request = _request(session, envelope.unit, fact.request_id)
    heard = (fact.withdrawn_on, fact.reason)
    known = (request.withdrawn_on or date.max, request.withdrawal_reason or "")
    request.withdrawn_on, request.withdrawal_reason = min(heard, known)


def on_determination_notified(fact: DeterminationNotified, envelope: Envelope, session: Session) -> None:
    """Know that the person was told the result, and since when."""
    request = _request(session, envelope.unit, fact.request_id)
    request.notified_on = min(fact.notified_on, request.notified_on or date.max)


LISTENERS: Mapping[type[Any], Listener] = {
    DeterminationRequested: on_determination_requested,
    DeterminationWithdrawn: on_determination_withdrawn,
    DeterminationNotified: on_determination_notified,
    UserManagementDecided: on_user_management_decided,
    UserManagementStopped: on_user_management_stopped,
    UserManagementEnded: on_user_management_ended,
}


def _until(session: Session, unit: str, case_id: str, person_key: str, day: date) -> None:
    """Keep the earliest end, whichever was heard first."""
    known = _know(session, unit, case_id, person_key)
    known.managed_until = min(day, known.managed_until or day)


def _know(session: Session, unit: str, case_id: str, person_key: str) -> KnownPerson:
    """Return the row of a case; the end may be heard before the beginning."""
    known = session.get(KnownPerson, case_id)
    if known is None:
        known = KnownPerson(case_id=case_id, person_key=person_key, unit_code=unit)
        session.add(known)
    return known


def _request(session: Session, unit: str, request_id: str) -> DeterminationRequest:
    """Return the row of a request; its withdrawal may be heard before it."""
    request = session.get(DeterminationRequest, request_id)
    if request is None:
        request = DeterminationRequest(request_id=request_id, unit_code=unit, on_site=False)
        session.add(request)
    return request
