"""Where the runs take place: queues and databases of this run alone, deleted at its end."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import amqp
from sqlalchemy import Engine, MetaData, create_engine, text
from sqlalchemy.engine import make_url

from chassis import testing
from chassis.broker import BROKER_ERRORS, CONFIRM_SECONDS, PERSISTENT, Queues, connect, declare_inbox

SERVICE = f"bench-{os.getpid()}"
# The peers decode by the content type and do not know that of CloudEvents; ours does not look at it.
READ_BY_ALL = "application/json"
CONFIRM_EVERY = 1000
SETTLE_SECONDS = 10


@dataclass(frozen=True)
class Broker:
    """The test broker, with a queue of this run."""

    url: str

    def fill(self, bodies: Sequence[bytes]) -> None:
        """Empty the queue and put these messages into it; return when the broker holds them safely."""
        with connect(self.url) as connection:
            channel = connection.channel()
            channel.queue_purge(self.queues.inbox)
            channel.confirm_select()
            missing = _Unconfirmed(channel)
            for number, body in enumerate(bodies, 1):
                missing.tags.add(number)
                message = amqp.Message(
                    body, content_type=READ_BY_ALL, content_encoding="utf-8", delivery_mode=PERSISTENT
                )
                channel.basic_publish(message, exchange="", routing_key=self.queues.inbox)
                if number % CONFIRM_EVERY == 0:
                    missing.await_all(connection)
            missing.await_all(connection)

    def depth(self, expected: int) -> int:
        """Return how many messages wait in the queue; asks until it is ``expected``, for a while."""
        end = time.monotonic() + SETTLE_SECONDS
        with connect(self.url) as connection:
            channel = connection.channel()
            while True:
                waiting = channel.queue_declare(self.queues.inbox, passive=True).message_count
                if waiting == expected or time.monotonic() > end:
                    return int(waiting)
                time.sleep(0.05)

    @property
    def queues(self) -> Queues:
        """Return the names of this run's queues."""
        return Queues.of(SERVICE)


class _Unconfirmed:
    """What was published and is not confirmed yet."""

    def __init__(self, channel: amqp.Channel) -> None:
        self.tags: set[int] = set()
        channel.events["basic_ack"].add(self._on_ack)

    def await_all(self, connection: amqp.Connection) -> None:
        while self.tags:
            connection.drain_events(timeout=CONFIRM_SECONDS)

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        if multiple:
            self.tags = {tag for tag in self.tags if tag > delivery_tag}
        else:
            self.tags.discard(delivery_tag)


@contextmanager
def own_broker(routing_keys: Sequence[str]) -> Iterator[Broker]:
    """Declare this run's queues on the test broker and delete them at the end."""
    broker = Broker(os.environ["BINHAN_TEST_AMQP_URL"])
    with connect(broker.url) as connection:
        declare_inbox(connection.channel(), service=SERVICE, routing_keys=routing_keys)
    try:
        yield broker
    finally:
        with connect(broker.url) as connection:
            channel = connection.channel()
            for queue in (broker.queues.inbox, broker.queues.parked):
                try:
                    channel.queue_delete(queue)
                except BROKER_ERRORS:
                    channel = connection.channel()


@contextmanager
def own_database(name: str, metadata: MetaData) -> Iterator[Engine]:
    """Make an empty database of this run on the test server and drop it at the end."""
    server = make_url(os.environ["BINHAN_TEST_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    url = server.set(database=f"binhan_bench_{os.getpid()}_{name}")
    testing.empty_database(written(url), metadata)
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
        administrator = create_engine(server, isolation_level="AUTOCOMMIT")
        with administrator.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)'))
        administrator.dispose()
        testing._prepared.discard(written(url))


def written(url: object) -> str:
    """Return a database's address with its password."""
    return make_url(url).render_as_string(hide_password=False)  # type: ignore[arg-type]
