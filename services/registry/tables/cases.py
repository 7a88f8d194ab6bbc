"""Cases of people under a measure: the acts that happened, and what is derived from them for lists and reminders.

The acts are the truth. ``legal_case`` and ``duty`` hold what follows from them, written in the same transaction; both can
be made anew from the acts at any time and must come out equal.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage import OwnedByUnit, UTCDateTime, Versioned
from services.registry.tables.base import Table

STILL_OPEN = text("closed_on IS NULL")
STILL_WAITING = text("state = 'WAITING'")


class Case(OwnedByUnit, Versioned, Table):
    """One case of one person on one track of the law, as its acts have made it."""

    __tablename__ = "legal_case"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="end_follows_start"),
        CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name="closing_follows_opening"),
        UniqueConstraint("test_id", name="one_case_per_test"),
        Index(
            "one_open_case_per_track", "unit_code", "person_id", "track", unique=True,
            sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN,
        ),
        Index("ix_legal_case_ends", "unit_code", "track", "ends_on", "case_id"),
        Index("ix_legal_case_decided", "unit_code", "track", "decided_on", "case_id"),
        Index("ix_legal_case_person", "person_id"),
    )  # fmt: skip

    case_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.person_id"))
    track: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(30))
    stands_for: Mapped[str | None] = mapped_column(String(30))
    opened_on: Mapped[date]
    since_on: Mapped[date]
    decided_on: Mapped[date | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    closing_event: Mapped[str | None] = mapped_column(String(40))
    closing_reason: Mapped[str | None] = mapped_column(String(40))
    document_number: Mapped[str | None] = mapped_column(String(60))
    regime: Mapped[str] = mapped_column(String(20))
    test_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("test_result.test_id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class Act(OwnedByUnit, Table):
    """One thing that happened in a case. Rows are added; a mistaken one is annulled and stays legible.

    ``caused_by`` is the act with which this one came by itself.

    ``happened_at`` is when it happened, ``recorded_at`` when it was entered. ``facts`` are codes, numbers and days; what may name
    somebody lies in ``sealed``. ``law_digest`` tells under which text of the law files it was judged.
    """

    __tablename__ = "act"
    __table_args__ = (
        CheckConstraint("(annulled_at IS NULL) = (annulled_by IS NULL)", name="annulment_is_whole"),
        Index("ix_act_person", "person_id", "sequence"),
        Index("ix_act_case", "case_id", "sequence"),
        UniqueConstraint("person_id", "sequence", name="acts_of_a_person_have_one_order"),
    )

    act_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(36), ForeignKey("legal_case.case_id"))
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.person_id"))
    caused_by: Mapped[str | None] = mapped_column(String(36), index=True)
    sequence: Mapped[int]
    track: Mapped[str] = mapped_column(String(2))
    event: Mapped[str] = mapped_column(String(40))
    happened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    happened_on: Mapped[date]
    regime: Mapped[str] = mapped_column(String(20))
    form_code: Mapped[str | None] = mapped_column(String(40))
    article: Mapped[str] = mapped_column(String(300))
    document_number: Mapped[str | None] = mapped_column(String(60))
    document_id: Mapped[str | None] = mapped_column(String(36))
    signer_role: Mapped[str | None] = mapped_column(String(20))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    law_digest: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[str] = mapped_column(String(36))
    signed_by: Mapped[str | None] = mapped_column(String(36))
    from_old_book: Mapped[bool]
    import_id: Mapped[str | None] = mapped_column(String(36), index=True)
    annulled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    annulled_by: Mapped[str | None] = mapped_column(String(36))


class Circumstance(OwnedByUnit, Table):
    """Something about a person's life that opens or bars a measure: prison, pregnancy, a criminal case, death."""

    __tablename__ = "circumstance"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= since_on", name="end_follows_start"),
        Index("ix_circumstance_person", "person_id"),
    )

    circumstance_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.person_id"))
    kind: Mapped[str] = mapped_column(String(30))
    since_on: Mapped[date]
    until_on: Mapped[date | None]
    document_number: Mapped[str | None] = mapped_column(String(60))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[str] = mapped_column(String(36))


class Proposal(OwnedByUnit, Versioned, Table):
    """An act that an officer drafted and its decider has yet to sign; the answers lie sealed until then."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("state IN ('WAITING', 'SIGNED', 'RETURNED')", name="state_is_a_code"),
        CheckConstraint("(state = 'WAITING') = (settled_at IS NULL)", name="settlement_is_whole"),
        Index("ix_proposal_waiting", "unit_code", "drafted_at", sqlite_where=STILL_WAITING, postgresql_where=STILL_WAITING),
        Index("ix_proposal_person", "person_id"),
    )  # fmt: skip

    proposal_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.person_id"))
    track: Mapped[str] = mapped_column(String(2))
    event: Mapped[str] = mapped_column(String(40))
    decider_roles: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    drafted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    drafted_by: Mapped[str] = mapped_column(String(36))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_by: Mapped[str | None] = mapped_column(String(36))
    act_id: Mapped[str | None] = mapped_column(String(36))


class Duty(OwnedByUnit, Table):
    """What the law asks for next in a case and by when. Derived from the acts and never changed by hand."""

    __tablename__ = "duty"
    __table_args__ = (
        Index("ix_duty_due", "unit_code", "waits_for", "due_at", "case_id", "code"),
        Index("ix_duty_person", "person_id"),
    )

    case_id: Mapped[str] = mapped_column(String(36), ForeignKey("legal_case.case_id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.person_id"))
    track: Mapped[str] = mapped_column(String(2))
    rule: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    whole_day: Mapped[bool]
    earliest_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    unconfirmed_holiday: Mapped[bool]
    waits_for: Mapped[str | None] = mapped_column(String(12))
    law_digest: Mapped[str] = mapped_column(String(64))


class DutyAnnouncement(OwnedByUnit, Table):
    """That a duty was announced as due soon or as missed; once for each due time, whatever restarts in between."""

    __tablename__ = "duty_announcement"

    case_id: Mapped[str] = mapped_column(String(36), ForeignKey("legal_case.case_id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    announced_at: Mapped[datetime] = mapped_column(UTCDateTime)
