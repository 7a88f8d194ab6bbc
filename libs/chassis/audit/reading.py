"""Reading the audit log: the newest entries first, page by page, for the people who oversee it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from chassis.audit.tables import AuditTables

PAGE = 50


@dataclass(frozen=True)
class AuditPage:
    """One page of entries as column mappings; ``next`` is the ``before`` of the following page, if any."""

    entries: Sequence[RowMapping]
    next: int | None


def entries(
    session: Session,
    tables: AuditTables,
    unit: str,
    *,
    before: int | None = None,
    record_type: str | None = None,
    record_id: str | None = None,
    account_id: str | None = None,
    limit: int = PAGE,
) -> AuditPage:
    """List a unit's entries, newest first, before a position, of one record or of one account when asked."""
    table = tables.audit_entry
    wanted = select(table).where(table.c.unit_code == unit).order_by(table.c.position.desc()).limit(limit + 1)
    if before is not None:
        wanted = wanted.where(table.c.position < before)
    for column, value in (("record_type", record_type), ("record_id", record_id), ("account_id", account_id)):
        if value is not None:
            wanted = wanted.where(table.c[column] == value)
    rows = session.execute(wanted).mappings().all()
    shown = rows[:limit]
    return AuditPage(shown, next=shown[-1]["position"] if len(rows) > limit else None)
