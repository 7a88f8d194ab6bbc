"""Accounts of one service: people who sign in, their sessions, and tokens for machines."""

from chassis.accounts.api_tokens import (
    ApiToken,
    api_token_actor,
    api_tokens_of,
    issue_api_token,
    revoke_api_token,
)
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
from chassis.accounts.doorkeeper import Doorkeeper, Refused, SignedIn
from chassis.accounts.passwords import HashedPassword, hash_password, offload, password_matches
from chassis.accounts.sessions import SessionLimits, Visit
from chassis.accounts.tables import AccountTables, define_accounts
from chassis.accounts.tokens import csrf_token, same_csrf_token

__all__ = [
    "Account",
    "AccountTables",
    "ApiToken",
    "Doorkeeper",
    "HashedPassword",
    "Refused",
    "SessionLimits",
    "SignedIn",
    "Visit",
    "accounts_of",
    "api_token_actor",
    "api_tokens_of",
    "create_account",
    "csrf_token",
    "define_accounts",
    "disable_account",
    "find_by_username",
    "get_account",
    "hash_password",
    "issue_api_token",
    "offload",
    "password_matches",
    "revoke_api_token",
    "same_csrf_token",
    "set_password",
    "set_roles",
]
