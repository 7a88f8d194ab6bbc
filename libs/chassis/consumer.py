"""The batch consumer: takes what the broker delivers in batches, one transaction and one acknowledgement each."""

import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

import amqp
from kombu.connection import Connection

from chassis.broker import BROKER_ERRORS, connect, declare_inbox, read_ahead
from chassis.envelope import Envelope, decode
from chassis.errors import NotUnderstood, Unavailable
from chassis.faultpoints import reached
from chassis.inbox import Inbox

BATCH = 500
# The prefetch must exceed the batch, or every batch waits for the whole linger time.
PREFETCH = 3 * BATCH
LINGER_SECONDS = 0.02
IDLE_SECONDS = 1.0
FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 5.0

_log = logging.getLogger(__name__)


class BatchConsumer:
    """Feeds a service's inbox from its queue, for as long as the process lives."""

    def __init__(
        self, url: str, inbox: Inbox, *, service: str, routing_keys: Sequence[str], batch: int = BATCH
    ) -> None:
        self._url = url
        self._inbox = inbox
        self._service = service
        self._routing_keys = routing_keys
        self._size = batch
        self._batch: list[Any] = []
        self._stopped = threading.Event()
        self.connected = False

    def stop(self) -> None:
        """End :meth:`run` after the batch in hand."""
        self._stopped.set()

    def run(self) -> None:
        """Consume until stopped; connect anew whenever the broker goes away."""
        wait = FIRST_WAIT_SECONDS
        while not self._stopped.is_set():
            try:
                with connect(self._url) as connection:
                    wait = FIRST_WAIT_SECONDS
                    self._consume(connection)
            except BROKER_ERRORS as error:
                _log.warning("consumer waits", extra={"reason": type(error).__name__, "seconds": wait})
            except Exception:  # noqa: BLE001 - a consumer that ends takes its service with it; the broker delivers again
                _log.exception("consumer failed and will try again", extra={"seconds": wait})
            finally:
                self.connected = False
                # Tags of a lost channel mean nothing on the next one; the broker delivers these again.
                self._batch = []
            self._stopped.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)

    def _consume(self, connection: Connection) -> None:
        read_ahead(connection)
        channel = connection.channel()
        queues = declare_inbox(channel, service=self._service, routing_keys=self._routing_keys)
        channel.basic_qos(0, PREFETCH, False)
        channel.basic_consume(queues.inbox, callback=self._batch.append)
        self.connected = True
        oldest = 0.0
        while not self._stopped.is_set():
            try:
                connection.drain_events(timeout=LINGER_SECONDS if self._batch else IDLE_SECONDS)
            except TimeoutError:
                connection.heartbeat_check()
            if not self._batch:
                oldest = 0.0
                continue
            oldest = oldest or time.monotonic()
            if len(self._batch) >= self._size or time.monotonic() - oldest >= LINGER_SECONDS:
                self._take_batch(connection, channel)
                oldest = 0.0

    def _take_batch(self, connection: Connection, channel: amqp.Channel) -> None:
        messages = self._batch[: self._size]
        del self._batch[: self._size]
        envelopes, last_tag = self._readable(messages, channel)
        if last_tag is None:
            return
        reached("consumer.before_receive")
        self._receive_when_possible(connection, envelopes)
        channel.basic_ack(last_tag, multiple=True)
        reached("consumer.after_ack")

    def _readable(self, messages: Sequence[Any], channel: amqp.Channel) -> tuple[list[Envelope], int | None]:
        """Return the envelopes and the tag of the last of them: the broker refuses to hear of a rejected tag again."""
        envelopes = []
        last_tag = None
        for message in messages:
            try:
                envelopes.append(decode(_bytes(message.body)))
                last_tag = message.delivery_tag
            except NotUnderstood:
                _log.error("what is no envelope goes to the parked queue", extra={"tag": message.delivery_tag})
                channel.basic_reject(message.delivery_tag, requeue=False)
        return envelopes, last_tag

    def _receive_when_possible(self, connection: Connection, envelopes: Sequence[Envelope]) -> None:
        """Keep the batch, unacknowledged, until the database takes it."""
        wait = FIRST_WAIT_SECONDS
        while True:
            try:
                self._inbox.receive(envelopes)
            except Unavailable:
                _log.warning("consumer waits for the database", extra={"seconds": wait})
            else:
                return
            if self._stopped.wait(wait):
                raise ConnectionAbortedError("stopped while the database is away")
            connection.heartbeat_check()
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)


def _bytes(body: bytes | str) -> bytes:
    return body.encode() if isinstance(body, str) else body
