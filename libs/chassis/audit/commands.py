"""`binhan audit`: checking the log of who read and changed what."""

import sys

import click

from chassis.audit import Anchor, verify
from chassis.installed import runtime_of


@click.group()
def audit() -> None:
    """The log of who read and changed what."""


@audit.command("verify")
@click.argument("service")
@click.option("--unit", help="only this unit; needed with --noted")
@click.option("--noted", nargs=2, type=(int, str), help="entries and last code as printed by an earlier run")
def verify_audit(service: str, unit: str | None, noted: tuple[int, str] | None) -> None:
    """Walk each unit's chain; exit with 1 when an entry was changed, removed, added or moved.

    Keep what it prints outside this machine: given back as --noted, it also shows that nothing was wound back.
    """
    if noted and not unit:
        raise click.ClickException("--noted belongs to one unit: name it with --unit")
    runtime = runtime_of(service)
    anchor = Anchor(*noted) if noted else None
    broken = False
    for code in [unit] if unit else runtime.settings.units:
        with runtime.store.reading() as session:
            report = verify(session, runtime.tables.audit, runtime.keys.audit, code, anchor=anchor)
        broken = broken or not report.ok
        found = "whole" if report.ok else f"broken at {report.first_broken}: {report.reason}"
        click.echo(f"{service} {code}: {report.count} {report.last_mac or '-'} {found}")
    if broken:
        sys.exit(1)
