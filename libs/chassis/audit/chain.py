"""Writing the audit log: each unit's entries form one chain that can only grow."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from chassis.audit.entry import AuditEntry, entry_mac, head_mac, same_mac
from chassis.audit.tables import AuditTables

# Stands for the code before the first entry.
START = ""

# Written by the chain itself when it finds its own end touched; from there on the chain never verifies again.
BREAK_NOTICED = "audit.break_noticed"


_COLUMNS = tuple(column.name for column in fields(AuditEntry))


class Head(NamedTuple):
    """Where a chain ends; ``sound`` is False when the end has been touched from outside."""

    entries: int
    last_mac: str
    sound: bool


def append(session: Session, tables: AuditTables, key: bytes, entries: Sequence[AuditEntry]) -> None:
    """Add entries, in order, to the chains of their units, inside the caller's transaction.

    Call it last in the transaction: the end of the unit's chain stays locked until the commit. A chain whose
    end was touched goes on, so that the agency can work, but the break is written into it and stays visible.
    """
    by_unit = sorted(entries, key=attrgetter("unit_code"))
    for unit, of_unit in groupby(by_unit, key=attrgetter("unit_code")):
        _append_to_unit(session, tables, key, unit, list(of_unit))


def _append_to_unit(session: Session, tables: AuditTables, key: bytes, unit: str, entries: list[AuditEntry]) -> None:
    head = _locked_head(session, tables, key, unit)
    if not head.sound:
        entries = [_break_noticed(entries[0]), *entries]
    rows = list(_chained(key, head, entries))
    session.execute(insert(tables.audit_entry), rows)
    entries_now, last_mac = rows[-1]["position"], rows[-1]["mac"]
    session.execute(
        update(tables.audit_head)
        .where(tables.audit_head.c.unit_code == unit)
        .values(entries=entries_now, last_mac=last_mac, mac=head_mac(key, unit, entries_now, last_mac))
    )


def _chained(key: bytes, head: Head, entries: Sequence[AuditEntry]) -> Iterator[dict[str, Any]]:
    mac = head.last_mac
    for position, entry in enumerate(entries, start=head.entries + 1):
        row = {name: getattr(entry, name) for name in _COLUMNS} | {"position": position, "facts": dict(entry.facts)}
        mac = entry_mac(key, row, mac)
        yield row | {"mac": mac}


def _locked_head(session: Session, tables: AuditTables, key: bytes, unit: str) -> Head:
    """Return the end of the chain, locked until the commit (SQLite has but one writer anyway)."""
    table = tables.audit_head
    begins = _begin_chain(session, tables, key, unit)
    row = session.execute(select(table).where(table.c.unit_code == unit).with_for_update()).one()
    known = same_mac(row.mac, head_mac(key, unit, row.entries, row.last_mac))
    if known and not begins:
        return Head(row.entries, row.last_mac, sound=True)
    written = session.scalar(
        select(func.max(tables.audit_entry.c.position)).where(tables.audit_entry.c.unit_code == unit)
    )
    return Head(max(row.entries, written or 0), row.last_mac, sound=known and not written)


def _begin_chain(session: Session, tables: AuditTables, key: bytes, unit: str) -> bool:
    """Make sure that the unit has a chain; return True when it had none."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    statement = (sqlite_insert if on_sqlite else postgresql_insert)(tables.audit_head)
    new_head = {"unit_code": unit, "entries": 0, "last_mac": START, "mac": head_mac(key, unit, 0, START)}
    inserted = session.execute(
        statement.values(**new_head).on_conflict_do_nothing().returning(tables.audit_head.c.entries)
    )
    return inserted.first() is not None


def _break_noticed(first: AuditEntry) -> AuditEntry:
    return AuditEntry(
        at=first.at,
        unit_code=first.unit_code,
        account_id="system",
        roles="SYSTEM",
        action=BREAK_NOTICED,
        record_type="audit",
        record_id=first.unit_code,
        purpose="INSPECTION",
        correlation_id=first.correlation_id,
    )
