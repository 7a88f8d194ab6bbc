"""The grammar of event types, and the closed list of what can happen."""

import dataclasses

import pytest

from contracts import CATALOGUE
from contracts.base import AGENCIES, GRAMMAR, NotAsAgreed, event, paragraphs_of, shapes, type_of

FACTS = pytest.mark.parametrize("fact", CATALOGUE.values(), ids=type_of)


def declare(type_, class_name="CounsellingHeld", *, subject="counselling_id", on="held_on", doc="It is.\n\nNot else."):
    from datetime import date

    from contracts.base import Key

    plain = type(class_name, (), {"__doc__": doc, "__annotations__": {"counselling_id": Key, "held_on": date}})
    return event(type_, subject=subject, on=on, catalogue={})(plain)


def test_the_catalogue_holds_the_events_of_three_agencies():
    assert len(CATALOGUE) >= 24
    assert {type_.split(".")[0] for type_ in CATALOGUE} == {"registry", "health", "campaigns"}


@FACTS
def test_every_type_follows_the_grammar(fact):
    named = GRAMMAR.fullmatch(fact.TYPE).groupdict()
    assert named["agency"] in AGENCIES
    assert fact.__module__.split(".")[:2] == ["contracts", named["agency"]]


@FACTS
def test_a_routing_key_always_has_five_words(fact):
    assert len(f"09385.{fact.TYPE}".split(".")) == 5


@FACTS
def test_every_event_is_frozen_and_says_when_it_is_not_sent(fact):
    assert fact.__dataclass_params__.frozen
    assert all(field.kw_only for field in dataclasses.fields(fact))
    assert len(paragraphs_of(fact)) == 2
    assert any(word in paragraphs_of(fact)[1].lower() for word in ("not sent", "never"))


@FACTS
def test_every_day_field_is_called_on(fact):
    for name, shape in shapes(fact).items():
        assert name.endswith("_on") == (shape.base.__name__ == "date"), name


def test_a_well_formed_declaration_is_accepted():
    assert type_of(declare("health.counselling.held.v1")) == "health.counselling.held.v1"


def test_a_later_major_carries_its_number_in_the_class_name():
    assert type_of(declare("health.counselling.held.v2", "CounsellingHeldV2")) == "health.counselling.held.v2"


@pytest.mark.parametrize(
    ("type_", "class_name", "reason"),
    [
        ("health.counselling.held", "CounsellingHeld", "form agency.aggregate.happened.vN"),
        ("health.counselling.held.v0", "CounsellingHeld", "form agency.aggregate.happened.vN"),
        ("health.Counselling.held.v1", "CounsellingHeld", "form agency.aggregate.happened.vN"),
        ("health.ward.counselling.held.v1", "CounsellingHeld", "form agency.aggregate.happened.vN"),
        ("clinic.counselling.held.v1", "CounsellingHeld", "clinic is none of registry, health"),
        ("health.counselling.updated.v1", "CounsellingUpdated", "`updated` is not in the list"),
        ("health.counselling.created.v1", "CounsellingCreated", "`created` is not in the list"),
        ("health.counselling.changed.v1", "CounsellingChanged", "`changed` is not in the list"),
        ("health.counselling.deleted.v1", "CounsellingDeleted", "`deleted` is not in the list"),
        ("health.counselling.held.v1", "Counselling", "call it CounsellingHeld"),
        ("health.counselling.held.v2", "CounsellingHeld", "call it CounsellingHeldV2"),
    ],
)
def test_a_name_outside_the_grammar_stops_the_import(type_, class_name, reason):
    with pytest.raises(NotAsAgreed, match=reason):
        declare(type_, class_name)


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        ({"subject": "case_id"}, "no field case_id for subject="),
        ({"on": "seen_on"}, "no field seen_on for on="),
        ({"doc": ""}, "docstring of two paragraphs"),
        ({"doc": "It is."}, "docstring of two paragraphs"),
    ],
)
def test_an_incomplete_declaration_stops_the_import(flaw, reason):
    with pytest.raises(NotAsAgreed, match=reason):
        declare("health.counselling.held.v1", **flaw)


def test_one_type_is_declared_once():
    class CounsellingHeld:
        """It is.

        Not sent otherwise.
        """

    with pytest.raises(NotAsAgreed, match="declared twice"):
        event("health.counselling.held.v1", subject="x", on="y")(CounsellingHeld)
