"""Tokens for machines: named, limited to some actions, for some time, shown once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from chassis.accounts.directory import account_of, get_account
from chassis.accounts.tables import AccountTables
from chassis.accounts.tokens import new_token, token_hash
from chassis.actors import Actor
from chassis.clock import Clock
from chassis.errors import NotAllowed, NotFound, NotUnderstood
from chassis.fold import nfc
from chassis.i18n import _
from chassis.ids import NewId, new_id

PREFIX = "ba_"
LONGEST_LIFE = timedelta(days=366)
LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True)
class ApiToken:
    """What is known of a token afterwards: never the token itself."""

    api_token_id: str
    account_id: str
    name: str
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def issue_api_token(
    session: Session,
    tables: AccountTables,
    account_id: str,
    *,
    name: str,
    scopes: Collection[str],
    allowed: Collection[str],
    life: timedelta,
    clock: Clock,
    new_id: NewId = new_id,
) -> tuple[str, ApiToken]:
    """Give an account a token for ``scopes``, which must be among the actions its roles allow; return it once.

    Raises :class:`NotUnderstood` for an unfit name, life or empty scopes, and :class:`NotAllowed`.
    """
    if get_account(session, tables, account_id).disabled:
        raise NotAllowed(_("Tài khoản này đã bị khóa hẳn."))
    _check_request(name, scopes, allowed, life)
    token, now = new_token(PREFIX), clock.now()
    row = {
        "api_token_id": new_id(),
        "token_hash": token_hash(token),
        "account_id": account_id,
        "name": nfc(name).strip(),
        "scopes": sorted(scopes),
        "created_at": now,
        "expires_at": now + life,
        "revoked_at": None,
    }
    session.execute(insert(tables.api_token).values(**row))
    return token, _get(session, tables, str(row["api_token_id"]))


def api_token_actor(session: Session, tables: AccountTables, token: str, *, service: str, clock: Clock) -> Actor | None:
    """Return who this token speaks for, limited to its scopes, or None when it is no longer valid."""
    if not token.startswith(PREFIX):
        return None
    row = _token_with_account(session, tables, token)
    if row is None or row.disabled_at is not None or row.revoked_at is not None or row.expires_at <= clock.now():
        return None
    account = account_of(row)
    return Actor(
        account_id=account.account_id,
        username=account.username,
        display_name=account.display_name,
        unit=account.unit_code,
        service=service,
        roles=account.roles,
        channel="api",
        scopes=frozenset(row.scopes),
    )


def revoke_api_token(session: Session, tables: AccountTables, api_token_id: str, *, clock: Clock) -> ApiToken:
    """End a token now; one that was revoked keeps its time. Raises :class:`NotFound`."""
    table = tables.api_token
    still_open = table.c.api_token_id == api_token_id, table.c.revoked_at.is_(None)
    session.execute(update(table).where(*still_open).values(revoked_at=clock.now()))
    return _get(session, tables, api_token_id)


def api_tokens_of(session: Session, tables: AccountTables, account_id: str) -> Sequence[ApiToken]:
    """Return the tokens of an account, the newest first."""
    table = tables.api_token
    wanted = select(table).where(table.c.account_id == account_id).order_by(table.c.created_at.desc())
    return [_api_token(row) for row in session.execute(wanted)]


def _check_request(name: str, scopes: Collection[str], allowed: Collection[str], life: timedelta) -> None:
    if not 0 < len(nfc(name).strip()) <= LONGEST_NAME:
        raise NotUnderstood(_("Đặt tên cho mã truy cập, dài nhất %(count)s ký tự.", count=LONGEST_NAME), field="name")
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise NotUnderstood(_("Mã truy cập có hạn từ 1 đến %(count)s ngày.", count=LONGEST_LIFE.days), field="life")
    if not scopes:
        raise NotUnderstood(_("Chọn ít nhất một việc mà mã truy cập được làm."), field="scopes")
    beyond = sorted(set(scopes) - set(allowed))
    if beyond:
        raise NotAllowed(_("Vai trò của tài khoản không có quyền: %(actions)s.", actions=", ".join(beyond)))


def _get(session: Session, tables: AccountTables, api_token_id: str) -> ApiToken:
    found = session.execute(select(tables.api_token).where(tables.api_token.c.api_token_id == api_token_id))
    row = found.one_or_none()
    if row is None:
        raise NotFound(_("Không có mã truy cập này."))
    return _api_token(row)


def _token_with_account(session: Session, tables: AccountTables, token: str) -> Row[Any] | None:
    its = tables.api_token.c.scopes, tables.api_token.c.expires_at, tables.api_token.c.revoked_at
    wanted = select(*its, *tables.account.c).select_from(tables.api_token.join(tables.account))
    return session.execute(wanted.where(tables.api_token.c.token_hash == token_hash(token))).one_or_none()


def _api_token(row: Row[Any]) -> ApiToken:
    return ApiToken(
        api_token_id=row.api_token_id,
        account_id=row.account_id,
        name=row.name,
        scopes=frozenset(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
