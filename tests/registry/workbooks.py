"""Old lists for tests: workbooks as offices keep them, in any order of columns, with titles and merged headings above."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import xlsxwriter

HEADINGS = {
    "full_name": "Họ và tên",
    "birth_date": "Ngày, tháng, năm sinh",
    "sex": "Giới tính",
    "id_number": "Số CCCD/CMND",
    "permanent_address": "Nơi thường trú",
    "substances": "Loại ma túy",
    "document_number": "Số quyết định",
    "starts_on": "Ngày đưa vào quản lý",
    "ends_on": "Ngày hết hạn",
    "status": "Tình trạng quản lý",
    "closed_on": "Ngày dừng, chấm dứt",
}
USERS_TITLE = "DANH SÁCH NGƯỜI SỬ DỤNG TRÁI PHÉP CHẤT MA TÚY"
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
MIDDLE = ("Văn", "Đức", "Minh", "Hữu", "Quốc", "Thanh", "Xuân", "Ngọc")
GIVEN = ("An", "Bình", "Cường", "Dũng", "Giang", "Hải", "Khánh", "Lâm", "Nam", "Phúc", "Quân", "Sơn", "Tùng", "Việt")


def a_line(place: int = 0, **answers: Any) -> dict[str, Any]:
    """One person of a list, faultless unless said otherwise; ``place`` makes them somebody else."""
    year = 1970 + place % 30
    given = {
        "full_name": f"{FAMILY[place % 10]} {MIDDLE[place // 10 % 8]} {GIVEN[place // 80 % 14]}",
        "birth_date": date(year, place % 12 + 1, place % 28 + 1),
        "sex": "Nam",
        "id_number": f"0270{year % 100:02}{place:06}",
        "permanent_address": f"Số {place % 200 + 1} phố Hoa Lan",
        "substances": "Heroin",
        "document_number": f"{place + 1}/QĐ-UBND",
        "starts_on": date(2026, 3, 1 + place % 28),
        "ends_on": date(2027, 3, 1 + place % 28),
    }
    return {**given, **answers}


# Kind of fault -> what a line of a list must say to have it.
FAULTY = {
    "missing_name": {"full_name": None},
    "name_with_signs": {"full_name": "Nguyễn Văn 2"},
    "missing_sex": {"sex": None},
    "unknown_sex": {"sex": "Khác"},
    "missing_birth": {"birth_date": None},
    "impossible_date": {"birth_date": "31/02/1990"},
    "future_date": {"starts_on": date(2027, 1, 1), "ends_on": date(2028, 1, 1)},
    "birth_after_start": {"birth_date": "01/06/2026"},
    "number_length": {"id_number": "02707000000"},
    "number_not_digits": {"id_number": "02707O000001"},
    "missing_document": {"document_number": None},
    "missing_start": {"starts_on": None},
    "only_year": {"starts_on": "2025"},
    "end_before_start": {"ends_on": date(2026, 1, 1)},
    "closed_before_start": {"status": "Đã dừng", "closed_on": date(2025, 1, 1)},
    "closed_without_day": {"status": "Chấm dứt"},
    "unknown_status": {"status": "???"},
    "unknown_substance": {"substances": "bánh mì"},
    "under_12_without_reason": {"birth_date": "01/01/2018", "id_number": None},
    "formula_cell": {"permanent_address": "=A1&B1"},
    "error_cell": {"document_number": "#REF!"},
    "too_long": {"permanent_address": "x" * 201},
    "too_early": {"birth_date": "01/01/1890"},
}
LISTS = {"L1": USERS_TITLE, "L2": "DANH SÁCH NGƯỜI NGHIỆN MA TÚY", "L3": "DANH SÁCH NGƯỜI BỊ QUẢN LÝ SAU CAI NGHIỆN"}
FIRST_LINE = 5
"""The row of a sheet in which its first line stands."""


def a_mixed_workbook(rows: int, faulty: int, *, first: int = 0) -> tuple[bytes, dict[tuple[int, int], str]]:
    """A file of the three lists with so many rows, and the faulty ones among them: (sheet, row) -> kind of fault.

    Every twentieth person of the last list stands on the first one, too.
    """
    kinds, each, faults = [*FAULTY, "number_twice"], rows // len(LISTS), {}
    spread = max(rows // faulty, 2)
    sheets: dict[str, list[dict[str, Any]]] = {name: [] for name in LISTS}
    for place in range(rows):
        sheet = min(place // each, len(LISTS) - 1)
        lines = sheets[list(LISTS)[sheet]]
        again = sheet == len(LISTS) - 1 and place % 20 == 0
        line = a_line(first + place % each if again else first + place)
        if place % spread == 1 and len(faults) < faulty:
            kind = kinds[len(faults) % len(kinds)]
            if kind == "missing_document" and sheet == 1:  # a list of addicts may be without numbers
                kind = "missing_name"
            line |= lines[-1] if kind == "number_twice" else FAULTY[kind]
            faults[sheet, FIRST_LINE + len(lines)] = kind
        lines.append(line)
    content = workbook_of(
        {name: sheet_of(lines, columns=list(HEADINGS), title=LISTS[name]) for name, lines in sheets.items()}
    )
    return content, faults


def a_workbook(lines: Iterable[Mapping[str, Any]], **more: Any) -> bytes:
    """An .xlsx file with one sheet."""
    return workbook_of({"Danh sách": sheet_of(lines, **more)})


def sheet_of(
    lines: Iterable[Mapping[str, Any]],
    *,
    columns: Sequence[str] | None = None,
    headings: Mapping[str, str] = HEADINGS,
    title: str = USERS_TITLE,
    above: int = 2,
    numbering: bool = False,
) -> list[list[Any]]:
    """The cells of a sheet: title, blank rows, headings, the row «(1) (2)» where asked for, lines, a total."""
    lines = list(lines)
    columns = list(columns or (name for name in headings if any(name in line for line in lines)))
    rows: list[list[Any]] = [[title], *[[] for _each in range(above)], ["STT", *(headings[name] for name in columns)]]
    if numbering:
        rows.append([f"({place})" for place in range(1, len(columns) + 2)])
    rows += [[place, *(line.get(name) for name in columns)] for place, line in enumerate(lines, start=1)]
    return [*rows, [], [f"Tổng cộng: {len(lines)} người"]]


def workbook_of(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """An .xlsx file of these cells; a day becomes an Excel date."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    as_day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, as_day)
                elif isinstance(value, int | float):
                    sheet.write_number(number, column, value)
                elif value:
                    sheet.write_string(number, column, value)
    book.close()
    return content.getvalue()


