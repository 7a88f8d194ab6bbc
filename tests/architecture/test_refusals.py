"""Bad input, for everything that can be done in any service: each is refused and leaves state, outbox and audit as they were."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from chassis.forms import DateAnswer
from chassis.web import SIGNED_IN, Operation
from chassis.web.routing import variables
from chassis.web.testing import TOO_LONG
from tests.architecture.offices import ELSEWHERE, Office, an_office
from tests.architecture.services_here import definition, names

DEEDS = [
    (service, route.operation.name)
    for service in names()
    for route in definition(service).routes.all
    if route.operation and route.kind == "api"
]

# The form answers these by itself, so the kind of database has no part in them.
BEFORE_THE_DATABASE = pytest.mark.once


def deeds(fitting: Callable[[Operation], bool]) -> pytest.MarkDecorator:
    """Run a test for everything that can be done and is of this kind."""
    chosen = [
        (service, route.operation.name)
        for service in names()
        for route in definition(service).routes.all
        if route.operation and route.kind == "api" and fitting(route.operation)
    ]
    return pytest.mark.parametrize(("service", "name"), chosen)


@pytest.fixture(scope="module")
def offices(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Office]]:
    """Open each service's office when it is first asked for; what is refused leaves it as it was."""
    with ExitStack() as stack:
        opened: dict[str, Office] = {}

        def office(service: str) -> Office:
            if service not in opened:
                folder = tmp_path_factory.mktemp(service)
                opened[service] = stack.enter_context(an_office(service, database=database, folder=folder))
            return opened[service]

        yield office


@pytest.fixture
def office(offices: Callable[[str], Office], service: str) -> Office:
    return offices(service)


@pytest.fixture
def deed(office: Office, name: str) -> Operation:
    return office.operation(name)


@pytest.fixture
def named(office: Office, deed: Operation) -> dict[str, str]:
    """Return the header that names the version that is there, for a change of something."""
    if deed.load is None:
        return {}
    return {"If-Match": office.program.get(office.address(deed.api or "")).headers.get("ETag", '"1"')}


@contextmanager
def nothing_written(office: Office, deed: Operation | None = None) -> Iterator[None]:
    """Nothing changes but, for a deed that asks another agency first, the note that it was asked."""
    noted = {"audit_entry", "audit_head"} if deed is not None and deed.ask_first is not None else set()
    before = office.everything()
    yield
    after = office.everything()
    assert {table for table in before if before[table] != after[table]} <= noted


def send(office: Office, deed: Operation, answers: Any, headers: dict[str, str]) -> TestResponse:
    """Do the deed as a program that may."""
    return office.program.send(deed.method, office.address(deed.api or ""), answers, headers=headers)


def faults(answer: TestResponse) -> set[str]:
    return {each["field"] for each in answer.json["errors"]}


# -- answers -------------------------------------------------------------------------------------------------------------------


@BEFORE_THE_DATABASE
@pytest.mark.parametrize(("service", "name"), DEEDS)
def test_an_unknown_field_is_named(office, deed, named):
    with nothing_written(office):
        answer = send(office, deed, {**office.answers(deed), "no_such_question": "x"}, named)
    assert answer.status_code == 422, answer.text
    assert "no_such_question" in faults(answer)


@BEFORE_THE_DATABASE
@pytest.mark.parametrize(("service", "name"), DEEDS)
def test_an_answer_of_the_wrong_type_is_named(office, deed, named):
    with nothing_written(office):
        for question in deed.form.declared():
            answer = send(office, deed, {**office.answers(deed), question: {"of": ["another", 1]}}, named)
            assert answer.status_code == 422, answer.text
            assert question in faults(answer)


@BEFORE_THE_DATABASE
@deeds(lambda deed: any(isinstance(question, DateAnswer) for question in deed.form.declared().values()))
def test_a_day_that_is_in_no_calendar_is_named(office, deed, named):
    days = [name for name, question in deed.form.declared().items() if isinstance(question, DateAnswer)]
    with nothing_written(office):
        for day in days:
            for typed in ("2026-02-30", "30/02/2026", "hôm nay", 20261120):
                answer = send(office, deed, {**office.answers(deed), day: typed}, named)
                assert (answer.status_code, day in faults(answer)) == (422, True), answer.text


@BEFORE_THE_DATABASE
@pytest.mark.parametrize(("service", "name"), DEEDS)
def test_what_is_no_json_object_of_a_fitting_size_is_not_read(office, deed):
    address, headers = office.address(deed.api or ""), {**office.program.headers, "If-Match": '"1"'}
    bodies = [
        (TOO_LONG, "application/json", 413),
        ("colour=blue", "application/x-www-form-urlencoded", 415),
        ("<a/>", "application/xml", 415),
        ("{", "application/json", 422),
        ("[]", "application/json", 422),
    ]
    with nothing_written(office):
        for body, kind, status in bodies:
            answer = office.program.client.open(
                address, method=deed.method, data=body, content_type=kind, headers=headers
            )
            assert answer.status_code == status, answer.text


