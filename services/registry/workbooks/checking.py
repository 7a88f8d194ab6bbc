"""One row of an old list, understood: what it says of a person and of the list, and everything that is wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as kept
from datetime import date
from typing import Any, TypeVar

from chassis.errors import NotUnderstood
from chassis.fold import fold
from services.registry.domain import identity
from services.registry.domain.codes import NO_PAPERS
from services.registry.domain.old_books import (
    ADDICTS,
    CLOSED,
    OPEN,
    YOUNGEST_USER,
    age_on,
    is_term_of_the_law,
)
from services.registry.workbooks import columns
from services.registry.workbooks.columns import BadCell
from services.registry.workbooks.faults import Fault
from services.registry.workbooks.headings import headings
from services.registry.workbooks.reading import ERROR, LEFT_OUT, Cell, Row

Read = TypeVar("Read")

_KEPT_AS_TYPED = (
    "permanent_address", "temporary_address", "current_abode", "birth_place", "home_town", "occupation", "workplace",
    "nationality", "other_name", "father_name", "mother_name", "spouse_name", "id_issued_by",
)  # fmt: skip
_KINH: tuple[str, str | None] = ("KINH", None)
_NO_PAPERS: tuple[str, str | None, list[Fault]] = (NO_PAPERS, None, [])
_TELLS_OF_A_PERSON = {
    "full_name",
    "id_number",
    "birth_date",
    "birth_male",
    "birth_female",
    "document_number",
    "starts_on",
}
_SURELY_A_PERSON = 2


@dataclass(frozen=True, kw_only=True)
class SheetPlan:
    """How the rows of a sheet are read: the field of each column, and the list they belong to."""

    fields: Mapping[int, str]
    list_code: str | None = None


@dataclass(kw_only=True)
class Entry:
    """What a row says, in the register's own codes; ``faults`` are everything that is odd about it."""

    sheet: int
    number: int
    full_name: str = ""
    sex: str = ""
    birth_date: str = ""
    ethnic_group: str = "KINH"
    id_type: str = NO_PAPERS
    id_number: str | None = None
    details: dict[str, Any] = kept(default_factory=dict)
    list_code: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    document_number: str = ""
    signer_role: str | None = None
    status: str = OPEN
    closed_on: date | None = None
    closing_reason: str | None = None
    substances: tuple[str, ...] = ()
    reason: str = ""
    faults: list[Fault] = kept(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Tell whether the row cannot be taken as it is."""
        return any(fault.refuses for fault in self.faults)

    @property
    def without_number(self) -> str:
        """Return what tells somebody without papers from others: name, birth date, parents, folded."""
        parents = (self.details.get("father_name", ""), self.details.get("mother_name", ""))
        return "|".join([fold(self.full_name), self.birth_date, *(fold(str(name)) for name in parents)])

    @property
    def as_listed(self) -> str:
        """Return what makes this line of the list the same line when it comes again."""
        who = self.id_number or self.without_number
        return "|".join([who, self.list_code, str(self.starts_on), fold(self.document_number)])


def entry_of(row: Row, plan: SheetPlan, *, today: date) -> Entry | None:
    """Understand a row; None for one that is about nobody, such as a total or a signature below the list."""
    cells = {name: row.cells.get(index) for index, name in plan.fields.items()}
    if sum(cells.get(name) is not None for name in _TELLS_OF_A_PERSON) < _SURELY_A_PERSON:
        return None
    entry = Entry(sheet=row.sheet, number=row.number)
    read = _Reader(cells, entry)
    read.note_special_cells(row.cells, plan.fields)
    _who(read, entry)
    _papers(read, entry)
    _listed(read, entry, plan)
    _closing(read, entry)
    _check_days(entry, today)
    _check_child(entry)
    return entry


class _Reader:
    """Reads the cells of one row; what cannot be read becomes a fault of the entry."""

    def __init__(self, cells: Mapping[str, Cell], entry: Entry) -> None:
        self.cells = cells
        self.entry = entry
        self.at_fault: set[str] = set()

    def note_special_cells(self, cells: Mapping[int, Cell], fields: Mapping[int, str]) -> None:
        """Say where a cell was an error of the spreadsheet, or was left out for what it told."""
        for index, cell in cells.items():
            if cell == ERROR and index in fields:
                self.refuse("error_cell", fields[index])
            if cell == LEFT_OUT:
                self.refuse("left_out", fields.get(index, ""))

    def read(self, field: str, how: Callable[[Cell], Read], otherwise: Read) -> Read:
        """Return a cell read by ``how``; a cell that cannot be read is a fault and gives ``otherwise``."""
        try:
            return how(self.cells.get(field))
        except BadCell as bad:
            self.refuse(bad.code, field, bad.fact)
            return otherwise

    def text(self, field: str) -> str:
        """Return a cell as text."""
        return self.read(field, lambda cell: columns.line(cell, field), "")

    def refuse(self, code: str, field: str = "", fact: str = "") -> None:
        """Note a fault."""
        self.at_fault.add(field)
        fault = Fault(code=code, field=field, fact=fact)
        if fault not in self.entry.faults:
            self.entry.faults.append(fault)

    def is_missing(self, field: str) -> bool:
        """Tell whether nothing was typed there, as against something that could not be read."""
        return field not in self.at_fault


def _who(read: _Reader, entry: Entry) -> None:
    entry.full_name = read.text("full_name")
    if not entry.full_name and read.is_missing("full_name"):
        read.refuse("missing_name", "full_name")
    for field in ("full_name", "other_name", "father_name", "mother_name", "spouse_name"):
        name = read.text(field) if field != "full_name" else entry.full_name
        if name and not _is_name(name):
            read.refuse("name_with_signs", field)
    _sex_and_birth(read, entry)
    entry.ethnic_group, people = read.read("ethnic", columns.ethnic, _KINH)
    typed = {name: read.text(name) for name in _KEPT_AS_TYPED} | {"ethnic_name": people, "phone": _phone(read)}
    issued = read.read("id_issued_on", columns.year_or_day, None)
    typed["id_issued_on"] = issued if issued and len(issued) > len("1990") else None
    entry.details = {name: value for name, value in typed.items() if value}
    entry.reason = read.text("reason")


def _sex_and_birth(read: _Reader, entry: Entry) -> None:
    """Read sex and birth, also from forms with a column of birth years for men and one for women."""
    by_sex = {"MALE": "birth_male", "FEMALE": "birth_female"}
    told = next((sex for sex, name in by_sex.items() if read.cells.get(name) not in (None, "")), None)
    birth_field = by_sex[told] if told else "birth_date"
    birth = read.read(birth_field, columns.year_or_day, None)
    entry.birth_date = birth or ""
    if birth is None and read.is_missing(birth_field):
        read.refuse("missing_birth", "birth_date")
    sex = read.read("sex", lambda cell: columns.code(cell, "sex", "unknown_sex", whole=True), None) or told
    if sex is None and "female_mark" in read.cells:
        sex = "FEMALE" if read.text("female_mark") else "MALE"
    entry.sex = sex or ""
    if sex is None and read.is_missing("sex"):
        read.refuse("missing_sex", "sex")


def _phone(read: _Reader) -> str | None:
    """Return the telephone number when it is one; an old list's number that is none is let go."""
    number = read.text("phone")
    try:
        identity.check_phone(number)
    except NotUnderstood:
        return None
    return number


def _is_name(name: str) -> bool:
    try:
        identity.check_name("full_name", "", name)
    except NotUnderstood:
        return False
    return True


def _papers(read: _Reader, entry: Entry) -> None:
    entry.id_type, entry.id_number, odd = read.read("id_number", columns.papers, _NO_PAPERS)
    entry.faults.extend(odd)
    if not (entry.id_number and entry.sex and entry.birth_date):
        return
    unlike = identity.number_warnings(entry.id_type, entry.id_number, sex=entry.sex, birth_date=entry.birth_date)
    unknown_province = entry.id_type == "CCCD" and entry.id_number[:3] not in identity.PROVINCES_OF_BIRTH
    if unknown_province:
        read.refuse("number_province", "id_number")
    if len(unlike) > unknown_province:
        read.refuse("number_unlike", "id_number")


def _listed(read: _Reader, entry: Entry, plan: SheetPlan) -> None:
    said = read.text("list_code")
    entry.list_code = (headings().list_of(said) if said else plan.list_code) or ""
    if not entry.list_code:
        read.refuse("unknown_list", "list_code")
    entry.document_number = read.text("document_number")
    if not entry.document_number and entry.list_code != ADDICTS and read.is_missing("document_number"):
        # The statutory list of users (form M10) has no such column; a list that has one has a number in every row.
        read.refuse("missing_document" if "document_number" in read.cells else "no_document_column", "document_number")
    decided_on = read.read("decided_on", columns.day, None)
    entry.starts_on = read.read("starts_on", columns.day, None) or decided_on
    if entry.starts_on is None and read.is_missing("starts_on") and read.is_missing("decided_on"):
        read.refuse("missing_start", "starts_on")
    entry.ends_on = read.read("ends_on", columns.day, None)
    entry.substances = read.read("substances", columns.substances, ())
    signer = read.text("signer")
    entry.signer_role = headings().value("signer", signer) if signer else None


def _closing(read: _Reader, entry: Entry) -> None:
    entry.closed_on = read.read("closed_on", columns.day, None)
    status = read.read("status", lambda cell: columns.code(cell, "status", "unknown_status"), None)
    entry.status = status or (CLOSED if entry.closed_on else OPEN)
    if entry.status == CLOSED and entry.closed_on is None and read.is_missing("closed_on"):
        read.refuse("closed_without_day", "closed_on")
    if entry.status == OPEN and entry.closed_on is not None:
        read.refuse("open_with_closing_day", "closed_on")
    if entry.status != CLOSED:
        entry.closed_on = None
        return
    said = read.text("closing_reason")
    entry.closing_reason = headings().value("closing_reason", said) if said else None
    if said and entry.closing_reason is None:
        read.refuse("unknown_reason", "closing_reason")


def _check_days(entry: Entry, today: date) -> None:
    starts_on = entry.starts_on
    born_on = _first_day(entry.birth_date) if entry.birth_date else None
    if born_on and born_on > today:
        _note(entry, "future_date", "birth_date")
    elif born_on and starts_on and born_on > starts_on:
        _note(entry, "birth_after_start", "birth_date")
    for name, happened_on in (("starts_on", starts_on), ("closed_on", entry.closed_on)):
        if happened_on and happened_on > today:
            _note(entry, "future_date", name)
    if starts_on and entry.closed_on and entry.closed_on < starts_on:
        _note(entry, "closed_before_start", "closed_on")
    if starts_on and entry.ends_on:
        _check_term(entry, starts_on, entry.ends_on, today)


def _check_term(entry: Entry, starts_on: date, ends_on: date, today: date) -> None:
    if ends_on <= starts_on:
        _note(entry, "end_before_start", "ends_on")
    elif not is_term_of_the_law(entry.list_code, starts_on, ends_on):
        _note(entry, "term_not_of_law", "ends_on")
    if entry.status == OPEN and starts_on < ends_on < today:
        _note(entry, "term_over", "ends_on")


def _note(entry: Entry, code: str, field: str) -> None:
    entry.faults.append(Fault(code=code, field=field))


def _first_day(birth_date: str) -> date:
    return date.fromisoformat(birth_date if len(birth_date) > len("1990") else f"{birth_date}-01-01")


def _check_child(entry: Entry) -> None:
    if not (entry.birth_date and entry.starts_on) or _first_day(entry.birth_date) > entry.starts_on:
        return
    if age_on(entry.birth_date, entry.starts_on) < YOUNGEST_USER:
        _note(entry, "under_12" if entry.reason else "under_12_without_reason", "birth_date")
