"""How a line is put into a book: sealed, with who wrote it when, and once even when two clerks press at the same moment."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError

from chassis.clock import LOCAL_ZONE
from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry.domain.terms import time_of_day
from services.registry.queries.books import EntryRecord, written
from services.registry.tables.books import Entry, context_of, key_of

Line = TypeVar("Line", bound=Entry)


def put_into(book: type[Any], details: Mapping[str, Any], uow: UnitOfWork, *, twice: str = "", **columns: Any) -> Any:
    """Add a line; ``twice`` is the sentence for a line that the table holds already. Raises RuleBroken."""
    key = uow.new_id()
    row = book(
        **{key_of(book): key},
        **columns,
        unit_code=uow.unit,
        sealed=uow.vault.seal_answers(context_of(book, key), details),
        recorded_at=uow.now(),
        recorded_by=uow.by.account_id,
    )
    try:
        with uow.session.begin_nested():
            uow.add(row)
    except IntegrityError:
        raise RuleBroken(twice or _("Dòng này vừa được ghi; hãy mở lại sổ để xem.")) from None
    return row


def standing(book: type[Line], key: str, uow: UnitOfWork) -> Line:
    """Return a line to go on with. Raises NotFound, and RuleBroken when it was withdrawn."""
    row = uow.get(book, key)
    if row.withdrawn_at is not None:
        raise RuleBroken(_("Dòng này đã được huỷ."))
    return row


def check_past(day: date, uow: UnitOfWork, *, field: str) -> None:
    """What is entered has happened. Raises NotUnderstood."""
    if day > uow.today():
        raise NotUnderstood(_("Chưa đến ngày này; hãy ghi hôm nay hoặc một ngày đã qua."), field=field)


def instant_of(day: date, typed: str | None, uow: UnitOfWork, *, field: str) -> datetime | None:
    """Return the instant of a day and a time of day in Việt Nam; None where no time was typed. Raises NotUnderstood."""
    if not typed:
        return None
    time = time_of_day(typed)
    if time is None:
        raise NotUnderstood(_("Giờ: hãy ghi giờ và phút, ví dụ 16:00."), field=field)
    moment = datetime.combine(day, time, LOCAL_ZONE)
    if moment > uow.now():
        raise NotUnderstood(_("Giờ: chưa đến giờ này."), field=field)
    return moment


def noted(row: Any, action: str, uow: UnitOfWork, **facts: Any) -> EntryRecord:
    """Put the write into the audit log, under the person it is about or under the line itself, and return the line."""
    key = getattr(row, key_of(type(row)))
    person_id = getattr(row, "person_id", None)
    if person_id is not None:
        uow.wrote(action, "person", person_id, entry=key, **facts)
    else:
        uow.wrote(action, row.__tablename__, key, **facts)
    return written(uow, row)
