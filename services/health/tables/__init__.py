"""What the health station keeps: patients (sealed), treatments, counselling, determinations, test kits, staff and courses."""

from services.health.tables.base import CHASSIS, Table
from services.health.tables.care import Counselling, OstTreatment
from services.health.tables.determination import (
    Determination,
    DeterminationCopy,
    DeterminationPaper,
    DeterminationRequest,
    DeterminationResult,
    DocumentNumber,
)
from services.health.tables.kits import KitLot, KitMove, KitProduct
from services.health.tables.patients import KnownPerson, Patient, PatientSearchToken
from services.health.tables.training import StaffMember, TrainingCourse, TrainingPlace

__all__ = [
    "CHASSIS",
    "Counselling",
    "Determination",
    "DeterminationCopy",
    "DeterminationPaper",
    "DeterminationRequest",
    "DeterminationResult",
    "DocumentNumber",
    "KitLot",
    "KitMove",
    "KitProduct",
    "KnownPerson",
    "OstTreatment",
    "Patient",
    "PatientSearchToken",
    "StaffMember",
    "Table",
    "TrainingCourse",
    "TrainingPlace",
]
