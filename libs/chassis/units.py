"""The administrative units of Vietnam: what a code stands for today, and what became of an older one."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chassis.errors import NotFound
from chassis.i18n import _

DATA = Path(__file__).parent / "data"

KINDS: Mapping[str, str] = {
    "xa": _("xã"),
    "phuong": _("phường"),
    "dac-khu": _("đặc khu"),
    "tinh": _("tỉnh"),
    "thanh-pho": _("thành phố"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """One commune or province.

    For 09385: `name` is «Đồng Nguyên», `full_name` «phường Đồng Nguyên» as inside a sentence, `title` «Phường Đồng
    Nguyên» as at the head of a page, `parent_name` «Thành phố Bắc Ninh». A province has no parent (None).
    """

    code: str
    name: str
    full_name: str
    title: str
    kind: str
    kind_label: str
    parent_code: str | None
    parent_name: str | None


def unit(code: str) -> Unit:
    """The unit in force under a code of two or five digits; NotFound when there is none."""
    row = _in_force().get(code)
    if row is None:
        raise NotFound(_("Không có đơn vị hành chính mang mã «%(code)s».", code=code), code="unknown_unit")
    return _unit(*row)


def all_units() -> tuple[Unit, ...]:
    """Every province and commune, provinces first, each in the order of the codes."""
    return tuple(_unit(*row) for row in _in_force().values())


def communes_of(province_code: str) -> tuple[Unit, ...]:
    """The communes of a province in the order of their codes; NotFound when there is no such province."""
    province = unit(province_code)
    return tuple(_unit(*row) for row in _in_force().values() if row[3] == province.code)


def successor_of(legacy_code: str) -> Unit:
    """The unit of today that most of a commune before 1 July 2025 went to; NotFound for an unknown code."""
    return successors_of(legacy_code)[0]


def successors_of(legacy_code: str) -> tuple[Unit, ...]:
    """All units of today that hold a part of a commune before 1 July 2025, the one with the most of it first."""
    successors = _successors()
    if legacy_code not in successors:
        raise NotFound(
            _("Không có xã, phường nào trước 01/7/2025 mang mã «%(code)s».", code=legacy_code), code="unknown_unit"
        )
    return tuple(unit(code) for code in successors[legacy_code])


@cache
def _in_force() -> Mapping[str, tuple[str, str, str, str]]:
    # Rows stay plain until asked for: three thousand units made at once would be felt at every start.
    return {row[0]: (row[0], row[2], row[3], row[4]) for row in _rows("admin_units.csv")}


@cache
def _unit(code: str, kind: str, title: str, parent: str) -> Unit:
    # How many words the kind takes up in the file; KINDS would answer in the reader's language.
    words = 2 if kind in {"dac-khu", "thanh-pho"} else 1
    return Unit(
        code=code,
        name=title.split(" ", words)[words],
        full_name=title[0].lower() + title[1:],
        title=title,
        kind=kind,
        kind_label=KINDS[kind],
        parent_code=parent or None,
        parent_name=_in_force()[parent][2] if parent else None,
    )


@cache
def _successors() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for legacy_code, _name, _district, _province, code, is_default in _rows("admin_units_legacy.csv"):
        codes = found.setdefault(legacy_code, [])
        codes.insert(0 if is_default == "1" else len(codes), code)
    return {legacy_code: tuple(codes) for legacy_code, codes in found.items()}


def _rows(name: str) -> Iterator[list[str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows
