"""Keeping a counselling session, and telling of it what may be told."""

from chassis.unit_of_work import UnitOfWork
from contracts.health import CounsellingHeld
from services.health.commands import RecordCounselling
from services.health.domain.counselling import ANNOUNCED_COUNSELLING
from services.health.tables import Counselling, Patient


def record_counselling(command: RecordCounselling, uow: UnitOfWork) -> Counselling:
    """Keep one counselling session; HIV counselling is kept and not announced."""
    patient = uow.get(Patient, command.patient_id)
    counselling_id = uow.new_id()
    counselling = uow.add(
        Counselling(
            counselling_id=counselling_id,
            patient_id=patient.patient_id,
            held_on=command.held_on,
            kind=command.kind,
            group=command.group,
            counsellor_id=uow.by.account_id,
            sealed=uow.vault.seal_answers(f"counselling/{counselling_id}", command.details),
        )
    )
    if command.kind in ANNOUNCED_COUNSELLING:
        uow.record(
            CounsellingHeld(
                counselling_id=counselling_id,
                person_key=patient.person_key,
                held_on=command.held_on,
                kind=command.kind,
                group=command.group,
            )
        )
    uow.wrote("counselling.record", "patient", patient.patient_id, counselling=counselling_id)
    return counselling
