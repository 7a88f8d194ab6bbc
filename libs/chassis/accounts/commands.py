"""`binhan account` and `binhan token`: the people and the programs that may come in to one service."""

import getpass
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta

import click
from sqlalchemy.orm import Session

from chassis.accounts.api_tokens import api_tokens_of, issue_api_token, revoke_api_token
from chassis.accounts.directory import (
    Account,
    accounts_of,
    create_account,
    disable_account,
    find_by_username,
    get_account,
    set_password,
    set_roles,
)
from chassis.accounts.passwords import HashedPassword, hash_password
from chassis.audit import AuditEntry, AuditFact, append
from chassis.errors import ProgrammeError
from chassis.i18n import use_locale
from chassis.installed import runtime_of
from chassis.service import Runtime

ROLES = click.option("--role", "roles", multiple=True, required=True, help="a role of this service; may be repeated")


@click.group()
def account() -> None:
    """The people who may sign in to one agency's service."""


@account.command("add")
@click.argument("service")
@click.argument("username")
@click.option("--unit", required=True, help="code of the unit, five digits")
@click.option("--name", "display_name", required=True, help="as the header shows it")
@ROLES
def add_account(service: str, username: str, unit: str, display_name: str, roles: tuple[str, ...]) -> None:
    """Let somebody sign in. The first password is asked for on the terminal or read from standard input."""
    runtime = runtime_of(service)
    _check_roles(runtime, roles)
    if unit not in runtime.settings.units:
        raise click.ClickException(f"{service} does not serve the unit {unit}")
    password = _ask_password(username)
    with _writing(runtime) as session:
        made = create_account(
            session,
            runtime.tables.accounts,
            clock=runtime.clock,
            unit=unit,
            username=username,
            display_name=display_name,
            roles=roles,
            password=password,
        )
        _note(session, runtime, "account.created", made, given=",".join(sorted(roles)))
    click.echo(f"{service}: {made.username} may sign in")


@account.command("list")
@click.argument("service")
def list_accounts(service: str) -> None:
    """Say who may sign in, by unit."""
    runtime = runtime_of(service)
    with runtime.store.reading() as session:
        for unit in runtime.settings.units:
            for each in accounts_of(session, runtime.tables.accounts, unit):
                state = "disabled" if each.disabled else ",".join(sorted(each.roles))
                click.echo(f"{unit}  {each.username}  {state}  {each.display_name}")


@account.command("roles")
@click.argument("service")
@click.argument("username")
@ROLES
def give_roles(service: str, username: str, roles: tuple[str, ...]) -> None:
    """Give somebody exactly these roles."""
    runtime = runtime_of(service)
    _check_roles(runtime, roles)
    with _writing(runtime) as session:
        found = _account(session, runtime, username)
        set_roles(session, runtime.tables.accounts, found.account_id, roles)
        _note(session, runtime, "account.roles_given", found, given=",".join(sorted(roles)))
    click.echo(f"{service}: {username} has the roles {', '.join(sorted(roles))}")


@account.command("password")
@click.argument("service")
@click.argument("username")
def reset_password(service: str, username: str) -> None:
    """Give somebody who forgot it a new password, asked for as in `add`; their sessions end."""
    runtime = runtime_of(service)
    password = _ask_password(username)
    with _writing(runtime) as session:
        found = _account(session, runtime, username)
        set_password(session, runtime.tables.accounts, found.account_id, password, clock=runtime.clock)
        _note(session, runtime, "account.password_reset", found)
    click.echo(f"{service}: {username} has a new password")


@account.command("disable")
@click.argument("service")
@click.argument("username")
def disable(service: str, username: str) -> None:
    """Let somebody in no more: their sessions end and their tokens stop at once."""
    runtime = runtime_of(service)
    with _writing(runtime) as session:
        found = _account(session, runtime, username)
        disable_account(session, runtime.tables.accounts, found.account_id, clock=runtime.clock)
        _note(session, runtime, "account.disabled", found)
    click.echo(f"{service}: {username} may no longer sign in")


@click.group()
def token() -> None:
    """The tokens with which programs use one service's API."""


@token.command("create")
@click.argument("service")
@click.argument("username")
@click.option("--name", required=True, help="what the token is for")
@click.option("--scope", "scopes", multiple=True, required=True, help="an action of this service; may be repeated")
@click.option("--days", type=int, default=90, show_default=True, help="how long it is valid")
def create_token(service: str, username: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Print a new token, once: it acts for the account, and only within its scopes."""
    runtime = runtime_of(service)
    with _writing(runtime) as session:
        found = _account(session, runtime, username)
        secret, made = issue_api_token(
            session,
            runtime.tables.accounts,
            found.account_id,
            name=name,
            scopes=scopes,
            allowed=runtime.definition.permissions.allowed_actions(found.roles),
            life=timedelta(days=days),
            clock=runtime.clock,
        )
        _note(session, runtime, "api_token.issued", found, token=made.api_token_id, scopes=",".join(sorted(scopes)))
    click.echo(secret)


@token.command("list")
@click.argument("service")
@click.argument("username")
def list_tokens(service: str, username: str) -> None:
    """Say which tokens an account has; the tokens themselves are known to nobody here."""
    runtime = runtime_of(service)
    with runtime.store.reading() as session:
        found = _account(session, runtime, username)
        for each in api_tokens_of(session, runtime.tables.accounts, found.account_id):
            state = "revoked" if each.revoked_at else f"until {each.expires_at:%Y-%m-%d}"
            click.echo(f"{each.api_token_id}  {state}  {','.join(sorted(each.scopes))}  {each.name}")


@token.command("revoke")
@click.argument("service")
@click.argument("token_id")
def revoke_token(service: str, token_id: str) -> None:
    """End a token now."""
    runtime = runtime_of(service)
    with _writing(runtime) as session:
        ended = revoke_api_token(session, runtime.tables.accounts, token_id, clock=runtime.clock)
        found = get_account(session, runtime.tables.accounts, ended.account_id)
        _note(session, runtime, "api_token.revoked", found, token=token_id)
    click.echo(f"{service}: token {token_id} is revoked")


@contextmanager
def _writing(runtime: Runtime) -> Iterator[Session]:
    """Open a transaction whose refusals end the command with their sentence."""
    with _refusals(), runtime.store.begin() as session:
        yield session


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except ProgrammeError as refusal:
        with use_locale("en"):
            raise click.ClickException(str(refusal)) from refusal


def _account(session: Session, runtime: Runtime, username: str) -> Account:
    found = find_by_username(session, runtime.tables.accounts, username)
    if found is None:
        raise click.ClickException(f"{runtime.definition.name} has no account {username}")
    return found


def _check_roles(runtime: Runtime, roles: Collection[str]) -> None:
    unknown = sorted(set(roles) - set(runtime.definition.role_labels))
    if unknown:
        raise click.ClickException(f"{runtime.definition.name} knows no role {', '.join(unknown)}")


def _ask_password(username: str) -> HashedPassword:
    typed = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    with _refusals():
        return hash_password(typed, username=username)


def _note(session: Session, runtime: Runtime, action: str, of: Account, **facts: AuditFact) -> None:
    """Put the deed into the audit log: it was done at the machine, by whoever administers it."""
    entry = AuditEntry(
        at=runtime.clock.now(),
        unit_code=of.unit_code,
        account_id="system",
        roles="SYSADMIN",
        action=action,
        record_type="account",
        record_id=of.account_id,
        purpose="ACCESS",
        facts=facts,
    )
    append(session, runtime.tables.audit, runtime.keys.audit, [entry])
