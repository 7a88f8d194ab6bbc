"""Rows that events make true, before they are stored: what a projection returns, and how two rows of one key merge."""

from datetime import date

import msgspec

Attributes = dict[str, str | int | None]

NONE_STATED = 0
"""The version of a half of a span of which a sentence says that there is none; folding puts the version of the event there."""

# Rows hold codes, numbers and days and can form no cycle, so the garbage collector need not look at a million of them.


class Person(msgspec.Struct, kw_only=True, gc=False):
    """What statistics may know of a person."""

    person_key: str
    sex: str | None = None
    birth_year: int | None = None
    ethnic_group: str | None = None
    unit_code: str = ""
    version: int = 0
    event_id: str = ""

    def merge(self, other: "Person") -> "Person":
        """Return the row of the later version; merging is the same in any order."""
        return other if (other.version, other.event_id) > (self.version, self.event_id) else self


class Span(msgspec.Struct, kw_only=True, gc=False):
    """Something true from a day to a day. An event sets its beginning, its ending, or both.

    A half that an event takes back has the version of that event, and neither a day nor an event.
    """

    kind: str
    key: str
    person_key: str | None = None
    place: str | None = None
    began_on: date | None = None
    planned_end_on: date | None = None
    attributes: Attributes | None = None
    ended_on: date | None = None
    end_reason: str | None = None
    unit_code: str = ""
    began_version: int | None = None
    began_event: str | None = None
    ended_version: int | None = None
    ended_event: str | None = None

    def merge(self, other: "Span") -> "Span":
        """Take each half from the later version that states it; merging is the same in any order."""
        if _is_later(other.began_version, other.began_event, self.began_version, self.began_event):
            self.person_key, self.place = other.person_key, other.place
            self.began_on, self.planned_end_on = other.began_on, other.planned_end_on
            self.attributes = other.attributes
            self.began_version, self.began_event = other.began_version, other.began_event
        if _is_later(other.ended_version, other.ended_event, self.ended_version, self.ended_event):
            self.ended_on, self.end_reason = other.ended_on, other.end_reason
            self.ended_version, self.ended_event = other.ended_version, other.ended_event
        return self


class Fact(msgspec.Struct, kw_only=True, gc=False):
    """Something that happened on a day."""

    kind: str
    key: str
    happened_on: date
    person_key: str | None = None
    place: str | None = None
    amount: int | None = None
    origin: str | None = None
    attributes: Attributes | None = None
    unit_code: str = ""
    version: int = 0
    event_id: str = ""

    def merge(self, other: "Fact") -> "Fact":
        """Return the row of the later version; merging is the same in any order."""
        return other if (other.version, other.event_id) > (self.version, self.event_id) else self


Row = Person | Span | Fact


def _is_later(version: int | None, event: str | None, than: int | None, than_event: str | None) -> bool:
    if version is None:
        return False
    return than is None or (version, event or "") > (than, than_event or "")
