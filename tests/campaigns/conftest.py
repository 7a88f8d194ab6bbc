"""The office at work, on the database that this run is about."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.clock import FrozenClock
from tests.campaigns.builders import Office, an_office


@pytest.fixture
def office(database: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Office]:
    """Run the office on an empty database."""
    with an_office(database=database, folder=tmp_path, clock=clock) as office:
        yield office
