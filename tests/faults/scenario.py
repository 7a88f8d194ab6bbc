"""The stories: a ward at work over RabbitMQ and PostgreSQL, and in one process on SQLite, while everything goes wrong."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import insert, select, text, update

from chassis import parking
from chassis.broker import EXCHANGE, connect
from chassis.clock import Clock
from chassis.envelope import decode
from chassis.faultpoints import CONSUMER_STEPS, RELAY_STEPS
from chassis.storage import Store
from chassis.testing import UNIT, an_actor, empty_database
from embedded.ward import share_the_person_key
from tests.faults.line import Line
from tests.faults.load import LOAD, corrected, registered
from tests.faults.machinery import Services, Tally, Worker, Workshop, Zygote
from tests.faults.verdict import Verdict, heard_anything, is_whole, judge_figures, judge_listener, logs_of
from tests.faults.world import DEED, FIRST, LATE, NOTES, POISON, SOURCES, World, until

WITNESS = "witness"
SWALLOW_SECONDS = 1.5
MENDABLE, BROKEN = f"{POISON}mendable", "broken"
EMBEDDED_STEPS = (*(step for step in RELAY_STEPS if step != "relay.before_confirm"), *CONSUMER_STEPS[1:3])


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long and how hard. Times are shares of ``seconds``.

    The run lasts longer, up to ``at_most`` seconds, until ``kills``, ``hits`` at each named step and ``meddled`` messages are
    reached: a machine that is slow or busy must not make the test weak.
    """

    seconds: float
    at_most: float
    kills: int = 0
    hits: int = 0
    meddled: int = 0
    kill_every: float
    settle_seconds: float
    restarts: tuple[float, ...] = ()
    wipes: tuple[float, ...] = ()
    swallows: tuple[float, ...] = ()
    cuts: tuple[float, ...] = ()
    witness_read: float = 0.9
    latecomer: float | None = None
    poison: bool = False
    lives: bool = False
    mutation: str | None = None
    reconcile_seconds: int = 2


@dataclass
class Outcome:
    """What was done, and what came of it."""

    tally: Tally
    verdict: Verdict
    seconds: float = 0.0
    steps: tuple[str, ...] = ()


@dataclass
class Conductor:
    """Does what is due, one after the other, beside the kills, and counts it; what fails is told at the end."""

    seconds: float
    tally: Tally
    agenda: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    trouble: list[BaseException] = field(default_factory=list)

    def at(self, shares: Sequence[float], what: str, deed: Callable[[], None]) -> None:
        """Enter a deed for each of these shares of the time."""

        def do() -> None:
            deed()
            self.tally.other[what] += 1

        self.agenda += [(share * self.seconds, do) for share in shares]

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self._conduct)
        thread.start()
        return thread

    def _conduct(self) -> None:
        began = time.monotonic()
        for due, deed in sorted(self.agenda, key=lambda item: item[0]):
            time.sleep(max(0.0, began + due - time.monotonic()))
            try:
                deed()
            except Exception as error:  # noqa: BLE001 - told at the end
                self.trouble.append(error)


def on_broker(zygote: Zygote, services: Services, plan: Plan, *, folder: Path, seed: int) -> Outcome:
    """Run the ward over the broker."""
    began = time.monotonic()
    line = Line(services.amqp_url)
    services_there = (*SOURCES, FIRST) if plan.latecomer is None else (*SOURCES, FIRST, LATE)
    world = World(
        folder=str(folder),
        databases={name: f"{services.database_url.rsplit('/', 1)[0]}/faults_{name}" for name in services_there},
        amqp_url=services.amqp_url,
        relay_url=line.url,
        mutation=plan.mutation,
        reconcile_seconds=plan.reconcile_seconds,
    )
    make_databases(world)
    declare_witness(services.amqp_url)
    workshop = Workshop(zygote, world, seed=seed)
    try:
        verdict = _live_on_broker(services, plan, world, workshop, line)
    finally:
        workshop.close()
        line.close()
    return Outcome(workshop.tally, verdict, time.monotonic() - began, (*RELAY_STEPS, *CONSUMER_STEPS))


