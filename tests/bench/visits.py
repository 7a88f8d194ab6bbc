"""Looking at consoles from outside: people and programs on one connection each, and how long they wait."""

import json
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from chassis.web.testing import hidden_fields
from embedded.demo import PASSWORD
from tests.bench.expected import WrongResult

START_SECONDS = 90.0


class Visitor:
    """A browser or a program before one console, on one connection."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
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

    def send_file(self, path: str, answers: dict[str, str], content: bytes) -> None:
        parts = [
            f'--part\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in answers.items()
        ]
        head = '--part\r\nContent-Disposition: form-data; name="file"; filename="list.xlsx"\r\n\r\n'
        body = "".join([*parts, head]).encode() + content + b"\r\n--part--\r\n"
        status, answer = self._ask("POST", path, body, {"Content-Type": "multipart/form-data; boundary=part"})
        if status not in {302, 303}:
            raise WrongResult(f"POST {path} answered {status}: {answer[:300]}")

    def json(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        sent = None if body is None else json.dumps(body)
        status, answer = self._ask(method, path, sent, {"Content-Type": "application/json"} if sent else {})
        if status not in {200, 201}:
            raise WrongResult(f"{method} {path} answered {status}: {answer[:300]}")
        document: dict[str, Any] = json.loads(answer)
        return document

    def _ask(
        self, method: str, path: str, body: str | bytes | None = None, headers: dict[str, str] | None = None
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


def signed_in(port: int, username: str) -> Visitor:
    """Return somebody with the password of the demo who went through the door of a console."""
    visitor = Visitor(port)
    form = hidden_fields(visitor.get("/sign-in"))
    visitor.send_form("/sign-in", {**form, "username": username, "password": PASSWORD})
    visitor.get("/")
    return visitor


def spread(seconds: list[float]) -> str:
    """Write p50 / p95: «4.2 / 9.0 ms»."""
    return f"{median(seconds) * 1000:.1f} / {p95(seconds) * 1000:.1f} ms"


def p95(seconds: list[float]) -> float:
    """Return what 19 of 20 stay below."""
    return quantiles(seconds, n=20)[-1]


def timed(do: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def await_answers(process: subprocess.Popen[bytes], ports: Sequence[int], *, log: Path) -> None:
    """Wait until each of these ports answers."""
    end = time.perf_counter() + START_SECONDS
    missing = list(ports)
    while missing:
        if process.poll() is not None or time.perf_counter() > end:
            raise WrongResult(f"it did not start: {log.read_text()[-2000:]}")
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


def free_ports(count: int) -> int:
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
