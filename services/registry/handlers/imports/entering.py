"""Entering the accepted rows of a file."""

from collections.abc import Mapping, Sequence

from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry.commands import RegisterPerson
from services.registry.commands.imports import EnterRows
from services.registry.handlers.imports.checking import known_without_number, old_case_of
from services.registry.handlers.imports.files import RIGHT, held, keep
from services.registry.handlers.old_cases import Newcomer, enter_old_case
from services.registry.handlers.persons import enter_person
from services.registry.permissions import PERMISSIONS
from services.registry.queries import imports as asking
from services.registry.queries.imports import ImportRecord
from services.registry.tables import ImportRow, WorkbookImport
from services.registry.tables.imports import (
    CHANGED,
    CHECKED,
    COMMITTED,
    COMMITTING,
    ENTERED,
    NEW,
    REFUSED,
)
from services.registry.workbooks import (
    Entry,
    Fault,
    as_plain,
)

ROWS_ENTERED_AT_ONCE = 8
_NEEDS_REASON = ("number_province", "number_unlike", "under_12", "zero_restored")


def begin_entering(command: EnterRows, uow: UnitOfWork) -> ImportRecord:
    """Begin to enter the accepted rows of a checked file. Warnings are taken over with one reason for all that have none."""
    PERMISSIONS.require(uow.by, RIGHT)
    row = uow.get(WorkbookImport, command.import_id)
    if row.state != CHECKED:
        raise RuleBroken(_("Danh sách này chưa kiểm tra xong, hoặc đã được nhập."))
    counts = asking.count_rows(uow, row.import_id)
    if counts.warned and not command.reason:
        raise NotUnderstood(
            _("Có %(count)s dòng cần xác nhận; hãy xem các dòng này, nếu đúng thì ghi lý do.", count=counts.warned),
            field="reason",
        )
    keep(uow, asking.opened_import(uow, row), reason=command.reason)
    row.state = COMMITTING
    if not counts.to_enter:
        row.state, row.entered, row.finished_at = COMMITTED, row.portions, uow.now()
    row.version += 1
    uow.wrote("workbook.enter", "workbook_import", row.import_id, rows=counts.to_enter)
    return asking.opened_import(uow, row)


def enter_portion(uow: UnitOfWork, import_id: str, place: int, entries: Sequence[Entry]) -> None:
    """Enter the next accepted rows of a portion; what the register refuses after all becomes a refused row."""
    row = held(uow, import_id, place, COMMITTING)
    if row is None:
        return
    reason = asking.opened_import(uow, row).reason
    by_place = {(entry.sheet, entry.number): entry for entry in entries}
    known = asking.ids_with_numbers(uow, {entry.id_number for entry in entries if entry.id_number})
    rows = asking.rows_of_portion(uow, import_id, place)
    waiting = [noted for noted in rows if noted.verdict in (NEW, CHANGED) and noted.outcome is None]
    for noted in waiting[:ROWS_ENTERED_AT_ONCE]:
        _enter_row(uow, noted, by_place[noted.sheet, noted.number], reason=reason, known=known)
    if len(waiting) > ROWS_ENTERED_AT_ONCE:
        return
    row.entered += 1
    if row.entered == row.portions:
        row.state, row.finished_at = COMMITTED, uow.now()
    row.version += 1


def _enter_row(uow: UnitOfWork, noted: ImportRow, entry: Entry, *, reason: str | None, known: dict[str, str]) -> None:
    """Enter one row. ``known`` are the people of the register by number; who comes with the row is added."""
    announced, audited = len(uow.announced), len(uow.audit_entries)
    try:
        with uow.session.begin_nested():
            person_id, newcomer = _person_of(uow, noted, entry, known), None
            if person_id is None:
                newcomer = Newcomer(person=enter_person(_registration(entry, reason), uow), birth_date=entry.birth_date)
                person_id = newcomer.person.person_id
            case_id = enter_old_case(old_case_of(entry, person_id), uow, import_id=noted.import_id, newcomer=newcomer)
    except (NotUnderstood, RuleBroken) as refused:
        del uow.announced[announced:], uow.audit_entries[audited:]
        noted.verdict = REFUSED
        noted.faults = [*noted.faults, *as_plain([Fault(code="not_entered", fact=str(refused))])]
        return
    noted.outcome, noted.person_id, noted.made_person = ENTERED, person_id, newcomer is not None
    noted.case_id, noted.entered_on = case_id, uow.today()
    if entry.id_number:
        known[entry.id_number] = person_id


def _person_of(uow: UnitOfWork, noted: ImportRow, entry: Entry, known: Mapping[str, str]) -> str | None:
    """Return the person of an accepted row when the register has them, also from an earlier row of the file."""
    if entry.id_number:
        return known.get(entry.id_number)
    known_here = known_without_number(uow, entry, noted.person_mark)
    return known_here.person_id if known_here else None


def _registration(entry: Entry, reason: str | None) -> RegisterPerson:
    warned = sorted({fault.field for fault in entry.faults if fault.code in _NEEDS_REASON})
    return RegisterPerson(
        full_name=entry.full_name,
        sex=entry.sex,
        birth_date=entry.birth_date,
        ethnic_group=entry.ethnic_group,
        id_type=entry.id_type,
        id_number=entry.id_number,
        no_id_reason=None if entry.id_number else str(_("Sổ cũ không ghi số giấy tờ")),
        details=entry.details,
        confirmed_warnings=dict.fromkeys(warned, entry.reason or reason or ""),
    )
