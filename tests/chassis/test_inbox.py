"""The inbox: each event once in effect, whatever is repeated, refused, contradicted or interrupted."""

import logging
import threading
from datetime import timedelta, timezone

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from chassis.envelope import decode, encode
from chassis.errors import NotUnderstood, Unavailable
from tests.chassis.parties import LISTENER_TABLES, corrected, registered

INBOX = LISTENER_TABLES.inbox.inbox


@pytest.fixture
def said(speaker):
    """Five events: two people, one of them corrected three times."""
    speaker.says(registered("p1"), registered("p2"), corrected("p1"), corrected("p1"), corrected("p1"))
    return speaker.relayed()


def test_everything_that_is_new_takes_effect_in_the_order_in_which_it_came(listener, said):
    assert listener.receive(*said) == 5
    assert listener.heard() == [("p1", 1), ("p2", 1), ("p1", 2), ("p1", 3), ("p1", 4)]


def test_twice_is_once(listener, said):
    listener.receive(*said)
    listener.receive(*said[1:3])

    assert listener.positions() == [1, 2, 3, 4, 5]


def test_a_duplicate_inside_one_batch_is_once_and_disturbs_no_order(listener, said):
    assert listener.receive(said[0], said[1], said[2], said[0], said[3], said[2], said[4]) == 5
    assert listener.positions() == [1, 2, 3, 4, 5]


def test_a_batch_of_only_known_events_is_success(listener, said):
    listener.receive(*said)

    assert listener.receive(*said) == 0
    assert listener.receive() == 0


def test_a_batch_of_known_and_new_events_brings_the_new_ones(listener, said):
    listener.receive(said[1], said[3])

    assert listener.receive(*said) == 3
    assert sorted(listener.positions()) == [1, 2, 3, 4, 5]


