"""Two processes of a test: `answer URL` is a service with a feed, `ask URL` asks it as reporting does."""

import sys

from chassis import bootstrap

bootstrap.boot()

import nameko  # noqa: E402 - after the bootstrap
from nameko.rpc import rpc  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from chassis.messaging import ask_by_rpc  # noqa: E402


class Health:
    name = "health"

    @rpc
    def feed(self, unit: str, after: int, types: list[str] | None = None) -> dict[str, object]:
        return {"events": [], "through": after + 7}


def answer() -> None:
    runner = ServiceRunner()
    runner.add_service(Health)
    runner.start()
    print("ready", flush=True)
    runner.wait()


def ask() -> None:
    print(ask_by_rpc("health", "09385", 5, None).through)


nameko.config.setup({"AMQP_URI": sys.argv[2]})
{"answer": answer, "ask": ask}[sys.argv[1]]()
