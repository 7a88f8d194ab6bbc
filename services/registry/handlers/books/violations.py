"""Entering minutes of breaches; which one it is and what the law asks next is computed, never typed."""

from datetime import UTC, date, datetime

from chassis.clock import LOCAL_ZONE
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.registry import ViolationRecorded
from services.registry.commands.books import RecordViolation
from services.registry.domain.history import Draft, History
from services.registry.domain.terms import HOUR_UNKNOWN, is_before
from services.registry.domain.violations import check_violation, is_of_monitoring, next_step
from services.registry.handlers.acts import enter
from services.registry.handlers.books.writing import check_past, instant_of, noted, put_into
from services.registry.handlers.duties import work_out_duties
from services.registry.law import law
from services.registry.law.violations import violation_law
from services.registry.permissions import PERMISSIONS
from services.registry.queries import books as queries
from services.registry.queries.books import EntryRecord
from services.registry.queries.history import history_of
from services.registry.queries.persons import person_at_hand
from services.registry.tables import Person
from services.registry.tables.books import Violation

MENDED = {"YES": True, "NO": False}
MONITORING, BREACHED = "H", "ViolationRecorded"


def record_violation(command: RecordViolation, uow: UnitOfWork) -> EntryRecord:
    """Enter a breach of the running case; the step of its rung is kept with the article it stands on."""
    PERMISSIONS.require(uow.by, "book.write")
    person = person_at_hand(uow, command.person_id)
    ladders = violation_law()
    ladder = ladders.ladder(command.kind)
    recorded_on = command.recorded_on or command.committed_on
    check_past(recorded_on, uow, field="recorded_on")
    check_violation(
        ladders, ladder, situation=command.situation, committed_on=command.committed_on, recorded_on=recorded_on
    )
    case_ref = queries.case_of_breach(uow, person.person_id, ladders.situation(command.situation))
    count = queries.breaches_before(uow, person.person_id, case_ref, ladder.code) + 1
    mended = MENDED.get(command.mended or "")
    step = ladders.step(next_step(ladder, situation=command.situation, count=count, mended=mended))
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
        minutes_at=_minutes_at(command, recorded_on, uow),
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
    _carry_to_the_cases(uow, person, row)
    return noted(row, "violation.record", uow, kind=row.kind, count=row.count, step=row.step)


def _minutes_at(command: RecordViolation, recorded_on: date, uow: UnitOfWork) -> datetime:
    """As typed, now when the minutes are of today, else the beginning of their day: the hour is then not known."""
    typed = instant_of(recorded_on, command.recorded_time, uow, field="recorded_time")
    if typed is None and recorded_on == uow.today():
        return uow.now()
    return (typed or datetime.combine(recorded_on, HOUR_UNKNOWN, LOCAL_ZONE)).astimezone(UTC)


def _carry_to_the_cases(uow: UnitOfWork, person: Person, row: Violation) -> None:
    """Minutes about the device are at the same time an act of the monitoring that runs; duties follow from all of them."""
    history, minutes_at = history_of(uow, person), row.minutes_at.astimezone(LOCAL_ZONE)
    if not is_of_monitoring(row.kind) or not _is_monitored(history, minutes_at):
        work_out_duties(uow, person, history)
        return
    draft = Draft(
        track=MONITORING,
        event=BREACHED,
        happened_at=minutes_at,
        facts={"violation_id": row.violation_id},
        document_number=row.minutes_number,
    )
    enter(uow, person, draft, history=history)


def _is_monitored(history: History, minutes_at: datetime) -> bool:
    """Tell whether a monitoring runs to which the minutes belong; those before its decision are of an earlier one."""
    case = history.open_case(MONITORING)
    if case is None or case.state not in law().tracks[MONITORING].transition(BREACHED).origin:
        return False
    return not is_before(minutes_at, case.acts[0].happened_at)
