"""Times of day as clerks type them."""

import re
from datetime import time

_TIME_OF_DAY = re.compile(r"(?P<hour>[01]?[0-9]|2[0-3])(?:[:.hg](?P<minute>[0-5][0-9])|[hg])")


def time_of_day(typed: str) -> time | None:
    """Return the time that was written as 16:00, 8:30, 16h00 or 16h; None for what is no time of day."""
    found = _TIME_OF_DAY.fullmatch(typed.strip().lower())
    return time(int(found["hour"]), int(found["minute"] or 0)) if found else None
