"""Bringing an office's old list into the register: kept sealed, understood, checked, entered in portions, and taken back whole.

Each step is one transaction with what became of its rows, so that the work may be interrupted anywhere and goes on from there; a
row that is through is not done again. Steps are short, for whoever opens a page meanwhile waits for the end of one.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from chassis.accounts import offload
from chassis.errors import NotUnderstood, RuleBroken
from chassis.fold import fold
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.registry import PersonWithdrawn
from services.registry import queries
from services.registry.commands import RegisterPerson
from services.registry.commands.imports import ChooseColumns, EnterRows, SheetColumns
from services.registry.domain.codes import NO_PAPERS
from services.registry.domain.old_books import LISTS, OldCase
from services.registry.handlers.old_cases import Newcomer, enter_old_case, withdraw_old_cases
from services.registry.handlers.persons import enter_person
from services.registry.permissions import PERMISSIONS
from services.registry.queries import PersonRecord
from services.registry.queries import imports as asking
from services.registry.queries.imports import ImportRecord
from services.registry.tables import HeadingRow, ImportPortion, ImportRow, Person, PersonSearchToken, WorkbookImport
from services.registry.tables.imports import (
    CHANGED,
    CHECKED,
    COMMITTED,
    COMMITTING,
    ENTERED,
    KNOWN,
    MAPPED,
    NEW,
    REFUSED,
    UNDOING,
    UNDONE,
    UPLOADED,
    WITHDRAWN,
    import_context,
    portion_context,
)
from services.registry.workbooks import (
    IGNORED,
    Entry,
    Fault,
    SheetPlan,
    WorkbookRead,
    as_plain,
    entry_of,
    headings,
    unpacked,
)

RIGHT = "person.import"
ROWS_ENTERED_AT_ONCE = 8
_SHOWN_IN_REFUSAL = 5
_NEEDS_REASON = ("number_province", "number_unlike", "under_12", "zero_restored")

Begin = Callable[[], AbstractContextManager[UnitOfWork]]


# -- the file and its columns --------------------------------------------------------------------------------------------------


def upload_workbook(uow: UnitOfWork, *, file_name: str, content: bytes, read: WorkbookRead) -> ImportRecord:
    """Keep a file that was read: its rows without anything about health, sealed; columns read as they were the last time."""
    PERMISSIONS.require(uow.by, RIGHT)
    import_id = uow.new_id()
    sheets = [_as_last_time(uow, sheet.as_plain()) for sheet in read.sheets]
    row = WorkbookImport(
        import_id=import_id,
        unit_code=uow.unit,
        state=UPLOADED,
        file_mark=uow.vault.blind_index(asking.FILE_INDEX, hashlib.sha256(content).hexdigest()),
        portions=len(read.portions),
        rows=read.rows,
        checked=0,
        entered=0,
        sealed=_sealed(uow, import_id, {"file_name": file_name, "sheets": sheets, "skipped": read.skipped}),
        uploaded_at=uow.now(),
        uploaded_by=uow.by.account_id,
        version=1,
    )
    uow.add(row)
    uow.session.flush()
    for place, packed in enumerate(read.portions):
        portion_id = f"{import_id}.{place}"
        sealed = uow.vault.seal(portion_context(portion_id), packed)
        uow.add(
            ImportPortion(portion_id=portion_id, unit_code=uow.unit, import_id=import_id, place=place, sealed=sealed)
        )
    uow.wrote("workbook.upload", "workbook_import", import_id, rows=read.rows)
    return asking.opened_import(uow, row)


def choose_columns(command: ChooseColumns, uow: UnitOfWork) -> ImportRecord:
    """Settle how the columns are read, and remember it for the next file with these headings; a trial begins anew."""
    PERMISSIONS.require(uow.by, RIGHT)
    row = uow.get(WorkbookImport, command.import_id)
    record = asking.opened_import(uow, row)
    if row.state not in (UPLOADED, MAPPED, CHECKED):
        raise RuleBroken(_("Danh sách này đã được nhập; không đổi cách hiểu các cột được nữa."))
    if len(command.sheets) != len(record.sheets):
        raise NotUnderstood(_("Hãy chọn cho từng trang của tệp."))
    sheets = [_with_columns(sheet, chosen) for sheet, chosen in zip(record.sheets, command.sheets, strict=True)]
    for sheet in sheets:
        _remember(uow, sheet)
    uow.session.execute(delete(ImportRow).where(ImportRow.import_id == row.import_id))
    row.state, row.checked = MAPPED, 0
    row.version += 1
    _keep(uow, record, sheets=sheets)
    uow.wrote("workbook.choose_columns", "workbook_import", row.import_id)
    return asking.opened_import(uow, row)


def _with_columns(sheet: Mapping[str, Any], chosen: SheetColumns) -> dict[str, Any]:
    columns = sheet["columns"]
    if len(chosen.fields) != len(columns):
        raise NotUnderstood(_("Hãy chọn cho từng cột của trang."))
    known = headings().labels
    taken = [field for field in chosen.fields if field != IGNORED]
    unknown = [field for field in taken if field not in known]
    doubled = [field for field in taken if taken.count(field) > 1]
    if unknown or (chosen.list_code and chosen.list_code not in LISTS):
        raise NotUnderstood(_("Có lựa chọn không có trong danh sách; hãy chọn lại."))
    if doubled:
        raise NotUnderstood(
            _("Mục «%(field)s» được chọn cho hai cột của một trang; hãy để một cột.", field=known[doubled[0]])
        )
    if taken and "full_name" not in taken:
        raise NotUnderstood(_("Mỗi trang cần một cột «Họ và tên»; trang không nhập thì bỏ qua mọi cột."))
    read = [{**column, "means": field} for column, field in zip(columns, chosen.fields, strict=True)]
    return {**sheet, "columns": read, "list_code": chosen.list_code}


def _as_last_time(uow: UnitOfWork, sheet: dict[str, Any]) -> dict[str, Any]:
    known = asking.known_headings(uow, _headings_mark(uow, sheet))
    if known is None or len(known.fields) != len(sheet["columns"]):
        return sheet
    columns = [{**column, "means": field} for column, field in zip(sheet["columns"], known.fields, strict=True)]
    return {**sheet, "columns": columns, "list_code": sheet["list_code"] or known.list_code}


def _remember(uow: UnitOfWork, sheet: Mapping[str, Any]) -> None:
    mark = _headings_mark(uow, sheet)
    known = asking.known_headings(uow, mark)
    if known is None:
        known = uow.add(HeadingRow(unit_code=uow.unit, headings_mark=mark))
    known.fields = [column["means"] for column in sheet["columns"]]
    known.list_code, known.confirmed_at = sheet["list_code"], uow.now()
    uow.session.flush()


def _headings_mark(uow: UnitOfWork, sheet: Mapping[str, Any]) -> str:
    said = "|".join(fold(column["heading"]) for column in sheet["columns"])
    return uow.vault.blind_index(asking.HEADINGS_INDEX, said)


def _keep(uow: UnitOfWork, record: ImportRecord, **changes: Any) -> None:
    """Seal anew what is kept of a file, and who began what is done with it now: it goes on in their name."""
    answers = {
        "file_name": record.file_name,
        "sheets": record.sheets,
        "skipped": record.skipped,
        "reason": record.reason,
        "begun_by": uow.by.account_id,
    }
    record.row.sealed = _sealed(uow, record.import_id, {**answers, **changes})


def _sealed(uow: UnitOfWork, import_id: str, answers: Mapping[str, Any]) -> bytes:
    return uow.vault.seal_answers(import_context(import_id), answers)


# -- working through the portions ----------------------------------------------------------------------------------------------


def work_on(import_id: str, begin: Begin, *, enough: Callable[[], bool]) -> str:
    """Go on with a file, step after step, each in a transaction of its own, until ``enough()``; return its state.

    Understanding the rows keeps the processor busy and is done beside the event loop, outside any transaction.
    """
    entries: Sequence[Entry] = ()
    understood_of: tuple[str, int] | None = None
    while True:
        with begin() as uow:
            PERMISSIONS.require(uow.by, RIGHT)
            record = asking.import_record(uow, import_id)
            place = _next_portion(record.row)
            if place is None:
                return record.state
            is_understood = record.state == UNDOING or understood_of == (record.state, place)
            packed = b"" if is_understood else asking.portion(uow, import_id, place)
            today = uow.today()
        if not is_understood:
            entries = offload(understood, packed, plans(record), today)
            understood_of = record.state, place
        with begin() as uow:
            _STEPS[record.state](uow, import_id, place, entries)
        if enough():
            break
    with begin() as uow:
        return asking.import_record(uow, import_id).state


def plans(record: ImportRecord) -> list[SheetPlan]:
    """Return how the sheets of a file are read."""
    return [
        SheetPlan(
            fields={
                column["index"]: column["means"]
                for column in sheet["columns"]
                if column["means"] not in (None, IGNORED)
            },
            list_code=sheet["list_code"],
        )
        for sheet in record.sheets
    ]


def understood(packed: bytes, sheets: Sequence[SheetPlan], today: date) -> list[Entry]:
    """Return the rows of a portion that are about somebody, each with what is wrong with it by itself."""
    found = (entry_of(row, sheets[row.sheet], today=today) for row in unpacked(packed) if sheets[row.sheet].fields)
    return [entry for entry in found if entry is not None]


def _next_portion(row: WorkbookImport) -> int | None:
    """Return the portion that is next in the state of the file; None when there is nothing to work on."""
    if row.state == MAPPED:
        return row.checked
    if row.state == COMMITTING:
        return row.entered
    return row.entered - 1 if row.state == UNDOING else None


def _held(uow: UnitOfWork, import_id: str, place: int, state: str) -> WorkbookImport | None:
    """Hold a file for one portion; None when somebody else did this portion meanwhile."""
    row = uow.get(WorkbookImport, import_id)
    return row if row.state == state and _next_portion(row) == place else None


# -- checking ------------------------------------------------------------------------------------------------------------------


def check_portion(uow: UnitOfWork, import_id: str, place: int, entries: Sequence[Entry]) -> None:
    """Hold the rows against each other, against the rest of the file and against the register; note each one's verdict."""
    row = _held(uow, import_id, place, MAPPED)
    if row is None:
        return
    marks = {id(entry): _person_mark(uow, entry) for entry in entries}
    known = asking.people_with_numbers(uow, {entry.id_number for entry in entries if entry.id_number})
    earlier = {}
    for other in asking.rows_about(uow, import_id, [mark for mark in marks.values() if mark]):
        earlier[other.person_mark, other.list_code] = earlier[other.person_mark, ""] = other
    listed = {id(entry): uow.vault.blind_index(asking.LISTED_INDEX, entry.as_listed) for entry in entries}
    entered = asking.lines_entered(uow, listed.values())
    begun = asking.cases_begun(uow, [record.person_id for record in known.values()])
    for entry in entries:
        mark = marks[id(entry)]
        person = known.get(entry.id_number or "")
        _check_against_file(uow, entry, mark, earlier)
        if person is not None:
            _check_against_register(entry, person)
        verdict = _verdict(
            uow, entry, mark, person, is_listed=listed[id(entry)] in entered, begun=begun, earlier=earlier
        )
        noted = ImportRow(
            row_id=f"{import_id}.{entry.sheet}.{entry.number}",
            unit_code=uow.unit,
            import_id=import_id,
            portion=place,
            sheet=entry.sheet,
            number=entry.number,
            list_code=entry.list_code,
            verdict=verdict,
            faults=as_plain(entry.faults),
            warned=any(not fault.refuses for fault in entry.faults),
            person_mark=mark,
            name_mark=_name_mark(uow, entry),
            listed_mark=listed[id(entry)],
            made_person=False,
        )
        uow.add(noted)
        if verdict != REFUSED and mark:
            earlier[mark, entry.list_code] = noted
            earlier.setdefault((mark, ""), noted)
    row.checked += 1
    if row.checked == row.portions:
        row.state = CHECKED
        uow.wrote("workbook.check", "workbook_import", import_id)
    row.version += 1


