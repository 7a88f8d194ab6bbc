"""The outbox: a source's own log of what it said, never emptied.

A row is written in the transaction of the fact it announces and has no position yet. The relay gives committed rows a
gap-free ``position`` for each unit, in the order in which they were written; a serial of the database would not do,
because two transactions can commit in the opposite order of their numbers and a reader would step over the slower one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Row

from chassis.envelope import Envelope, source_of
from chassis.storage import UTCDateTime

FEED_PAGE = 500
Serial = BigInteger().with_variant(Integer(), "sqlite")


@dataclass(frozen=True)
class OutboxTables:
    """The tables of a source: what it said, how far it is published, and the version of each subject."""

    outbox: Table
    relay_state: Table
    subject_version: Table


def define_outbox(metadata: MetaData) -> OutboxTables:
    """Add the outbox's tables to a service's metadata."""
    relay_state = Table(
        "relay_state",
        metadata,
        Column("unit_code", String(5), primary_key=True),
        Column("assigned_through", BigInteger, nullable=False, default=0),
        Column("published_through", BigInteger, nullable=False, default=0),
    )
    subject_version = Table(
        "subject_version",
        metadata,
        Column("unit_code", String(5), ForeignKey(relay_state.c.unit_code), primary_key=True),
        Column("subject", String(120), primary_key=True),
        Column("version", Integer, nullable=False),
    )
    outbox = Table(
        "outbox",
        metadata,
        Column("written", Serial, primary_key=True, autoincrement=True),
        Column("unit_code", String(5), nullable=False),
        Column("position", BigInteger),
        Column("event_id", String(36), nullable=False, unique=True),
        Column("type", String(120), nullable=False),
        Column("subject", String(120), nullable=False),
        Column("subject_version", Integer, nullable=False),
        Column("occurred_on", Date, nullable=False),
        Column("recorded_at", UTCDateTime, nullable=False),
        Column("causation_id", String(36)),
        Column("correlation_id", String(64)),
        Column("traceparent", String(64)),
        Column("data", Text, nullable=False),
        UniqueConstraint("unit_code", "position"),
    )
    waiting = outbox.c.position.is_(None)
    Index("ix_outbox_waiting", outbox.c.written, sqlite_where=waiting, postgresql_where=waiting)
    return OutboxTables(outbox=outbox, relay_state=relay_state, subject_version=subject_version)


def assign_positions(connection: Connection, tables: OutboxTables, *, limit: int) -> int:
    """Give the oldest committed rows that have none their positions; return how many got one.

    Only one relay of a source may call this at a time.
    """
    outbox, state = tables.outbox, tables.relay_state
    oldest = (
        select(outbox.c.written, outbox.c.unit_code)
        .where(outbox.c.position.is_(None))
        .order_by(outbox.c.written)
        .limit(limit)
        .subquery()
    )
    numbered = (
        select(
            oldest.c.written,
            (
                state.c.assigned_through
                + func.row_number().over(partition_by=oldest.c.unit_code, order_by=oldest.c.written)
            ).label("position"),
        )
        .join(state, state.c.unit_code == oldest.c.unit_code)
        .subquery()
    )
    assigned = connection.execute(
        update(outbox)
        .where(outbox.c.written == numbered.c.written)
        .values(position=numbered.c.position)
        .returning(outbox.c.unit_code, outbox.c.position)
    ).all()
    through: dict[str, int] = {}
    for unit, position in assigned:
        through[unit] = max(position, through.get(unit, 0))
    for unit, position in through.items():
        connection.execute(update(state).where(state.c.unit_code == unit).values(assigned_through=position))
    return len(assigned)


def unpublished(connection: Connection, tables: OutboxTables, *, service: str, limit: int) -> list[Envelope]:
    """Return the next events to publish, each unit's in the order of its positions."""
    state = tables.relay_state
    behind = connection.execute(
        select(state.c.unit_code, state.c.published_through).where(state.c.published_through < state.c.assigned_through)
    ).all()
    envelopes: list[Envelope] = []
    for unit, published_through in behind:
        envelopes += page_after(
            connection, tables, service=service, unit=unit, after=published_through, limit=limit - len(envelopes)
        )
        if len(envelopes) >= limit:
            break
    return envelopes


def mark_published(connection: Connection, tables: OutboxTables, envelopes: Sequence[Envelope]) -> None:
    """Move ``published_through`` of each unit to the last of these events, which must be in order."""
    state = tables.relay_state
    through = {envelope.unit: envelope.position for envelope in envelopes}
    for unit, position in through.items():
        connection.execute(
            update(state)
            .where(state.c.unit_code == unit, state.c.published_through < position)
            .values(published_through=position)
        )


def page_after(
    connection: Connection,
    tables: OutboxTables,
    *,
    service: str,
    unit: str,
    after: int,
    limit: int = FEED_PAGE,
    types: Sequence[str] | None = None,
) -> list[Envelope]:
    """Return a unit's events after a position, in order; ``types`` are prefixes such as ``registry.person``."""
    outbox = tables.outbox
    query = (
        select(outbox)
        .where(outbox.c.unit_code == unit, outbox.c.position > after)
        .order_by(outbox.c.position)
        .limit(limit)
    )
    if types is not None:
        query = query.where(or_(*(_is_of(outbox.c.type, prefix) for prefix in types)))
    return [_envelope(row, service) for row in connection.execute(query)]


def assigned_through(connection: Connection, tables: OutboxTables, unit: str) -> int:
    """Return the position of the unit's last event that has one."""
    state = tables.relay_state
    return connection.scalar(select(state.c.assigned_through).where(state.c.unit_code == unit)) or 0


def _is_of(type_: Column[Any], prefix: str) -> ColumnElement[bool]:
    # As the broker matches `<prefix>.#`: the whole type, or all that continues it after a dot.
    return or_(type_ == prefix, type_.startswith(f"{prefix}.", autoescape=True))


def _envelope(row: Row[Any], service: str) -> Envelope:
    return Envelope(
        event_id=row.event_id,
        source=source_of(unit=row.unit_code, service=service),
        type=row.type,
        subject=row.subject,
        recorded_at=row.recorded_at.astimezone(UTC),
        position=row.position,
        subject_version=row.subject_version,
        occurred_on=row.occurred_on,
        unit=row.unit_code,
        causation_id=row.causation_id,
        correlation_id=row.correlation_id,
        traceparent=row.traceparent,
        data=msgspec.Raw(row.data.encode()),
    )
