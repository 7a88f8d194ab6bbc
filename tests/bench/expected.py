"""What must be in the database after a run: a timing of a wrong result is no result."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Engine, func, select

from chassis.envelope import decode
from services.reporting.projections import Folded, fold
from services.reporting.tables import INBOX, KEPT, PROJECTED


class WrongResult(Exception):
    """A run ended with other rows than its events make."""


def check_projected(engine: Engine, bodies: Sequence[bytes]) -> None:
    """Compare log, clocks and every row of person, span and fact with the events folded in memory."""
    events = [decode(body) for body in bodies]
    with engine.connect() as connection:
        logged = connection.scalar(select(func.count()).select_from(INBOX))
        heard = connection.scalar(select(func.sum(KEPT.unit_clock.c.heard)))
        stored = {
            table.name: {_frozen(dict(row)) for row in connection.execute(select(table)).mappings()}
            for table in PROJECTED
        }
    if logged != len(events) or heard != len(events):
        raise WrongResult(f"{len(events)} events, {logged} in the log, {heard} counted by the clocks")
    for name, rows in _rows(fold(events)).items():
        if stored[name] != rows:
            raise WrongResult(f"{name}: {len(rows - stored[name])} rows missing, {len(stored[name] - rows)} too many")


def _rows(folded: Folded) -> dict[str, set[str]]:
    return {
        name: {_frozen(msgspec.structs.asdict(row)) for row in rows.values()}
        for name, rows in (("person", folded.persons), ("span", folded.spans), ("fact", folded.facts))
    }


def _frozen(row: dict[str, Any]) -> str:
    return msgspec.json.encode(row, order="deterministic").decode()
