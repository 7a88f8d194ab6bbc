"""Guessing stops: after five wrong passwords for one username within a quarter of an hour it rests for as long."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from chassis.accounts.directory import normalise_username
from chassis.accounts.tables import AccountTables

FAILURES_ALLOWED = 5
WINDOW = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)


def locked_until(session: Session, tables: AccountTables, username: str, *, now: datetime) -> datetime | None:
    """Return until when the username is locked, or None. Known and unknown usernames lock alike."""
    table = tables.sign_in_failure
    until = session.scalar(select(table.c.locked_until).where(table.c.username_hash == _hashed(username)))
    return until if until is not None and until > now else None


def count_failure(session: Session, tables: AccountTables, username: str, *, now: datetime) -> datetime | None:
    """Count one wrong password; return until when the username is locked if this was one too many."""
    _forget_old(session, tables, now)
    if _counted(session, tables, username, now) < FAILURES_ALLOWED:
        return None
    until = now + LOCKED_FOR
    table = tables.sign_in_failure
    session.execute(update(table).where(table.c.username_hash == _hashed(username)).values(locked_until=until))
    return until


def forget_failures(session: Session, tables: AccountTables, username: str) -> None:
    """Start counting anew after the right password."""
    table = tables.sign_in_failure
    session.execute(delete(table).where(table.c.username_hash == _hashed(username)))


def _counted(session: Session, tables: AccountTables, username: str, now: datetime) -> int:
    """Add one failure in a single statement, so that guesses made at the same moment are all counted."""
    table = tables.sign_in_failure
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    first = (sqlite_insert if on_sqlite else postgresql_insert)(table).values(
        username_hash=_hashed(username), failures=1, first_failed_at=now
    )
    one_more = first.on_conflict_do_update(
        index_elements=[table.c.username_hash], set_={"failures": table.c.failures + 1}
    )
    failures: int = session.execute(one_more.returning(table.c.failures)).scalar_one()
    return failures


def _forget_old(session: Session, tables: AccountTables, now: datetime) -> None:
    table = tables.sign_in_failure
    over = or_(table.c.locked_until.is_(None), table.c.locked_until <= now)
    session.execute(delete(table).where(table.c.first_failed_at <= now - WINDOW, over))


def _hashed(username: str) -> str:
    return sha256(normalise_username(username).encode(errors="surrogatepass")).hexdigest()
