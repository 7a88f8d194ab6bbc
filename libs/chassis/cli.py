"""The `binhan` command: what an operator and a developer do with the services.

Nothing heavy is imported at the top: a command that serves must patch the standard library before anything else loads.
"""

from collections.abc import Collection
from importlib.metadata import EntryPoint, entry_points

import click

from chassis.errors import StartRefused
from chassis.installed import runtime_of

GROUP = "binhan.commands"

# The chassis's groups of commands, each beside what it administers.
OWN_GROUPS = [
    EntryPoint("account", "chassis.accounts.commands:account", GROUP),
    EntryPoint("audit", "chassis.audit.commands:audit", GROUP),
    EntryPoint("keys", "chassis.vault.commands:keys", GROUP),
    EntryPoint("token", "chassis.accounts.commands:token", GROUP),
]


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

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except StartRefused as refused:
            raise click.ClickException(str(refused)) from refused


def _added() -> Collection[EntryPoint]:
    return [*OWN_GROUPS, *entry_points(group=GROUP)]


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

    serve_alone(runtime_of(service))


@main.command()
@click.argument("service")
def migrate(service: str) -> None:
    """Bring a service's database to the form that this program needs."""
    from chassis.migrate import upgrade

    runtime = runtime_of(service)
    upgrade(runtime)
    runtime.prepare()
    click.echo(f"{service}: the database is current")


@main.command()
@click.argument("service")
@click.argument("message")
def migration(service: str, message: str) -> None:
    """Write the first draft of a migration (for developers)."""
    from chassis.migrate import upgrade, write_migration

    runtime = runtime_of(service)
    upgrade(runtime)
    write_migration(runtime, message)


@main.command()
@click.argument("service")
@click.argument("source")
@click.argument("position", type=click.IntRange(min=0))
def forget(service: str, source: str, position: int) -> None:
    """Forget what SERVICE heard of SOURCE (such as /units/09385/health) beyond POSITION, the end of a restored backup."""
    from chassis.reconciliation import forget_after

    runtime = runtime_of(service)
    with runtime.store.begin() as session:
        count = forget_after(session, runtime.tables.inbox, source, position)
    click.echo(f"{service}: {count} events of {source} forgotten")
