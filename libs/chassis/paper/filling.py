"""Filling a Word template with fields: the same bytes for the same answers, and nothing of a value is taken for a command."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any

from jinja2 import Environment, StrictUndefined, meta

# No clock in a file: the earliest day that the format knows.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_NOT_ON_PAPER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_DOTS = "……"
_SHORT_MONTH = 3


@dataclass(frozen=True, kw_only=True)
class About:
    """What the file says of itself."""

    title: str
    author: str
    made_on: date
    language: str = "vi-VN"


def fill(template: bytes, context: Mapping[str, Any], *, about: About) -> bytes:
    """Return the document with every field filled in. Raises jinja2.UndefinedError for a field that nobody gave."""
    from docxtpl import DocxTemplate  # noqa: PLC0415 - loaded with the first document

    document = DocxTemplate(BytesIO(template))
    document.render({name: _on_paper(value) for name, value in context.items()}, _environment(), autoescape=True)
    made_at = datetime.combine(about.made_on, time(), UTC).replace(tzinfo=None)
    properties = document.docx.core_properties
    properties.title, properties.author, properties.language = about.title, about.author, about.language
    properties.created = properties.modified = made_at
    properties.last_modified_by, properties.comments, properties.revision = about.author, "", 1
    filled = BytesIO()
    document.save(filled)
    return packed({name: part for name, part in parts_of(filled.getvalue()).items() if "thumbnail" not in name})


def parts_of(document: bytes) -> dict[str, bytes]:
    """Return the parts of a Word file by name. Raises zipfile.BadZipFile for what is none."""
    with zipfile.ZipFile(BytesIO(document)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return a Word file of these parts, without the time at which it was made."""
    relations = "_rels/.rels"
    if relations in parts:
        parts = {**parts, relations: re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", parts[relations])}
    first = ("[Content_Types].xml", relations)
    order = [name for name in first if name in parts] + sorted(set(parts) - set(first))
    bytes_ = BytesIO()
    with zipfile.ZipFile(bytes_, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in order:
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            archive.writestr(entry, parts[name])
    return bytes_.getvalue()


def names_in(texts: list[str]) -> set[str]:
    """Return the fields that some texts with fields name. Raises jinja2.TemplateSyntaxError."""
    return meta.find_undeclared_variables(_environment().parse("\n".join(texts)))


def day(value: object) -> str:
    """Return «ngày 05 tháng 7 năm 2026»: a leading zero for days below 10 and for the months 1 and 2."""
    read = _day_of(value)
    if read is None:
        return f"ngày {_DOTS} tháng {_DOTS} năm {_DOTS}"
    month = f"{read.month:02}" if read.month < _SHORT_MONTH else str(read.month)
    return f"ngày {read.day:02} tháng {month} năm {read.year}"


def slashed(value: object) -> str:
    """Return «05/07/2026»; a value that is no day stays as it is."""
    read = _day_of(value)
    return f"{read:%d/%m/%Y}" if read else str(value or _DOTS)


def moment(value: object) -> str:
    """Return «09 giờ 00 phút, ngày 04 tháng 7 năm 2026»."""
    try:
        read = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return f"{_DOTS} giờ {_DOTS} phút, {day(None)}"
    return f"{read:%H} giờ {read:%M} phút, {day(read.date())}"


def ticked(value: object, *codes: object) -> str:
    """Return a box, crossed when the value is one of the codes (or holds one, being a list)."""
    held = value if isinstance(value, list | tuple | set) else [value]
    return "☒" if set(codes) & set(held) else "☐"


def _environment() -> Environment:
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"day": day, "slashed": slashed, "moment": moment, "ticked": ticked}
    return environment


def _day_of(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _on_paper(value: Any) -> Any:
    """Return a value without the signs that a Word file cannot hold, and without breaks of lines."""
    if isinstance(value, str):
        return " ".join(_NOT_ON_PAPER.sub(" ", str(value)).split())
    if isinstance(value, Mapping):
        return {name: _on_paper(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_on_paper(item) for item in value]
    return value
