"""Row 3: folding the whole log anew and comparing it with what grew, against folding it row by row."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from statistics import median

from sqlalchemy import Connection, Engine, String, func, select

from chassis.clock import Clock
from chassis.envelope import decode
from chassis.inbox import Inbox
from chassis.storage import Store
from services.reporting.indicators import the_catalogue
from services.reporting.projections import Projector
from services.reporting.queries import Figures
from services.reporting.tables import CHASSIS, INBOX, KEPT, METADATA, PROJECTED, Attributes
from tests.bench.events import ANY_WARD, bodies, one_ward, ward_codes
from tests.bench.expected import WrongResult
from tests.bench.measure import Row, Task, processor, ratio, run_apart, spread
from tests.bench.places import own_database, written

AIM_SECONDS = 20.0
AIM_EVENTS = 1_000_000
AIM_RATIO = 25.0
WARDS = 100
HEARD_AT_ONCE = 500
# Wards whose figures somebody has looked at, so that there are kept figures to compare.
WARDS_LOOKED_AT = 5
LOOKED_AT_ON = date(2026, 6, 30)


@dataclass(frozen=True)
class Sizes:
    """How long the log is, and how much of it the row-by-row way folds."""

    events: int
    sample: int
    repetitions: int


def rows(sizes: Sizes) -> list[Row]:
    """Measure the rebuild against the row-by-row way."""
    with own_database("grown", METADATA) as grown, own_database("by_row", METADATA) as by_row:
        _grow(grown, sizes.events)
        _log_only(by_row, sizes.sample)
        whole, sample = _task(grown, sizes.events), _task(by_row, sizes.sample)
        ours, peer, laps = [], [], {}
        for _turn in range(sizes.repetitions):
            finished = run_apart("tests.bench.ours.rebuild", whole)
            ours.append(finished.rate(sizes.events))
            laps = finished.said
            peer.append(run_apart("tests.bench.peers.row_by_row", sample).rate(sizes.sample))
            _check_logged(grown, sizes.events)
    seconds = sizes.events / median(rate.per_second for rate in ours)
    times = ratio(ours, peer)
    took = ", ".join(f"{name} {lap:.1f}" for name, lap in laps["seconds"].items())
    facts = ", ".join(f"{count:,} {name}" for name, count in laps["rows"].items())
    row = Row(
        job=f"rebuild of {sizes.events:,} events, compared and swapped",
        ours=f"{seconds:.1f} s, {spread(ours)}",
        peer=f"row by row, commit each: {spread(peer)} (sample of {sizes.sample:,})",
        ratio=f"{times:.0f}×",
        aim=f"≤ {AIM_SECONDS:.0f} s for 1 M, ≥ {AIM_RATIO:.0f}×",
        # A short log says little about a long one.
        met=None if sizes.events < AIM_EVENTS else seconds <= AIM_SECONDS and times >= AIM_RATIO,
        notes=[
            processor(ours, peer),
            (
                f"{facts}, {laps['figures']} kept figures; seconds of the last: {took}; "
                f"peak memory {laps['peak_megabytes']} MB"
            ),
        ],
    )
    return [row]


def _task(engine: Engine, events: int) -> Task:
    return Task(amqp_url="", database_url=written(engine.url), queue="", events=events)


def _grow(engine: Engine, events: int) -> None:
    """Grow one ward through the live path, then give it neighbours that are the same but for their code."""
    per_ward = events // WARDS
    store = Store(written(engine.url))
    inbox = Inbox(store, CHASSIS.inbox, effect=Projector(the_catalogue()), clock=Clock())
    log = one_ward(per_ward)
    for start in range(0, len(log), HEARD_AT_ONCE):
        inbox.receive(log[start : start + HEARD_AT_ONCE])
    store.close()
    neighbours = ward_codes(WARDS - 1)
    with engine.begin() as connection:
        _copy_log(connection, neighbours)
        for table in (*PROJECTED, KEPT.unit_clock):
            _copy_rows(connection, table, neighbours)
    with _autocommit(engine) as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    _check_logged(engine, events)
    _look_at_figures(engine, neighbours[:WARDS_LOOKED_AT])


def _copy_log(connection: Connection, wards: Sequence[str]) -> None:
    """Write the first ward's log once more for each of these wards, as text into COPY."""
    names = ", ".join(column.name for column in INBOX.columns)
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY inbox ({names}) TO STDOUT") as copy:
        log = b"".join(copy)
    with cursor.copy(f"COPY inbox ({names}) FROM STDIN") as copy:
        for ward in wards:
            copy.write(log.replace(ANY_WARD.encode(), ward.encode()))


def _copy_rows(connection: Connection, table, wards: Sequence[str]) -> None:
    def written_for_ward(column) -> str:
        if isinstance(column.type, Attributes):
            return f"replace({column.name}::text, '{ANY_WARD}', ward)::jsonb"
        if isinstance(column.type, String):
            return f"replace({column.name}, '{ANY_WARD}', ward)"
        return column.name

    names = ", ".join(column.name for column in table.columns)
    values = ", ".join(written_for_ward(column) for column in table.columns)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {table.name}, unnest(%s::text[]) AS ward",
        (list(wards),),
    )


def _look_at_figures(engine: Engine, wards: Sequence[str]) -> None:
    store = Store(written(engine.url))
    figures = Figures(store)
    for ward in wards:
        for kind in ("P-Q", "P-M"):
            figures.dashboard(ward, figures.calendar_of(ward).latest(kind, LOOKED_AT_ON))
    store.close()


def _log_only(engine: Engine, events: int) -> None:
    """Give the row-by-row way its log, and nothing grown."""
    store = Store(written(engine.url))
    inbox = Inbox(store, CHASSIS.inbox, effect=lambda _envelopes, _session: None, clock=Clock())
    inbox.receive([decode(body) for body in bodies(events, wards=WARDS)])
    store.close()


def _check_logged(engine: Engine, events: int) -> None:
    with engine.connect() as connection:
        logged = connection.scalar(select(func.count()).select_from(INBOX))
        heard = connection.scalar(select(func.sum(KEPT.unit_clock.c.heard)))
    if (logged, heard) != (events, events):
        raise WrongResult(f"{events} events, {logged} in the log, {heard} counted by the clocks")


@contextmanager
def _autocommit(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")
