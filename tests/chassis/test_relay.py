"""The relay: everything that is committed is delivered in order, by one relay at a time, and marked only when it is safe."""

import threading
import time

import pytest
from sqlalchemy import select, text

from chassis.errors import Unavailable
from chassis.relay import RelayTaken
from chassis.testing import UNIT
from tests.chassis.parties import SPEAKER_TABLES, registered

STATE = SPEAKER_TABLES.outbox.relay_state


def published_through(speaker):
    with speaker.runtime.store.reading() as session:
        return session.scalar(select(STATE.c.published_through).where(STATE.c.unit_code == UNIT))


def until(condition, seconds=40):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def test_what_is_committed_is_delivered_in_order_and_once(speaker):
    for number in range(7):
        speaker.says(registered(f"p{number}"))

    assert [each.subject for each in speaker.relayed()] == [f"person/p{number}" for number in range(7)]
    assert speaker.relayed() == []
    assert published_through(speaker) == 7


def test_one_relay_at_a_time(speaker):
    with speaker.relay(lambda _: None).holding_the_lock(), pytest.raises(RelayTaken):
        speaker.relay(lambda _: None).run_until_empty()


def test_the_lock_is_free_again_when_its_holder_ends(speaker):
    with speaker.relay(lambda _: None).holding_the_lock():
        pass

    speaker.says(registered("p1"))

    assert len(speaker.relayed()) == 1


def test_what_could_not_be_delivered_is_delivered_later_under_the_same_position(speaker):
    speaker.says(registered("p1"), registered("p2"))

    def refuse(_envelopes):
        raise Unavailable("the broker is away")

    with pytest.raises(Unavailable):
        speaker.relay(refuse).run_until_empty()

    assert published_through(speaker) == 0
    assert [each.position for each in speaker.relayed()] == [1, 2]


def test_a_crash_between_delivery_and_mark_only_repeats(speaker):
    speaker.says(registered("p1"))
    heard = []

    def deliver_and_die(envelopes):
        heard.extend(envelopes)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        speaker.relay(deliver_and_die).run_until_empty()
    heard += speaker.relayed()

    assert [(each.position, each.event_id) for each in heard] == [(1, heard[0].event_id)] * 2


def test_a_backlog_is_delivered_in_batches(speaker):
    speaker.says(*[registered(f"p{number}") for number in range(25)])
    sizes = []
    relay = speaker.relay(lambda envelopes: sizes.append(len(envelopes)))
    relay._batch = 10

    assert relay.run_until_empty() == 25
    assert sizes == [10, 10, 5]


def test_the_loop_wakes_at_once_waits_while_the_broker_is_away_and_goes_on(speaker):
    heard, away = [], threading.Event()

    def deliver(envelopes):
        if away.is_set():
            raise Unavailable("the broker is away")
        heard.extend(each.position for each in envelopes)

    relay = speaker.relay(deliver)
    thread = threading.Thread(target=relay.run)
    thread.start()
    try:
        speaker.says(registered("p1"))
        relay.wake()
        until(lambda: heard == [1])
        away.set()
        speaker.says(registered("p2"))
        relay.wake()
        time.sleep(0.3)
        assert heard == [1]
        away.clear()
        until(lambda: heard == [1, 2])
    finally:
        relay.stop()
        thread.join(10)
    assert not thread.is_alive()


def test_the_loop_outlives_whatever_goes_wrong_in_it(speaker):
    heard, tries = [], []

    def deliver(envelopes):
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("nobody thought of this")
        heard.extend(each.position for each in envelopes)

    relay = speaker.relay(deliver)
    thread = threading.Thread(target=relay.run)
    thread.start()
    try:
        speaker.says(registered("p1"))
        until(lambda: heard == [1])
    finally:
        relay.stop()
        thread.join(10)


def test_database_away_and_back_the_loop_goes_on_by_itself(speaker, database):
    heard = []
    relay = speaker.relay(lambda envelopes: heard.extend(each.position for each in envelopes))
    thread = threading.Thread(target=relay.run)
    thread.start()
    try:
        speaker.says(registered("p1"))
        until(lambda: heard == [1])
        cut_connections(speaker, database)
        speaker.says(registered("p2"))
        until(lambda: heard == [1, 2])
    finally:
        relay.stop()
        thread.join(10)


def cut_connections(speaker, database):
    """End every connection to the database: on PostgreSQL from its side, on SQLite (a file) from ours."""
    engine = speaker.runtime.store.engine
    if database == "sqlite":
        engine.dispose()
        return
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()
