"""The accounts themselves: who there is, in which unit, with which roles."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from chassis.accounts.passwords import HashedPassword
from chassis.accounts.tables import AccountTables
from chassis.clock import Clock
from chassis.errors import NotFound, NotUnderstood, RuleBroken
from chassis.fold import nfc
from chassis.i18n import _
from chassis.ids import NewId, new_id

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}")


@dataclass(frozen=True, kw_only=True)
class Account:
    """One person's account; the hash of the password stays out of ``repr`` and out of this class."""

    account_id: str
    unit_code: str
    username: str
    display_name: str
    roles: frozenset[str]
    disabled: bool


def create_account(
    session: Session,
    tables: AccountTables,
    *,
    unit: str,
    username: str,
    display_name: str,
    roles: Collection[str],
    password: HashedPassword,
    clock: Clock,
    new_id: NewId = new_id,
) -> Account:
    """Add an account; ``password`` comes from :func:`hash_password`.

    Raises :class:`NotUnderstood` for an unfit username and :class:`RuleBroken` for one that is taken.
    """
    name = normalise_username(username)
    if not _USERNAME.fullmatch(name):
        raise NotUnderstood(
            _("Tên đăng nhập có từ 3 đến 64 ký tự: chữ không dấu, chữ số, dấu chấm, gạch ngang."), field="username"
        )
    if find_by_username(session, tables, name) is not None:
        raise RuleBroken(_("Tên đăng nhập này đã có người dùng."), code="username_taken", field="username")
    now = clock.now()
    row = {
        "account_id": new_id(),
        "unit_code": unit,
        "username": name,
        "display_name": nfc(display_name).strip(),
        "roles": sorted(roles),
        "password_hash": password,
        "password_changed_at": now,
        "created_at": now,
        "disabled_at": None,
    }
    session.execute(insert(tables.account).values(**row))
    return get_account(session, tables, str(row["account_id"]))


def get_account(session: Session, tables: AccountTables, account_id: str) -> Account:
    """Return an account. Raises :class:`NotFound`."""
    row = session.execute(select(tables.account).where(tables.account.c.account_id == account_id)).one_or_none()
    if row is None:
        raise NotFound(_("Không có tài khoản này."))
    return account_of(row)


def find_by_username(session: Session, tables: AccountTables, username: str) -> Account | None:
    """Return the account with this username, or None."""
    name = normalise_username(username)
    if not _USERNAME.fullmatch(name):
        return None
    row = session.execute(select(tables.account).where(tables.account.c.username == name)).one_or_none()
    return None if row is None else account_of(row)


def accounts_of(session: Session, tables: AccountTables, unit: str) -> Sequence[Account]:
    """Return the accounts of a unit by username."""
    wanted = select(tables.account).where(tables.account.c.unit_code == unit).order_by(tables.account.c.username)
    return [account_of(row) for row in session.execute(wanted)]


def set_roles(session: Session, tables: AccountTables, account_id: str, roles: Collection[str]) -> None:
    """Give an account exactly these roles; sessions that are open have them from their next request."""
    _update(session, tables, account_id, roles=sorted(roles))


def disable_account(session: Session, tables: AccountTables, account_id: str, *, clock: Clock) -> None:
    """Close an account for good: nobody signs in with it, its sessions end, its tokens stop."""
    now = clock.now()
    _update(session, tables, account_id, disabled_at=now)
    session.execute(delete(tables.session_token).where(tables.session_token.c.account_id == account_id))
    open_tokens = tables.api_token.c.account_id == account_id, tables.api_token.c.revoked_at.is_(None)
    session.execute(update(tables.api_token).where(*open_tokens).values(revoked_at=now))


def set_password(
    session: Session, tables: AccountTables, account_id: str, password: HashedPassword, *, clock: Clock
) -> None:
    """Store a new password; every session of the account ends."""
    _update(session, tables, account_id, password_hash=password, password_changed_at=clock.now())
    session.execute(delete(tables.session_token).where(tables.session_token.c.account_id == account_id))


def stored_password(session: Session, tables: AccountTables, account_id: str) -> HashedPassword | None:
    """Return the hash of an account that may sign in; None for one that is disabled or unknown."""
    usable = tables.account.c.account_id == account_id, tables.account.c.disabled_at.is_(None)
    found = session.scalar(select(tables.account.c.password_hash).where(*usable))
    return None if found is None else HashedPassword(found)


def account_of(row: Row[Any]) -> Account:
    """Return the account in a row of the account table, or of a join that holds its columns."""
    return Account(
        account_id=row.account_id,
        unit_code=row.unit_code,
        username=row.username,
        display_name=row.display_name,
        roles=frozenset(row.roles),
        disabled=row.disabled_at is not None,
    )


def normalise_username(username: str) -> str:
    """Return the username as it is stored: NFC, small letters, no spaces around."""
    return nfc(username).strip().casefold()


def _update(session: Session, tables: AccountTables, account_id: str, **values: Any) -> None:
    get_account(session, tables, account_id)
    session.execute(update(tables.account).where(tables.account.c.account_id == account_id).values(**values))
