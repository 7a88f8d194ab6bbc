"""What is known of one person when an act is judged: tests, circumstances, and the cases that the acts so far have made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from services.registry.domain.codes import POSITIVE
from services.registry.domain.terms import add_months
from services.registry.domain.tracks import Act, Case, Track, Transition, follow

ADULT_YEARS = 18
MONTHS = 12

# Circumstances of a person that open or bar a measure, and what they are called in the law stands in law/circumstances.yml.
DECEASED, MISSING, IMPRISONED, CRIMINAL_CASE = "DECEASED", "MISSING", "PRISON", "CRIMINAL_CASE"
IN_EDUCATION = "CSGD_TRUONG_GD"
DIED_IN_TREATMENT = "Died"


@dataclass(frozen=True, kw_only=True)
class TestFacts:
    """What the law asks of one test; times are local."""

    __test__ = False

    test_id: str
    result: str
    taken_at: datetime
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class Circumstance:
    """Something about a person's life that bears on a measure, from a day until a day: prison, pregnancy, a criminal case …"""

    kind: str
    since_on: date
    until_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether it is so on this day."""
        return self.since_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True, kw_only=True)
class Breach:
    """Minutes of a breach that stand in the book: the case in which it counts, and the step that the law asks next.

    ``minutes_at`` is local time, midnight where only the day of the minutes is known.
    """

    violation_id: str
    case_ref: str
    situation: str
    kind: str
    committed_on: date
    minutes_at: datetime
    step: str

    @property
    def recorded_on(self) -> date:
        """Return the day of the minutes in Việt Nam."""
        return self.minutes_at.date()


@dataclass(frozen=True, kw_only=True)
class History:
    """One person as the law sees them. ``birth_date`` is ISO text, a whole day or only a year."""

    unit_code: str = ""
    birth_date: str | None = None
    tests: Sequence[TestFacts] = ()
    circumstances: Sequence[Circumstance] = ()
    breaches: Sequence[Breach] = ()
    cases: tuple[Case, ...] = ()

    def open_case(self, track: str) -> Case | None:
        """Return the one open case of a track (INV-1)."""
        return next((case for case in self.cases if case.track == track and case.is_open), None)

    def case_for(self, track: str, line: Transition) -> Case | None:
        """Return the case in which an act would stand: the open one, or a closed one in which just this is still to be done."""
        running = self.open_case(track)
        if running is not None and running.state in line.origin and running.facts.get(line.on) is None:
            return running
        closed = [case for case in self.cases_of(track) if case.closing and not case.closing.from_old_book]
        left = [case for case in closed if case.state in line.origin and case.facts.get(line.on) is None]
        return left[0] if left else running

    def cases_of(self, track: str) -> list[Case]:
        """Return the cases of a track, in the order in which they were opened."""
        return [case for case in self.cases if case.track == track]

    def breaches_in(self, case: Case, step: str) -> list[Breach]:
        """Return the breaches in a case after which the law asks this step."""
        return [breach for breach in self.breaches if breach.case_ref == case.case_id and breach.step == step]

    def is_so(self, kind: str, day: date) -> bool:
        """Tell whether a circumstance holds on a day."""
        return any(each.kind == kind and each.holds_on(day) for each in self.circumstances)

    def is_gone(self, day: date) -> bool:
        """Tell whether the person is dead or declared dead or missing, also where health told of a death in treatment."""
        died = any(told <= day for told in self.deaths_told())
        return died or self.is_so(DECEASED, day) or self.is_so(MISSING, day)

    def deaths_told(self) -> list[date]:
        """Return the days on which somebody died as health told it of a treatment."""
        told = (case.did(DIED_IN_TREATMENT) for case in self.cases_of("E"))
        return [act.happened_on for act in told if act is not None]

    def age_on(self, day: date) -> int | None:
        """Return whole years of age; a person of whom only the year is known has the birthday on 31 December."""
        return age_on(self.birth_date, day)

    def is_minor_on(self, day: date) -> bool:
        """Tell whether the person is under 18."""
        age = self.age_on(day)
        return age is not None and age < ADULT_YEARS

    def positive_tests(self) -> list[TestFacts]:
        """Return the positive tests, the oldest first."""
        return sorted((test for test in self.tests if test.result == POSITIVE), key=lambda test: test.taken_at)

    def with_act(self, tracks: Mapping[str, Track], act: Act) -> "History":
        """Return the history after one more act."""
        kept = {case.case_id: case for case in self.cases}
        kept[act.case_id] = follow(tracks[act.track], kept.get(act.case_id), act)
        return replace(self, cases=tuple(kept.values()))


def age_on(birth_date: str | None, day: date) -> int | None:
    """Return whole years of age on a day; None when the birth date is not known."""
    if not birth_date:
        return None
    parts = [int(part) for part in birth_date.split("-")]
    born = date(parts[0], parts[1], parts[2]) if len(parts) == 3 else date(parts[0], 12, 31)  # noqa: PLR2004
    age = day.year - born.year
    return age if add_months(born, age * MONTHS) <= day else age - 1


def told_in(details: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the sealed answers that were given."""
    return frozenset(name for name, answer in details.items() if answer)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An act as somebody wants to enter it, before the law has been asked. ``happened_at`` is local time.

    ``told`` names the sealed answers that come with it: the law asks whether they were given, never what they say.
    """

    track: str
    event: str
    happened_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    document_number: str | None = None
    signer_role: str | None = None
    from_old_book: bool = False
    told: frozenset[str] = frozenset()

    @property
    def happened_on(self) -> date:
        """Return the day in Việt Nam."""
        return self.happened_at.date()
