"""Whom to counsel in which quarter, as which group, and what of it may be told."""

from dataclasses import dataclass
from datetime import date, timedelta

ANNOUNCED_COUNSELLING = frozenset({"Y_TE", "TAM_LY", "XA_HOI", "PHAP_LY"})
"""HIV counselling never leaves the station (domain rules on HIV confidentiality)."""

COUNTED_COUNSELLING = ("Y_TE", "TAM_LY")
"""The plan's target counts medical and psychological counselling."""

CUT_OFF_DAY = 14
_LAST_MONTHS = (3, 6, 9, 12)


@dataclass(frozen=True)
class Window:
    """A reporting window, both days included; ``quarter`` and ``year`` name it."""

    first: date
    last: date
    quarter: int
    year: int


def quarter_window(day: date) -> Window:
    """Return the quarter in which a day counts: from the 15th of the month before it to the 14th of its last month.

    Circular 05/2023/TT-BYT, articles 3 to 7.
    """
    counted = (day.replace(day=1) + timedelta(days=31)).replace(day=1) if day.day > CUT_OFF_DAY else day
    quarter = (counted.month + 2) // 3
    last = date(counted.year, _LAST_MONTHS[quarter - 1], CUT_OFF_DAY)
    before = date(last.year - 1, 12, 1) if quarter == 1 else date(last.year, last.month - 3, 1)
    return Window(first=before.replace(day=CUT_OFF_DAY + 1), last=last, quarter=quarter, year=counted.year)


def counselling_group(*, in_treatment: bool, under_management: bool) -> str:
    """Propose the group of the person counselled from what is known of them."""
    if in_treatment:
        return "OST"
    return "NGUOI_SDTP" if under_management else "SAU_CAI"
