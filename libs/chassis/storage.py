"""The database of one service: engine, transactions, column types, the naming of constraints."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, Integer, MetaData, String, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
POOL_SIZE = 10
SQLITE_BUSY_SECONDS = 10


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware going in, UTC inside, aware coming out, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class OwnedByUnit:
    """A row that belongs to one unit; sessions of an actor see only their own unit's rows."""

    unit_code: Mapped[str] = mapped_column(String(5), index=True)


class Versioned:
    """A row with a version, which grows at each change and is its ETag."""

    version: Mapped[int] = mapped_column(Integer, default=1)


def new_metadata() -> MetaData:
    """Return the metadata of one service's tables; every constraint in it gets a name."""
    return MetaData(naming_convention=NAMING_CONVENTION)


class Store:
    """One service's database. ``begin`` writes, ``reading`` only reads.

    SQLite has one writer: a process-wide lock queues writers inside the process, so that a green thread never waits in
    C for a lock that another green thread of the same process holds.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url)
        self._engine_for_reading = self.engine.execution_options(reads_only=True)
        self._one_writer = threading.Lock()

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Open one write transaction; commit when the block ends well, else roll back."""
        with self.writing(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that is rolled back at its end."""
        with Session(self._engine_for_reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write: the process-wide lock on SQLite, nothing on PostgreSQL."""
        if not self.is_sqlite:
            yield
            return
        with self._one_writer:
            yield

    def is_reachable(self) -> bool:
        """Tell whether the database answers a question now."""
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        except Exception:  # noqa: BLE001 - any failure means the same here: not now
            return False
        return True

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def _postgresql_engine(url: str) -> Engine:
    # `postgresql://` means another driver in other versions of SQLAlchemy, so it is always named.
    named = make_url(url).set(drivername="postgresql+psycopg")
    return create_engine(
        named,
        pool_size=POOL_SIZE,
        max_overflow=4,
        pool_timeout=10,
        pool_recycle=1800,
        connect_args={"connect_timeout": 5},
    )


def _sqlite_engine(url: str) -> Engine:
    database = make_url(url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": SQLITE_BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver must not open transactions by itself: BEGIN IMMEDIATE below does.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A transaction that starts by reading and then writes can fail at once with "database is locked"; one that
        # says at its start that it will write waits for its turn. Readers say so by the execution option.
        kind = "DEFERRED" if connection.get_execution_options().get("reads_only") else "IMMEDIATE"
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine
