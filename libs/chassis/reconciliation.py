"""Reconciliation: asking each source for what was not heard. The broker may lose everything and nothing is lost.

A listener keeps a cursor for each source and what it hears of it: up to there it has heard all that concerns it. At
start and every minute it asks the source's feed for what lies beyond and receives it through the same inbox, which
drops what it knows.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, aliased

from chassis.clock import Clock
from chassis.envelope import Envelope, source_of
from chassis.errors import Unavailable
from chassis.inbox import Inbox, InboxTables
from chassis.outbox import FEED_PAGE, OutboxTables, assigned_through, page_after
from chassis.storage import Store

FIRST_RETRY_SECONDS = 0.5

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FeedPage:
    """A part of a source's log: the events that were asked for, and the position up to which the source looked."""

    envelopes: list[Envelope]
    through: int


AskFeed = Callable[[str, str, int, Sequence[str] | None], FeedPage]
"""Asks (service, unit, after, types) of a feed; raises :class:`Unavailable` when the source does not answer."""


@dataclass(frozen=True)
class Hears:
    """What a service listens to: another service, and the prefixes of the types it wants (None: all of them)."""

    service: str
    types: tuple[str, ...] | None = None

    def wants(self, type_: str) -> bool:
        """Tell whether a type is listened to: as the broker matches ``<prefix>.#``."""
        return self.types is None or any(f"{type_}.".startswith(f"{prefix}.") for prefix in self.types)

    def routing_keys(self, units: Sequence[str]) -> list[str]:
        """Return the broker's patterns for these units."""
        prefixes = self.types if self.types is not None else (self.service,)
        return [f"{unit}.{prefix}.#" for unit in units for prefix in prefixes]


def feed(
    store: Store, tables: OutboxTables, *, service: str, unit: str, after: int, types: Sequence[str] | None = None
) -> FeedPage:
    """Answer a listener: a page of this source's log after a position."""
    with store.reading() as session:
        connection = session.connection()
        end = assigned_through(connection, tables, unit)
        envelopes = page_after(connection, tables, service=service, unit=unit, after=after, types=types)
    full = len(envelopes) == FEED_PAGE
    return FeedPage(envelopes, through=envelopes[-1].position if full else max(end, after))


class Reconciler:
    """Keeps one listener whole."""

    def __init__(
        self,
        store: Store,
        tables: InboxTables,
        inbox: Inbox,
        *,
        hears: Sequence[Hears],
        units: Sequence[str],
        ask: AskFeed,
        clock: Clock,
    ) -> None:
        self._store = store
        self._tables = tables
        self._inbox = inbox
        self._hears = hears
        self._units = units
        self._ask = ask
        self._clock = clock
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End :meth:`run`."""
        self._stopped.set()

    def run(self, every_seconds: float) -> None:
        """Reconcile at once and then again and again until stopped.

        What failed is tried again soon, then ever later: at the start of a service its database or a source may just
        be starting, too.
        """
        retry_after = FIRST_RETRY_SECONDS
        while not self._stopped.is_set():
            if self._reconciled():
                retry_after = FIRST_RETRY_SECONDS
                self._stopped.wait(every_seconds)
            else:
                self._stopped.wait(retry_after)
                retry_after = min(2 * retry_after, every_seconds)

    def reconcile(self) -> int:
        """Ask every source for what is missing; return how many events were new.

        Raises :class:`Unavailable` after all have been asked, when one of them did not answer.
        """
        found, away = 0, None
        for hears in self._hears:
            for unit in self._units:
                try:
                    found += self._reconcile_source(hears, unit)
                except Unavailable as error:
                    away = error
        if away is not None:
            raise away
        return found

    def _reconciled(self) -> bool:
        """Reconcile; tell whether every source answered."""
        try:
            self.reconcile()
        except Unavailable as error:
            _log.warning("reconciliation waits", extra={"reason": error.code})
        except Exception:  # noqa: BLE001 - the loop that mends everything must not end
            _log.exception("reconciliation failed and will be tried again")
        else:
            return True
        return False

    def _reconcile_source(self, hears: Hears, unit: str) -> int:
        source = source_of(unit=unit, service=hears.service)
        question = _question(source, hears.types)
        with self._store.reading() as session:
            cursor = self._cursor(session, question)
            if hears.types is None:
                cursor = _end_of_run(session, self._tables, source, cursor)
        found = 0
        while True:
            page = self._ask(hears.service, unit, cursor, hears.types)
            found += self._inbox.receive(page.envelopes)
            if page.through > cursor:
                self._move_cursor(question, page.through)
            if page.through <= cursor or len(page.envelopes) < FEED_PAGE:
                return found
            cursor = page.through

    def _cursor(self, session: Session, question: str) -> int:
        cursors = self._tables.feed_cursor
        return session.scalar(select(cursors.c.through).where(cursors.c.source == question)) or 0

    def _move_cursor(self, question: str, through: int) -> None:
        cursors = self._tables.feed_cursor
        with self._store.begin() as session:
            insert = sqlite_insert if self._store.is_sqlite else postgresql_insert
            values = {"through": through, "asked_at": self._clock.now()}
            session.execute(
                insert(cursors)
                .values(source=question, **values)
                .on_conflict_do_update(index_elements=[cursors.c.source], set_=values)
            )


def forget_after(session: Session, tables: InboxTables, source: str, position: int) -> int:
    """Forget what was heard of a source beyond a position; return how many events.

    For a source that was restored from a backup: it gives the positions after its end to new events. What the forgotten
    events brought about stays until the listener's tables are rebuilt.
    """
    cursors = tables.feed_cursor
    session.execute(
        update(cursors)
        .where((cursors.c.source == source) | cursors.c.source.startswith(f"{source}?", autoescape=True))
        .where(cursors.c.through > position)
        .values(through=position)
    )
    forgotten = 0
    for table in (tables.parked_event, tables.inbox):
        beyond = delete(table).where(table.c.source == source, table.c.position > position)
        forgotten = len(session.execute(beyond.returning(table.c.position)).all())
    return forgotten


def _question(source: str, types: Sequence[str] | None) -> str:
    """Name what is asked of a source. Who comes to hear more of it asks anew, from the beginning."""
    if types is None:
        return source
    return f"{source}?{sha256(' '.join(sorted(types)).encode()).hexdigest()[:12]}"


def _end_of_run(session: Session, tables: InboxTables, source: str, start: int) -> int:
    """Return the last position of the unbroken run that follows ``start``: what need not be asked for again."""
    inbox, following = tables.inbox, aliased(tables.inbox)
    first = session.scalar(select(inbox.c.position).where(inbox.c.source == source, inbox.c.position == start + 1))
    if first is None:
        return start
    end = session.scalar(
        select(inbox.c.position)
        .where(
            inbox.c.source == source,
            inbox.c.position > start,
            ~select(following.c.position)
            .where(following.c.source == inbox.c.source, following.c.position == inbox.c.position + 1)
            .exists(),
        )
        .order_by(inbox.c.position)
        .limit(1)
    )
    return end if end is not None else start
