"""Over the broker: confirmed batches out, batches in, and everything comes back by itself."""

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import amqp
import msgspec
import nameko
import pytest
from sqlalchemy.exc import OperationalError

from chassis.broker import EXCHANGE, ConfirmedPublisher, Queues, connect, declare_inbox
from chassis.consumer import BatchConsumer
from chassis.envelope import Envelope, encode
from chassis.errors import Unavailable
from chassis.messaging import ask_by_rpc, background_of
from chassis.reconciliation import Hears
from tests.chassis.parties import Listener, a_listener, a_speaker, corrected, registered
from tests.faults.line import Line

pytestmark = pytest.mark.broker
URL = os.environ.get("BINHAN_TEST_AMQP_URL", "")
NOWHERE = "amqp://guest:guest@127.0.0.1:9/"


@dataclass
class Broker:
    """The real broker, with names of this test's own."""

    unit: str
    service: str
    line: Line

    @property
    def queues(self) -> Queues:
        return Queues.of(self.service)

    @contextmanager
    def channel(self) -> Iterator[amqp.Channel]:
        with connect(URL) as connection:
            yield connection.channel()

    def waiting(self, queue: str) -> int:
        with self.channel() as channel:
            return channel.queue_declare(queue, passive=True).message_count

    def taken(self, queue: str) -> list[bytes]:
        """Take everything out of a queue."""
        bodies = []
        with self.channel() as channel:
            while (message := channel.basic_get(queue, no_ack=True)) is not None:
                bodies.append(message.body.encode() if isinstance(message.body, str) else bytes(message.body))
        return bodies

    def puts(self, *bodies: bytes) -> None:
        """Put raw messages into the service's inbox queue."""
        with self.channel() as channel:
            for body in bodies:
                channel.basic_publish(amqp.Message(body, delivery_mode=2), routing_key=self.queues.inbox)


@pytest.fixture
def broker() -> Iterator[Broker]:
    letters = "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=10))
    broker = Broker(unit=str(random.randrange(10_000, 100_000)), service=f"test_{letters}", line=Line(URL))
    yield broker
    broker.line.close()
    with broker.channel() as channel:
        for queue in (broker.queues.inbox, broker.queues.parked):
            channel.queue_delete(queue)


@pytest.fixture
def said(database: str, tmp_path: Path, broker: Broker) -> list[Envelope]:
    with a_speaker(database=database, folder=tmp_path, units=broker.unit) as speaker:
        speaker.says(*[registered(f"p{number}") for number in range(10)], *[corrected("p0")] * 3, unit=broker.unit)
        return speaker.relayed()


@pytest.fixture
def listener(database: str, tmp_path: Path, broker: Broker) -> Iterator[Listener]:
    hears = (Hears("registry"),)
    with a_listener(
        database=database, folder=tmp_path, name=broker.service, hears=hears, units=broker.unit
    ) as listener:
        yield listener


@contextmanager
def consuming(broker: Broker, listener: Listener, *, url: str = URL) -> Iterator[BatchConsumer]:
    consumer = BatchConsumer(
        url, listener.runtime.inbox, service=broker.service, routing_keys=listener.runtime.routing_keys
    )
    thread = threading.Thread(target=consumer.run)
    thread.start()
    try:
        yield consumer
    finally:
        consumer.stop()
        thread.join(20)
    assert not thread.is_alive()


def until(condition, seconds=40):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def publish(*envelopes: Envelope, url: str = URL) -> None:
    publisher = ConfirmedPublisher(url)
    publisher.publish(envelopes)
    publisher.close()


def test_a_batch_is_at_the_broker_in_order_when_publishing_returns(broker, said):
    with broker.channel() as channel:
        declare_inbox(channel, service=broker.service, routing_keys=[f"{broker.unit}.registry.#"])

    publish(*said)

    assert broker.taken(broker.queues.inbox) == [encode(each) for each in said]


def test_a_batch_larger_than_the_brokers_buffers_is_confirmed_too(broker, said):
    many = [msgspec.structs.replace(said[0], position=number) for number in range(1, 3001)]
    with broker.channel() as channel:
        declare_inbox(channel, service=broker.service, routing_keys=[f"{broker.unit}.registry.#"])

    publish(*many)

    assert broker.waiting(broker.queues.inbox) == 3000


def test_the_routing_key_chooses_unit_and_agency(broker, said):
    with broker.channel() as channel:
        declare_inbox(channel, service=broker.service, routing_keys=[f"{broker.unit}.health.#", "00000.registry.#"])

    publish(*said)

    assert broker.waiting(broker.queues.inbox) == 0


def test_no_broker_is_unavailable(said):
    with pytest.raises(Unavailable):
        publish(*said, url=NOWHERE)


def test_a_cut_line_is_unavailable_once_and_then_works_again(broker, said):
    publisher = ConfirmedPublisher(broker.line.url)
    publisher.publish(said)
    broker.line.cut()

    with pytest.raises(Unavailable):
        publisher.publish(said)
    publisher.publish(said)

    publisher.close()


def test_what_the_broker_never_confirmed_does_not_count_as_published(broker, said):
    publisher = ConfirmedPublisher(broker.line.url)
    publisher.publish(said[:1])
    swallowing = threading.Thread(target=broker.line.swallow, args=[0.6])
    swallowing.start()
    time.sleep(0.1)

    with pytest.raises(Unavailable):
        publisher.publish(said)

    swallowing.join()
    publisher.close()


