"""Row 2: publishing what the outbox holds, with the broker's confirmation of every event."""

from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from sqlalchemy import Engine, MetaData, func, insert, select

from chassis.outbox import define_outbox
from chassis.testing import empty_database
from tests.bench.events import ANY_WARD, one_ward, ward_codes
from tests.bench.expected import WrongResult
from tests.bench.measure import Rate, Row, Run, Task, processor, ratio, run_apart, spread, take_turns
from tests.bench.places import Broker, own_broker, own_database, written

AIM = 10.0
METADATA = MetaData()
TABLES = define_outbox(METADATA)
(WARD,) = ward_codes(1)


@dataclass(frozen=True)
class Sizes:
    """How many events the contestants publish."""

    ours: int
    peer: int
    repetitions: int


def rows(sizes: Sizes) -> list[Row]:
    """Measure the relay against publishing row by row."""
    with own_broker(routing_keys=[f"{WARD}.#"]) as broker, own_database("said", METADATA) as engine:
        one = partial(_run, broker, engine)
        rates = take_turns(
            {
                "ours": one("tests.bench.ours.relay", sizes.ours),
                "naive": one("tests.bench.peers.confirm_each", sizes.peer),
            },
            sizes.repetitions,
        )
    times = ratio(rates["ours"], rates["naive"])
    row = Row(
        job="relay, against confirm-each with nameko's Publisher",
        ours=spread(rates["ours"]),
        peer=spread(rates["naive"]),
        ratio=f"{times:.1f}×",
        aim=f"≥ {AIM:.0f}×",
        met=times >= AIM,
        notes=[
            processor(rates["ours"], rates["naive"]),
            "both number, publish, await the confirm and mark; queue and outbox checked",
        ],
    )
    return [row]


def _run(broker: Broker, engine: Engine, module: str, events: int) -> Run:
    task = Task(amqp_url=broker.url, database_url=written(engine.url), queue=broker.queues.inbox, events=events)

    def once() -> Rate:
        empty_database(task.database_url, METADATA)
        _fill(engine, events)
        broker.fill([])
        finished = run_apart(module, task)
        _check(engine, events)
        if (waiting := broker.depth(events)) != events:
            raise WrongResult(f"{module} published {waiting} of {events} events")
        return finished.rate(events)

    return once


def _fill(engine: Engine, events: int) -> None:
    """Put a ward's log into the outbox, committed and without positions."""
    rows = [
        {
            "unit_code": WARD,
            "event_id": each.event_id.replace(ANY_WARD, WARD),
            "type": each.type,
            "subject": each.subject.replace(ANY_WARD, WARD),
            "subject_version": each.subject_version,
            "occurred_on": each.occurred_on,
            "recorded_at": each.recorded_at,
            "correlation_id": each.correlation_id,
            "data": bytes(each.data).decode().replace(ANY_WARD, WARD),
        }
        for each in one_ward(events)
    ]
    with engine.begin() as connection:
        connection.execute(insert(TABLES.relay_state).values(unit_code=WARD, assigned_through=0, published_through=0))
        connection.execute(insert(TABLES.outbox), rows)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE outbox")


def _check(engine: Engine, events: int) -> None:
    outbox, state = TABLES.outbox, TABLES.relay_state
    with engine.connect() as connection:
        positions = connection.scalars(select(outbox.c.position).order_by(outbox.c.written)).all()
        published = connection.scalar(select(func.max(state.c.published_through)))
    in_order = all(later == earlier + 1 for earlier, later in pairwise(positions))
    if published != events or positions[:1] != [1] or not in_order:
        raise WrongResult(f"the outbox says that {published} of {events} events are published")
