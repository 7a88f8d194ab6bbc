"""The runs: how long and how hard, in full for `make faults` and small for `make test`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults.determinations import SagaOutcome, SagaPlan, determinations_embedded, determinations_on_broker
from tests.faults.machinery import Services, Zygote
from tests.faults.mutations import BREAKS, MUTATIONS, SAGA_MUTATIONS
from tests.faults.scenario import Outcome, Plan, embedded, on_broker

FULL_BROKER = Plan(
    seconds=100, at_most=140, kill_every=0.3, kills=150, hits=3, settle_seconds=30, poison=True, lives=True, latecomer=0.5,
    witness_read=0.45, restarts=(0.2, 0.75), wipes=(0.55, 0.85), swallows=(0.12, 0.3), cuts=(0.08, 0.4, 0.65),
)  # fmt: skip
SMALL_BROKER = Plan(
    seconds=8, at_most=25, kill_every=0.4, kills=20, meddled=200, settle_seconds=20, poison=True, latecomer=0.5,
    swallows=(0.4,), cuts=(0.6,), reconcile_seconds=1,
)  # fmt: skip
FULL_EMBEDDED = Plan(
    seconds=20, at_most=40, kill_every=0.3, kills=60, hits=3, settle_seconds=20, poison=True, lives=True
)
SMALL_EMBEDDED = Plan(seconds=4, at_most=15, kill_every=0.3, kills=10, settle_seconds=15, poison=True)
MUTANT = Plan(
    seconds=3, at_most=15, kill_every=2.0, meddled=200, settle_seconds=3, swallows=(0.3,), reconcile_seconds=1
)

FULL_SAGA = SagaPlan(wanted=500, at_most=420, kill_every=1.0, settle_seconds=40, cuts=(0.2, 0.7), swallows=(0.5,))
SMALL_SAGA = SagaPlan(wanted=20, at_most=60, kill_every=1.5, settle_seconds=20, cuts=(0.5,), reconcile_seconds=1)
FULL_SAGA_EMBEDDED = SagaPlan(wanted=15, at_most=60, kill_every=1.0, settle_seconds=30)
SMALL_SAGA_EMBEDDED = SagaPlan(wanted=6, at_most=40, kill_every=1.0, settle_seconds=20)
SAGA_MUTANT = SagaPlan(wanted=20, at_most=15, kill_every=2.0, settle_seconds=3, withdrawn=0.6, reconcile_seconds=1)

LEAST_EVENTS = 50
"""With fewer events a run proves nothing, whatever it finds."""


@dataclass(frozen=True)
class Size:
    """One size of everything. ``kills`` is the least over all runs, ``hits`` the least deaths at each named step."""

    embedded: Plan
    broker: Plan
    saga_embedded: SagaPlan
    saga: SagaPlan
    kills: int
    hits: int


FULL = Size(FULL_EMBEDDED, FULL_BROKER, FULL_SAGA_EMBEDDED, FULL_SAGA, kills=200, hits=3)
SMALL = Size(SMALL_EMBEDDED, SMALL_BROKER, SMALL_SAGA_EMBEDDED, SMALL_SAGA, kills=25, hits=0)


@dataclass(frozen=True)
class Stage:
    """Where runs take place: a folder, and the process that workers are forked from."""

    zygote: Zygote
    folder: Path
    seed: int

    def in_one_process(self, plan: Plan) -> Outcome:
        return embedded(self.zygote, plan, folder=self._room("embedded"), seed=self.seed)

    def over_the_broker(self, services: Services, plan: Plan) -> Outcome:
        return on_broker(self.zygote, services, plan, folder=self._room("broker"), seed=self.seed)

    def determinations_in_one_process(self, plan: SagaPlan) -> SagaOutcome:
        return determinations_embedded(self.zygote, plan, folder=self._room("determinations-embedded"), seed=self.seed)

    def determinations(self, services: Services, plan: SagaPlan) -> SagaOutcome:
        return determinations_on_broker(
            self.zygote, services, plan, folder=self._room("determinations"), seed=self.seed
        )

    def mutations(self, services: Services) -> dict[str, bool]:
        """Take each promise out in its turn; tell whether the line of the verdict that is about it says so."""
        caught = {}
        for name in MUTATIONS:
            plan = replace(MUTANT, mutation=name)
            verdict = on_broker(self.zygote, services, plan, folder=self._room(name), seed=self.seed).verdict
            caught[name] = BREAKS[name] in verdict.failures and verdict.events >= LEAST_EVENTS and not verdict.trouble
        for name in SAGA_MUTATIONS:
            saga = replace(SAGA_MUTANT, mutation=name)
            room = self._room(name)
            verdict = determinations_on_broker(self.zygote, services, saga, folder=room, seed=self.seed).verdict
            caught[name] = BREAKS[name] in verdict.failures and verdict.events >= LEAST_EVENTS and not verdict.trouble
        return caught

    def services(self) -> Services:
        return Services(self.folder / "services")

    def _room(self, name: str) -> Path:
        room = self.folder / name
        room.mkdir(parents=True)
        return room


@contextmanager
def a_stage(folder: Path, *, seed: int) -> Iterator[Stage]:
    """Set the stage; strike it at the end, with everybody on it."""
    zygote = Zygote()
    try:
        yield Stage(zygote, folder, seed)
    finally:
        zygote.close()
