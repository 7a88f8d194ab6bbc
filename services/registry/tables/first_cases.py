"""User management as the first version of the program kept it. Nothing is written here any more.

Its rows become acts when a newer version first looks at them (``handlers/adoption.py``); the table goes with a later
migration, when no installation of the first version is left.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage import OwnedByUnit, UTCDateTime, Versioned
from services.registry.tables.base import Table

STILL_OPEN = text("closed_on IS NULL")


class FirstCase(OwnedByUnit, Versioned, Table):
    """A case as the first version of the program kept it: a decision and the one that closed it; ``sealed`` holds who signed."""

    __tablename__ = "user_management_case"
    __table_args__ = (
        CheckConstraint("ends_on > starts_on", name="end_follows_start"),
        CheckConstraint("closed_on IS NULL OR closed_on >= decided_on", name="closing_follows_decision"),
        CheckConstraint(
            "(closed_on IS NULL) = (closing IS NULL) AND (closing IS NULL) = (closing_document_number IS NULL)",
            name="closing_is_whole",
        ),
        CheckConstraint("closing IS NULL OR closing IN ('STOPPED', 'ENDED')", name="closing_is_a_code"),
        CheckConstraint("(closing = 'STOPPED') = (closing_reason IS NOT NULL) OR closing IS NULL", name="stop_has_a_reason"),
        CheckConstraint("document_number <> ''", name="decision_has_a_number"),
        UniqueConstraint("test_id", name="one_decision_per_test"),
        Index(
            "one_open_case_per_person", "unit_code", "person_id", unique=True,
            sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN,
        ),
        Index("ix_user_management_case_ends", "unit_code", "ends_on", "case_id"),
        Index("ix_user_management_case_person", "person_id"),
    )  # fmt: skip

    case_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.person_id"))
    test_id: Mapped[str] = mapped_column(String(36), ForeignKey("test_result.test_id"))
    decided_on: Mapped[date]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    document_number: Mapped[str] = mapped_column(String(60))
    signer_role: Mapped[str] = mapped_column(String(20))
    regime: Mapped[str] = mapped_column(String(20))
    form_code: Mapped[str] = mapped_column(String(40))
    article: Mapped[str] = mapped_column(String(200))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    decided_by: Mapped[str] = mapped_column(String(36))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closing: Mapped[str | None] = mapped_column(String(10))
    closed_on: Mapped[date | None]
    closing_reason: Mapped[str | None] = mapped_column(String(40))
    closing_document_number: Mapped[str | None] = mapped_column(String(60))
    closing_signer_role: Mapped[str | None] = mapped_column(String(20))
    closing_regime: Mapped[str | None] = mapped_column(String(20))
    closing_form_code: Mapped[str | None] = mapped_column(String(40))
    closing_recorded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closing_recorded_by: Mapped[str | None] = mapped_column(String(36))


def first_case_context(case_id: str) -> str:
    """Return the place of a first case's sealed answers."""
    return f"user_management_case/{case_id}"
