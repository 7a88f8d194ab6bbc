"""A made-up ward: plausible lives, lived day by day through the services' own handlers.

The same seed, size and last day give the same ward, down to every identifier. Nobody in it exists.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from chassis.service import Runtime
from embedded.simulator.determinations import live_through_determinations
from embedded.simulator.diary import Diary, Story
from embedded.simulator.office import live_at_the_office
from embedded.simulator.people import Population
from embedded.simulator.police import draft_a_decision, live_under_management
from embedded.simulator.rehabilitation import live_through_rehabilitation
from embedded.simulator.rounds import live_on_the_rounds
from embedded.simulator.station import live_at_the_station

DAYS_IN_A_MONTH = 30.44


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How large the made-up ward is: people known to the police, months of history, and the seed of chance."""

    people: int = 60
    months: int = 14
    seed: int = 1


def simulate(runtimes: Mapping[str, Runtime], *, unit: str, scale: Scale, last_day: date | None = None) -> str:
    """Live ``scale.months`` up to ``last_day`` (yesterday when None) in the databases of these services.

    Returns a sentence about what happened. The services must have been migrated and hold nothing of this unit yet.
    """
    last_day = last_day or runtimes["registry"].clock.today() - timedelta(days=1)
    first_day = last_day - timedelta(days=round(scale.months * DAYS_IN_A_MONTH))
    # Not a secret: chance that a seed repeats.
    chance = random.Random(f"{unit}/{scale.seed}/{scale.people}/{scale.months}")
    diary = Diary(runtimes, unit=unit, seed=f"{unit}/{scale.seed}", last_day=last_day)
    story = Story(diary, chance, Population(chance), first_day, last_day)
    lives = live_under_management(story, scale.people)
    live_at_the_station(story, lives)
    live_at_the_office(story, lives)
    live_on_the_rounds(story, lives)
    live_through_determinations(story)
    live_through_rehabilitation(story)
    draft_a_decision(story, lives)
    deeds, refused = diary.live()
    return f"{unit}: {deeds} deeds of {first_day:%d/%m/%Y}–{last_day:%d/%m/%Y} recorded, {refused} refused by the rules"
