"""Rows 4 to 6: a whole ward in one process, as `binhan run` starts it, seen from outside."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil

from embedded.ward import SERVICES
from tests.bench.expected import WrongResult
from tests.bench.measure import CHECKOUT, Row
from tests.bench.visits import Visitor, await_answers, free_ports, p95, signed_in, spread, timed

UNIT = "09385"
LONGEST_WAIT = 90.0
SETTLE_SECONDS = 2.0
POLL_SECONDS = 0.0002
MEGABYTE = 1_000_000
USERS = {"registry": "canbo", "health": "dieuduong", "campaigns": "vanhoa", "reporting": "lanhdao"}
PAGES = {
    "registry": ("/", "/people"),
    "health": ("/", "/patients", "/counselling"),
    "campaigns": ("/", "/activities"),
    "reporting": ("/", "/table", "/heard"),
}

AIM_LATENCY = 0.020
AIM_MEGABYTES = 120
AIM_START = 5.0
AIM_COLD, AIM_WARM = 0.150, 0.025


@dataclass(frozen=True)
class Sizes:
    """How often each thing is done."""

    counsellings: int
    requests: int
    looks: int


def rows(sizes: Sizes) -> list[Row]:
    """Measure latency, memory, start-up and the dashboard."""
    with TemporaryDirectory(prefix="binhan-bench-") as folder:
        data = Path(folder) / "data"
        with running(data) as ward:
            first_start, first_memory = ward.seconds_to_start, ward.megabytes()
        token = make_token(data)
        with running(data) as ward:
            at_start = ward.megabytes()
            latency = _latency(ward, token, sizes.counsellings)
            looks = _dashboard(ward, sizes.looks)
            requests = _requests(ward, sizes.requests)
            at_end = ward.megabytes()
            started = ward.seconds_to_start
    return [
        _latency_row(latency),
        Row(
            job="memory of the four services in one process",
            ours=f"{at_start:.0f} MB after start, {at_end:.0f} MB after {requests.count:,} requests",
            peer="–",
            ratio="–",
            aim=f"≤ {AIM_MEGABYTES} MB",
            met=max(at_start, at_end) <= AIM_MEGABYTES,
            notes=[
                (
                    "resident set, without the packages that only the tests install; "
                    f"{first_memory:.0f} MB after the first start, which makes the demo ward up"
                )
            ],
        ),
        Row(
            job="start-up: process start until four consoles answer",
            ours=f"{started:.1f} s",
            peer="–",
            ratio="–",
            aim=f"< {AIM_START:.0f} s",
            met=started < AIM_START,
            notes=[f"the first start, which makes keys, databases and the demo ward, takes {first_start:.1f} s"],
        ),
        Row(
            job="dashboard page of the ward",
            ours=f"cold {spread(looks.cold)}, warm {spread(looks.warm)}",
            peer="–",
            ratio=f"{median(looks.cold) / median(looks.warm):.1f}× by keeping figures",
            aim=f"cold ≤ {AIM_COLD * 1000:.0f} ms, warm ≤ {AIM_WARM * 1000:.0f} ms",
            met=median(looks.cold) <= AIM_COLD and median(looks.warm) <= AIM_WARM,
            notes=[
                "HTTP GET, signed in, p50 / p95; cold: every kept figure thrown away before",
                f"other pages of the four consoles, in turns: {spread(requests.seconds)}",
            ],
        ),
    ]


# -- what is measured ----------------------------------------------------------------------------------------------------------


@dataclass
class Latency:
    """Seconds from commit, and from sending the request, until reporting's tables show the event."""

    from_commit: list[float] = field(default_factory=list)
    from_request: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Looks:
    """Seconds of the dashboard, with no figure kept and with all kept."""

    cold: list[float]
    warm: list[float]


@dataclass(frozen=True)
class Requests:
    """Seconds of pages."""

    count: int
    seconds: list[float]


def _latency(ward: "RunningWard", token: str, samples: int) -> Latency:
    """Record counsellings through the API, one after the other, and watch both databases from outside."""
    program = Visitor(ward.port("health"), headers={"Authorization": f"Bearer {token}"})
    (patient, *_others) = program.json("GET", "/api/v1/patients")["items"]
    path = f"/api/v1/patients/{patient['patient_id']}/counselling"
    counselling = {"kind": "TAM_LY", "held_on": date.today().isoformat(), "group": "NGUOI_SDTP"}  # noqa: DTZ011
    found = Latency()
    made = []
    with closing(Watcher(ward.data)) as watcher:
        for _sample in range(samples):
            watch = watcher.start()
            asked = time.perf_counter()
            made.append(program.json("POST", path, counselling)["counselling_id"])
            committed, visible = watch()
            found.from_commit.append(visible - committed)
            found.from_request.append(visible - asked)
    with _read_only(ward.data / "reporting.db") as reporting:
        marks = ", ".join("?" for _each in made)
        statement = f"SELECT count(*) FROM fact WHERE kind = 'counselling' AND key IN ({marks})"
        (arrived,) = reporting.execute(statement, made).fetchone()
    if arrived != samples:
        raise WrongResult(f"{samples} counsellings were recorded, reporting has {arrived}")
    return found


