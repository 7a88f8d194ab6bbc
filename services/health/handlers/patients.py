"""Opening and correcting the file of a patient."""

from collections.abc import Mapping

from chassis.errors import RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.health.commands import CorrectPatient, RegisterPatient
from services.health.domain.identity import normalise_number
from services.health.queries import patients as queries
from services.health.tables import Patient, PatientSearchToken


def register_patient(command: RegisterPatient, uow: UnitOfWork) -> Patient:
    """Open a patient's file. The personal number gives the same pseudonym as in the registry."""
    patient_id, patient_number = uow.new_id(), queries.take_patient_number(uow)
    number = normalise_number(command.personal_number) if command.personal_number else None
    number_index = queries.number_index(number, uow.vault)
    if number_index is not None and queries.patient_with_number(uow.session, number_index):
        raise RuleBroken(
            _("Số định danh: số này đã có trong sổ bệnh nhân; hãy tìm hồ sơ cũ theo số."),
            code="already_registered",
            field="personal_number",
        )
    patient = uow.add(
        Patient(
            patient_id=patient_id,
            patient_number=patient_number,
            person_key=uow.person_key(number, patient_id),
            number_index=number_index,
            sex=command.sex,
            birth_year=_year(command.birth_date),
            sealed=b"",
            registered_on=uow.today(),
        )
    )
    _seal_identity(patient, command, uow, personal_number=number, confirmed=command.confirmed_warnings)
    uow.wrote("patient.register", "patient", patient_id, confirmed=",".join(sorted(command.confirmed_warnings)))
    return patient


def correct_patient(command: CorrectPatient, uow: UnitOfWork) -> Patient:
    """Correct what is known of a patient; the personal number stays, because the pseudonym comes from it."""
    patient = uow.get(Patient, command.patient_id, version=command.version)
    known = queries.identity_of(patient, uow.vault)
    patient.sex, patient.birth_year = command.sex, _year(command.birth_date)
    _seal_identity(patient, command, uow, personal_number=known["personal_number"], confirmed=known["confirmed"])
    uow.wrote("patient.correct", "patient", patient.patient_id)
    return patient


def _seal_identity(
    patient: Patient,
    command: RegisterPatient | CorrectPatient,
    uow: UnitOfWork,
    *,
    personal_number: str | None,
    confirmed: Mapping[str, str],
) -> None:
    """Seal who the patient is and make the names findable."""
    patient.sealed = uow.vault.seal_answers(
        f"patient/{patient.patient_id}",
        {
            "full_name": command.full_name,
            "birth_date": command.birth_date,
            "personal_number": personal_number,
            "details": command.details,
            "confirmed": dict(confirmed),
        },
    )
    uow.session.flush()
    queries.forget_tokens(uow.session, patient.patient_id)
    for token in uow.vault.search_tokens("patient.full_name", command.full_name):
        uow.add(PatientSearchToken(patient_id=patient.patient_id, token=token))


def _year(birth_date: str | None) -> int | None:
    return int(birth_date[:4]) if birth_date else None
