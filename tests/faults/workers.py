"""What the workers do. Each runs in a process of its own and may be killed at any moment."""

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import amqp
import eventlet
from sqlalchemy import insert

from chassis import faultpoints, logs
from chassis.broker import BROKER_ERRORS, Queues, connect
from chassis.messaging import AnswerRpc, FeedRpc, background_of, configure_nameko
from chassis.service import Runtime
from chassis.serving import run_until_stopped
from chassis.testing import UNIT, an_actor
from embedded.simulator.diary import Diary, Story
from embedded.simulator.office import live_at_the_office
from embedded.simulator.people import Population
from embedded.simulator.police import live_under_management
from embedded.simulator.station import live_at_the_station
from embedded.ward import Ward, definition_of
from services.reporting.indicators import the_catalogue
from services.reporting.indicators.values import keep
from services.reporting.tables import KEPT
from tests.faults.load import FIRST_DAY, LAST_DAY, LOAD, NEVER, corrected, facts
from tests.faults.mutations import mutate
from tests.faults.saga import ask_over_the_broker, live_at_the_desk, live_at_the_police
from tests.faults.world import DEED, FIRST, SOURCES, WINDOWS, World

for _name in (*SOURCES, FIRST):
    definition_of(_name)  # imported before the fork, once for all workers
the_catalogue()

ROLLED_BACK_SHARE = 0.1
PEOPLE_AT_ONCE = 5
COPIES, FEW_COPIES = (1, 4, 4, 1), (2, 6, 2, 0)
"""How often a message is dropped, given on, doubled and trebled; few where little is said, or the copies are all there is."""


def work(order: dict[str, Any]) -> None:
    """Do what the order says, in a fresh fork, until killed."""
    eventlet.hubs.use_hub()
    world = World(**order["world"])
    mutate(world.mutation)
    logs.configure(service=order["name"], level="WARNING")
    if order["step"]:
        faultpoints.arm(order["step"], order["count"])
    ROLES[order["role"]](world, order["name"], order["seed"])


def serve(world: World, name: str, _seed: int) -> None:
    """Run a service's loops as they run in production, without its pages."""
    runtime = world.runtime(name)
    configure_nameko(runtime)
    members = {"name": name, "runtime": runtime, **background_of(runtime)}
    run_until_stopped([type("Service", (FeedRpc, AnswerRpc), members)])


def load(world: World, name: str, seed: int) -> None:
    """Record facts in small transactions, some of which are rolled back."""
    source = name.removeprefix("load-")
    runtime = world.runtime(source)
    _record(runtime, source, seed, pause=0.02)


def meddle(world: World, name: str, seed: int) -> None:
    """Stand in the way of a listener: hold its messages back, and give them on shuffled, twice, or not at all."""
    queue = Queues.of(name.removeprefix("meddle-")).inbox
    chance = random.Random(seed)
    tally = Path(world.folder) / "meddled"
    while True:
        try:
            _meddle(world, queue, chance, tally)
        except BROKER_ERRORS:
            time.sleep(0.3)


def look(world: World, name: str, seed: int) -> None:
    """Look at figures, which keeps them: what is kept must never be older than the rows."""
    runtime = world.runtime(name.removeprefix("look-"))
    chance, catalogue = random.Random(seed), the_catalogue()
    while True:
        wanted = {chance.choice(list(catalogue)).code: WINDOWS}
        with runtime.store.begin() as session:
            keep(session.connection(), KEPT, catalogue, UNIT, wanted)
        time.sleep(chance.uniform(0.1, 0.5))


def embedded(world: World, _name: str, seed: int) -> None:
    """Run a whole ward in one process: services joined in memory, and the load."""
    ward = _one_process(world)
    for source in SOURCES:
        eventlet.spawn(_record, ward.runtimes[source], source, seed, pause=0.01)
    look(world, f"look-{FIRST}", seed)


def settle_embedded(world: World, _name: str, _seed: int) -> None:
    """Run the one-process ward without any load, so that what was recorded arrives."""
    _one_process(world)
    while True:
        eventlet.sleep(1)


