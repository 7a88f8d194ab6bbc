"""Determining whether somebody is addicted: papers, reception, examination, observation, and ending without a result.

What is found stays sealed at the station; the registry is told of days and codes.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chassis.clock import LOCAL_ZONE
from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.health import DeterminationCancelled, DeterminationReceived
from services.health.commands import (
    CancelDetermination,
    CloseRequest,
    EndObservation,
    ExaminePerson,
    ReceivePersonOnPaper,
    ReceiveRequestedPerson,
    ReceiveVolunteer,
    RecordDossier,
    RegisterPatient,
    StartObservation,
)
from services.health.domain.determination import (
    CANCELLED,
    CRITERIA,
    IN_EXAMINATION,
    IN_OBSERVATION,
    INCONCLUSIVE,
    NOT_THE_SAME,
    PERSON,
    TO_CONCLUDE,
    TO_OBSERVE,
    UNDER_WAY,
    check_not_before,
    check_reception,
    check_stage,
    outcome_after_observation,
    outcome_of,
)
from services.health.domain.identity import normalise_number
from services.health.domain.times import time_of_day
from services.health.handlers.patients import register_patient
from services.health.law import law
from services.health.queries import determination as queries
from services.health.queries import patients as patient_queries
from services.health.tables import Determination, DeterminationRequest, Patient

CONTACT = ("address", "phone", "contact_person")
"""What a reception on paper asks for the patient's file, not for the determination."""

# -- the request ----------------------------------------------------------------------------------------------------------------


def record_dossier(command: RecordDossier, uow: UnitOfWork) -> DeterminationRequest:
    """Note when the papers of a request arrived; where staff must go out, their time runs from then."""
    request = queries.request(uow, command.request_id)
    _check_open(request)
    request.dossier_at = instant_of(uow, command.dossier_on, command.dossier_time, "dossier_time")
    request.on_site = command.on_site
    uow.wrote("determination.dossier", "determination_request", request.request_id, on_site=command.on_site)
    return request


def close_request(command: CloseRequest, uow: UnitOfWork) -> DeterminationRequest:
    """End a request for which nobody was received, and say so to who asked."""
    request = queries.request(uow, command.request_id)
    _check_open(request)
    if queries.determination_for(uow.session, request.request_id) is not None:
        raise RuleBroken(_("Đã tiếp nhận người này; hãy dừng ở hồ sơ xác định."), code="already_received")
    check_not_before(command.closed_on, request.requested_on or command.closed_on, field="closed_on")
    request.closed_on, request.closing_reason = command.closed_on, command.reason
    uow.record(
        DeterminationCancelled(
            determination_id=request.request_id,
            request_id=request.request_id,
            person_key=str(request.person_key),
            cancelled_on=command.closed_on,
            reason=command.reason,
        )
    )
    uow.wrote("determination.close_request", "determination_request", request.request_id, reason=command.reason)
    return request


def _check_open(request: DeterminationRequest) -> None:
    if request.requested_on is None or request.withdrawn_on or request.closed_on:
        raise RuleBroken(_("Đề nghị này đã được rút hoặc đã đóng."), code="closed")


# -- reception ------------------------------------------------------------------------------------------------------------------


def receive_requested_person(command: ReceiveRequestedPerson, uow: UnitOfWork) -> Determination:
    """Receive the person of a request; who it is was given by the registry and is kept sealed with the rest of the file."""
    request = _receivable(uow, command.request_id, command.received_on)
    identity = command.file.get("identity")
    if not identity:
        raise RuleBroken(_("Chưa có hồ sơ từ Công an; hãy tiếp nhận theo giấy đề nghị."), code="no_file")
    patient = _patient_of(request, _registration(identity), uow, named_by_registry=True)
    return _receive(
        request, patient, uow, on=command.received_on, time=command.received_time,
        findings={"file": dict(command.file), "reception": command.details},
    )  # fmt: skip


def receive_person_on_paper(command: ReceivePersonOnPaper, uow: UnitOfWork) -> Determination:
    """Receive the person of a request by its papers, because the registry did not answer.

    The number typed must be the one that the request is about; where it is not, somebody says why they are sure.
    """
    request = _receivable(uow, command.request_id, command.received_on)
    if not queries.speaks_of(request, command.personal_number, uow) and not command.confirmed_warnings.get(
        "personal_number"
    ):
        raise NotUnderstood(NOT_THE_SAME, code="another_person", field="personal_number")
    contact = {name: value for name, value in command.details.items() if name in CONTACT}
    registration = RegisterPatient(
        full_name=command.full_name,
        sex=command.sex,
        birth_date=command.birth_date,
        personal_number=command.personal_number,
        details=contact,
        confirmed_warnings=command.confirmed_warnings,
    )
    reception = {name: value for name, value in command.details.items() if name not in CONTACT}
    patient = _patient_of(request, registration, uow)
    return _receive(
        request, patient, uow, on=command.received_on, time=command.received_time,
        findings={"reception": {**reception, "confirmed": dict(command.confirmed_warnings)}},
    )  # fmt: skip


