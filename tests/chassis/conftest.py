"""A speaker and a listener, each on an empty database of the kind this run is about."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chassis.parties import Listener, Speaker, a_listener, a_speaker


@pytest.fixture
def speaker(database: str, tmp_path: Path) -> Iterator[Speaker]:
    with a_speaker(database=database, folder=tmp_path) as speaker:
        yield speaker


@pytest.fixture
def listener(database: str, tmp_path: Path) -> Iterator[Listener]:
    with a_listener(database=database, folder=tmp_path) as listener:
        yield listener