def _person_mark(uow: UnitOfWork, entry: Entry) -> str | None:
    """Return what makes two rows speak of the same person: the number, or name, birth and parents of somebody without one."""
    if not (entry.id_number or (entry.full_name and entry.birth_date)):
        return None
    return uow.vault.blind_index(asking.PERSON_INDEX, entry.id_number or entry.without_number)


def _name_mark(uow: UnitOfWork, entry: Entry) -> str:
    return uow.vault.blind_index(asking.NAME_INDEX, f"{fold(entry.full_name)}|{entry.birth_date[:4]}")


def _check_against_file(
    uow: UnitOfWork, entry: Entry, mark: str | None, earlier: Mapping[tuple[str | None, str], ImportRow]
) -> None:
    """A person has one line in a list; the same number under another name is somebody else's."""
    other = earlier.get((mark, "")) if mark else None
    if other is None:
        return
    twin = earlier.get((mark, entry.list_code))
    if twin is not None:
        code, field = ("number_twice", "id_number") if entry.id_number else ("same_person_twice", "full_name")
        entry.faults.append(Fault(code=code, field=field, fact=str(twin.number)))
    elif other.name_mark != _name_mark(uow, entry):
        entry.faults.append(Fault(code="number_of_another_row", field="id_number", fact=str(other.number)))


