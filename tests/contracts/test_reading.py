"""A fact survives being written and read; the writer is held to the contract, the reader is tolerant."""

import dataclasses
import json
import string
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from contracts import CATALOGUE, campaigns, health
from contracts.base import (
    Key,
    NotAsAgreed,
    Number,
    Shape,
    Word,
    dump,
    event,
    happened_on,
    load,
    shapes,
    subject_of,
    type_of,
    upcaster,
)
from contracts.schemas import schema_of

HELD = health.CounsellingHeld(
    counselling_id="C1", person_key="p1", held_on=date(2026, 6, 10), kind="TAM_LY", group="NGUOI_SDTP"
)


def values_of(shape: Shape) -> st.SearchStrategy[Any]:
    one = value_of(shape)
    if shape.many:
        one = st.lists(one, max_size=4).map(tuple)
    return one | st.none() if shape.optional else one


def value_of(shape: Shape) -> st.SearchStrategy[Any]:
    match shape.rule:
        case Word(one_of=(_, *_) as one_of):
            return st.sampled_from(one_of)
        case Word():
            return st.text(string.ascii_uppercase + string.digits + "_", min_size=1, max_size=38).map(
                lambda word: f"K{word}"
            )
        case Number(minimum=low, maximum=high):
            return st.integers(low, high)
    return st.dates() if shape.base is date else st.booleans()


def facts() -> st.SearchStrategy[Any]:
    return st.sampled_from(list(CATALOGUE.values())).flatmap(
        lambda fact: st.builds(fact, **{name: values_of(shape) for name, shape in shapes(fact).items()})
    )


@settings(deadline=None)
@given(facts())
def test_every_fact_is_read_as_it_was_written(fact):
    text = json.dumps(dump(fact))
    assert load(type_of(fact), json.loads(text)) == fact
    # The decoder of the services reads the classes directly; both must agree.
    assert msgspec.json.decode(text, type=type(fact)) == fact
    Draft202012Validator(schema_of(type(fact))).validate(json.loads(text))


@settings(deadline=None)
@given(facts(), st.dictionaries(st.text(min_size=1).map(lambda name: f"new_{name}"), st.integers()))
def test_fields_of_a_later_version_are_ignored(fact, later):
    assert load(type_of(fact), dump(fact) | later) == fact


@settings(deadline=None)
@given(facts())
def test_a_fact_knows_its_subject_and_its_day(fact):
    aggregate, _, identifier = subject_of(fact).partition("/")
    assert aggregate == type_of(fact).split(".")[1]
    assert identifier == getattr(fact, type(fact).SUBJECT)
    assert type(happened_on(fact)) is date


def test_dump_load_and_the_questions_on_one_fact():
    assert dump(HELD) == {
        "counselling_id": "C1",
        "person_key": "p1",
        "held_on": "2026-06-10",
        "kind": "TAM_LY",
        "group": "NGUOI_SDTP",
    }
    assert type_of(HELD) == type_of(type(HELD)) == "health.counselling.held.v1"
    assert subject_of(HELD) == "counselling/C1"
    assert happened_on(HELD) == date(2026, 6, 10)


def test_an_unknown_type_is_nobodys_error():
    assert load("health.counselling.held.v9", {"anything": 1}) is None
    assert load("not even a type", {}) is None


def test_a_code_of_a_later_version_is_read():
    assert load("health.counselling.held.v1", dump(HELD) | {"kind": "LAO_DONG"}).kind == "LAO_DONG"


