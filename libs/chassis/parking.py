"""Parked events: what a service heard and could not digest. Two ways out: try again, or set aside with a reason.

Later events of the same subject wait behind a parked one, so that a subject's history is never applied with a hole.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from chassis.envelope import Envelope
from chassis.errors import NotFound, NotUnderstood
from chassis.i18n import _
from chassis.inbox import APPLIED, PARKED, SET_ASIDE, Effect, InboxTables, describe


@dataclass(frozen=True)
class ParkedEvent:
    """One event beside the road, as the page shows it. ``waits`` tells that only an earlier event holds it up."""

    source: str
    position: int
    type: str
    subject: str
    error: str
    attempts: int
    parked_at: datetime
    waits: bool


def count_parked(session: Session, tables: InboxTables) -> int:
    """Return how many events wait for somebody's decision, or behind one that does."""
    return session.scalar(select(func.count()).select_from(tables.inbox).where(tables.inbox.c.state == PARKED)) or 0


def list_parked(session: Session, tables: InboxTables, unit: str) -> list[ParkedEvent]:
    """Return a unit's parked events, the oldest first."""
    parked, inbox = tables.parked_event, tables.inbox
    rows = session.execute(
        select(parked)
        .join(inbox, (inbox.c.source == parked.c.source) & (inbox.c.position == parked.c.position))
        .where(parked.c.unit_code == unit, inbox.c.state == PARKED)
        .order_by(parked.c.parked_at, parked.c.source, parked.c.position)
    )
    return [
        ParkedEvent(
            source=row.source,
            position=row.position,
            type=row.type,
            subject=row.subject,
            error=row.error,
            attempts=row.attempts,
            parked_at=row.parked_at,
            waits=row.attempts == 0,
        )
        for row in rows
    ]


def retry(
    session: Session,
    tables: InboxTables,
    *,
    unit: str,
    source: str,
    position: int,
    effect: Effect,
    by: str,
    at: datetime,
) -> bool:
    """Let a parked event take effect now, then those that waited behind it; tell whether all of them did.

    An event that fails again stays parked with its new error, and what waits behind it goes on waiting.
    """
    row = _parked_row(session, tables, unit, source, position)
    return _apply_in_order(session, tables, source=source, subject=row.subject, effect=effect, by=by, at=at)


def set_aside(
    session: Session,
    tables: InboxTables,
    *,
    unit: str,
    source: str,
    position: int,
    reason: str,
    effect: Effect,
    by: str,
    at: datetime,
) -> bool:
    """Give an event up, with a reason; then let those that waited behind it take effect."""
    if not reason.strip():
        raise NotUnderstood(_("Hãy ghi lý do gác sự kiện này lại."), field="reason")
    row = _parked_row(session, tables, unit, source, position)
    _settle(session, tables, row, outcome=SET_ASIDE, by=by, at=at, reason=reason.strip())
    return _apply_in_order(session, tables, source=source, subject=row.subject, effect=effect, by=by, at=at)


def _parked_row(session: Session, tables: InboxTables, unit: str, source: str, position: int) -> Row[Any]:
    inbox = tables.inbox
    row = session.execute(
        select(inbox)
        .where(
            inbox.c.source == source,
            inbox.c.position == position,
            inbox.c.unit_code == unit,
            inbox.c.state == PARKED,
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound(_("Sự kiện này không còn nằm chờ."))
    return row


def _apply_in_order(
    session: Session, tables: InboxTables, *, source: str, subject: str, effect: Effect, by: str, at: datetime
) -> bool:
    inbox = tables.inbox
    rows = session.execute(
        select(inbox)
        .where(inbox.c.source == source, inbox.c.subject == subject, inbox.c.state == PARKED)
        .order_by(inbox.c.subject_version, inbox.c.position)
        .with_for_update()
    ).all()
    for row in rows:
        try:
            with session.begin_nested():
                effect([_envelope(row)], session)
        except Exception as error:  # noqa: BLE001 - whatever it is, it becomes the event's new error
            _note_failure(session, tables, row, error)
            return False
        _settle(session, tables, row, outcome=APPLIED, by=by, at=at, reason=None)
    return True


def _settle(
    session: Session,
    tables: InboxTables,
    row: Row[Any],
    *,
    outcome: str,
    by: str,
    at: datetime,
    reason: str | None,
) -> None:
    inbox, parked = tables.inbox, tables.parked_event
    session.execute(
        update(inbox).where(inbox.c.source == row.source, inbox.c.position == row.position).values(state=outcome)
    )
    session.execute(
        update(parked)
        .where(parked.c.source == row.source, parked.c.position == row.position)
        .values(outcome=outcome, settled_at=at, settled_by=by, reason=reason)
    )


def _note_failure(session: Session, tables: InboxTables, row: Row[Any], error: Exception) -> None:
    parked = tables.parked_event
    session.execute(
        update(parked)
        .where(parked.c.source == row.source, parked.c.position == row.position)
        .values(error=describe(error), attempts=parked.c.attempts + 1)
    )


def _envelope(row: Row[Any]) -> Envelope:
    return Envelope(
        event_id=row.event_id,
        source=row.source,
        type=row.type,
        subject=row.subject,
        recorded_at=row.recorded_at,
        position=row.position,
        subject_version=row.subject_version,
        occurred_on=row.occurred_on,
        unit=row.unit_code,
        correlation_id=row.correlation_id,
        data=msgspec.Raw(row.data.encode()),
    )
