"""Work that comes round by itself while a service runs: what is due is looked up again, whatever restarts in between.

A timer keeps nothing in memory: what it has done stands in the database, so a restart or a second process repeats nothing.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from chassis.errors import Unavailable

if TYPE_CHECKING:
    from chassis.service import Runtime

_log = logging.getLogger(__name__)

BREATH = 0.005


class Stint:
    """A stretch of a long work: after each piece the others get on, and after some seconds it is enough for this time."""

    def __init__(self, *, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def is_over(self) -> bool:
        """Let everybody else take a turn, then tell whether it is enough."""
        time.sleep(BREATH)
        return time.monotonic() > self._until


@dataclass(frozen=True, kw_only=True)
class Timer:
    """Something that a service does again and again: its name, how many seconds lie between, and what is done."""

    name: str
    every_seconds: float
    run: Callable[["Runtime"], object]


class Clockwork:
    """Runs one timer until it is told to stop."""

    def __init__(self, timer: Timer, runtime: "Runtime") -> None:
        self._timer = timer
        self._runtime = runtime
        self._stopped = Event()

    def run(self) -> None:
        """Do the timer's work at once and then each time round; what fails is tried again next time."""
        while not self._stopped.is_set():
            self.turn()
            self._stopped.wait(self._timer.every_seconds)

    def turn(self) -> None:
        """Do the timer's work once."""
        try:
            self._timer.run(self._runtime)
        except (Unavailable, DBAPIError) as error:
            _log.warning("timer waits", extra={"timer": self._timer.name, "reason": type(error).__name__})
        except Exception:  # noqa: BLE001 - a timer that ends would take its service with it
            _log.exception("timer failed and will try again", extra={"timer": self._timer.name})

    def stop(self) -> None:
        """Let the loop end."""
        self._stopped.set()
