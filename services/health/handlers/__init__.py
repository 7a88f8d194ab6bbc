"""The deeds of the health station: each carries out one command, beside it the event and the audit entry."""

from services.health.handlers.counselling import record_counselling
from services.health.handlers.kits import discard_kits, receive_kits, register_kit_product, use_kits
from services.health.handlers.patients import correct_patient, register_patient
from services.health.handlers.training import open_course, record_attendance, register_staff
from services.health.handlers.treatments import admit_to_ost, end_ost_treatment, list_ost_treatment

__all__ = [
    "admit_to_ost",
    "correct_patient",
    "discard_kits",
    "end_ost_treatment",
    "list_ost_treatment",
    "open_course",
    "receive_kits",
    "record_attendance",
    "record_counselling",
    "register_kit_product",
    "register_patient",
    "register_staff",
    "use_kits",
]
