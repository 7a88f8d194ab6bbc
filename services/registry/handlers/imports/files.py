"""What is kept of an old list under work: sealed answers, the portion that is next, and who holds it."""

from collections.abc import Mapping
from typing import Any

from chassis.unit_of_work import UnitOfWork
from services.registry.queries.imports import ImportRecord
from services.registry.tables import WorkbookImport
from services.registry.tables.imports import (
    COMMITTING,
    MAPPED,
    UNDOING,
    import_context,
)

RIGHT = "person.import"


def keep(uow: UnitOfWork, record: ImportRecord, **changes: Any) -> None:
    """Seal anew what is kept of a file, and who began what is done with it now: it goes on in their name."""
    answers = {
        "file_name": record.file_name,
        "sheets": record.sheets,
        "skipped": record.skipped,
        "reason": record.reason,
        "begun_by": uow.by.account_id,
    }
    record.row.sealed = sealed_answers(uow, record.import_id, {**answers, **changes})


def sealed_answers(uow: UnitOfWork, import_id: str, answers: Mapping[str, Any]) -> bytes:
    """Return what is said of a file as it is kept."""
    return uow.vault.seal_answers(import_context(import_id), answers)


def next_portion(row: WorkbookImport) -> int | None:
    """Return the portion that is next in the state of the file; None when there is nothing to work on."""
    if row.state == MAPPED:
        return row.checked
    if row.state == COMMITTING:
        return row.entered
    return row.entered - 1 if row.state == UNDOING else None


def held(uow: UnitOfWork, import_id: str, place: int, state: str) -> WorkbookImport | None:
    """Hold a file for one portion; None when somebody else did this portion meanwhile."""
    row = uow.get(WorkbookImport, import_id)
    return row if row.state == state and next_portion(row) == place else None
