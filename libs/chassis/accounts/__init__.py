"""Accounts of one service: people who sign in, their sessions, and tokens for machines."""

from chassis.accounts.tables import AccountTables, define_accounts

__all__ = ["AccountTables", "define_accounts"]
