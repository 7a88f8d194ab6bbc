"""A service may say for what each request is made; it stands in the log, and another's is refused at the door."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from chassis import openapi
from chassis.clock import FrozenClock
from chassis.errors import NotAllowed
from chassis.service import Runtime
from chassis.serving import warn_of_writable_rules
from chassis.testing import database_url, running
from chassis.web.request import Purpose, Request
from chassis.web.testing import Console
from tests.chassis.sample import DEFINITION

VISIT = {"person_key": "P1", "held_on": "2026-07-05", "kind": "Y_TE", "quantity": 3, "note": "Đ"}
BOTH = ["visit.read", "visit.write"]


def purpose_of(request: Request, named: str) -> Purpose:
    if named and named != "CARE":
        raise NotAllowed("not for that", code="purpose_not_yours")
    return Purpose(named or "USUAL", said=bool(named))


def notices(_request: Request) -> list[dict[str, object]]:
    return [{"text": "Có việc chưa xem.", "href": "/visits", "label": "Xem"}]


@pytest.fixture
def clinic(database: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Runtime]:
    definition = replace(DEFINITION, purpose_of=purpose_of, notices=notices, read_only=(tmp_path / "rules",))
    url = database_url("web_purposes", database=database, folder=tmp_path)
    with running(definition, database=database, folder=tmp_path, clock=clock, database_url=url) as runtime:
        yield runtime


@pytest.fixture
def console(clinic: Runtime) -> Console:
    return Console(clinic)


def purposes(clinic: Runtime) -> list[str]:
    entry = clinic.tables.audit.audit_entry
    with clinic.store.reading() as session:
        return list(
            session.scalars(select(entry.c.purpose).where(entry.c.record_type == "visit").order_by(entry.c.position))
        )


def test_the_header_and_the_query_name_it_and_without_both_it_is_the_usual_one(console, clinic):
    program = console.program("NURSE", scopes=BOTH)

    assert program.send("POST", "/api/v1/visits", VISIT, {"X-Purpose": "CARE"}).status_code == 201
    assert program.send("POST", "/api/v1/visits?purpose=CARE", VISIT | {"held_on": "2026-07-06"}).status_code == 201
    assert program.send("POST", "/api/v1/visits", VISIT | {"held_on": "2026-07-07"}).status_code == 201

    assert purposes(clinic) == ["CARE", "CARE", "USUAL"]


def test_another_ones_purpose_is_refused_before_anything_happens(console, clinic):
    program = console.program("NURSE", scopes=BOTH)
    before = console.rows()

    answer = program.send("POST", "/api/v1/visits", VISIT, {"X-Purpose": "CURIOSITY"})

    assert (answer.status_code, answer.json["type"].rpartition(":")[2]) == (403, "purpose_not_yours")
    assert console.rows() == before


def test_the_api_document_names_the_header(clinic):
    described = openapi.document(clinic.definition)["paths"]["/api/v1/visits"]["post"]["parameters"]
    without = openapi.document(DEFINITION)["paths"]["/api/v1/visits"]["post"]["parameters"]

    assert "X-Purpose" in [each.get("name") for each in described]
    assert "X-Purpose" not in [each.get("name") for each in without]


def test_overseers_see_their_notices_above_the_log(console):
    page = console.signed_in("DPO_AUDIT").get("/audit")

    assert "Có việc chưa xem." in page.text
    assert 'href="/visits"' in page.text


def test_rules_that_the_service_could_change_are_told_of_and_in_a_demo_they_are_not(clinic, tmp_path, caplog):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "law.yml").write_text("a: 1\n")

    with caplog.at_level(logging.WARNING):
        warn_of_writable_rules(clinic)
        assert [record.message for record in caplog.records] == ["rules are writable by the service"]
        clinic.settings = replace(clinic.settings, demo=True)
        warn_of_writable_rules(clinic)
    assert len(caplog.records) == 1
