"""The sources of the printed forms: one YAML document a form, read once, checked against the catalogue and the list of fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from chassis.documents import BrokenDocument, read_document
from chassis.paper import Column, Signature, names_in
from services.registry.domain.forms import Form, Heading
from services.registry.domain.texts import Text
from services.registry.law.form_catalogue import form_catalogue

FOLDER = Path(__file__).parent / "forms"
FIELDS = Path(__file__).parent / "fields.yml"
# What the program itself knows of a document; a form's source may name it and nobody is asked for it.
KNOWN_BY_ITSELF = frozenset({
    "commune", "number", "issued_on", "signer_name", "place", "document_id", "row", "loop",
})  # fmt: skip
_IN_ROW = re.compile(r"\brow\.([a-z_]+)")

IDENTITY: Mapping[str, tuple[str, ...]] = {
    "short": (
        "Họ và tên: **{{ full_name }}**. Ngày sinh: {{ birth_date }}. Giới tính: {{ sex }}.",
        "Giấy tờ tuỳ thân: {{ papers }}.",
        "Nơi cư trú: {{ residence }}.",
    ),
    "full": (
        "Họ và tên: **{{ full_name }}**. Tên gọi khác: {{ other_name }}.",
        "Ngày sinh: {{ birth_date }}. Giới tính: {{ sex }}. Dân tộc: {{ ethnic_group }}. Quốc tịch: {{ nationality }}.",
        "Giấy tờ tuỳ thân: {{ papers }}. Ngày cấp: {{ id_issued_on | slashed }}. Nơi cấp: {{ id_issued_by }}.",
        "Nơi thường trú: {{ permanent_address }}.",
        "Nơi tạm trú: {{ temporary_address }}.",
        "Nơi ở hiện tại: {{ residence }}.",
        "Nghề nghiệp: {{ occupation }}. Nơi làm việc, học tập: {{ workplace }}.",
    ),
}


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "TEXT"
    DAY = "DAY"
    MOMENT = "MOMENT"
    COUNT = "COUNT"
    CODE = "CODE"
    ROWS = "ROWS"


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field as fields.yml describes it."""

    kind: FieldKind
    label: Text
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class FieldsFile:
    """fields.yml."""

    fields: Mapping[str, Field]


@dataclass(frozen=True, kw_only=True)
class Option:
    """A box to tick: the codes for which it is crossed, and its words; the Vietnamese ones are printed."""

    codes: tuple[str, ...]
    text: Text


@dataclass(frozen=True, kw_only=True)
class Block:
    """One part of a body; exactly one of the first eight says what it is. ``when``: only if this field is given."""

    text: str | None = None
    article: str | None = None
    heading: str | None = None
    centred: str | None = None
    to: str | None = None
    identity: str | None = None
    ticks: str | None = None
    table: str | None = None
    options: tuple[Option, ...] = ()
    columns: tuple[Column, ...] = ()
    when: str | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """Return every text of this part that may name fields."""
        said = [self.text, self.article, self.heading, self.centred, self.to]
        named = [f"{{{{ {name} }}}}" for name in (self.ticks, self.table, self.when) if name]
        identity = IDENTITY.get(self.identity or "", ())
        return (*filter(None, said), *named, *identity, *(option.text.vi for option in self.options))

    @property
    def kinds(self) -> int:
        """Return how many kinds of part this claims to be."""
        said = (
            self.text, self.article, self.heading, self.centred, self.to, self.identity, self.ticks, self.table,
        )  # fmt: skip
        return sum(part is not None for part in said)


@dataclass(frozen=True, kw_only=True)
class FormSource:
    """forms/<code>.yml: what one form says, from its title to those who sign beside the signer.

    ``needs`` are fields that other forms may leave empty and without which this one says nothing.
    """

    title: str
    body: tuple[Block, ...]
    subject: str = ""
    needs: tuple[str, ...] = ()
    decider: bool = False
    grounds: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    landscape: bool = False

    @property
    def texts(self) -> list[str]:
        """Return every text that may name fields."""
        parts = [text for block in self.body for text in block.texts]
        signed = [text for signature in self.signatures for text in (*signature.lines, signature.name)]
        return [self.title, self.subject, *self.grounds, *parts, *signed]

    def options_of(self, name: str) -> tuple[Option, ...]:
        """Return the boxes that a field may cross."""
        return tuple(option for block in self.body if block.ticks == name for option in block.options)

    def row_names(self, name: str) -> set[str]:
        """Return what a line of a table must hold."""
        columns = [column for block in self.body if block.table == name for column in block.columns]
        return {found for column in columns for found in _IN_ROW.findall(column.text)}


