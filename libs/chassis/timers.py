"""Work that comes round by itself while a service runs: what is due is looked up again, whatever restarts in between.

A timer keeps nothing in memory: what it has done stands in the database, so a restart or a second process repeats nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from chassis.errors import Unavailable

if TYPE_CHECKING:
    from chassis.service import Runtime

_log = logging.getLogger(__name__)


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
