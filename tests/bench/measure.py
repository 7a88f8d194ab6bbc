"""Measuring side by side: contestants take turns, a ratio is taken within a turn, and the median of the turns counts."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

REPETITIONS = 3
CHECKOUT = Path(__file__).parents[2]
START_SECONDS = 60
LONGEST_RUN_SECONDS = 120


@dataclass(frozen=True)
class Rate:
    """How fast a run was: events per second, and the processor's seconds that the client spent on each."""

    per_second: float
    processor: float


Run = Callable[[], Rate]
"""Runs a contestant once, checks what it did, and returns how fast it was."""


@dataclass(frozen=True)
class Row:
    """One line of the table. ``ratio`` is how many times better ours is than the peer."""

    job: str
    ours: str
    peer: str
    ratio: str
    aim: str
    met: bool | None
    notes: list[str] = field(default_factory=list)


class Task(msgspec.Struct, kw_only=True):
    """What a contestant's process is told."""

    amqp_url: str
    database_url: str
    queue: str
    events: int


def take_turns(contestants: Mapping[str, Run], repetitions: int = REPETITIONS) -> dict[str, list[Rate]]:
    """Return how fast each contestant was, in each of the turns."""
    rates: dict[str, list[Rate]] = {name: [] for name in contestants}
    for _turn in range(repetitions):
        for name, run in contestants.items():
            rates[name].append(run())
    return rates


def ratio(ours: list[Rate], peer: list[Rate]) -> float:
    """Return the median of the ratios of neighbouring runs."""
    return median(one.per_second / other.per_second for one, other in zip(ours, peer, strict=True))


def spread(rates: list[Rate]) -> str:
    """Write the median with the lowest and highest: «9,120/s [8,800–9,400]»."""
    each = [rate.per_second for rate in rates]
    return f"{median(each):,.0f}/s [{min(each):,.0f}–{max(each):,.0f}]"


def processor(ours: list[Rate], peer: list[Rate]) -> str:
    """Say what one event costs the clients' processor; other programs on the machine change it little."""
    microseconds = [median(rate.processor for rate in rates) * 1e6 for rates in (ours, peer)]
    one, other = microseconds
    return f"the client's processor time for one event: {one:,.0f} µs, the peer's {other:,.0f} µs ({other / one:.0f}×)"


@dataclass(frozen=True)
class Finished:
    """How a contestant's run went: the seconds from «go» until it said that all is committed, and what else it said."""

    seconds: float
    said: dict[str, Any]

    def rate(self, events: int) -> Rate:
        """Return how fast so many events went."""
        return Rate(events / self.seconds, self.said["processor"] / events)


def run_apart(module: str, task: Task) -> Finished:
    """Run a contestant in a process of its own."""
    command = [sys.executable, "-m", module, msgspec.json.encode(task).decode()]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ.copy()
    ) as process:
        assert process.stdin is not None
        overdue = threading.Timer(LONGEST_RUN_SECONDS, process.kill)
        overdue.start()
        try:
            _expect(process, "ready")
            began = time.perf_counter()
            process.stdin.write("go\n")
            process.stdin.flush()
            said = _expect(process, "done")
            seconds = time.perf_counter() - began
            process.wait(timeout=START_SECONDS)
        finally:
            overdue.cancel()
            if process.poll() is None:
                process.kill()
    return Finished(seconds, msgspec.json.decode(said))


def _expect(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    first, _space, more = line.partition(" ")
    if first != word:
        raise RuntimeError(f"{process.args!r} said {line!r} instead of {word!r}")
    return more


def the_task() -> Task:
    """Return what this process was told (called by a contestant)."""
    return msgspec.json.decode(sys.argv[1], type=Task)


def ready_and_told_to_go() -> None:
    """Say that everything is imported, and wait for the start."""
    print("ready", flush=True)
    sys.stdin.readline()
    _began.append(time.process_time())


def done(**said: Any) -> None:
    """Say that the last event is committed, how long the processor worked for it, and what else there is to say."""
    said["processor"] = time.process_time() - _began[0]
    print(f"done {msgspec.json.encode(said).decode()}", flush=True)


_began: list[float] = []
