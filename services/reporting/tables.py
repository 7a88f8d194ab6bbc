"""The tables of reporting: what the events made true (person, span, fact), the figures kept, each unit's clock, the reports."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Dialect,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from chassis.storage import OwnedByUnit, UTCDateTime, new_metadata
from chassis.tables import chassis_tables

# Keys and codes are compared byte by byte, the way Python compares them: it is faster, and two events of one version have
# the same order in the database as in memory.
Code = Text().with_variant(Text(collation="C"), "postgresql")


class Attributes(TypeDecorator[dict[str, Any]]):
    """Published attributes of a row: JSON, with sorted keys where the database keeps it as text."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB())
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return msgspec.json.encode(value, order="sorted").decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> dict[str, Any] | None:
        if value is None:
            return None
        attributes: dict[str, Any] = value if dialect.name == "postgresql" else msgspec.json.decode(value)
        return attributes


@dataclass(frozen=True)
class ReportingTables:
    """The three tables that the events fold into."""

    person: Table
    span: Table
    fact: Table

    def __iter__(self) -> Any:
        return iter((self.person, self.span, self.fact))


@dataclass(frozen=True)
class KeptTables:
    """What is worked out from the three: figures, and per unit the lock and clock that keep them true."""

    indicator_value: Table
    unit_clock: Table


def define_projected(metadata: MetaData, *, suffix: str = "") -> ReportingTables:
    """Add person, span and fact to the metadata; a suffix makes the shadow tables of a rebuild."""
    person = Table(
        f"person{suffix}",
        metadata,
        Column("unit_code", Code, nullable=False),
        Column("person_key", Code, nullable=False),
        Column("sex", Code),
        Column("birth_year", Integer),
        Column("ethnic_group", Code),
        Column("version", BigInteger, nullable=False),
        Column("event_id", Code, nullable=False),
        PrimaryKeyConstraint("unit_code", "person_key"),
        sqlite_with_rowid=False,
    )
    span = Table(
        f"span{suffix}",
        metadata,
        Column("unit_code", Code, nullable=False),
        Column("kind", Code, nullable=False),
        Column("key", Code, nullable=False),
        # Written by the event that begins the span.
        Column("person_key", Code),
        Column("place", Code),
        Column("began_on", Date),
        Column("planned_end_on", Date),
        Column("attributes", Attributes),
        Column("began_version", BigInteger),
        Column("began_event", Code),
        # Written by the event that ends it, which may be heard first.
        Column("ended_on", Date),
        Column("end_reason", Code),
        Column("ended_version", BigInteger),
        Column("ended_event", Code),
        PrimaryKeyConstraint("unit_code", "kind", "key"),
        CheckConstraint("(began_on IS NULL) = (began_event IS NULL)", name="beginning_is_whole"),
        CheckConstraint("(ended_on IS NULL) = (ended_event IS NULL)", name="ending_is_whole"),
        sqlite_with_rowid=False,
    )
    fact = Table(
        f"fact{suffix}",
        metadata,
        Column("unit_code", Code, nullable=False),
        Column("kind", Code, nullable=False),
        Column("key", Code, nullable=False),
        Column("person_key", Code),
        Column("place", Code),
        Column("happened_on", Date, nullable=False),
        Column("amount", BigInteger),
        # The thing whose later cancellation or correction takes this fact back.
        Column("origin", Code),
        Column("attributes", Attributes),
        Column("version", BigInteger, nullable=False),
        Column("event_id", Code, nullable=False),
        PrimaryKeyConstraint("unit_code", "kind", "key"),
        Index(f"ix_fact{suffix}_day", "unit_code", "kind", "happened_on"),
        sqlite_with_rowid=False,
    )
    return ReportingTables(person=person, span=span, fact=fact)


def define_kept(metadata: MetaData) -> KeptTables:
    """Add the kept figures and the clocks of the units to the metadata."""
    indicator_value = Table(
        "indicator_value",
        metadata,
        Column("unit_code", Code, nullable=False),
        Column("indicator", Code, nullable=False),
        # A total has no dimension; the parts of a breakdown name theirs, and the total stands beside them once more.
        Column("dimension", Code, nullable=False),
        Column("starts_on", Date, nullable=False),
        Column("ends_on", Date, nullable=False),
        Column("member", Code, nullable=False),
        Column("numerator", BigInteger, nullable=False),
        Column("denominator", BigInteger),
        Column("definition_digest", Code, nullable=False),
        Column("clock_version", BigInteger, nullable=False),
        PrimaryKeyConstraint("unit_code", "indicator", "dimension", "starts_on", "ends_on", "member"),
        sqlite_with_rowid=False,
    )
    unit_clock = Table(
        "unit_clock",
        metadata,
        Column("unit_code", Code, primary_key=True),
        Column("version", BigInteger, nullable=False),
        Column("heard", BigInteger, nullable=False),
        Column("last_recorded_at", UTCDateTime),
        sqlite_with_rowid=False,
    )
    return KeptTables(indicator_value=indicator_value, unit_clock=unit_clock)


METADATA = new_metadata()
CHASSIS = chassis_tables(METADATA)
PROJECTED = define_projected(METADATA)
KEPT = define_kept(METADATA)
INBOX = CHASSIS.inbox.inbox


class Record(DeclarativeBase):
    """The base of what the committee itself writes."""

    metadata = METADATA


SIGNED = text("signed_at IS NOT NULL")
WAITING = text("signed_at IS NULL AND replaced_at IS NULL")


class Report(OwnedByUnit, Record):
    """One version of the report of a period. Its content is written once; until it is signed a new review may replace it."""

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint("number = 1 OR reason IS NOT NULL", name="correction_says_why"),
        CheckConstraint("signed_by <> reviewed_by", name="nobody_signs_their_own_review"),
        CheckConstraint("signed_at IS NULL OR replaced_at IS NULL", name="what_is_signed_is_never_replaced"),
        CheckConstraint("(signed_at IS NULL) = (signed_by IS NULL)", name="signature_is_whole"),
        Index(
            "one_signed_report_per_number",
            "unit_code",
            "period_kind",
            "period_label",
            "number",
            unique=True,
            sqlite_where=SIGNED,
            postgresql_where=SIGNED,
        ),
        Index(
            "one_report_of_a_period_waits",
            "unit_code",
            "period_kind",
            "period_label",
            unique=True,
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
    )

    report_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    period_kind: Mapped[str] = mapped_column(String(12))
    period_label: Mapped[str] = mapped_column(String(12))
    number: Mapped[int]
    reason: Mapped[str | None] = mapped_column(String(300))
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    reviewed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reviewed_by: Mapped[str] = mapped_column(String(36))
    reviewer: Mapped[str] = mapped_column(String(200))
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    signed_by: Mapped[str | None] = mapped_column(String(36))
    signer: Mapped[str | None] = mapped_column(String(200))
    signer_role: Mapped[str | None] = mapped_column(String(12))
    replaced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
