"""Carries out the orders of the commune police: one transaction each, with its events and its audit entries."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from chassis.clock import LOCAL_ZONE
from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.registry import (
    PersonCorrected,
    PersonRegistered,
    TestResultRecorded,
    UserManagementDecided,
    UserManagementEnded,
    UserManagementStopped,
)
from services.registry import queries
from services.registry.commands import (
    CorrectPerson,
    DecideUserManagement,
    EndUserManagement,
    RecordTestResult,
    RegisterPerson,
    StopUserManagement,
)
from services.registry.domain import identity
from services.registry.domain.management import (
    AlreadyManaged,
    CaseFacts,
    Closing,
    TestFacts,
    check_decision,
    check_end,
    check_sampling,
    check_stop,
    check_test_days,
)
from services.registry.domain.terms import time_of_day
from services.registry.law import law
from services.registry.permissions import PERMISSIONS
from services.registry.queries import CaseRecord, PersonRecord, TestRecord
from services.registry.tables import (
    Person,
    PersonSearchToken,
    TestResult,
    UserManagementCase,
    answers_of,
    case_context,
    person_context,
    test_context,
)


class AlreadyRegistered(RuleBroken):
    """One number of papers is one person of the unit."""

    code = "already_registered"

    def __init__(self, person_id: str) -> None:
        super().__init__(
            _("Số giấy tờ: số này đã có trong sổ, ở hồ sơ /people/%(person_id)s; hãy mở hồ sơ đó thay vì ghi mới.",
              person_id=person_id),
            field="id_number",
        )  # fmt: skip
        self.person_id = person_id


# -- people --------------------------------------------------------------------------------------------------------------------


def register_person(command: RegisterPerson, uow: UnitOfWork) -> PersonRecord:
    """Enter a person. The same number again is refused with the record that has it."""
    PERMISSIONS.require(uow.by, "person.write")
    _check_person(command)
    number = identity.check_papers(command.id_type, command.id_number, command.no_id_reason)
    known = queries.person_with_number(uow, number) if number else None
    if known is not None:
        raise AlreadyRegistered(known.person_id)
    person_id = uow.new_id()
    personal_number = number if command.id_type != "HC" else None
    person = Person(
        person_id=person_id,
        unit_code=uow.unit,
        person_key=uow.person_key(personal_number, person_id),
        number_index=uow.vault.blind_index(queries.NUMBER_INDEX, number) if number else None,
        sex=command.sex,
        birth_year=identity.birth_year(command.birth_date),
        ethnic_group=command.ethnic_group,
        sealed=_sealed_identity(
            command, uow, person_id, id_type=command.id_type, id_number=number, no_id_reason=command.no_id_reason
        ),
        registered_on=uow.today(),
        registered_at=uow.now(),
        registered_by=uow.by.account_id,
        version=1,
    )
    _add_once(
        uow, person, _("Số giấy tờ: số này vừa được ghi vào sổ ở một hồ sơ khác; hãy tìm lại theo số."), "id_number"
    )
    _store_tokens(command, uow, person_id)
    uow.record(
        PersonRegistered(
            person_key=person.person_key,
            sex=person.sex,
            birth_year=person.birth_year,
            ethnic_group=person.ethnic_group,
            registered_on=person.registered_on,
        )
    )
    uow.wrote("person.register", "person", person_id)
    return queries.opened_person(uow, person)


def correct_person(command: CorrectPerson, uow: UnitOfWork) -> PersonRecord:
    """Put a person's details right. It is announced only when statistics may know what changed."""
    PERMISSIONS.require(uow.by, "person.write")
    _check_person(command)
    person = uow.get(Person, command.person_id, version=command.version)
    before = uow.vault.open_answers(*answers_of(person))
    published = person.sex, person.birth_year, person.ethnic_group
    person.sex, person.ethnic_group = command.sex, command.ethnic_group
    person.birth_year = identity.birth_year(command.birth_date)
    person.sealed = _sealed_identity(
        command, uow, person.person_id, **{name: before.get(name) for name in ("id_type", "id_number", "no_id_reason")}
    )
    person.corrected_at, person.corrected_by = uow.now(), uow.by.account_id
    _store_tokens(command, uow, person.person_id)
    if published != (person.sex, person.birth_year, person.ethnic_group):
        uow.record(
            PersonCorrected(
                person_key=person.person_key,
                sex=person.sex,
                birth_year=person.birth_year,
                ethnic_group=person.ethnic_group,
                corrected_on=uow.today(),
            )
        )
    uow.wrote("person.correct", "person", person.person_id, version=person.version)
    return queries.opened_person(uow, person)


def _check_person(command: RegisterPerson | CorrectPerson) -> None:
    identity.check_name("full_name", str(_("Họ và tên")), command.full_name)
    if command.details.get("phone"):
        identity.check_phone(str(command.details["phone"]))


def _sealed_identity(
    command: RegisterPerson | CorrectPerson, uow: UnitOfWork, person_id: str, **papers: str | None
) -> bytes:
    answers = {
        "full_name": command.full_name,
        "birth_date": command.birth_date,
        **papers,
        "details": dict(command.details),
        "confirmed_warnings": dict(command.confirmed_warnings),
    }
    return uow.vault.seal_answers(person_context(person_id), answers)


def _store_tokens(command: RegisterPerson | CorrectPerson, uow: UnitOfWork, person_id: str) -> None:
    """Make the person findable by the present names and by no earlier ones."""
    wanted = queries.name_tokens(uow, command.full_name, command.details.get("other_name"))
    for row in queries.tokens_of(uow, person_id):
        if row.token in wanted:
            wanted.discard(row.token)
        else:
            uow.session.delete(row)
    uow.session.add_all(
        PersonSearchToken(unit_code=uow.unit, token=token, person_id=person_id) for token in sorted(wanted)
    )


# -- tests ---------------------------------------------------------------------------------------------------------------------


def record_test_result(command: RecordTestResult, uow: UnitOfWork) -> TestRecord:
    """Enter a test. Its receipt begins the time in which a positive result must be decided on."""
    PERMISSIONS.require(uow.by, "test_result.write")
    person = uow.get(Person, command.person_id)
    taken_at = _instant(command.taken_on, command.taken_time, "taken_time")
    received_at = _instant(
        command.received_on or command.taken_on, command.received_time or command.taken_time, "received_time"
    )
    check_test_days(taken_at=taken_at, received_at=received_at, now=uow.now())
    regime = law().regime_on(command.taken_on)
    birth_date = uow.vault.open_answers(*answers_of(person))["birth_date"]
    check_sampling(
        regime.user_management,
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
    return queries.test_record(uow, test)


def _instant(day: date, typed: str, field: str) -> datetime:
    """Return the instant of a day and a time of day in Việt Nam."""
    moment = time_of_day(typed)
    if moment is None:
        raise NotUnderstood(_("Giờ: hãy ghi giờ và phút, ví dụ 16:00."), field=field)
    return datetime.combine(day, moment, LOCAL_ZONE)


# -- user management -----------------------------------------------------------------------------------------------------------


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


def _add_once(uow: UnitOfWork, row: object, refusal: str, field: str) -> None:
    """Add a row whose uniqueness the table holds, for the second clerk who pressed at the same moment."""
    try:
        uow.add(row)
        uow.session.flush()
    except IntegrityError:
        raise RuleBroken(refusal, field=field) from None