@dataclass(frozen=True, kw_only=True)
class AskedField:
    """A field that a form asks: its name, kind and label, whether it may stay empty, the boxes that it may cross."""

    name: str
    kind: FieldKind
    label: Text
    optional: bool
    options: tuple[Option, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        """Return the codes it may hold."""
        return frozenset(code for option in self.options for code in option.codes)

    @property
    def choices(self) -> dict[str, str]:
        """Return what an officer chooses from: one code a box, with its words."""
        return {option.codes[0]: option.text.spoken for option in self.options}


@cache
def fields() -> Mapping[str, Field]:
    """Return every field there is, read once."""
    return read_document(FIELDS, FieldsFile).fields


@cache
def form_source(code: str) -> FormSource:
    """Return the source of a printed form, read once. Raises BrokenDocument."""
    file = FOLDER / f"{form_catalogue().form(code).code}.yml"
    source = read_document(file, FormSource)
    _check(file, source)
    return source


@cache
def fields_of(code: str) -> tuple[AskedField, ...]:
    """Return what a form asks, in the order of fields.yml."""
    form, source = form_catalogue().form(code), form_source(code)
    named = names_in(source.texts) - KNOWN_BY_ITSELF
    if _names_its_facility(form):
        named |= {"facility_name"}
    return tuple(
        AskedField(
            name=name,
            kind=field.kind,
            label=field.label,
            optional=field.optional and name not in source.needs,
            options=source.options_of(name),
        )
        for name, field in fields().items()
        if name in named
    )


def names_somebody(code: str) -> bool:
    """Tell whether a form is about one person; several people's acts may name the paper of one that is not."""
    return any(asked.name == "full_name" for asked in fields_of(code))


def missing_in(code: str, data: Mapping[str, Any]) -> list[AskedField]:
    """Return the fields that a form needs and that these answers do not give."""
    return [asked for asked in fields_of(code) if not asked.optional and is_empty(data.get(asked.name), asked.kind)]


def is_empty(value: Any, kind: FieldKind) -> bool:
    """Tell whether nothing was answered; a list without lines is an answer."""
    if kind is FieldKind.ROWS:
        return value is None
    return value is None or (isinstance(value, str) and not value.strip())


def check_all_sources() -> int:
    """Read the source of every printed form; return how many. Raises BrokenDocument; the service's start calls this."""
    printed = {form.code for form in form_catalogue().forms.values() if form.printed}
    written = {file.stem for file in FOLDER.glob("*.yml")}
    for code in sorted(printed ^ written):
        raise BrokenDocument(FOLDER / f"{code}.yml", 1, "a printed form of forms.yml and a source belong together")
    for code in sorted(printed):
        form_source(code)
    return len(printed)


def _names_its_facility(form: Form) -> bool:
    return form.heading is Heading.FACILITY


def _check(file: Path, source: FormSource) -> None:
    """Every part is of one kind, every field is known, boxes and tables have what they need."""
    for place, block in enumerate(source.body):
        path = f"body[{place}]"
        if block.kinds != 1:
            raise BrokenDocument.at(file, path, "a part is exactly one of text, article, heading, centred, to, …")
        if block.identity is not None and block.identity not in IDENTITY:
            raise BrokenDocument.at(file, f"{path}.identity", f"is one of {', '.join(IDENTITY)}")
        if (block.ticks is None) == bool(block.options) or (block.table is None) == bool(block.columns):
            raise BrokenDocument.at(file, path, "boxes need options, a table needs columns")
    _check_fields(file, source.texts)
    for name in source.needs:
        if name not in names_in(source.texts) or not fields()[name].optional:
            raise BrokenDocument.at(file, "needs", f"is no field of the form that may stay empty elsewhere: {name}")


def _check_fields(file: Path, texts: Sequence[str]) -> None:
    try:
        unknown = names_in(list(texts)) - KNOWN_BY_ITSELF - set(fields())
    except jinja2.TemplateError as error:
        raise BrokenDocument(file, 1, f"a field is not written as it should be: {error}") from error
    if unknown:
        raise BrokenDocument(file, 1, f"unknown fields: {', '.join(sorted(unknown))}")
