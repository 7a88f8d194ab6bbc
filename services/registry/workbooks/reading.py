"""Reading an office's workbook: which sheets are lists, under which headings, and their rows in portions small enough to hold.

What may not be kept (a column or a cell about health) is left out here, before anything is stored. Everything in this module
only computes, so that it can run beside the event loop.
"""

import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from chassis.errors import NotUnderstood
from chassis.fold import nfc
from chassis.i18n import _
from services.registry.workbooks.headings import HEALTH, IGNORED, Headings, headings

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

LARGEST_FILE = 8 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 100
ROWS_IN_PORTION = 40
ROWS_ABOVE_HEADINGS = 30
FEWEST_HEADINGS = 3
_LARGEST_UNPACKED = 256 * 1024 * 1024
_LONGEST_CELL = 2_000
_NUMBERING = re.compile(r"\(?\s*[0-9]{1,2}\s*\)?")
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_ERROR_CELL = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^>]*\bt="e"')

Cell = str | float | bool | date | datetime | None | Mapping[str, int]
ERROR: Mapping[str, int] = {"error": 1}
LEFT_OUT: Mapping[str, int] = {"left_out": 1}


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a list: its place in the sheet, its heading, and the field that the heading seems to name."""

    index: int
    heading: str
    means: str | None


@dataclass(frozen=True, kw_only=True)
class SheetFound:
    """A sheet that is a list. ``refused`` are the headings of columns about health."""

    name: str
    list_code: str | None
    columns: tuple[Column, ...]
    refused: tuple[str, ...]

    def as_plain(self) -> dict[str, Any]:
        """Return the sheet as JSON values."""
        return {
            "name": self.name,
            "list_code": self.list_code,
            "refused": list(self.refused),
            "columns": [{"index": one.index, "heading": one.heading, "means": one.means} for one in self.columns],
        }


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a list as it stands there, health left out: its sheet, its number on the sheet, its cells by column."""

    sheet: int
    number: int
    cells: Mapping[int, Cell]


@dataclass(kw_only=True)
class WorkbookRead:
    """What a file holds: the lists, the sheets that are none, and the rows as packed portions."""

    sheets: list[SheetFound] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    portions: list[bytes] = field(default_factory=list)
    rows: int = 0


def read_workbook(content: bytes) -> WorkbookRead:
    """Read an .xlsx, .xls or .ods file. Raises NotUnderstood for what is none, is too long, or holds no list."""
    workbook = _opened(content)
    errors = _error_cells(content)
    found = WorkbookRead()
    rows: list[Row] = []
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        head = _head(sheet, name)
        if head is None:
            if sheet.start is not None:
                found.skipped.append(name)
            continue
        found.sheets.append(head.sheet)
        for row in _rows(sheet, head, len(found.sheets) - 1, errors.get(name, frozenset())):
            rows.append(row)
            found.rows += 1
            if found.rows > MOST_ROWS:
                raise NotUnderstood(
                    _("Tệp dài quá %(most)s dòng; hãy chia thành nhiều tệp.", most=MOST_ROWS), field="file"
                )
            if len(rows) == ROWS_IN_PORTION:
                found.portions.append(packed(rows))
                rows = []
    if rows:
        found.portions.append(packed(rows))
    _check_found(found)
    return found


