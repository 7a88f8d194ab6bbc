"""The diary: who does what at which hour, carried out in the order of time through the services' handlers."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial

from chassis.actors import Actor
from chassis.clock import LOCAL_ZONE, FrozenClock
from chassis.delivery import InProcess
from chassis.errors import ProgrammeError
from chassis.ids import SeededIds
from chassis.relay import Relay
from chassis.service import Runtime
from chassis.unit_of_work import UnitOfWork
from embedded.simulator.people import Population

Deed = Callable[[UnitOfWork], object]


@dataclass(order=True)
class Entry:
    """One deed of the diary."""

    at: datetime
    order: int
    service: str
    role: str
    deed: Deed = field(compare=False)
    hears: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Story:
    """What every life is made of: the diary, chance, the people, the first and the last day."""

    diary: "Diary"
    chance: random.Random
    population: Population
    first_day: date
    last_day: date

    @property
    def days(self) -> int:
        """Return how many days the story has."""
        return (self.last_day - self.first_day).days

    def happens(self, share: float) -> bool:
        """Tell by chance whether something happens that happens to this share of cases."""
        return self.chance.random() < share


class Diary:
    """Collects deeds for days to come and then lives them. Deeds after the last day are left undone."""

    def __init__(self, runtimes: Mapping[str, Runtime], *, unit: str, seed: str, last_day: date) -> None:
        self._clock = FrozenClock(_instant(last_day, time(0, 0)))
        self._unit = unit
        self._last_day = last_day
        self._runtimes = {name: self._in_this_time(runtime, seed) for name, runtime in runtimes.items()}
        self._joined = InProcess(list(self._runtimes.values()))
        self._entries: list[Entry] = []

    def on(
        self,
        day: date,
        service: str,
        role: str,
        deed: Deed,
        *,
        hour: int = 9,
        minute: int = 0,
        hears: bool = False,
    ) -> None:
        """Enter a deed of somebody with this role in this agency; ``hears``: it follows from what another agency said before."""
        if day <= self._last_day:
            at = _instant(day, time(hour, minute))
            self._entries.append(Entry(at, len(self._entries), service, role, deed, hears))

    def live(self) -> tuple[int, int]:
        """Carry everything out; return how many deeds were done, and how many the rules refused."""
        done = refused = 0
        for entries in self._working_days():
            if any(entry.hears for entry in entries):
                self._deliver(entries[0].at)
            refusals = self._together(entries)
            done, refused = done + len(entries) - refusals, refused + refusals
        if any(entry.hears for entry in self._entries):
            self._deliver(self._clock.now())
        for runtime in self._runtimes.values():
            runtime.close()
        return done, refused

    def _deliver(self, at: datetime) -> None:
        """Carry what was said so far to everyone who hears it."""
        self._clock.set(at)
        for name, runtime in self._runtimes.items():
            deliver = partial(self._joined.deliver_from, name)
            Relay(runtime.store, runtime.tables.outbox, service=name, deliver=deliver).run_until_empty()

    def _working_days(self) -> list[list[Entry]]:
        """Return what each person did on each day, in the order of time.

        A person's day is one transaction: it is quicker and no less true.
        """
        days: dict[tuple[date, str, str], list[Entry]] = {}
        for entry in sorted(self._entries):
            days.setdefault((entry.at.date(), entry.service, entry.role), []).append(entry)
        return sorted(days.values(), key=lambda entries: entries[0])

    def _together(self, entries: list[Entry]) -> int:
        """Carry out some deeds in one transaction; when the rules refuse one of them, each alone. Return the refusals."""
        try:
            self._carry_out(entries)
        except ProgrammeError:
            if len(entries) == 1:
                return 1
            return sum(self._together([entry]) for entry in entries)
        return 0

    def _carry_out(self, entries: list[Entry]) -> None:
        service, role = entries[0].service, entries[0].role
        actor = Actor(
            account_id=f"demo-{service}-{role.lower()}",
            username=role.lower(),
            display_name=role,
            unit=self._unit,
            service=service,
            roles=frozenset({role}),
            channel="simulator",
        )
        self._clock.set(entries[0].at)
        with self._runtimes[service].unit_of_work(actor, purpose="SIMULATION") as uow:
            for entry in entries:
                self._clock.set(entry.at)
                entry.deed(uow)

    def _in_this_time(self, runtime: Runtime, seed: str) -> Runtime:
        name = runtime.definition.name
        ids = SeededIds(f"{seed}/{name}", self._clock.now)
        return Runtime(runtime.definition, runtime.settings, clock=self._clock, ids=ids)


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=LOCAL_ZONE)
