"""The first peer: a nameko service that hears one event at a time, in one SQLAlchemy transaction, with one acknowledgement."""

from chassis import bootstrap

bootstrap.boot()  # without it nameko's psycopg would stop every other worker of the process while it waits

import logging  # noqa: E402
from typing import Any  # noqa: E402

import eventlet  # noqa: E402
import nameko  # noqa: E402
from kombu import Queue  # noqa: E402
from nameko.containers import ServiceContainer  # noqa: E402
from nameko.extensions import DependencyProvider  # noqa: E402
from nameko.messaging import consume  # noqa: E402
from sqlalchemy import create_engine  # noqa: E402
from sqlalchemy.orm import Session, sessionmaker  # noqa: E402

from services.reporting.indicators.touched import Touched  # noqa: E402
from services.reporting.projections.rows import Person  # noqa: E402
from tests.bench.measure import done, ready_and_told_to_go, the_task  # noqa: E402
from tests.bench.peers import same_work as work  # noqa: E402

task = the_task()
all_heard = eventlet.event.Event()


class Database(DependencyProvider):
    """Hands a method what opens its transactions."""

    def setup(self) -> None:
        self._sessions = sessionmaker(create_engine(task.database_url, pool_size=10))

    def get_dependency(self, worker_ctx: Any) -> sessionmaker[Session]:
        return self._sessions


class Reporting:
    name = "reporting"
    database = Database()
    heard = 0

    @consume(Queue(task.queue, no_declare=True), requeue_on_error=True, prefetch_count=10)
    def hear(self, envelope: dict[str, Any]) -> None:
        with self.database.begin() as session:
            self.project(envelope, session)
        Reporting.heard += 1
        if Reporting.heard == task.events:
            all_heard.send()

    def project(self, envelope: dict[str, Any], session: Session) -> None:
        data = envelope["data"]
        if session.execute(*work.log_row(envelope, data)).first() is None:
            return
        session.execute(*work.clock_row(envelope))
        touched = Touched()
        for row in work.rows_of(envelope, data):
            before = None if isinstance(row, Person) else session.scalar(*work.day_before(row))
            session.execute(*work.upsert(row))
            work.touched_by(row, before, touched)
        for forgetting in work.forgetting(touched):
            session.execute(*forgetting)


nameko.config.setup({"AMQP_URI": task.amqp_url, "max_workers": 10})
logging.getLogger("nameko").setLevel(logging.ERROR)  # it warns that its consumer ends
container = ServiceContainer(Reporting)

ready_and_told_to_go()
container.start()
all_heard.wait()
done()
container.stop()
