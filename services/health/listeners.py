"""What the health station makes of the registry's events: which pseudonyms are under management."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from chassis.envelope import Envelope
from chassis.service import Listener
from contracts.registry import UserManagementDecided, UserManagementEnded, UserManagementStopped
from services.health.tables import KnownPerson


def on_user_management_decided(fact: UserManagementDecided, envelope: Envelope, session: Session) -> None:
    """Know that somebody is under management from a day on."""
    _know(session, envelope.unit, fact.case_id, fact.person_key).managed_from = fact.starts_on


def on_user_management_stopped(fact: UserManagementStopped, envelope: Envelope, session: Session) -> None:
    """Know that the management was stopped."""
    _until(session, envelope.unit, fact.case_id, fact.person_key, fact.stopped_on)


def on_user_management_ended(fact: UserManagementEnded, envelope: Envelope, session: Session) -> None:
    """Know that the term of the management is over."""
    _until(session, envelope.unit, fact.case_id, fact.person_key, fact.ended_on)


LISTENERS: Mapping[type[Any], Listener] = {
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
