"""The refused rows of a file, given back to the office: every column as it stood, and one more that says what is wrong."""

from collections.abc import Iterator, Mapping

from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry.queries import imports as queries
from services.registry.queries.imports import ImportRecord
from services.registry.workbooks.faults import as_faults
from services.registry.workbooks.reading import ERROR, Cell, unpacked
from services.registry.workbooks.writing import new_workbook

TITLES = {
    "L1": _("Danh sách người sử dụng trái phép chất ma túy"),
    "L2": _("Danh sách người nghiện ma túy"),
    "L3": _("Danh sách người bị quản lý sau cai"),
}


def refused_rows(uow: UnitOfWork, record: ImportRecord) -> bytes:
    """Return an .xlsx file of the refused rows that can be mended and brought in as it is."""
    with new_workbook() as book:
        for place, sheet in enumerate(record.sheets):
            book.sheet(sheet["name"])
            columns = sheet["columns"]
            book.row([str(TITLES.get(sheet["list_code"] or "", ""))], bold=True)
            book.row([*(column["heading"] for column in columns), str(_("Lỗi"))], bold=True, as_typed=True)
            for cells, said in _refused_of(uow, record, place):
                book.row([*(_shown(cells.get(column["index"])) for column in columns), said], as_typed=True)
        return book.finish()


def _refused_of(uow: UnitOfWork, record: ImportRecord, sheet: int) -> Iterator[tuple[Mapping[int, Cell], str]]:
    for place in range(record.row.portions):
        refused = {
            row.number: row
            for row in queries.rows_of_portion(uow, record.import_id, place)
            if row.verdict == "REFUSED" and row.sheet == sheet
        }
        if not refused:
            continue
        for row in unpacked(queries.portion(uow, record.import_id, place)):
            if row.sheet == sheet and row.number in refused:
                yield row.cells, " ".join(fault.sentence for fault in as_faults(refused[row.number].faults))


def _shown(cell: Cell) -> Cell:
    """Return a cell as it stood; one that was an error of the spreadsheet stays one in words."""
    if isinstance(cell, dict):
        return "#REF!" if cell == ERROR else ""
    return cell