def _dashboard(ward: "RunningWard", looks: int) -> Looks:
    visitor = ward.signed_in("reporting")
    visitor.get("/")
    cold = []
    for _look in range(max(looks // 10, 5)):
        with closing(sqlite3.connect(ward.data / "reporting.db", timeout=10)) as reporting, reporting:
            reporting.execute("DELETE FROM indicator_value")
        cold.append(timed(lambda: visitor.get("/")))
    return Looks(cold, [timed(lambda: visitor.get("/")) for _look in range(looks)])


def _requests(ward: "RunningWard", count: int) -> Requests:
    visitors = {service: ward.signed_in(service) for service in SERVICES}
    turns = [(visitors[service], page) for service, pages in PAGES.items() for page in pages]
    seconds = []
    for number in range(count):
        visitor, page = turns[number % len(turns)]
        seconds.append(timed(lambda visitor=visitor, page=page: visitor.get(page)))
    return Requests(count, seconds)


def _latency_row(latency: Latency) -> Row:
    slowest = p95(latency.from_commit)
    return Row(
        job="embedded: from commit in health to visible in reporting's tables",
        ours=spread(latency.from_commit),
        peer="–",
        ratio="–",
        aim=f"p95 ≤ {AIM_LATENCY * 1000:.0f} ms",
        met=slowest <= AIM_LATENCY,
        notes=[
            (
                f"p50 / p95 of {len(latency.from_commit)} counsellings posted one by one to the API; a second process reads both "
                f"SQLite files every {POLL_SECONDS * 1000:.1f} ms"
            ),
            f"from sending the request: {spread(latency.from_request)}",
        ],
    )


class Watcher:
    """Reads the outbox of health and the log of reporting, and notes when each of them grows."""

    def __init__(self, data: Path) -> None:
        self._said = sqlite3.connect(data / "health.db", isolation_level=None, check_same_thread=False)
        self._heard = sqlite3.connect(data / "reporting.db", isolation_level=None, check_same_thread=False)

    def start(self) -> Callable[[], tuple[float, float]]:
        """Begin to watch; the answer waits and returns the instants of the commit and of the event's arrival."""
        instants: list[float] = []
        said, heard = self._last_said(), self._last_heard()

        def watch() -> None:
            until_changed(self._last_said, said)
            until_changed(self._last_heard, heard)

        def until_changed(look: Callable[[], int], before: int) -> None:
            end = time.perf_counter() + LONGEST_WAIT
            while look() == before and time.perf_counter() < end:
                time.sleep(POLL_SECONDS)
            instants.append(time.perf_counter())

        thread = threading.Thread(target=watch)
        thread.start()

        def finish() -> tuple[float, float]:
            thread.join()
            committed, visible = instants
            return committed, visible

        return finish

    def close(self) -> None:
        self._said.close()
        self._heard.close()

    def _last_said(self) -> int:
        (last,) = self._said.execute("SELECT coalesce(max(written), 0) FROM outbox").fetchone()
        return int(last)

    def _last_heard(self) -> int:
        source = f"/units/{UNIT}/health"
        statement = "SELECT coalesce(max(position), 0) FROM inbox WHERE source = ?"
        (last,) = self._heard.execute(statement, (source,)).fetchone()
        return int(last)


@contextmanager
def _read_only(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        yield connection


# -- the ward and who visits it ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RunningWard:
    """A `binhan run` process that answers."""

    data: Path
    base_port: int
    process: psutil.Process
    seconds_to_start: float

    def megabytes(self) -> float:
        """Return the memory the process holds, once it has come to rest."""
        time.sleep(SETTLE_SECONDS)
        return float(self.process.memory_info().rss) / MEGABYTE

    def port(self, service: str) -> int:
        return self.base_port + SERVICES.index(service)

    def signed_in(self, service: str) -> Visitor:
        """Return somebody of the demo who went through the door of a console."""
        return signed_in(self.port(service), USERS[service])


@contextmanager
def running(data: Path) -> Iterator[RunningWard]:
    """Start a ward in this folder and end it afterwards."""
    base_port = free_ports(len(SERVICES))
    log_file = data.with_suffix(".log")
    with log_file.open("a") as log:
        began = time.perf_counter()
        started = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.binhan", "run", "--data", str(data), "--base-port", str(base_port)],
            cwd=CHECKOUT,
            stdout=log,
            stderr=log,
        )
    try:
        await_answers(started, [base_port + offset for offset in range(len(SERVICES))], log=log_file)
        seconds = time.perf_counter() - began
        yield RunningWard(data, base_port, psutil.Process(started.pid), seconds)
    finally:
        started.terminate()
        try:
            started.wait(timeout=15)
        except subprocess.TimeoutExpired:
            started.kill()


def make_token(data: Path) -> str:
    """Give the nurse a token, as an administrator would."""
    settings = {
        "BINHAN_UNITS": UNIT,
        "BINHAN_DATABASE_URL": f"sqlite:///{data / 'health.db'}",
        "BINHAN_KEYS": str(data / "keys" / "health"),
    }
    scopes = ["--scope", "counselling.write", "--scope", "patient.list"]
    made = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.bench.binhan",
            "token",
            "create",
            "health",
            USERS["health"],
            "--name",
            "bench",
            *scopes,
        ],
        cwd=CHECKOUT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.strip()
