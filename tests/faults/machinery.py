"""What injects faults: workers that are killed and started again, a broker that is restarted and wiped."""

import dataclasses
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.world import World, until

CHECKOUT = Path(__file__).resolve().parents[2]
TOOL = [sys.executable, str(CHECKOUT / "deploy" / "dev")]


LONGEST_YOUTH = 1.5
LONGEST_WAIT = 5.0  # who has not reached the step they are to die at by then may be killed elsewhere
SERVICES_SHARE = 0.5


@dataclass(eq=False)
class Worker:
    """One role that is always filled: whoever dies is replaced."""

    role: str
    name: str
    steps: tuple[str, ...] = ()
    pid: int = 0
    armed: str | None = None
    started_at: float = 0.0
    starts: int = 0


@dataclass
class Tally:
    """What was done to the world."""

    random_kills: Counter[str] = field(default_factory=Counter)
    step_kills: Counter[str] = field(default_factory=Counter)
    ended_by_itself: Counter[str] = field(default_factory=Counter)
    by_name: Counter[str] = field(default_factory=Counter)
    last_words: dict[str, str] = field(default_factory=dict)
    other: Counter[str] = field(default_factory=Counter)

    @property
    def kills(self) -> int:
        return self.random_kills.total() + self.step_kills.total()


class Zygote:
    """The process from which workers are forked; one serves all runs of a session."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=CHECKOUT,
        )
        self._tickets = itertools.count()
        self._heard: Callable[[dict[str, Any]], None] = lambda _message: None
        assert self._process.stdout is not None
        if not self._process.stdout.readline():
            raise RuntimeError("the process that workers are forked from does not start; it has said why")
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def tell(self, heard: Callable[[dict[str, Any]], None]) -> None:
        """Tell this function from now on who was started and who ended."""
        self._heard = heard

    def fork(self, order: dict[str, Any]) -> int:
        """Order a worker; return the ticket under which its start will be told."""
        ticket = next(self._tickets)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"ticket": ticket, **order}).encode() + b"\n")
        self._process.stdin.flush()
        return ticket

    def close(self) -> None:
        """End the process, and with it every worker."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._listener.join(5)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._heard(json.loads(line))


class Workshop:
    """Keeps roles filled: starts workers, kills them, and replaces whoever is gone."""

    def __init__(self, zygote: Zygote, world: World, *, seed: int) -> None:
        self.world = world
        self.tally = Tally()
        self.workers: list[Worker] = []
        self._zygote = zygote
        self._chance = random.Random(seed)
        self._waiting: dict[int, Worker] = {}
        self._by_pid: dict[int, Worker] = {}
        self._killed: set[int] = set()
        self._lock = threading.RLock()
        zygote.tell(self._hear)

    def hire(self, *workers: Worker) -> None:
        """Fill these roles from now on."""
        with self._lock:
            self.workers += workers
            for worker in workers:
                self._start(worker)

    def dismiss(self, role: str) -> None:
        """End everybody of a role and do not replace them."""
        with self._lock:
            leaving = [worker for worker in self.workers if worker.role == role]
            self.workers = [worker for worker in self.workers if worker.role != role]
            for worker in leaving:
                self._kill(worker)

    def kill_one(self) -> None:
        """Kill somebody at this moment, whatever they are doing."""
        with self._lock:
            # Often somebody who has been at work for a while: who only ever starts does no harm when killed.
            now, youth = time.monotonic(), self._chance.uniform(0.0, LONGEST_YOUTH)
            candidates = [
                worker
                for worker in self.workers
                if worker.pid and now - worker.started_at >= (LONGEST_WAIT if worker.armed else youth)
            ]
            if candidates:
                services = [worker for worker in candidates if worker.steps and self._chance.random() < SERVICES_SHARE]
                victim = self._chance.choice(services or candidates)
                self._kill(victim)
                self.tally.random_kills[victim.role] += 1
                self.tally.by_name[victim.name] += 1

    def disarm(self) -> None:
        """Let everybody who waits to die at a step be replaced by somebody who does not."""
        with self._lock:
            for worker in self.workers:
                worker.steps = ()
                if worker.armed:
                    self._kill(worker)

    def close(self) -> None:
        """Dismiss everybody, and wait until they are gone."""
        for role in {worker.role for worker in self.workers}:
            self.dismiss(role)
        if not until(lambda: not self._by_pid and not self._waiting, seconds=10, every=0.02):
            raise RuntimeError("workers do not end")

    def _start(self, worker: Worker) -> None:
        worker.armed = self._next_step(worker)
        worker.starts += 1
        order = {
            "role": worker.role,
            "name": worker.name,
            "seed": worker.starts,
            "step": worker.armed,
            "count": self._chance.randint(1, 4),
            "world": dataclasses.asdict(self.world),
        }
        self._waiting[self._zygote.fork(order)] = worker

    def _last_words(self, worker: Worker) -> str:
        lines = (Path(self.world.folder) / f"{worker.name}.log").read_text(errors="replace").splitlines()
        return lines[-1] if lines else ""

    def least_hits(self) -> int:
        """Return how often somebody died at the step where the fewest died."""
        with self._lock:
            steps = {step for worker in self.workers for step in worker.steps}
            return min((self.tally.step_kills[step] for step in steps), default=0)

    def _next_step(self, worker: Worker) -> str | None:
        """Return the step that was hit least, or none every third time: that worker dies by chance."""
        if not worker.steps or self._chance.random() < 0.33:
            return None
        return min(worker.steps, key=lambda step: (self.tally.step_kills[step], self._chance.random()))

    def _kill(self, worker: Worker) -> None:
        if worker.pid:
            self._killed.add(worker.pid)
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)

    def _hear(self, message: dict[str, Any]) -> None:
        with self._lock:
            if "ended" in message:
                self._mourn(message["ended"], message["code"])
                return
            worker = self._waiting.pop(message["ticket"])
            worker.pid, worker.started_at = message["started"], time.monotonic()
            self._by_pid[worker.pid] = worker
            if worker not in self.workers:
                self._kill(worker)

    def _mourn(self, pid: int, code: int) -> None:
        worker = self._by_pid.pop(pid)
        worker.pid = 0
        if pid in self._killed:
            self._killed.discard(pid)
        elif code == -signal.SIGKILL and worker.armed:
            self.tally.step_kills[worker.armed] += 1
            self.tally.by_name[worker.name] += 1
        elif code != 0:
            self.tally.ended_by_itself[worker.name] += 1
            self.tally.last_words[worker.name] = self._last_words(worker)
        if worker in self.workers:
            self._start(worker)


class Services:
    """PostgreSQL and RabbitMQ of this run's own, by the tool that the other tests use too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._run("up")
        variables = dict(line.split("=", 1) for line in (folder / "env").read_text().splitlines() if "=" in line)
        self.database_url = variables["BINHAN_TEST_DATABASE_URL"]
        self.amqp_url = variables["BINHAN_TEST_AMQP_URL"]

    def restart_broker(self) -> None:
        """Kill the broker and start it again with its data."""
        self._run("broker-kill")
        self._run("up")

    def wipe_broker(self) -> None:
        """Kill the broker, delete all it knows, and start it again."""
        self._run("broker-wipe")

    def close(self) -> None:
        self._run("down")

    def _run(self, *arguments: str) -> None:
        subprocess.run([*TOOL, "--folder", str(self._folder), *arguments], check=True, stdout=subprocess.DEVNULL)
