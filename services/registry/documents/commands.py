"""`binhan document`: checking a document without the register, and the key to check it with."""

from pathlib import Path

import click

from chassis.errors import ProgrammeError
from chassis.installed import runtime_of


@click.group()
def document() -> None:
    """The documents of the registry."""


@document.command("key")
def public_key() -> None:
    """Print the public key with which anybody checks the documents of this agency."""
    from services.registry.documents.seals import public_key_of  # noqa: PLC0415 - heavy, and not needed for help

    click.echo(public_key_of(runtime_of("registry").vault))


@document.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", required=True, help="The public key, as `binhan document key` and /documents/verify show it.")
def verify(file: Path, key: str) -> None:
    """Tell whether FILE (.docx) is a document as it was issued. Needs no database and no network; ends with 1 when not."""
    from services.registry.documents.seals import verify_file  # noqa: PLC0415 - heavy, and not needed for help

    try:
        verdict = verify_file(file.read_bytes(), key)
    except ProgrammeError as error:
        raise click.ClickException(str(error)) from error
    click.echo(verdict.sentence)
    if verdict.document_id:
        click.echo(f"{verdict.form_code} · {verdict.number or '-'} · {verdict.issued_on} · {verdict.unit_code}")
        click.echo(verdict.document_id)
    if not verdict.valid:
        raise click.exceptions.Exit(1)
