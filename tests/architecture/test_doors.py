"""No address of any service answers somebody who is not signed in, but those that say so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.testing import running
from chassis.web.routing import PUBLIC, Route
from chassis.web.testing import Console
from tests.architecture.services_here import definition, names

OPEN_TO_ALL = {
    "/sign-in", "/language", "/api/v1/openapi.json", "/api/docs", "/healthz", "/readyz", "/metrics", "/static/<path:name>",
}  # fmt: skip
# Whoever holds a document may ask whether it was issued here; nothing is read for it but the file that is sent.
OPEN_TO_HOLDERS = {"registry": {"/documents/verify"}}


@pytest.fixture(params=names())
def console(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Console]:
    with running(definition(request.param), database="sqlite", folder=tmp_path) as runtime:
        yield Console(runtime)


def address(route: Route) -> str:
    filled = route.rule
    while "<" in filled:
        before, _open, rest = filled.partition("<")
        filled = f"{before}x{rest.partition('>')[2]}"
    return filled


def test_only_the_listed_addresses_are_public(console):
    public = {route.rule for route in console.application.routes if route.may == PUBLIC}
    service = console.runtime.definition.name
    assert public == OPEN_TO_ALL | OPEN_TO_HOLDERS.get(service, set())


def test_nobody_gets_in_without_signing_in(console):
    visitor = console.visitor()
    before = console.rows()
    for route in console.application.routes:
        for method in route.methods if route.may != PUBLIC else ():
            answer = visitor.client.open(address(route), method=method, data={})
            assert answer.status_code in {303, 401}, f"{method} {route.rule}"
            if answer.status_code == 303:
                assert answer.headers["Location"].startswith("/sign-in")
    assert console.rows() == before


def test_a_role_without_rights_gets_no_further(console):
    visitor = console.signed_in(username="nobody")
    for route in console.application.routes:
        if route.may.startswith("(") or "GET" not in route.methods:
            continue
        assert visitor.get(address(route)).status_code == 403, route.rule
