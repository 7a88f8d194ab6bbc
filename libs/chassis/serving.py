"""Serving: a runtime becomes a nameko service and runs until it is told to stop."""

import logging
import os
import signal
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

import eventlet
from nameko.runners import ServiceRunner

from chassis import bootstrap, logs, migrate
from chassis.errors import StartRefused
from chassis.messaging import AnswerRpc, Background, FeedRpc, background_of, configure_nameko
from chassis.service import Runtime
from chassis.web.edge import web_edge

PREPARE_AGAIN_SECONDS = 2.0

_log = logging.getLogger(__name__)


def serve_alone(runtime: Runtime) -> None:
    """Serve one agency in its own process, over the broker, until SIGTERM or SIGINT.

    Database and broker may be away: pages say so, ``/readyz`` says so, and everything recovers by itself.
    """
    bootstrap.assert_waits_cooperatively()
    logs.configure(service=runtime.definition.name, level=runtime.settings.log_level)
    configure_nameko(runtime)
    warn_of_writable_rules(runtime)
    loops = {"preparer": prepare_when_possible(runtime), **background_of(runtime)}
    run_until_stopped([service_class(runtime, loops, bases=(FeedRpc, AnswerRpc))])


def warn_of_writable_rules(runtime: Runtime) -> None:
    """Say so when the service could change its own rules: two people change them, in files that belong to somebody else."""
    if runtime.settings.demo:
        return
    for path in runtime.definition.read_only:
        within = [path, *path.rglob("*")] if path.is_dir() else [path]
        if any(os.access(each, os.W_OK) for each in within):
            _log.warning("rules are writable by the service", extra={"path": path.name})


def service_class(runtime: Runtime, loops: dict[str, Background], *, bases: tuple[type[Any], ...] = ()) -> type[Any]:
    """Return the nameko service: its pages, its loops, and what ``bases`` add."""
    members: dict[str, Any] = {"name": runtime.definition.name, "runtime": runtime, **loops}
    return type(
        f"{runtime.definition.name.title()}Service", (web_edge(runtime, version=version("binhan")), *bases), members
    )


def prepare_when_possible(runtime: Runtime) -> Background:
    """Make a new service's keys and bring its database to the newest form, as soon as the database answers.

    Until then the service is not ready, and says why.
    """
    stopped: list[bool] = []
    runtime.checks["prepared"] = lambda: (False, "the database has not been prepared yet")

    def run() -> None:
        while not stopped:
            try:
                runtime.make_first_keys()
                migrate.upgrade(runtime)
                runtime.prepare()
            except StartRefused as refused:
                said = str(refused)
                runtime.checks["prepared"] = lambda said=said: (False, said)  # type: ignore[misc]
            except Exception as error:  # noqa: BLE001 - whatever keeps it away, it is tried again
                _log.warning("database not prepared", extra={"reason": type(error).__name__})
            else:
                runtime.checks["prepared"] = lambda: (True, "the database is current")
                return
            eventlet.sleep(PREPARE_AGAIN_SECONDS)

    return Background(run, lambda: stopped.append(True))


def run_until_stopped(services: Sequence[type[Any]], *, when_up: Callable[[], None] = lambda: None) -> None:
    """Run these nameko services in this process until SIGTERM or SIGINT."""
    runner = ServiceRunner()
    for service in services:
        runner.add_service(service)
    stopping = eventlet.event.Event()

    def stop(*_signal: object) -> None:
        if not stopping.ready():
            stopping.send()

    def up() -> None:
        bootstrap.give_memory_back()
        when_up()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    # A listener that waits for the broker never ends its start; pages answer meanwhile.
    starting = eventlet.spawn(runner.start)
    starting.link(lambda thread: stop() if _failed(thread) else up())
    stopping.wait()
    if starting.dead:
        runner.stop()
    else:
        runner.kill()


def _failed(thread: Any) -> bool:
    try:
        thread.wait()
    except Exception as error:  # noqa: BLE001 - a start that fails ends the process with its sentence
        _log.critical("start failed", extra={"error": str(error)})
        return True
    return False
