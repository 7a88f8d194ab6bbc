"""Parked events on their page, and what happens when two ask for the same at the same moment."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from chassis.envelope import Envelope
from chassis.service import Runtime
from chassis.testing import UNIT, database_url, running
from chassis.web.testing import Console, Program
from tests.chassis.sample import DEFINITION

SENT = {"person_key": "P1", "held_on": "2026-07-05", "kind": "Y_TE", "quantity": 3}


@dataclass
class Digestion:
    """What hearing does here: it fails until somebody has mended it."""

    mended: bool = False
    heard: list[int] = field(default_factory=list)

    def effect(self, envelopes, _session) -> None:
        if not self.mended:
            raise ValueError("cannot digest this")
        self.heard += [each.position for each in envelopes]


@pytest.fixture
def digestion() -> Digestion:
    return Digestion()


@pytest.fixture
def clinic(database: str, tmp_path: Path, digestion: Digestion) -> Iterator[Runtime]:
    definition = replace(DEFINITION, make_effect=lambda _runtime: digestion.effect)
    url = database_url("web_sample", database=database, folder=tmp_path)
    with running(definition, database=database, folder=tmp_path, database_url=url) as runtime:
        yield runtime


@pytest.fixture
def console(clinic: Runtime) -> Console:
    return Console(clinic)


def an_event(position: int, *, unit: str = UNIT) -> Envelope:
    return Envelope(
        event_id=f"event-{position}", source=f"/units/{unit}/registry", type="registry.person.registered.v1",
        subject="person/K1", recorded_at=datetime(2026, 11, 20, tzinfo=UTC), position=position, subject_version=position,
        occurred_on=date(2026, 11, 20), unit=unit, data=msgspec.Raw(b"{}"),
    )  # fmt: skip


def test_a_parked_event_is_tried_again_when_its_cause_is_mended(console, clinic, digestion):
    clinic.inbox.receive([an_event(1), an_event(2)])
    operator = console.signed_in("OPERATOR")
    page = operator.get("/parked").text
    assert "cannot digest this" in page and "Chờ một sự kiện trước đó" in page
    (first, *_others) = [part.split('"')[0] for part in page.split('action="/parked/')[1:]]
    answer = operator.client.post(f"/parked/{first}", data={"_csrf": operator.csrf("/parked")})
    assert answer.location == "/parked"
    assert "vẫn chưa xử lý được" in operator.get("/parked").text
    digestion.mended = True
    operator.client.post(f"/parked/{first}", data={"_csrf": operator.csrf("/parked")})
    page = operator.get("/parked").text
    assert "Sự kiện đã được xử lý." in page and "Không có sự kiện nào" in page
    assert digestion.heard == [1, 2]


def test_a_parked_event_is_set_aside_with_a_reason_only(console, clinic):
    clinic.inbox.receive([an_event(1)])
    operator = console.signed_in("OPERATOR")
    address = operator.get("/parked").text.split('action="/parked/')[1].split("/retry")[0]
    href = f"/parked/{address}/discard"
    before = console.rows()
    refused = operator.submit(href, {"reason": "  "})
    assert (refused.status_code, console.rows()) == (422, before)
    assert operator.submit(href, {"reason": "gửi nhầm, đã hỏi lại"}).location == "/parked"
    assert "Không có sự kiện nào" in operator.get("/parked").text
    assert console.rows()["audit_entry"] == before["audit_entry"] + 1


def test_another_units_parked_event_is_not_there(console, clinic):
    clinic.inbox.receive([an_event(1)])
    address = console.signed_in("OPERATOR").get("/parked").text.split('action="/parked/')[1].split("/retry")[0]
    stranger = console.signed_in("OPERATOR", username="stranger", unit="09247")
    assert "Không có sự kiện nào" in stranger.get("/parked").text
    answer = stranger.client.post(f"/parked/{address}/retry", data={"_csrf": stranger.csrf("/parked")})
    assert answer.status_code == 404


def test_the_same_key_at_the_same_moment_is_one_deed(console):
    token = console.token(console.account("NURSE"), ["visit.write", "visit.read"])

    def send(_turn: int) -> tuple[int, str]:
        program = Program(console, token)
        answer = program.send("POST", "/api/v1/visits", SENT, headers={"Idempotency-Key": "k1"})
        return answer.status_code, answer.text

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(send, range(6)))
    assert len(answers) == 1
    assert {status for status, _text in answers} == {201}
    assert console.rows()["visit"] == 1


def test_two_changes_of_one_version_at_the_same_moment_are_one_change(console):
    token = console.token(console.account("NURSE"), ["visit.write", "visit.read"])
    href = Program(console, token).send("POST", "/api/v1/visits", SENT).location

    def change(quantity: int) -> int:
        answer = Program(console, token).send("PATCH", href, {"quantity": quantity}, headers={"If-Match": '"1"'})
        return answer.status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(change, range(1, 5)))
    assert statuses == [200, 412, 412, 412]
    assert Program(console, token).get(href).json["version"] == 2
