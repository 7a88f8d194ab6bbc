"""What every test may ask for: which database, a clock, a folder of its own."""

import pytest

from chassis.clock import FrozenClock
from chassis.testing import START


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=["sqlite", "postgres"], default="sqlite", help="where the services keep data"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "broker: needs the tests' own RabbitMQ and PostgreSQL")
    config.addinivalue_line("markers", "browser: needs Chromium")
    config.addinivalue_line("markers", "once: says nothing about the database; the run on PostgreSQL leaves it out")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for no database as said once: its second run would say nothing new."""
    for item in items:
        asks = getattr(item, "fixturenames", ())
        if "database" not in asks and item.get_closest_marker("broker") is None:
            item.add_marker(pytest.mark.once)


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> str:
    """Return the database that this run is about."""
    return str(request.config.getoption("--database"))


@pytest.fixture
def clock() -> FrozenClock:
    """Return a clock that stands still."""
    return FrozenClock(START)
