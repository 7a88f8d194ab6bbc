"""The result of a determination: concluded, signed, approved and numbered, handed over, corrected by a new version."""

from datetime import date
from typing import Any

from chassis.errors import RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.health import DeterminationConcluded, DeterminationCorrected, DeterminationReturned
from services.health.commands import (
    ApproveDetermination,
    ConcludeDetermination,
    CorrectDetermination,
    HandOverResult,
    SendBackDetermination,
    SignDetermination,
)
from services.health.documents import result_paper, sha256_of
from services.health.domain.determination import (
    CONCLUDED,
    FOR_APPROVAL,
    FOR_SIGNATURE,
    RETURNED,
    TO_CONCLUDE,
    WITH_RESULT,
    check_approver,
    check_conclusion,
    check_doctor,
    check_not_before,
    check_signer,
    entitled_to_result,
    needs_approval,
    outcome_after_observation,
)
from services.health.handlers.determination import held_at, instant_of, marks_of
from services.health.law import law
from services.health.queries import determination as queries
from services.health.queries import patients as patient_queries
from services.health.tables import (
    Determination,
    DeterminationCopy,
    DeterminationPaper,
    DeterminationResult,
    Patient,
)


def conclude_determination(command: ConcludeDetermination, uow: UnitOfWork) -> Determination:
    """Write the conclusion to which the criteria lead; the doctor who does so signs it."""
    found = held_at(uow, command.determination_id, (TO_CONCLUDE,))
    rules = law().regime_on(command.concluded_on).determination
    check_doctor(rules, qualification=command.qualification, certificate=command.certificate_number)
    check_not_before(
        command.concluded_on, found.observed_until or found.examined_on or found.received_on, field="concluded_on"
    )
    check_conclusion(command.conclusion, str(found.outcome), rules.examination_article)
    _write_draft(found, command, uow, said={"notes": command.details})
    found.stage = FOR_SIGNATURE
    uow.wrote("determination.conclude", "patient", found.patient_id, determination=found.determination_id)
    return found


def sign_determination(command: SignDetermination, uow: UnitOfWork) -> Determination:
    """Sign the conclusion. Somebody who came by themselves has the result now; an agency's waits for the head."""
    found = held_at(uow, command.determination_id, (FOR_SIGNATURE,))
    draft = _draft(found, uow)
    check_signer(by=uow.by.account_id, concluded_by=draft.concluded_by)
    draft.signed_at, draft.signed_by = uow.now(), uow.by.account_id
    uow.wrote("determination.sign", "patient", found.patient_id, determination=found.determination_id)
    if needs_approval(found.requester):
        found.stage = FOR_APPROVAL
    else:
        _issue(found, draft, uow)
    return found


def approve_determination(command: ApproveDetermination, uow: UnitOfWork) -> Determination:
    """Approve what the doctor signed; with it the result has its number and is announced."""
    found = held_at(uow, command.determination_id, (FOR_APPROVAL,))
    draft = _draft(found, uow)
    rules = law().regime_on(uow.today()).determination
    check_approver(by=uow.by.account_id, signed_by=str(draft.signed_by), article=rules.approval_article)
    draft.approved_at, draft.approved_by = uow.now(), uow.by.account_id
    uow.wrote("determination.approve", "patient", found.patient_id, determination=found.determination_id)
    _issue(found, draft, uow)
    return found


def send_back_determination(command: SendBackDetermination, uow: UnitOfWork) -> Determination:
    """Give a draft back to the doctor with a reason; a correction that is given back leaves the result as it was."""
    found = held_at(uow, command.determination_id, (FOR_SIGNATURE, FOR_APPROVAL))
    draft = _draft(found, uow)
    said = queries.findings_of(found, uow.vault)
    back = [*said.get("sent_back", []), {"on": uow.today(), "by": uow.by.account_id, "reason": command.reason}]
    found.sealed = uow.vault.seal_answers(f"determination/{found.determination_id}", {**said, "sent_back": back})
    uow.session.delete(draft)
    uow.session.flush()
    found.stage = TO_CONCLUDE if found.result_version == 0 else _stage_of_result(found, uow)
    uow.wrote("determination.send_back", "patient", found.patient_id, determination=found.determination_id)
    return found


def correct_determination(command: CorrectDetermination, uow: UnitOfWork) -> Determination:
    """Write a new version of a result; it counts when it is signed and approved as the first one was."""
    found = held_at(uow, command.determination_id, WITH_RESULT)
    rules = law().regime_on(command.concluded_on).determination
    check_doctor(rules, qualification=command.qualification, certificate=command.certificate_number)
    check_not_before(command.concluded_on, found.received_on, field="concluded_on")
    marks = marks_of(command)
    outcome = outcome_after_observation(marks, simultaneous=command.simultaneous)
    check_conclusion(command.conclusion, outcome, rules.criteria_article)
    said = {"marks": marks, "simultaneous": command.simultaneous, "reason": command.reason, "notes": command.details}
    _write_draft(found, command, uow, said=said)
    found.stage, found.outcome = FOR_SIGNATURE, outcome
    uow.wrote("determination.correct", "patient", found.patient_id, determination=found.determination_id)
    return found


