"""Owns starting and ending processes safely: by pid and birth, so that a reused pid is never hit."""

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

LOOPBACK = "127.0.0.1"
PATIENCE = 60.0  # seconds for a server to answer or to leave, on a busy two-core machine


class Trouble(Exception):
    """Something the person at the keyboard must know, in one sentence."""


def free_port() -> int:
    """Return a loopback port that nobody listens on now.

    Taken below the range the kernel lends to outgoing connections: there, a client that knocks while the server
    restarts could be given the server's own port and keep it from coming back.
    """
    for port in random.sample(range(20000, 32000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port
    message = "no free port between 20000 and 32000 on this machine"
    raise Trouble(message)


def accepts_connections(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False


def start(command: Sequence[str], *, log: Path, env: dict[str, str] | None = None) -> list[int]:
    """Start a program in a process group of its own; return its pid and birth, to be kept in the state."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    return [child.pid, birth(child.pid)]


def birth(pid: int) -> int:
    """Return when a process began, in clock ticks since boot; 0 when it is gone or only waits to be reaped."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0 if fields[0] == "Z" else int(fields[19])


def alive(process: Sequence[int] | None) -> bool:
    return bool(process) and process is not None and birth(process[0]) == process[1] != 0


def end(process: Sequence[int] | None, *, by: signal.Signals = signal.SIGTERM) -> None:
    """End a process that `start` began, with its whole group; insist after a while."""
    if process is None or not alive(process):
        return
    group = process[0]
    os.killpg(group, by)
    if not wait_until(lambda: not alive(process), seconds=PATIENCE / 2):
        os.killpg(group, signal.SIGKILL)
        wait_until(lambda: not alive(process))


def wait_until(true: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Ask again and again until the answer is yes; return whether it came in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


def last_lines(log: Path, count: int = 8) -> str:
    """Return the end of a log, to be shown beside a failure."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
