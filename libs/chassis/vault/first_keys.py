"""The keys of a new service, made once: a service that has been in use never gets new keys in place of lost ones."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Table, inspect, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from chassis.storage import Store
from chassis.vault.keyring import KeyRing, KeysUnusableError
from chassis.vault.resealing import SealedColumn


def make_first_keys(folder: Path, store: Store, *, sealed: Iterable[SealedColumn], audit_head: Table) -> None:
    """Make the keys of a service that has none; one that has some keeps them.

    Raises :class:`KeysUnusableError` when the database shows that there were keys before, or does not answer: what
    lost keys sealed can be opened by nothing but those keys.
    """
    if KeyRing.has_any(folder):
        return
    try:
        with store.reading() as session:
            were_used = _were_used(session, sealed, audit_head)
    except OperationalError as error:
        raise KeysUnusableError(
            f"there are no keys in {folder}, and the database does not answer whether they were lost;"
            " start the database, or put the keys back from their backup"
        ) from error
    if were_used:
        raise KeysUnusableError(
            f"there are no keys in {folder}, but the database holds what lost keys sealed and signed;"
            " put them back from their backup: new keys could open nothing of it"
        )
    KeyRing.create_missing(folder)


def _were_used(session: Session, sealed: Iterable[SealedColumn], audit_head: Table) -> bool:
    """Tell whether anything is stored that only the service's keys can open or check."""
    present = inspect(session.connection())
    if present.has_table(audit_head.name) and session.execute(select(audit_head).limit(1)).first():
        return True
    return any(
        present.has_table(column.table.name)
        and session.execute(select(column.id).where(column.sealed.is_not(None)).limit(1)).first()
        for column in sealed
    )
