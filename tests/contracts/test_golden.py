"""What was once promised is still kept: today's schemas against the stored ones, additions only."""

import copy
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from contracts.golden import breaches, main, stale, store, stored, today

FOLDER = Path(__file__).parent / "golden"
DELIVERED = "campaigns.activity.delivered.v1"
HELD = "health.counselling.held.v1"


@pytest.fixture
def mutated():
    return copy.deepcopy(today())


def test_no_contract_breaks_an_earlier_promise():
    assert breaches(stored(FOLDER), today()) == []


def test_every_event_has_its_stored_schema():
    assert stale(stored(FOLDER), today()) == []


def test_the_schemas_are_schemas():
    for schema in today().values():
        Draft202012Validator.check_schema(schema)


def test_an_unchanged_catalogue_breaks_nothing(mutated):
    assert breaches(today(), mutated) == []


def test_a_new_optional_field_is_an_addition(mutated):
    mutated[DELIVERED]["properties"]["banners"] = {"type": "integer", "minimum": 0, "default": 0}
    assert breaches(today(), mutated) == []
    assert stale(today(), mutated) == [f"{DELIVERED} has an old stored schema; run `make golden` and commit it"]


def test_a_better_description_is_an_addition(mutated):
    mutated[HELD]["description"] = "Clearer."
    assert breaches(today(), mutated) == []


def test_a_new_event_without_a_stored_schema_says_make_golden(mutated):
    new = "health.counselling.missed.v1"
    mutated[new] = mutated[HELD]
    assert breaches(today(), mutated) == []
    assert stale(today(), mutated) == [f"{new} has no stored schema; run `make golden` and commit it"]


def remove_field(schema):
    del schema["properties"]["group"]
    schema["required"].remove("group")


def rename_field(schema):
    schema["properties"]["audience"] = schema["properties"].pop("group")
    schema["required"] = [{"group": "audience"}.get(name, name) for name in schema["required"]]


def retype_field(schema):
    schema["properties"]["held_on"] = {"type": "integer"}


def require_new_field(schema):
    schema["properties"]["minutes"] = {"type": "integer"}
    schema["required"].append("minutes")


def stop_sending_field(schema):
    schema["required"].remove("group")


def allow_null(schema):
    schema["properties"]["held_on"]["type"] = ["string", "null"]


def drop_code(schema):
    schema["properties"]["kind"]["enum"].remove("TAM_LY")


def add_code(schema):
    schema["properties"]["kind"]["enum"].append("LAO_DONG")


def change_subject(schema):
    schema["x-subject"] = "person_key"


def change_day(schema):
    schema["x-occurred-on"] = "entered_on"


@pytest.mark.parametrize(
    ("mutate", "sentence"),
    [
        (remove_field, "field group was removed or renamed"),
        (rename_field, "field group was removed or renamed"),
        (retype_field, "field held_on was"),
        (require_new_field, "field minutes is newly required"),
        (stop_sending_field, "field group is no longer always sent"),
        (allow_null, "field held_on was"),
        (drop_code, "field kind was"),
        (add_code, "field kind was"),
        (change_subject, "x-subject was counselling_id and is now person_key"),
        (change_day, "x-occurred-on was held_on and is now entered_on"),
    ],
)
def test_what_is_no_addition_is_a_breach(mutated, mutate, sentence):
    mutate(mutated[HELD])
    found = breaches(today(), mutated)
    assert found
    assert any(sentence in breach and breach.startswith(HELD) for breach in found)


def test_a_changed_default_is_a_breach(mutated):
    mutated[DELIVERED]["properties"]["leaflets"]["default"] = 1
    assert len(breaches(today(), mutated)) == 1


def test_a_removed_event_is_a_breach(mutated):
    del mutated[HELD]
    assert breaches(today(), mutated) == [f"{HELD} was promised and is gone"]


def test_make_golden_stores_what_is_new(tmp_path):
    assert store(tmp_path) == []
    assert stored(tmp_path) == today()
    assert main([str(tmp_path)]) == 0


def test_make_golden_never_papers_over_a_breach(tmp_path, capsys):
    store(tmp_path)
    promised = json.loads((tmp_path / f"{HELD}.json").read_text("utf-8"))
    promised["properties"]["minutes"] = {"type": "integer"}
    promised["required"].append("minutes")
    (tmp_path / f"{HELD}.json").write_text(json.dumps(promised), "utf-8")
    assert main([str(tmp_path)]) == 1
    assert "minutes was removed or renamed" in capsys.readouterr().err
    assert json.loads((tmp_path / f"{HELD}.json").read_text("utf-8")) == promised
