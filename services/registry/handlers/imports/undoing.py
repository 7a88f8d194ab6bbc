"""Taking a file back whole: its cases, and the people who came in by it alone."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from chassis.errors import RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.registry import PersonWithdrawn
from services.registry.handlers.imports.files import RIGHT, held, keep
from services.registry.handlers.old_cases import TouchedSince, withdraw_old_cases
from services.registry.permissions import PERMISSIONS
from services.registry.queries import imports as asking
from services.registry.queries.imports import ImportRecord
from services.registry.tables import ImportRow, Person, PersonSearchToken, WorkbookImport
from services.registry.tables.imports import (
    COMMITTED,
    COMMITTING,
    UNDOING,
    UNDONE,
    WITHDRAWN,
)
from services.registry.workbooks import (
    Entry,
)

_SHOWN_IN_REFUSAL = 5


def begin_undoing(import_id: str, uow: UnitOfWork) -> ImportRecord:
    """Begin to take a whole file back. Refused, naming their records, while anything was recorded about its people since."""
    PERMISSIONS.require(uow.by, RIGHT)
    row = uow.get(WorkbookImport, import_id)
    if row.state not in (COMMITTED, COMMITTING):
        raise RuleBroken(_("Chỉ rút lại được danh sách đã nhập."))
    record = asking.opened_import(uow, row)
    _check_untouched(uow, record, asking.made_by(uow, import_id))
    keep(uow, record)
    row.state, row.undone_by = UNDOING, uow.by.account_id
    if row.entered == 0:
        row.state, row.undone_at = UNDONE, uow.now()
    row.version += 1
    uow.wrote("workbook.undo", "workbook_import", import_id)
    return asking.opened_import(uow, row)


def undo_portion(uow: UnitOfWork, import_id: str, place: int, _entries: Sequence[Entry]) -> None:
    """Take the rows of one portion back: their cases, and the people who came with them."""
    row = held(uow, import_id, place, UNDOING)
    if row is None:
        return
    rows = asking.made_by(uow, import_id, place)
    asking.hold_people(uow, {noted.person_id for noted in rows if noted.person_id})
    try:
        _check_untouched(uow, asking.opened_import(uow, row), rows)
        _withdraw(uow, rows)
    except TouchedSince:
        # What is out stays out and the rest stays in; an officer looks into it and begins again.
        row.state = COMMITTED
        uow.wrote("workbook.undo_stopped", "workbook_import", import_id)
    else:
        row.entered -= 1
        if row.entered == 0:
            row.state, row.undone_at = UNDONE, uow.now()
    row.version += 1


def _withdraw(uow: UnitOfWork, rows: Sequence[ImportRow]) -> None:
    # Somebody on two lists of one file leaves with the row that brought them, which stands first and is taken back last.
    leaving = [noted.person_id for noted in rows if noted.made_person and noted.person_id]
    staying = {noted.person_id for noted in rows if noted.person_id} - set(leaving)
    withdraw_old_cases([noted.case_id for noted in rows if noted.case_id], uow, staying=staying)
    withdraw_people(leaving, uow)
    for noted in rows:
        noted.outcome = WITHDRAWN


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


def _check_untouched(uow: UnitOfWork, record: ImportRecord, rows: Sequence[ImportRow]) -> None:
    """Raise TouchedSince, naming records and rows, when something was recorded that taking these rows back would destroy."""
    touched = asking.touched_since(uow, record.import_id, rows)
    if not touched:
        return
    row_of = {noted.person_id: noted for noted in rows}  # of two rows the first of the file, for the last stand first
    raise TouchedSince(
        _("Không rút lại được: sau khi nhập, đã có việc khác được ghi cho %(count)s người, ở hồ sơ %(where)s. "
          "Hãy giữ danh sách này; dòng nào sai thì sửa hoặc hủy ngay ở hồ sơ của người đó.",
          count=len(touched), where=", ".join(_named(record, row_of[one]) for one in touched[:_SHOWN_IN_REFUSAL])),
    )  # fmt: skip


def _named(record: ImportRecord, noted: ImportRow) -> str:
    sheet = record.sheets[noted.sheet]["name"]
    where = _("trang «%(sheet)s», dòng %(number)s", sheet=sheet, number=noted.number)
    return f"/people/{noted.person_id} ({where})"
