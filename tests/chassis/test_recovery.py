"""A service that starts while its database and its broker are away comes up, says so, and recovers by itself."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import URL, make_url

from chassis.broker import connect
from chassis.clock import Clock
from chassis.service import PERSON_KEY_SECRET, Runtime
from chassis.settings import Settings, load_settings
from chassis.vault import KeyRing
from chassis.web.testing import Console
from services.health.service import SERVICE as HEALTH
from services.reporting.service import SERVICE as REPORTING
from tests.chassis.gates import Gate
from tests.chassis.test_web_edge import free_port

pytestmark = pytest.mark.broker
ROOT = Path(__file__).resolve().parents[2]
UNIT = "09385"
PATIENT = {"full_name": "Nguyễn Văn Đức", "sex": "MALE", "birth_date": "1990"}
COUNSELLING = {"kind": "Y_TE", "held_on": "2026-11-02", "group": "NGUOI_SDTP"}
SCOPES = ["patient.write", "patient.read", "counselling.write", "counselling.list"]


@dataclass
class Surroundings:
    """Where the services' database and broker are, each behind a gate that is shut at first."""

    folder: Path
    database: Gate
    broker: Gate

    def settings(self, service: str, *, has_keys: bool = True, **more: Any) -> Settings:
        keys = self.folder / "keys" / service
        if has_keys:
            KeyRing.load(keys, create=True)
        if service == "health" and not (keys / PERSON_KEY_SECRET).exists():
            (keys / PERSON_KEY_SECRET).write_text("5a" * 32)
            (keys / PERSON_KEY_SECRET).chmod(0o600)
        url = _on_test_server(service).set(host="127.0.0.1", port=self.database.port)
        amqp = make_url(os.environ["BINHAN_TEST_AMQP_URL"]).set(host="127.0.0.1", port=self.broker.port)
        return load_settings(
            {},
            service=service,
            units=UNIT,
            database_url=url.render_as_string(hide_password=False),
            amqp_url=amqp.render_as_string(hide_password=False),
            keys=str(keys),
            port=free_port(),
            **more,
        )


@dataclass
class Served:
    """One service in a process of its own, as an agency runs it."""

    settings: Settings
    log: Path

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return self._ask("GET", path, headers)

    def post(self, path: str, body: object, token: str) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        status, answer = self._ask("POST", path, headers, json.dumps(body))
        assert status == 201, answer
        return json.loads(answer)

    def is_up(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def is_ready(self) -> bool:
        return self.get("/readyz")[0] == 200

    def missing(self) -> set[str]:
        """What /readyz says is away, each with a sentence."""
        status, answer = self.get("/readyz")
        checks = json.loads(answer)["checks"]
        away = {name for name, check in checks.items() if not check["ok"]}
        assert (status == 503) == bool(away)
        assert all(len(checks[name]["says"].split()) > 3 for name in away)
        return away

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.settings.port, timeout=20)
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture
def surroundings(tmp_path: Path) -> Iterator[Surroundings]:
    broker = make_url(os.environ["BINHAN_TEST_AMQP_URL"])
    database = _on_test_server("postgres")
    for service in ("health", "reporting"):
        _new_database(service)
    with (
        Gate((str(database.host), database.port or 5432)) as database_gate,
        Gate((str(broker.host), broker.port or 5672)) as broker_gate,
    ):
        yield Surroundings(tmp_path, database_gate, broker_gate)
    with connect(os.environ["BINHAN_TEST_AMQP_URL"]) as connection:
        for service in ("health", "reporting"):
            for queue in (f"{service}.inbox", f"{service}.parked"):
                connection.channel().queue_delete(queue)