def hand_over_result(command: HandOverResult, uow: UnitOfWork) -> Determination:
    """Note to whom a copy of the result in force was handed, and when."""
    found = held_at(uow, command.determination_id, WITH_RESULT)
    result = _in_force(found, uow)
    entitled = recipients_of(found, result, uow)
    if command.recipient not in entitled:
        raise RuleBroken(_("Người này không thuộc diện được nhận kết quả."), code="not_entitled", field="recipient")
    handed = {copy.recipient for copy in queries.copies_of(uow.session, [result.result_id])}
    if command.recipient in handed:
        raise RuleBroken(_("Đã trả kết quả cho nơi này."), code="already_handed", field="recipient")
    check_not_before(command.handed_on, result.issued_on or command.handed_on, field="handed_on")
    copy_id = uow.new_id()
    uow.add(
        DeterminationCopy(
            copy_id=copy_id,
            result_id=result.result_id,
            recipient=command.recipient,
            handed_at=instant_of(uow, command.handed_on, command.handed_time, "handed_time"),
            handed_on=command.handed_on,
            handed_by=uow.by.account_id,
            sealed=uow.vault.seal_answers(f"determination_copy/{copy_id}", command.details),
        )
    )
    uow.record(
        DeterminationReturned(
            determination_id=found.determination_id,
            request_id=found.request_id,
            person_key=found.person_key,
            returned_on=command.handed_on,
            recipient=command.recipient,
        )
    )
    uow.session.flush()
    found.stage = _stage_of_result(found, uow)
    uow.wrote(
        "determination.hand_over", "patient", found.patient_id,
        determination=found.determination_id, recipient=command.recipient,
    )  # fmt: skip
    return found


def recipients_of(found: Determination, result: DeterminationResult, uow: UnitOfWork) -> tuple[str, ...]:
    """Return who is entitled to a copy of a result; the age is the one on the day of the conclusion."""
    patient = uow.get(Patient, found.patient_id)
    birth_date = patient_queries.identity_of(patient, uow.vault)["birth_date"]
    return entitled_to_result(requester=found.requester, birth_date=birth_date, on=result.concluded_on)


# -- issuing ------------------------------------------------------------------------------------------------------------------


def _issue(found: Determination, draft: DeterminationResult, uow: UnitOfWork) -> None:
    """Give the result its number, print it and announce it: in one transaction, or not at all."""
    today = uow.today()
    regime = law().regime_on(today)
    paper = regime.determination.paper(found.requester)
    number = queries.take_number(uow, year=today.year, symbol=paper.symbol)
    draft.regime, draft.form_code, draft.symbol = regime.code, paper.form_code, paper.symbol
    draft.issued_on, draft.number_year, draft.number = today, today.year, number
    found.result_version = draft.result_version
    found.stage = CONCLUDED
    printed = result_paper(found, draft, uow)
    uow.add(
        DeterminationPaper(
            result_id=draft.result_id,
            sha256=sha256_of(printed),
            made_at=uow.now(),
            sealed=uow.vault.seal(f"determination_paper/{draft.result_id}", printed),
        )
    )
    uow.record(_announcement(found, draft, today))
    uow.wrote(
        "determination.issue", "patient", found.patient_id,
        determination=found.determination_id, number=draft.number, form=paper.form_code,
    )  # fmt: skip


def _announcement(
    found: Determination, result: DeterminationResult, on: date
) -> DeterminationConcluded | DeterminationCorrected:
    said: dict[str, Any] = {
        "determination_id": found.determination_id,
        "request_id": found.request_id,
        "person_key": found.person_key,
        "conclusion": result.conclusion,
        "concluded_on": result.concluded_on,
        "regime": result.regime,
        "form_code": result.form_code,
    }
    if result.result_version == 1:
        return DeterminationConcluded(**said)
    return DeterminationCorrected(**said, corrected_on=on, result_version=result.result_version)


def _write_draft(
    found: Determination,
    command: ConcludeDetermination | CorrectDetermination,
    uow: UnitOfWork,
    *,
    said: dict[str, Any],
) -> None:
    result_id = uow.new_id()
    uow.add(
        DeterminationResult(
            result_id=result_id,
            determination_id=found.determination_id,
            result_version=found.result_version + 1,
            conclusion=command.conclusion,
            concluded_on=command.concluded_on,
            concluded_by=uow.by.account_id,
            qualification=command.qualification,
            sealed=uow.vault.seal_answers(
                f"determination_result/{result_id}", {**said, "certificate": command.certificate_number}
            ),
        )
    )


def _draft(found: Determination, uow: UnitOfWork) -> DeterminationResult:
    draft = queries.draft_of(uow.session, found.determination_id)
    if draft is None:
        raise LookupError(f"determination {found.determination_id} waits for a signature and has no draft")
    return draft


def _in_force(found: Determination, uow: UnitOfWork) -> DeterminationResult:
    result = queries.result_in_force(uow.session, found.determination_id)
    if result is None:
        raise LookupError(f"determination {found.determination_id} is concluded and has no result")
    return result


def _stage_of_result(found: Determination, uow: UnitOfWork) -> str:
    """Return RETURNED once everybody who is entitled to the result in force has it."""
    result = _in_force(found, uow)
    handed = {copy.recipient for copy in queries.copies_of(uow.session, [result.result_id])}
    return RETURNED if set(recipients_of(found, result, uow)) <= handed else CONCLUDED
