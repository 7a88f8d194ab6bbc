"""What both peers do with one event, as SQLAlchemy statements: the same rows and the same forgetting as ours.

What an event means (:mod:`services.reporting.projections.sentences`) and which figures it touches are the programme's own
rules and shared; how they reach the database is written here the way one writes it, event by event. The peers do less
than ours: they neither park a poison event nor hold back later events of its subject.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from sqlalchemy import Delete, Insert, Select, and_, case, delete, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from contracts.base import load
from services.reporting.indicators import the_catalogue
from services.reporting.indicators.definition import PERSON_DIMENSIONS
from services.reporting.indicators.touched import Touched
from services.reporting.projections.rows import Fact, Person, Row, Span
from services.reporting.projections.sentences import PROJECTIONS
from services.reporting.tables import INBOX, KEPT, PROJECTED

CATALOGUE = the_catalogue()


def log_row(envelope: dict[str, Any], data: dict[str, Any]) -> Insert:
    """Put the event into the log; returns nothing when it is there already."""
    row = insert(INBOX).values(
        source=envelope["source"],
        position=envelope["position"],
        event_id=envelope["id"],
        unit_code=envelope["unit"],
        type=envelope["type"],
        subject=envelope["subject"],
        subject_version=envelope["subjectversion"],
        occurred_on=_date(envelope["occurredon"]),
        recorded_at=_instant(envelope["time"]),
        received_at=datetime.now(UTC),
        correlation_id=envelope.get("correlationid"),
        data=msgspec.json.encode(data).decode(),
        state="applied",
    )
    return row.on_conflict_do_nothing().returning(INBOX.c.event_id)


def rows_of(envelope: dict[str, Any], data: dict[str, Any]) -> list[Row]:
    """Return the rows that the event makes true."""
    fact = load(envelope["type"], data)
    project = PROJECTIONS.get(type(fact))
    rows = list(project(fact)) if project else []
    for row in rows:
        row.unit_code = envelope["unit"]
        _stamp(row, envelope["subjectversion"], envelope["id"])
    return rows


def clock_row(envelope: dict[str, Any]) -> Insert:
    """Take the unit's lock and move its clock on."""
    clock = KEPT.unit_clock
    row = insert(clock).values(
        unit_code=envelope["unit"], version=1, heard=1, last_recorded_at=_instant(envelope["time"])
    )
    later = row.excluded.last_recorded_at
    return row.on_conflict_do_update(
        index_elements=[clock.c.unit_code],
        set_={
            "version": clock.c.version + 1,
            "heard": clock.c.heard + 1,
            "last_recorded_at": case((clock.c.last_recorded_at > later, clock.c.last_recorded_at), else_=later),
        },
    )


def day_before(row: Span | Fact) -> Select[Any]:
    """Ask for the day of the row that stands there now, whose figures will be wrong too."""
    table = PROJECTED.span if isinstance(row, Span) else PROJECTED.fact
    day = table.c.began_on if isinstance(row, Span) else table.c.happened_on
    return select(day).where(table.c.unit_code == row.unit_code, table.c.kind == row.kind, table.c.key == row.key)


def upsert(row: Row) -> Insert:
    """Write the row; of two, the later version wins, for a span each half by itself."""
    if isinstance(row, Span):
        return _upsert_span(row)
    table = PROJECTED.person if isinstance(row, Person) else PROJECTED.fact
    written = insert(table).values(msgspec.structs.asdict(row))
    new = written.excluded
    return written.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={column.name: new[column.name] for column in table.columns if not column.primary_key},
        where=tuple_(new.version, new.event_id) > tuple_(table.c.version, table.c.event_id),
    )


def touched_by(row: Row, before: date | None, touched: Touched) -> None:
    """Note which figures the row touches."""
    if isinstance(row, Person):
        touched.person(row.unit_code)
    elif isinstance(row, Span):
        touched.span(row.unit_code, row.kind, row.began_on, before)
    else:
        touched.fact(row.unit_code, row.kind, row.happened_on, before)


def forgetting(touched: Touched) -> Iterable[Delete]:
    """Throw the touched figures away."""
    kept = KEPT.indicator_value
    cells = CATALOGUE.touched_by(touched)
    if cells:
        yield delete(kept).where(
            or_(
                *(
                    and_(
                        kept.c.unit_code == unit,
                        kept.c.indicator == code,
                        kept.c.ends_on >= first,
                        kept.c.starts_on <= last,
                    )
                    for (unit, code), (first, last) in cells.items()
                )
            )
        )
    if touched.units_of_persons:
        yield delete(kept).where(
            kept.c.unit_code.in_(touched.units_of_persons), kept.c.dimension.in_(PERSON_DIMENSIONS)
        )


def _upsert_span(row: Span) -> Insert:
    table = PROJECTED.span
    written = insert(table).values(msgspec.structs.asdict(row))
    new = written.excluded
    halves: dict[str, Sequence[str]] = {
        "began": ("person_key", "place", "began_on", "planned_end_on", "attributes", "began_version", "began_event"),
        "ended": ("ended_on", "end_reason", "ended_version", "ended_event"),
    }
    changes = {}
    for half, names in halves.items():
        version, event = f"{half}_version", f"{half}_event"
        is_later = and_(
            new[version].is_not(None),
            or_(
                table.c[version].is_(None), tuple_(new[version], new[event]) > tuple_(table.c[version], table.c[event])
            ),
        )
        changes |= {name: case((is_later, new[name]), else_=table.c[name]) for name in names}
    return written.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=changes)


def _stamp(row: Row, version: int, event_id: str) -> None:
    if isinstance(row, Span):
        if row.began_on is not None:
            row.began_version, row.began_event = version, event_id
        if row.ended_on is not None:
            row.ended_version, row.ended_event = version, event_id
        return
    row.version, row.event_id = version, event_id


def _date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _instant(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
