"""What a name, a birth date, a telephone and a personal number may look like, and what the number tells.

Structure of the number: decree 137/2015/NĐ-CP article 13 and circular 07/2016/TT-BCA article 7: ``PPP G YY NNNNNN``.
"""

import re
from collections.abc import Mapping
from datetime import date

from chassis.errors import NotUnderstood
from chassis.i18n import _
from services.registry.domain.codes import NO_PAPERS

TWELVE_DIGITS = frozenset({"CC", "CCCD", "VNEID", "KHAI_SINH"})
ADULT_AGE = 18
LONGEST_PART = 50

# The 63 provinces of birth registration before July 2025; never where somebody lives.
PROVINCES_OF_BIRTH = frozenset(
    f"{code:03}"
    for code in (
        1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40,
        42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83,
        84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
    )
)  # fmt: skip
_FIRST_CENTURY = 19
_PARTING = re.compile(r"[\s.\-]")
_PASSPORT = re.compile(r"[A-Z]{0,2}[0-9]{6,9}")
_MOBILE = re.compile(r"0[35789][0-9]{8}")
_LANDLINE = re.compile(r"02[0-9]{9}")


def normalise_number(typed: str) -> str:
    """Return a number of papers without what parts its digits, letters in capitals."""
    return _PARTING.sub("", typed).upper()


def check_papers(id_type: str, number: str | None, no_id_reason: str | None) -> str | None:
    """Return the normalised number of the papers, or None for somebody without papers. Raises NotUnderstood."""
    if id_type == NO_PAPERS:
        if number:
            raise NotUnderstood(_("Số giấy tờ: đã chọn «Không có giấy tờ» thì để trống mục này."), field="id_number")
        if not no_id_reason:
            raise NotUnderstood(_("Lý do không có giấy tờ: hãy ghi lý do."), field="no_id_reason")
        return None
    if not number:
        raise NotUnderstood(
            _("Số giấy tờ: hãy ghi số; người không có giấy tờ thì chọn «Không có giấy tờ»."), field="id_number"
        )
    number = normalise_number(number)
    _check_shape(id_type, number)
    return number


def _check_shape(id_type: str, number: str) -> None:
    if id_type in TWELVE_DIGITS and not _is_digits(number, 12):
        raise NotUnderstood(_("Số giấy tờ: số định danh cá nhân phải có đúng 12 chữ số."), field="id_number")
    if id_type == "CMND" and not _is_digits(number, 9):
        raise NotUnderstood(_("Số giấy tờ: chứng minh nhân dân phải có đúng 9 chữ số."), field="id_number")
    if id_type == "HC" and not _PASSPORT.fullmatch(number):
        raise NotUnderstood(
            _("Số giấy tờ: hộ chiếu có nhiều nhất hai chữ cái rồi đến các chữ số, ví dụ C1234567."), field="id_number"
        )


def number_warnings(id_type: str, number: str, *, sex: str, birth_date: str) -> list[str]:
    """Return a sentence for each thing in a 12-digit number that does not fit; they may still be right."""
    number = normalise_number(number)
    if id_type not in TWELVE_DIGITS or not _is_digits(number, 12):
        return []
    found = []
    if number[:3] not in PROVINCES_OF_BIRTH:
        found.append(_("ba số đầu %(code)s không có trong bảng mã tỉnh nơi đăng ký khai sinh.", code=number[:3]))
    year = birth_year(birth_date)
    if int(number[3]) % 2 != (sex == "FEMALE"):
        found.append(_("chữ số thứ tư %(digit)s không khớp với giới tính đã ghi.", digit=number[3]))
    if int(number[3]) // 2 != year // 100 - _FIRST_CENTURY:
        found.append(
            _("chữ số thứ tư %(digit)s không khớp với thế kỷ của năm sinh %(year)s.", digit=number[3], year=year)
        )
    if int(number[4:6]) != year % 100:
        found.append(_("hai số %(digits)s không khớp với năm sinh %(year)s.", digits=number[4:6], year=year))
    return [str(sentence) for sentence in found]


def check_name(field: str, label: str, name: str) -> None:
    """Refuse what cannot be a name: signs and digits, or a part of more than 50 letters. Raises NotUnderstood."""
    if any(not (sign.isalpha() or sign in " '’-.") for sign in name) or not any(sign.isalpha() for sign in name):
        raise NotUnderstood(
            _("%(label)s: tên chỉ gồm chữ cái, dấu cách, dấu nháy và gạch nối.", label=label), field=field
        )
    if any(len(part) > LONGEST_PART for part in name.split()):
        raise NotUnderstood(
            _("%(label)s: mỗi phần của tên dài nhất %(longest)s chữ.", label=label, longest=LONGEST_PART), field=field
        )


def check_phone(typed: str) -> None:
    """Refuse what is no Vietnamese telephone number; +84 stands for the leading 0. Raises NotUnderstood."""
    number = re.sub(r"^\+84", "0", _PARTING.sub("", typed))
    if not (_MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number)):
        raise NotUnderstood(
            _("Số điện thoại: hãy ghi 10 chữ số bắt đầu bằng 03, 05, 07, 08, 09, hoặc số cố định bắt đầu bằng 02."),
            field="phone",
        )


def birth_year(birth_date: str) -> int:
    """Return the year of "1990" or "1990-05-01"."""
    return int(birth_date[:4])


def is_minor(birth_date: str, on: date) -> bool:
    """Tell whether somebody is younger than 18 on a day; where only the year is known, whether they may be."""
    year, *rest = (int(part) for part in birth_date.split("-"))
    month, day = rest or (12, 31)
    return (on.year - year - ((on.month, on.day) < (month, day))) < ADULT_AGE


def summary(values: Mapping[str, object]) -> str:
    """Return how a person is called in a line: the name in capitals, as the forms print it."""
    return str(values.get("full_name", "")).upper()


def _is_digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdecimal()