def ods_of(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """An .ods file of these cells, as LibreOffice writes them."""
    tables = "".join(_ods_table(name, rows) for name, rows in sheets.items())
    namespaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {namespaces}><office:body>'
            f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>",
        )
    return content.getvalue()


def _ods_table(name: str, rows: Sequence[Sequence[Any]]) -> str:
    lines = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row)) or _ods_cell(None)}</table:table-row>" for row in rows
    )
    return f'<table:table table:name="{name}">{lines}</table:table>'


def _ods_cell(value: Any) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def xls_of(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """An .xls file of these cells: Excel 97 records in one stream of a compound file."""
    parts = [_xls_sheet(rows) for rows in sheets.values()]
    head = [
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1997, 0, 0)),
        _record(0x0042, struct.pack("<H", 1200)),
    ]
    head += [_record(0x00E0, struct.pack("<HH16x", 0, number_format)) for number_format in (0, 14)]
    names = [_short(name) for name in sheets]
    offset = sum(map(len, head)) + sum(4 + 6 + len(name) for name in names) + 4
    for name, part in zip(names, parts, strict=True):
        head.append(_record(0x0085, struct.pack("<IBB", offset, 0, 0) + name))
        offset += len(part)
    return _compound(b"".join([*head, _record(0x000A), *parts]))


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _short(text: str) -> bytes:
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def _xls_sheet(rows: Sequence[Sequence[Any]]) -> bytes:
    widest = max(map(len, rows))
    found = [
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1997, 0, 0)),
        _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, widest, 0)),
    ]
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                serial = float((value - date(1899, 12, 30)).days)
                found.append(_record(0x0203, struct.pack("<HHHd", number, column, 1, serial)))
            elif isinstance(value, int | float):
                found.append(_record(0x0203, struct.pack("<HHHd", number, column, 0, value)))
            elif value:
                text = struct.pack("<HHHHB", number, column, 0, len(value), 1) + value.encode("utf-16-le")
                found.append(_record(0x0204, text))
    return b"".join([*found, _record(0x000A)])


def _compound(stream: bytes) -> bytes:
    """One stream called Workbook: a sector of the allocation table, one of the directory, then the stream."""
    sectors = max(8, -(-len(stream) // 512))
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    chain = [0xFFFFFFFD, end, *range(3, sectors + 2), end]
    table = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))
    entries = _entry("Root Entry", 5, child=1, start=end, size=0) + _entry("Workbook", 2, start=2, size=sectors * 512)
    head = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0, 0)[: 4 * 9] + struct.pack("<I", 0)
    head += struct.pack("<108I", *[free] * 108)
    return head + table + entries.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0")


def _entry(name: str, kind: int, *, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    named = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
    return (
        named.ljust(64, b"\0")
        + struct.pack("<HBB", len(named), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<III", start, size, 0)
    )
