"""The Makefile and the lock files: what a newcomer meets first."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-test.lock", "requirements-bench.lock"]


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "-C", CHECKOUT, "--no-print-directory", *arguments], capture_output=True, text=True, check=False
    )


def locked(name: str) -> dict[str, str]:
    text = (CHECKOUT / name).read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, flags=re.MULTILINE))


def pinned(requirements: list[str]) -> dict[str, str]:
    pins = (re.fullmatch(r"([\w.-]+)(?:\[\w+\])?==(\S+)", requirement) for requirement in requirements)
    return {re.sub(r"[-_.]+", "-", pin[1]).lower(): pin[2] for pin in pins if pin}


def test_make_alone_says_what_can_be_made():
    shown = make().stdout
    for target in ("run", "test", "check", "faults", "bench", "golden", "docs", "lock", "screenshots", "clean"):
        assert re.search(rf"^  {target} +\S", shown, flags=re.MULTILINE), target


def test_an_unsupported_python_is_refused_with_a_sentence(tmp_path: Path):
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.18"\nexit 1\n')
    old.chmod(0o755)
    refused = make(f"PYTHON={old}", f"VENV={tmp_path}/venv", f"{tmp_path}/venv/bin/python")
    assert refused.returncode != 0
    assert "Bình An needs Python 3.11, 3.12 or 3.13" in refused.stderr
    assert "is Python 3.9.18" in refused.stderr


def test_no_python_at_all_is_refused_with_a_sentence(tmp_path: Path):
    refused = make("PYTHON=", f"VENV={tmp_path}/venv", f"{tmp_path}/venv/bin/python")
    assert refused.returncode != 0
    assert "none was found on the PATH" in refused.stderr


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_every_package_by_hash_and_no_machine(name: str):
    text = (CHECKOUT / name).read_text()
    assert not re.search(r"://|file:|--(index|find|extra)|^/", text, flags=re.MULTILINE)
    for block in re.split(r"\n(?=\S)", text):
        assert "--hash=sha256:" in block, block


def test_the_locks_follow_pyproject():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted = pinned(project["project"]["dependencies"] + groups["build"])
    for name, group in zip(LOCKS, [[], groups["test"], groups["bench"]], strict=True):
        wanted |= pinned(group)
        assert wanted.items() <= locked(name).items()


def test_the_locks_agree_with_one_another():
    runtime, test, bench = (locked(name) for name in LOCKS)
    assert runtime.items() <= test.items() <= bench.items()


def test_every_dependency_has_a_reason_beside_it():
    text = (CHECKOUT / "pyproject.toml").read_text()
    listed = re.search(r"^dependencies = \[\n(.*?)^\]", text, flags=re.MULTILINE | re.DOTALL)
    assert listed is not None
    for line in listed[1].splitlines():
        assert re.fullmatch(r' +(# .+|"[^"]+==[^"]+", +# .+)', line), line
