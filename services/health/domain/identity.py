"""What a personal number may look like and what it tells of sex and birth year.

Structure ``PPP G YY NNNNNN``: decree 137/2015/NĐ-CP article 13 and circular 07/2016/TT-BCA article 7. The registry keeps the
same rule for itself: services do not share code, and an identity card is read alike everywhere.
"""

import re

from chassis.i18n import _

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
_NUMBER = re.compile(r"[0-9]{9}|[0-9]{12}")
_PERSONAL_NUMBER = re.compile(r"[0-9]{12}")


def normalise_number(typed: str) -> str:
    """Return a number without what parts its digits."""
    return _PARTING.sub("", typed)


def is_number(typed: str) -> bool:
    """Tell whether this is a personal number of 12 digits or an old identity card's of 9."""
    return _NUMBER.fullmatch(normalise_number(typed)) is not None


def is_name(typed: str) -> bool:
    """Tell whether this can be a name: letters, spaces, hyphens and apostrophes."""
    return any(sign.isalpha() for sign in typed) and all(sign.isalpha() or sign in " '’-." for sign in typed)


def number_warnings(typed: str, *, sex: str, birth_date: str | None) -> list[str]:
    """Return a sentence for each thing in a 12-digit number that does not fit; they may still be right."""
    number = normalise_number(typed)
    if not _PERSONAL_NUMBER.fullmatch(number):
        return []
    found = []
    if number[:3] not in PROVINCES_OF_BIRTH:
        found.append(_("ba số đầu %(code)s không có trong bảng mã tỉnh nơi đăng ký khai sinh.", code=number[:3]))
    if int(number[3]) % 2 != (sex == "FEMALE"):
        found.append(_("chữ số thứ tư %(digit)s không khớp với giới tính đã ghi.", digit=number[3]))
    year = _year_in(number)
    if birth_date is not None and birth_date[:4] != str(year):
        found.append(_("năm sinh trong số là %(year)s, không khớp với năm sinh đã ghi.", year=year))
    return [str(sentence) for sentence in found]


def _year_in(number: str) -> int:
    return (_FIRST_CENTURY + int(number[3]) // 2) * 100 + int(number[4:6])
