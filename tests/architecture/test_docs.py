"""What can be looked up is written down: every event, indicator, setting and command; and nothing of it is out of date."""

import dataclasses
import re
import subprocess
import sys

import click
import pytest

from chassis.cli import main
from chassis.settings import Settings
from contracts import CATALOGUE
from tests.architecture.copies import ROOT
from tests.architecture.services_here import names

pytestmark = pytest.mark.once
GENERATORS = [
    "contracts.documents",
    "services.reporting.indicators.documents",
    "services.registry.permissions.document",
]
BROKEN_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?!https?:|#|mailto:)([^)#]+)")


def read(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def test_every_event_is_documented():
    page = read("docs/events.md")
    for type_ in CATALOGUE:
        assert f"### `{type_}`" in page


def test_every_indicator_is_documented():
    from services.reporting.indicators import the_catalogue

    page = read("docs/indicators.md")
    for indicator in the_catalogue():
        assert f"\n## {indicator.code}\n" in page
        assert indicator.name.vi in page


def test_every_setting_is_documented():
    page = read("docs/settings.md")
    for field in dataclasses.fields(Settings):
        assert f"| `BINHAN_{field.name.upper()}` |" in page
    known = {f"BINHAN_{field.name.upper()}" for field in dataclasses.fields(Settings)}
    assert set(re.findall(r"^\| `(BINHAN_\w+)`", page, flags=re.MULTILINE)) == known


@pytest.mark.parametrize("generator", GENERATORS)
def test_a_generated_document_is_up_to_date(generator):
    checked = subprocess.run(
        [sys.executable, "-m", generator, "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("generator", GENERATORS)
def test_make_writes_and_checks_it(generator):
    makefile = read("Makefile")
    assert f"python -m {generator}\n" in makefile
    assert f"python -m {generator} --check\n" in makefile


def test_every_command_says_what_it_does():
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(), name


def test_every_service_has_a_page_of_its_own():
    for name in names():
        assert f"`{name}`" in read(f"services/{name}/README.md") or name in read(f"services/{name}/README.md")


def test_every_link_between_documents_leads_somewhere():
    pages = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "services").glob("*/README.md")]
    for page in pages:
        for target in BROKEN_LINK.findall(page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} leads to {target}"
