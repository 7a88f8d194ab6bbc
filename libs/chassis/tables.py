"""Every table that the chassis keeps in a service's own database, in one object."""

from dataclasses import dataclass

from sqlalchemy import Column, MetaData, String, Table

from chassis.accounts import AccountTables, define_accounts
from chassis.audit import AuditTables, define_audit
from chassis.inbox import InboxTables, define_inbox
from chassis.outbox import OutboxTables, define_outbox
from chassis.web.idempotency import define_idempotency


@dataclass(frozen=True)
class ChassisTables:
    """The chassis's tables, by what they are for."""

    outbox: OutboxTables
    inbox: InboxTables
    audit: AuditTables
    accounts: AccountTables
    idempotency: Table
    trait: Table


def chassis_tables(metadata: MetaData) -> ChassisTables:
    """Add the chassis's tables to a service's metadata and return them."""
    return ChassisTables(
        outbox=define_outbox(metadata),
        inbox=define_inbox(metadata),
        audit=define_audit(metadata),
        accounts=define_accounts(metadata),
        idempotency=define_idempotency(metadata),
        trait=_define_trait(metadata),
    )


def _define_trait(metadata: MetaData) -> Table:
    """What is true of the whole database, such as that its people are made up (``demo``)."""
    return Table(
        "trait", metadata, Column("name", String(40), primary_key=True), Column("value", String(200), nullable=False)
    )
