"""The deeds of the health station: each carries out one command, beside it the event and the audit entry."""

from services.health.handlers.counselling import record_counselling
from services.health.handlers.determination import (
    cancel_determination,
    close_request,
    end_observation,
    examine_person,
    receive_person_on_paper,
    receive_requested_person,
    receive_volunteer,
    record_dossier,
    start_observation,
)
from services.health.handlers.kits import discard_kits, receive_kits, register_kit_product, use_kits
from services.health.handlers.patients import correct_patient, register_patient
from services.health.handlers.results import (
    approve_determination,
    conclude_determination,
    correct_determination,
    hand_over_result,
    send_back_determination,
    sign_determination,
)
from services.health.handlers.training import open_course, record_attendance, register_staff
from services.health.handlers.treatments import admit_to_ost, end_ost_treatment, list_ost_treatment

__all__ = [
    "admit_to_ost",
    "approve_determination",
    "cancel_determination",
    "close_request",
    "conclude_determination",
    "correct_determination",
    "correct_patient",
    "discard_kits",
    "end_observation",
    "end_ost_treatment",
    "examine_person",
    "hand_over_result",
    "list_ost_treatment",
    "open_course",
    "receive_kits",
    "receive_person_on_paper",
    "receive_requested_person",
    "receive_volunteer",
    "record_attendance",
    "record_counselling",
    "record_dossier",
    "register_kit_product",
    "register_patient",
    "register_staff",
    "send_back_determination",
    "sign_determination",
    "start_observation",
    "use_kits",
]
