"""The lists L1 to L3 as workbooks: the columns of the printed list, each cell a text, nothing that a program would run."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any

from chassis.units import unit
from services.registry.documents.sources import FormSource, form_source
from services.registry.domain.forms import Heading
from services.registry.law.form_catalogue import form_catalogue

# Which printed list each of the three is (domain.md 3.1, 3.3, 3.7).
LISTS: Mapping[str, str] = {"L1": "ND163_PL3_M10", "L2": "OWN_L2", "L3": "OWN_L3"}
_OPTIONS = {
    "constant_memory": True,
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
FONT = "Times New Roman"
_LONGEST_CELL = 32_000
_WIDTH = 1.3
_HEADER_ROW = 4


def list_workbook(code: str, rows: Iterable[Mapping[str, Any]], *, unit_code: str, as_of: date, demo: bool) -> bytes:
    """Return one of the lists as .xlsx, written row by row; the same bytes for the same rows. ``code`` is L1, L2 or L3."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - loaded with the first workbook

    form, source = form_catalogue().form(LISTS[code]), form_source(LISTS[code])
    columns = [column for block in source.body for column in block.columns]
    file = BytesIO()
    workbook = Workbook(file, _OPTIONS)
    workbook.set_properties({"title": form.name, "created": datetime.combine(as_of, time(), UTC).replace(tzinfo=None)})
    bold = workbook.add_format({"bold": True, "font_name": FONT, "text_wrap": True, "border": 1, "align": "center"})
    plain = workbook.add_format({"font_name": FONT, "text_wrap": True, "border": 1, "valign": "top"})
    title = workbook.add_format({"bold": True, "font_name": FONT, "font_size": 14})
    sheet = workbook.add_worksheet(code)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(_HEADER_ROW)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.share * _WIDTH)
    for line, text in enumerate(_above(source, unit_code, as_of, heading=form.heading, demo=demo)):
        sheet.write_string(line, 0, text, title)
    for place, column in enumerate(columns):
        sheet.write_string(_HEADER_ROW, place, column.title, bold)
    for count, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            name = column.text.strip("{} ").removeprefix("row.")
            value = count if name == "loop.index" else row.get(name, "")
            sheet.write_string(_HEADER_ROW + count, place, harmless(value), plain)
    workbook.close()
    return file.getvalue()


def harmless(value: Any) -> str:
    """Return a cell's text so that no program takes it for a formula: an apostrophe before what begins like one."""
    text = "" if value is None else f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
    text = text[:_LONGEST_CELL]
    return f"'{text}" if text.lstrip(" \n").startswith(_STARTS_A_FORMULA) else text


def _above(source: FormSource, unit_code: str, as_of: date, *, heading: Heading, demo: bool) -> list[str]:
    agency = "Ủy ban nhân dân" if heading is Heading.UBND else "Công an"
    lines = [f"{agency} {unit(unit_code).full_name}".upper(), f"{source.title} {source.subject.upper()}"]
    lines.append(f"Tính đến ngày {as_of:%d/%m/%Y}")
    return [*lines, "DỮ LIỆU MINH HOẠ"] if demo else lines
