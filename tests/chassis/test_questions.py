"""Questions between services: refused by default, noted on both sides, the same in one process and over the broker."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import nameko
import pytest

from chassis.delivery import InProcess
from chassis.errors import NotAllowed, NotFound, RuleBroken, Unavailable
from chassis.messaging import carry_by_rpc
from chassis.questions import Asking
from chassis.service import Runtime
from chassis.testing import UNIT, an_actor, running
from tests.chassis.answers import ANSWERS, KNOWN
from tests.chassis.parties import LISTENER_METADATA, LISTENER_TABLES, SPEAKER_METADATA, SPEAKER_TABLES, a_definition

URL = os.environ.get("BINHAN_TEST_AMQP_URL", "")
NOWHERE = "amqp://guest:guest@127.0.0.1:9/"
CORRECT: Mapping[str, Any] = {
    "by": an_actor("station", "TYT_DOCTOR"),
    "unit": UNIT,
    "purpose": "DETERMINATION",
    "legal_basis": "L120_D31",
    "request_id": "r1",
}


@pytest.fixture
def pair(database: str, tmp_path: Path) -> Iterator[tuple[Runtime, Runtime]]:
    """Run somebody who asks and somebody who answers, not joined yet."""
    police = replace(a_definition("police", SPEAKER_METADATA, SPEAKER_TABLES), answers=ANSWERS)
    with ExitStack() as stack:
        runtimes = [
            stack.enter_context(running(each, database=database, folder=tmp_path))
            for each in (a_definition("station", LISTENER_METADATA, LISTENER_TABLES), police)
        ]
        yield runtimes[0], runtimes[1]


@pytest.fixture
def joined(pair: tuple[Runtime, Runtime]) -> tuple[Runtime, Runtime]:
    InProcess(pair)
    return pair


def noted(runtime: Runtime) -> list[tuple[str, str, str, str, dict[str, Any]]]:
    entry = runtime.tables.audit.audit_entry
    with runtime.store.reading() as session:
        rows = session.execute(entry.select().order_by(entry.c.position))
        return [(row.action, row.record_id, row.purpose, row.account_id, row.facts) for row in rows]


def correlation_ids(runtime: Runtime) -> set[str]:
    entry = runtime.tables.audit.audit_entry
    with runtime.store.reading() as session:
        return {row.correlation_id for row in session.execute(entry.select())}


def test_an_answer_that_is_declared_is_given_and_noted_on_both_sides(joined):
    station, police = joined
    assert station.ask("police", "file", **CORRECT) == KNOWN

    facts = {"request_id": "r1", "asker": "station", "legal_basis": "L120_D31"}
    assert noted(station) == [("question.ask", "police.file", "DETERMINATION", "acc-1", facts)]
    assert noted(police) == [("question.answer", "file", "DETERMINATION", "acc-1", facts)]
    assert correlation_ids(station) == correlation_ids(police)
    assert "Đức" not in str(noted(station) + noted(police))


@pytest.mark.parametrize("missing", ["purpose", "legal_basis"])
def test_without_a_purpose_or_a_legal_basis_nothing_leaves_either_side(joined, missing):
    station, police = joined
    with pytest.raises(NotAllowed):
        station.ask("police", "file", **{**CORRECT, missing: ""})
    assert noted(police) == []

    asking = {**an_asking().written(), missing: ""}
    with pytest.raises(NotAllowed):
        police.answer("file", Asking.read(asking), {"request_id": "r1"})
    assert [action for action, *_ in noted(police)] == ["question.refuse"]


@pytest.mark.parametrize("other", [{"purpose": "STATISTICS"}, {"question": "everything"}])
def test_what_is_not_declared_is_refused_and_noted(joined, other):
    station, police = joined
    asked = {"question": "file", **CORRECT, **other}
    with pytest.raises(NotAllowed):
        station.ask("police", asked.pop("question"), **asked)
    assert [action for action, *_ in noted(station)] == ["question.ask"]
    assert [action for action, *_ in noted(police)] == ["question.refuse"]


def test_another_service_is_refused(joined):
    _station, police = joined
    with pytest.raises(NotAllowed):
        police.answer("file", an_asking(service="campaigns"), {"request_id": "r1"})
    assert [action for action, *_ in noted(police)] == ["question.refuse"]


def test_nobody_asks_for_another_unit_or_of_one_that_is_not_here(joined):
    station, police = joined
    with pytest.raises(NotAllowed):
        station.ask("police", "file", **{**CORRECT, "unit": "09400"})
    with pytest.raises(NotAllowed):
        police.answer("file", an_asking(unit="09400"), {"request_id": "r1"})
    assert noted(station) == noted(police) == []


@pytest.mark.parametrize(("request_id", "kind"), [("r2", RuleBroken), ("r3", NotFound)])
def test_a_refusal_arrives_as_the_situation_that_it_was(joined, request_id, kind):
    station, police = joined
    with pytest.raises(kind):
        station.ask("police", "file", **{**CORRECT, "request_id": request_id})
    assert [action for action, *_ in noted(police)] == ["question.refuse"]


def test_a_question_holds_no_free_text(joined):
    station, police = joined
    with pytest.raises(NotAllowed):
        station.ask("police", "file", **{**CORRECT, "request_id": "Nguyễn Văn Đức"})
    with pytest.raises(NotAllowed):
        police.answer("file", an_asking(account_id="Nguyễn Văn Đức"), {"request_id": "r1"})
    assert noted(station) == noted(police) == []


@pytest.mark.parametrize("written", [{}, {"service": "station"}, {"roles": None}, {"more": 1}])
def test_an_asking_that_lacks_a_part_is_refused(written):
    with pytest.raises(NotAllowed):
        Asking.read(written if "more" not in written else an_asking().written() | written)


def test_who_asks_inside_a_transaction_that_writes_is_told_instead_of_waiting_for_ever(joined):
    station, _police = joined
    with station.unit_of_work(an_actor("station")), pytest.raises(RuntimeError, match="before it is opened"):
        station.ask("police", "file", **CORRECT)
    with station.unit_of_work(an_actor("station"), writes=False):
        assert station.ask("police", "file", **CORRECT) == KNOWN


def test_without_a_road_to_the_other_it_is_away(pair):
    station, _police = pair
    with pytest.raises(Unavailable):
        station.ask("police", "file", **CORRECT)
    InProcess([station])
    with pytest.raises(Unavailable):
        station.ask("police", "file", **CORRECT)


def an_asking(**changes: str) -> Asking:
    said = {
        "service": "station",
        "unit": UNIT,
        "account_id": "acc-1",
        "purpose": "DETERMINATION",
        "legal_basis": "L120_D31",
        "correlation_id": "c1",
    }
    return Asking(**{**said, **changes}, roles=("TYT_DOCTOR",))


# -- over the broker -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def answering(tmp_path: Path) -> Iterator[str]:
    """A process that answers through the broker, under a name of this test's own."""
    name = "test_" + "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=10))
    command = [sys.executable, "-m", "tests.chassis.answer_process", URL, name, str(tmp_path / "answering")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield name
        finally:
            process.kill()


@pytest.mark.broker
def test_over_the_broker_a_question_is_answered_or_refused_as_in_one_process(pair, answering):
    station, _police = pair
    station.carry = carry_by_rpc
    with nameko.config.patch({"AMQP_URI": URL}):
        assert station.ask(answering, "file", **CORRECT) == KNOWN
        with pytest.raises(NotAllowed):
            station.ask(answering, "file", **{**CORRECT, "purpose": "STATISTICS"})
        with pytest.raises(NotFound):
            station.ask(answering, "file", **{**CORRECT, "request_id": "r3"})
        with pytest.raises(RuleBroken):
            station.ask(answering, "file", **{**CORRECT, "request_id": "r2"})
    assert [action for action, *_ in noted(station)] == ["question.ask"] * 4


@pytest.mark.broker
@pytest.mark.parametrize("url", [URL, NOWHERE])
def test_over_the_broker_nobody_there_is_away_within_seconds(pair, url):
    station, _police = pair
    station.carry = carry_by_rpc
    began = time.monotonic()
    with nameko.config.patch({"AMQP_URI": url}), pytest.raises(Unavailable):
        station.ask("test_nobody", "file", **CORRECT)
    assert time.monotonic() - began < 10