def _check_against_register(entry: Entry, person: PersonRecord) -> None:
    same_name = fold(person.full_name) == fold(entry.full_name)
    if entry.full_name and entry.birth_date and not (same_name and person.birth_date[:4] == entry.birth_date[:4]):
        entry.faults.append(Fault(code="number_of_another", field="id_number"))
        return
    if entry.sex and person.sex != entry.sex:
        entry.faults.append(Fault(code="differs_from_register", field="sex"))
    if _says_otherwise(person.birth_date, entry.birth_date):
        entry.faults.append(Fault(code="differs_from_register", field="birth_date"))
    for name in ("permanent_address", "temporary_address", "current_abode"):
        if _says_otherwise(fold(str(person.details.get(name, ""))), fold(str(entry.details.get(name, "")))):
            entry.faults.append(Fault(code="differs_from_register", field=name))


def _says_otherwise(known: str, typed: str) -> bool:
    """Tell whether the register and the list say different things; a year and a day of that year are no difference."""
    return bool(known and typed) and not (known.startswith(typed) or typed.startswith(known))


def _verdict(
    uow: UnitOfWork,
    entry: Entry,
    mark: str | None,
    person: PersonRecord | None,
    *,
    is_listed: bool,
    begun: set[tuple[str, str, date]],
    earlier: Mapping[tuple[str | None, str], ImportRow],
) -> str:
    if entry.is_refused:
        return REFUSED
    if is_listed:
        return KNOWN
    person = person or (_known_without_number(uow, entry, mark) if entry.id_type == NO_PAPERS else None)
    if person is None:
        return CHANGED if (mark, "") in earlier else NEW
    old_case = _old_case(entry, person.person_id)
    return KNOWN if (person.person_id, old_case.track, old_case.starts_on) in begun else CHANGED


