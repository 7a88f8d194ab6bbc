"""The determinations under faults: police and station at work, both killed again and again until every request has ended."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from amqp.exceptions import AMQPError

from chassis.broker import Queues, connect
from chassis.faultpoints import CONSUMER_STEPS, RELAY_STEPS
from tests.faults.line import Line
from tests.faults.machinery import Services, Tally, Worker, Workshop, Zygote
from tests.faults.saga_verdict import how_many_ended, judge_determinations
from tests.faults.scenario import EMBEDDED_STEPS, SWALLOW_SECONDS, cut_connections, make_databases, meddled, settle
from tests.faults.verdict import Verdict, judge_listener, logs_of
from tests.faults.world import World, until

BOTH = ("registry", "health")
POLICE, STATION = ("registry", "police"), ("health", "desk")
"""How the names of the workers of each side begin."""
LOOK_EVERY = 2.0
SLOWER, SLOWEST = 1.4, 6.0
"""On a busy machine whoever is killed too soon never gets to work: while nothing ends, the pauses grow."""


@dataclass(frozen=True, kw_only=True)
class SagaPlan:
    """How many and how hard. ``withdrawn`` is the share of requests that are taken back if they wait long enough.

    After ``hits`` deaths at each named step everybody is killed at random moments only: who dies at every first step never works.

    The stage ends when the last one has ended, at the latest after ``at_most`` seconds; line and database connections are cut
    when these shares have ended.
    """

    wanted: int
    at_most: float
    kill_every: float
    settle_seconds: float
    workers: int = 2
    hits: int = 2
    withdrawn: float = 0.12
    cuts: tuple[float, ...] = ()
    swallows: tuple[float, ...] = ()
    mutation: str | None = None
    reconcile_seconds: int = 2


@dataclass
class SagaOutcome:
    """What was done, and what came of it."""

    wanted: int
    tally: Tally
    verdict: Verdict
    seconds: float = 0.0

    @property
    def at_the_police(self) -> int:
        """Return how often somebody of the registry's side was killed."""
        return self._kills(POLICE)

    @property
    def at_the_station(self) -> int:
        """Return how often somebody of the station's side was killed."""
        return self._kills(STATION)

    def _kills(self, side: tuple[str, ...]) -> int:
        # Whoever runs the whole ward stands on both sides.
        return sum(count for name, count in self.tally.by_name.items() if name.startswith((*side, "ward")))


@dataclass
class Agenda:
    """What is done when a share of the requests has ended; what fails is told at the end."""

    tally: Tally
    verdict: Verdict
    due: list[tuple[float, str, Callable[[], None]]] = field(default_factory=list)

    def at(self, shares: tuple[float, ...], what: str, deed: Callable[[], None]) -> None:
        self.due = sorted([*self.due, *((share, what, deed) for share in shares)], key=lambda item: item[0])

    def go_on(self, share: float) -> None:
        while self.due and self.due[0][0] <= share:
            _share, what, deed = self.due.pop(0)
            try:
                deed()
                self.tally.other[what] += 1
            except Exception as error:  # noqa: BLE001 - told at the end
                self.verdict.trouble.append(repr(error))