def _live_on_broker(services: Services, plan: Plan, world: World, workshop: Workshop, line: Line) -> Verdict:
    verdict, tally = Verdict(), workshop.tally
    workshop.hire(Worker("serve", "health", (*RELAY_STEPS, *CONSUMER_STEPS)), Worker("serve", FIRST, CONSUMER_STEPS))
    workshop.hire(Worker("serve", "registry", RELAY_STEPS), Worker("serve", "campaigns", RELAY_STEPS))
    workshop.hire(*(Worker("load", f"load-{name}") for name in SOURCES), Worker("meddle", f"meddle-{FIRST}"))
    if plan.mutation is None:
        workshop.hire(Worker("look", f"look-{FIRST}"), *(Worker("live", "live") for _ in range(plan.lives)))
    until(lambda: heard_anything(world, FIRST), seconds=30)
    conductor = Conductor(plan.seconds, tally)
    conductor.at(plan.restarts, "broker killed and restarted", services.restart_broker)
    conductor.at(plan.wipes, "broker wiped", services.wipe_broker)
    conductor.at(plan.swallows, "line swallowed", lambda: line.swallow(SWALLOW_SECONDS))
    conductor.at(plan.cuts, "line cut", line.cut)
    conductor.at(plan.cuts, "database connections cut", lambda: cut_connections(world))
    if plan.latecomer is not None:
        late = Worker("serve", LATE, CONSUMER_STEPS)
        conductor.at((plan.latecomer,), "consumer joined late", lambda: workshop.hire(late))
    if plan.poison:
        conductor.at((0.05,), "poison injected", lambda: inject_poison(world))
        conductor.at((0.7,), "listener mended", world.mend)
    conductor.at((plan.witness_read,), "witness heard", lambda: judge_witness(services.amqp_url, world, verdict))
    _kill_while(conductor.start(), workshop, plan, enough=lambda: meddled(world)[0] >= plan.meddled)
    workshop.disarm()
    for role in ("load", "live", "look", "meddle"):
        workshop.dismiss(role)
    fates = ("messages held back and shuffled", "messages repeated", "messages dropped")
    tally.other.update(dict(zip(fates, meddled(world), strict=True)))
    settle(world, plan)
    judge(world, verdict, conductor)
    return verdict


def embedded(zygote: Zygote, plan: Plan, *, folder: Path, seed: int) -> Outcome:
    """Run the ward in one process on SQLite files."""
    began = time.monotonic()
    world = World(
        folder=str(folder),
        databases={name: f"sqlite:///{folder}/{name}.db" for name in (*SOURCES, FIRST)},
        amqp_url=None,
        relay_url=None,
        mutation=plan.mutation,
        reconcile_seconds=plan.reconcile_seconds,
    )
    make_databases(world)
    workshop, verdict = Workshop(zygote, world, seed=seed), Verdict()
    conductor = Conductor(plan.seconds, workshop.tally)
    try:
        workshop.hire(Worker("embedded", "ward", EMBEDDED_STEPS), *(Worker("live", "live") for _ in range(plan.lives)))
        until(lambda: heard_anything(world, FIRST), seconds=30)
        if plan.poison:
            conductor.at((0.1,), "poison injected", lambda: inject_poison(world))
            conductor.at((0.7,), "listener mended", world.mend)
        _kill_while(conductor.start(), workshop, plan, enough=lambda: True)
        workshop.disarm()
        workshop.dismiss("live")
        workshop.dismiss("embedded")
        workshop.hire(Worker("settle_embedded", "ward"))
        settle(world, plan)
    finally:
        workshop.close()
    judge(world, verdict, conductor)
    return Outcome(workshop.tally, verdict, time.monotonic() - began, EMBEDDED_STEPS)


def _kill_while(conducting: threading.Thread, workshop: Workshop, plan: Plan, *, enough: Callable[[], bool]) -> None:
    began = time.monotonic()

    def goes_on() -> bool:
        lasted = time.monotonic() - began
        if conducting.is_alive() or lasted < plan.seconds:
            return True
        reached = workshop.tally.kills >= plan.kills and workshop.least_hits() >= plan.hits and enough()
        return lasted < plan.at_most and not reached

    while goes_on():
        time.sleep(plan.kill_every)
        workshop.kill_one()


def settle(world: World, plan: Plan) -> None:
    """Let everything arrive, then take up what was parked: what was mended is tried again, what is broken set aside."""
    for name in world.listeners:
        until(lambda name=name: is_whole(world, name), seconds=plan.settle_seconds, every=0.5)
        settle_parked(world, name)


