"""The `binhan` command: what an operator and a developer do with the services.

Nothing heavy is imported at the top: a command that serves must patch the standard library before anything else loads.
"""

import getpass
import sys
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from chassis.service import Runtime, ServiceDefinition


class Commands(click.Group):
    """The chassis's own commands and those that the installed parts add; a part that is absent adds none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(
            {*super().list_commands(ctx), *(each.name for each in _added() if self.get_command(ctx, each.name))}
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        for each in _added():
            if each.name == cmd_name:
                try:
                    return each.load()
                except ModuleNotFoundError:
                    return None
        return None


def _added() -> Any:
    return entry_points(group="binhan.commands")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Bình An: the drug-prevention programme of a commune or ward, one service for each agency."""


@main.command()
@click.argument("service")
def serve(service: str) -> None:
    """Serve one agency: pages, API, relay, consumer. Settings come from BINHAN_… variables."""
    from chassis import bootstrap

    bootstrap.boot()
    from chassis.serving import serve_alone

    serve_alone(_runtime(service))


@main.command()
@click.argument("service")
def migrate(service: str) -> None:
    """Bring a service's database to the form that this program needs."""
    from chassis.migrate import upgrade

    runtime = _runtime(service)
    upgrade(runtime)
    runtime.prepare()
    click.echo(f"{service}: the database is current")


@main.command()
@click.argument("service")
@click.argument("message")
def migration(service: str, message: str) -> None:
    """Write the first draft of a migration (for developers)."""
    from chassis.migrate import upgrade, write_migration

    runtime = _runtime(service)
    upgrade(runtime)
    write_migration(runtime, message)


@main.group()
def keys() -> None:
    """The keys that seal identity fields."""


@keys.command("create")
@click.argument("service")
def create_keys(service: str) -> None:
    """Make the keys of a new service; a folder that has keys is left as it is."""
    from chassis.vault import KeyRing

    runtime = _runtime(service)
    KeyRing.load(runtime.settings.keys, create=True)
    click.echo(f"{service}: keys in {runtime.settings.keys}")


@keys.command("rotate")
@click.argument("service")
def rotate_keys(service: str) -> None:
    """Seal with a new key from now on, and seal anew what the old keys sealed. Safe to repeat after an interruption."""
    from chassis.vault import Vault, reseal

    runtime = _runtime(service)
    ring = runtime.keys.rotate()
    columns = _definition(service).sealed_columns
    count = reseal(runtime.store.begin, Vault(ring), columns)
    click.echo(f"{service}: key {ring.current} is in use; {count} fields sealed anew")


@main.group()
def account() -> None:
    """The people who may sign in to one agency's service."""


@account.command("add")
@click.argument("service")
@click.argument("username")
@click.option("--unit", required=True, help="code of the unit, five digits")
@click.option("--name", "display_name", required=True, help="as the header shows it")
@click.option("--role", "roles", multiple=True, required=True, help="a role of this service; may be repeated")
def add_account(service: str, username: str, unit: str, display_name: str, roles: tuple[str, ...]) -> None:
    """Let somebody sign in. The first password is asked for on the terminal or read from standard input."""
    from chassis import accounts

    runtime = _runtime(service)
    unknown = set(roles) - set(runtime.definition.role_labels)
    if unknown:
        raise click.ClickException(f"{service} knows no role {', '.join(sorted(unknown))}")
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    hashed = accounts.hash_password(password, username=username)
    with runtime.store.begin() as session:
        accounts.create_account(
            session,
            runtime.tables.accounts,
            clock=runtime.clock,
            unit=unit,
            username=username,
            display_name=display_name,
            roles=roles,
            password=hashed,
        )
    click.echo(f"{service}: {username} may sign in")


@main.group()
def audit() -> None:
    """The log of who read and changed what."""


@audit.command("verify")
@click.argument("service")
def verify_audit(service: str) -> None:
    """Walk each unit's chain; exit with 1 when a row was changed, removed, added or moved."""
    from chassis.audit import verify

    runtime = _runtime(service)
    broken = False
    for unit in runtime.settings.units:
        with runtime.store.reading() as session:
            report = verify(session, runtime.tables.audit, runtime.keys.audit, unit)
        broken = broken or not report.ok
        click.echo(f"{service} {unit}: {report.count} entries, {'whole' if report.ok else report.reason}")
    if broken:
        sys.exit(1)


def _definition(service: str) -> "ServiceDefinition":
    try:
        module = import_module(f"services.{service}.service")
    except ModuleNotFoundError as error:
        raise click.ClickException(f"there is no service {service} in this installation") from error
    definition: ServiceDefinition = module.SERVICE
    return definition


def _runtime(service: str) -> "Runtime":
    from chassis.service import Runtime
    from chassis.settings import SettingsMistake, load_settings

    try:
        settings = load_settings(service=service)
    except SettingsMistake as mistake:
        raise click.ClickException(str(mistake)) from mistake
    return Runtime(_definition(service), settings)
