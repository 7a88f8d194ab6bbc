"""Staff, the courses they must attend, and whether they did."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage import OwnedByUnit, Versioned
from services.health.tables.base import Table


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
