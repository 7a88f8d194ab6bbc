"""Delivery inside one process: the relay's batches go straight to everyone who hears the source."""

import pytest

from chassis.delivery import InProcess
from chassis.errors import Unavailable
from chassis.reconciliation import Hears
from chassis.testing import UNIT, database_url
from tests.chassis.parties import a_listener, corrected, registered


def joined(*parties):
    return InProcess([party.runtime for party in parties])


def relayed_by(speaker, process):
    relay = speaker.relay(lambda envelopes: process.deliver_from("registry", envelopes))
    return relay.run_until_empty()


def test_who_hears_the_source_hears_it(speaker, listener):
    speaker.says(registered("p1"), corrected("p1"))

    assert relayed_by(speaker, joined(speaker, listener)) == 2
    assert listener.heard() == [("p1", 1), ("p1", 2)]


def test_who_does_not_hear_the_source_hears_nothing(database, tmp_path, speaker):
    with a_listener(database=database, folder=tmp_path, hears=(Hears("health"),)) as listener:
        speaker.says(registered("p1"))
        relayed_by(speaker, joined(speaker, listener))

        assert listener.heard() == []


@pytest.mark.parametrize(
    ("wanted", "heard"),
    [
        ("registry.person.corrected", [2]),
        ("registry.person.corrected.v1", [2]),
        ("registry.person", [1, 2]),
        ("registry", [1, 2]),
        ("registry.pers", []),
    ],
)
def test_types_mean_the_same_here_as_on_the_feed(database, tmp_path, speaker, wanted, heard):
    with a_listener(database=database, folder=tmp_path, hears=(Hears("registry", types=(wanted,)),)) as listener:
        speaker.says(registered("p1"), corrected("p1"))
        process = joined(speaker, listener)
        relayed_by(speaker, process)

        assert listener.positions() == heard
        assert [each.position for each in process.ask("registry", UNIT, 0, [wanted]).envelopes] == heard


def test_another_units_events_are_not_heard(database, tmp_path, speaker):
    with a_listener(database=database, folder=tmp_path, units="09400") as listener:
        speaker.says(registered("p1"))
        relayed_by(speaker, joined(speaker, listener))

        assert listener.heard() == []


def test_a_listener_that_cannot_take_it_holds_the_batch_back_until_it_can(speaker, listener, monkeypatch):
    speaker.says(registered("p1"))
    process = joined(speaker, listener)

    def away(_envelopes):
        raise Unavailable("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(listener.runtime.inbox, "receive", away)
        with pytest.raises(Unavailable):
            relayed_by(speaker, process)

    assert relayed_by(speaker, process) == 1
    assert listener.heard() == [("p1", 1)]


def test_a_listener_that_refuses_an_event_does_not_stop_the_relay(speaker, listener):
    speaker.says(registered("p1"), registered("p2"))
    said = speaker.relayed()
    listener.refuses = {said[0].event_id}
    speaker.says(registered("p3"))
    process = joined(speaker, listener)
    process.deliver_from("registry", said)

    assert relayed_by(speaker, process) == 1
    assert listener.heard() == [("p2", 1), ("p3", 1)]


def test_a_source_that_does_not_run_here_is_away(listener):
    with pytest.raises(Unavailable):
        joined(listener).ask("campaigns", UNIT, 0, None)


def test_two_listeners_hear_it_each(database, tmp_path, speaker, listener):
    other_database = database_url("path_other", database=database, folder=tmp_path)
    with a_listener(database=database, folder=tmp_path, name="other", database_url=other_database) as other:
        speaker.says(registered("p1"))
        relayed_by(speaker, joined(speaker, listener, other))

        assert (listener.heard(), other.heard()) == ([("p1", 1)], [("p1", 1)])
