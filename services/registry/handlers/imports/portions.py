"""Going on with a file, portion after portion, from wherever it was left."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date

from chassis.accounts import offload
from chassis.unit_of_work import UnitOfWork
from services.registry.handlers.imports.checking import check_portion
from services.registry.handlers.imports.entering import enter_portion
from services.registry.handlers.imports.files import RIGHT, next_portion
from services.registry.handlers.imports.undoing import undo_portion
from services.registry.permissions import PERMISSIONS
from services.registry.queries import imports as asking
from services.registry.queries.imports import ImportRecord
from services.registry.tables.imports import (
    COMMITTING,
    MAPPED,
    UNDOING,
)
from services.registry.workbooks import (
    IGNORED,
    Entry,
    SheetPlan,
    entry_of,
    unpacked,
)

Begin = Callable[[], AbstractContextManager[UnitOfWork]]


def work_on(import_id: str, begin: Begin, *, enough: Callable[[], bool]) -> str:
    """Go on with a file, step after step, each in a transaction of its own, until ``enough()``; return its state.

    Understanding the rows keeps the processor busy and is done beside the event loop, outside any transaction.
    """
    entries: Sequence[Entry] = ()
    understood_of: tuple[str, int] | None = None
    while True:
        with begin() as uow:
            PERMISSIONS.require(uow.by, RIGHT)
            record = asking.import_record(uow, import_id)
            place = next_portion(record.row)
            if place is None:
                return record.state
            is_understood = record.state == UNDOING or understood_of == (record.state, place)
            packed = b"" if is_understood else asking.portion(uow, import_id, place)
            today = uow.today()
        if not is_understood:
            entries = offload(understood, packed, plans(record), today)
            understood_of = record.state, place
        with begin() as uow:
            _STEPS[record.state](uow, import_id, place, entries)
        if enough():
            break
    with begin() as uow:
        return asking.import_record(uow, import_id).state


def plans(record: ImportRecord) -> list[SheetPlan]:
    """Return how the sheets of a file are read."""
    return [
        SheetPlan(
            fields={
                column["index"]: column["means"]
                for column in sheet["columns"]
                if column["means"] not in (None, IGNORED)
            },
            list_code=sheet["list_code"],
        )
        for sheet in record.sheets
    ]


def understood(packed: bytes, sheets: Sequence[SheetPlan], today: date) -> list[Entry]:
    """Return the rows of a portion that are about somebody, each with what is wrong with it by itself."""
    found = (entry_of(row, sheets[row.sheet], today=today) for row in unpacked(packed) if sheets[row.sheet].fields)
    return [entry for entry in found if entry is not None]


_STEPS: Mapping[str, Callable[[UnitOfWork, str, int, Sequence[Entry]], None]] = {
    MAPPED: check_portion,
    COMMITTING: enter_portion,
    UNDOING: undo_portion,
}
