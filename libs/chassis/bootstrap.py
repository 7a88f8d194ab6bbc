"""The first import of every process that serves: makes waiting cooperative, and proves it.

By its default psycopg waits inside C, which freezes the whole process under eventlet: no heartbeat, no page. It reads
how to wait from the environment, once, when it is first imported; so this must come before anything imports it.
"""

import os
import sys
import warnings


class BootedTooLate(RuntimeError):
    """Something that must not be imported before the bootstrap was."""


def boot() -> None:
    """Patch the standard library for green threads; call before any other import of the process."""
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"
    if "psycopg" in sys.modules:
        raise BootedTooLate("psycopg was imported before chassis.bootstrap.boot()")
    with warnings.catch_warnings():
        # eventlet announces at import that it is in maintenance; docs/decisions says what follows from it.
        warnings.simplefilter("ignore")
        import eventlet  # noqa: PLC0415 - only a serving process pays for it
    eventlet.monkey_patch()


def assert_waits_cooperatively() -> None:
    """Refuse to start when the driver would freeze the process."""
    import psycopg.waiting  # noqa: PLC0415 - must come after boot()

    way = getattr(psycopg.waiting.wait, "__name__", "an unknown function")
    if way != "wait_select":
        raise BootedTooLate(f"psycopg waits by {way}, which stops every green thread")
