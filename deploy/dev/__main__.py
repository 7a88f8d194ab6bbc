"""Owns the command `python deploy/dev …`: a private database and broker for tests, on this machine only.

What the environment names is used as it is (BINHAN_TEST_DATABASE_URL, BINHAN_TEST_AMQP_URL), unless `--folder`
asks for another pair of its own. What is not named is installed from Debian's packages when it is missing, and
started from that folder on free loopback ports. `down` ends the processes started here and no others.
"""

import argparse
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import debian
from broker import Broker
from database import Database
from processes import Trouble
from state import State

CHECKOUT = Path(__file__).resolve().parents[2]


def up(state: State) -> None:
    """Bring up what the environment does not name, and say where it is."""
    with state.locked():
        started = [service for service in services(state) if service.start()]
        state.write_env(variables(state))
    for service in started:
        print(f"started {service.name} in {service.folder}")
    print(state.env_file.read_text(), end="")
    print(f"# the same lines are in {state.env_file}")


def down(state: State) -> None:
    """End what `up` started, and remove its files."""
    with state.locked():
        for service in services(state):
            service.stop()
        state.remove()


def status(state: State) -> None:
    for service in services(state):
        print(f"{service.name}: {'running' if service.running() else 'not running'}")


def env(state: State) -> None:
    print("\n".join(f"{name}={shlex.quote(value)}" for name, value in variables(state).items()))


def install(_state: State) -> None:
    """Install from Debian's packages whatever the tests need and this machine lacks."""
    debian.install(debian.TEST_PROGRAMS)


def broker_restart(state: State) -> None:
    """Stop the broker as an administrator would, and start it again with its data."""
    Broker(state).restart()


def broker_kill(state: State) -> None:
    """End the broker without warning; `up` starts it again with its data."""
    Broker(state).kill()


def broker_wipe(state: State) -> None:
    """Kill the broker, delete everything it knows, and start it again on the same port."""
    Broker(state).wipe()


COMMANDS: dict[str, Callable[[State], None]] = {
    "up": up, "down": down, "status": status, "env": env, "install": install,
    "broker-restart": broker_restart, "broker-kill": broker_kill, "broker-wipe": broker_wipe,
}  # fmt: skip


def services(state: State) -> list[Database | Broker]:
    return [Database(state), Broker(state)]


def variables(state: State) -> dict[str, str]:
    """Return the environment that tests read: address by variable name."""
    found = {service.variable: service.url for service in services(state)}
    chromium = debian.program("chromium")
    if chromium:
        found["BINHAN_TEST_CHROMIUM"] = str(chromium)
    return found


def forget_given_services() -> None:
    for service in (Database, Broker):
        os.environ.pop(service.variable, None)


def run(state: State, command: list[str]) -> int:
    """Run a command with the services up; end them afterwards only if they were not up before.

    Returns the command's exit code.
    """
    were_up = state.env_file.exists() and all(service.running() for service in services(state))
    up(state)
    try:
        return subprocess.run(command, env=os.environ | variables(state), check=False).returncode
    finally:
        if not were_up:
            down(state)


def control_broker(state: State, arguments: list[str]) -> int:
    """Pass arguments to rabbitmqctl of the private broker and return its exit code."""
    return Broker(state).control(arguments).returncode


def main() -> int:
    parser = argparse.ArgumentParser(prog="python deploy/dev", description=__doc__)
    parser.add_argument("command", choices=[*COMMANDS, "run", "broker-ctl"])
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="after `run --` or `broker-ctl --`")
    parser.add_argument("--folder", type=Path, help="keep data, ports and logs here instead of in .test-services")
    chosen = parser.parse_args()
    state = State((chosen.folder or CHECKOUT / ".test-services").resolve())
    if chosen.folder:
        forget_given_services()
    arguments = [word for word in chosen.arguments if word != "--"]
    try:
        if chosen.command == "run":
            return run(state, arguments)
        if chosen.command == "broker-ctl":
            return control_broker(state, arguments)
        COMMANDS[chosen.command](state)
    except Trouble as trouble:
        print(f"error: {trouble}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
