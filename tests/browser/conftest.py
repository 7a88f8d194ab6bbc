"""One browser and one demo ward for all journeys; a journey that must find the ward untouched starts its own."""

import subprocess
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.consoles import Desk, Ward, a_browser, a_ward, at

TOOLS = Path(__file__).resolve().parents[1] / "tools"
AXE = TOOLS / "node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    with a_ward(tmp_path_factory.mktemp("ward")) as ward:
        yield ward


@pytest.fixture
def fresh_ward(tmp_path: Path) -> Iterator[Ward]:
    with a_ward(tmp_path) as ward:
        yield ward


@pytest.fixture
def desk_at(browser: Browser, ward: Ward) -> Iterator[Callable[..., Desk]]:
    """Return what sits somebody down at a console of the shared ward; the windows close with the test."""
    desks: list[Desk] = []

    def sit_down(console: str, **how: Any) -> Desk:
        desks.append(at(browser, ward, console, **how))
        return desks[-1]

    yield sit_down
    for desk in desks:
        desk.context.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the checker's source; it is installed from the lock of tests/tools when it is not there."""
    if not AXE.exists():
        subprocess.run(["npm", "ci", "--prefix", str(TOOLS), "--no-audit", "--no-fund", "--ignore-scripts"], check=True)
    return AXE.read_text()


@pytest.fixture
def yesterday() -> str:
    """Return a day on which every hour has passed, as people type it."""
    return f"{date.today() - timedelta(days=1):%d/%m/%Y}"  # noqa: DTZ011 - the ward's own clock is this machine's
