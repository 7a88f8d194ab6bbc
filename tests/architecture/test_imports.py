"""Who may import whom: the contracts of pyproject.toml are kept, and would notice if they were not."""

import subprocess
from pathlib import Path

import pytest

from tests.architecture.copies import ROOT, Copy
from tests.architecture.services_here import names

pytestmark = pytest.mark.once
LINTER = "from importlinter.cli import lint_imports_command; lint_imports_command()"

FORBIDDEN = {
    "a service imports another": ("services/health/handlers/counselling.py", "import services.registry.domain"),
    "the chassis knows a contract": ("libs/chassis/clock.py", "import contracts"),
    "a contract knows a framework": ("libs/contracts/health.py", "import sqlalchemy"),
    "a rule knows a framework": ("services/health/domain/kits.py", "import marshmallow"),
    "a page touches tables": ("services/health/pages/today.py", "import services.health.tables"),
    "a handler speaks nameko": ("services/health/handlers/kits.py", "import nameko.rpc"),
    "a query knows a handler": ("services/health/queries/kits.py", "import services.health.handlers"),
    "a module has no place": ("services/health/utils.py", '"""Everything else."""'),
}


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy.of(["libs", "services", "deploy/embedded", "pyproject.toml"], tmp_path)


def linted(copy: Copy) -> subprocess.CompletedProcess[str]:
    return copy.python("-c", LINTER, "--no-cache")


def test_the_contracts_are_kept(copy):
    ran = linted(copy)
    assert ran.returncode == 0, ran.stdout
    assert "0 broken" in ran.stdout


@pytest.mark.parametrize("violation", FORBIDDEN)
def test_a_violation_is_noticed(copy, violation):
    path, line = FORBIDDEN[violation]
    file = copy.folder / path
    file.write_text((file.read_text("utf-8") if file.exists() else "") + f"\n{line}\n", "utf-8")
    ran = linted(copy)
    assert ran.returncode == 1, ran.stdout
    assert "1 broken" in ran.stdout or "BROKEN" in ran.stdout


def test_every_service_is_under_the_rules():
    assert names() == sorted(
        folder.name for folder in (ROOT / "services").iterdir() if (folder / "__init__.py").exists()
    )
