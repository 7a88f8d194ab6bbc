"""Patients: who they are lies sealed; what stays plain is what events may say of them anyway."""

from datetime import date

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage import OwnedByUnit, Versioned
from services.health.tables.base import Table


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


class KnownPerson(OwnedByUnit, Table):
    """What the registry announced of a pseudonym: under management from, until. No name comes with it.

    ``corrected_version`` is the version of the correction that stands, ``until_version`` that of the latest end that was heard.
    """

    __tablename__ = "known_person"

    case_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_key: Mapped[str] = mapped_column(String(64), index=True)
    managed_from: Mapped[date | None]
    managed_until: Mapped[date | None]
    corrected_version: Mapped[int] = mapped_column(default=0, server_default="0")
    until_version: Mapped[int] = mapped_column(default=0, server_default="0")
