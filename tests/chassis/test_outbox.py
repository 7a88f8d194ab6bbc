"""The outbox: what is said commits with what is done, and every event gets its place in the source's log."""

import threading

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from chassis.envelope import decode, encode
from chassis.testing import UNIT, an_actor
from tests.chassis.parties import NOTE, SPEAKER_TABLES, Speaker, a_speaker, corrected, registered

OUTBOX = SPEAKER_TABLES.outbox.outbox


def count(speaker: Speaker, table) -> int:
    with speaker.runtime.store.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def note_and_say(speaker: Speaker, *keys: str) -> None:
    """Write state and fact of each person in one transaction; a person who is noted twice breaks it."""
    with speaker.runtime.unit_of_work(an_actor("registry")) as uow:
        for key in keys:
            uow.record(registered(key))
            uow.session.execute(insert(NOTE).values(person_key=key))


def test_state_and_fact_commit_together(speaker):
    note_and_say(speaker, "p1")

    assert (count(speaker, NOTE), count(speaker, OUTBOX)) == (1, 1)


def test_state_and_fact_are_rolled_back_together(speaker):
    with pytest.raises(IntegrityError):
        note_and_say(speaker, "p1", "p1")

    assert (count(speaker, NOTE), count(speaker, OUTBOX)) == (0, 0)
    assert speaker.relayed() == []


def test_a_rolled_back_transaction_leaves_no_gap(speaker):
    speaker.says(registered("p1"))
    with pytest.raises(IntegrityError):
        note_and_say(speaker, "p2", "p2")
    speaker.says(registered("p3"))

    assert [each.position for each in speaker.relayed()] == [1, 2]


def test_positions_are_gap_free_though_transactions_commit_in_the_opposite_order(speaker, database):
    quick_is_through = threading.Event()

    def quick():
        speaker.says(registered("quick"))
        quick_is_through.set()

    with speaker.runtime.unit_of_work(an_actor("registry")) as slow:
        slow.record(registered("slow"))
        thread = threading.Thread(target=quick)
        thread.start()
        overtaken = quick_is_through.wait(0.5)
        # The relay runs while the slow one, whose row has the lower serial, is not yet committed.
        first = speaker.relayed() if overtaken else []
    thread.join()
    second = speaker.relayed()

    assert overtaken == (database == "postgres")  # SQLite has one writer: the quick one waits
    assert [each.position for each in first + second] == [1, 2]
    assert {each.subject for each in first + second} == {"person/slow", "person/quick"}


def test_each_subject_counts_its_own_versions(speaker):
    speaker.says(registered("p1"), registered("p2"), corrected("p1"))
    speaker.says(corrected("p1"))

    told = [(each.subject, each.subject_version) for each in speaker.relayed()]

    assert told == [("person/p1", 1), ("person/p2", 1), ("person/p1", 2), ("person/p1", 3)]


def test_two_who_speak_of_one_person_at_once_take_turns(speaker):
    threads = [threading.Thread(target=speaker.says, args=[corrected("p1")]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    told = speaker.relayed()

    assert [each.subject_version for each in told] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [each.position for each in told] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_each_unit_has_a_log_of_its_own(database, tmp_path):
    with a_speaker(database=database, folder=tmp_path, units="09385,09400") as speaker:
        speaker.says(registered("p1"))
        speaker.says(registered("p2"), unit="09400")
        speaker.says(registered("p3"))

        told = speaker.relayed()

    assert sorted((each.source, each.position) for each in told) == [
        ("/units/09385/registry", 1),
        ("/units/09385/registry", 2),
        ("/units/09400/registry", 1),
    ]


def test_the_feed_tells_the_log_after_a_position(speaker):
    speaker.says(registered("p1"), registered("p2"), registered("p3"))
    speaker.relayed()

    page = speaker.runtime.feed(UNIT, 1)

    assert [each.position for each in page.envelopes] == [2, 3]
    assert page.through == 3


def test_the_feed_tells_only_the_types_that_are_asked_for_and_how_far_it_looked(speaker):
    speaker.says(registered("p1"), corrected("p1"), registered("p2"), corrected("p2"))
    speaker.relayed()

    page = speaker.runtime.feed(UNIT, 0, ["registry.person.registered"])

    assert [each.position for each in page.envelopes] == [1, 3]
    assert page.through == 4


def test_a_prefix_ends_at_a_dot_and_a_whole_type_is_one(speaker):
    speaker.says(registered("p1"), corrected("p1"))
    speaker.relayed()

    assert speaker.runtime.feed(UNIT, 0, ["registry.pers"]).envelopes == []
    assert [each.position for each in speaker.runtime.feed(UNIT, 0, ["registry.person.corrected.v1"]).envelopes] == [2]


def test_the_feed_does_not_tell_what_has_no_position_yet(speaker):
    speaker.says(registered("p1"))

    assert speaker.runtime.feed(UNIT, 0).envelopes == []


def test_the_envelope_holds_the_fact_as_it_was_written(speaker):
    speaker.says(registered("p1"))

    [told] = speaker.relayed()

    assert told.type == "registry.person.registered.v1"
    assert told.routing_key == "09385.registry.person.registered.v1"
    assert told.routing_key.count(".") == 4
    assert str(told.occurred_on) == "2026-11-20"
    assert b'"birth_year":1990' in bytes(told.data)
    assert decode(encode(told)) == told
