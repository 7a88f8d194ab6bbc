"""The monthly look at where people under management live (ND163 Đ61 k1a), entered by the officer one round after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from chassis.unit_of_work import UnitOfWork
from embedded.simulator.diary import Story
from embedded.simulator.police import OFFICER, Life
from services.registry.commands.books import CheckResidences
from services.registry.handlers import books as handlers

ROUNDS = (5, 12, 20)
"""The days of a month on which the officer goes round."""

ABSENT_SHARE = 0.04
KEPT = timedelta(days=123)
"""How far back the rounds are in the books."""

OVERLOOKED = 3
"""How many were met on no round since the month before this one: they are overdue."""


@dataclass
class Round:
    """One day of looks: who is on the list, and whether they were there."""

    day: date
    lines: list[tuple[Life, str]] = field(default_factory=list)


def live_on_the_rounds(story: Story, lives: Sequence[Life]) -> None:
    """Enter the rounds of some months; each person under management is on one round of a month."""
    rounds: dict[date, Round] = {}
    overlooked_since = (story.last_day.replace(day=1) - timedelta(days=1)).replace(day=1)
    overlooked = [life for life in lives if _is_managed(life, overlooked_since) and life.managed_until is None]
    for life in lives:
        for first in _months(life, story.last_day):
            day = first.replace(day=story.chance.choice(ROUNDS))
            outcome = "ABSENT" if story.happens(ABSENT_SHARE) else "PRESENT"
            missed = life in overlooked[:OVERLOOKED] and day > overlooked_since
            if _is_managed(life, day) and day > story.last_day - KEPT and not missed:
                rounds.setdefault(day, Round(day)).lines.append((life, outcome))
    for day in sorted(rounds):
        story.diary.on(day, "registry", OFFICER, partial(_check, rounds[day]), hour=17)


def _months(life: Life, last_day: date) -> list[date]:
    """Return the first days of the months that somebody is under management in."""
    if life.managed_from is None:
        return []
    months, until = [life.managed_from.replace(day=1)], life.managed_until or last_day
    while (following := (months[-1] + timedelta(days=32)).replace(day=1)) <= until:
        months.append(following)
    return months


def _is_managed(life: Life, day: date) -> bool:
    return life.managed_from is not None and life.managed_from < day < (life.managed_until or date.max)


def _check(made: Round, uow: UnitOfWork) -> None:
    lines = [
        {"person_id": life.person.person_id, "checked_on": made.day, "outcome": outcome} for life, outcome in made.lines
    ]
    handlers.check_residences(CheckResidences(lines=lines), uow)