def _known_without_number(uow: UnitOfWork, entry: Entry, mark: str | None) -> PersonRecord | None:
    entered = asking.person_entered(uow, mark) if mark else None
    if entered is not None:
        return queries.person_record(uow, entered)
    parents = (str(entry.details.get("father_name", "")), str(entry.details.get("mother_name", "")))
    return asking.person_without_number(uow, full_name=entry.full_name, birth_date=entry.birth_date, parents=parents)


# -- entering ------------------------------------------------------------------------------------------------------------------


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
    _keep(uow, asking.opened_import(uow, row), reason=command.reason)
    row.state = COMMITTING
    if not counts.to_enter:
        row.state, row.entered, row.finished_at = COMMITTED, row.portions, uow.now()
    row.version += 1
    uow.wrote("workbook.enter", "workbook_import", row.import_id, rows=counts.to_enter)
    return asking.opened_import(uow, row)


def enter_portion(uow: UnitOfWork, import_id: str, place: int, entries: Sequence[Entry]) -> None:
    """Enter the next accepted rows of a portion; what the register refuses after all becomes a refused row."""
    row = _held(uow, import_id, place, COMMITTING)
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
            case_id = enter_old_case(_old_case(entry, person_id), uow, import_id=noted.import_id, newcomer=newcomer)
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
    known_here = _known_without_number(uow, entry, noted.person_mark)
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


