"""Behind nameko, over a real socket: its own port, bodies of every make, safe faults, no log of what was asked."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SENT = {"person_key": "P1", "held_on": "2026-07-05", "kind": "Y_TE", "quantity": 3}


@dataclass
class Served:
    port: int
    token: str
    process: subprocess.Popen[str]

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(
                method, path, body=body, headers={"Authorization": f"Bearer {self.token}", **headers},
                encode_chunked=headers.get("Transfer-Encoding") == "chunked",
            )  # fmt: skip
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(folder: Path, port: int) -> subprocess.Popen[str]:
    with (folder / "log").open("w") as log:
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.chassis.edge_process", str(folder), str(port)],
            cwd=ROOT,
            env={"PYTHONPATH": f"{ROOT / 'libs'}:{ROOT}", "PATH": "/usr/bin:/bin"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("edge"), free_port()
    process = start(folder, port)
    assert process.stdout is not None and process.stdin is not None
    token = process.stdout.readline().strip()
    assert token.startswith("ba_"), (folder / "log").read_text()[-2000:]
    yield Served(port, token, process)
    process.stdin.close()
    assert process.wait(timeout=20) == 0
    process.stdout.close()
    log = (folder / "log").read_text()
    assert "secret-in-address" not in log, "an address may hold what a person searched for"
    assert "Nguyễn Văn A" not in log


def test_a_request_is_a_worker_that_answers(served):
    assert served.ask("GET", "/healthz") == (200, '{"status":"ok","service":"health"}')
    status, body = served.ask("POST", "/api/v1/visits", json.dumps(SENT), **{"Content-Type": "application/json"})
    assert (status, json.loads(body)["quantity"]) == (201, 3)
    assert served.ask("GET", "/visits/secret-in-address?q=secret-in-address")[0] == 303


def test_many_ask_at_once(served):
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _turn: served.ask("GET", "/api/v1/visits")[0], range(60)))
    assert answers == [200] * 60


def test_a_chunked_body_is_read_and_bounded(served):
    headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    body = json.dumps({**SENT, "person_key": "P2"}).encode()
    assert served.ask("POST", "/api/v1/visits", iter([body[:10], body[10:]]), **headers)[0] == 201
    endless = (b"x" * 65536 for _part in range(40))
    try:
        status, _body = served.ask("POST", "/api/v1/visits", endless, **headers)
    except (BrokenPipeError, ConnectionResetError):
        status = 413
    assert status == 413
    assert served.ask("GET", "/healthz")[0] == 200


def test_an_announced_giant_is_refused_before_it_is_sent(served):
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as wire:
        head = f"POST /api/v1/visits HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {served.token}\r\n"
        wire.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 9999999999\r\n\r\n".encode())
        assert wire.recv(64).startswith(b"HTTP/1.1 413")


def test_half_a_request_is_not_waited_for_for_ever(served):
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as wire:
        wire.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
        started = time.monotonic()
        while wire.recv(1024):
            pass
        assert time.monotonic() - started < 8
    assert served.ask("GET", "/healthz")[0] == 200


def test_what_nobody_foresaw_says_nothing(served):
    body = json.dumps({**SENT, "person_key": "broken"})
    status, answer = served.ask("POST", "/api/v1/visits", body, **{"Content-Type": "application/json"})
    assert status == 500
    assert "Nguyễn" not in answer and "ValueError" not in answer


def test_no_two_services_share_a_port_in_silence(served, tmp_path):
    second = start(tmp_path, served.port)
    out, _err = second.communicate(timeout=60)
    assert second.returncode == 1
    assert f"port {served.port} of 127.0.0.1 is in use" in out
