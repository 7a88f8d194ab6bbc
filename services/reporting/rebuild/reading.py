"""Reading the event log from its beginning, and later what came in meanwhile."""

import re
from array import array
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, select

from chassis.inbox import APPLIED
from services.reporting.projections.fold import Folded
from services.reporting.tables import INBOX

_COPY = f"""
    COPY (SELECT source, position, event_id, type, subject_version, unit_code, data FROM inbox WHERE state = '{APPLIED}')
    TO STDOUT"""  # noqa: S608 - made of a constant
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}


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
        remember(source, int(position))
        add(event_id, type_, int(version), unit, data)
    return folded, heard


def came_meanwhile(connection: Connection, heard: Heard) -> list[Logged]:
    """Return the events that took effect since, and remember them."""
    applied = INBOX.c.state == APPLIED
    columns = [INBOX.c[name] for name in Logged._fields]
    new: list[Logged] = []
    for source in connection.execute(select(INBOX.c.source).distinct()).scalars().all():
        read = heard.read(source)
        end = max(read, default=0)
        of_source = (INBOX.c.source == source, applied)
        # One that was parked while the log was read leaves a gap below the end.
        behind = set(connection.execute(select(INBOX.c.position).where(*of_source, INBOX.c.position <= end)).scalars())
        gaps = sorted(behind - read)
        rows = connection.execute(select(*columns).where(*of_source, INBOX.c.position > end)).all()
        for start in range(0, len(gaps), 1000):
            some = INBOX.c.position.in_(gaps[start : start + 1000])
            rows.extend(connection.execute(select(*columns).where(*of_source, some)).all())
        new.extend(Logged(*row) for row in rows)
    for event in new:
        heard.add(event.source, event.position)
    return new


def _events(connection: Connection) -> Iterator[tuple[str, ...] | list[str]]:
    if connection.dialect.name == "sqlite":
        columns = ", ".join(Logged._fields)
        yield from connection.exec_driver_sql(f"SELECT {columns} FROM inbox WHERE state = '{APPLIED}'")  # noqa: S608
        return
    cursor = connection.connection.cursor()
    with cursor.copy(_COPY) as copy:
        rest = ""
        for block in copy:
            lines = (rest + str(block, "utf-8")).split("\n")
            rest = lines.pop()
            for line in lines:
                fields = line.split("\t")
                if "\\" in line:
                    fields = [_ESCAPED.sub(_unescaped, field) for field in fields]
                yield fields


def _unescaped(found: re.Match[str]) -> str:
    return _MEANT.get(found[1], found[1])
