"""Parking: what could not be digested is kept, tried again in order, or set aside with a reason."""

import threading

import pytest
from sqlalchemy import select

from chassis import parking
from chassis.errors import NotFound, NotUnderstood
from chassis.testing import START, UNIT
from tests.chassis.parties import LISTENER_TABLES, corrected, registered

TABLES = LISTENER_TABLES.inbox
SOURCE = "/units/09385/registry"


@pytest.fixture
def said(speaker):
    speaker.says(registered("p1"), registered("p2"), corrected("p1"), corrected("p1"), corrected("p2"))
    return speaker.relayed()


@pytest.fixture
def stuck(listener, said):
    """The first event of p1 is parked, with two behind it; p2 went past."""
    listener.refuses = {said[0].event_id}
    listener.receive(*said)
    return listener


def retry(listener, position, *, unit=UNIT):
    with listener.runtime.store.begin() as session:
        return parking.retry(
            session, TABLES, unit=unit, source=SOURCE, position=position,
            effect=listener.runtime.effect, by="acc-1", at=START,
        )  # fmt: skip


def set_aside(listener, position, reason="typed twice"):
    with listener.runtime.store.begin() as session:
        return parking.set_aside(
            session, TABLES, unit=UNIT, source=SOURCE, position=position, reason=reason,
            effect=listener.runtime.effect, by="acc-1", at=START,
        )  # fmt: skip


def listed(listener):
    with listener.runtime.store.reading() as session:
        return parking.list_parked(session, TABLES, UNIT)


def test_the_page_shows_what_failed_and_what_waits_behind_it(stuck):
    shown = [(each.position, each.waits, each.attempts > 0) for each in listed(stuck)]

    assert shown == [(1, False, True), (3, True, False), (4, True, False)]
    assert listed(stuck)[0].error == "ValueError: cannot digest this"
    assert stuck.heard() == [("p2", 1), ("p2", 2)]


def test_another_units_page_does_not_show_it(stuck):
    with stuck.runtime.store.reading() as session:
        assert parking.list_parked(session, TABLES, "09400") == []


def test_mended_it_takes_effect_and_those_behind_it_follow_in_order(stuck):
    stuck.refuses = set()

    assert retry(stuck, 1) is True

    assert stuck.heard() == [("p2", 1), ("p2", 2), ("p1", 1), ("p1", 2), ("p1", 3)]
    assert set(stuck.states().values()) == {"applied"}
    assert listed(stuck) == []


def test_trying_one_that_waits_starts_with_the_one_it_waits_for(stuck):
    stuck.refuses = set()

    assert retry(stuck, 4) is True

    assert stuck.heard()[2:] == [("p1", 1), ("p1", 2), ("p1", 3)]


def test_not_mended_it_stays_with_one_more_attempt_and_no_trace_of_the_failed_effect(stuck):
    before = listed(stuck)[0].attempts

    assert retry(stuck, 1) is False

    assert listed(stuck)[0].attempts == before + 1
    assert stuck.heard() == [("p2", 1), ("p2", 2)]


def test_a_later_one_may_be_the_next_that_fails(stuck, said):
    stuck.refuses = {said[3].event_id}

    assert retry(stuck, 1) is False

    assert stuck.heard()[2:] == [("p1", 1), ("p1", 2)]
    assert [(each.position, each.waits) for each in listed(stuck)] == [(4, False)]


def test_set_aside_lets_the_others_pass(stuck):
    assert set_aside(stuck, 1) is True

    assert stuck.heard()[2:] == [("p1", 2), ("p1", 3)]
    assert stuck.states() == {1: "set_aside", 2: "applied", 3: "applied", 4: "applied", 5: "applied"}
    with stuck.runtime.store.reading() as session:
        row = session.execute(select(TABLES.parked_event).where(TABLES.parked_event.c.position == 1)).one()
    assert (row.outcome, row.reason, row.settled_by, row.settled_at) == ("set_aside", "typed twice", "acc-1", START)


def test_setting_aside_needs_a_reason(stuck):
    with pytest.raises(NotUnderstood) as refused:
        set_aside(stuck, 1, reason="  ")

    assert "reason" in refused.value.fields
    assert stuck.states()[1] == "parked"


def test_what_is_settled_cannot_be_settled_again(stuck):
    stuck.refuses = set()
    retry(stuck, 1)

    with pytest.raises(NotFound):
        retry(stuck, 1)
    with pytest.raises(NotFound):
        set_aside(stuck, 1)


def test_another_units_event_is_not_there(stuck):
    with pytest.raises(NotFound):
        retry(stuck, 1, unit="09400")


def test_heard_again_a_parked_event_stays_parked(stuck, said):
    stuck.refuses = set()

    assert stuck.receive(*said) == 0
    assert stuck.states()[1] == "parked"


def test_after_all_is_settled_the_subject_goes_on(stuck, said, speaker):
    stuck.refuses = set()
    retry(stuck, 1)
    speaker.says(corrected("p1"))

    stuck.receive(*speaker.relayed())

    assert stuck.heard()[-1] == ("p1", 4)


def test_what_arrives_while_somebody_tries_again_is_not_left_behind(stuck, speaker):
    """Otherwise it would wait for ever behind an event that is no longer parked."""
    speaker.says(corrected("p1"))
    [late] = speaker.relayed()
    stuck.refuses = set()
    receiving = threading.Thread(target=stuck.receive, args=[late])

    with stuck.runtime.store.begin() as session:
        parking.retry(
            session, TABLES, unit=UNIT, source=SOURCE, position=1,
            effect=stuck.runtime.effect, by="acc-1", at=START,
        )  # fmt: skip
        receiving.start()
        receiving.join(0.5)
    receiving.join(10)

    assert stuck.heard()[2:] == [("p1", 1), ("p1", 2), ("p1", 3), ("p1", 4)]
    assert listed(stuck) == []
