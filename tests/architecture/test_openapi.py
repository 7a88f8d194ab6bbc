"""Each service's OpenAPI document is one, speaks for every address of its API, and leaves nothing undescribed."""

import json
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from chassis.openapi import document
from chassis.web import SIGNED_IN, Routes
from tests.architecture.services_here import definition, names


@pytest.fixture(scope="module", params=names())
def routes(request: pytest.FixtureRequest) -> Routes:
    return definition(request.param).routes


@pytest.fixture(scope="module", params=names())
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def spec(service: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(document(definition(service))))
    return found


def operations(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in spec["paths"].values() for operation in methods.values()]


def test_the_official_validator_accepts_it(spec):
    OpenAPIV31SpecValidator(spec).validate()


def test_every_address_of_the_api_is_described(service, spec):
    declared = sum(len(route.methods) for route in definition(service).routes.all if route.kind == "api")
    assert len(operations(spec)) == declared > 0


def test_every_operation_has_a_name_of_its_own_and_a_summary(spec):
    names_of = [operation["operationId"] for operation in operations(spec)]
    assert len(names_of) == len(set(names_of))
    assert all(operation["summary"] != operation["operationId"] for operation in operations(spec))


def test_every_form_refuses_what_it_does_not_ask(spec):
    sent = [
        body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for operation in operations(spec)
        if (body := operation.get("requestBody"))
    ]
    assert all(spec["components"]["schemas"][name]["additionalProperties"] is False for name in sent)


def test_the_menu_has_at_most_seven_entries_for_any_one_role(service):
    permissions, routes = definition(service).permissions, definition(service).routes
    for role in permissions.roles:
        allowed = permissions.allowed_actions([role]) | {SIGNED_IN}
        seen = [str(route.menu.label) for route in routes.all if route.menu and route.may in allowed]
        assert len(seen) <= 7, (role, seen)
