"""The generated documents say what the code says, and programs can read them."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from contracts import CATALOGUE
from contracts.documents import asyncapi_document, documents, main

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
CHECKER = HERE / "asyncapi"


@pytest.fixture(scope="session")
def parser(tmp_path_factory):
    """The official parser, installed from the committed lock."""
    folder = tmp_path_factory.mktemp("asyncapi")
    for name in ("package.json", "package-lock.json", "check.mjs"):
        shutil.copy(CHECKER / name, folder / name)
    assert shutil.which("npm"), "node and npm are needed for this test: apt-get install nodejs npm"
    installed = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert installed.returncode == 0, installed.stderr
    return lambda document: subprocess.run(
        ["node", "check.mjs", str(document)], cwd=folder, capture_output=True, text=True, check=False
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


def test_the_lock_names_no_host():
    assert "http" not in (CHECKER / "package-lock.json").read_text("utf-8")
