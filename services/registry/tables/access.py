"""Records that are not open to everybody: which are restricted, who opened one for a while, and who was told of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage import OwnedByUnit, UTCDateTime
from chassis.vault import SealedColumn
from services.registry.tables.base import Table

STILL_RESTRICTED = text("lifted_at IS NULL")


class Restriction(OwnedByUnit, Table):
    """That somebody's record is archived after they left the lists, or protected because they are a minor; until it is lifted."""

    __tablename__ = "person_restriction"
    __table_args__ = (
        CheckConstraint("reason IN ('ARCHIVED', 'MINOR')", name="reason_is_a_code"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifting_is_whole"),
        Index(
            "one_restriction_at_a_time", "unit_code", "person_id", unique=True,
            sqlite_where=STILL_RESTRICTED, postgresql_where=STILL_RESTRICTED,
        ),
    )  # fmt: skip

    restriction_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.person_id"))
    reason: Mapped[str] = mapped_column(String(8))
    since_on: Mapped[date]
    restricted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    restricted_by: Mapped[str] = mapped_column(String(36))
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lifted_by: Mapped[str | None] = mapped_column(String(36))


class BreakGlass(OwnedByUnit, Table):
    """One opening of a restricted record for one account, for some minutes; ``sealed`` holds why. It ends by itself."""

    __tablename__ = "break_glass"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 1 AND 60", name="at_most_an_hour"),
        CheckConstraint("ends_at > opened_at", name="end_follows_opening"),
        Index("ix_break_glass_account", "unit_code", "account_id", "ends_at"),
        Index("ix_break_glass_person", "person_id"),
    )

    grant_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.person_id"))
    account_id: Mapped[str] = mapped_column(String(36))
    roles: Mapped[str] = mapped_column(String(400))
    minutes: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class AccessNotice(OwnedByUnit, Table):
    """What the chief and the auditor are told of an opening, until one of them says that it was seen."""

    __tablename__ = "access_notice"
    __table_args__ = (
        UniqueConstraint("grant_id", "for_role", name="each_is_told_once"),
        CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name="seeing_is_whole"),
    )

    notice_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    grant_id: Mapped[str] = mapped_column(String(36), ForeignKey("break_glass.grant_id"))
    for_role: Mapped[str] = mapped_column(String(20))
    told_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    seen_by: Mapped[str | None] = mapped_column(String(36))


def break_glass_context(grant_id: str) -> str:
    """Return the place of the reason of an opening."""
    return f"break_glass/{grant_id}"


SEALED_IN_ACCESS = (SealedColumn(Table.metadata.tables["break_glass"], "grant_id", "sealed", break_glass_context),)
