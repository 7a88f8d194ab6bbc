"""Tests for drugs in the body."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage import OwnedByUnit, UTCDateTime
from services.registry.tables.base import Table


class TestResult(OwnedByUnit, Table):
    """One test for drugs in the body and its result; ``details`` are answers of the form that have no column."""

    __test__ = False  # its name starts with Test, and pytest would otherwise take it for one
    __tablename__ = "test_result"
    __table_args__ = (
        CheckConstraint("result IN ('POSITIVE', 'NEGATIVE')", name="result_is_a_code"),
        CheckConstraint("received_at >= taken_at", name="receipt_follows_sampling"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawal_is_whole"),
        Index("ix_test_result_person", "person_id", "taken_at"),
        Index("ix_test_result_to_decide", "unit_code", "result", "received_at"),
    )

    test_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.person_id"))
    taken_on: Mapped[date]
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sample: Mapped[str] = mapped_column(String(20))
    result: Mapped[str] = mapped_column(String(8))
    reason_code: Mapped[str] = mapped_column(String(4))
    substances: Mapped[list[str]] = mapped_column(JSON)
    same_sex_officer: Mapped[bool]
    guardian_present: Mapped[bool]
    regime: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[str] = mapped_column(String(36))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(36))