# -- who asks ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("service", "name"), DEEDS)
def test_nobody_and_a_forged_session_or_token_are_nobody(office, deed):
    stranger, cookie = Client(office.console.application), f"binhan_{office.console.runtime.definition.name}_session"
    stranger.set_cookie(cookie, "f" * 43)
    address, answers = office.address(deed.api or ""), office.answers(deed)
    with nothing_written(office):
        sent = [
            Client(office.console.application).open(address, method=deed.method, json=answers),
            stranger.open(address, method=deed.method, json=answers),
            office.program.client.open(
                address, method=deed.method, json=answers, headers={"Authorization": "Bearer forged"}
            ),
        ]
    assert [answer.status_code for answer in sent] == [401, 401, 401]


@deeds(lambda deed: deed.may != SIGNED_IN)
def test_a_role_without_the_right_is_refused_on_page_and_in_api(office, deed):
    somebody = office.somebody_without(deed.may)
    token = {"X-CSRF-Token": somebody.csrf("/password")}
    with nothing_written(office):
        in_api = somebody.client.open(
            office.address(deed.api or ""), method=deed.method, json=office.answers(deed), headers=token
        )
        on_page = somebody.client.post(office.address(deed.page or ""), data=office.answers(deed), headers=token)
    assert (in_api.status_code, on_page.status_code) == (403, 403)


@pytest.mark.parametrize(("service", "name"), DEEDS)
def test_without_the_token_of_the_form_nothing_is_done(office, deed):
    with nothing_written(office):
        in_api = office.clerk.client.open(office.address(deed.api or ""), method=deed.method, json=office.answers(deed))
        on_page = office.clerk.client.post(office.address(deed.page or ""), data=office.answers(deed))
    assert (in_api.status_code, on_page.status_code) == (403, 403)


@BEFORE_THE_DATABASE
@pytest.mark.parametrize(("service", "name"), DEEDS)
def test_a_page_refuses_an_unknown_field_and_what_is_too_long(office, deed):
    address, token = office.address(deed.page or ""), office.clerk.csrf("/password")
    with nothing_written(office, deed):
        unknown = office.clerk.client.post(
            address, data={"_csrf": token, "_version": "1", "no_such_question": "x", **office.answers(deed)}
        )
        too_long = office.clerk.client.post(address, data={"_csrf": token, "note": TOO_LONG})
    assert unknown.status_code in {412, 422} and too_long.status_code == 413


# -- which record --------------------------------------------------------------------------------------------------------------


@deeds(lambda deed: bool(variables(deed.api or "")))
def test_another_units_record_is_not_there(office, deed):
    in_api, on_page = (office.address(rule or "", of=ELSEWHERE) for rule in (deed.api, deed.page))
    token = office.clerk.csrf("/password")
    answers = office.answers(deed)
    with nothing_written(office):
        sent = office.program.send(deed.method, in_api, answers, headers={"If-Match": '"1"'})
        seen = office.clerk.get(on_page)
        typed = office.clerk.client.post(on_page, data={"_csrf": token, "_version": "1", **answers})
    assert seen.status_code == 404
    # What it offers for choice is already refused where the record itself is not there to ask about.
    assert {sent.status_code, typed.status_code} <= {404, 422}


@deeds(lambda deed: deed.load is not None)
def test_a_change_of_another_version_or_of_none_is_refused(office, deed):
    with nothing_written(office):
        stale = send(office, deed, office.answers(deed), {"If-Match": '"999"'})
        unnamed = send(office, deed, office.answers(deed), {})
    assert (stale.status_code, unnamed.status_code) == (412, 428)


# -- the same again ------------------------------------------------------------------------------------------------------------


@deeds(lambda deed: deed.method == "POST")
def test_a_repeated_key_does_nothing_twice(office, deed):
    answers, key = office.answers(deed), {"Idempotency-Key": f"once-{deed.name}"}
    first = send(office, deed, answers, key)
    with nothing_written(office, deed):
        again = send(office, deed, answers, key)
        other = send(office, deed, {**answers, "no_such_question": "x"}, key)
    assert (again.status_code, again.json.get("code")) == (first.status_code, first.json.get("code"))
    assert other.status_code == 422
    if first.status_code == 201:
        assert again.json == first.json
        assert other.json["code"] == "idempotency_key_reused"
