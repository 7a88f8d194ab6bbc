"""What stands in a cell: a text, a day however it was typed, a number of papers, a sex, substances."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

from chassis.errors import NotUnderstood
from chassis.fold import fold, nfc
from services.registry.domain import identity
from services.registry.domain.codes import NO_PAPERS
from services.registry.workbooks.faults import Fault
from services.registry.workbooks.headings import headings
from services.registry.workbooks.reading import Cell

LONGEST_LINE = 200
LONGEST = {"full_name": 120, "other_name": 120, "document_number": 60, "father_name": 120, "mother_name": 120,
           "spouse_name": 120, "occupation": 120, "phone": 20, "nationality": 60, "ethnic": 40}  # fmt: skip
NATIONAL_NUMBER, OLD_NUMBER = 12, 9

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_FIRST_SERIAL, _LAST_SERIAL = 3_000, 80_000
_SERIALS_BEGIN = date(1899, 12, 30)
_DAY = re.compile(r"(?P<day>[0-9]{1,2})\s*[/.\- ,]\s*(?P<month>[0-9]{1,2})\s*[/.\- ,]\s*(?P<year>[0-9]{4})")
_ISO_DAY = re.compile(r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})(?:[T ][0-9:.]+)?")
_WORDED_DAY = re.compile(r"(?:ngay )?(?P<day>[0-9]{1,2}) thang (?P<month>[0-9]{1,2}) nam (?P<year>[0-9]{4})")
_RUN_TOGETHER = re.compile(r"(?P<day>[0-9]{1,2})(?P<month>[0-9]{2})(?P<year>[0-9]{4})")
_ONLY_YEAR = re.compile(r"(?:(?:sinh |nam )*|(?:[0-9]{1,2}|0+) (?:0+ )?)(?P<year>(?:19|20)[0-9]{2})")
_BETWEEN = re.compile(r"[,;/+&\n]| và | va ")
_FORMULA = re.compile(r"[=@]")


class BadCell(Exception):
    """A cell that cannot be read as what its column holds."""

    def __init__(self, code: str, fact: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.fact = fact


def line(cell: Cell, field: str = "") -> str:
    """Return a cell as one line of text, a whole number without a fraction. Raises BadCell."""
    if cell is None or isinstance(cell, dict):
        return ""
    if isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else str(cell)
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    text = " ".join(
        "".join(sign for sign in nfc(str(cell)) if unicodedata.category(sign) not in {"Cf", "Cs", "Cn"}).split()
    )
    if _FORMULA.match(text):
        raise BadCell("formula_cell")
    longest = LONGEST.get(field, LONGEST_LINE)
    if len(text) > longest:
        raise BadCell("too_long", str(longest))
    return text


def day(cell: Cell) -> date | None:
    """Return a full day, None for an empty cell. Raises BadCell."""
    known = year_or_day(cell)
    if known is None:
        return None
    if len(known) == len("1990"):
        raise BadCell("only_year")
    return date.fromisoformat(known)


def year_or_day(cell: Cell) -> str | None:
    """Return "1990-05-01", or "1990" where no day is given; None for an empty cell. Raises BadCell."""
    if isinstance(cell, date):
        return _checked(cell).isoformat()
    text = line(cell)
    if not text or not any(sign.isalnum() for sign in text):
        return None
    if isinstance(cell, float) and _FIRST_SERIAL <= cell <= _LAST_SERIAL:
        return _checked(_SERIALS_BEGIN + timedelta(days=int(cell))).isoformat()
    for pattern, written in ((_DAY, text), (_ISO_DAY, text), (_WORDED_DAY, fold(text)), (_RUN_TOGETHER, text)):
        if found := pattern.fullmatch(written):
            if set(found["day"] + found["month"]) == {"0"}:
                return _year(found["year"])
            return _in_calendar(found["year"], found["month"], found["day"])
    if found := _ONLY_YEAR.fullmatch(fold(text)):
        return _year(found["year"])
    raise BadCell("impossible_date")


def _in_calendar(year: str, month: str, day_of_month: str) -> str:
    try:
        return _checked(date(int(year), int(month), int(day_of_month))).isoformat()
    except ValueError:
        raise BadCell("impossible_date") from None


def _year(text: str) -> str:
    _checked(date(int(text), 1, 1))
    return text


def _checked(found: date) -> date:
    if found.year < _FIRST_YEAR:
        raise BadCell("too_early")
    if found.year > _LAST_YEAR:
        raise BadCell("impossible_date")
    return found


def papers(cell: Cell) -> tuple[str, str | None, list[Fault]]:
    """Return the kind of papers, their number, and what is odd about how it was typed. Raises BadCell.

    A number that was typed as a number has lost its leading zero; one digit is given back, and said so.
    """
    text = line(cell).lstrip("'`")
    number = identity.normalise_number(text)
    if not any(sign.isalnum() for sign in number):
        return NO_PAPERS, None, []
    odd = []
    if isinstance(cell, float) and len(number) in (NATIONAL_NUMBER - 1, OLD_NUMBER - 1):
        number = f"0{number}"
        odd = [Fault(code="zero_restored", field="id_number")]
    if number.isascii() and number.isdecimal():
        if len(number) not in (NATIONAL_NUMBER, OLD_NUMBER):
            raise BadCell("number_length")
        return ("CCCD" if len(number) == NATIONAL_NUMBER else "CMND"), number, odd
    try:
        return "HC", identity.check_papers("HC", number, None), odd
    except NotUnderstood:
        raise BadCell("number_not_digits") from None


def substances(cell: Cell) -> tuple[str, ...]:
    """Return the codes of the substances that a cell names. Raises BadCell for a word that is none."""
    found: dict[str, None] = {}
    for word in _BETWEEN.split(line(cell)):
        if not word.strip():
            continue
        code = headings().value("substances", word)
        if code is None:
            raise BadCell("unknown_substance")
        found[code] = None
    return tuple(found)


def code(cell: Cell, kind: str, unknown: str, *, whole: bool = False) -> str | None:
    """Return the code of a cell's words, None for an empty one. Raises BadCell for unknown words."""
    text = line(cell)
    if not text:
        return None
    known = headings().value(kind, text, whole=whole)
    if known is None:
        raise BadCell(unknown)
    return known


def ethnic(cell: Cell) -> tuple[str, str | None]:
    """Return KINH or KHAC, and the name of a people other than the Kinh."""
    text = line(cell, "ethnic")
    if fold(text) in ("", "kinh"):
        return "KINH", None
    return "KHAC", text


def same(one: Sequence[object], other: Sequence[object]) -> bool:
    """Tell whether texts are the same to a reader who ignores accents, capitals and spaces."""
    return [fold(str(text or "")) for text in one] == [fold(str(text or "")) for text in other]