def test_a_field_with_a_default_may_be_missing():
    data = {
        "activity_id": "A1",
        "campaign_id": "C1",
        "kind": "TO_ROI",
        "delivered_on": "2026-06-20",
        "leaflets": 5,
    }
    fact = load("campaigns.activity.delivered.v1", data)
    assert fact == campaigns.ActivityDelivered(
        activity_id="A1", campaign_id="C1", kind="TO_ROI", delivered_on=date(2026, 6, 20), leaflets=5
    )


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"held_on": "2026-02-30"}, "held_on must be a day that exists"),
        ({"held_on": "20260610"}, "held_on must be written YYYY-MM-DD"),
        ({"held_on": 20260610}, "held_on must be a day"),
        ({"held_on": None}, "held_on must be a day"),
        ({"kind": 7}, "kind must be str, not int"),
        ({"person_key": None}, "person_key must be str"),
    ],
)
def test_a_mistyped_field_is_named(wrong, reason):
    with pytest.raises(NotAsAgreed, match=reason):
        load("health.counselling.held.v1", dump(HELD) | wrong)


def test_a_missing_field_is_named():
    data = dump(HELD)
    del data["kind"]
    with pytest.raises(NotAsAgreed, match="kind is missing"):
        load("health.counselling.held.v1", data)


def test_a_list_field_takes_only_a_list():
    data = {"activity_id": "A1", "campaign_id": "C1", "kind": "TO_ROI", "delivered_on": "2026-06-20"}
    with pytest.raises(NotAsAgreed, match="places must be a list"):
        load("campaigns.activity.verified.v1", data | {"verified_on": "2026-06-21", "places": "P1"})


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"quantity": 0}, "quantity must lie from 1"),
        ({"quantity": -3}, "quantity must lie from 1"),
        ({"quantity": True}, "quantity must be int, not bool"),
        ({"quantity": 2.0}, "quantity must be int, not float"),
        ({"moved_on": "2026-06-10"}, "moved_on must be date, not str"),
        ({"lot_id": None}, "lot_id must be str, not NoneType"),
    ],
)
def test_the_writer_is_held_to_the_contract(wrong, reason):
    used = health.TestKitUsed(move_id="M1", product_code="TEST_4", lot_id="L1", moved_on=date(2026, 6, 10), quantity=3)
    with pytest.raises(NotAsAgreed, match=reason):
        dump(dataclasses.replace(used, **wrong))


def test_a_list_is_written_from_a_tuple_only():
    verified = campaigns.ActivityVerified(
        activity_id="A1",
        campaign_id="C1",
        kind="TO_ROI",
        delivered_on=date(2026, 6, 20),
        verified_on=date(2026, 6, 21),
        places=["P1"],
    )
    with pytest.raises(NotAsAgreed, match="places must be a tuple"):
        dump(verified)


def test_what_is_no_event_is_refused():
    with pytest.raises(NotAsAgreed, match="str is not declared with @event"):
        dump("a fact")


class TestALaterMajor:
    """A test-only second version of counselling, in a catalogue of its own."""

    catalogue: dict[str, Any] = {}  # noqa: RUF012 - one catalogue for the class on purpose
    upcasters: dict[str, Any] = {}  # noqa: RUF012

    @event("health.counselling.held.v2", subject="session_id", on="held_on", catalogue=catalogue)
    class CounsellingHeldV2:
        """The meeting, with its length.

        Not sent for a meeting without a known length.
        """

        session_id: Key
        held_on: date
        long: bool

    @upcaster("health.counselling.held.v1", upcasters)
    @staticmethod
    def lengthen(data):
        return {"session_id": data["counselling_id"], "held_on": data["held_on"], "long": False}

    def test_a_retired_major_is_read_as_the_next(self):
        fact = load("health.counselling.held.v1", dump(HELD), catalogue=self.catalogue, upcasters=self.upcasters)
        assert fact == self.CounsellingHeldV2(session_id="C1", held_on=date(2026, 6, 10), long=False)

    def test_a_major_still_declared_is_read_as_itself(self):
        both = CATALOGUE | self.catalogue
        assert load("health.counselling.held.v1", dump(HELD), catalogue=both, upcasters=self.upcasters) == HELD

    def test_without_an_upcaster_the_retired_major_is_unknown(self):
        assert load("health.counselling.held.v1", dump(HELD), catalogue=self.catalogue, upcasters={}) is None
