"""Rows 4 to 6: a whole ward in one process, as `binhan run` starts it, seen from outside."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import psutil

from chassis.web.testing import hidden_fields
from embedded.demo import PASSWORD
from embedded.ward import SERVICES
from tests.bench.expected import WrongResult
from tests.bench.measure import CHECKOUT, Row

UNIT = "09385"
START_SECONDS = 90.0
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
            ours=f"cold {_spread(looks.cold)}, warm {_spread(looks.warm)}",
            peer="–",
            ratio=f"{median(looks.cold) / median(looks.warm):.1f}× by keeping figures",
            aim=f"cold ≤ {AIM_COLD * 1000:.0f} ms, warm ≤ {AIM_WARM * 1000:.0f} ms",
            met=median(looks.cold) <= AIM_COLD and median(looks.warm) <= AIM_WARM,
            notes=[
                "HTTP GET, signed in, p50 / p95; cold: every kept figure thrown away before",
                f"other pages of the four consoles, in turns: {_spread(requests.seconds)}",
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
    program = Visitor(ward, "health", headers={"Authorization": f"Bearer {token}"})
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
        cold.append(_timed(lambda: visitor.get("/")))
    return Looks(cold, [_timed(lambda: visitor.get("/")) for _look in range(looks)])


def _requests(ward: "RunningWard", count: int) -> Requests:
    visitors = {service: ward.signed_in(service) for service in SERVICES}
    turns = [(visitors[service], page) for service, pages in PAGES.items() for page in pages]
    seconds = []
    for number in range(count):
        visitor, page = turns[number % len(turns)]
        seconds.append(_timed(lambda visitor=visitor, page=page: visitor.get(page)))
    return Requests(count, seconds)


def _latency_row(latency: Latency) -> Row:
    p95 = _p95(latency.from_commit)
    return Row(
        job="embedded: from commit in health to visible in reporting's tables",
        ours=_spread(latency.from_commit),
        peer="–",
        ratio="–",
        aim=f"p95 ≤ {AIM_LATENCY * 1000:.0f} ms",
        met=p95 <= AIM_LATENCY,
        notes=[
            (
                f"p50 / p95 of {len(latency.from_commit)} counsellings posted one by one to the API; a second process reads both "
                f"SQLite files every {POLL_SECONDS * 1000:.1f} ms"
            ),
            f"from sending the request: {_spread(latency.from_request)}",
        ],
    )


def _spread(seconds: list[float]) -> str:
    return f"{median(seconds) * 1000:.1f} / {_p95(seconds) * 1000:.1f} ms"


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


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
            end = time.perf_counter() + START_SECONDS
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

    def signed_in(self, service: str) -> "Visitor":
        """Return somebody of the demo who went through the door of a console."""
        visitor = Visitor(self, service)
        form = hidden_fields(visitor.get("/sign-in"))
        visitor.send_form("/sign-in", {**form, "username": USERS[service], "password": PASSWORD})
        visitor.get("/")
        return visitor


class Visitor:
    """A browser or a program before one console, on one connection."""

    def __init__(self, ward: RunningWard, service: str, headers: dict[str, str] | None = None) -> None:
        self._connection = HTTPConnection("127.0.0.1", ward.port(service), timeout=30)
        self._headers = headers or {}
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> str:
        status, body = self._ask("GET", path)
        if status != 200:
            raise WrongResult(f"GET {path} answered {status}: {body[:300]}")
        return body

    def send_form(self, path: str, answers: dict[str, str]) -> None:
        status, body = self._ask(
            "POST", path, urlencode(answers), {"Content-Type": "application/x-www-form-urlencoded"}
        )
        if status not in {302, 303}:
            raise WrongResult(f"POST {path} answered {status}: {body[:300]}")

    def json(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        sent = None if body is None else json.dumps(body)
        status, answer = self._ask(method, path, sent, {"Content-Type": "application/json"} if sent else {})
        if status not in {200, 201}:
            raise WrongResult(f"{method} {path} answered {status}: {answer[:300]}")
        document: dict[str, Any] = json.loads(answer)
        return document

    def _ask(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        cookies = (
            {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())} if self._cookies else {}
        )
        self._connection.request(method, path, body=body, headers={**self._headers, **cookies, **(headers or {})})
        answer = self._connection.getresponse()
        self._keep_cookies(answer)
        return answer.status, answer.read().decode()

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value


@contextmanager
def running(data: Path) -> Iterator[RunningWard]:
    """Start a ward in this folder and end it afterwards."""
    base_port = _free_ports(len(SERVICES))
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
        _await_consoles(started, base_port, log=log_file)
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


def _await_consoles(process: subprocess.Popen[bytes], base_port: int, *, log: Path) -> None:
    end = time.perf_counter() + START_SECONDS
    missing = [base_port + offset for offset in range(len(SERVICES))]
    while missing:
        if process.poll() is not None or time.perf_counter() > end:
            raise WrongResult(f"the ward did not start: {log.read_text()[-2000:]}")
        missing = [port for port in missing if not _answers(port)]
        time.sleep(0.01)


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/sign-in")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _free_ports(count: int) -> int:
    """Return the first of some neighbouring ports that nobody uses."""
    for first in range(20_000, 60_000, 10):
        sockets = []
        try:
            for port in range(first, first + count):
                each = socket.socket()
                sockets.append(each)
                each.bind(("127.0.0.1", port))
        except OSError:
            continue
        finally:
            for each in sockets:
                each.close()
        return first
    raise WrongResult("no free ports")