def judge(world: World, verdict: Verdict, conductor: Conductor) -> None:
    verdict.trouble += [repr(error) for error in conductor.trouble]
    said = logs_of(world, verdict)
    for name in world.listeners:
        judge_listener(world, name, said, verdict)
        if name in (FIRST, LATE):
            judge_figures(world, name, said, verdict)


def make_databases(world: World) -> None:
    """Make every database empty, with the rows that each service needs."""
    share_the_person_key(world.keys)
    for name, url in world.databases.items():
        empty_database(url, world.definition(name).metadata)
        runtime = world.runtime(name)
        runtime.make_first_keys()
        NOTES.drop_all(runtime.store.engine)
        NOTES.create_all(runtime.store.engine)
        runtime.prepare()
        runtime.close()


def inject_poison(world: World) -> None:
    """Say two things that a listener cannot digest, each with something later about the same person."""
    runtime = world.runtime("registry")
    outbox = runtime.tables.outbox.outbox
    for key in (MENDABLE, BROKEN):
        with runtime.unit_of_work(an_actor("registry", "SIMULATOR"), correlation_id=LOAD) as uow:
            first = uow.record(registered(key))
            later = [uow.record(corrected(key)) for _ in range(2)]
            for event_id in (first, *later):
                uow.session.execute(insert(DEED).values(event_id=event_id))
            if key == BROKEN:
                uow.session.execute(update(outbox).where(outbox.c.event_id == first).values(data='{"person_key": 7}'))
    runtime.close()


def settle_parked(world: World, name: str) -> None:
    """Take up what is parked as a person would on the page."""
    runtime = world.runtime(name)
    tables = runtime.tables.inbox
    with runtime.store.reading() as session:
        waiting = parking.list_parked(session, tables, UNIT)
    for each in waiting:
        with runtime.store.begin() as session:
            inbox = tables.inbox
            place = (inbox.c.source == each.source) & (inbox.c.position == each.position)
            row = session.execute(select(inbox.c.state, inbox.c.data).where(place)).one()
            if row.state != "parked":
                continue
            named = {
                "unit": UNIT,
                "source": each.source,
                "position": each.position,
                "by": "faults",
                "at": Clock().now(),
            }
            if row.data == '{"person_key": 7}':
                parking.set_aside(session, tables, reason="broken", effect=runtime.effect, **named)
            else:
                parking.retry(session, tables, effect=runtime.effect, **named)
    runtime.close()


def cut_connections(world: World) -> None:
    """End every connection to every database of this world."""
    store = Store(next(iter(world.databases.values())))
    with store.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname LIKE 'faults!_%' ESCAPE '!' AND pid <> pg_backend_pid()"
            )
        )
    store.close()


def declare_witness(amqp_url: str) -> None:
    """Let a queue hear everything that reaches the exchange, from before the first event."""
    with connect(amqp_url) as connection:
        channel = connection.channel()
        channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.queue_delete(WITNESS)
        channel.queue_declare(WITNESS, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(WITNESS, EXCHANGE, "#")


def judge_witness(amqp_url: str, world: World, verdict: Verdict) -> None:
    """Hold the broker to what the relays believe: whatever is marked as published has reached it."""
    published = {}
    for name in SOURCES:
        runtime = world.runtime(name)
        with runtime.store.reading() as session:
            through = session.scalar(select(runtime.tables.outbox.relay_state.c.published_through))
        published[f"/units/{UNIT}/{name}"] = through or 0
        runtime.close()
    seen: set[tuple[str, int]] = set()
    with connect(amqp_url) as connection:
        channel = connection.channel()
        while (message := channel.basic_get(WITNESS, no_ack=True)) is not None:
            body = message.body
            envelope = decode(body.encode() if isinstance(body, str) else body)
            seen.add((envelope.source, envelope.position))
    missing = [(source, place) for source, through in published.items() for place in range(1, through + 1)]
    missing = [place for place in missing if place not in seen]
    verdict.unconfirmed += verdict.say("marked as published, and not at the broker", missing)
    if not seen:
        verdict.trouble.append("the witness heard nothing")


def meddled(world: World) -> tuple[int, int, int]:
    """Return how many messages were held back, how many of them repeated, how many dropped."""
    tally = Path(world.folder) / "meddled"
    copies = [int(line) for line in tally.read_text().split() if line.isdigit()] if tally.exists() else []
    return len(copies), sum(count > 1 for count in copies), copies.count(0)
