"""The station at work, on the database that this run is about."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.clock import FrozenClock
from tests.health.builders import Station, a_station


@pytest.fixture
def station(database: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Station]:
    """Run the station on an empty database."""
    with a_station(database=database, folder=tmp_path, clock=clock) as station:
        yield station