def receive_volunteer(command: ReceiveVolunteer, uow: UnitOfWork) -> Determination:
    """Receive somebody who came by themselves, without a request of an agency."""
    patient = uow.get(Patient, command.patient_id)
    if queries.under_way_of(uow.session, patient.patient_id) is not None:
        raise RuleBroken(_("Người này đang có một hồ sơ xác định chưa xong; hãy làm tiếp hồ sơ đó."), code="under_way")
    return _receive(
        None, patient, uow, on=command.received_on, time=command.received_time,
        findings={"reception": command.details},
    )  # fmt: skip


def _receivable(uow: UnitOfWork, request_id: str, received_on: date) -> DeterminationRequest:
    request = queries.request(uow, request_id)
    if queries.determination_for(uow.session, request_id) is not None:
        raise RuleBroken(_("Đã tiếp nhận người của đề nghị này."), code="already_received")
    check_reception(
        received_on=received_on,
        requested_on=request.requested_on,
        withdrawn=request.withdrawn_on is not None,
        closed=request.closed_on is not None,
    )
    return request


def _registration(identity: Mapping[str, Any]) -> RegisterPatient:
    """Return what the station keeps of the identity that the registry gave."""
    kept = {name: identity.get(name) for name in CONTACT}
    return RegisterPatient(
        full_name=str(identity["full_name"]),
        sex=str(identity["sex"]),
        birth_date=identity.get("birth_date"),
        personal_number=identity.get("personal_number"),
        details={name: value for name, value in kept.items() if value},
    )


def _patient_of(
    request: DeterminationRequest, registration: RegisterPatient, uow: UnitOfWork, *, named_by_registry: bool = False
) -> Patient:
    """Find the patient behind a request, by pseudonym and by number, or open a file.

    A new file of somebody whom the registry named, or who has no number, takes the pseudonym of the request, so that both
    agencies speak of one person.
    """
    known = patient_queries.patients_by_key(uow.session, [str(request.person_key)]).get(str(request.person_key))
    if known is not None:
        return known
    number = normalise_number(registration.personal_number) if registration.personal_number else None
    index = patient_queries.number_index(number, uow.vault)
    known = patient_queries.patient_with_number(uow.session, index) if index else None
    if known is not None:
        return known
    patient = register_patient(registration, uow)
    if named_by_registry or number is None:
        patient.person_key = str(request.person_key)
    return patient


def _receive(
    request: DeterminationRequest | None,
    patient: Patient,
    uow: UnitOfWork,
    *,
    on: date,
    time: str,
    findings: Mapping[str, Any],
) -> Determination:
    """Open the determination, or join the request to the one that is under way for somebody who came before it."""
    received_at = instant_of(uow, on, time, "received_time")
    found = queries.under_way_of(uow.session, patient.patient_id)
    if found is None:
        rules = law().regime_on(on).determination
        found = uow.add(
            Determination(
                determination_id=uow.new_id(),
                patient_id=patient.patient_id,
                person_key=patient.person_key,
                requester=PERSON,
                ground=rules.voluntary_ground,
                received_at=received_at,
                received_on=on,
                received_by=uow.by.account_id,
                stage=IN_EXAMINATION,
                result_version=0,
                sealed=b"",
            )
        )
        keep_findings(found, uow, {})
    elif found.request_id is not None or found.result_version > 0:
        raise RuleBroken(_("Người này đang có một hồ sơ xác định chưa xong; hãy làm tiếp hồ sơ đó."), code="under_way")
    if request is not None:
        found.request_id, found.person_key = request.request_id, str(request.person_key)
        found.requester, found.ground = str(request.requester), str(request.ground)
    keep_findings(found, uow, {**queries.findings_of(found, uow.vault), **findings})
    uow.record(
        DeterminationReceived(
            determination_id=found.determination_id,
            request_id=found.request_id,
            person_key=found.person_key,
            received_on=found.received_on,
        )
    )
    uow.wrote("determination.receive", "patient", patient.patient_id, determination=found.determination_id)
    return found


# -- examination and observation ------------------------------------------------------------------------------------------------


