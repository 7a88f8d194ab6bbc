"""Ours: the chassis's relay with batch confirms, as every service runs it."""

from chassis import bootstrap

bootstrap.boot()

from chassis.broker import ConfirmedPublisher  # noqa: E402 - the process is booted before anything else loads
from chassis.relay import Relay  # noqa: E402
from chassis.storage import Store  # noqa: E402
from tests.bench.measure import done, ready_and_told_to_go, the_task  # noqa: E402
from tests.bench.relay import TABLES  # noqa: E402

task = the_task()
store = Store(task.database_url)
publisher = ConfirmedPublisher(task.amqp_url)
relay = Relay(store, TABLES, service="health", deliver=publisher.publish)

bootstrap.assert_waits_cooperatively()
ready_and_told_to_go()
relay.run_until_empty()
done()
publisher.close()
store.close()
