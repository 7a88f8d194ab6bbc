"""Documents that were issued: the very bytes, the data they were made of, and the numbers they took."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage import OwnedByUnit, UTCDateTime
from chassis.vault import SealedColumn
from services.registry.tables.base import Table

NOT_VOIDED = text("voided_at IS NULL")


class NumberSeries(OwnedByUnit, Table):
    """The last number that was taken under a symbol in a year; the row is held while the next one is taken."""

    __tablename__ = "number_series"
    __table_args__ = (CheckConstraint("last > 0", name="numbers_begin_at_one"),)

    unit_code: Mapped[str] = mapped_column(String(5), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    symbol: Mapped[str] = mapped_column(String(30), primary_key=True)
    last: Mapped[int]


class Document(OwnedByUnit, Table):
    """One document as it was issued. Nothing of it changes but that it may be annulled by a later one, or voided.

    ``sealed`` holds the bytes of the Word file, ``sealed_data`` who signed and the answers of which it was made. A paper that
    takes no number has neither symbol nor number. ``law_digest`` tells under which text of the law files it was made.
    ``typed_number`` marks the drawing of a paper that had its number before: when its act was entered by mistake, the drawing is
    voided with it, without a decision, and the number is free for the paper.
    """

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("(symbol IS NULL) = (number IS NULL)", name="number_has_a_symbol"),
        CheckConstraint("number IS NULL OR number > 0", name="numbers_begin_at_one"),
        CheckConstraint("annulled_by IS NULL OR annulled_by <> document_id", name="another_one_annuls"),
        CheckConstraint("voided_at IS NULL OR (typed_number AND annulled_by IS NULL)", name="only_drawings_are_voided"),
        UniqueConstraint("annuls", name="annulled_once"),
        Index("ix_document_person", "person_id", "issued_on"),
        Index("ix_document_act", "act_id"),
        Index("ix_document_register", "unit_code", "year", "symbol", "number"),
        Index(
            "number_is_taken_once", "unit_code", "year", "symbol", "number", unique=True,
            sqlite_where=NOT_VOIDED, postgresql_where=NOT_VOIDED,
        ),
    )  # fmt: skip

    document_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("person.person_id"))
    case_id: Mapped[str | None] = mapped_column(String(36))
    act_id: Mapped[str | None] = mapped_column(String(36))
    form_code: Mapped[str] = mapped_column(String(40))
    symbol: Mapped[str | None] = mapped_column(String(30))
    number: Mapped[int | None]
    typed_number: Mapped[bool]
    year: Mapped[int]
    issued_on: Mapped[date]
    regime: Mapped[str] = mapped_column(String(20))
    signer_role: Mapped[str] = mapped_column(String(20))
    drafted_by: Mapped[str] = mapped_column(String(36))
    issued_by: Mapped[str] = mapped_column(String(36))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_data: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    law_digest: Mapped[str] = mapped_column(String(64))
    annuls: Mapped[str | None] = mapped_column(String(36))
    annulled_by: Mapped[str | None] = mapped_column(String(36))
    voided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)


def document_context(document_id: str) -> str:
    """Return the place of a document's bytes."""
    return f"document/{document_id}/file"


def document_data_context(document_id: str) -> str:
    """Return the place of the data a document was made of."""
    return f"document/{document_id}/data"


SEALED_IN_DOCUMENTS = (
    SealedColumn(Table.metadata.tables["document"], "document_id", "sealed", document_context),
    SealedColumn(Table.metadata.tables["document"], "document_id", "sealed_data", document_data_context),
)
