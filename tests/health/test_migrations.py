"""The migrations of the station lead to the tables that its code declares, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from chassis.migrate import assert_tables_match, is_current, upgrade
from chassis.service import Runtime
from chassis.testing import database_url
from chassis.testing import test_settings as settings_of
from services.health.service import SERVICE


@contextmanager
def an_empty_database(kind: str, folder: Path) -> Iterator[Runtime]:
    """Run the station on a database that holds no table at all."""
    url = database_url("health_migrated", database=kind, folder=folder)
    if kind == "postgres":
        _create(url)
    runtime = Runtime(SERVICE, settings_of("health", database=kind, folder=folder, database_url=url))
    try:
        yield runtime
    finally:
        runtime.close()


def test_the_migrations_lead_to_these_tables(database, tmp_path):
    with an_empty_database(database, tmp_path) as runtime:
        assert not is_current(runtime)
        upgrade(runtime)
        assert is_current(runtime)
        assert_tables_match(runtime)


def _create(url: str) -> None:
    server = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    name = make_url(url).database
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    server.dispose()
