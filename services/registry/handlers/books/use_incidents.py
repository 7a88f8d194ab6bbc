"""Entering unlawful use that was found out."""

from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.registry import UseDetected
from services.registry.commands.books import RecordUseIncident
from services.registry.domain.books import commune_of
from services.registry.handlers.books.residences import communes
from services.registry.handlers.books.writing import check_past, instant_of, noted, put_into
from services.registry.permissions import PERMISSIONS
from services.registry.queries.books import EntryRecord
from services.registry.queries.persons import person_at_hand
from services.registry.tables import Person, TestResult
from services.registry.tables.books import UseIncident


def record_use_incident(command: RecordUseIncident, uow: UnitOfWork) -> EntryRecord:
    """Enter an incident; the test that belongs to it is one of the same person."""
    PERMISSIONS.require(uow.by, "book.write")
    person = person_at_hand(uow, command.person_id)
    check_past(command.occurred_on, uow, field="occurred_on")
    occurred_at = instant_of(command.occurred_on, command.occurred_time, uow, field="occurred_time")
    _check_test(command, person, uow)
    row = put_into(
        UseIncident,
        command.details,
        uow,
        person_id=person.person_id,
        occurred_on=command.occurred_on,
        occurred_at=occurred_at,
        commune_code=commune_of(command.commune_code, command.elsewhere_code, uow.unit, communes()),
        ground=command.ground,
        notice_number=command.notice_number,
        test_id=command.test_id,
    )
    uow.record(
        UseDetected(
            incident_id=row.incident_id,
            person_key=person.person_key,
            detected_on=row.occurred_on,
            ground=row.ground,
            commune_code=row.commune_code,
            test_id=row.test_id,
        )
    )
    return noted(row, "use_incident.record", uow, ground=row.ground)


def _check_test(command: RecordUseIncident, person: Person, uow: UnitOfWork) -> None:
    if command.test_id is None:
        return
    test = uow.session.get(TestResult, command.test_id)
    if test is None or test.person_id != person.person_id or test.withdrawn_at is not None:
        raise NotUnderstood(_("Kết quả xét nghiệm: hãy chọn một kết quả của chính người này."), field="test_id")
