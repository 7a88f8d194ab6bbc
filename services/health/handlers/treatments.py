"""Substitution treatment: taking somebody in, putting the treatment on the ward's list, ending it."""

from chassis.unit_of_work import UnitOfWork
from contracts.health import OstTreatmentAdmitted, OstTreatmentEnded, OstTreatmentListed
from services.health.commands import AdmitToOst, EndOstTreatment, ListOstTreatment
from services.health.domain.treatments import check_admission, check_ending, check_listing
from services.health.queries import treatments as queries
from services.health.tables import OstTreatment, Patient


def admit_to_ost(command: AdmitToOst, uow: UnitOfWork) -> OstTreatment:
    """Take a person into substitution treatment; one treatment at a time."""
    patient = uow.get(Patient, command.patient_id)
    treatments = queries.treatments_of(uow.session, patient.patient_id)
    ended = [each.ended_on for each in treatments if each.ended_on is not None]
    check_admission(
        admitted_on=command.admitted_on,
        open_treatment=any(each.ended_on is None for each in treatments),
        last_ended_on=max(ended, default=None),
    )
    treatment = uow.add(
        OstTreatment(
            treatment_id=uow.new_id(),
            patient_id=patient.patient_id,
            facility_code=command.facility_code,
            admitted_on=command.admitted_on,
            details=command.details,
        )
    )
    uow.record(
        OstTreatmentAdmitted(
            treatment_id=treatment.treatment_id,
            person_key=patient.person_key,
            admitted_on=command.admitted_on,
            facility_code=command.facility_code,
        )
    )
    uow.wrote("ost.admit", "patient", patient.patient_id, treatment=treatment.treatment_id)
    if command.listed_on is not None:
        list_ost_treatment(ListOstTreatment(treatment_id=treatment.treatment_id, listed_on=command.listed_on), uow)
    return treatment


def list_ost_treatment(command: ListOstTreatment, uow: UnitOfWork) -> OstTreatment:
    """Put a treatment on the ward's list, as the ward's plan wants for every patient who lives there."""
    treatment = queries.locked_treatment(uow.session, command.treatment_id)
    check_listing(
        listed_on=command.listed_on,
        admitted_on=treatment.admitted_on,
        ended_on=treatment.ended_on,
        already_listed=treatment.listed_on is not None,
    )
    treatment.listed_on = command.listed_on
    treatment.version += 1
    patient = uow.get(Patient, treatment.patient_id)
    uow.record(
        OstTreatmentListed(
            treatment_id=treatment.treatment_id, person_key=patient.person_key, listed_on=command.listed_on
        )
    )
    uow.wrote("ost.list", "patient", treatment.patient_id, treatment=treatment.treatment_id)
    return treatment


def end_ost_treatment(command: EndOstTreatment, uow: UnitOfWork) -> OstTreatment:
    """End a treatment. The reason travels with the fact; what lies behind it stays here."""
    treatment = queries.locked_treatment(uow.session, command.treatment_id)
    check_ending(
        ended_on=command.ended_on,
        admitted_on=treatment.admitted_on,
        already_ended=treatment.ended_on is not None,
        listed_on=treatment.listed_on,
    )
    treatment.ended_on, treatment.end_reason = command.ended_on, command.reason
    treatment.details = {**treatment.details, **command.details}
    treatment.version += 1
    patient = uow.get(Patient, treatment.patient_id)
    uow.record(
        OstTreatmentEnded(
            treatment_id=treatment.treatment_id,
            person_key=patient.person_key,
            ended_on=command.ended_on,
            reason=command.reason,
        )
    )
    uow.wrote("ost.end", "patient", treatment.patient_id, treatment=treatment.treatment_id, reason=command.reason)
    return treatment
