"""Which figures a batch of events touches: days per unit and kind."""

from datetime import date

from services.reporting.domain import SUPERSEDED_BY

EVER = (date.min, date.max)


class Touched:
    """Days on which a unit's rows of a kind changed, as first and last day, and the units whose persons changed."""

    def __init__(self) -> None:
        self.days: dict[tuple[str, str], tuple[date, date]] = {}
        self.units_of_persons: set[str] = set()

    def person(self, unit: str) -> None:
        """What is known of a person changed."""
        self.units_of_persons.add(unit)

    def span(self, unit: str, kind: str, *began_on: date | None) -> None:
        """A span changed; it matters to every window that ends on the day it began or later."""
        days = [day for day in began_on if day is not None]
        if days:
            self.extend(unit, kind, min(days), date.max)

    def fact(self, unit: str, kind: str, *happened_on: date | None) -> None:
        """A fact changed, or was taken back by one that supersedes it."""
        days = [day for day in happened_on if day is not None]
        if days:
            self.extend(unit, kind, min(days), max(days))
        for superseded, by in SUPERSEDED_BY.items():
            if kind in by:
                # The fact that no longer counts may lie on any day.
                self.extend(unit, superseded, *EVER)

    def extend(self, unit: str, kind: str, first: date, last: date) -> None:
        """Add the days from the first to the last to those touched of a kind."""
        before = self.days.get((unit, kind))
        if before is not None:
            first, last = min(first, before[0]), max(last, before[1])
        self.days[unit, kind] = (first, last)
