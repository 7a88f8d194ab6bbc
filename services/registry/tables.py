"""The registry's tables. Who somebody is lies sealed; what stays plain is what events may say of them anyway."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.storage import OwnedByUnit, UTCDateTime, Versioned, new_metadata
from chassis.tables import chassis_tables
from chassis.vault import SealedColumn


class Table(DeclarativeBase):
    """The base of this service's tables."""

    metadata = new_metadata()


CHASSIS = chassis_tables(Table.metadata)

STILL_OPEN = text("closed_on IS NULL")


class Person(OwnedByUnit, Versioned, Table):
    """Somebody in the register; ``sealed`` holds every identity field."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("unit_code", "person_key", name="person_key_is_known_once"),
        UniqueConstraint("unit_code", "number_index", name="number_is_known_once"),
        CheckConstraint("sex IN ('MALE', 'FEMALE')", name="sex_is_a_code"),
        CheckConstraint("ethnic_group IN ('KINH', 'KHAC')", name="ethnic_group_is_a_code"),
    )

    person_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_key: Mapped[str] = mapped_column(String(64))
    number_index: Mapped[str | None] = mapped_column(String(32))
    sex: Mapped[str] = mapped_column(String(6))
    birth_year: Mapped[int | None]
    ethnic_group: Mapped[str] = mapped_column(String(4))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    registered_on: Mapped[date]
    registered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    registered_by: Mapped[str] = mapped_column(String(36))
    corrected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    corrected_by: Mapped[str | None] = mapped_column(String(36))


class PersonSearchToken(OwnedByUnit, Table):
    """A blind beginning of a word of somebody's names; the search asks for all of those typed."""

    __tablename__ = "person_search_token"
    __table_args__ = (Index("ix_person_search_token_person", "person_id"),)

    unit_code: Mapped[str] = mapped_column(String(5), primary_key=True)
    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.person_id"), primary_key=True)


class TestResult(OwnedByUnit, Table):
    """One test for drugs in the body and its result; ``details`` are answers of the form that have no column."""

    __test__ = False  # its name starts with Test, and pytest would otherwise take it for one
    __tablename__ = "test_result"
    __table_args__ = (
        CheckConstraint("result IN ('POSITIVE', 'NEGATIVE')", name="result_is_a_code"),
        CheckConstraint("received_at >= taken_at", name="receipt_follows_sampling"),
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


class UserManagementCase(OwnedByUnit, Versioned, Table):
    """A decision to manage somebody and, later, the one decision that closed it; ``sealed`` holds who signed."""

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

    @property
    def state(self) -> str:
        """Return MANAGED, STOPPED or ENDED: it follows from the closing, and is stored nowhere else."""
        return self.closing or "MANAGED"


def person_context(person_id: str) -> str:
    """Return the place of somebody's sealed identity."""
    return f"person/{person_id}"


def test_context(test_id: str) -> str:
    """Return the place of a test's sealed answers."""
    return f"test_result/{test_id}"


def case_context(case_id: str) -> str:
    """Return the place of a case's sealed answers."""
    return f"user_management_case/{case_id}"


test_context.__test__ = False  # type: ignore[attr-defined]

SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(Table.metadata.tables["person"], "person_id", "sealed", person_context),
    SealedColumn(Table.metadata.tables["test_result"], "test_id", "sealed", test_context),
    SealedColumn(Table.metadata.tables["user_management_case"], "case_id", "sealed", case_context),
)


def answers_of(row: Any) -> tuple[str, bytes]:
    """Return the context and the sealed answers of a row."""
    if isinstance(row, Person):
        return person_context(row.person_id), row.sealed
    if isinstance(row, TestResult):
        return test_context(row.test_id), row.sealed
    return case_context(row.case_id), row.sealed
