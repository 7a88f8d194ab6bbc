"""Answers kept by Idempotency-Key: a request sent twice is carried out once and answered the same.

The row is written in the transaction of the deed itself, so there is an answer exactly when there is a deed. Answers may name
people, so they lie sealed, and only for a day.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Column, LargeBinary, MetaData, String, Table, delete, insert, select, update

from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.storage import UTCDateTime

if TYPE_CHECKING:
    from chassis.unit_of_work import UnitOfWork

KEPT_FOR = timedelta(hours=24)
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def define_idempotency(metadata: MetaData) -> Table:
    """Add the table of kept answers to a service's metadata."""
    return Table(
        "idempotency",
        metadata,
        Column("account_id", String(64), primary_key=True),
        Column("idempotency_key", String(200), primary_key=True),
        Column("unit_code", String(5), nullable=False, index=True),
        Column("request_hash", String(64), nullable=False),
        Column("answer", LargeBinary, nullable=True),
        Column("kept_at", UTCDateTime, nullable=False, index=True),
    )


@dataclass(frozen=True, kw_only=True)
class KeptAnswer:
    """What was answered the first time."""

    status: int
    headers: dict[str, str]
    body: str


def request_hash(method: str, path: str, query: str, body: bytes) -> str:
    """One fingerprint for what was asked, as hexadecimal SHA-256."""
    asked = json.dumps([method, path, query, hashlib.sha256(body).hexdigest()])
    return hashlib.sha256(asked.encode()).hexdigest()


def check_key(key: str) -> str:
    """Return the key. Raises NotUnderstood when it is no key."""
    if not _KEY.fullmatch(key):
        raise NotUnderstood(_("Idempotency-Key: hãy dùng từ 1 đến 200 ký tự ASCII không có dấu cách."))
    return key


def kept_answer(uow: UnitOfWork, key: str, fingerprint: str) -> KeptAnswer | None:
    """Return the answer kept under this key, or take the key for this transaction and return None.

    Taking inserts a row, so a second request with the same key waits for the first one to end (PostgreSQL) or comes after it
    (SQLite). Raises NotUnderstood when the key was used for another request; IntegrityError when another request took the key
    at the same moment.
    """
    table = uow.tables.idempotency
    mine = (table.c.account_id == uow.by.account_id) & (table.c.idempotency_key == key)
    uow.session.execute(delete(table).where(table.c.kept_at < uow.now() - KEPT_FOR))
    row = uow.session.execute(select(table).where(mine)).mappings().one_or_none()
    if row is None:
        uow.session.execute(
            insert(table).values(
                account_id=uow.by.account_id,
                idempotency_key=key,
                unit_code=uow.by.unit,
                request_hash=fingerprint,
                answer=None,
                kept_at=uow.now(),
            )
        )
        return None
    if row["request_hash"] != fingerprint:
        raise NotUnderstood(
            _("Idempotency-Key này đã dùng cho một yêu cầu khác; hãy dùng khóa mới."), code="idempotency_key_reused"
        )
    kept = json.loads(uow.vault.open(_context(uow, key), row["answer"]))
    return KeptAnswer(status=kept["status"], headers=kept["headers"], body=kept["body"])


def keep_answer(uow: UnitOfWork, key: str, answer: KeptAnswer) -> None:
    """Keep the answer beside the deed."""
    table = uow.tables.idempotency
    plain = json.dumps({"status": answer.status, "headers": answer.headers, "body": answer.body}).encode()
    uow.session.execute(
        update(table)
        .where(table.c.account_id == uow.by.account_id, table.c.idempotency_key == key)
        .values(answer=uow.vault.seal(_context(uow, key), plain))
    )


def _context(uow: UnitOfWork, key: str) -> str:
    return f"idempotency/{uow.by.account_id}/{key}"
