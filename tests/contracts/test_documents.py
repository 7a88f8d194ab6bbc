"""The generated documents say what the code says, and programs can read them."""

import json
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from chassis.envelope import Envelope, encode, source_of
from contracts import CATALOGUE, health
from contracts.base import dump, happened_on, subject_of, type_of
from contracts.documents import ENVELOPE, asyncapi_document, documents, main

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
TOOLS = REPOSITORY / "tests" / "tools"


@pytest.fixture(scope="session")
def parser():
    """The official parser, from the tools that `make test` installs; a bare `pytest` installs them here."""
    if not (TOOLS / "node_modules" / "@asyncapi" / "parser").is_dir():
        assert shutil.which("npm"), "node and npm are needed for this test: apt-get install nodejs npm"
        install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        installed = subprocess.run(install, cwd=TOOLS, capture_output=True, text=True, check=False)
        assert installed.returncode == 0, installed.stderr
    return lambda document: subprocess.run(
        ["node", "check_asyncapi.mjs", str(document)], cwd=TOOLS, capture_output=True, text=True, check=False
    )


def test_the_documents_are_up_to_date(capsys):
    assert main([str(DOCS), "--check"]) == 0, capsys.readouterr().err


def test_check_names_what_is_out_of_date_and_writes_nothing(tmp_path, capsys):
    (tmp_path / "events.md").write_text(documents()["events.md"], "utf-8")
    assert main([str(tmp_path), "--check"]) == 1
    assert "asyncapi.json is out of date; run `make docs`" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["events.md"]


def test_every_event_has_a_section_with_its_emitter():
    page = documents()["events.md"]
    for type_, fact in CATALOGUE.items():
        assert page.count(f"### `{type_}`\n") == 1
        assert f"Sent by `{type_.split('.')[0]}`, class `{fact.__name__}`" in page


def test_the_official_parser_accepts_the_document(parser):
    ran = parser(DOCS / "asyncapi.json")
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["errors"] == 0
    assert told["channels"] == len(CATALOGUE)
    assert told["operations"] == 2 * len(CATALOGUE)


def test_the_official_parser_refuses_a_broken_document(parser, tmp_path):
    broken = asyncapi_document()
    broken["operations"]["send.health.counselling.held.v1"]["action"] = "shout"
    (tmp_path / "broken.json").write_text(json.dumps(broken), "utf-8")
    ran = parser(tmp_path / "broken.json")
    assert ran.returncode == 1
    assert "action" in ran.stderr


@pytest.mark.parametrize("causation", [None, "0197a000-0000-7000-8000-000000000001"])
def test_a_message_as_the_services_send_it_fits_the_document(causation):
    fact = health.CounsellingHeld(
        counselling_id="C1", person_key="P1", held_on=date(2026, 6, 10), kind="Y_TE", group="OST"
    )
    sent = Envelope(
        event_id="0197a000-0000-7000-8000-000000000002",
        source=source_of(unit="09385", service="health"),
        type=type_of(fact),
        subject=subject_of(fact),
        recorded_at=datetime(2026, 6, 10, 2, 30, tzinfo=UTC),
        position=7,
        subject_version=1,
        occurred_on=happened_on(fact),
        unit="09385",
        causation_id=causation,
        data=msgspec.Raw(json.dumps(dump(fact)).encode()),
    )
    document = asyncapi_document()
    payload = document["components"]["messages"][type_of(fact)]["payload"]
    message = Draft202012Validator(payload | {"components": document["components"]})
    received = json.loads(encode(sent))
    assert list(message.iter_errors(received)) == []
    assert set(received) == set(ENVELOPE["properties"])
    for wrong in ({"position": 0}, {"unit": "9385"}, {"type": "health.counselling.held.v2"}, {"data": {}}):
        assert list(message.iter_errors(received | wrong)), wrong
