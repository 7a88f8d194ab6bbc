"""For tests: a service on a fresh database, SQLite or PostgreSQL, with a clock and keys of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, create_engine, text
from sqlalchemy.engine import URL, make_url

from chassis.actors import Actor
from chassis.clock import Clock, FrozenClock
from chassis.ids import SeededIds
from chassis.service import PERSON_KEY_SECRET, Runtime, ServiceDefinition
from chassis.settings import Settings, load_settings
from chassis.vault import KeyRing

UNIT = "09385"
START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

_prepared: set[str] = set()


def an_actor(service: str, *roles: str, unit: str = UNIT, account_id: str = "acc-1", channel: str = "page") -> Actor:
    """Return somebody with these roles."""
    return Actor(
        account_id=account_id,
        username="someone",
        display_name="Someone",
        unit=unit,
        service=service,
        roles=frozenset(roles),
        channel=channel,
    )


@contextmanager
def running(
    definition: ServiceDefinition, *, database: str, folder: Path, clock: Clock | None = None, **overrides: Any
) -> Iterator[Runtime]:
    """Run a service's insides on an empty database of its own; ``database`` is ``sqlite`` or ``postgres``."""
    clock = clock or FrozenClock(START)
    settings = test_settings(definition.name, database=database, folder=folder, **overrides)
    KeyRing.load(settings.keys, create=True)
    _share_person_key(settings.keys)
    runtime = Runtime(definition, settings, clock=clock, ids=SeededIds(definition.name, clock.now))
    try:
        empty_database(settings.database_url, definition.metadata)
        runtime.prepare()
        yield runtime
    finally:
        runtime.close()


def test_settings(service: str, *, database: str, folder: Path, **overrides: Any) -> Settings:
    """Return settings for a service in a test; its database is in ``folder`` or on the tests' PostgreSQL."""
    values: dict[str, Any] = {
        "service": service,
        "units": UNIT,
        "database_url": database_url(service, database=database, folder=folder),
        "keys": str(folder / "keys" / service),
        "log_level": "WARNING",
    }
    return load_settings({}, **(values | overrides))


def database_url(name: str, *, database: str, folder: Path) -> str:
    """Return the URL of a database for one service of one test."""
    if database == "sqlite":
        return f"sqlite:///{folder / name}.db"
    server = make_url(os.environ["BINHAN_TEST_DATABASE_URL"])
    return server.set(drivername="postgresql+psycopg", database=f"binhan_test_{name}").render_as_string(
        hide_password=False
    )


def empty_database(url: str, metadata: MetaData) -> None:
    """Make the tables on a database that holds nothing: create it the first time, empty its tables later."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        _create_tables(parsed, metadata)
        return
    if url not in _prepared:
        _create_database(parsed)
        _create_tables(parsed, metadata)
        _prepared.add(url)
        return
    engine = create_engine(parsed)
    with engine.begin() as connection:
        # Few tables hold rows after a test: deleting those takes a tenth of the time of truncating all of them.
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()


def _share_person_key(folder: Path) -> None:
    """Give every service of a test the same secret, as registry, health and campaigns have."""
    secret = folder / PERSON_KEY_SECRET
    if not secret.exists():
        secret.write_text("5a" * 32)
        secret.chmod(0o600)


def _create_tables(url: URL, metadata: MetaData) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        if url.get_backend_name() == "sqlite":
            # Each of thirty statements would otherwise wait for the disk: a second for every test.
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
        metadata.create_all(connection)
    engine.dispose()


def _create_database(url: URL) -> None:
    server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{url.database}"'))
    server.dispose()
