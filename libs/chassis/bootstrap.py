"""The first import of every process that serves: makes waiting cooperative, and proves it.

By its default psycopg waits inside C, which freezes the whole process under eventlet: no heartbeat, no page. It reads
how to wait from the environment, once, when it is first imported; so this must come before anything imports it.
"""

import ctypes
import gc
import os
import sys
import warnings

# A password hash takes 19 MiB for 40 ms. Two native threads are enough for an office; eventlet's default is twenty.
NATIVE_THREADS = "2"
M_MMAP_THRESHOLD = -3
LARGE_ALLOCATION = 1 << 20


class BootedTooLate(RuntimeError):
    """Something that must not be imported before the bootstrap was."""


def boot() -> None:
    """Patch the standard library for green threads; call before any other import of the process."""
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"
    os.environ.setdefault("EVENTLET_THREADPOOL_SIZE", NATIVE_THREADS)
    # The system resolves names: they are few, local, and asked for only when a connection is made.
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    _give_large_memory_back()
    if "psycopg" in sys.modules:
        raise BootedTooLate("psycopg was imported before chassis.bootstrap.boot()")
    with warnings.catch_warnings():
        # eventlet announces at import that it is in maintenance; docs/decisions says what follows from it.
        warnings.simplefilter("ignore")
        import eventlet  # noqa: PLC0415 - only a serving process pays for it
    eventlet.monkey_patch()


def _give_large_memory_back() -> None:
    """Keep glibc from holding on to large freed blocks; other C libraries are left as they are."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_THRESHOLD, LARGE_ALLOCATION)


def give_memory_back() -> None:
    """Give back what the start has used and freed: read files, parsed texts, checked tables."""
    gc.collect()
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)


def assert_waits_cooperatively() -> None:
    """Refuse to start when the driver would freeze the process."""
    import psycopg.waiting  # noqa: PLC0415 - must come after boot()

    way = getattr(psycopg.waiting.wait, "__name__", "an unknown function")
    if way != "wait_select":
        raise BootedTooLate(f"psycopg waits by {way}, which stops every green thread")
