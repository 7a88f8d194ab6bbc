"""Ours: the chassis's batch consumer feeding reporting, as the service runs it."""

from chassis import bootstrap

bootstrap.boot()

from collections.abc import Sequence  # noqa: E402 - the process is booted before anything else loads

from chassis.clock import Clock  # noqa: E402
from chassis.consumer import BatchConsumer  # noqa: E402
from chassis.envelope import Envelope  # noqa: E402
from chassis.inbox import Inbox  # noqa: E402
from chassis.storage import Store  # noqa: E402
from services.reporting.indicators import the_catalogue  # noqa: E402
from services.reporting.projections import Projector  # noqa: E402
from services.reporting.tables import CHASSIS  # noqa: E402
from tests.bench.measure import done, ready_and_told_to_go, the_task  # noqa: E402


class CountingInbox(Inbox):
    """Stops the consumer when everything is heard."""

    heard = 0

    def receive(self, envelopes: Sequence[Envelope]) -> int:
        new = super().receive(envelopes)
        self.heard += new
        if self.heard >= task.events:
            consumer.stop()
        return new


task = the_task()
store = Store(task.database_url)
inbox = CountingInbox(store, CHASSIS.inbox, effect=Projector(the_catalogue()), clock=Clock())
consumer = BatchConsumer(task.amqp_url, inbox, service=task.queue.removesuffix(".inbox"), routing_keys=())

bootstrap.assert_waits_cooperatively()
ready_and_told_to_go()
consumer.run()
done()
store.close()
