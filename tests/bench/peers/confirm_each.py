"""The relay's peer: one row at a time, published by nameko's own Publisher, which awaits each confirm, and committed."""

from chassis import bootstrap

bootstrap.boot()

from nameko.amqp.publish import Publisher  # noqa: E402 - the process is booted before anything else loads
from sqlalchemy import bindparam, create_engine, select, update  # noqa: E402
from sqlalchemy.orm import Session, sessionmaker  # noqa: E402

from chassis.broker import EXCHANGE  # noqa: E402
from chassis.envelope import CONTENT_TYPE, Envelope, encode, source_of  # noqa: E402
from tests.bench.measure import done, ready_and_told_to_go, the_task  # noqa: E402
from tests.bench.relay import TABLES  # noqa: E402

import msgspec  # noqa: E402  # isort: skip

outbox, state = TABLES.outbox, TABLES.relay_state
OLDEST = select(outbox).where(outbox.c.position.is_(None)).order_by(outbox.c.written).limit(1).with_for_update()
NEXT_POSITION = (
    update(state)
    .where(state.c.unit_code == bindparam("of_unit"))
    .values(assigned_through=state.c.assigned_through + 1, published_through=state.c.assigned_through + 1)
    .returning(state.c.assigned_through)
)
MARK = update(outbox).where(outbox.c.written == bindparam("of_row")).values(position=bindparam("given"))


def publish_one(session: Session, publisher: Publisher) -> bool:
    """Number the oldest waiting event, publish it, mark it; tell whether there was one."""
    row = session.execute(OLDEST).one_or_none()
    if row is None:
        return False
    position = session.execute(NEXT_POSITION, {"of_unit": row.unit_code}).scalar_one()
    envelope = Envelope(
        event_id=row.event_id,
        source=source_of(unit=row.unit_code, service="health"),
        type=row.type,
        subject=row.subject,
        recorded_at=row.recorded_at,
        position=position,
        subject_version=row.subject_version,
        occurred_on=row.occurred_on,
        unit=row.unit_code,
        causation_id=row.causation_id,
        correlation_id=row.correlation_id,
        traceparent=row.traceparent,
        data=msgspec.Raw(row.data.encode()),
    )
    publisher.publish(encode(envelope), exchange=EXCHANGE, routing_key=envelope.routing_key, content_type=CONTENT_TYPE)
    session.execute(MARK, {"of_row": row.written, "given": position})
    return True


def publish_all() -> None:
    """Publish until nothing waits."""
    publisher = Publisher(task.amqp_url)
    sessions = sessionmaker(create_engine(task.database_url))
    while True:
        with sessions.begin() as session:
            if not publish_one(session, publisher):
                return


task = the_task()
ready_and_told_to_go()
publish_all()
done()
