"""The shadow tables of a rebuild: made, filled, compared with the grown ones, and put in their place."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, Date, Table, func, select
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

from chassis.storage import new_metadata
from services.reporting.projections.fold import Folded
from services.reporting.projections.rows import Row
from services.reporting.tables import PROJECTED, Attributes, define_projected

SUFFIX = "_rebuilt"
SHADOWS = define_projected(new_metadata(), suffix=SUFFIX)
SHOWN_AT_MOST = 20

_encode = msgspec.json.Encoder(order="sorted").encode


def make(connection: Connection) -> None:
    """Make empty shadow tables, after removing what a broken-off rebuild may have left."""
    for table in SHADOWS:
        connection.execute(DropTable(table, if_exists=True))
        connection.execute(CreateTable(table))


def fill(connection: Connection, folded: Folded) -> None:
    """Write the folded rows; on PostgreSQL the indexes come after, which is faster."""
    tables_and_rows: list[tuple[Table, Iterable[Row]]] = [
        (SHADOWS.person, folded.persons.values()),
        (SHADOWS.span, folded.spans.values()),
        (SHADOWS.fact, folded.facts.values()),
    ]
    for table, rows in tables_and_rows:
        if connection.dialect.name == "postgresql":
            _copy_in(connection, table, rows)
        else:
            _insert(connection, table, rows)
        for index in table.indexes:
            connection.execute(CreateIndex(index))
        # A table that was just filled is unknown to the planner, which then joins it row by row.
        connection.exec_driver_sql(f"ANALYZE {table.name}")


def _insert(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    names = [column.name for column in table.columns]
    marks = ", ".join("?" for _name in names)
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - our own table
    values = _values(table, rows)
    while batch := [tuple(each) for each in islice(values, 5000)]:
        connection.exec_driver_sql(statement, batch)


def _copy_in(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    names = ", ".join(column.name for column in table.columns)
    key = ", ".join(column.name for column in table.primary_key.columns)
    constraint = f"pk_{table.name}"
    connection.exec_driver_sql(f"ALTER TABLE {table.name} DROP CONSTRAINT {constraint}")
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for values in _values(table, rows):
            copy.write_row(values)
    connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD CONSTRAINT {constraint} PRIMARY KEY ({key})")


def _values(table: Table, rows: Iterable[Row]) -> Iterator[list[Any]]:
    """Return the rows as the drivers take them fastest: days and attributes as text."""
    columns = list(table.columns)
    read = attrgetter(*(column.name for column in columns))
    days = [place for place, column in enumerate(columns) if isinstance(column.type, Date)]
    documents = [place for place, column in enumerate(columns) if isinstance(column.type, Attributes)]
    written: dict[date | None, str | None] = {None: None}
    for row in rows:
        values = list(read(row))
        for place in days:
            day = values[place]
            if day not in written:
                written[day] = day.isoformat()
            values[place] = written[day]
        for place in documents:
            if values[place] is not None:
                values[place] = _encode(values[place]).decode()
        yield values


def difference(connection: Connection, grown: Table, rebuilt: Table) -> tuple[int, list[str]]:
    """Compare two tables row by row; return how many rows differ, and some of them as text."""
    if connection.dialect.name == "postgresql" and not _differs(connection, grown, rebuilt):
        return 0, []
    names = ", ".join(column.name for column in grown.columns)
    key = [column.name for column in grown.primary_key.columns]
    total, shown = 0, []
    for word, one, other in (("only grown", grown, rebuilt), ("only rebuilt", rebuilt, grown)):
        only = f"SELECT {names} FROM {one.name} EXCEPT SELECT {names} FROM {other.name}"  # noqa: S608 - our own tables
        first = f"ORDER BY {', '.join(key)} LIMIT {SHOWN_AT_MOST}"
        rows = connection.exec_driver_sql(f"SELECT count(*) OVER (), d.* FROM ({only}) AS d {first}").all()  # noqa: S608
        total += rows[0][0] if rows else 0
        shown += [f"{grown.name} {word}: {', '.join(map(str, row[1:]))}" for row in rows]
    return total, shown


def _differs(connection: Connection, grown: Table, rebuilt: Table) -> bool:
    """Tell whether any row differs, by one join over the keys: a third of what finding the rows costs."""
    key = [column.name for column in grown.primary_key.columns]
    others = [column.name for column in grown.columns if not column.primary_key]
    one, other = (", ".join(f"{side}.{name}" for name in others) for side in ("grown", "rebuilt"))
    # Counted to the end, for the database plans a question after the first row as if it would find one.
    statement = f"""
        SELECT count(*) FROM {grown.name} AS grown FULL JOIN {rebuilt.name} AS rebuilt USING ({", ".join(key)})
        WHERE grown.{key[0]} IS NULL OR rebuilt.{key[0]} IS NULL OR ({one}) IS DISTINCT FROM ({other})"""  # noqa: S608
    return bool(connection.exec_driver_sql(statement).scalar_one())


def count(connection: Connection, table: Table) -> int:
    """Return how many rows a table has."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def swap(connection: Connection) -> None:
    """Put the shadow tables in the place of the grown ones, within the caller's transaction."""
    for grown, rebuilt in zip(PROJECTED, SHADOWS, strict=True):
        if connection.dialect.name == "postgresql":
            _rename(connection, grown, rebuilt)
        else:
            # SQLite does not rename constraints; the rows move instead.
            names = ", ".join(column.name for column in grown.columns)
            connection.exec_driver_sql(f"DELETE FROM {grown.name}")  # noqa: S608 - our own tables
            connection.exec_driver_sql(f"INSERT INTO {grown.name} ({names}) SELECT {names} FROM {rebuilt.name}")  # noqa: S608
            connection.execute(DropTable(rebuilt))


def _rename(connection: Connection, grown: Table, rebuilt: Table) -> None:
    connection.execute(DropTable(grown))
    connection.exec_driver_sql(f"ALTER TABLE {rebuilt.name} RENAME TO {grown.name}")
    for index in rebuilt.indexes:
        connection.exec_driver_sql(f"ALTER INDEX {index.name} RENAME TO {str(index.name).replace(SUFFIX, '')}")
    for constraint in (
        connection.exec_driver_sql("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass", (grown.name,))
        .scalars()
        .all()
    ):
        if SUFFIX in constraint:
            plain = constraint.replace(SUFFIX, "")
            connection.exec_driver_sql(f"ALTER TABLE {grown.name} RENAME CONSTRAINT {constraint} TO {plain}")


def drop(connection: Connection) -> None:
    """Remove the shadow tables."""
    for table in SHADOWS:
        connection.execute(DropTable(table, if_exists=True))