def test_what_the_broker_refuses_does_not_count_as_published(broker, said):
    full = f"{broker.service}.full"
    with broker.channel() as channel:
        channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.queue_declare(full, auto_delete=False, arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
        channel.queue_bind(full, EXCHANGE, f"{broker.unit}.#")
        try:
            with pytest.raises(Unavailable) as refused:
                publish(*said)
        finally:
            channel.queue_delete(full)
    assert refused.value.code == "broker_refused"


def test_what_is_published_takes_effect_and_is_acknowledged(broker, listener, said):
    with consuming(broker, listener) as consumer:
        until(lambda: consumer.connected)
        publish(*said)
        until(lambda: len(listener.positions()) == len(said))
        assert listener.positions() == [each.position for each in said]

    assert broker.waiting(broker.queues.inbox) == 0


def test_what_is_no_envelope_goes_to_the_parked_queue_and_disturbs_nobody(broker, listener, said):
    with consuming(broker, listener) as consumer:
        until(lambda: consumer.connected)
        broker.puts(b"hello", encode(said[0]), b"{}", b"\xff\xfe", encode(said[1]), b"")
        until(lambda: listener.positions() == [1, 2])
        broker.puts(b"only this")
        until(lambda: broker.waiting(broker.queues.parked) == 5)

    assert sorted(broker.taken(broker.queues.parked)) == sorted([b"hello", b"{}", b"\xff\xfe", b"", b"only this"])
    assert broker.waiting(broker.queues.inbox) == 0


def test_a_bad_event_is_parked_in_the_database_and_acknowledged(broker, listener, said):
    listener.refuses = {said[1].event_id}
    with consuming(broker, listener) as consumer:
        until(lambda: consumer.connected)
        publish(*said)
        until(lambda: len(listener.states()) == len(said))

    assert [position for position, state in listener.states().items() if state == "parked"] == [2]
    assert broker.waiting(broker.queues.inbox) == 0


def test_a_consumer_whose_line_is_cut_comes_back(broker, listener, said):
    with consuming(broker, listener, url=broker.line.url) as consumer:
        until(lambda: consumer.connected)
        publish(*said[:3])
        until(lambda: len(listener.positions()) == 3)
        broker.line.cut()
        publish(*said[3:])
        until(lambda: len(listener.positions()) == len(said))


def test_a_consumer_whose_queue_is_gone_declares_everything_anew(broker, listener, said):
    with consuming(broker, listener) as consumer:
        until(lambda: consumer.connected)
        with broker.channel() as channel:
            channel.queue_delete(broker.queues.inbox)
            channel.queue_delete(broker.queues.parked)
        until(lambda: not consumer.connected)
        until(lambda: consumer.connected)
        publish(*said)
        until(lambda: len(listener.positions()) == len(said))


def test_a_consumer_that_starts_while_the_broker_is_away_waits_and_can_be_stopped(broker, listener):
    with consuming(broker, listener, url=NOWHERE) as consumer:
        time.sleep(0.3)
        assert not consumer.connected


def test_database_away_the_batch_is_kept_and_takes_effect_when_it_is_back(broker, listener, said):
    listener.error = lambda: OperationalError("insert", {}, Exception("the server closed the connection"))
    listener.refuses = {said[5].event_id}
    with consuming(broker, listener) as consumer:
        until(lambda: consumer.connected)
        publish(*said)
        time.sleep(0.5)
        assert listener.positions() == []
        listener.refuses = set()
        until(lambda: len(listener.positions()) == len(said))

    assert set(listener.states().values()) == {"applied"}


def test_stopped_while_the_database_is_away_the_batch_stays_at_the_broker(broker, listener, said):
    listener.error = lambda: OperationalError("insert", {}, Exception("the server closed the connection"))
    listener.refuses = {said[0].event_id}
    with consuming(broker, listener) as consumer:
        until(lambda: consumer.connected)
        publish(*said)
        time.sleep(0.3)

    until(lambda: broker.waiting(broker.queues.inbox) == len(said))


def test_a_consumer_outlives_what_nobody_thought_of(broker, listener, said, monkeypatch):
    receive, failures = listener.runtime.inbox.receive, iter([True])

    def fails_once(envelopes):
        if next(failures, False):
            raise RuntimeError("nobody thought of this")
        return receive(envelopes)

    monkeypatch.setattr(listener.runtime.inbox, "receive", fails_once)
    with consuming(broker, listener) as consumer:
        until(lambda: consumer.connected)
        publish(*said)
        until(lambda: len(listener.positions()) == len(said))


@pytest.mark.parametrize(("url", "well"), [(URL, True), (NOWHERE, False)])
def test_a_service_that_only_speaks_says_whether_its_broker_answers(database, tmp_path, url, well):
    with a_speaker(database=database, folder=tmp_path, amqp_url=url or None) as speaker:
        background_of(speaker.runtime)
        answered, sentence = speaker.runtime.checks["broker"]()
    assert answered == well
    assert "broker" in sentence


def test_a_feed_that_does_not_run_is_unavailable(broker):
    with nameko.config.patch({"AMQP_URI": URL}), pytest.raises(Unavailable):
        ask_by_rpc(broker.service, broker.unit, 0, None)


def test_a_feed_without_a_broker_is_unavailable(broker):
    with nameko.config.patch({"AMQP_URI": NOWHERE}), pytest.raises(Unavailable):
        ask_by_rpc(broker.service, broker.unit, 0, None)
