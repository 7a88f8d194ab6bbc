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
    UserManagementCorrected,
    UserManagementDecided,
    UserManagementEnded,
    UserManagementReceived,
    UserManagementReplaced,
    UserManagementStopped,
    UserManagementTransferred,
)
from services.health.tables import DeterminationRequest, KnownPerson


def on_user_management_decided(fact: UserManagementDecided, envelope: Envelope, session: Session) -> None:
    """Know that somebody is under management from a day on."""
    _from(_know(session, envelope.unit, fact.case_id, fact.person_key), fact.starts_on, envelope)


def on_user_management_received(fact: UserManagementReceived, envelope: Envelope, session: Session) -> None:
    """Know that somebody moved here with a management that goes on."""
    _from(_know(session, envelope.unit, fact.case_id, fact.person_key), fact.starts_on or fact.decided_on, envelope)


def on_user_management_stopped(fact: UserManagementStopped, envelope: Envelope, session: Session) -> None:
    """Know that the management was stopped."""
    _until(_know(session, envelope.unit, fact.case_id, fact.person_key), fact.stopped_on, envelope)


def on_user_management_ended(fact: UserManagementEnded, envelope: Envelope, session: Session) -> None:
    """Know that the term of the management is over."""
    _until(_know(session, envelope.unit, fact.case_id, fact.person_key), fact.ended_on, envelope)


def on_user_management_replaced(fact: UserManagementReplaced, envelope: Envelope, session: Session) -> None:
    """Know that a new decision took the place of this one."""
    _until(_know(session, envelope.unit, fact.case_id, fact.person_key), fact.replaced_on, envelope)


def on_user_management_transferred(fact: UserManagementTransferred, envelope: Envelope, session: Session) -> None:
    """Know that another commune manages the person from now on."""
    _until(_know(session, envelope.unit, fact.case_id, fact.person_key), fact.transferred_on, envelope)


def on_user_management_corrected(fact: UserManagementCorrected, envelope: Envelope, session: Session) -> None:
    """Know the whole truth of a case after a mistake was put right; with ``void`` there never was one."""
    known = _know(session, envelope.unit, fact.case_id, fact.person_key)
    version = envelope.subject_version
    if version <= (known.corrected_version or 0):
        return
    known.corrected_version, known.person_key = version, fact.person_key
    known.managed_from = None if fact.void else fact.starts_on
    if (known.until_version or 0) <= version:
        known.managed_until = fact.closed_on


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
    UserManagementReceived: on_user_management_received,
    UserManagementStopped: on_user_management_stopped,
    UserManagementEnded: on_user_management_ended,
    UserManagementReplaced: on_user_management_replaced,
    UserManagementTransferred: on_user_management_transferred,
    UserManagementCorrected: on_user_management_corrected,
}


def _from(known: KnownPerson, day: date, envelope: Envelope) -> None:
    if envelope.subject_version > (known.corrected_version or 0):
        known.managed_from = day


def _until(known: KnownPerson, day: date, envelope: Envelope) -> None:
    """Keep the earliest end, whichever was heard first; what was corrected since is no end."""
    if envelope.subject_version > (known.corrected_version or 0):
        known.managed_until = min(day, known.managed_until or day)
        known.until_version = max(envelope.subject_version, known.until_version or 0)


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
