"""Orders about patients, treatment, counselling, test kits and training."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RegisterPatient:
    full_name: str
    sex: str
    birth_date: str | None = None
    personal_number: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    confirmed_warnings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CorrectPatient:
    patient_id: str
    version: int
    full_name: str
    sex: str
    birth_date: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AdmitToOst:
    patient_id: str
    admitted_on: date
    facility_code: str
    listed_on: date | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ListOstTreatment:
    treatment_id: str
    listed_on: date


@dataclass(frozen=True, kw_only=True)
class EndOstTreatment:
    treatment_id: str
    ended_on: date
    reason: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RecordCounselling:
    patient_id: str
    held_on: date
    kind: str
    group: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RegisterKitProduct:
    product_code: str
    name: str
    panel: list[str]
    minimum_stock: int
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ReceiveKits:
    product_code: str
    lot_number: str
    expires_on: date
    moved_on: date
    quantity: int
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class UseKits:
    lot_id: str
    moved_on: date
    quantity: int
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DiscardKits:
    lot_id: str
    moved_on: date
    quantity: int
    reason: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RegisterStaff:
    full_name: str
    position: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OpenCourse:
    name: str
    organiser: str
    held_on: date
    ends_on: date | None = None
    staff: list[str]
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RecordAttendance:
    """``attended_on`` is None when the person was absent; ``fully`` is then False."""

    course_id: str
    staff_id: str
    attended_on: date | None = None
    fully: bool = False
