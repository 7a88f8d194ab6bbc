"""The inbox: what a service heard, kept, each event once.

The inbox row is written in the same transaction as the event's effect, and ``(source, position)`` is its key: hearing
an event twice changes nothing. An event whose effect fails is parked with its error, and later events of the same
subject wait behind it (:mod:`chassis.parking`).
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import sleep

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    insert,
    select,
    tuple_,
)
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.envelope import Envelope
from chassis.errors import Unavailable
from chassis.faultpoints import reached
from chassis.storage import Store, UTCDateTime

APPLIED, PARKED, SET_ASIDE = "applied", "parked", "set_aside"
TRIES_BEFORE_PARKING = 3
BACK_OFF_SECONDS = 0.05

Effect = Callable[[Sequence[Envelope], Session], None]
"""What hearing means to a service: it gets new events, in the order in which they came, inside the transaction."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class InboxTables:
    """The tables of a listener: what it heard, what it could not digest, and how far it asked each source's feed."""

    inbox: Table
    parked_event: Table
    feed_cursor: Table


def define_inbox(metadata: MetaData) -> InboxTables:
    """Add the inbox's tables to a service's metadata."""
    inbox = Table(
        "inbox",
        metadata,
        Column("source", String(60), nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("event_id", String(36), nullable=False, unique=True),
        Column("unit_code", String(5), nullable=False),
        Column("type", String(120), nullable=False),
        Column("subject", String(120), nullable=False),
        Column("subject_version", Integer, nullable=False),
        Column("occurred_on", Date, nullable=False),
        Column("recorded_at", UTCDateTime, nullable=False),
        Column("received_at", UTCDateTime, nullable=False),
        Column("correlation_id", String(64)),
        Column("data", Text, nullable=False),
        Column("state", String(10), nullable=False, default=APPLIED),
        PrimaryKeyConstraint("source", "position"),
    )
    stuck = inbox.c.state == PARKED
    Index("ix_inbox_parked", inbox.c.source, inbox.c.subject, sqlite_where=stuck, postgresql_where=stuck)
    parked_event = Table(
        "parked_event",
        metadata,
        Column("source", String(60), primary_key=True),
        Column("position", BigInteger, primary_key=True),
        Column("unit_code", String(5), nullable=False),
        Column("type", String(120), nullable=False),
        Column("subject", String(120), nullable=False),
        Column("error", String(500), nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("parked_at", UTCDateTime, nullable=False),
        Column("settled_at", UTCDateTime),
        Column("settled_by", String(36)),
        Column("outcome", String(10)),
        Column("reason", Text),
    )
    feed_cursor = Table(
        "feed_cursor",
        metadata,
        Column("source", String(60), primary_key=True),
        Column("through", BigInteger, nullable=False),
        Column("asked_at", UTCDateTime, nullable=False),
    )
    return InboxTables(inbox=inbox, parked_event=parked_event, feed_cursor=feed_cursor)


class Inbox:
    """Receives envelopes for one service, each exactly once in effect."""

    def __init__(self, store: Store, tables: InboxTables, *, effect: Effect, clock: Clock) -> None:
        self._store = store
        self._tables = tables
        self._effect = effect
        self._clock = clock

    def receive(self, envelopes: Sequence[Envelope]) -> int:
        """Store these events and let them take effect; return how many were new.

        Raises :class:`Unavailable` when the database is away: nothing was done and the caller keeps the events. An
        event that cannot take effect is parked; it never stops the others.
        """
        distinct: dict[tuple[str, int, str], Envelope] = {}
        for each in envelopes:
            distinct.setdefault((each.source, each.position, each.event_id), each)
        return self._receive_bisecting(list(distinct.values()))

    def _receive_bisecting(self, envelopes: Sequence[Envelope]) -> int:
        if not envelopes:
            return 0
        try:
            return self._receive_together(envelopes)
        except Exception as error:  # noqa: BLE001 - whatever an effect raises must not stop the other events
            _raise_if_away(error)
            if len(envelopes) == 1:
                return self._receive_or_park(envelopes[0], error)
        middle = len(envelopes) // 2
        return self._receive_bisecting(envelopes[:middle]) + self._receive_bisecting(envelopes[middle:])

    def _receive_together(self, envelopes: Sequence[Envelope]) -> int:
        with self._store.begin() as session:
            new = self._write_rows(session, envelopes, state=APPLIED)
            if not new:
                return 0
            stuck = stuck_subjects(session, self._tables, among=new)
            free = [each for each in new if (each.source, each.subject) not in stuck]
            waiting = [each for each in new if (each.source, each.subject) in stuck]
            if waiting:
                park(session, self._tables, waiting, error="waits behind an earlier event", at=self._clock.now())
            if free:
                self._effect(free, session)
            reached("consumer.before_commit")
        reached("consumer.after_commit")
        return len(new)

    def _receive_or_park(self, envelope: Envelope, error: Exception) -> int:
        for attempt in range(1, TRIES_BEFORE_PARKING):
            sleep(BACK_OFF_SECONDS * 2**attempt)
            try:
                return self._receive_together([envelope])
            except Exception as again:  # noqa: BLE001 - see above
                _raise_if_away(again)
                error = again
        try:
            new = self._park(envelope, error)
        except DBAPIError as again:
            _raise_if_away(again)
            raise
        said = {"event_id": envelope.event_id, "type": envelope.type, "error": describe(error)}
        _log.error("event parked", extra=said)
        return len(new)

    def _park(self, envelope: Envelope, error: Exception) -> list[Envelope]:
        with self._store.begin() as session:
            new = self._write_rows(session, [envelope], state=PARKED)
            park(session, self._tables, new, error=describe(error), at=self._clock.now(), attempts=TRIES_BEFORE_PARKING)
        return new

    def _write_rows(self, session: Session, envelopes: Sequence[Envelope], *, state: str) -> list[Envelope]:
        statement = _INSERT[session.get_bind().dialect.name]
        document = rows_document(envelopes, received_at=self._clock.now(), state=state)
        # The driver's own cursor: building the statement anew would cost more than running it.
        written = session.connection().exec_driver_sql(statement, (document,)).scalars().all()
        if len(written) == len(envelopes):
            return list(envelopes)
        new = set(written)
        self._refuse_reused_positions(session, [each for each in envelopes if each.event_id not in new])
        return [each for each in envelopes if each.event_id in new]

    def _refuse_reused_positions(self, session: Session, repeated: Sequence[Envelope]) -> None:
        """Sound the alarm when a source gave one position to two events: a repeat is silent, a contradiction is not."""
        inbox = self._tables.inbox
        keys = [(each.source, each.position) for each in repeated]
        held = session.execute(
            select(inbox.c.source, inbox.c.position, inbox.c.event_id).where(
                tuple_(inbox.c.source, inbox.c.position).in_(keys)
            )
        )
        known = {(row.source, row.position): row.event_id for row in held}
        for each in repeated:
            if known.get((each.source, each.position)) != each.event_id:
                said = {"source": each.source, "position": each.position, "event_id": each.event_id}
                _log.critical("one position, two events", extra=said)


def stuck_subjects(session: Session, tables: InboxTables, *, among: Sequence[Envelope]) -> set[tuple[str, str]]:
    """Return the (source, subject) pairs of these events that have a parked event.

    The parked events stay locked: who tries them again at this moment takes along what comes to wait behind them, or is
    waited for and leaves nothing to wait behind.
    """
    inbox = tables.inbox
    parked = select(inbox.c.source, inbox.c.subject).where(inbox.c.state == PARKED)
    subjects = {(each.source, each.subject) for each in among} & {
        (row.source, row.subject) for row in session.execute(parked.distinct())
    }
    if not subjects:
        return subjects
    still_parked = parked.where(tuple_(inbox.c.source, inbox.c.subject).in_(subjects)).with_for_update(read=True)
    return {(row.source, row.subject) for row in session.execute(still_parked)}


def park(
    session: Session, tables: InboxTables, envelopes: Iterable[Envelope], *, error: str, at: datetime, attempts: int = 0
) -> None:
    """Put events beside the road with the reason; the page for parked events shows them."""
    inbox = tables.inbox
    for each in envelopes:
        session.execute(
            inbox.update().where(inbox.c.source == each.source, inbox.c.position == each.position).values(state=PARKED)
        )
        session.execute(
            insert(tables.parked_event).values(
                source=each.source,
                position=each.position,
                unit_code=each.unit,
                type=each.type,
                subject=each.subject,
                error=error,
                attempts=attempts,
                parked_at=at,
            )
        )


def describe(error: Exception) -> str:
    """Return a short sentence about an error, to be stored. Events hold no personal data, so it holds none."""
    return f"{type(error).__name__}: {error}"[:500]


class _Row(msgspec.Struct, array_like=True):
    source: str
    position: int
    event_id: str
    unit_code: str
    type: str
    subject: str
    subject_version: int
    occurred_on: str
    recorded_at: str
    received_at: str
    correlation_id: str | None
    data: str
    state: str


def rows_document(envelopes: Sequence[Envelope], *, received_at: datetime, state: str) -> str:
    """Return the inbox rows of these events as one JSON document: one parameter however many rows."""
    received = _instant(received_at)
    rows = [
        _Row(
            each.source,
            each.position,
            each.event_id,
            each.unit,
            each.type,
            each.subject,
            each.subject_version,
            each.occurred_on.isoformat(),
            _instant(each.recorded_at),
            received,
            each.correlation_id,
            str(memoryview(each.data), "utf-8"),
            state,
        )
        for each in envelopes
    ]
    return msgspec.json.encode(rows).decode()


def _instant(instant: datetime) -> str:
    # The form in which SQLAlchemy keeps an instant on SQLite; PostgreSQL reads it with the zone added in the statement.
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _raise_if_away(error: Exception) -> None:
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if lost or isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        raise Unavailable("the database is away", code="database_away") from error


_COLUMNS = (
    "source, position, event_id, unit_code, type, subject, subject_version, "
    "occurred_on, recorded_at, received_at, correlation_id, data, state"
)
_INSERT = {  # the column names are the constant above
    "sqlite": f"""
        INSERT INTO inbox ({_COLUMNS})
        SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6,
               value->>7, value->>8, value->>9, value->>10, value->>11, value->>12
        FROM json_each(?) WHERE true
        ON CONFLICT DO NOTHING RETURNING event_id""",  # noqa: S608
    "postgresql": f"""
        INSERT INTO inbox ({_COLUMNS})
        SELECT v->>0, (v->>1)::bigint, v->>2, v->>3, v->>4, v->>5, (v->>6)::int,
               (v->>7)::date, (v->>8 || '+00')::timestamptz, (v->>9 || '+00')::timestamptz, v->>10, v->>11, v->>12
        FROM jsonb_array_elements(%s::jsonb) AS v
        ON CONFLICT DO NOTHING RETURNING event_id""",  # noqa: S608
}
