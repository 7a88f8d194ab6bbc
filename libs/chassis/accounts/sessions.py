"""Sessions of people at their browsers: opened at sign-in, ended by sign-out, idleness or the end of the day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from chassis.accounts.directory import account_of
from chassis.accounts.tables import AccountTables
from chassis.accounts.tokens import csrf_token, new_token, token_hash
from chassis.actors import Actor
from chassis.clock import Clock

# A page that only reads must not cost a write each time, so the last use is noted once a minute.
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class SessionLimits:
    """How long a session lives unused, and how long at most."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)


@dataclass(frozen=True)
class Visit:
    """A request of somebody who is signed in; ``worth_noting`` when its time should be stored as the last use."""

    actor: Actor
    csrf_token: str
    worth_noting: bool


def open_session(
    session: Session, tables: AccountTables, account_id: str, *, clock: Clock, limits: SessionLimits
) -> str:
    """Open a session and return its token for the cookie; only its hash is kept."""
    token, now = new_token(), clock.now()
    row = {
        "token_hash": token_hash(token),
        "account_id": account_id,
        "created_at": now,
        "last_seen_at": now,
        "expires_at": now + limits.absolute,
    }
    session.execute(insert(tables.session_token).values(**row))
    return token


def session_actor(
    session: Session, tables: AccountTables, token: str, *, service: str, clock: Clock, limits: SessionLimits
) -> Visit | None:
    """Return who this token signs in, or None when the session is unknown or over, or the account is disabled."""
    row = _session_with_account(session, tables, token)
    now = clock.now()
    if row is None or row.disabled_at is not None or _is_over(row, now, limits):
        return None
    account = account_of(row)
    actor = Actor(
        account_id=account.account_id,
        username=account.username,
        display_name=account.display_name,
        unit=account.unit_code,
        service=service,
        roles=account.roles,
        channel="page",
    )
    return Visit(actor, csrf_token(token), worth_noting=now - row.last_seen_at >= NOTED_EVERY)


def note_use(session: Session, tables: AccountTables, token: str, *, clock: Clock) -> None:
    """Store that the session is in use; its idle time starts again."""
    this = tables.session_token.c.token_hash == token_hash(token)
    session.execute(update(tables.session_token).where(this).values(last_seen_at=clock.now()))


def close_session(session: Session, tables: AccountTables, token: str) -> None:
    """End one session; one that is over already stays so."""
    this = tables.session_token.c.token_hash == token_hash(token)
    session.execute(delete(tables.session_token).where(this))


def remove_ended_sessions(session: Session, tables: AccountTables, *, clock: Clock, limits: SessionLimits) -> None:
    """Delete what can never be used again."""
    table, now = tables.session_token, clock.now()
    session.execute(delete(table).where(or_(table.c.expires_at <= now, table.c.last_seen_at <= now - limits.idle)))


def _session_with_account(session: Session, tables: AccountTables, token: str) -> Row[Any] | None:
    times = tables.session_token.c.last_seen_at, tables.session_token.c.expires_at
    joined = tables.session_token.join(tables.account)
    wanted = select(*times, *tables.account.c).select_from(joined)
    return session.execute(wanted.where(tables.session_token.c.token_hash == token_hash(token))).one_or_none()


def _is_over(row: Row[Any], now: datetime, limits: SessionLimits) -> bool:
    return bool(row.expires_at <= now or row.last_seen_at + limits.idle <= now)
