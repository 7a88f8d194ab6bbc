"""Storing folded rows a table at a time: one JSON document in, one upsert, no statement built per row.

Held to the plain way (:mod:`services.reporting.projections.reference`) by the same tests. Rows go in by ascending key, so
that two writers wait for each other and never deadlock.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Connection, Date, Integer, Table

from services.reporting.indicators.touched import Touched
from services.reporting.projections.fold import Folded
from services.reporting.projections.rows import Row
from services.reporting.tables import Attributes, ReportingTables

_encoder = msgspec.json.Encoder(order="sorted")

BEGINNING = ("person_key", "place", "began_on", "planned_end_on", "attributes", "began_version", "began_event")
ENDING = ("ended_on", "end_reason", "ended_version", "ended_event")


def store(folded: Folded, connection: Connection, tables: ReportingTables) -> Touched:
    """Merge the rows into the tables; return which days of which kinds changed."""
    touched = Touched()
    if folded.persons:
        _upsert(connection, tables.person, folded.persons)
        for unit, _person_key in folded.persons:
            touched.person(unit)
    if folded.spans:
        for unit, kind, first, _last in _upsert(connection, tables.span, folded.spans):
            touched.span(unit, kind, first)
        for span in folded.spans.values():
            touched.span(span.unit_code, span.kind, span.began_on)
    if folded.facts:
        for unit, kind, first, last in _upsert(connection, tables.fact, folded.facts):
            touched.fact(unit, kind, first, last)
        for fact in folded.facts.values():
            touched.fact(fact.unit_code, fact.kind, fact.happened_on)
    return touched


Before = list[tuple[str, str, date | None, date | None]]


def _upsert(connection: Connection, table: Table, rows: Mapping[Any, Row]) -> Before:
    """Merge rows into one table; return per unit and kind the first and last day of the rows that stood there."""
    document = _encoder.encode([rows[key] for key in sorted(rows)]).decode()
    statements = _statements(table, connection.dialect.name)
    before: Before = []
    for statement in statements:
        result = connection.exec_driver_sql(statement, (document,))
        if result.returns_rows:
            before = [(unit, kind, _day(first), _day(last)) for unit, kind, first, last in result]
    return before


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


@cache
def _statements(table: Table, dialect: str) -> tuple[str, ...]:
    """Return the statements that merge a document of rows into a table; the one that returns rows says what stood there."""
    columns = [column.name for column in table.columns]
    if dialect == "sqlite":
        fields = ", ".join(f"value->>'{name}' AS {name}" for name in columns)
        incoming = f"incoming AS (SELECT {fields} FROM json_each(?))"  # noqa: S608 - our own columns
    else:
        fields = ", ".join(f"{column.name} {_postgresql_type(column.type)}" for column in table.columns)
        incoming = f"incoming AS (SELECT * FROM json_to_recordset(%s::json) AS rows ({fields}))"  # noqa: S608 - as above
    names = ", ".join(columns)
    key = [column.name for column in table.primary_key.columns]
    merge = f"INSERT INTO {table.name} ({names}) SELECT {names} FROM incoming WHERE true"  # noqa: S608 - our own table
    upsert = f"{merge} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {_merged(table)}"
    day = next((name for name in ("began_on", "happened_on") if name in columns), None)
    if day is None:
        return (f"WITH {incoming} {upsert}",)
    of_kinds = f"SELECT old.unit_code, old.kind, min(old.{day}), max(old.{day})"
    stood = f"FROM incoming JOIN {table.name} AS old USING ({', '.join(key)}) GROUP BY old.unit_code, old.kind"
    before = f"{of_kinds} {stood}"
    if dialect == "sqlite":
        return (f"WITH {incoming} {before}", f"WITH {incoming} {upsert}")
    # Both parts of the statement see the table as it was before it.
    return (f"WITH {incoming}, written AS ({upsert}) {before}",)


def _merged(table: Table) -> str:
    if "began_on" not in table.columns:
        names = [column.name for column in table.columns if not column.primary_key]
        is_later = f"(excluded.version, excluded.event_id) > ({table.name}.version, {table.name}.event_id)"
        return f"{_assigned(names)} WHERE {is_later}"
    return ", ".join([*_assigned_half(table, BEGINNING, "began"), *_assigned_half(table, ENDING, "ended")])


def _assigned(names: Iterable[str]) -> str:
    return ", ".join(f"{name} = excluded.{name}" for name in names)


def _assigned_half(table: Table, names: Iterable[str], half: str) -> list[str]:
    """Take one half of a span from the later version; a half that is not stated has no version and never wins."""
    stated = f"excluded.{half}_version, COALESCE(excluded.{half}_event, '')"
    standing = f"{table.name}.{half}_version, COALESCE({table.name}.{half}_event, '')"
    is_later = f"""excluded.{half}_version IS NOT NULL AND ({table.name}.{half}_version IS NULL OR
        ({stated}) > ({standing}))"""
    return [f"{name} = CASE WHEN {is_later} THEN excluded.{name} ELSE {table.name}.{name} END" for name in names]


def _postgresql_type(type_: Any) -> str:
    if isinstance(type_, Attributes):
        return "jsonb"
    if isinstance(type_, Date):
        return "date"
    if isinstance(type_, BigInteger):
        return "bigint"
    return "integer" if isinstance(type_, Integer) else "text"
