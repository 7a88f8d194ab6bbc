"""Long lists in pages: a cursor holds the keys of the last row shown, so rows that come and go meanwhile disturb nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.errors import NotUnderstood
from chassis.i18n import _

Item = TypeVar("Item")
ROWS_PER_PAGE = 50
MOST_ROWS_PER_PAGE = 200


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some items of a longer list, and the cursor of what follows; None at the end."""

    items: Sequence[Item]
    next: str | None = None


def page_of(
    session: Session,
    statement: Select[Item],
    *,
    by: Sequence[InstrumentedAttribute[Any]],
    cursor: str | None = None,
    limit: int = ROWS_PER_PAGE,
    descending: bool = False,
) -> Page[Item]:
    """Return the rows after `cursor`, ordered by the columns `by`, which together are unique and never empty.

    Raises NotUnderstood for a cursor that was not made here.
    """
    if cursor:
        here: ColumnElement[Any] = tuple_(*by)
        there = tuple_(
            *(literal(value, column.type) for column, value in zip(by, read_cursor(cursor, by), strict=True))
        )
        statement = statement.where(here < there if descending else here > there)
    order = [column.desc() if descending else column.asc() for column in by]
    rows = list(session.scalars(statement.order_by(*order).limit(limit + 1)))
    if len(rows) <= limit:
        return Page(rows)
    return Page(rows[:limit], make_cursor([getattr(rows[limit - 1], column.key) for column in by]))


def make_cursor(values: Sequence[Any]) -> str:
    """Write the keys of a row as one opaque word."""
    plain = [value.isoformat() if isinstance(value, date | datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(cursor: str, by: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    """Read the keys back, each of its column's kind. Raises NotUnderstood when they cannot be."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        return [_of_kind(column.type.python_type, value) for column, value in zip(by, list(values), strict=True)]
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise NotUnderstood(
            _("Con trỏ trang không hợp lệ; hãy lấy lại danh sách từ trang đầu."), field="cursor"
        ) from None


def _of_kind(kind: type[Any], value: Any) -> Any:
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(kind)
    if isinstance(value, int) and abs(value) >= 2**63:
        raise ValueError(value)
    if isinstance(value, str) and not value.isprintable():
        raise ValueError(value)
    return value
