"""Writing workbooks and plain lists: row by row in little memory, every text as text, so that no cell can run as a formula."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_NAME = 31
_FORBIDDEN_IN_NAMES = str.maketrans("", "", "[]:*?/\\")
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def neutral(value: Any) -> Any:
    """Return a cell that no spreadsheet runs: a text that begins like a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUNS_AS_FORMULA) else value


class Workbook:
    """An .xlsx file in the making, one sheet after another, one row after another."""

    def __init__(self, folder: str) -> None:
        import xlsxwriter  # noqa: PLC0415 - loaded with the first workbook

        self._bytes = BytesIO()
        self._book = xlsxwriter.Workbook(self._bytes, {**_OPTIONS, "tmpdir": folder})
        self._day = self._book.add_format({"num_format": "dd/mm/yyyy"})
        self._bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._sheet: Any = None
        self._row = 0
        self._names: set[str] = set()

    def sheet(self, name: str) -> None:
        """Begin a new sheet."""
        plain = name.translate(_FORBIDDEN_IN_NAMES).strip("'")[:_LONGEST_NAME] or "1"
        while plain.lower() in self._names:
            plain = f"{plain[: _LONGEST_NAME - 2]} 2" if not plain.endswith(" 2") else f"{plain[:-1]}3"
        self._names.add(plain.lower())
        self._sheet = self._book.add_worksheet(plain)
        self._sheet.set_column(0, 40, 18)
        self._row = 0

    def row(self, cells: Iterable[Any], *, bold: bool = False, as_typed: bool = False) -> None:
        """Write the next row. ``as_typed`` gives an office its own texts back; they still stand there as text."""
        for column, value in enumerate(cells):
            self._write(column, value if as_typed else neutral(value), self._bold if bold else None)
        self._row += 1

    def _write(self, column: int, value: Any, style: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, date):
            self._sheet.write_datetime(self._row, column, value, self._day)
        elif isinstance(value, bool):
            self._sheet.write_boolean(self._row, column, value, style)
        elif isinstance(value, int | float):
            self._sheet.write_number(self._row, column, value, style)
        else:
            self._sheet.write_string(self._row, column, str(value), style)

    def finish(self) -> bytes:
        """Return the file."""
        self._book.close()
        return self._bytes.getvalue()

    def give_up(self) -> None:
        """Close what is open after a failure."""
        if not self._book.fileclosed:
            self._book.add_worksheet() if not self._names else None
            self._book.close()


@contextmanager
def new_workbook() -> Iterator[Workbook]:
    """Make an .xlsx file; rows wait in a folder that only this account may open and that is gone afterwards.

    Memory is preferred to disk where the system offers a folder in memory, for the rows name people.
    """
    in_memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made inside
    with tempfile.TemporaryDirectory(dir=in_memory if in_memory.is_dir() else None) as folder:
        book = Workbook(folder)
        try:
            yield book
        finally:
            book.give_up()


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Return the lines of a .csv file that Excel opens with its accents."""
    yield "\ufeff".encode()
    for row in rows:
        line = StringIO()
        csv.writer(line).writerow([neutral(_text(value)) for value in row])
        yield line.getvalue().encode()


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
