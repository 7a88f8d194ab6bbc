"""RabbitMQ: the one exchange, each service's two queues, publishing with batch confirms.

The arguments of the queues mean the same on RabbitMQ 3.10 and 4.x; a queue's arguments cannot be changed later, so a
change of them needs a new queue name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import amqp
from amqp.exceptions import AMQPError
from kombu.connection import Connection

from chassis.envelope import CONTENT_TYPE, Envelope, encode
from chassis.errors import Unavailable
from chassis.faultpoints import reached

EXCHANGE = "programme.events"
PARKED_EXCHANGE = "programme.parked"
DELIVERY_LIMIT = 20
CONFIRM_SECONDS = 30
HEARTBEAT_SECONDS = 60
PERSISTENT = 2
READ_AHEAD_BYTES = 16_384

BROKER_ERRORS: tuple[type[Exception], ...] = (OSError, AMQPError)


@dataclass(frozen=True)
class Queues:
    """The names of one service's queues."""

    inbox: str
    parked: str

    @classmethod
    def of(cls, service: str) -> "Queues":
        """Return the names for a service."""
        return cls(inbox=f"{service}.inbox", parked=f"{service}.parked")


def connect(url: str, *, heartbeat: int = HEARTBEAT_SECONDS) -> Connection:
    """Open a connection to the broker; raises one of ``BROKER_ERRORS`` when it is away.

    Whoever asks for a heartbeat must read from the connection, or the broker takes it for dead; 0 means none.
    """
    connection = Connection(url, heartbeat=heartbeat, connect_timeout=5)
    connection.connect()
    return connection


def answers(url: str) -> bool:
    """Tell whether the broker lets this service in now."""
    try:
        with connect(url, heartbeat=0):
            return True
    except BROKER_ERRORS:
        return False


def read_ahead(connection: Connection) -> None:
    """Let a consumer's connection take in many frames at once; else it asks the system nine times for each message.

    py-amqp keeps what it has read beyond a frame but never asks for more than the frame; the name is private to it, and the
    lock file holds its version.
    """
    transport = connection.connection.transport
    receive = transport._quick_recv  # noqa: SLF001
    transport._quick_recv = lambda missing: receive(max(missing, READ_AHEAD_BYTES))  # noqa: SLF001


def declare_exchange(channel: amqp.Channel) -> None:
    """Declare the exchange to which every source publishes."""
    channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)


def declare_inbox(channel: amqp.Channel, *, service: str, routing_keys: Sequence[str]) -> Queues:
    """Declare a service's queues and bind its inbox to what it wants to hear; return their names."""
    queues = Queues.of(service)
    declare_exchange(channel)
    channel.exchange_declare(PARKED_EXCHANGE, "direct", durable=True, auto_delete=False)
    channel.queue_declare(queues.parked, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(queues.parked, PARKED_EXCHANGE, queues.parked)
    channel.queue_declare(
        queues.inbox,
        durable=True,
        auto_delete=False,
        arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": PARKED_EXCHANGE,
            "x-dead-letter-routing-key": queues.parked,
        },
    )
    for key in routing_keys:
        channel.queue_bind(queues.inbox, EXCHANGE, key)
    return queues


class ConfirmedPublisher:
    """Publishes batches of events and returns when the broker has confirmed every one of them."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None
        self._channel: Any = None
        self._last_tag = 0
        self._unconfirmed: set[int] = set()
        self._refused = False

    def publish(self, envelopes: Sequence[Envelope]) -> None:
        """Publish these events in order; raise :class:`Unavailable` unless all of them are confirmed."""
        try:
            self._publish(envelopes)
        except BROKER_ERRORS as error:
            self.close()
            raise Unavailable(f"the broker is away: {error}", code="broker_away") from error
        if self._refused:
            self.close()
            raise Unavailable("the broker refused an event", code="broker_refused")

    def close(self) -> None:
        """Drop the connection; the next batch opens a new one."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            _quietly(connection.close)

    def _publish(self, envelopes: Sequence[Envelope]) -> None:
        channel = self._open_channel()
        for envelope in envelopes:
            self._last_tag += 1
            self._unconfirmed.add(self._last_tag)
            # The public method of a connection without per-message confirms; it does not wait.
            channel.basic_publish(_message(envelope), exchange=EXCHANGE, routing_key=envelope.routing_key)
        reached("relay.before_confirm")
        self._await_confirms()

    def _await_confirms(self) -> None:
        connection = self._connection
        while self._unconfirmed and connection is not None:
            connection.drain_events(timeout=CONFIRM_SECONDS)

    def _open_channel(self) -> Any:
        if self._channel is not None:
            return self._channel
        # A relay may have nothing to say for hours, and reads nothing then; waiting for confirms finds a dead line.
        self._connection = connect(self._url, heartbeat=0)
        channel = self._connection.channel()
        declare_exchange(channel)
        channel.confirm_select()
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)
        self._channel, self._last_tag, self._refused = channel, 0, False
        self._unconfirmed.clear()
        return channel

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:  # noqa: FBT001 - called by the library
        if multiple:
            self._unconfirmed = {tag for tag in self._unconfirmed if tag > delivery_tag}
        else:
            self._unconfirmed.discard(delivery_tag)

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:  # noqa: FBT001 - called by the library
        self._refused = True
        self._on_ack(delivery_tag, multiple)


def _message(envelope: Envelope) -> amqp.Message:
    return amqp.Message(
        encode(envelope),
        content_type=CONTENT_TYPE,
        content_encoding="utf-8",
        delivery_mode=PERSISTENT,
        message_id=envelope.event_id,
        type=envelope.type,
    )


def _quietly(close: Callable[[], object]) -> None:
    try:
        close()
    except BROKER_ERRORS:
        return
