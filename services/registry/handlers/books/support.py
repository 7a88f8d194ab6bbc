"""Entering visits and talks of support, and how somebody gets on after rehabilitation."""

from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.registry import ProgressAssessed, SupportVisitHeld
from services.registry.commands.books import AssessProgress, RecordSupportVisit
from services.registry.handlers.books.writing import check_past, noted, put_into
from services.registry.permissions import PERMISSIONS
from services.registry.queries.books import EntryRecord
from services.registry.queries.persons import person_at_hand
from services.registry.tables.books import ProgressAssessment, SupportVisit


def record_support_visit(command: RecordSupportVisit, uow: UnitOfWork) -> EntryRecord:
    """Enter a visit or a talk."""
    PERMISSIONS.require(uow.by, "book.write")
    person = person_at_hand(uow, command.person_id)
    check_past(command.visited_on, uow, field="visited_on")
    row = put_into(
        SupportVisit,
        command.details,
        uow,
        person_id=person.person_id,
        visited_on=command.visited_on,
        kind=command.kind,
        needs=list(command.needs),
        outcome=command.outcome,
        minutes_number=command.minutes_number,
    )
    uow.record(
        SupportVisitHeld(
            visit_id=row.visit_id,
            person_key=person.person_key,
            held_on=row.visited_on,
            kind=row.kind,
            needs=tuple(row.needs),
            outcome=row.outcome,
        )
    )
    return noted(row, "support_visit.record", uow, kind=row.kind)


def assess_progress(command: AssessProgress, uow: UnitOfWork) -> EntryRecord:
    """Enter an assessment; one a day for anybody."""
    PERMISSIONS.require(uow.by, "book.write")
    person = person_at_hand(uow, command.person_id)
    check_past(command.assessed_on, uow, field="assessed_on")
    row = put_into(
        ProgressAssessment,
        command.details,
        uow,
        twice=_("Ngày đánh giá: người này đã được đánh giá trong ngày này."),
        person_id=person.person_id,
        assessed_on=command.assessed_on,
        grade=command.grade,
    )
    uow.record(
        ProgressAssessed(
            assessment_id=row.assessment_id,
            person_key=person.person_key,
            assessed_on=row.assessed_on,
            grade=row.grade,
        )
    )
    return noted(row, "progress.assess", uow, grade=row.grade)
