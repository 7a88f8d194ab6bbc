"""People: who they are lies sealed; what stays plain is what events may say of them anyway."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage import OwnedByUnit, UTCDateTime, Versioned
from services.registry.tables.base import Table


class Person(OwnedByUnit, Versioned, Table):
    """Somebody in the register; ``sealed`` holds every identity field."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("unit_code", "person_key", name="person_key_is_known_once"),
        UniqueConstraint("unit_code", "number_index", name="number_is_known_once"),
        CheckConstraint("sex IN ('MALE', 'FEMALE')", name="sex_is_a_code"),
        CheckConstraint("ethnic_group IN ('KINH', 'KHAC')", name="ethnic_group_is_a_code"),
    )

    person_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_key: Mapped[str] = mapped_column(String(64))
    number_index: Mapped[str | None] = mapped_column(String(32))
    sex: Mapped[str] = mapped_column(String(6))
    birth_year: Mapped[int | None]
    ethnic_group: Mapped[str] = mapped_column(String(4))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    registered_on: Mapped[date]
    registered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    registered_by: Mapped[str] = mapped_column(String(36))
    corrected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    corrected_by: Mapped[str | None] = mapped_column(String(36))
    merged_into: Mapped[str | None] = mapped_column(String(36), ForeignKey("person.person_id"), index=True)


class PersonMerge(OwnedByUnit, Table):
    """That two records were one person: which rows went over, so that they can be parted again. ``sealed`` holds the reason."""

    __tablename__ = "person_merge"
    __table_args__ = (
        CheckConstraint("person_id <> into_id", name="nobody_is_merged_into_themselves"),
        CheckConstraint("(parted_at IS NULL) = (parted_by IS NULL)", name="parting_is_whole"),
    )

    merge_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.person_id"), index=True)
    into_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.person_id"), index=True)
    moved: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    merged_at: Mapped[datetime] = mapped_column(UTCDateTime)
    merged_by: Mapped[str] = mapped_column(String(36))
    parted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    parted_by: Mapped[str | None] = mapped_column(String(36))


class PersonSearchToken(OwnedByUnit, Table):
    """A blind beginning of a word of somebody's names; the search asks for all of those typed."""

    __tablename__ = "person_search_token"
    __table_args__ = (Index("ix_person_search_token_person", "person_id"),)

    unit_code: Mapped[str] = mapped_column(String(5), primary_key=True)
    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.person_id"), primary_key=True)
