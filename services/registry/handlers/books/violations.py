"""Entering minutes of breaches; which one it is and what the law asks next is computed, never typed."""

from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.registry import ViolationRecorded
from services.registry.commands.books import RecordViolation
from services.registry.domain.violations import check_violation, next_step
from services.registry.handlers.books.writing import check_past, noted, put_into
from services.registry.law.violations import violation_law
from services.registry.permissions import PERMISSIONS
from services.registry.queries import books as queries
from services.registry.queries.books import EntryRecord
from services.registry.tables import Person
from services.registry.tables.books import Violation

MENDED = {"YES": True, "NO": False}


def record_violation(command: RecordViolation, uow: UnitOfWork) -> EntryRecord:
    """Enter a breach of the running case; the step of its rung is kept with the article it stands on."""
    PERMISSIONS.require(uow.by, "book.write")
    person = uow.get(Person, command.person_id)
    law = violation_law()
    ladder = law.ladder(command.kind)
    recorded_on = command.recorded_on or command.committed_on
    check_past(recorded_on, uow, field="recorded_on")
    check_violation(
        law, ladder, situation=command.situation, committed_on=command.committed_on, recorded_on=recorded_on
    )
    case_ref = queries.case_of_breach(uow, person.person_id, law.situation(command.situation))
    count = queries.breaches_before(uow, person.person_id, case_ref, ladder.code) + 1
    mended = MENDED.get(command.mended or "")
    step = law.step(next_step(ladder, situation=command.situation, count=count, mended=mended))
    row = put_into(
        Violation,
        command.details,
        uow,
        twice=_("Vi phạm này vừa được ghi; hãy mở lại sổ để xem."),
        person_id=person.person_id,
        case_ref=case_ref,
        situation=command.situation,
        kind=ladder.code,
        committed_on=command.committed_on,
        recorded_on=recorded_on,
        mended=mended,
        count=count,
        step=step.code,
        article=step.article,
        minutes_number=command.minutes_number,
    )
    uow.record(
        ViolationRecorded(
            violation_id=row.violation_id,
            person_key=person.person_key,
            recorded_on=row.recorded_on,
            kind=row.kind,
            situation=row.situation,
            count=row.count,
            step=row.step,
        )
    )
    return noted(row, "violation.record", uow, kind=row.kind, count=row.count, step=row.step)
