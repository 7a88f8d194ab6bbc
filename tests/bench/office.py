"""Rows 8 to 11: the registry with thousands of people under management, seen through its pages, on both databases."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote_plus

import psutil
from sqlalchemy import func, select

from chassis.clock import LOCAL_ZONE, FrozenClock
from chassis.fold import fold
from chassis.service import Runtime
from chassis.testing import running
from embedded.simulator.people import Person
from services.registry.service import SERVICE
from services.registry.tables import Case, Duty
from tests.bench.crowd import copy_rows, populate
from tests.bench.expected import WrongResult
from tests.bench.measure import CHECKOUT, Row
from tests.bench.places import own_database, written
from tests.bench.visits import Visitor, await_answers, free_ports, p95, signed_in, spread
from tests.bench.ward import UNIT

ACCOUNT = "canbo"
AIM_TODAY, AIM_SEARCH = 0.200, 0.150
WARMING = 5


@dataclass(frozen=True)
class Sizes:
    """How many people are under management, and how often each page is asked for."""

    managed: int
    looks: int


@dataclass
class Found:
    """Seconds of each page on one database, and the processor's seconds that today's work costs the server."""

    today: list[float] = field(default_factory=list)
    by_name: list[float] = field(default_factory=list)
    by_number: list[float] = field(default_factory=list)
    person: list[float] = field(default_factory=list)
    managed: list[float] = field(default_factory=list)
    processor: float = 0.0


def rows(sizes: Sizes) -> list[Row]:
    """Measure the pages a clerk opens all day, on SQLite and on PostgreSQL."""
    with TemporaryDirectory(prefix="binhan-bench-") as folder, own_database("crowd", SERVICE.metadata) as server:
        clock = FrozenClock(datetime.now(LOCAL_ZONE))
        with running(SERVICE, database="sqlite", folder=Path(folder), clock=clock) as runtime:
            people = populate(runtime, managed=sizes.managed, unit=UNIT, account=ACCOUNT, clock=clock)
            held = _held(runtime)
            copy_rows(SERVICE.metadata.sorted_tables, runtime.store.engine, server)
            keys, on_sqlite = str(runtime.settings.keys), runtime.settings.database_url
        found = {
            "SQLite": _looked_at(on_sqlite, keys, people, sizes.looks, Path(folder)),
            "PostgreSQL": _looked_at(written(server.url), keys, people, sizes.looks, Path(folder)),
        }
    about = (
        f"{held}; people, results, decisions and checks were entered by the handlers, decisions numbered as on paper"
    )
    costs = ", ".join(f"{name} {each.processor * 1000:.0f} ms" for name, each in found.items())
    notes = [about, f"the server's processor time for one look at today's work: {costs}"]
    return [
        _row("today's work", found, lambda each: each.today, AIM_TODAY, notes),
        _row("search by name without marks", found, lambda each: each.by_name, AIM_SEARCH, []),
        _row("search by number", found, lambda each: each.by_number, AIM_SEARCH, []),
        _row("a person's page", found, lambda each: each.person, None, []),
        _row("list of those under management", found, lambda each: each.managed, None, []),
    ]


def _row(
    what: str,
    found: Mapping[str, Found],
    seconds: Callable[[Found], list[float]],
    aim: float | None,
    notes: list[str],
) -> Row:
    slowest = max(p95(seconds(each)) for each in found.values())
    return Row(
        job=f"registry: {what}",
        ours="; ".join(f"{name} {spread(seconds(each))}" for name, each in found.items()),
        peer="–",
        ratio="–",
        aim="reported" if aim is None else f"p95 < {aim * 1000:.0f} ms",
        met=None if aim is None else slowest < aim,
        notes=["HTTP GET, signed in, p50 / p95; every reading is in the audit log", *notes] if notes else [],
    )


def _held(runtime: Runtime) -> str:
    with runtime.store.reading() as session:
        managed = session.scalar(select(func.count()).where(Case.closed_on.is_(None), Case.ends_on.is_not(None)))
        duties = session.scalar(select(func.count()).select_from(Duty))
        overdue = session.scalar(
            select(func.count()).where(Duty.due_at < runtime.clock.now(), Duty.waits_for.is_(None))
        )
        elsewhere = session.scalar(select(func.count()).where(Duty.waits_for.is_not(None)))
    return f"{managed:,} under management, {duties:,} duties, {overdue:,} overdue, {elsewhere:,} waiting for others"


def _looked_at(database_url: str, keys: str, people: Sequence[Person], looks: int, folder: Path) -> Found:
    with _serving(database_url, keys, folder) as (port, server):
        clerk = signed_in(port, ACCOUNT)
        for warming in range(WARMING):
            _look_around(clerk, people[warming], Found())
        found = Found()
        for look in range(looks):
            _look_around(clerk, people[look * 37 % len(people)], found)
        before = _processor(server)
        for _look in range(looks):
            clerk.get("/")
        found.processor = (_processor(server) - before) / looks
    return found


def _processor(server: psutil.Process) -> float:
    """Return the processor's seconds that the server has used; other programs on the machine change them little."""
    times = server.cpu_times()
    return float(times.user + times.system)


def _look_around(clerk: Visitor, somebody: Person, found: Found) -> None:
    """Open each page once; the person that is searched for must be there, or the time does not count."""
    _timed_look(clerk, "/", found.today, "Quá hạn")
    name = quote_plus(fold(somebody.full_name))
    _timed_look(clerk, f"/people?q={name}", found.by_name, somebody.full_name)
    _timed_look(clerk, f"/people?q={somebody.number}", found.by_number, somebody.person_id)
    _timed_look(clerk, f"/people/{somebody.person_id}", found.person, somebody.number)
    _timed_look(clerk, "/user-management", found.managed, "/people/")


def _timed_look(clerk: Visitor, path: str, seconds: list[float], expected: str) -> None:
    began = time.perf_counter()
    page = clerk.get(path)
    seconds.append(time.perf_counter() - began)
    if expected not in page:
        raise WrongResult(f"GET {path} does not show what it should")


@contextmanager
def _serving(database_url: str, keys: str, folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    """Serve the registry in a process of its own."""
    port = free_ports(1)
    log_file = folder / "office.log"
    command = [sys.executable, "-m", "tests.bench.ours.office", database_url, keys, str(port), UNIT]
    with log_file.open("a") as log:
        process = subprocess.Popen(command, cwd=CHECKOUT, stdout=log, stderr=log)
    try:
        await_answers(process, [port], log=log_file)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
