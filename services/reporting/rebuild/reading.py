"""Reading the event log from its beginning, and later what came in meanwhile."""

from array import array
from collections.abc import Iterator
from contextlib import closing
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from chassis.inbox import APPLIED
from services.reporting.projections.fold import Folded
from services.reporting.tables import INBOX

_AT_ONCE = 5000


class Logged(NamedTuple):
    """One event of the log, with what folding needs of it."""

    source: str
    position: int
    event_id: str
    type: str
    subject_version: int
    unit_code: str
    data: str


class Heard:
    """Which positions of which sources were read."""

    def __init__(self) -> None:
        self._positions: dict[str, array[int]] = {}

    def add(self, source: str, position: int) -> None:
        """Remember one position."""
        positions = self._positions.get(source)
        if positions is None:
            positions = self._positions[source] = array("q")
        positions.append(position)

    def __len__(self) -> int:
        return sum(len(positions) for positions in self._positions.values())

    def through(self) -> dict[str, int]:
        """Return the highest position read, by source."""
        return {source: max(positions) for source, positions in sorted(self._positions.items())}

    def read(self, source: str) -> frozenset[int]:
        """Return the positions read of one source."""
        return frozenset(self._positions.get(source, ()))


def fold_log(connection: Connection) -> tuple[Folded, Heard]:
    """Fold every event that took effect; return the rows, and what was read of the log."""
    folded, heard = Folded(), Heard()
    add, remember = folded.add, heard.add
    for source, position, event_id, type_, version, unit, data in _events(connection):
        remember(source, position)
        add(event_id, type_, version, unit, data)
    return folded, heard


def came_meanwhile(connection: Connection, heard: Heard) -> list[Logged]:
    """Return the events that took effect since, and remember them."""
    in_effect = select(INBOX.c.source, func.count().label("events")).where(INBOX.c.state == APPLIED)
    new: list[Logged] = []
    for source, events in connection.execute(in_effect.group_by(INBOX.c.source)):
        read = heard.read(source)
        if events != len(read):
            new.extend(_unread(connection, source, read))
    for event in new:
        heard.add(event.source, event.position)
    return new


def _unread(connection: Connection, source: str, read: frozenset[int]) -> Iterator[Logged]:
    of_source = (INBOX.c.source == source, INBOX.c.state == APPLIED)
    # Not only those after the last one read: an event that was parked, or came late, leaves a gap below it.
    positions = sorted(set(connection.execute(select(INBOX.c.position).where(*of_source)).scalars()) - read)
    columns = [INBOX.c[name] for name in Logged._fields]
    for start in range(0, len(positions), _AT_ONCE):
        some = INBOX.c.position.in_(positions[start : start + _AT_ONCE])
        for row in connection.execute(select(*columns).where(*of_source, some)):
            yield Logged(*row)


def _events(connection: Connection) -> Iterator[Any]:
    """Yield the events from a cursor over the log; the driver's own, for a million rows are worth it."""
    columns = ", ".join(Logged._fields)
    statement = f"SELECT {columns} FROM inbox WHERE state = '{APPLIED}'"  # noqa: S608 - made of constants
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - a connection that is open has its driver's
    if connection.dialect.name == "sqlite":
        cursor = driver.cursor()
    else:
        cursor = driver.cursor(name="event_log")
        cursor.itersize = _AT_ONCE
    with closing(cursor):
        yield from cursor.execute(statement)
