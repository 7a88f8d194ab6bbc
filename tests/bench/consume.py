"""Row 1: hearing events. The same full queue, the same tables, one contestant after the other."""

from dataclasses import dataclass

from sqlalchemy import Engine

from chassis.testing import empty_database
from services.reporting.tables import METADATA
from tests.bench.events import bodies
from tests.bench.expected import WrongResult, check_projected
from tests.bench.measure import Rate, Row, Run, Task, processor, ratio, run_apart, spread, take_turns
from tests.bench.places import Broker, own_broker, own_database, written

AIM_FASTSTREAM = 20.0
AIM_NAIVE = 12.0
WARDS = 100


@dataclass(frozen=True)
class Sizes:
    """How many events the contestants hear: enough for some seconds each."""

    ours: int
    peers: int
    repetitions: int


def rows(sizes: Sizes) -> list[Row]:
    """Measure the batch consumer against its two peers."""
    with own_broker(routing_keys=()) as broker, own_database("heard", METADATA) as engine:
        one = _Contest(broker, engine)
        rates = take_turns(
            {
                "ours": one.run("tests.bench.ours.consumer", sizes.ours),
                "nameko": one.run("tests.bench.peers.nameko_naive", sizes.peers),
                "faststream": one.run("tests.bench.peers.faststream_idiomatic", sizes.peers),
            },
            sizes.repetitions,
        )
    return [
        _row("FastStream, idiomatic", rates, "faststream", AIM_FASTSTREAM),
        _row("nameko, one event one transaction", rates, "nameko", AIM_NAIVE),
    ]


def _row(peer: str, rates: dict[str, list[Rate]], name: str, aim: float) -> Row:
    times = ratio(rates["ours"], rates[name])
    return Row(
        job=f"batch consumer, against {peer}",
        ours=spread(rates["ours"]),
        peer=spread(rates[name]),
        ratio=f"{times:.1f}×",
        aim=f"≥ {aim:.0f}×",
        met=times >= aim,
        notes=[
            processor(rates["ours"], rates[name]),
            f"{WARDS} wards in one quorum queue; every row compared with the events folded in memory",
        ],
    )


class _Contest:
    def __init__(self, broker: Broker, engine: Engine) -> None:
        self._broker = broker
        self._engine = engine

    def run(self, module: str, events: int) -> Run:
        """Return a run that lets a contestant hear so many events."""
        log = bodies(events, wards=WARDS)
        task = Task(
            amqp_url=self._broker.url,
            database_url=written(self._engine.url),
            queue=self._broker.queues.inbox,
            events=events,
        )

        def once() -> Rate:
            empty_database(task.database_url, METADATA)
            self._broker.fill(log)
            finished = run_apart(module, task)
            check_projected(self._engine, log)
            if waiting := self._broker.depth(0):
                raise WrongResult(f"{module} left {waiting} messages unacknowledged")
            return finished.rate(events)

        return once
