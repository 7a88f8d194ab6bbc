"""What left the register: to whom, for what, on which ground. A row is never changed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage import OwnedByUnit, UTCDateTime
from chassis.vault import SealedColumn
from services.registry.tables.base import Table


class Disclosure(OwnedByUnit, Table):
    """One list that was handed out (domain.md §8.2 point 4). ``sealed`` holds recipient, ground, document and reasons.

    ``sha256`` is the digest of the very file, which lies sealed in ``disclosed_file`` for whoever made it to fetch.
    """

    __tablename__ = "disclosure"
    __table_args__ = (
        CheckConstraint("people >= 0", name="people_are_counted"),
        Index("ix_disclosure_made", "unit_code", "disclosure_id"),
    )

    disclosure_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    list_code: Mapped[str] = mapped_column(String(10))
    file_kind: Mapped[str] = mapped_column(String(4))
    purpose: Mapped[str] = mapped_column(String(20))
    people: Mapped[int]
    with_minors: Mapped[bool]
    sha256: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(36))


class DisclosedFile(OwnedByUnit, Table):
    """The file of a disclosure, sealed."""

    __tablename__ = "disclosed_file"

    disclosure_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


def disclosure_context(disclosure_id: str) -> str:
    """Return the place of what is sealed of a disclosure."""
    return f"disclosure/{disclosure_id}"


def disclosed_file_context(disclosure_id: str) -> str:
    """Return the place of a disclosure's file."""
    return f"disclosed_file/{disclosure_id}"


SEALED_IN_DISCLOSURES = (
    SealedColumn(Table.metadata.tables["disclosure"], "disclosure_id", "sealed", disclosure_context),
    SealedColumn(Table.metadata.tables["disclosed_file"], "disclosure_id", "sealed", disclosed_file_context),
)
