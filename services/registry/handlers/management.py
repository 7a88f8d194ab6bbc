"""Recording signed decisions of user management: to manage, to stop before the term, to end with it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.registry import UserManagementDecided, UserManagementEnded, UserManagementStopped
from services.registry import queries
from services.registry.commands import DecideUserManagement, EndUserManagement, StopUserManagement
from services.registry.domain.management import (
    AlreadyManaged,
    CaseFacts,
    Closing,
    TestFacts,
    check_decision,
    check_end,
    check_stop,
)
from services.registry.law import law
from services.registry.permissions import PERMISSIONS
from services.registry.queries import CaseRecord
from services.registry.tables import Person, TestResult, UserManagementCase, answers_of, case_context


def decide_user_management(command: DecideUserManagement, uow: UnitOfWork) -> CaseRecord:
    """Record a decision: only on a positive test, by the decider of the day of signing, for the law's term."""
    PERMISSIONS.require(uow.by, "user_management.decide")
    person = uow.get(Person, command.person_id)
    test = _test_of(uow, person, command.test_id)
    decision = check_decision(
        law(),
        test=TestFacts(result=test.result, taken_on=test.taken_on, already_used=queries.is_used(uow, test.test_id)),
        has_open_case=queries.open_case_of(uow, person.person_id) is not None,
        decided_on=command.decided_on,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        document_number=command.document_number,
        signer_role=command.signer_role,
        today=uow.today(),
    )
    case_id = uow.new_id()
    case = UserManagementCase(
        case_id=case_id,
        unit_code=uow.unit,
        person_id=person.person_id,
        test_id=test.test_id,
        decided_on=command.decided_on,
        starts_on=decision.starts_on,
        ends_on=decision.ends_on,
        document_number=command.document_number,
        signer_role=command.signer_role,
        regime=decision.regime.code,
        form_code=decision.paper.form_code,
        article=decision.paper.article,
        sealed=_sealed_case(uow, case_id, {"signer_name": command.signer_name, "details": dict(command.details)}),
        decided_by=uow.by.account_id,
        recorded_at=uow.now(),
        version=1,
    )
    try:
        uow.add(case)
        uow.session.flush()
    except IntegrityError:
        raise AlreadyManaged(
            _("Người này vừa có một quyết định quản lý khác; hãy mở lại hồ sơ để xem (INV-1).")
        ) from None
    uow.record(
        UserManagementDecided(
            case_id=case_id,
            person_key=person.person_key,
            decided_on=case.decided_on,
            starts_on=case.starts_on,
            ends_on=case.ends_on,
            regime=case.regime,
            decider_role=decision.regime.user_management.decider_role,
            form_code=case.form_code,
            test_id=case.test_id,
        )
    )
    uow.wrote("user_management.decide", "person", person.person_id, case_id=case_id, regime=case.regime)
    return queries.case_record(uow, case)


def stop_user_management(command: StopUserManagement, uow: UnitOfWork) -> CaseRecord:
    """Record that management stopped before its term, for a reason that the regime of the day of signing knows."""
    PERMISSIONS.require(uow.by, "user_management.stop")
    case = uow.get(UserManagementCase, command.case_id)
    closing = check_stop(
        law(),
        _facts(case),
        stopped_on=command.stopped_on,
        reason=command.reason,
        document_number=command.document_number,
        signer_role=command.signer_role,
        today=uow.today(),
    )
    case.closing_reason = command.reason
    _close(case, command, closing, uow, on=command.stopped_on)
    uow.record(
        UserManagementStopped(
            case_id=case.case_id,
            person_key=uow.get(Person, case.person_id).person_key,
            stopped_on=command.stopped_on,
            reason=command.reason,
            regime=closing.regime.code,
            form_code=closing.paper.form_code,
        )
    )
    uow.wrote("user_management.stop", "person", case.person_id, case_id=case.case_id, reason=command.reason)
    return queries.case_record(uow, case)


def end_user_management(command: EndUserManagement, uow: UnitOfWork) -> CaseRecord:
    """Record that management ended with its term."""
    PERMISSIONS.require(uow.by, "user_management.end")
    case = uow.get(UserManagementCase, command.case_id)
    closing = check_end(
        law(),
        _facts(case),
        ended_on=command.ended_on,
        document_number=command.document_number,
        signer_role=command.signer_role,
        today=uow.today(),
    )
    _close(case, command, closing, uow, on=command.ended_on)
    uow.record(
        UserManagementEnded(
            case_id=case.case_id,
            person_key=uow.get(Person, case.person_id).person_key,
            ended_on=command.ended_on,
            regime=closing.regime.code,
            form_code=closing.paper.form_code,
        )
    )
    uow.wrote("user_management.end", "person", case.person_id, case_id=case.case_id)
    return queries.case_record(uow, case)


def _close(
    case: UserManagementCase,
    command: StopUserManagement | EndUserManagement,
    closing: Closing,
    uow: UnitOfWork,
    *,
    on: date,
) -> None:
    answers = uow.vault.open_answers(*answers_of(case))
    answers |= {"closing_signer_name": command.signer_name, "closing_details": dict(command.details)}
    case.sealed = _sealed_case(uow, case.case_id, answers)
    case.closing, case.closed_on = closing.state, on
    case.closing_document_number = command.document_number
    case.closing_signer_role = command.signer_role
    case.closing_regime, case.closing_form_code = closing.regime.code, closing.paper.form_code
    case.closing_recorded_at, case.closing_recorded_by = uow.now(), uow.by.account_id
    case.version += 1


def _facts(case: UserManagementCase) -> CaseFacts:
    return CaseFacts(decided_on=case.decided_on, ends_on=case.ends_on, state=case.state)


def _sealed_case(uow: UnitOfWork, case_id: str, answers: Mapping[str, Any]) -> bytes:
    return uow.vault.seal_answers(case_context(case_id), answers)


def _test_of(uow: UnitOfWork, person: Person, test_id: str) -> TestResult:
    test = uow.session.get(TestResult, test_id)
    if test is None or test.person_id != person.person_id:
        raise NotUnderstood(_("Kết quả xét nghiệm: hãy chọn một kết quả của chính người này."), field="test_id")
    return test
