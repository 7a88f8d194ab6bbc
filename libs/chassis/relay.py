"""The relay: the only one who publishes. It numbers what the outbox holds and delivers it in order, in batches.

One relay runs for each database, held by a lock. A crash between any two of its steps only repeats: an event is
delivered again, and hearing it twice changes nothing.
"""

import fcntl
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from chassis.envelope import Envelope
from chassis.errors import Unavailable
from chassis.faultpoints import reached
from chassis.outbox import OutboxTables, assign_positions, mark_published, unpublished
from chassis.storage import Store

BATCH = 500
POLL_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 5.0
LOCK_NUMBER = 0x62_69_6E_68_61_6E  # "binhan": any fixed number will do

Deliver = Callable[[Sequence[Envelope]], None]
"""Hands a batch on; returns only when it is safe elsewhere, else raises :class:`Unavailable`."""

_log = logging.getLogger(__name__)


class RelayTaken(Exception):
    """Another relay holds the lock of this database."""


class Relay:
    """Carries one database's outbox to where it is heard."""

    def __init__(
        self, store: Store, tables: OutboxTables, *, service: str, deliver: Deliver, batch: int = BATCH
    ) -> None:
        self._store = store
        self._tables = tables
        self._service = service
        self._deliver = deliver
        self._batch = batch
        self._stopped = threading.Event()
        self._written = threading.Event()
        self._wait = POLL_SECONDS

    def wake(self) -> None:
        """Say that something was written."""
        self._written.set()

    def stop(self) -> None:
        """End :meth:`run` after the batch in hand."""
        self._stopped.set()
        self._written.set()

    def run(self) -> None:
        """Relay until stopped; wait and try again when database, broker or lock are away."""
        while not self._stopped.is_set():
            try:
                with self.holding_the_lock() as connection:
                    self._run_with(connection)
            except (Unavailable, DBAPIError, RelayTaken) as error:
                _log.warning("relay waits", extra={"reason": type(error).__name__, "seconds": self._wait})
            except Exception:  # noqa: BLE001 - a relay that ends takes its service with it, and its outbox is safe
                _log.exception("relay failed and will try again", extra={"seconds": self._wait})
            self._stopped.wait(self._wait)
            self._wait = min(self._wait * 2, LONGEST_WAIT_SECONDS)

    def run_until_empty(self) -> int:
        """Relay everything that is committed now; return how many events were delivered."""
        delivered = 0
        with self.holding_the_lock() as connection:
            while batch := self.relay_one_batch(connection):
                delivered += batch
        return delivered

    def relay_one_batch(self, connection: Connection) -> int:
        """Number, deliver and mark one batch; return its size."""
        reached("relay.before_assign")
        with self._store.writing(), connection.begin():
            assign_positions(connection, self._tables, limit=self._batch)
            envelopes = unpublished(connection, self._tables, service=self._service, limit=self._batch)
        if not envelopes:
            return 0
        reached("relay.after_assign")
        reached("relay.before_publish")
        self._deliver(envelopes)
        reached("relay.after_publish")
        with self._store.writing(), connection.begin():
            mark_published(connection, self._tables, envelopes)
        reached("relay.after_mark")
        return len(envelopes)

    @contextmanager
    def holding_the_lock(self) -> Iterator[Connection]:
        """Open the relay's own connection and hold the lock with it; raise :class:`RelayTaken` when another relay does.

        The lock lives as long as the connection, so that a relay that loses its connection cannot go on publishing.
        """
        with self._store.engine.connect() as connection, self._lock(connection):
            yield connection

    def _run_with(self, connection: Connection) -> None:
        while not self._stopped.is_set():
            self._written.clear()
            delivered = self.relay_one_batch(connection)
            self._wait = POLL_SECONDS
            if delivered == 0:
                self._written.wait(POLL_SECONDS)

    @contextmanager
    def _lock(self, connection: Connection) -> Iterator[None]:
        if self._store.is_sqlite:
            with _file_lock(Path(f"{self._store.url.database}.relay")):
                yield
            return
        with connection.begin():
            taken = connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": LOCK_NUMBER})
        if not taken:
            raise RelayTaken
        try:
            yield
        finally:
            if not connection.closed and not connection.invalidated:
                with connection.begin():
                    connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": LOCK_NUMBER})


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RelayTaken from error
        yield
