"""A data file is what its shape asks for, or the start stops with file, line and reason."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
import pytest

from chassis.documents import BrokenDocument, read_document

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Step:
    name: str
    due: date | None = None


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    steps: tuple[Step, ...]


GOOD = "title: plan\nsteps:\n  - name: begin\n    due: 2026-06-01\n  - name: end\n"


def test_a_good_document_is_read(tmp_path: Path):
    file = tmp_path / "plan.yml"
    file.write_text(GOOD)

    assert read_document(file, Plan) == Plan("plan", (Step("begin", date(2026, 6, 1)), Step("end")))


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("title: plan", "tittle: plan", 1, "unknown field `tittle`"),
        ("  - name: end", "  - nme: end", 5, "unknown key `nme`"),
        ("due: 2026-06-01", "due: soon", 4, "Invalid RFC3339"),
        ("due: 2026-06-01", "due: 2026-02-30", 4, "2026-02-30 is no day"),
        ("name: end", "name: 7", 5, "Expected `str`, got `int`"),
        ("title: plan", "title: plan\ntitle: other", 2, "`title` is written twice"),
        ("steps:", "steps: [", 3, "this is not YAML"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_reason(tmp_path: Path, old: str, new: str, line: int, reason: str):
    file = tmp_path / "plan.yml"
    file.write_text(GOOD.replace(old, new))

    with pytest.raises(BrokenDocument) as mistake:
        read_document(file, Plan)

    assert str(mistake.value).startswith(f"{file}:{line}: ")
    assert reason in str(mistake.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("services/reporting/targets/09385.yml", "indicator: HLT-02", "indicater: HLT-02", "indicater"),
        (
            "services/reporting/indicators/catalogue/people_under_management.yml",
            "shown_as:",
            "shown_like:",
            "shown_like",
        ),
        (
            "services/registry/law/sampling.yml",
            "guardian_article: khoản 6",
            "gaurdian_article: khoản 6",
            "gaurdian_article",
        ),
    ],
)
def test_a_broken_file_stops_the_start_with_one_sentence(tmp_path: Path, file: str, old: str, new: str, reason: str):
    for folder in ("libs", "services"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    broken = tmp_path / file
    text = broken.read_text()
    assert old in text
    broken.write_text(text.replace(old, new, 1))
    line = text[: text.index(old)].count("\n") + 1
    service = file.split("/")[1]

    started = subprocess.run(
        [sys.executable, "-c", "from chassis.cli import main; main()", "migrate", service],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": f"{tmp_path / 'libs'}:{tmp_path}",
            "BINHAN_UNITS": "09385",
            "BINHAN_DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
            "BINHAN_KEYS": str(tmp_path / "keys"),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert started.returncode == 1
    assert f"{broken}:{line}: " in started.stderr
    assert reason in started.stderr
    assert "Traceback" not in started.stderr
    assert not (tmp_path / "x.db").exists()
