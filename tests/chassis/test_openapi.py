"""The OpenAPI document says what the form says, and the official validator accepts it."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from chassis.i18n import use_locale
from chassis.openapi import document
from tests.chassis.sample import DEFINITION


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    return json.loads(json.dumps(document(DEFINITION)))


def test_the_official_validator_accepts_it(spec):
    OpenAPIV31SpecValidator(spec).validate()


def test_every_address_of_the_api_is_in_it(spec):
    addresses = {(path, method) for path, methods in spec["paths"].items() for method in methods}
    assert addresses == {
        ("/api/v1/visits", "get"),
        ("/api/v1/visits", "post"),
        ("/api/v1/visits/{visit_id}", "get"),
        ("/api/v1/visits/{visit_id}", "patch"),
    }


def test_a_field_is_described_by_its_declaration(spec):
    form = spec["components"]["schemas"]["VisitForm"]
    assert form["additionalProperties"] is False
    assert set(form["required"]) == {"person_key", "held_on", "kind", "quantity"}
    properties = form["properties"]
    assert properties["held_on"] == {
        "type": "string", "format": "date", "title": "Ngày tư vấn", "description": "Ngày gặp mặt",
    }  # fmt: skip
    assert properties["kind"]["enum"] == ["Y_TE", "TAM_LY", "XA_HOI"]
    assert (properties["quantity"]["type"], properties["quantity"]["minimum"]) == ("integer", 1)
    assert properties["person_key"]["maxLength"] == 64
    assert properties["topics"]["items"]["enum"] == ["A", "B"]
    assert properties["note"]["type"] == ["string", "null"]


def test_the_schema_judges_as_the_form_does(spec):
    form = {**spec["components"]["schemas"]["VisitForm"], "components": spec["components"]}
    schema = Draft202012Validator(form)
    good = {"person_key": "P1", "held_on": "2026-07-05", "kind": "Y_TE", "quantity": 3, "note": None, "topics": ["A"]}
    assert schema.is_valid(good)
    for wrong in ({"colour": "red"}, {"quantity": 0}, {"quantity": "3"}, {"kind": "KHAC"}, {"topics": ["C"]}):
        assert not schema.is_valid({**good, **wrong}), wrong


def test_answers_that_have_no_column_are_described_in_details(spec):
    details = spec["components"]["schemas"]["VisitFormDetails"]["properties"]
    assert set(details) == {"born", "topics", "agreed", "note"}
    assert spec["components"]["schemas"]["VisitOut"]["properties"]["details"] == {
        "$ref": "#/components/schemas/VisitFormDetails"
    }


def test_a_change_needs_its_version_and_only_what_changes(spec):
    change = spec["paths"]["/api/v1/visits/{visit_id}"]["patch"]
    names = {(parameter["in"], parameter["name"]) for parameter in change["parameters"]}
    assert names == {("path", "visit_id"), ("header", "If-Match")}
    schema = change["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert "required" not in spec["components"]["schemas"][schema]
    assert {"412", "428"} <= set(change["responses"])


def test_refusals_are_problem_documents(spec):
    made = spec["paths"]["/api/v1/visits"]["post"]["responses"]
    assert made["422"] == {"$ref": "#/components/responses/Refused422"}
    refused = spec["components"]["responses"]["Refused422"]["content"]
    assert refused == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert set(spec["components"]["securitySchemes"]) == {"token", "session"}


def test_it_speaks_english_when_asked():
    with use_locale("en"):
        english = document(DEFINITION)
    assert english != document(DEFINITION)
