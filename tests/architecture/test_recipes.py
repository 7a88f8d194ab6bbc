"""The recipes of CONTRIBUTING.md, carried out on a copy of the tree exactly as the text says."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.copies import ROOT, Copy

pytestmark = pytest.mark.once
TREE = ["libs", "services", "deploy/embedded", "docs", "pyproject.toml", "Makefile", "tests"]
BLOCK = re.compile(r"^```(?P<kind>yaml new|diff|sh)(?: (?P<path>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Recipe:
    """The blocks under one heading."""

    blocks: list[tuple[str, str, str]]

    @classmethod
    def read(cls, heading: str) -> "Recipe":
        _before, _heading, rest = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition(f"\n### {heading}")
        assert rest, f"CONTRIBUTING.md has no recipe «{heading}»"
        section = rest.partition("\n### ")[0]
        return cls([(found["kind"], found["path"] or "", found["text"]) for found in BLOCK.finditer(section)])

    @property
    def touched(self) -> set[str]:
        return {path for _kind, path, _text in self.blocks if path}

    def carry_out(self, copy: Copy) -> None:
        for kind, path, text in self.blocks:
            if kind == "sh":
                for line in text.splitlines():
                    run(copy, line)
            elif kind == "diff":
                change(copy.folder / path, text)
            else:
                assert not (copy.folder / path).exists()
                (copy.folder / path).write_text(text, "utf-8")


def change(file: Path, hunk: str) -> None:
    """Put the lines with + in place of those with -, at the only place where the others are."""
    lines = hunk.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    text = file.read_text("utf-8")
    assert text.count(before) == 1, f"{file} has not exactly one place for\n{hunk}"
    file.write_text(text.replace(before, after), "utf-8")


def run(copy: Copy, line: str) -> None:
    """Run a line of a recipe as it stands, or what the Makefile says that it does."""
    words = shlex.split(line)
    if words[0] == "make":
        for said in made_by(copy, words[1]):
            run(copy, said)
        return
    program, *rest = words
    module = {".venv/bin/pytest": ["-m", "pytest", "-p", "no:cacheprovider"], ".venv/bin/python": []}[program]
    ran = copy.python(*module, *rest)
    assert ran.returncode == 0, f"{line}\n{ran.stdout[-4000:]}\n{ran.stderr[-2000:]}"


def made_by(copy: Copy, target: str) -> list[str]:
    makefile = (copy.folder / "Makefile").read_text("utf-8")
    found = re.search(rf"^{target}:.*\n((?:\t.+\n)+)", makefile, re.MULTILINE)
    assert found is not None, target
    return [line.strip().replace("$(BIN)", ".venv/bin") for line in found[1].splitlines()]


def proves(copy: Copy, script: str) -> None:
    ran = copy.python("-W", "ignore", "-c", script)
    assert ran.returncode == 0, f"{ran.stdout[-3000:]}\n{ran.stderr[-4000:]}"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy.of(TREE, tmp_path / "tree")


INDICATOR = """
from pathlib import Path
from chassis.testing import running
from chassis.web.testing import Console
from services.reporting.service import SERVICE

with running(SERVICE, database="sqlite", folder=Path("try")) as runtime:
    console = Console(runtime)
    lead = console.signed_in("UB_VICE")
    assert "Số lượt tư vấn tâm lý" in lead.get("/").text
    assert lead.get("/indicators/HLT-90").status_code == 200
    program = console.program("UB_VICE", scopes=sorted(SERVICE.permissions.allowed_actions(["UB_VICE"])))
    assert program.get("/api/v1/figures/HLT-90").json["code"] == "HLT-90"
    assert "HLT-90" in [figure["code"] for figure in program.get("/api/v1/figures").json["items"]]
"""

FIELD = """
from pathlib import Path
from html import unescape
from chassis.openapi import document
from chassis.web.testing import Console
from tests.health.builders import a_patient, a_station
from services.health.service import SERVICE

with a_station(database="sqlite", folder=Path("try")) as station:
    patient = a_patient(station)
    form = f"/patients/{patient.patient_id}/counselling/new"
    nurse = station.console.signed_in("TYT_COUNSELLOR")
    assert "Nơi gặp" in unescape(nurse.get(form).text)
    answers = {"kind": "TAM_LY", "held_on": "20/11/2026", "group": "NGUOI_SDTP"}
    wrong = nurse.submit(form, {**answers, "meeting_place": "CHO"})
    assert wrong.status_code == 422 and "Nơi gặp" in unescape(wrong.text), wrong.text
    assert station.announced() == []
    right = nurse.submit(form, {**answers, "meeting_place": "NHA"})
    assert right.status_code == 303, right.text

    with station.runtime.store.reading() as session:
        table = SERVICE.metadata.tables["counselling"]
        held = session.scalars(table.select().with_only_columns(table.c.counselling_id)).one()
    page = unescape(nurse.get(f"/counselling/{held}").text)
    assert "Nơi gặp" in page and "Tại nhà" in page
    scopes = sorted(SERVICE.permissions.allowed_actions(["TYT_COUNSELLOR"]))
    program = station.console.program("TYT_COUNSELLOR", scopes=scopes)
    assert program.get(f"/api/v1/counselling/{held}").json["details"]["meeting_place"] == "NHA"
    assert "meeting_place" in str(document(SERVICE)["components"]["schemas"])
"""

EVENT = """
from pathlib import Path
from tests.health.builders import a_patient, a_station

assert Path("tests/contracts/golden/health.patient.registered.v1.json").exists()
assert "### `health.patient.registered.v1`" in Path("docs/events.md").read_text("utf-8")
assert "health.patient.registered.v1" in Path("docs/asyncapi.json").read_text("utf-8")
with a_station(database="sqlite", folder=Path("try")) as station:
    patient = a_patient(station)
    assert station.announced() == ["health.patient.registered.v1"]
    assert "Nguyễn" not in station.told()
"""


def test_an_indicator_touches_one_file(copy):
    recipe = Recipe.read("Add an indicator: one file")
    assert len(recipe.touched) == 1
    recipe.carry_out(copy)
    proves(copy, INDICATOR)
    assert "HLT-90" in (copy.folder / "docs/indicators.md").read_text("utf-8")


def test_a_field_of_a_form_touches_one_file(copy):
    recipe = Recipe.read("Add a field to a form: one file")
    assert len(recipe.touched) == 1
    recipe.carry_out(copy)
    proves(copy, FIELD)


def test_an_event_touches_two_files(copy):
    recipe = Recipe.read("Add an event: two files")
    assert len(recipe.touched) == 2
    recipe.carry_out(copy)
    proves(copy, EVENT)
    for command in made_by(copy, "docs"):
        run(copy, f"{command} --check")


def test_every_command_of_the_text_exists():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"\bmake ([a-z-]+)", text)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
