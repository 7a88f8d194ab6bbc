"""Storing folded rows the plain way: read a row, merge it in Python, write it back.

The reference that the set-based way (:mod:`services.reporting.projections.in_sets`) is held to.
"""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, and_, insert, select, update

from services.reporting.indicators.touched import Touched
from services.reporting.projections.fold import Folded
from services.reporting.projections.rows import Fact, Person, Row, Span
from services.reporting.tables import ReportingTables


def store(folded: Folded, connection: Connection, tables: ReportingTables) -> Touched:
    """Merge the rows into the tables; return which days of which kinds changed."""
    touched = Touched()
    for _person_key, person in sorted(folded.persons.items()):
        _merge(connection, tables.person, person, ("unit_code", "person_key"))
        touched.person(person.unit_code)
    for _key, span in sorted(folded.spans.items()):
        before = _merge(connection, tables.span, span, ("unit_code", "kind", "key"))
        touched.span(span.unit_code, span.kind, span.began_on, _day(before, "began_on"))
    for _key, fact in sorted(folded.facts.items()):
        before = _merge(connection, tables.fact, fact, ("unit_code", "kind", "key"))
        touched.fact(fact.unit_code, fact.kind, fact.happened_on, _day(before, "happened_on"))
    return touched


def _merge(connection: Connection, table: Table, row: Row, key_columns: tuple[str, ...]) -> dict[str, Any] | None:
    """Merge one row into its table; return the row that stood there."""
    here = and_(*(table.c[name] == getattr(row, name) for name in key_columns))
    before = connection.execute(select(table).where(here)).mappings().one_or_none()
    if before is None:
        connection.execute(insert(table).values(_values(row)))
        return None
    merged = _row(type(row), dict(before)).merge(row)  # type: ignore[arg-type]  # both are of one class
    connection.execute(update(table).where(here).values(_values(merged)))
    return dict(before)


def _row(row_class: type[Row], values: dict[str, Any]) -> Person | Span | Fact:
    return row_class(**values)


def _values(row: Row) -> dict[str, Any]:
    return msgspec.structs.asdict(row)


def _day(before: dict[str, Any] | None, column: str) -> date | None:
    return before[column] if before else None