def test_two_who_hear_the_same_at_once_let_it_take_effect_once(listener, said):
    threads = [threading.Thread(target=listener.receive, args=said) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert listener.positions() == [1, 2, 3, 4, 5]


def test_effect_and_memory_of_it_are_rolled_back_together(listener, said):
    listener.error = KeyboardInterrupt
    listener.refuses = {said[2].event_id}

    with pytest.raises(KeyboardInterrupt):
        listener.receive(*said)

    assert listener.heard() == []
    assert listener.states() == {}


def test_one_bad_event_stops_nobody(listener, said):
    listener.refuses = {said[1].event_id}

    assert listener.receive(*said) == 5

    assert listener.positions() == [1, 3, 4, 5]
    assert listener.states() == {1: "applied", 2: "parked", 3: "applied", 4: "applied", 5: "applied"}


def test_later_events_of_a_subject_wait_behind_a_parked_one(listener, said):
    listener.refuses = {said[2].event_id}
    listener.receive(*said[:4])
    listener.receive(said[4])

    assert listener.positions() == [1, 2]
    assert listener.states() == {1: "applied", 2: "applied", 3: "parked", 4: "parked", 5: "parked"}


def test_what_fails_and_then_does_not_is_not_parked(listener, said):
    failures = iter([True])
    listener.refuses = {said[0].event_id}

    def error():
        if next(failures, False):
            return ValueError("not now")
        listener.refuses = set()
        return ValueError("for the last time")

    listener.error = error
    listener.receive(said[0])

    assert listener.states() == {1: "applied"}


def test_a_different_event_under_a_known_position_raises_the_alarm_and_changes_nothing(listener, said, caplog):
    listener.receive(*said)
    impostor = msgspec.structs.replace(said[1], event_id="another-id")

    with caplog.at_level(logging.CRITICAL):
        assert listener.receive(impostor) == 0

    assert "one position, two events" in caplog.text
    assert listener.positions() == [1, 2, 3, 4, 5]


def test_a_contradiction_inside_one_batch_raises_the_alarm_too(listener, said, caplog):
    impostor = msgspec.structs.replace(said[1], event_id="another-id")

    with caplog.at_level(logging.CRITICAL):
        assert listener.receive(said[0], said[1], impostor) == 2

    assert "one position, two events" in caplog.text


def test_one_event_under_two_positions_raises_the_alarm(listener, said, caplog):
    listener.receive(*said)
    strayed = msgspec.structs.replace(said[1], position=77)

    with caplog.at_level(logging.CRITICAL):
        assert listener.receive(strayed) == 0

    assert "one position, two events" in caplog.text


def test_a_plain_repetition_raises_no_alarm(listener, said, caplog):
    with caplog.at_level(logging.CRITICAL):
        listener.receive(*said, *said)
        listener.receive(*said)

    assert caplog.text == ""


def test_database_away_nothing_is_done_and_the_caller_keeps_the_events(listener, said):
    listener.error = lambda: OperationalError("select", {}, Exception("the server closed the connection"))
    listener.refuses = {said[2].event_id}

    with pytest.raises(Unavailable):
        listener.receive(*said)

    assert listener.states() == {}
    listener.refuses = set()
    assert listener.receive(*said) == 5


def test_database_away_between_the_tries_and_the_parking_is_away_too(listener, said, monkeypatch):
    listener.refuses = {said[0].event_id}

    def gone(*_arguments, **_named):
        raise OperationalError("insert", {}, Exception("the server closed the connection"))

    monkeypatch.setattr("chassis.inbox.park", gone)

    with pytest.raises(Unavailable):
        listener.receive(said[0])

    assert listener.states() == {}


def test_an_instant_is_kept_as_the_same_instant_whatever_its_zone(listener, said):
    local = msgspec.structs.replace(said[0], recorded_at=said[0].recorded_at.astimezone(timezone(timedelta(hours=7))))
    listener.receive(decode(encode(local)))

    with listener.runtime.store.reading() as session:
        assert session.scalar(select(INBOX.c.recorded_at)) == said[0].recorded_at


def test_the_inbox_keeps_what_was_said(listener, said):
    listener.receive(*said)

    with listener.runtime.store.reading() as session:
        row = session.execute(select(INBOX).where(INBOX.c.position == 3)).one()
    assert (row.source, row.event_id, row.type) == (said[2].source, said[2].event_id, said[2].type)
    assert (row.occurred_on, row.recorded_at) == (said[2].occurred_on, said[2].recorded_at)
    assert row.data.encode() == bytes(said[2].data)


@pytest.mark.parametrize(
    "changes",
    [
        {"position": 0},
        {"position": -1},
        {"position": 2**63},
        {"position": "1"},
        {"subjectversion": 0},
        {"subjectversion": 2**31},
        {"specversion": "0.3"},
        {"subject": "person/" + "x" * 200},
        {"subject": "person/\x00"},
        {"id": "x" * 37},
        {"id": ""},
        {"source": "/units/09385/" + "x" * 60},
        {"type": "x" * 121},
        {"unit": "Đồng Nguyên"},
        {"correlationid": "x" * 65},
        {"time": "2026-11-20T02:00:00"},
        {"time": "yesterday"},
        {"occurredon": "2026-02-30"},
        {"data": None},
        {"data": "text"},
    ],
    ids=str,
)
def test_what_the_inbox_could_not_keep_is_no_envelope(said, changes):
    body = msgspec.json.encode(msgspec.json.decode(encode(said[0])) | changes)

    with pytest.raises(NotUnderstood):
        decode(body)


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b"hello", b"\xff\xfe", b'{"id": 1}', b'{"data": "\x00"}'])
def test_what_is_no_json_object_is_no_envelope(body):
    with pytest.raises(NotUnderstood):
        decode(body)


def test_attributes_that_are_newer_than_we_are_do_not_disturb(said):
    body = msgspec.json.encode(msgspec.json.decode(encode(said[0])) | {"dataschema": "somewhere", "newer": 1})

    assert decode(body).event_id == said[0].event_id
