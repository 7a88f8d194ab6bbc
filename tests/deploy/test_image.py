"""deploy/Dockerfile: what goes into the image of one service, and what the health check and the start do."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
DOCKERFILE = (CHECKOUT / "deploy/Dockerfile").read_text()
AGENCIES = ["registry", "health", "campaigns", "reporting"]


def copied_sources(service: str) -> list[str]:
    lines = [line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ")]
    return [source.replace("${SERVICE}", service).rstrip("/") for sources in lines for source in sources]


@pytest.mark.parametrize("service", AGENCIES)
def test_the_image_of_a_service_holds_the_libraries_and_no_other_service(service: str):
    sources = copied_sources(service)
    assert "libs" in sources
    assert [source for source in sources if source.startswith("services")] == [f"services/{service}"]
    assert not [source for source in sources if "embedded" in source or source in {".", "deploy"}]


def test_what_the_image_needs_is_sent_to_the_builder():
    sent = [line[1:] for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for source in copied_sources("health"):
        assert (CHECKOUT / source).exists()
        assert any(source == each or source.startswith(f"{each}/") for each in sent), source


def test_the_image_does_not_run_as_root_and_installs_only_what_is_locked():
    instructions = DOCKERFILE.splitlines()
    assert "USER binhan" in instructions
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert "ARG BASE=python:3.11-slim-bookworm" in instructions
    assert "ARG SERVICE" in instructions


ANSWERS_READINESS = """
import http.server, sys

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(sys.argv[1]) if self.path == "/readyz" else 404)
        self.end_headers()

    def log_message(self, *_):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture
def a_service(request: pytest.FixtureRequest) -> Iterator[int]:
    """A stand-in that answers /readyz with the given status, and the port it listens on.

    It is a process of its own: eventlet, once loaded, may leave a green http.server behind, which waits for ever in a thread.
    """
    command = [sys.executable, "-c", ANSWERS_READINESS, str(request.param)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield int(server.stdout.readline())
        server.terminate()


@pytest.mark.parametrize(("a_service", "healthy"), [(200, True), (503, False)], indirect=["a_service"])
def test_the_health_check_follows_readiness(a_service: int, healthy: bool):
    environment = os.environ | {"BINHAN_PORT": str(a_service)}
    checked = subprocess.run(
        [sys.executable, CHECKOUT / "deploy/healthy.py"], env=environment, capture_output=True, check=False
    )
    assert (checked.returncode == 0) is healthy


@pytest.fixture
def stand_in(tmp_path: Path) -> dict[str, str]:
    """An environment in which `binhan` only says how it was called, and with which addresses."""
    program = tmp_path / "bin/binhan"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@" "$BINHAN_DATABASE_URL" "$BINHAN_AMQP_URL"\n')
    program.chmod(0o755)
    (tmp_path / "password").write_text("s3cret")
    (tmp_path / "person-key").write_text("00" * 32)
    (tmp_path / "keys").mkdir()
    return {
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "BINHAN_SERVICE": "health",
        "BINHAN_SECRETS_FOLDER": str(tmp_path),
        "BINHAN_KEYS": str(tmp_path / "keys"),
        "BINHAN_DATABASE_HOST": "database",
        "BINHAN_BROKER_HOST": "broker",
    }


def start(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([CHECKOUT / "deploy/start.sh"], env=environment, capture_output=True, text=True, check=False)


def test_a_container_serves_with_addresses_made_from_its_password_file(stand_in: dict[str, str]):
    addresses = "postgresql+psycopg://health:s3cret@database:5432/health amqp://health:s3cret@broker:5672/"
    assert start(stand_in).stdout.splitlines() == [f"serve health {addresses}"]


def test_addresses_that_are_given_are_used(stand_in: dict[str, str]):
    given = {"BINHAN_DATABASE_URL": "sqlite:////data/health.db", "BINHAN_AMQP_URL": "amqps://elsewhere/"}
    assert (
        start(stand_in | given).stdout.splitlines()[-1] == "serve health sqlite:////data/health.db amqps://elsewhere/"
    )


def test_the_shared_secret_is_put_beside_the_keys_once_and_only_for_the_service(stand_in: dict[str, str]):
    start(stand_in)
    kept = Path(stand_in["BINHAN_KEYS"]) / "person_key.secret"
    assert kept.read_text() == "00" * 32
    assert kept.stat().st_mode & 0o777 == 0o600
    kept.write_text("kept")
    start(stand_in)
    assert kept.read_text() == "kept"
