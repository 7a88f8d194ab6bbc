"""Figures: worked out from the rows, kept beside them, and never older than they are.

A unit has one clock row. Whoever changes the unit's rows, and whoever works a figure out in order to keep it, holds the
lock of that row until the commit. So a kept figure was worked out from rows that nobody was changing, and a later change
throws it away in its own transaction: a figure is either absent or true.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol

import msgspec
from sqlalchemy import Connection, Insert, case, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from services.reporting.indicators import Catalogue
from services.reporting.indicators.definition import PERSON_DIMENSIONS, Definition
from services.reporting.indicators.engine import IndicatorQuery
from services.reporting.indicators.touched import Touched
from services.reporting.periods import Window
from services.reporting.tables import PROJECTED, KeptTables, ReportingTables

TOTAL = ""
"""The member that stands for all, with or without a dimension."""


@dataclass(frozen=True)
class Cell:
    """One figure: the numbers above and below the fraction stroke; a count has none below."""

    numerator: int
    denominator: int | None


Cells = dict[str, Cell]
"""Member → figure. The total is always there."""

Wanted = Mapping[str, Sequence[Window]]
"""Code → windows."""


class Heard(Protocol):
    """What the clock needs of an event."""

    @property
    def unit(self) -> str: ...
    @property
    def recorded_at(self) -> datetime: ...


def work_out(
    connection: Connection,
    definition: Definition,
    units: Sequence[str],
    windows: Sequence[Window],
    *,
    dimension: str = "",
    consolidated: bool = False,
    projected: ReportingTables = PROJECTED,
) -> dict[tuple[str, Window], Cells]:
    """Work figures out from the rows: for each unit, or for all of them together under the unit ``""``.

    Consolidated, a person counts once however many of the units know them; a ratio is made of the sums, never a mean.
    """
    query = _query(definition, connection.dialect.name, projected)
    above = query.numerator.counts(connection, units, windows, dimension=dimension, consolidated=consolidated)
    totals = above
    if dimension:
        totals = query.numerator.counts(connection, units, windows, consolidated=consolidated)
    below = below_totals = None
    if query.denominator is not None:
        below = query.denominator.counts(connection, units, windows, dimension=dimension, consolidated=consolidated)
        below_totals = below
        if dimension:
            below_totals = query.denominator.counts(connection, units, windows, consolidated=consolidated)

    found: dict[tuple[str, Window], Cells] = {}
    for unit in [""] if consolidated else units:
        for window in windows:
            at = (unit, window, TOTAL)
            total = Cell(totals.get(at, 0), None if below_totals is None else below_totals.get(at, 0))
            found[unit, window] = {TOTAL: total}
    if dimension:
        for unit, window, member in sorted({*above, *(below or {})}):
            at = (unit, window, member)
            found[unit, window][member] = Cell(above.get(at, 0), None if below is None else below.get(at, 0))
    return found


def _query(definition: Definition, dialect: str, projected: ReportingTables) -> IndicatorQuery:
    """Return the statements of a definition; building them costs more than running them, so they stay."""
    key = (definition.digest, dialect, projected)
    if key not in _queries:
        _queries[key] = IndicatorQuery(definition, dialect, projected)
    return _queries[key]


_queries: dict[tuple[str, str, ReportingTables], IndicatorQuery] = {}


def events_behind(
    connection: Connection,
    definition: Definition,
    unit: str,
    window: Window,
    *,
    part: str = "numerator",
    members: Mapping[str, str] | None = None,
    projected: ReportingTables = PROJECTED,
) -> set[str]:
    """Return the ids of the events behind one figure, from the same terms that count it."""
    query = _query(definition, connection.dialect.name, projected)
    return query.part("denominator" if part == "denominator" else "numerator").events(
        connection, unit, window, members or {}
    )


def kept(
    connection: Connection, tables: KeptTables, catalogue: Catalogue, unit: str, wanted: Wanted, *, dimension: str = ""
) -> dict[tuple[str, Window], Cells]:
    """Return those of the wanted figures that are kept and true for today's definitions."""
    windows = {window for each in wanted.values() for window in each}
    if not windows:
        return {}
    table = tables.indicator_value
    rows = connection.execute(
        select(table).where(
            table.c.unit_code == unit,
            table.c.dimension == dimension,
            table.c.indicator.in_(list(wanted)),
            table.c.ends_on >= min(window.last_day for window in windows),
            table.c.ends_on <= max(window.last_day for window in windows),
        )
    )
    found: dict[tuple[str, Window], Cells] = {}
    for row in rows:
        window = Window(row.starts_on, row.ends_on)
        if window in windows and row.definition_digest == catalogue[row.indicator].digest:
            found.setdefault((row.indicator, window), {})[row.member] = Cell(row.numerator, row.denominator)
    return {at: cells for at, cells in found.items() if TOTAL in cells and at[1] in wanted[at[0]]}


def keep(
    connection: Connection,
    tables: KeptTables,
    catalogue: Catalogue,
    unit: str,
    wanted: Wanted,
    *,
    dimension: str = "",
    projected: ReportingTables = PROJECTED,
) -> dict[tuple[str, Window], Cells]:
    """Work figures out under the unit's lock and keep them; return them. The caller commits."""
    version = lock_clock(connection, tables, unit)
    rows: list[dict[str, object]] = []
    found: dict[tuple[str, Window], Cells] = {}
    for code, windows in wanted.items():
        definition = catalogue[code]
        worked_out = work_out(connection, definition, [unit], windows, dimension=dimension, projected=projected)
        for (_unit, window), cells in worked_out.items():
            found[code, window] = cells
            rows.extend(
                {
                    "unit_code": unit,
                    "indicator": code,
                    "dimension": dimension,
                    "starts_on": window.first_day,
                    "ends_on": window.last_day,
                    "member": member,
                    "numerator": cell.numerator,
                    "denominator": cell.denominator,
                    "definition_digest": definition.digest,
                    "clock_version": version,
                }
                for member, cell in cells.items()
            )
    if rows:
        _replace(connection, tables, unit, wanted, rows, dimension=dimension)
    return found


