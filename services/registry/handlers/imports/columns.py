"""Taking a file in, and settling how its columns are read."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from chassis.errors import NotUnderstood, RuleBroken
from chassis.fold import fold
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry.commands.imports import ChooseColumns, SheetColumns
from services.registry.domain.old_books import LISTS
from services.registry.handlers.imports.files import RIGHT, keep, sealed_answers
from services.registry.permissions import PERMISSIONS
from services.registry.queries import imports as asking
from services.registry.queries.imports import ImportRecord
from services.registry.tables import HeadingRow, ImportPortion, ImportRow, WorkbookImport
from services.registry.tables.imports import (
    CHECKED,
    MAPPED,
    UPLOADED,
    portion_context,
)
from services.registry.workbooks import (
    IGNORED,
    WorkbookRead,
    headings,
)


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
        sealed=sealed_answers(uow, import_id, {"file_name": file_name, "sheets": sheets, "skipped": read.skipped}),
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
    keep(uow, record, sheets=sheets)
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
