"""A whole ward in one process: four runtimes joined in memory, each with its own database and keys."""

import gc
import logging
import multiprocessing
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path

import click

from chassis import migrate
from chassis.clock import Clock
from chassis.delivery import InProcess
from chassis.envelope import Envelope
from chassis.errors import StartRefused
from chassis.ids import NewId, new_id
from chassis.reconciliation import Reconciler
from chassis.relay import Relay
from chassis.service import PERSON_KEY_SECRET, Runtime, ServiceDefinition
from chassis.settings import load_settings
from chassis.vault import write_secret
from embedded.demo import create_demo_accounts, mark_as_demo, show_the_mark
from embedded.simulator import Scale, simulate

SERVICES = ("reporting", "registry", "health", "campaigns")
KNOW_PEOPLE = ("registry", "health", "campaigns")
DEMO = Scale(people=40, months=14, seed=1)

_log = logging.getLogger(__name__)


class Ward:
    """The four services of one or more units, joined in this process."""

    def __init__(self, runtimes: Sequence[Runtime]) -> None:
        self.runtimes = {runtime.definition.name: runtime for runtime in runtimes}
        self.joined = InProcess(runtimes)
        self.relays = [self._relay(runtime) for runtime in runtimes]
        self.reconcilers = {
            name: self._reconciler(runtime) for name, runtime in self.runtimes.items() if runtime.definition.hears
        }

    @classmethod
    @contextmanager
    def open(
        cls,
        *,
        data: Path,
        units: Sequence[str],
        host: str = "127.0.0.1",
        base_port: int = 8000,
        clock: Clock | None = None,
        ids: NewId = new_id,
    ) -> Iterator["Ward"]:
        """Open the databases in a folder, made and migrated where they are missing."""
        share_the_person_key(data / "keys")
        runtimes = [
            _runtime(name, data=data, units=units, host=host, port=base_port + offset, clock=clock, ids=ids)
            for offset, name in enumerate(SERVICES)
        ]
        for runtime in runtimes:
            migrate.upgrade(runtime)
            runtime.prepare()
        try:
            yield cls(runtimes)
        finally:
            for runtime in runtimes:
                runtime.close()

    def deliver(self) -> int:
        """Carry everything that was said to everyone who hears it; return how many events there were."""
        return sum(relay.run_until_empty() for relay in self.relays)

    def simulate(self, unit: str, scale: Scale) -> str:
        """Make up the lives of a unit and deliver them; return a sentence about what there is now."""
        report = simulate(self.runtimes, unit=unit, scale=scale)
        self.deliver()
        return report

    def _relay(self, runtime: Runtime) -> Relay:
        name = runtime.definition.name

        def deliver(envelopes: Sequence[Envelope]) -> None:
            self.joined.deliver_from(name, envelopes)

        relay = Relay(runtime.store, runtime.tables.outbox, service=name, deliver=deliver)
        runtime.on_commit.append(relay.wake)
        return relay

    def _reconciler(self, runtime: Runtime) -> Reconciler:
        return Reconciler(
            runtime.store,
            runtime.tables.inbox,
            runtime.inbox,
            hears=runtime.definition.hears,
            units=runtime.settings.units,
            ask=self.joined.ask,
            clock=runtime.clock,
        )


def run_ward(*, data: Path, units: str, demo: bool, host: str, base_port: int) -> None:
    """Run a ward with its consoles until the process is told to stop. The process must have been booted."""
    from chassis import logs
    from chassis.messaging import Background, timers_of
    from chassis.serving import run_until_stopped, service_class

    logs.configure(service="embedded", level="WARNING")
    codes = tuple(code.strip() for code in units.split(","))
    if demo and not any(data.glob("*.db")):
        refuse_lost_databases(data)
        _in_a_child(lambda: make_demo(data, codes))
    with Ward.open(data=data, units=codes, host=host, base_port=base_port) as ward:
        show_the_mark(ward.runtimes)
        loops: dict[str, dict[str, Background]] = {name: timers_of(runtime) for name, runtime in ward.runtimes.items()}
        for name, relay in zip(ward.runtimes, ward.relays, strict=True):
            loops[name]["relay"] = Background(relay.run, relay.stop)
        for name, reconciler in ward.reconcilers.items():
            every = ward.runtimes[name].settings.reconcile_seconds
            loops[name]["reconciler"] = Background(partial(reconciler.run, every), reconciler.stop)
        run_until_stopped(
            [service_class(runtime, loops[name]) for name, runtime in ward.runtimes.items()],
            when_up=lambda: _say_where(ward),
        )


def refuse_lost_databases(data: Path) -> None:
    """Raise :class:`StartRefused` for a folder that has the keys of a ward and none of what they open."""
    if (data / "keys").exists():
        raise StartRefused(f"{data} has the keys of a ward and no databases; put them back, or move the folder away")


def make_demo(data: Path, units: Sequence[str]) -> None:
    """Make a ward of made-up people and accounts, visibly marked as such; it comes into the folder when it is whole."""
    making = data.with_name(f"{data.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    with Ward.open(data=making, units=units) as ward:
        create_demo_accounts(ward.runtimes, units[0])
        mark_as_demo(ward.runtimes)
        click.echo(ward.simulate(units[0], DEMO))
    if data.is_dir() and any(data.iterdir()):  # other things lie there, such as screenshots
        for part in sorted(making.iterdir(), key=lambda part: part.suffix == ".db"):  # no database without its keys
            part.rename(data / part.name)
        making.rmdir()
    else:
        making.rename(data)


def _in_a_child(work: Callable[[], None]) -> None:
    """Do something large in a child process, so that the one that goes on serving stays small."""
    for name in SERVICES:  # loaded once, for both
        definition_of(name)
    child = multiprocessing.get_context("fork").Process(target=_without_collecting, args=(work,))
    child.start()
    child.join()
    if child.exitcode != 0:
        raise click.ClickException("the demo could not be made; see the messages above")


def _without_collecting(work: Callable[[], None]) -> None:
    """Do something in a process that ends soon: its memory goes back as a whole, and looking for garbage would cost a tenth."""
    gc.disable()
    work()


def share_the_person_key(keys: Path) -> None:
    """Give registry, health and campaigns the same secret for person keys, and reporting none."""
    first = keys / KNOW_PEOPLE[0] / PERSON_KEY_SECRET
    write_secret(first)
    for name in KNOW_PEOPLE[1:]:
        other = keys / name / PERSON_KEY_SECRET
        if not other.exists():
            other.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy2(first, other)


def definition_of(name: str) -> ServiceDefinition:
    """Return the definition of one of the four services."""
    definition: ServiceDefinition = import_module(f"services.{name}.service").SERVICE
    return definition


def _runtime(  # the parts of one service's settings
    name: str, *, data: Path, units: Sequence[str], host: str, port: int, clock: Clock | None, ids: NewId
) -> Runtime:
    settings = load_settings(
        {},
        service=name,
        units=",".join(units),
        database_url=f"sqlite:///{data / name}.db",
        keys=str(data / "keys" / name),
        host=host,
        port=port,
    )
    runtime = Runtime(definition_of(name), settings, clock=clock, ids=ids)
    runtime.make_first_keys()
    return runtime


def _say_where(ward: Ward) -> None:
    click.echo("Bình An is running. Open in a browser on this machine:")
    for runtime in ward.runtimes.values():
        click.echo(f"  http://{runtime.settings.host}:{runtime.settings.port}  {runtime.definition.title}")
    click.echo("Stop with Ctrl+C.")