def live(world: World, _name: str, seed: int) -> None:
    """Let the simulator live the lives of some people through the services' own handlers, then of others."""
    runtimes = {name: world.runtime(name) for name in SOURCES}
    chance = random.Random(seed)
    diary = Diary(runtimes, unit=UNIT, seed=f"live-{seed}", last_day=LAST_DAY)
    story = Story(diary, chance, Population(chance), FIRST_DAY, LAST_DAY)
    lives = live_under_management(story, PEOPLE_AT_ONCE)
    live_at_the_station(story, lives)
    if seed == 1:
        # A ward has its places and its plan of the year once.
        live_at_the_office(story, lives)
    diary.live()


def police(world: World, _name: str, seed: int) -> None:
    """Be an officer: whatever is to be done next for somebody whose addiction is to be determined."""
    _live(live_at_the_police(world.runtime("registry"), wanted=world.wanted, withdrawn=world.withdrawn, seed=seed))


def desk(world: World, _name: str, seed: int) -> None:
    """Be the station's doctor and its head: whatever waits there."""
    runtime = world.runtime("health")
    ask_over_the_broker(runtime)
    _live(live_at_the_desk(runtime, wanted=world.wanted, seed=seed))


def determining_ward(world: World, _name: str, seed: int) -> None:
    """Run both sides of the determinations in one process: services joined in memory, and those who work there."""
    ward = _one_process(world)
    registry, health = ward.runtimes["registry"], ward.runtimes["health"]
    eventlet.spawn(_live, live_at_the_police(registry, wanted=world.wanted, withdrawn=world.withdrawn, seed=seed))
    _live(live_at_the_desk(health, wanted=world.wanted, seed=seed))


def _live(steps: Iterator[None]) -> None:
    for _step in steps:
        time.sleep(0)


def _one_process(world: World) -> Ward:
    ward = Ward([world.runtime(name) for name in world.databases])
    for relay in ward.relays:
        eventlet.spawn(relay.run)
    for reconciler in ward.reconcilers.values():
        eventlet.spawn(reconciler.run, world.reconcile_seconds)
    return ward


def _record(runtime: Runtime, source: str, seed: int, *, pause: float) -> None:
    chance = random.Random(seed)
    by = an_actor(source, "SIMULATOR", channel="simulator")
    for together in facts(source, seed):
        # Some change their mind half way; what they wrote must never be heard of.
        with suppress(ChangedTheirMind), runtime.unit_of_work(by, correlation_id=LOAD) as uow:
            for fact in together:
                event_id = uow.record(fact)
                uow.session.execute(insert(DEED).values(event_id=event_id))
            if chance.random() < ROLLED_BACK_SHARE:
                uow.record(corrected(f"{NEVER}-{seed}"))
                raise ChangedTheirMind
        time.sleep(chance.uniform(0, 2 * pause))


class ChangedTheirMind(Exception):
    """The transaction is rolled back: nothing of it may ever be heard."""


def _meddle(world: World, queue: str, chance: random.Random, tally: Path) -> None:
    held: list[amqp.Message] = []
    assert world.amqp_url is not None
    with connect(world.amqp_url) as connection, tally.open("a") as report:
        channel = connection.channel()
        channel.basic_qos(0, 60, False)
        channel.basic_consume(queue, callback=held.append)
        while True:
            end = time.monotonic() + chance.uniform(0.1, 0.8)
            while time.monotonic() < end and len(held) < 50:
                try:
                    connection.drain_events(timeout=0.1)
                except TimeoutError:
                    connection.heartbeat_check()
            chance.shuffle(held)
            for message in held:
                copies = chance.choices((0, 1, 2, 3), weights=FEW_COPIES if world.wanted else COPIES)[0]
                for _ in range(copies):
                    channel.basic_publish(amqp.Message(message.body, delivery_mode=2), routing_key=queue)
                channel.basic_ack(message.delivery_tag)
                report.write(f"{copies}\n")
            report.flush()
            held.clear()


ROLES = {
    "serve": serve,
    "load": load,
    "meddle": meddle,
    "look": look,
    "live": live,
    "embedded": embedded,
    "settle_embedded": settle_embedded,
    "police": police,
    "desk": desk,
    "determining_ward": determining_ward,
}
