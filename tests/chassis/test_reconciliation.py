"""Reconciliation: whatever was not heard is asked for, and what need not be asked for is not."""

import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from chassis.clock import FrozenClock
from chassis.errors import Unavailable
from chassis.reconciliation import Hears, Reconciler, forget_after
from chassis.testing import START, UNIT
from tests.chassis.parties import LISTENER_TABLES, a_listener, corrected, registered

CURSOR = LISTENER_TABLES.inbox.feed_cursor


class Asked:
    """A source's feed that remembers after which positions it was asked."""

    def __init__(self, speaker):
        self.speaker = speaker
        self.after = []
        self.away = False

    def __call__(self, service, unit, after, types):
        if self.away:
            raise Unavailable("the source does not answer")
        self.after.append(after)
        return self.speaker.ask(service, unit, after, types)


@pytest.fixture
def asked(speaker):
    return Asked(speaker)


def reconciler(listener, asked):
    runtime = listener.runtime
    return Reconciler(
        runtime.store,
        runtime.tables.inbox,
        runtime.inbox,
        hears=runtime.definition.hears,
        units=runtime.settings.units,
        ask=asked,
        clock=FrozenClock(START),
    )


def say(speaker, count, prefix="p"):
    speaker.says(*[registered(f"{prefix}{number}") for number in range(count)])
    return speaker.relayed()


def test_a_listener_that_joins_late_hears_everything(speaker, listener, asked):
    say(speaker, 7)

    assert reconciler(listener, asked).reconcile() == 7
    assert listener.positions() == [1, 2, 3, 4, 5, 6, 7]


def test_more_than_a_page_is_asked_for_page_by_page(speaker, listener, asked):
    say(speaker, 1203)

    assert reconciler(listener, asked).reconcile() == 1203
    assert asked.after == [0, 500, 1000]


def test_a_hole_is_filled(speaker, listener, asked):
    said = say(speaker, 6)
    listener.receive(said[0], said[1], said[4])

    assert reconciler(listener, asked).reconcile() == 3
    assert sorted(listener.positions()) == [1, 2, 3, 4, 5, 6]


def test_what_was_heard_without_a_hole_is_not_asked_for_again(speaker, listener, asked):
    said = say(speaker, 6)
    listener.receive(*said[:4], said[5])

    assert reconciler(listener, asked).reconcile() == 1
    assert asked.after == [4]


def test_when_all_is_heard_nothing_is_told(speaker, listener, asked):
    listener.receive(*say(speaker, 3))
    whole = reconciler(listener, asked)

    assert whole.reconcile() == 0
    assert whole.reconcile() == 0
    assert asked.after == [3, 3]


def test_the_holes_behind_the_cursor_are_found_after_new_events_came(speaker, listener, asked):
    whole = reconciler(listener, asked)
    say(speaker, 3)
    whole.reconcile()
    lost_and_heard = say(speaker, 4, prefix="q")
    listener.receive(lost_and_heard[3])

    assert whole.reconcile() == 3
    assert sorted(listener.positions()) == [1, 2, 3, 4, 5, 6, 7]


def test_a_source_restored_from_a_backup_is_heard_on_after_its_lost_events_are_forgotten(speaker, listener, asked):
    say(speaker, 5)
    whole = reconciler(listener, asked)
    whole.reconcile()
    with speaker.runtime.store.begin() as session:
        outbox, state = speaker.runtime.tables.outbox.outbox, speaker.runtime.tables.outbox.relay_state
        session.execute(delete(outbox).where(outbox.c.position > 3))
        session.execute(update(state).values(assigned_through=3, published_through=3))
    say(speaker, 1, prefix="entered-again")
    assert whole.reconcile() == 0

    with listener.runtime.store.begin() as session:
        assert forget_after(session, LISTENER_TABLES.inbox, f"/units/{UNIT}/registry", 3) == 2
    assert whole.reconcile() == 1
    assert listener.positions() == [1, 2, 3, 4, 5, 4]


def test_a_listener_to_some_types_is_whole_too(database, tmp_path, speaker, asked):
    hears = (Hears("registry", types=("registry.person.corrected",)),)
    with a_listener(database=database, folder=tmp_path, hears=hears) as listener:
        speaker.says(registered("p1"), corrected("p1"), registered("p2"), corrected("p2"), registered("p3"))
        speaker.relayed()
        whole = reconciler(listener, asked)

        assert whole.reconcile() == 2
        assert whole.reconcile() == 0
        assert listener.positions() == [2, 4]
        with listener.runtime.store.reading() as session:
            assert session.scalar(select(CURSOR.c.through)) == 5


def test_a_listener_that_comes_to_hear_more_types_hears_their_past_too(database, tmp_path, speaker, asked):
    corrections = (Hears("registry", types=("registry.person.corrected",)),)
    people = (Hears("registry", types=("registry.person.corrected", "registry.person.registered")),)
    speaker.says(registered("p1"), corrected("p1"), registered("p2"))
    speaker.relayed()
    with a_listener(database=database, folder=tmp_path, hears=corrections) as listener:
        assert reconciler(listener, asked).reconcile() == 1

        listener.runtime.definition = replace(listener.runtime.definition, hears=people)
        assert reconciler(listener, asked).reconcile() == 2
        assert sorted(listener.positions()) == [1, 2, 3]


def test_the_cursor_does_not_pass_what_was_never_received(speaker, listener, asked):
    say(speaker, 5)
    listener.error = KeyboardInterrupt
    listener.refuses = {speaker.ask("registry", UNIT, 0, None).envelopes[2].event_id}
    whole = reconciler(listener, asked)

    with pytest.raises(KeyboardInterrupt):
        whole.reconcile()
    listener.refuses = set()

    assert whole.reconcile() == 5
    assert listener.positions() == [1, 2, 3, 4, 5]


def test_a_source_that_is_away_is_asked_next_time(speaker, listener, asked):
    say(speaker, 2)
    whole = reconciler(listener, asked)
    asked.away = True
    with pytest.raises(Unavailable):
        whole.reconcile()
    asked.away = False

    assert whole.reconcile() == 2


def test_what_failed_at_the_start_is_tried_again_soon_and_not_at_the_next_turn(speaker, listener, asked):
    say(speaker, 3)
    failures = iter([RuntimeError("the database is not prepared"), Unavailable("the source does not answer")])

    def fails_twice(*question):
        if failure := next(failures, None):
            raise failure
        return asked(*question)

    mending = reconciler(listener, fails_twice)
    running = threading.Thread(target=mending.run, args=[3600])
    running.start()
    try:
        deadline = time.monotonic() + 20
        while len(listener.positions()) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        mending.stop()
        running.join(10)
    assert listener.positions() == [1, 2, 3]


def test_one_source_that_is_away_does_not_keep_the_others_from_being_asked(database, tmp_path, speaker):
    say(speaker, 2)

    def ask(service, unit, after, types):
        if service == "health":
            raise Unavailable("the source does not answer")
        return speaker.ask(service, unit, after, types)

    with a_listener(database=database, folder=tmp_path, hears=(Hears("health"), Hears("registry"))) as listener:
        with pytest.raises(Unavailable):
            reconciler(listener, ask).reconcile()

        assert listener.positions() == [1, 2]


def test_the_brokers_patterns_name_unit_and_prefix():
    assert Hears("registry").routing_keys(["09385", "09400"]) == ["09385.registry.#", "09400.registry.#"]
    assert Hears("registry", types=("registry.person",)).routing_keys(["09385"]) == ["09385.registry.person.#"]
