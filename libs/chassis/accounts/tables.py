"""The tables of accounts: who may sign in, who is signed in, which tokens machines hold, who is guessing."""

from dataclasses import dataclass

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, String, Table

from chassis.storage import UTCDateTime


@dataclass(frozen=True)
class AccountTables:
    """The four tables of one service's accounts."""

    account: Table
    session_token: Table
    api_token: Table
    sign_in_failure: Table


def define_accounts(metadata: MetaData) -> AccountTables:
    """Define the tables on ``metadata``. No token is stored, only its SHA-256 in hexadecimal."""
    return AccountTables(
        account=_account(metadata),
        session_token=_session_token(metadata),
        api_token=_api_token(metadata),
        sign_in_failure=_sign_in_failure(metadata),
    )


def _account(metadata: MetaData) -> Table:
    return Table(
        "account",
        metadata,
        Column("account_id", String(36), primary_key=True),
        Column("unit_code", String(5), nullable=False, index=True),
        Column("username", String(64), nullable=False, unique=True),
        Column("display_name", String(120), nullable=False),
        Column("roles", JSON, nullable=False),
        Column("password_hash", String(255), nullable=False),
        Column("password_changed_at", UTCDateTime, nullable=False),
        Column("created_at", UTCDateTime, nullable=False),
        Column("disabled_at", UTCDateTime),
        CheckConstraint("username <> ''", name="username_is_given"),
    )


def _session_token(metadata: MetaData) -> Table:
    return Table(
        "session_token",
        metadata,
        Column("token_hash", String(64), primary_key=True),
        Column(
            "account_id",
            String(36),
            ForeignKey("account.account_id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        Column("created_at", UTCDateTime, nullable=False),
        Column("last_seen_at", UTCDateTime, nullable=False),
        Column("expires_at", UTCDateTime, nullable=False),
        CheckConstraint("expires_at > created_at", name="end_follows_start"),
        Index("ix_session_token_expires_at", "expires_at"),
    )


def _api_token(metadata: MetaData) -> Table:
    return Table(
        "api_token",
        metadata,
        Column("api_token_id", String(36), primary_key=True),
        Column("token_hash", String(64), nullable=False, unique=True),
        Column(
            "account_id",
            String(36),
            ForeignKey("account.account_id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        Column("name", String(80), nullable=False),
        Column("scopes", JSON, nullable=False),
        Column("created_at", UTCDateTime, nullable=False),
        Column("expires_at", UTCDateTime, nullable=False),
        Column("revoked_at", UTCDateTime),
        CheckConstraint("expires_at > created_at", name="end_follows_start"),
    )


def _sign_in_failure(metadata: MetaData) -> Table:
    # Keyed by the hash of what was typed, known or not: a lock-out must not tell which usernames exist,
    # and a password typed into the wrong box must not be kept.
    return Table(
        "sign_in_failure",
        metadata,
        Column("username_hash", String(64), primary_key=True),
        Column("failures", Integer, nullable=False),
        Column("first_failed_at", UTCDateTime, nullable=False),
        Column("locked_until", UTCDateTime),
        CheckConstraint("failures >= 1", name="a_row_means_a_failure"),
        Index("ix_sign_in_failure_first_failed_at", "first_failed_at"),
    )