def examine_person(command: ExaminePerson, uow: UnitOfWork) -> Determination:
    """Record the six criteria; they are conclusive, or the person is to be observed."""
    found = held_at(uow, command.determination_id, (IN_EXAMINATION, TO_OBSERVE, TO_CONCLUDE))
    if found.observed_from is not None or found.result_version > 0:
        raise RuleBroken(_("Đã theo dõi hoặc đã có kết quả; không ghi lại lần khám."), code="wrong_stage")
    check_not_before(command.examined_on, found.received_on, field="examined_on")
    marks = marks_of(command)
    found.outcome = outcome_of(marks, simultaneous=command.simultaneous, unclear=command.unclear)
    found.stage = TO_OBSERVE if found.outcome == INCONCLUSIVE else TO_CONCLUDE
    found.examined_on, found.examined_by = command.examined_on, uow.by.account_id
    said = {"marks": marks, "simultaneous": command.simultaneous, "unclear": command.unclear, "notes": command.details}
    _add_findings(found, uow, "examination", said)
    uow.wrote("determination.examine", "patient", found.patient_id, determination=found.determination_id)
    return found


def start_observation(command: StartObservation, uow: UnitOfWork) -> Determination:
    """Begin to observe the person with the sheet for the kind of drug."""
    found = held_at(uow, command.determination_id, (TO_OBSERVE,))
    check_not_before(command.observed_from, found.examined_on or found.received_on, field="observed_from")
    found.sheet, found.observed_from, found.stage = command.sheet, command.observed_from, IN_OBSERVATION
    _add_findings(found, uow, "observation", {"notes": command.details})
    uow.wrote("determination.observe", "patient", found.patient_id, determination=found.determination_id)
    return found


def end_observation(command: EndObservation, uow: UnitOfWork) -> Determination:
    """End the observation; the criteria as they stand now lead to a conclusion."""
    found = held_at(uow, command.determination_id, (IN_OBSERVATION,))
    check_not_before(command.observed_until, found.observed_from or found.received_on, field="observed_until")
    marks = marks_of(command)
    found.outcome = outcome_after_observation(marks, simultaneous=command.simultaneous)
    found.observed_until, found.stage = command.observed_until, TO_CONCLUDE
    began = queries.findings_of(found, uow.vault).get("observation", {}).get("notes", {})
    said = {"marks": marks, "simultaneous": command.simultaneous, "notes": {**began, **command.details}}
    _add_findings(found, uow, "observation", said)
    uow.wrote("determination.observed", "patient", found.patient_id, determination=found.determination_id)
    return found


def cancel_determination(command: CancelDetermination, uow: UnitOfWork) -> Determination:
    """End a determination that comes to no result; one that has a result is corrected, never cancelled."""
    found = held_at(uow, command.determination_id, UNDER_WAY)
    if found.result_version > 0:
        raise RuleBroken(_("Hồ sơ này đã có kết quả; chỉ sửa kết quả bằng bản mới, có lý do."), code="has_a_result")
    check_not_before(command.cancelled_on, found.received_on, field="cancelled_on")
    draft = queries.draft_of(uow.session, found.determination_id)
    if draft is not None:
        uow.session.delete(draft)
    found.stage, found.cancelled_on, found.cancel_reason = CANCELLED, command.cancelled_on, command.reason
    _add_findings(found, uow, "cancelling", {"notes": command.details})
    uow.record(
        DeterminationCancelled(
            determination_id=found.determination_id,
            request_id=found.request_id,
            person_key=found.person_key,
            cancelled_on=command.cancelled_on,
            reason=command.reason,
        )
    )
    uow.wrote("determination.cancel", "patient", found.patient_id, determination=found.determination_id)
    return found


# -- for both modules of deeds ------------------------------------------------------------------------------------------------

WRONG_STAGE = _("Hồ sơ không ở bước này; hãy mở lại hồ sơ để xem bước tiếp theo.")


def held_at(uow: UnitOfWork, determination_id: str, stages: tuple[str, ...]) -> Determination:
    """Return a determination at one of these stages, held and in its next version; refuse any other stage."""
    found = queries.determination(uow, determination_id)
    check_stage(found.stage, stages, WRONG_STAGE)
    found.version += 1
    return found


def marks_of(command: Any) -> dict[str, str]:
    """Return the marks of the six criteria that an order holds."""
    return {name: getattr(command, name) for name in CRITERIA}


def keep_findings(found: Determination, uow: UnitOfWork, findings: Mapping[str, Any]) -> None:
    """Seal what was found."""
    found.sealed = uow.vault.seal_answers(f"determination/{found.determination_id}", findings)


def instant_of(uow: UnitOfWork, day: date, typed: str, field: str) -> datetime:
    """Return the instant of a day and a time of day that were typed; refuse what is no time, or is yet to come."""
    read = time_of_day(typed)
    if read is None:
        raise NotUnderstood(_("Hãy ghi giờ dạng 16:00."), field=field)
    instant = datetime.combine(day, read, LOCAL_ZONE)
    if instant > uow.now():
        raise NotUnderstood(_("Giờ này chưa đến; hãy ghi lúc đã qua."), field=field)
    return instant


def _add_findings(found: Determination, uow: UnitOfWork, part: str, said: Mapping[str, Any]) -> None:
    keep_findings(found, uow, {**queries.findings_of(found, uow.vault), part: dict(said)})