@contextmanager
def serving(settings: Settings, folder: Path) -> Iterator[Served]:
    given = {
        f"BINHAN_{name.upper()}": str(getattr(settings, name))
        for name in ("database_url", "amqp_url", "keys", "port", "reconcile_seconds")
    }
    log = folder / f"{settings.service}.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", "from chassis.cli import main; main()", "serve", settings.service],
            cwd=ROOT,
            env={"PYTHONPATH": f"{ROOT / 'libs'}:{ROOT}", "PATH": os.environ["PATH"], "BINHAN_UNITS": UNIT} | given,
            stdout=errors,
            stderr=errors,
        )
    served = Served(settings, log)
    try:
        until(lambda: served.is_up() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield served
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def until(condition: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def events_of(runtime: Runtime) -> list[str]:
    outbox = runtime.tables.outbox.outbox
    with runtime.store.reading() as session:
        return sorted(session.scalars(select(outbox.c.event_id)))


def heard_by(runtime: Runtime) -> list[str]:
    inbox = runtime.tables.inbox.inbox
    with runtime.store.reading() as session:
        return sorted(session.scalars(select(inbox.c.event_id).where(inbox.c.source == f"/units/{UNIT}/health")))


def published(runtime: Runtime) -> int:
    state = runtime.tables.outbox.relay_state
    with runtime.store.reading() as session:
        return session.scalar(select(state.c.published_through).where(state.c.unit_code == UNIT)) or 0


@contextmanager
def looking_into(definition: Any, settings: Settings) -> Iterator[Runtime]:
    runtime = Runtime(definition, settings, clock=Clock())
    try:
        yield runtime
    finally:
        runtime.close()


def test_a_service_started_in_the_dark_recovers_and_who_comes_late_hears_everything(surroundings, tmp_path):
    with ExitStack() as running:
        settings = surroundings.settings("health", reconcile_seconds=3600)
        health = running.enter_context(serving(settings, tmp_path))

        assert health.missing() == {"database", "broker", "prepared"}
        status, page = health.get("/sign-in")
        assert status == 200 and "<form" in page
        status, page = health.get("/patients", Cookie="binhan_health_session=x")
        assert status == 503
        assert "Cơ sở dữ liệu tạm thời chưa trả lời" in page

        surroundings.database.open()
        until(lambda: health.missing() == {"broker"})
        station = running.enter_context(looking_into(HEALTH, settings))
        console = Console(station)
        token = console.token(console.account("TYT_HEAD"), SCOPES)
        patient = health.post("/api/v1/patients", PATIENT, token)["patient_id"]
        held = f"/api/v1/patients/{patient}/counselling"
        health.post(held, COUNSELLING, token)
        assert published(station) == 0

        surroundings.broker.open()
        until(health.is_ready)
        until(lambda: published(station) == 1)

        # No queue of reporting existed when the event was published.
        settings = surroundings.settings("reporting", reconcile_seconds=3600)
        reporting = running.enter_context(serving(settings, tmp_path))
        until(reporting.is_ready)
        office = running.enter_context(looking_into(REPORTING, settings))
        until(lambda: heard_by(office) == events_of(station))

        health.post(held, COUNSELLING | {"kind": "TAM_LY"}, token)
        until(lambda: len(heard_by(office)) == 2 and heard_by(office) == events_of(station))


def test_a_listener_started_in_the_dark_and_cut_off_again_recovers(surroundings, tmp_path):
    with ExitStack() as running:
        # A brand-new service: its keys are made as soon as the database says that none were lost.
        settings = surroundings.settings("reporting", has_keys=False, reconcile_seconds=2)
        reporting = running.enter_context(serving(settings, tmp_path))
        assert reporting.missing() == {"database", "broker", "prepared"}
        assert "no keys" in reporting.get("/readyz")[1]
        assert reporting.get("/healthz")[0] == 200
        assert reporting.get("/sign-in")[0] in {200, 503}

        surroundings.broker.open()
        until(lambda: reporting.missing() == {"database", "prepared"})
        surroundings.database.open()
        until(reporting.is_ready)
        assert reporting.get("/sign-in")[0] == 200

        surroundings.broker.shut()
        surroundings.database.shut()
        until(lambda: reporting.missing() >= {"database", "broker"})
        assert reporting.get("/sign-in")[0] == 200

        surroundings.database.open()
        surroundings.broker.open()
        until(reporting.is_ready)

        settings = surroundings.settings("health")
        health = running.enter_context(serving(settings, tmp_path))
        until(health.is_ready)
        station = running.enter_context(looking_into(HEALTH, settings))
        office = running.enter_context(looking_into(REPORTING, reporting.settings))
        console = Console(station)
        token = console.token(console.account("TYT_HEAD"), SCOPES)
        patient = health.post("/api/v1/patients", PATIENT, token)["patient_id"]
        health.post(f"/api/v1/patients/{patient}/counselling", COUNSELLING, token)
        until(lambda: len(heard_by(office)) == 1 and heard_by(office) == events_of(station))


def _on_test_server(service: str) -> URL:
    server = make_url(os.environ["BINHAN_TEST_DATABASE_URL"])
    name = "postgres" if service == "postgres" else f"binhan_recovery_{service}"
    return server.set(drivername="postgresql+psycopg", database=name)


def _new_database(service: str) -> None:
    server = create_engine(_on_test_server("postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS binhan_recovery_{service} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE binhan_recovery_{service}"))
    server.dispose()