def determinations_on_broker(
    zygote: Zygote, services: Services, plan: SagaPlan, *, folder: Path, seed: int
) -> SagaOutcome:
    """Run registry and station over the broker."""
    began, line = time.monotonic(), Line(services.amqp_url)
    world = _a_world(plan, folder, f"{services.database_url.rsplit('/', 1)[0]}/faults_", services.amqp_url, line.url)
    make_databases(world)
    _forget_what_others_said(services.amqp_url)
    workshop, verdict = Workshop(zygote, world, seed=seed), Verdict()
    agenda = Agenda(workshop.tally, verdict)
    agenda.at(plan.cuts, "line cut", line.cut)
    agenda.at(plan.cuts, "database connections cut", lambda: cut_connections(world))
    agenda.at(plan.swallows, "line swallowed", lambda: line.swallow(SWALLOW_SECONDS))
    try:
        workshop.hire(*(Worker("serve", name, (*RELAY_STEPS, *CONSUMER_STEPS)) for name in BOTH))
        workshop.hire(
            *(Worker(role, f"{role}-{number}") for role in ("police", "desk") for number in range(plan.workers))
        )
        workshop.hire(*(Worker("meddle", f"meddle-{name}") for name in BOTH))
        _kill_until_all_have_ended(workshop, plan, agenda)
        workshop.disarm()
        workshop.dismiss("meddle")
        _let_them_end(world, plan)
        workshop.dismiss("police")
        workshop.dismiss("desk")
        settle(world, plan)
    finally:
        workshop.close()
        line.close()
    fates = ("messages held back and shuffled", "messages repeated", "messages dropped")
    workshop.tally.other.update(dict(zip(fates, meddled(world), strict=True)))
    return _judged(world, workshop, verdict, began)


def determinations_embedded(zygote: Zygote, plan: SagaPlan, *, folder: Path, seed: int) -> SagaOutcome:
    """Run registry and station, and those who work there, in one process on SQLite files."""
    began = time.monotonic()
    world = _a_world(plan, folder, f"sqlite:///{folder}/", None, None)
    make_databases(world)
    workshop, verdict = Workshop(zygote, world, seed=seed), Verdict()
    try:
        workshop.hire(Worker("determining_ward", "ward", EMBEDDED_STEPS))
        _kill_until_all_have_ended(workshop, plan, Agenda(workshop.tally, verdict))
        workshop.disarm()
        _let_them_end(world, plan)
        settle(world, plan)
    finally:
        workshop.close()
    return _judged(world, workshop, verdict, began)


def _a_world(plan: SagaPlan, folder: Path, databases: str, amqp_url: str | None, relay_url: str | None) -> World:
    ending = "" if amqp_url else ".db"
    return World(
        folder=str(folder),
        databases={name: f"{databases}{name}{ending}" for name in BOTH},
        amqp_url=amqp_url,
        relay_url=relay_url,
        mutation=plan.mutation,
        reconcile_seconds=plan.reconcile_seconds,
        wanted=plan.wanted,
        withdrawn=plan.withdrawn,
    )


def _kill_until_all_have_ended(workshop: Workshop, plan: SagaPlan, agenda: Agenda) -> None:
    began, ended, pause = time.monotonic(), 0, 1.0
    looked_at = began
    while ended < plan.wanted and time.monotonic() - began < plan.at_most:
        time.sleep(plan.kill_every * pause)
        workshop.kill_one()
        if workshop.least_hits() >= plan.hits:
            workshop.disarm()
        if time.monotonic() - looked_at > LOOK_EVERY:
            before, ended, looked_at = ended, how_many_ended(workshop.world), time.monotonic()
            pause = 1.0 if ended > before else min(pause * SLOWER, SLOWEST)
            agenda.go_on(ended / plan.wanted)


def _let_them_end(world: World, plan: SagaPlan) -> None:
    """Nobody is killed any more: what was on its way when the last one died arrives."""
    until(lambda: how_many_ended(world) >= plan.wanted, seconds=plan.settle_seconds, every=0.5)


def _judged(world: World, workshop: Workshop, verdict: Verdict, began: float) -> SagaOutcome:
    said = logs_of(world, verdict)
    for name in world.listeners:
        judge_listener(world, name, said, verdict)
    judge_determinations(world, verdict)
    return SagaOutcome(world.wanted, workshop.tally, verdict, time.monotonic() - began)


def _forget_what_others_said(amqp_url: str) -> None:
    """Empty the queues of both: what an earlier run left there was said in another world."""
    for name in BOTH:
        with suppress(AMQPError), connect(amqp_url) as connection:
            connection.channel().queue_purge(Queues.of(name).inbox)