def _replace(
    connection: Connection,
    tables: KeptTables,
    unit: str,
    wanted: Wanted,
    rows: list[dict[str, object]],
    *,
    dimension: str,
) -> None:
    table = tables.indicator_value
    # Left over from another definition; another reader may also have kept the same figures a moment ago.
    for code, windows in wanted.items():
        connection.execute(
            delete(table).where(
                table.c.unit_code == unit,
                table.c.indicator == code,
                table.c.dimension == dimension,
                table.c.ends_on.in_([window.last_day for window in windows]),
                table.c.starts_on.in_([window.first_day for window in windows]),
            )
        )
    connection.execute(table.insert(), rows)


def lock_clock(connection: Connection, tables: KeptTables, unit: str) -> int:
    """Take the unit's lock until the end of the transaction; return the version of its rows."""
    clock = tables.unit_clock
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    connection.execute(
        insert(clock).on_conflict_do_nothing(index_elements=[clock.c.unit_code]),
        {"unit_code": unit, "version": 0, "heard": 0},
    )
    locked = select(clock.c.version).where(clock.c.unit_code == unit).with_for_update()
    version: int = connection.execute(locked).scalar_one()
    return version


def move_clock_on(connection: Connection, tables: KeptTables, events: Iterable[Heard]) -> None:
    """Take the locks of the events' units, in one order, and move their clocks on."""
    heard: dict[str, int] = {}
    latest: dict[str, datetime] = {}
    for event in events:
        heard[event.unit] = heard.get(event.unit, 0) + 1
        if event.unit not in latest or event.recorded_at > latest[event.unit]:
            latest[event.unit] = event.recorded_at
    if connection.dialect.name == "postgresql":
        moves = [(unit, heard[unit], latest[unit]) for unit in sorted(heard)]
        connection.exec_driver_sql(_MOVE_CLOCKS, (msgspec.json.encode(moves).decode(),))
        return
    rows = [
        {"unit_code": unit, "version": 1, "heard": heard[unit], "last_recorded_at": latest[unit]}
        for unit in sorted(heard)
    ]
    connection.execute(_clock_statement(tables), rows)


# A batch may be of a hundred units: one document and one statement, where the driver would send one for each of them.
_MOVE_CLOCKS = """
    INSERT INTO unit_clock AS clock (unit_code, version, heard, last_recorded_at)
    SELECT v->>0, 1, (v->>1)::bigint, (v->>2)::timestamptz FROM jsonb_array_elements(%s::jsonb) AS v
    ON CONFLICT (unit_code) DO UPDATE SET version = clock.version + 1, heard = clock.heard + excluded.heard,
        last_recorded_at = greatest(clock.last_recorded_at, excluded.last_recorded_at)"""


@cache
def _clock_statement(tables: KeptTables) -> Insert:
    clock = tables.unit_clock
    statement = sqlite_insert(clock)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[clock.c.unit_code],
        set_={
            "version": clock.c.version + 1,
            "heard": clock.c.heard + new.heard,
            "last_recorded_at": case(
                (clock.c.last_recorded_at > new.last_recorded_at, clock.c.last_recorded_at), else_=new.last_recorded_at
            ),
        },
    )


def forget(connection: Connection, tables: KeptTables, catalogue: Catalogue, touched: Touched) -> None:
    """Throw away the kept figures that changed rows touch. The caller holds the units' locks."""
    cells = [
        (unit, code, first.isoformat(), last.isoformat())
        for (unit, code), (first, last) in sorted(catalogue.touched_by(touched).items())
    ]
    if cells:
        _forget_cells(connection, cells)
    if touched.units_of_persons:
        table = tables.indicator_value
        connection.execute(
            delete(table).where(
                table.c.unit_code.in_(sorted(touched.units_of_persons)), table.c.dimension.in_(PERSON_DIMENSIONS)
            )
        )


def _forget_cells(connection: Connection, cells: list[tuple[str, str, str, str]]) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "DELETE FROM indicator_value WHERE unit_code = ? AND indicator = ? AND ends_on >= ? AND starts_on <= ?",
            cells,
        )
        return
    # One document: writing arrays of text costs the driver more than the statement costs the database.
    connection.exec_driver_sql(
        """DELETE FROM indicator_value AS old USING jsonb_array_elements(%s::jsonb) AS new
        WHERE old.unit_code = new->>0 AND old.indicator = new->>1
          AND old.ends_on >= (new->>2)::date AND old.starts_on <= (new->>3)::date""",
        (msgspec.json.encode(cells).decode(),),
    )


def forget_other_definitions(connection: Connection, tables: KeptTables, catalogue: Catalogue) -> None:
    """Drop figures kept under definitions that are no longer in the catalogue, before this process hears an event.

    Events only throw away figures of the indicators they know; one of an older definition might outlive its rows.
    """
    table = tables.indicator_value
    digests = [definition.digest for definition in catalogue]
    connection.execute(delete(table).where(table.c.definition_digest.not_in(digests)))
