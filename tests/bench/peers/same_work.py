"""What both peers do with one event, as SQLAlchemy statements: the same rows and the same forgetting as ours.

What an event means (:mod:`services.reporting.projections.sentences`) and which figures it touches are the programme's own
rules and shared; how they reach the database is written here the way one writes it, event by event. The statements are
built once, as SQLAlchemy's documentation advises where speed matters. The peers do less than ours: they neither park a
poison event nor hold back later events of its subject.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from sqlalchemy import Delete, Insert, Select, Table, and_, bindparam, case, delete, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from contracts.base import load
from services.reporting.indicators import the_catalogue
from services.reporting.indicators.definition import PERSON_DIMENSIONS
from services.reporting.indicators.touched import Touched
from services.reporting.projections.rows import Fact, Person, Row, Span
from services.reporting.projections.sentences import PROJECTIONS
from services.reporting.tables import INBOX, KEPT, PROJECTED

CATALOGUE = the_catalogue()
Parameters = dict[str, Any]


def log_row(envelope: dict[str, Any], data: dict[str, Any]) -> tuple[Insert, Parameters]:
    """Put the event into the log; returns nothing when it is there already."""
    return _LOG, {
        "source": envelope["source"],
        "position": envelope["position"],
        "event_id": envelope["id"],
        "unit_code": envelope["unit"],
        "type": envelope["type"],
        "subject": envelope["subject"],
        "subject_version": envelope["subjectversion"],
        "occurred_on": _date(envelope["occurredon"]),
        "recorded_at": _instant(envelope["time"]),
        "received_at": datetime.now(UTC),
        "correlation_id": envelope.get("correlationid"),
        "data": msgspec.json.encode(data).decode(),
        "state": "applied",
    }


def rows_of(envelope: dict[str, Any], data: dict[str, Any]) -> list[Row]:
    """Return the rows that the event makes true."""
    fact = load(envelope["type"], data)
    project = PROJECTIONS.get(type(fact))
    rows = list(project(fact)) if project else []
    for row in rows:
        row.unit_code = envelope["unit"]
        _stamp(row, envelope["subjectversion"], envelope["id"])
    return rows


def clock_row(envelope: dict[str, Any]) -> tuple[Insert, Parameters]:
    """Take the unit's lock and move its clock on."""
    return _CLOCK, {
        "unit_code": envelope["unit"],
        "version": 1,
        "heard": 1,
        "last_recorded_at": _instant(envelope["time"]),
    }


def day_before(row: Span | Fact) -> tuple[Select[Any], Parameters]:
    """Ask for the day of the row that stands there now, whose figures will be wrong too."""
    statement = _SPAN_BEFORE if isinstance(row, Span) else _FACT_BEFORE
    return statement, {"of_unit": row.unit_code, "of_kind": row.kind, "of_key": row.key}


def upsert(row: Row) -> tuple[Insert, Parameters]:
    """Write the row; of two, the later version wins, for a span each half by itself."""
    return _UPSERTS[type(row)], msgspec.structs.asdict(row)


def touched_by(row: Row, before: date | None, touched: Touched) -> None:
    """Note which figures the row touches."""
    if isinstance(row, Person):
        touched.person(row.unit_code)
    elif isinstance(row, Span):
        touched.span(row.unit_code, row.kind, row.began_on, before)
    else:
        touched.fact(row.unit_code, row.kind, row.happened_on, before)


def forgetting(touched: Touched) -> Iterable[tuple[Delete, list[Parameters]]]:
    """Throw the touched figures away."""
    cells = CATALOGUE.touched_by(touched)
    if cells:
        yield (
            _FORGET,
            [
                {"of_unit": unit, "of_code": code, "first_day": first, "last_day": last}
                for (unit, code), (first, last) in cells.items()
            ],
        )
    if touched.units_of_persons:
        yield _FORGET_PARTS, [{"of_unit": unit} for unit in touched.units_of_persons]


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


# -- the statements ------------------------------------------------------------------------------------------------------------


def _clock() -> Insert:
    clock = KEPT.unit_clock
    row = insert(clock)
    later = row.excluded.last_recorded_at
    return row.on_conflict_do_update(
        index_elements=[clock.c.unit_code],
        set_={
            "version": clock.c.version + 1,
            "heard": clock.c.heard + 1,
            "last_recorded_at": case((clock.c.last_recorded_at > later, clock.c.last_recorded_at), else_=later),
        },
    )


def _before(table: Table, day: str) -> Select[Any]:
    return select(table.c[day]).where(
        table.c.unit_code == bindparam("of_unit"),
        table.c.kind == bindparam("of_kind"),
        table.c.key == bindparam("of_key"),
    )


def _upsert_whole(table: Table) -> Insert:
    row = insert(table)
    new = row.excluded
    return row.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={column.name: new[column.name] for column in table.columns if not column.primary_key},
        where=tuple_(new.version, new.event_id) > tuple_(table.c.version, table.c.event_id),
    )


def _upsert_halves(table: Table) -> Insert:
    row = insert(table)
    new = row.excluded
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
    return row.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=changes)


_LOG = insert(INBOX).on_conflict_do_nothing().returning(INBOX.c.event_id)
_CLOCK = _clock()
_SPAN_BEFORE = _before(PROJECTED.span, "began_on")
_FACT_BEFORE = _before(PROJECTED.fact, "happened_on")
_UPSERTS = {
    Person: _upsert_whole(PROJECTED.person),
    Span: _upsert_halves(PROJECTED.span),
    Fact: _upsert_whole(PROJECTED.fact),
}
_FORGET = delete(KEPT.indicator_value).where(
    KEPT.indicator_value.c.unit_code == bindparam("of_unit"),
    KEPT.indicator_value.c.indicator == bindparam("of_code"),
    KEPT.indicator_value.c.ends_on >= bindparam("first_day"),
    KEPT.indicator_value.c.starts_on <= bindparam("last_day"),
)
_FORGET_PARTS = delete(KEPT.indicator_value).where(
    KEPT.indicator_value.c.unit_code == bindparam("of_unit"),
    KEPT.indicator_value.c.dimension.in_(PERSON_DIMENSIONS),
)
