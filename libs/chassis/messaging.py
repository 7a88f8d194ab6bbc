"""What carries a service's events when every agency runs its own process: relay, consumer, reconciliation, feed.

Each runs in a green thread of the nameko container and starts without waiting for the broker, so that pages answer
while the broker or the database is away.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import nameko
from nameko.exceptions import RemoteError, RpcTimeout, UnknownService
from nameko.extensions import DependencyProvider
from nameko.rpc import rpc
from nameko.standalone.rpc import ServiceRpcClient

from chassis import broker, metrics
from chassis.broker import BROKER_ERRORS, ConfirmedPublisher
from chassis.consumer import BatchConsumer
from chassis.envelope import Envelope, decode, encode
from chassis.errors import Unavailable
from chassis.i18n import _
from chassis.questions import Asking, reply_to
from chassis.reconciliation import FeedPage, Reconciler
from chassis.relay import Relay
from chassis.service import Runtime
from chassis.timers import Clockwork

FEED_SECONDS = 20
ANSWER_SECONDS = 5
"""Somebody waits at a desk; after this long the other agency counts as away."""

_log = logging.getLogger(__name__)


class Background(DependencyProvider):
    """Runs one loop beside the service, from its start to its stop."""

    def __init__(self, run: Callable[[], None], stop: Callable[[], None]) -> None:
        super().__init__()
        self._run = run
        self._stop = stop

    def start(self) -> None:
        self.container.spawn_managed_thread(self._run)

    def stop(self) -> None:
        self._stop()

    kill = stop


class FeedRpc:
    """Answers listeners through the broker, so that an agency needs no port open to the others."""

    runtime: ClassVar[Runtime]

    @rpc
    def feed(self, unit: str, after: int, types: list[str] | None = None) -> dict[str, Any]:
        """Return a page of this source's log as texts of envelopes, and the position up to which it looked."""
        page = self.runtime.feed(unit, after, types)
        return {"events": [encode(each).decode() for each in page.envelopes], "through": page.through}


def ask_by_rpc(service: str, unit: str, after: int, types: Sequence[str] | None) -> FeedPage:
    """Ask another service's feed through the broker; raise :class:`Unavailable` when it does not answer."""
    try:
        with ServiceRpcClient(service, timeout=FEED_SECONDS) as client:
            answer = client.feed(unit, after, None if types is None else list(types))
    except (RpcTimeout, UnknownService, RemoteError, *BROKER_ERRORS) as error:
        raise Unavailable(f"the feed of {service} does not answer", code="source_away") from error
    return FeedPage([decode(text.encode()) for text in answer["events"]], through=answer["through"])


class AnswerRpc:
    """Answers other services' questions about people through the broker; refuses what is not declared."""

    runtime: ClassVar[Runtime]

    @rpc
    def answer(self, question: str, asking: dict[str, Any], arguments: dict[str, str]) -> dict[str, Any]:
        """Return the answer, or the situation that refuses it."""
        return reply_to(lambda: self.runtime.answer(question, Asking.read(asking), arguments))


def carry_by_rpc(
    service: str, question: str, asking: Mapping[str, Any], arguments: Mapping[str, str]
) -> Mapping[str, Any]:
    """Take a question to another service through the broker; raise :class:`Unavailable` when it does not answer."""
    try:
        with ServiceRpcClient(service, timeout=ANSWER_SECONDS) as client:
            reply: Mapping[str, Any] = client.answer(question, dict(asking), dict(arguments))
    except (RpcTimeout, UnknownService, RemoteError, *BROKER_ERRORS) as error:
        raise Unavailable(_("Cơ quan được hỏi chưa trả lời; hãy thử lại sau."), code="source_away") from error
    return reply


def configure_nameko(runtime: Runtime) -> None:
    """Tell nameko, which keeps one configuration for the whole process, where the broker is."""
    nameko.config.setup({"AMQP_URI": runtime.settings.amqp_url, "HEARTBEAT": 60})


def background_of(runtime: Runtime) -> dict[str, Background]:
    """Return the loops of a service that talks through the broker, by their names in the service class."""
    url = runtime.settings.amqp_url
    if url is None:
        return timers_of(runtime)
    runtime.checks["broker"] = lambda: _broker_check(well=broker.answers(url))
    runtime.carry = carry_by_rpc
    loops = {"relay": _relay(runtime, url), **timers_of(runtime)}
    if runtime.definition.hears:
        loops["consumer"] = _consumer(runtime, url)
        loops["reconciler"] = _reconciler(runtime)
    return loops


def timers_of(runtime: Runtime) -> dict[str, Background]:
    """Return the loops of a service's timers, by their names in the service class."""
    clockworks = {timer.name: Clockwork(timer, runtime) for timer in runtime.definition.timers}
    return {f"timer_{name}": Background(each.run, each.stop) for name, each in clockworks.items()}


def _broker_check(*, well: bool) -> tuple[bool, str]:
    return well, "connected to the broker" if well else "the broker does not answer; events wait where they are"


def _relay(runtime: Runtime, url: str) -> Background:
    publisher = ConfirmedPublisher(url)
    relayed = metrics.events_relayed.labels(runtime.definition.name)

    def deliver(envelopes: Sequence[Envelope]) -> None:
        publisher.publish(envelopes)
        relayed.inc(len(envelopes))

    relay = Relay(runtime.store, runtime.tables.outbox, service=runtime.definition.name, deliver=deliver)
    runtime.on_commit.append(relay.wake)
    return Background(relay.run, relay.stop)


def _consumer(runtime: Runtime, url: str) -> Background:
    consumer = BatchConsumer(url, runtime.inbox, service=runtime.definition.name, routing_keys=runtime.routing_keys)
    runtime.checks["broker"] = lambda: _broker_check(well=consumer.connected)
    return Background(consumer.run, consumer.stop)


def _reconciler(runtime: Runtime) -> Background:
    reconciler = Reconciler(
        runtime.store,
        runtime.tables.inbox,
        runtime.inbox,
        hears=runtime.definition.hears,
        units=runtime.settings.units,
        ask=ask_by_rpc,
        clock=runtime.clock,
    )
    return Background(lambda: reconciler.run(runtime.settings.reconcile_seconds), reconciler.stop)
