"""Old lists that an office brings in: the file as it was read, what became of each row, and how a heading row was understood.

The rows of a file name people and lie sealed, in portions. What became of a row holds no word of it: a verdict, codes of faults,
and blind indexes by which the same person and the same line are known again.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage import OwnedByUnit, UTCDateTime, Versioned
from chassis.vault import SealedColumn
from services.registry.tables.base import Table

UPLOADED, MAPPED, CHECKED, COMMITTING, COMMITTED, UNDOING, UNDONE = IMPORT_STATES = (
    "UPLOADED", "MAPPED", "CHECKED", "COMMITTING", "COMMITTED", "UNDOING", "UNDONE",
)  # fmt: skip
NEW, KNOWN, CHANGED, REFUSED = VERDICTS = ("NEW", "KNOWN", "CHANGED", "REFUSED")
ENTERED, WITHDRAWN = "ENTERED", "WITHDRAWN"


class WorkbookImport(OwnedByUnit, Versioned, Table):
    """One file on its way into the register. ``sealed`` holds its name, its sheets with their headings, and how columns are read.

    ``checked`` and ``entered`` count the portions that are through; work goes on from there after any interruption.
    """

    __tablename__ = "workbook_import"
    __table_args__ = (
        CheckConstraint(f"state IN {IMPORT_STATES}", name="import_state_is_a_code"),
        CheckConstraint("checked <= portions AND entered <= checked", name="progress_has_an_order"),
        Index("ix_workbook_import_file", "unit_code", "file_mark"),
    )

    import_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    file_mark: Mapped[str] = mapped_column(String(32))
    portions: Mapped[int]
    rows: Mapped[int]
    checked: Mapped[int]
    entered: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    uploaded_by: Mapped[str] = mapped_column(String(36))
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by: Mapped[str | None] = mapped_column(String(36))


class ImportPortion(OwnedByUnit, Table):
    """Some rows of a file, as they stood there, sealed."""

    __tablename__ = "import_portion"
    __table_args__ = (Index("ix_import_portion_import", "import_id", "place", unique=True),)

    portion_id: Mapped[str] = mapped_column(String(48), primary_key=True)
    import_id: Mapped[str] = mapped_column(String(36), ForeignKey("workbook_import.import_id"))
    place: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ImportRow(OwnedByUnit, Table):
    """What became of one row. ``outcome`` is ENTERED once it is in the register, WITHDRAWN when that was undone."""

    __tablename__ = "import_row"
    __table_args__ = (
        CheckConstraint(f"verdict IN {VERDICTS}", name="verdict_is_a_code"),
        CheckConstraint("outcome IS NULL OR outcome IN ('ENTERED', 'WITHDRAWN')", name="outcome_is_a_code"),
        Index("ix_import_row_import", "import_id", "sheet", "number", unique=True),
        Index("ix_import_row_portion", "import_id", "portion"),
        Index("ix_import_row_verdict", "import_id", "verdict", "sheet", "number"),
        Index("ix_import_row_listed", "unit_code", "listed_mark"),
        Index("ix_import_row_person_mark", "unit_code", "person_mark"),
        Index("ix_import_row_person", "person_id"),
    )

    row_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    import_id: Mapped[str] = mapped_column(String(36), ForeignKey("workbook_import.import_id"))
    portion: Mapped[int]
    sheet: Mapped[int]
    number: Mapped[int]
    list_code: Mapped[str] = mapped_column(String(2))
    verdict: Mapped[str] = mapped_column(String(8))
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    warned: Mapped[bool]
    person_mark: Mapped[str | None] = mapped_column(String(32))
    name_mark: Mapped[str | None] = mapped_column(String(32))
    listed_mark: Mapped[str | None] = mapped_column(String(32))
    outcome: Mapped[str | None] = mapped_column(String(10))
    person_id: Mapped[str | None] = mapped_column(String(36))
    made_person: Mapped[bool]
    case_id: Mapped[str | None] = mapped_column(String(36))
    entered_on: Mapped[date | None]


class HeadingRow(OwnedByUnit, Table):
    """How a row of headings was understood the last time somebody confirmed it."""

    __tablename__ = "heading_row"

    unit_code: Mapped[str] = mapped_column(String(5), primary_key=True)
    headings_mark: Mapped[str] = mapped_column(String(32), primary_key=True)
    fields: Mapped[list[str]] = mapped_column(JSON)
    list_code: Mapped[str | None] = mapped_column(String(2))
    confirmed_at: Mapped[datetime] = mapped_column(UTCDateTime)


def import_context(import_id: str) -> str:
    """Return the place of what is sealed of an import."""
    return f"workbook_import/{import_id}"


def portion_context(portion_id: str) -> str:
    """Return the place of sealed rows."""
    return f"import_portion/{portion_id}"


SEALED_IN_IMPORTS = (
    SealedColumn(Table.metadata.tables["workbook_import"], "import_id", "sealed", import_context),
    SealedColumn(Table.metadata.tables["import_portion"], "portion_id", "sealed", portion_context),
)
