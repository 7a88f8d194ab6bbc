"""Named steps of relay and consumer at which the fault tests can stop a process dead.

``BINHAN_FAULT=relay.after_publish:3`` kills the process, as the power would, when it reaches that step for the third
time. Without the variable a step costs one comparison.
"""

import os
import signal

RELAY_STEPS = (
    "relay.before_assign",
    "relay.after_assign",
    "relay.before_publish",
    "relay.before_confirm",
    "relay.after_publish",
    "relay.after_mark",
)
CONSUMER_STEPS = (
    "consumer.before_receive",
    "consumer.before_commit",
    "consumer.after_commit",
    "consumer.after_ack",
)

_armed, _, _count = os.environ.get("BINHAN_FAULT", "").partition(":")
_remaining = int(_count or 1)


def arm(step: str, count: int = 1) -> None:
    """Kill this process when it reaches the step for the ``count``-th time."""
    global _armed, _remaining
    _armed, _remaining = step, count


def reached(step: str) -> None:
    """Say that a named step is reached."""
    global _remaining  # noqa: PLW0603 - see arm
    if step != _armed:
        return
    _remaining -= 1
    if _remaining <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
