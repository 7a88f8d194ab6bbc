"""Substitution treatments and counselling."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage import OwnedByUnit, Versioned
from services.health.tables.base import Table

STILL_OPEN = text("ended_on IS NULL")


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
