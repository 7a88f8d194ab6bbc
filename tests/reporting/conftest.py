"""A reporting database without the service around it."""

from collections.abc import Iterator

import pytest

from chassis.storage import Store
from chassis.testing import database_url, empty_database
from services.reporting.tables import METADATA


@pytest.fixture
def store(database, tmp_path) -> Iterator[Store]:
    """Return an empty reporting database."""
    url = database_url("reporting", database=database, folder=tmp_path)
    empty_database(url, METADATA)
    store = Store(url)
    yield store
    store.close()
