"""The second peer: FastStream as its documentation writes it, a typed message, one asyncpg transaction for each."""

import asyncio
import logging
from datetime import date, datetime
from typing import Any

from faststream.rabbit import Channel, RabbitBroker, RabbitQueue
from faststream.rabbit.schemas.queue import QueueType
from pydantic import BaseModel
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from services.reporting.indicators.touched import Touched
from services.reporting.projections.rows import Person
from tests.bench.measure import done, ready_and_told_to_go, the_task
from tests.bench.peers import same_work as work


class EventMessage(BaseModel):
    """The envelope, checked by pydantic."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    position: int
    subjectversion: int
    occurredon: date
    unit: str
    correlationid: str | None = None
    data: dict[str, Any]


ERRORS = logging.getLogger("peer")  # unconfigured: warnings and errors go to standard error

task = the_task()
engine = create_async_engine(make_url(task.database_url).set(drivername="postgresql+asyncpg"), pool_size=10)
sessions = async_sessionmaker(engine)
broker = RabbitBroker(task.amqp_url, default_channel=Channel(prefetch_count=10), logger=ERRORS)
queue = RabbitQueue(task.queue, durable=True, queue_type=QueueType.QUORUM, declare=False)
all_heard = asyncio.Event()
heard = 0


@broker.subscriber(queue)
async def hear(event: EventMessage) -> None:
    global heard  # noqa: PLW0603 - one number of one process
    async with sessions.begin() as session:
        await project(event, session)
    heard += 1
    if heard == task.events:
        all_heard.set()


async def project(event: EventMessage, session: AsyncSession) -> None:
    envelope, data = dict(event), event.data
    if (await session.execute(*work.log_row(envelope, data))).first() is None:
        return
    await session.execute(*work.clock_row(envelope))
    touched = Touched()
    for row in work.rows_of(envelope, data):
        before = None if isinstance(row, Person) else await session.scalar(*work.day_before(row))
        await session.execute(*work.upsert(row))
        work.touched_by(row, before, touched)
    for forgetting in work.forgetting(touched):
        await session.execute(*forgetting)


async def main() -> None:
    await broker.start()
    await all_heard.wait()
    done()
    await broker.stop()
    await engine.dispose()


ready_and_told_to_go()
asyncio.run(main())
