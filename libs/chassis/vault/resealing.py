"""After a new key: walks sealed columns and seals every value again, so that the old key can be removed."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy import Column, Table, func, select, update
from sqlalchemy.orm import Session

from chassis.vault.sealing import HEADER, Vault

BATCH = 500


@dataclass(frozen=True)
class SealedColumn:
    """A column of sealed values; ``context`` gives a row's context from its identifier."""

    table: Table
    id_column: str
    sealed_column: str
    context: Callable[[str], str]

    @property
    def id(self) -> Column[str]:
        """Return the column that identifies a row."""
        return self.table.c[self.id_column]

    @property
    def sealed(self) -> Column[bytes]:
        """Return the column that holds the sealed values."""
        return self.table.c[self.sealed_column]


def reseal(
    begin: Callable[[], AbstractContextManager[Session]],
    vault: Vault,
    columns: Iterable[SealedColumn],
    *,
    batch: int = BATCH,
) -> int:
    """Seal everything again that an older key sealed; return how many values.

    One transaction per batch: it may be stopped at any time and started again, while clerks go on working.
    """
    return sum(_reseal_column(begin, vault, column, batch) for column in columns)


def keys_in_use(session: Session, columns: Iterable[SealedColumn]) -> set[int]:
    """Return the ids of the keys that sealed what is stored; a key not among them may be removed."""
    found: set[int] = set()
    for column in columns:
        header = func.substr(column.sealed, 1, HEADER.size)
        headers = session.scalars(select(header).where(column.sealed.is_not(None)).distinct())
        found |= {HEADER.unpack(bytes(header))[1] for header in headers}
    return found


def _reseal_column(
    begin: Callable[[], AbstractContextManager[Session]], vault: Vault, column: SealedColumn, batch: int
) -> int:
    changed, after = 0, ""
    while True:
        with begin() as session:
            rows = _rows_after(session, column, after, batch)
            for record_id, sealed in rows:
                changed += _reseal_row(session, vault, column, record_id, sealed)
        if len(rows) < batch:
            return changed
        after = rows[-1][0]


def _rows_after(session: Session, column: SealedColumn, after: str, batch: int) -> list[tuple[str, bytes]]:
    following = select(column.id, column.sealed).where(column.id > after, column.sealed.is_not(None))
    rows = session.execute(following.order_by(column.id).limit(batch).with_for_update())
    return [(record_id, bytes(sealed)) for record_id, sealed in rows]


def _reseal_row(session: Session, vault: Vault, column: SealedColumn, record_id: str, sealed: bytes) -> int:
    if not vault.needs_resealing(sealed):
        return 0
    context = column.context(record_id)
    fresh = vault.seal(context, vault.open(context, sealed))
    session.execute(update(column.table).where(column.id == record_id).values({column.sealed_column: fresh}))
    return 1
