"""What the health station keeps: patients (sealed), treatments, counselling, test kits, staff and courses."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.storage import OwnedByUnit, UTCDateTime, Versioned, new_metadata
from chassis.tables import chassis_tables


class Table(DeclarativeBase):
    """The base of this service's tables."""

    metadata = new_metadata()


CHASSIS = chassis_tables(Table.metadata)

STILL_OPEN = text("ended_on IS NULL")


class Patient(OwnedByUnit, Versioned, Table):
    """A person whom the station knows. Name, number and contact lie in ``sealed``."""

    __tablename__ = "patient"
    __table_args__ = (
        Index("one_patient_per_number", "unit_code", "number_index", unique=True),
        Index("one_patient_per_person_key", "unit_code", "person_key", unique=True),
        Index("one_patient_per_patient_number", "unit_code", "patient_number", unique=True),
    )

    patient_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    patient_number: Mapped[int]
    person_key: Mapped[str] = mapped_column(String(64))
    number_index: Mapped[str | None] = mapped_column(String(64))
    sex: Mapped[str] = mapped_column(String(6))
    birth_year: Mapped[int | None]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    registered_on: Mapped[date]


class PatientSearchToken(OwnedByUnit, Table):
    """The blind beginnings of a patient's names, for search without diacritics."""

    __tablename__ = "patient_search_token"

    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.patient_id", ondelete="CASCADE"), primary_key=True)
    token: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)


class OstTreatment(OwnedByUnit, Versioned, Table):
    """One substitution treatment, from admission to ending; ``listed_on`` is when the ward's list took it up."""

    __tablename__ = "ost_treatment"
    __table_args__ = (
        CheckConstraint("ended_on >= admitted_on", name="ending_follows_admission"),
        CheckConstraint("listed_on >= admitted_on", name="listing_follows_admission"),
        CheckConstraint("(ended_on IS NULL) = (end_reason IS NULL)", name="ending_is_whole"),
        Index("one_open_treatment", "patient_id", unique=True, sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN),
    )

    treatment_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.patient_id"), index=True)
    facility_code: Mapped[str] = mapped_column(String(40))
    admitted_on: Mapped[date]
    listed_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(String(20))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class Counselling(OwnedByUnit, Table):
    """One meeting. What was said lies in ``sealed``."""

    __tablename__ = "counselling"
    __table_args__ = (Index("counselling_by_patient_and_day", "patient_id", "held_on"),)

    counselling_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.patient_id"))
    held_on: Mapped[date] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(10))
    group: Mapped[str] = mapped_column("counselled_group", String(12))
    counsellor_id: Mapped[str] = mapped_column(String(36))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class KitProduct(OwnedByUnit, Versioned, Table):
    """A kind of test kit, what it detects, and how many must be in stock."""

    __tablename__ = "kit_product"

    unit_code: Mapped[str] = mapped_column(String(5), primary_key=True)
    product_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    panel: Mapped[list[str]] = mapped_column(JSON)
    minimum_stock: Mapped[int]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class KitLot(OwnedByUnit, Table):
    """One lot of a product. ``on_hand`` always equals the sum of the lot's moves and is never negative."""

    __tablename__ = "kit_lot"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="stock_is_never_negative"),
        Index("one_lot_per_number", "unit_code", "product_code", "lot_number", unique=True),
    )

    lot_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    product_code: Mapped[str] = mapped_column(String(40))
    lot_number: Mapped[str] = mapped_column(String(40))
    expires_on: Mapped[date]
    on_hand: Mapped[int]


class KitMove(OwnedByUnit, Table):
    """One line of a lot's ledger; lines are added and never changed."""

    __tablename__ = "kit_move"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="a_move_moves_something"),
        CheckConstraint("(move = 'RECEIVED') = (quantity > 0)", name="only_receipts_add"),
    )

    move_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    lot_id: Mapped[str] = mapped_column(ForeignKey("kit_lot.lot_id"), index=True)
    moved_on: Mapped[date]
    move: Mapped[str] = mapped_column(String(10))
    quantity: Mapped[int]
    reason: Mapped[str | None] = mapped_column(String(20))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class StaffMember(OwnedByUnit, Versioned, Table):
    """Somebody who works at the station; the name lies in ``sealed``."""

    __tablename__ = "staff_member"

    staff_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    position: Mapped[str] = mapped_column(String(40))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    left_on: Mapped[date | None]


class TrainingCourse(OwnedByUnit, Table):
    """A course that a higher level holds, and to which the station must send people."""

    __tablename__ = "training_course"
    __table_args__ = (CheckConstraint("ends_on >= held_on", name="end_follows_start"),)

    course_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    organiser: Mapped[str] = mapped_column(String(200))
    held_on: Mapped[date]
    ends_on: Mapped[date]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class TrainingPlace(OwnedByUnit, Table):
    """One person's place in one course: required; answered once ``fully`` is known, absent without a day."""

    __tablename__ = "training_place"
    __table_args__ = (
        CheckConstraint("attended_on IS NULL OR fully IS NOT NULL", name="attendance_is_answered"),
        CheckConstraint("fully IS NOT TRUE OR attended_on IS NOT NULL", name="full_attendance_has_a_day"),
    )

    course_id: Mapped[str] = mapped_column(ForeignKey("training_course.course_id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff_member.staff_id"), primary_key=True)
    attended_on: Mapped[date | None]
    fully: Mapped[bool | None]


class KnownPerson(OwnedByUnit, Table):
    """What the registry announced of a pseudonym: under management from, until. No name comes with it."""

    __tablename__ = "known_person"

    case_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_key: Mapped[str] = mapped_column(String(64), index=True)
    managed_from: Mapped[date | None]
    managed_until: Mapped[date | None]
