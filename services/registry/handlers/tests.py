"""Entering the results of tests for drugs in the body, and withdrawing those that were entered by mistake."""

from datetime import date, datetime

from sqlalchemy import select

from chassis.clock import LOCAL_ZONE
from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.registry import TestResultRecorded, TestResultWithdrawn
from services.registry import queries
from services.registry.commands import RecordTestResult, WithdrawTestResult
from services.registry.domain import identity
from services.registry.domain.codes import POSITIVE
from services.registry.domain.history import History
from services.registry.domain.sampling import check_sampling, check_test_days
from services.registry.domain.terms import time_of_day
from services.registry.domain.use import acts_on_freed_use, acts_on_use, request_stands_on, told_by
from services.registry.handlers.acts import enter
from services.registry.handlers.annulments import OthersFollow, annul
from services.registry.law import law
from services.registry.permissions import PERMISSIONS
from services.registry.queries import TestRecord
from services.registry.queries.persons import person_at_hand
from services.registry.tables import Act, Person, TestResult, answers_of, test_context
from services.registry.tables.books import UseIncident

REASON = "withdrawal_reason"


def record_test_result(command: RecordTestResult, uow: UnitOfWork) -> TestRecord:
    """Enter a test. Its receipt begins the time in which a positive result must be decided on."""
    PERMISSIONS.require(uow.by, "test_result.write")
    person = person_at_hand(uow, command.person_id)
    taken_at = _instant(command.taken_on, command.taken_time, "taken_time")
    received_at = _instant(
        command.received_on or command.taken_on, command.received_time or command.taken_time, "received_time"
    )
    check_test_days(taken_at=taken_at, received_at=received_at, now=uow.now())
    regime = law().regime_on(command.taken_on)
    birth_date = uow.vault.open_answers(*answers_of(person))["birth_date"]
    check_sampling(
        regime.sampling,
        sample=command.sample,
        result=command.result,
        substances=tuple(command.substances),
        same_sex_officer=command.same_sex_officer,
        guardian_present=command.guardian_present,
        minor=identity.is_minor(birth_date, command.taken_on),
    )
    test_id = uow.new_id()
    test = uow.add(
        TestResult(
            test_id=test_id,
            unit_code=uow.unit,
            person_id=person.person_id,
            taken_on=command.taken_on,
            taken_at=taken_at,
            received_at=received_at,
            sample=command.sample,
            result=command.result,
            reason_code=command.reason_code,
            substances=list(command.substances),
            same_sex_officer=command.same_sex_officer,
            guardian_present=command.guardian_present,
            regime=regime.code,
            sealed=uow.vault.seal_answers(test_context(test_id), command.details),
            recorded_at=uow.now(),
            recorded_by=uow.by.account_id,
        )
    )
    uow.record(
        TestResultRecorded(
            test_id=test_id,
            person_key=person.person_key,
            taken_on=test.taken_on,
            result=test.result,
            substances=tuple(test.substances),
        )
    )
    uow.wrote("test_result.record", "person", person.person_id, test_id=test_id, result=test.result)
    uow.session.flush()
    if test.result == POSITIVE:
        _tell_the_cases(uow, person, test, remote=command.remote)
    return queries.test_record(uow, test)


def withdraw_test_result(command: WithdrawTestResult, uow: UnitOfWork) -> TestRecord:
    """Withdraw a test that was entered by mistake, and annul what it alone entered in the cases.

    Refused while something else stands on it: that is annulled first.
    """
    PERMISSIONS.require(uow.by, "test_result.write")
    test = uow.get(TestResult, command.test_id)
    if test.withdrawn_at is not None:
        raise RuleBroken(_("Kết quả xét nghiệm này đã được rút."), code="already_withdrawn")
    person = uow.get(Person, test.person_id)
    before = queries.history_of(uow, person)
    _check_what_stands_on_it(uow, test, before)
    details = {**uow.vault.open_answers(*answers_of(test)), REASON: command.reason}
    test.sealed = uow.vault.seal_answers(test_context(test.test_id), details)
    test.withdrawn_at, test.withdrawn_by = uow.now(), uow.by.account_id
    uow.session.flush()
    uow.record(TestResultWithdrawn(test_id=test.test_id, person_key=person.person_key, withdrawn_on=uow.today()))
    uow.wrote("test_result.withdraw", "person", person.person_id, test_id=test.test_id)
    for act in reversed(told_by(before, test.test_id)):
        annul(uow, uow.get(Act, act.act_id), command.reason)
    for draft in acts_on_freed_use(law(), before, queries.history_of(uow, person)):
        enter(uow, person, draft)
    return queries.test_record(uow, test)


def _check_what_stands_on_it(uow: UnitOfWork, test: TestResult, history: History) -> None:
    incident = select(UseIncident.incident_id).where(
        UseIncident.test_id == test.test_id, UseIncident.withdrawn_at.is_(None)
    )
    if uow.session.scalar(incident.limit(1)) is not None:
        raise OthersFollow(
            _("Sổ «Hành vi sử dụng trái phép bị phát hiện» có dòng ghi theo kết quả này; hãy huỷ dòng đó trước."),
            field="reason",
        )
    if request_stands_on(history, test.test_id):
        raise OthersFollow(
            _("Đề nghị xác định tình trạng nghiện dựa trên kết quả này; hãy hủy đề nghị đó trước (INV-8)."),
            field="reason",
        )


def _tell_the_cases(uow: UnitOfWork, person: Person, test: TestResult, *, remote: bool) -> None:
    history = queries.history_of(uow, person)
    facts = next(each for each in history.tests if each.test_id == test.test_id)
    for draft in acts_on_use(law(), history, facts, remote=remote):
        enter(uow, person, draft)


def _instant(day: date, typed: str, field: str) -> datetime:
    """Return the instant of a day and a time of day in Việt Nam."""
    moment = time_of_day(typed)
    if moment is None:
        raise NotUnderstood(_("Giờ: hãy ghi giờ và phút, ví dụ 16:00."), field=field)
    return datetime.combine(day, moment, LOCAL_ZONE)
