"""Each service works with the folders of the other three absent: it starts and serves its pages.

That its own tests pass there too, `python -m tests.architecture.alone` shows.
"""

import http.client
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from chassis.web.testing import hidden_fields
from tests.architecture.alone import a_copy
from tests.architecture.copies import BINHAN, Copy
from tests.architecture.services_here import definition, names
from tests.chassis.test_web_edge import free_port

pytestmark = pytest.mark.once
PASSWORD = "một câu dễ nhớ của tôi"
NOBODY_THERE = "amqp://guest:guest@127.0.0.1:9/"


@dataclass
class Browser:
    """Somebody at a browser, without JavaScript."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path)

    def post(self, path: str, answers: dict[str, str]) -> tuple[int, str]:
        return self._ask("POST", path, urlencode(answers), {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            connection.request(method, path, body, {**(headers or {}), "Cookie": kept})
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _equals, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture(scope="module", params=names())
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def alone(service: str, tmp_path: Path) -> Copy:
    return a_copy(service, tmp_path / "tree")


@contextmanager
def serving(alone: Copy, service: str, settings: dict[str, str]) -> Iterator[Browser]:
    log = alone.folder / "log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            alone.command("-W", "ignore", "-c", BINHAN, "serve", service),
            cwd=alone.folder,
            env=alone.environment(**settings),
            stdout=errors,
            stderr=errors,
        )
    browser = Browser(int(settings["BINHAN_PORT"]))
    try:
        end = time.monotonic() + 40
        while not _is_up(browser):
            assert process.poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        yield browser
    finally:
        process.terminate()
        process.wait(20)


def _is_up(browser: Browser) -> bool:
    try:
        return browser.get("/healthz")[0] == 200 and '"prepared":{"ok":true' in browser.get("/readyz")[1].replace(
            " ", ""
        )
    except OSError:
        return False


def test_the_others_are_not_there(alone, service):
    for other in set(names()) - {service}:
        found = alone.python("-c", f"import services.{other}")
        assert found.returncode == 1
        assert "ModuleNotFoundError" in found.stderr
    here = alone.python("-c", f"import services.{service}.service as s, chassis; print(s.__file__, chassis.__file__)")
    assert here.returncode == 0, here.stderr
    assert here.stdout.count(str(alone.folder)) == 2


def test_it_starts_and_serves_its_pages(alone, service):
    settings = {
        "BINHAN_UNITS": "09385",
        "BINHAN_DATABASE_URL": f"sqlite:///{alone.folder}/{service}.db",
        "BINHAN_AMQP_URL": NOBODY_THERE,
        "BINHAN_KEYS": f"{alone.folder}/keys",
        "BINHAN_PORT": str(free_port()),
    }
    with serving(alone, service, settings) as browser:
        assert '"ready":false' in browser.get("/readyz")[1].replace(" ", "")
        roles = [word for role in definition(service).role_labels for word in ("--role", role)]
        account = ["account", "add", service, "lan", "--unit", "09385", "--name", "Lan", *roles]
        added = alone.python("-c", BINHAN, *account, typed=f"{PASSWORD}\n", **settings)
        assert added.returncode == 0, added.stderr

        status, page = browser.get("/sign-in")
        assert status == 200
        status, page = browser.post("/sign-in", {**hidden_fields(page), "username": "lan", "password": PASSWORD})
        assert status == 303, page
        status, page = browser.get("/")
        assert status == 200
        assert "<main" in page and "Lan" in page
        assert browser.get("/api/v1/openapi.json")[0] == 200
