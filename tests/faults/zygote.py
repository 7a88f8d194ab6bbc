"""Forks workers from a process that has everything imported, so that starting one again costs milliseconds.

It reads one JSON order per line from its standard input and answers on its standard output: `started` with the pid, and
`ended` when a worker is gone. It ends, and takes every worker with it, when its standard input closes.
"""

import ctypes
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from chassis import bootstrap

bootstrap.boot()

import eventlet.patcher  # noqa: E402 - after the bootstrap, like everything that a worker uses

from tests.faults import workers  # noqa: E402

select = eventlet.patcher.original("select").select
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def main() -> None:
    reads, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    orders = b""
    _say({"ready": os.getpid()})
    while True:
        ready, _, _ = select([0, reads], [], [])
        if reads in ready:
            os.read(reads, 512)
        _report_the_dead()
        if 0 in ready:
            received = os.read(0, 65536)
            if not received:
                return
            *lines, orders = (orders + received).split(b"\n")
            for line in lines:
                _start(json.loads(line))


def _start(order: dict[str, Any]) -> None:
    pid = os.fork()
    if pid == 0:
        _become_worker(order)
    _say({"started": pid, "ticket": order["ticket"]})


def _become_worker(order: dict[str, Any]) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    log = os.open(
        Path(order["world"]["folder"]) / f"{order['name']}.log", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600
    )
    for stream in (1, 2):
        os.dup2(log, stream)
    status = 1
    try:
        workers.work(order)
        status = 0
    except BaseException:  # noqa: BLE001 - the log of the worker tells what it was
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _report_the_dead() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _say({"ended": pid, "code": os.waitstatus_to_exitcode(status)})


def _say(message: dict[str, Any]) -> None:
    os.write(1, json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    main()
