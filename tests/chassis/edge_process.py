"""The sample service in a process of its own, behind nameko: `python -m tests.chassis.edge_process FOLDER PORT`."""

from chassis import bootstrap

bootstrap.boot()

import sys  # noqa: E402 - nothing may be imported before the patch
from pathlib import Path  # noqa: E402

from nameko.runners import ServiceRunner  # noqa: E402

from chassis import logs  # noqa: E402
from chassis.clock import Clock  # noqa: E402
from chassis.web import edge  # noqa: E402
from chassis.web.edge import PortInUse, web_edge  # noqa: E402
from chassis.web.testing import Console  # noqa: E402
from tests.chassis.sample import a_clinic  # noqa: E402

PATIENCE = 2
"""Seconds that the server waits for the rest of a request; thirty would make a long test."""


def main(folder: Path, port: int) -> int:
    """Serve until the standard input ends; print a token for the tests first. Returns 1 when the port is taken."""
    logs.configure(service="health", level="DEBUG")
    edge.SOCKET_SECONDS = PATIENCE
    with a_clinic(database="sqlite", folder=folder, clock=Clock(), port=port) as runtime:
        console = Console(runtime)
        token = console.token(console.account("NURSE"), ["visit.read", "visit.write"])
        service = type("SampleService", (web_edge(runtime),), {"name": "health", "runtime": runtime})
        runner = ServiceRunner()
        runner.add_service(service)
        try:
            runner.start()
        except PortInUse as taken:
            print(taken, flush=True)
            return 1
        print(token, flush=True)
        _wait_for_end()
        runner.stop()
    return 0


def _wait_for_end() -> None:
    import eventlet.tpool

    eventlet.tpool.execute(sys.stdin.read)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
