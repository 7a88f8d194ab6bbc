"""The tables of the audit log: the entries of each unit's chain, and where each chain ends."""

from dataclasses import dataclass

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, MetaData, String, Table

from chassis.storage import UTCDateTime


@dataclass(frozen=True)
class AuditTables:
    """The two tables of one service's audit log."""

    audit_entry: Table
    audit_head: Table


def define_audit(metadata: MetaData) -> AuditTables:
    """Define the tables on ``metadata``. ``mac`` columns hold HMAC-SHA-256 in hexadecimal."""
    return AuditTables(audit_entry=_audit_entry(metadata), audit_head=_audit_head(metadata))


def _audit_entry(metadata: MetaData) -> Table:
    return Table(
        "audit_entry",
        metadata,
        Column("unit_code", String(5), primary_key=True),
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("at", UTCDateTime, nullable=False),
        Column("account_id", String(36), nullable=False),
        Column("roles", String(400), nullable=False),
        Column("action", String(80), nullable=False),
        Column("record_type", String(60), nullable=False),
        Column("record_id", String(80), nullable=False),
        Column("purpose", String(40), nullable=False),
        Column("facts", JSON, nullable=False),
        Column("correlation_id", String(80), nullable=False),
        Column("mac", String(64), nullable=False),
        CheckConstraint("position >= 1", name="positions_start_at_one"),
        Index("ix_audit_entry_record", "unit_code", "record_type", "record_id", "position"),
        Index("ix_audit_entry_account", "unit_code", "account_id", "position"),
    )


def _audit_head(metadata: MetaData) -> Table:
    return Table(
        "audit_head",
        metadata,
        Column("unit_code", String(5), primary_key=True),
        Column("entries", BigInteger, nullable=False),
        Column("last_mac", String(64), nullable=False),
        Column("mac", String(64), nullable=False),
        CheckConstraint("entries >= 0", name="entries_are_counted"),
    )
