"""deploy/dev on a machine that lacks a program: it installs it as root, or says what to do."""

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.deploy.private_services import CHECKOUT


@pytest.fixture
def debian(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ModuleType]:
    """The module under test, on a machine whose programs are only those in `tmp_path`."""
    monkeypatch.syspath_prepend(str(CHECKOUT / "deploy/dev"))
    module = importlib.import_module("debian")
    monkeypatch.setitem(module.PACKAGES, "nowhere", "nowhere-package")
    monkeypatch.setattr(module, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("env", "sh", "chmod", "rm"):
        (tmp_path / name).symlink_to(Path("/usr/bin") / name)
    yield module
    for name in ("debian", "processes"):
        sys.modules.pop(name)


def pretend(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def trouble(debian: ModuleType) -> str:
    with pytest.raises(debian.Trouble) as refused:
        debian.install(["nowhere"])
    return str(refused.value)


def test_a_machine_without_apt_is_told_what_to_install(debian: ModuleType):
    assert trouble(debian) == "this machine has no apt-get; install by hand what Debian calls: nowhere-package"


def test_a_user_who_may_not_install_is_told_two_ways_out(
    debian: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pretend(tmp_path, "apt-get", "exit 0")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    said = trouble(debian)
    assert "sudo apt-get install nowhere-package" in said
    assert "BINHAN_TEST_DATABASE_URL" in said


def test_root_installs_without_letting_the_system_services_start(
    debian: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    pretend(
        tmp_path,
        "apt-get",
        f'echo "$@" >> {tmp_path}/calls; {tmp_path}/policy-rc.d; echo "policy $?" >> {tmp_path}/calls',
    )
    debian.install(["nowhere"])
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls[0].endswith("update")
    assert calls[2].endswith("install -y --no-install-recommends nowhere-package")
    assert calls[1] == calls[3] == "policy 101"
    assert not debian.POLICY.exists()


def test_an_installation_that_fails_shows_why_and_leaves_no_policy_behind(
    debian: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    pretend(tmp_path, "apt-get", "echo no such package >&2; exit 100")
    assert "no such package" in trouble(debian)
    assert not debian.POLICY.exists()


def test_nothing_is_installed_when_nothing_is_missing(debian: ModuleType, tmp_path: Path):
    pretend(tmp_path, "nowhere", "exit 0")
    debian.install(["nowhere"])
    assert debian.program("nowhere") == tmp_path / "nowhere"
