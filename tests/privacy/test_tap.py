"""Somebody who taps the real broker for a whole month hears of nobody, neither in events nor in answers of feeds."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import amqp
import pytest

from chassis.broker import EXCHANGE, ConfirmedPublisher, connect, declare_exchange
from chassis.envelope import decode
from chassis.relay import Relay
from tests.privacy import canaries
from tests.privacy.canaries import ALL, found_in
from tests.privacy.month import Month, a_month

pytestmark = pytest.mark.broker
URL = os.environ.get("BINHAN_TEST_AMQP_URL", "")


@dataclass
class Tap:
    """A queue bound to everything that is ever published."""

    queue: str

    def taken(self) -> list[bytes]:
        """Return properties, headers and body of each message."""
        found = []
        with connect(URL) as connection:
            channel = connection.channel()
            while (message := channel.basic_get(self.queue, no_ack=True)) is not None:
                body = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
                found.append(
                    b"\n".join([repr(message.properties).encode(), repr(message.delivery_info).encode(), body])
                )
        return found


@pytest.fixture(scope="module")
def month(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    folder: Path = tmp_path_factory.mktemp("month")
    with a_month(database=database, folder=folder) as month:
        yield month


@pytest.fixture
def tap() -> Iterator[Tap]:
    tap = Tap(f"tap_{random.randrange(10**9)}")
    with connect(URL) as connection:
        channel = connection.channel()
        declare_exchange(channel)
        channel.queue_declare(tap.queue, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(tap.queue, EXCHANGE, "#")
        yield tap
        channel.queue_delete(tap.queue)


def published_anew(month: Month) -> int:
    """Publish the whole month through the real relay and the real broker; return how many events there were."""
    count = 0
    for runtime in month.ward.runtimes.values():
        outbox = runtime.tables.outbox
        with runtime.store.begin() as session:
            session.execute(outbox.relay_state.update().values(published_through=0))
        publisher = ConfirmedPublisher(URL)
        relay = Relay(runtime.store, outbox, service=runtime.definition.name, deliver=publisher.publish)
        count += relay.run_until_empty()
        publisher.close()
    return count


def test_a_tap_on_the_broker_hears_of_nobody(month, tap):
    published = published_anew(month)
    taken = tap.taken()
    ours = {decode(each).event_id for each in month.said}
    assert published == len(month.said) > 50
    assert {decode(each.rpartition(b"\n")[2]).event_id for each in taken} >= ours
    assert found_in(b"\n".join(taken)) == set()
    assert b'"HIV"' not in b"\n".join(taken)


def test_the_tap_would_have_told(tap):
    with connect(URL) as connection:
        channel = connection.channel()
        channel.basic_publish(
            amqp.Message(canaries.PERSON["full_name"].encode()), exchange=EXCHANGE, routing_key="a.b.c.d.e"
        )
        assert found_in(b"\n".join(_until_something(tap)), ALL) == {canaries.PERSON["full_name"]}


def _until_something(tap: Tap) -> list[bytes]:
    for _attempt in range(200):
        if taken := tap.taken():
            return taken
    raise AssertionError("nothing arrived at the tap")
