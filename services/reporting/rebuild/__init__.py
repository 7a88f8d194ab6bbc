"""Rebuilding: fold the whole log into shadow tables, hold them against the grown ones, and only then swap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from time import perf_counter

import click
import msgspec
from sqlalchemy import Connection, Row, delete, select

from chassis.installed import runtime_of
from chassis.storage import Store
from services.reporting.indicators import Catalogue, the_catalogue
from services.reporting.indicators.values import Cell, Cells, work_out
from services.reporting.periods import Window
from services.reporting.projections import in_sets
from services.reporting.projections.fold import Folded
from services.reporting.rebuild import shadow
from services.reporting.rebuild.reading import Heard, came_meanwhile, fold_log
from services.reporting.tables import KEPT, PROJECTED


@dataclass(frozen=True)
class FigureCheck:
    """One kept figure, as it grew and as it was rebuilt; equal digests mean equal figures in every member."""

    unit: str
    indicator: str
    dimension: str
    window: Window
    grown: str
    rebuilt: str

    @property
    def is_equal(self) -> bool:
        return self.grown == self.rebuilt


@dataclass
class RebuildReport:
    """What a rebuild found."""

    events: int = 0
    caught_up: int = 0
    through: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    differing_rows: int = 0
    differences: list[str] = field(default_factory=list)
    figures: list[FigureCheck] = field(default_factory=list)
    swapped: bool = False
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def is_equal(self) -> bool:
        """Tell whether the rebuilt rows and figures are the grown ones."""
        return self.differing_rows == 0 and all(figure.is_equal for figure in self.figures)


def rebuild(store: Store, *, catalogue: Catalogue | None = None, accept: bool = False) -> RebuildReport:
    """Rebuild person, span and fact from the log; swap when nothing differs, or when the difference is accepted.

    Events may go on coming in: the log is read while they do, and what came meanwhile is folded in under the lock under
    which the comparison and the swap are one transaction.
    """
    catalogue = catalogue or the_catalogue()
    report = RebuildReport()
    watch = _Watch(report)
    with store.reading() as session:
        folded, heard = fold_log(session.connection())
    report.events = len(heard)
    watch.lap("fold")
    with store.begin() as session:
        shadow.make(session.connection())
        shadow.fill(session.connection(), folded)
    del folded
    watch.lap("load")
    with store.begin() as session:
        connection = session.connection()
        _stop_the_writers(connection)
        _catch_up(connection, heard, report)
        watch.lap("catch up")
        _compare(connection, report)
        watch.lap("compare")
        report.figures = list(_figures(connection, catalogue))
        watch.lap("figures")
        if report.is_equal or accept:
            shadow.swap(connection)
            if not report.is_equal:
                connection.execute(delete(KEPT.indicator_value))
            report.swapped = True
        else:
            shadow.drop(connection)
    watch.lap("swap")
    return report


class _Watch:
    def __init__(self, report: RebuildReport) -> None:
        self._report = report
        self._since = perf_counter()

    def lap(self, name: str) -> None:
        now = perf_counter()
        self._report.seconds[name] = now - self._since
        self._since = now


def _stop_the_writers(connection: Connection) -> None:
    """Let nobody hear, project or keep until the end of the transaction; reading goes on."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE inbox, unit_clock IN SHARE ROW EXCLUSIVE MODE")
        connection.exec_driver_sql("SET LOCAL work_mem = '256MB'")


def _catch_up(connection: Connection, heard: Heard, report: RebuildReport) -> None:
    late = came_meanwhile(connection, heard)
    folded = Folded()
    for event in late:
        folded.add(event.event_id, event.type, event.subject_version, event.unit_code, event.data)
    in_sets.store(folded, connection, shadow.SHADOWS)
    report.caught_up = len(late)
    report.events = len(heard)
    report.through = heard.through()


def _compare(connection: Connection, report: RebuildReport) -> None:
    for grown, rebuilt in zip(PROJECTED, shadow.SHADOWS, strict=True):
        differing, shown = shadow.difference(connection, grown, rebuilt)
        report.rows[grown.name] = shadow.count(connection, rebuilt)
        report.differing_rows += differing
        report.differences += shown


def _figures(connection: Connection, catalogue: Catalogue) -> Iterable[FigureCheck]:
    """Work every kept figure out from the rebuilt rows."""
    table = KEPT.indicator_value
    for definition in catalogue:
        rows = connection.execute(
            select(table).where(table.c.indicator == definition.code, table.c.definition_digest == definition.digest)
        ).all()
        for dimension in sorted({row.dimension for row in rows}):
            grown = _cells(row for row in rows if row.dimension == dimension)
            units = sorted({unit for unit, _window in grown})
            windows = sorted({window for _unit, window in grown})
            rebuilt = work_out(connection, definition, units, windows, dimension=dimension, projected=shadow.SHADOWS)
            for (unit, window), cells in sorted(grown.items()):
                yield FigureCheck(
                    unit, definition.code, dimension, window, _digest(cells), _digest(rebuilt[unit, window])
                )


def _cells(rows: Iterable[Row[tuple[object, ...]]]) -> dict[tuple[str, Window], Cells]:
    found: dict[tuple[str, Window], Cells] = {}
    for row in rows:
        at = (row.unit_code, Window(row.starts_on, row.ends_on))
        found.setdefault(at, {})[row.member] = Cell(row.numerator, row.denominator)
    return found


def _digest(cells: Cells) -> str:
    written = [(member, cell.numerator, cell.denominator) for member, cell in sorted(cells.items())]
    return sha256(msgspec.json.encode(written)).hexdigest()[:12]


def _sentences(report: RebuildReport) -> Sequence[str]:
    lines = [
        f"{check.unit}  {_named(check)}  {_days(check.window)}  grown {check.grown}  rebuilt {check.rebuilt}"
        + ("" if check.is_equal else "  DIFFERS")
        for check in report.figures
    ]
    lines += report.differences
    rows = ", ".join(f"{count} of {name}" for name, count in report.rows.items())
    lines.append(f"{report.events} events ({report.caught_up} while rebuilding) make {rows}")
    lines += [f"{source} through position {position}" for source, position in report.through.items()]
    unequal = sum(not check.is_equal for check in report.figures)
    lines.append(
        "rebuilt equals grown"
        if report.is_equal
        else f"rebuilt differs: {report.differing_rows} rows, {unequal} of {len(report.figures)} kept figures"
    )
    seconds = ", ".join(f"{name} {took:.1f} s" for name, took in report.seconds.items())
    lines.append(f"{seconds}; {'swapped' if report.swapped else 'not swapped'}")
    return lines


def _named(check: FigureCheck) -> str:
    return f"{check.indicator}/{check.dimension}" if check.dimension else check.indicator


def _days(window: Window) -> str:
    def written(day: date) -> str:
        return day.isoformat()

    return f"{written(window.first_day)}..{written(window.last_day)}"


@click.command()
@click.option("--accept", is_flag=True, help="Swap even when the rebuilt rows differ; the differences are printed.")
def command(*, accept: bool) -> None:
    """Fold the whole event log anew, compare with what has grown, and swap when nothing differs."""
    report = rebuild(runtime_of("reporting").store, accept=accept)
    for line in _sentences(report):
        click.echo(line)
    if not report.swapped:
        raise SystemExit(1)
