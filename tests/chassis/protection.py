"""What the tests of vault, accounts and audit log share: a database that holds only their tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Column, LargeBinary, String, Table

from chassis.accounts import AccountTables, define_accounts
from chassis.audit import AuditTables, define_audit
from chassis.storage import Store, new_metadata
from chassis.testing import database_url, empty_database

UNIT = "09385"
AUDIT_KEY = bytes(range(32))

METADATA = new_metadata()
ACCOUNTS: AccountTables = define_accounts(METADATA)
AUDIT: AuditTables = define_audit(METADATA)
FILE = Table("sealed_file", METADATA, Column("file_id", String(36), primary_key=True), Column("identity", LargeBinary))


@contextmanager
def fresh_store(database: str, folder: Path) -> Iterator[Store]:
    """Give a store on an empty database, and close it."""
    url = database_url("protection", database=database, folder=folder)
    empty_database(url, METADATA)
    store = Store(url)
    try:
        yield store
    finally:
        store.close()
