"""A registry on an empty database of the kind this run is about, at 09:00 of 20 November 2026 in Việt Nam."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.clock import FrozenClock
from chassis.web.testing import Console
from tests.registry.builders import Registry, a_registry


@pytest.fixture
def registry(database: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Registry]:
    with a_registry(database=database, folder=tmp_path, clock=clock, units="09385,09379") as registry:
        yield registry


@pytest.fixture
def console(registry: Registry) -> Console:
    return Console(registry.runtime)
