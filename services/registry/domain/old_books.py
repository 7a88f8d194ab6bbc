"""An office's old list as history: what one of its lines says of a person, accepted as it was written («nhập từ sổ cũ»).

A signer or a form that today's rules refuse is no fault of an old line (domain.md §18); it is entered and never produced anew.
"""

from dataclasses import dataclass
from datetime import date

from services.registry.domain.terms import end_of_term

USERS, ADDICTS, POST_REHAB = "L1", "L2", "L3"
LISTS = (USERS, ADDICTS, POST_REHAB)
TRACKS = {USERS: "A", ADDICTS: "C", POST_REHAB: "G"}
OPEN, SUSPENDED, CLOSED = "OPEN", "SUSPENDED", "CLOSED"

YOUNGEST_USER = 12
# Years of a term: management of users one; after rehabilitation one or two, by what was completed (L120 Đ42 k1, k2).
YEARS = {USERS: (1,), POST_REHAB: (1, 2)}


@dataclass(frozen=True, kw_only=True)
class OldCase:
    """A line of an old list about a person who is in the register.

    ``list_code`` says which list: L1 users (track A), L2 addicts (track C), L3 post-rehabilitation (track G). ``status`` is
    OPEN, SUSPENDED or CLOSED; a closed one has its day. ``document_number`` may be empty on a list of addicts only.
    """

    person_id: str
    list_code: str
    starts_on: date
    ends_on: date | None = None
    document_number: str = ""
    signer_role: str | None = None
    status: str = OPEN
    closed_on: date | None = None
    closing_reason: str | None = None
    form_code: str | None = None
    substances: tuple[str, ...] = ()

    @property
    def track(self) -> str:
        """Return the track of the law that the list belongs to."""
        return TRACKS[self.list_code]


def is_term_of_the_law(list_code: str, starts_on: date, ends_on: date) -> bool:
    """Tell whether a term is as long as the law says; the day before is how some offices count."""
    ends = [end_of_term(starts_on, years, "YEAR") for years in YEARS.get(list_code, ())]
    return not ends or any(0 <= (end - ends_on).days <= 1 for end in ends)


def age_on(birth_date: str, day: date) -> int:
    """Return the age that somebody has reached at most on a day; where only the year is known, counted from 1 January."""
    year, *rest = (int(part) for part in birth_date.split("-"))
    month, day_of_month = rest or (1, 1)
    return day.year - year - ((day.month, day.day) < (month, day_of_month))