def _old_case(entry: Entry, person_id: str) -> OldCase:
    if entry.starts_on is None:
        raise NotUnderstood(_("Chưa có ngày đưa vào danh sách."), field="starts_on")
    return OldCase(
        person_id=person_id,
        list_code=entry.list_code,
        starts_on=entry.starts_on,
        ends_on=entry.ends_on,
        document_number=entry.document_number,
        signer_role=entry.signer_role,
        status=entry.status,
        closed_on=entry.closed_on,
        closing_reason=entry.closing_reason,
        substances=entry.substances,
    )


# -- taking back ---------------------------------------------------------------------------------------------------------------


def begin_undoing(import_id: str, uow: UnitOfWork) -> ImportRecord:
    """Begin to take a whole file back. Refused, naming their records, while anything was recorded about its people since."""
    PERMISSIONS.require(uow.by, RIGHT)
    row = uow.get(WorkbookImport, import_id)
    if row.state not in (COMMITTED, COMMITTING):
        raise RuleBroken(_("Chỉ rút lại được danh sách đã nhập."))
    _check_untouched(uow, import_id, asking.made_by(uow, import_id))
    _keep(uow, asking.opened_import(uow, row))
    row.state, row.undone_by = UNDOING, uow.by.account_id
    if row.entered == 0:
        row.state, row.undone_at = UNDONE, uow.now()
    row.version += 1
    uow.wrote("workbook.undo", "workbook_import", import_id)
    return asking.opened_import(uow, row)


def undo_portion(uow: UnitOfWork, import_id: str, place: int, _entries: Sequence[Entry]) -> None:
    """Take the rows of one portion back: their cases, and the people who came with them."""
    row = _held(uow, import_id, place, UNDOING)
    if row is None:
        return
    rows = asking.made_by(uow, import_id, place)
    asking.hold_people(uow, {noted.person_id for noted in rows if noted.person_id})
    if asking.touched_since(uow, import_id, rows):
        # What is out stays out and the rest stays in; an officer looks into it and begins again.
        row.state = COMMITTED
        row.version += 1
        uow.wrote("workbook.undo_stopped", "workbook_import", import_id)
        return
    # Somebody on two lists of one file leaves with the row that brought them, which stands first and is taken back last.
    leaving = [noted.person_id for noted in rows if noted.made_person and noted.person_id]
    staying = {noted.person_id for noted in rows if noted.person_id} - set(leaving)
    withdraw_old_cases([noted.case_id for noted in rows if noted.case_id], uow, staying=staying)
    withdraw_people(leaving, uow)
    for noted in rows:
        noted.outcome = WITHDRAWN
    row.entered -= 1
    if row.entered == 0:
        row.state, row.undone_at = UNDONE, uow.now()
    row.version += 1


def withdraw_people(person_ids: Sequence[str], uow: UnitOfWork) -> None:
    """Take people out of the register who came in by a list alone. What was announced is answered by its opposite."""
    people = uow.session.scalars(select(Person).where(Person.person_id.in_(person_ids)).order_by(Person.person_id))
    for person in people.all():
        uow.record(PersonWithdrawn(person_key=person.person_key, withdrawn_on=uow.today()))
        uow.wrote("person.withdraw", "person", person.person_id)
        uow.session.expunge(person)
    for table in (PersonSearchToken, Person):
        uow.session.execute(
            delete(table).where(table.person_id.in_(person_ids)).execution_options(synchronize_session=False)
        )


def _check_untouched(uow: UnitOfWork, import_id: str, rows: Sequence[ImportRow]) -> None:
    touched = asking.touched_since(uow, import_id, rows)
    if not touched:
        return
    shown = ", ".join(f"/people/{person_id}" for person_id in touched[:_SHOWN_IN_REFUSAL])
    raise RuleBroken(
        _("Không rút lại được: sau khi nhập, đã có việc khác được ghi cho %(count)s người, ở hồ sơ %(where)s.",
          count=len(touched), where=shown),
        code="recorded_since",
    )  # fmt: skip


_STEPS: Mapping[str, Callable[[UnitOfWork, str, int, Sequence[Entry]], None]] = {
    MAPPED: check_portion,
    COMMITTING: enter_portion,
    UNDOING: undo_portion,
}
