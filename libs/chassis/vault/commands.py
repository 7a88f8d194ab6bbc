"""`binhan keys`: making, rotating and removing the keys of one service."""

from pathlib import Path

import click

from chassis.installed import definition_of, runtime_of
from chassis.vault import Vault, keys_in_use, reseal, write_secret


@click.group()
def keys() -> None:
    """The keys that seal identity fields."""


@keys.command("create")
@click.argument("service")
def create_keys(service: str) -> None:
    """Make the keys of a new service; a folder that has keys is left as it is.

    Refused when the database holds what earlier keys sealed: those must be put back.
    """
    runtime = runtime_of(service)
    runtime.make_first_keys()
    click.echo(f"{service}: keys in {runtime.keys.folder}")


@keys.command("share")
@click.argument("file", type=click.Path(path_type=Path))
def make_shared_secret(file: Path) -> None:
    """Make the secret of person keys, once; copy it into the keys folder of each agency that knows people."""
    write_secret(file)
    click.echo(f"the secret is in {file}; reporting must not have it")


@keys.command("rotate")
@click.argument("service")
def rotate_keys(service: str) -> None:
    """Seal with a new key from now on, and seal anew what older keys sealed. Safe to repeat when interrupted."""
    runtime = runtime_of(service)
    ring = runtime.keys.rotate()
    count = reseal(runtime.store.begin, Vault(ring), definition_of(service).sealed_columns)
    click.echo(f"{service}: key {ring.current} is in use; {count} fields sealed anew")


@keys.command("remove")
@click.argument("service")
@click.argument("key_id", type=int)
def remove_key(service: str, key_id: int) -> None:
    """Delete an old key for good; refused while anything is still sealed with it."""
    runtime = runtime_of(service)
    ring, columns = runtime.keys, definition_of(service).sealed_columns
    if key_id not in ring.sealing or key_id == ring.current:
        raise click.ClickException(f"{key_id} is not an old key of {service}")
    reseal(runtime.store.begin, Vault(ring), columns)
    with runtime.store.reading() as session:
        if key_id in keys_in_use(session, columns):
            raise click.ClickException(f"key {key_id} still seals something; run the command again")
    ring.remove(key_id)
    click.echo(f"{service}: key {key_id} is gone")
