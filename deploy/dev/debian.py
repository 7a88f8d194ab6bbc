"""Owns finding programs on a Debian machine and installing the packages that bring them."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from processes import Trouble

PACKAGES = {
    "postgres": "postgresql",
    "rabbitmq-server": "rabbitmq-server",
    "chromium": "chromium",
    "node": "nodejs",
    "npm": "npm",
    "soffice": "libreoffice-writer-nogui",
    "pdftotext": "poppler-utils",
    # As wide as Times New Roman, and with every Vietnamese letter: the documents are drawn with it.
    "tinos": "fonts-croscore",
}
TEST_PROGRAMS = tuple(PACKAGES)
POLICY = Path("/usr/sbin/policy-rc.d")


def program(name: str) -> Path | None:
    """Return where a program is, also when Debian keeps it off the PATH; None when it is not installed."""
    off_path = {
        "postgres": sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_version)[-1:],
        # The one on the PATH is a wrapper that insists on the system's own user and folders.
        "rabbitmq-server": [Path("/usr/lib/rabbitmq/bin/rabbitmq-server")],
        "tinos": [Path("/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf")],
    }
    for candidate in off_path.get(name, []):
        if candidate.exists():
            return candidate
    found = shutil.which(name)
    return Path(found) if found else None


def needed(name: str) -> Path:
    """Return where a program is, installing its package first when it is missing."""
    install([name])
    found = program(name)
    if found is None:
        message = f"the package {PACKAGES[name]} is installed but brought no program {name}"
        raise Trouble(message)
    return found


def install(names: Sequence[str]) -> None:
    """Install the packages of the programs that are missing; do nothing when none is."""
    packages = [PACKAGES[name] for name in names if program(name) is None]
    if not packages:
        return
    become_root = _root_prefix(packages)
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"]
    print(f"installing {', '.join(packages)} …", flush=True)
    with _nothing_started(become_root):
        _quietly([*apt, "update"])
        _quietly([*apt, "install", "-y", "--no-install-recommends", *packages])
    _leave_disabled(become_root, packages)


def _root_prefix(packages: Sequence[str]) -> list[str]:
    wanted = " ".join(packages)
    if shutil.which("apt-get") is None:
        message = f"this machine has no apt-get; install by hand what Debian calls: {wanted}"
        raise Trouble(message)
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    message = (
        f"the tests need the packages {wanted}: run `sudo apt-get install {wanted}` once, or name running "
        "services in BINHAN_TEST_DATABASE_URL and BINHAN_TEST_AMQP_URL"
    )
    raise Trouble(message)


@contextmanager
def _nothing_started(become_root: list[str]) -> Iterator[None]:
    """Keep package scripts from starting the system's own services while we install."""
    if POLICY.exists():  # as in container images: somebody decided already
        yield
        return
    script = ["sh", "-c", f"printf '#!/bin/sh\\nexit 101\\n' > {POLICY} && chmod 755 {POLICY}"]
    _quietly([*become_root, *script])
    try:
        yield
    finally:
        _quietly([*become_root, "rm", "-f", str(POLICY)])


def _leave_disabled(become_root: list[str], packages: Sequence[str]) -> None:
    """Keep the system's own services from starting at the next boot; ours are separate."""
    units = [package for package in packages if package in {"postgresql", "rabbitmq-server"}]
    if units and Path("/run/systemd/system").exists():
        subprocess.run([*become_root, "systemctl", "disable", *units], capture_output=True, check=False)


def _quietly(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        message = f"`{' '.join(command)}` failed:\n{(done.stdout + done.stderr)[-2000:]}"
        raise Trouble(message)


def _version(path: Path) -> int:
    return int(path.parts[-3]) if path.parts[-3].isdigit() else 0