def packed(rows: Iterable[Row]) -> bytes:
    """Return rows as compressed JSON; a day is kept as a day."""
    plain = [[row.sheet, row.number, {str(index): _plain(cell) for index, cell in row.cells.items()}] for row in rows]
    return zlib.compress(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def unpacked(portion: bytes) -> list[Row]:
    """Return the rows of a portion."""
    return [
        Row(sheet=sheet, number=number, cells={int(index): _cell_of(cell) for index, cell in cells.items()})
        for sheet, number, cells in json.loads(zlib.decompress(portion))
    ]


# -- the file ------------------------------------------------------------------------------------------------------------------


def _opened(content: bytes) -> "CalamineWorkbook":
    if not content:
        raise NotUnderstood(_("Tệp: hãy chọn một tệp .xlsx, .xls hoặc .ods."), field="file")
    _check_unpacked_size(content)
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - loaded with the first workbook

    try:
        return CalamineWorkbook.from_filelike(BytesIO(content))
    except (CalamineError, OSError, ValueError):
        raise NotUnderstood(
            _("Tệp này không đọc được. Hãy mở trong Excel, lưu thành .xlsx không đặt mật khẩu rồi gửi lại."),
            field="file",
        ) from None


def _check_unpacked_size(content: bytes) -> None:
    """Refuse a small file that would unpack to a huge one."""
    if not zipfile.is_zipfile(BytesIO(content)):
        return
    with zipfile.ZipFile(BytesIO(content)) as archive:
        unpacked_size = sum(entry.file_size for entry in archive.infolist())
    if unpacked_size > _LARGEST_UNPACKED:
        raise NotUnderstood(
            _("Tệp này giải nén ra quá lớn; hãy chỉ giữ các trang danh sách rồi gửi lại."), field="file"
        )


def _error_cells(content: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """Return per sheet of an .xlsx file which cells are errors such as #REF!: they read as empty, and must not pass as that."""
    if not zipfile.is_zipfile(BytesIO(content)):
        return {}
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return {
                name: frozenset(_place(found.decode()) for found in _ERROR_CELL.findall(archive.read(part)))
                for name, part in _sheet_parts(archive).items()
            }
    except (KeyError, ParseError, zipfile.BadZipFile):
        return {}


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of an .xlsx file that holds each sheet, by its name."""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return {}
    relations = archive.read("xl/_rels/workbook.xml.rels").decode(errors="replace")
    targets = {}
    for tag in re.findall(r"<Relationship\b[^>]*>", relations):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        targets[said.get("Id", "")] = said.get("Target", "")
    parts = {}
    for tag in re.findall(r"<sheet\b[^>]*>", archive.read("xl/workbook.xml").decode(errors="replace")):
        said = dict(re.findall(r'([\w:]+)="([^"]*)"', tag))
        target = targets.get(said.get("r:id", ""), "").lstrip("/")
        part = target if target.startswith("xl/") else f"xl/{target}"
        if part in names:
            parts[_unescaped(said.get("name", ""))] = part
    return parts


def _unescaped(text: str) -> str:
    for written, meant in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(written, meant)
    return text


def _place(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(letters) :]), column - 1


def _check_found(found: WorkbookRead) -> None:
    if not found.sheets:
        raise NotUnderstood(
            _("Không tìm thấy dòng tiêu đề của danh sách. Mỗi danh sách cần một dòng có cột «Họ và tên» và ít nhất hai cột khác, "
              "ví dụ «Ngày sinh», «Số CCCD»."),
            field="file",
        )  # fmt: skip
    if not found.rows:
        raise NotUnderstood(_("Danh sách trong tệp không có dòng nào dưới tiêu đề."), field="file")


# -- headings ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Head:
    sheet: SheetFound
    last_row: int
    shift: int
    kept: frozenset[int]


def _head(sheet: "CalamineSheet", name: str) -> _Head | None:
    """Find the headings of a sheet: the row, or two rows, among the first that name most fields, a person's name among them."""
    if sheet.start is None:
        return None
    shift = sheet.start[1]
    top = [[_text(cell) for cell in row][:MOST_COLUMNS] for row in islice(sheet.iter_rows(), ROWS_ABOVE_HEADINGS)]
    _spread_merged(top, sheet, shift)
    known = headings()
    best: tuple[int, int, list[str]] | None = None
    for number, row in enumerate(top):
        below = top[number + 1] if number + 1 < len(top) else []
        for last, titles in ((number, row), (number + 1, _joined(row, below) if below else [])):
            score = _score(titles, known)
            if score and (best is None or score > best[0]):
                best = score, last, titles
    if best is None:
        return None
    _most, last, titles = best
    first = last if titles == top[last] else last - 1
    titles = _with_health_below(titles, top[last + 1] if last + 1 < len(top) else [], known)
    columns = tuple(
        Column(index=index + shift, heading=title, means=_means(title, known))
        for index, title in enumerate(titles)
        if title
    )
    refused = tuple(one.heading for one in columns if one.means == HEALTH)
    kept = tuple(one for one in columns if one.means != HEALTH)
    said = " ".join(cell for row in top[:first] for cell in dict.fromkeys(row) if cell)
    return _Head(
        sheet=SheetFound(
            name=name,
            list_code=known.list_of(said) or known.list_of(name),
            columns=_each_field_once(kept),
            refused=refused,
        ),
        last_row=last,
        shift=shift,
        kept=frozenset(one.index for one in kept),
    )


def _spread_merged(top: list[list[str]], sheet: "CalamineSheet", shift: int) -> None:
    """Write the text of merged cells into each of them, so that a heading over two columns stands over both."""
    for (first_row, first_column), (last_row, last_column) in sheet.merged_cell_ranges or ():
        if first_row >= len(top) or first_column < shift:
            continue
        text = top[first_row][first_column - shift] if first_column - shift < len(top[first_row]) else ""
        for row in top[first_row : last_row + 1]:
            for column in range(first_column - shift, min(last_column - shift + 1, len(row))):
                row[column] = text


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return headings of two rows as one: «Năm sinh» over «Nam» and «Nữ» gives both with their upper word."""
    titles, over = [], ""
    for above, below in zip(upper, lower, strict=False):
        over = above or (over if below else "")
        titles.append(over if below in ("", over) else f"{over} / {below}" if over else below)
    return titles


def _with_health_below(titles: list[str], below: list[str], known: Headings) -> list[str]:
    """Return the headings; under one that stands over several columns, the row below may say that a column is about health."""
    found = list(titles)
    for place, title in enumerate(titles[: len(below)]):
        shared = title in titles[max(place - 1, 0) : place] + titles[place + 1 : place + 2]
        if title and shared and known.meaning(below[place]) == HEALTH:
            found[place] = f"{title} / {below[place]}"
    return found


def _score(titles: Sequence[str], known: Headings) -> int:
    meanings = {_means(title, known) for title in titles if title} - {None, IGNORED, HEALTH}
    return len(meanings) if "full_name" in meanings and len(meanings) >= FEWEST_HEADINGS else 0


def _means(title: str, known: Headings) -> str | None:
    """Return what a heading names: both its rows together, else the lower one, else the upper."""
    for said in (title.replace(" / ", " "), *reversed(title.split(" / "))):
        if meaning := known.meaning(said):
            return meaning
    return None


def _each_field_once(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Let a field stand over one column: the second one that seems to name it is left for the clerk."""
    taken: set[str] = set()
    once = []
    for column in columns:
        again = column.means in taken and column.means != IGNORED
        once.append(Column(index=column.index, heading=column.heading, means=None if again else column.means))
        taken.add(column.means or "")
    return tuple(once)


# -- rows ----------------------------------------------------------------------------------------------------------------------


def _rows(sheet: "CalamineSheet", head: _Head, place: int, errors: frozenset[tuple[int, int]]) -> Iterator[Row]:
    known = headings()
    for number, line in enumerate(sheet.iter_rows(), start=1):
        if number <= head.last_row + 1:
            continue
        cells: dict[int, Cell] = {}
        for index, value in enumerate(line, start=head.shift):
            if index not in head.kept:
                continue
            cell = ERROR if (number, index) in errors else _kept(value, known)
            if cell is not None:
                cells[index] = cell
        if len(cells) > 1 and not _is_numbering(cells):
            yield Row(sheet=place, number=number, cells=cells)


def _kept(value: Any, known: Headings) -> Cell:
    if isinstance(value, str):
        text = nfc(value).strip()
        if text in _ERRORS:
            return ERROR
        if known.tells_of_health(text):
            return LEFT_OUT
        return text[:_LONGEST_CELL] or None
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, datetime):
        return value.date()
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _is_numbering(cells: Mapping[int, Cell]) -> bool:
    """Tell whether this is the row «(1) (2) (3)» that many forms have below the headings."""
    return all(
        cell <= MOST_COLUMNS
        if isinstance(cell, float)
        else isinstance(cell, str) and _NUMBERING.fullmatch(cell) is not None
        for cell in cells.values()
    )


def _text(value: Any) -> str:
    return " ".join(nfc(value).split()) if isinstance(value, str) else ""


def _plain(cell: Cell) -> Any:
    return {"day": cell.isoformat()} if isinstance(cell, date) else cell


def _cell_of(value: Any) -> Cell:
    if isinstance(value, dict) and "day" in value:
        return date.fromisoformat(value["day"])
    return value  # type: ignore[no-any-return]  # what `_plain` wrote
