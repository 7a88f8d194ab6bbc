"""New identifiers: UUIDv7, so that rows sort by the time they were made."""

import random
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from uuid6 import uuid7

NewId = Callable[[], str]


def new_id() -> str:
    """Return a new UUIDv7 as text of 36 characters."""
    return str(uuid7())


class SeededIds:
    """UUIDv7-shaped identifiers that a seed repeats: for the simulator and the tests."""

    def __init__(self, seed: str, now: Callable[[], datetime]) -> None:
        # Not a secret: the same seed must give the same ward.
        self._random = random.Random(seed)  # noqa: S311
        self._now = now

    def __call__(self) -> str:
        milliseconds = int(self._now().timestamp() * 1000)
        value = (milliseconds << 80) | self._random.getrandbits(80)
        value = value & ~(0xF << 76) | (0x7 << 76)
        value = value & ~(0x3 << 62) | (0x2 << 62)
        return str(UUID(int=value))
