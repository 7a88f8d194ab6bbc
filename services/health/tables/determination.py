"""Determinations of addiction: what was asked for, what the station did about it, its results, who got them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage import OwnedByUnit, UTCDateTime, Versioned
from services.health.tables.base import Table

UNDER_WAY = text("stage NOT IN ('CONCLUDED', 'RETURNED', 'CANCELLED')")


class DeterminationRequest(OwnedByUnit, Table):
    """What the registry announced of a request, whatever was heard first, and what the station itself noted beside it.

    ``person_key`` and what was asked are empty while only the withdrawal was heard. ``closed_on`` is the station's own end:
    nobody came.
    """

    __tablename__ = "determination_request"
    __table_args__ = (
        CheckConstraint("(withdrawn_on IS NULL) = (withdrawal_reason IS NULL)", name="withdrawal_is_whole"),
        CheckConstraint("(closed_on IS NULL) = (closing_reason IS NULL)", name="closing_is_whole"),
        CheckConstraint("NOT on_site OR dossier_at IS NOT NULL", name="who_goes_out_has_the_papers"),
        Index("ix_determination_request_queue", "unit_code", "requested_on", "request_id"),
    )

    request_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_key: Mapped[str | None] = mapped_column(String(64))
    requested_on: Mapped[date | None]
    ground: Mapped[str | None] = mapped_column(String(40))
    requester: Mapped[str | None] = mapped_column(String(40))
    regime: Mapped[str | None] = mapped_column(String(40))
    test_id: Mapped[str | None] = mapped_column(String(64))
    withdrawn_on: Mapped[date | None]
    withdrawal_reason: Mapped[str | None] = mapped_column(String(40))
    notified_on: Mapped[date | None]
    dossier_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    on_site: Mapped[bool] = mapped_column(default=False)
    closed_on: Mapped[date | None]
    closing_reason: Mapped[str | None] = mapped_column(String(20))


class Determination(OwnedByUnit, Versioned, Table):
    """One determination, from the reception of the person on. What was found lies in ``sealed`` and never leaves.

    ``result_version`` counts the results that were issued; 0 while there is none.
    """

    __tablename__ = "determination"
    __table_args__ = (
        UniqueConstraint("request_id", name="one_determination_per_request"),
        CheckConstraint("(stage = 'CANCELLED') = (cancelled_on IS NOT NULL)", name="cancelled_on_a_day"),
        CheckConstraint("(cancelled_on IS NULL) = (cancel_reason IS NULL)", name="cancelling_is_whole"),
        CheckConstraint("stage <> 'CANCELLED' OR result_version = 0", name="a_result_is_not_cancelled"),
        CheckConstraint("stage NOT IN ('CONCLUDED', 'RETURNED') OR result_version > 0", name="concluded_has_a_result"),
        CheckConstraint("observed_until IS NULL OR observed_until >= observed_from", name="observation_has_an_order"),
        Index(
            "one_determination_under_way", "patient_id", unique=True,
            sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY,
        ),
        Index("ix_determination_stage", "unit_code", "stage", "received_on", "determination_id"),
    )  # fmt: skip

    determination_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    request_id: Mapped[str | None] = mapped_column(String(36))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.patient_id"), index=True)
    person_key: Mapped[str] = mapped_column(String(64))
    requester: Mapped[str] = mapped_column(String(40))
    ground: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_on: Mapped[date]
    received_by: Mapped[str] = mapped_column(String(36))
    stage: Mapped[str] = mapped_column(String(20))
    examined_on: Mapped[date | None]
    examined_by: Mapped[str | None] = mapped_column(String(36))
    outcome: Mapped[str | None] = mapped_column(String(20))
    sheet: Mapped[str | None] = mapped_column(String(20))
    observed_from: Mapped[date | None]
    observed_until: Mapped[date | None]
    result_version: Mapped[int]
    cancelled_on: Mapped[date | None]
    cancel_reason: Mapped[str | None] = mapped_column(String(20))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class DeterminationResult(OwnedByUnit, Table):
    """One version of a result: a draft until it is issued, and then never changed. Its grounds lie in ``sealed``."""

    __tablename__ = "determination_result"
    __table_args__ = (
        UniqueConstraint("determination_id", "result_version", name="versions_are_counted"),
        UniqueConstraint("unit_code", "number_year", "symbol", "number", name="a_number_is_given_once"),
        CheckConstraint("(signed_at IS NULL) = (signed_by IS NULL)", name="signature_is_whole"),
        CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name="approval_is_whole"),
        CheckConstraint("approved_by IS NULL OR approved_by <> signed_by", name="who_approves_did_not_sign"),
        CheckConstraint("issued_on IS NULL OR signed_at IS NOT NULL", name="what_is_issued_is_signed"),
        CheckConstraint("(issued_on IS NULL) = (number IS NULL)", name="what_is_issued_has_a_number"),
    )

    result_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    determination_id: Mapped[str] = mapped_column(ForeignKey("determination.determination_id"), index=True)
    result_version: Mapped[int]
    conclusion: Mapped[str] = mapped_column(String(20))
    concluded_on: Mapped[date]
    concluded_by: Mapped[str] = mapped_column(String(36))
    qualification: Mapped[str] = mapped_column(String(20))
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    signed_by: Mapped[str | None] = mapped_column(String(36))
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved_by: Mapped[str | None] = mapped_column(String(36))
    issued_on: Mapped[date | None] = mapped_column(index=True)
    regime: Mapped[str | None] = mapped_column(String(20))
    form_code: Mapped[str | None] = mapped_column(String(40))
    number: Mapped[int | None]
    number_year: Mapped[int | None]
    symbol: Mapped[str | None] = mapped_column(String(20))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class DeterminationPaper(OwnedByUnit, Table):
    """The printed result as it was issued: the very file, sealed, and the hash by which a copy of it is known."""

    __tablename__ = "determination_paper"

    result_id: Mapped[str] = mapped_column(ForeignKey("determination_result.result_id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class DeterminationCopy(OwnedByUnit, Table):
    """A copy of a result that was handed to somebody; the name of who took it lies in ``sealed``."""

    __tablename__ = "determination_copy"
    __table_args__ = (UniqueConstraint("result_id", "recipient", name="each_gets_one_copy"),)

    copy_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    result_id: Mapped[str] = mapped_column(ForeignKey("determination_result.result_id"))
    recipient: Mapped[str] = mapped_column(String(12))
    handed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    handed_on: Mapped[date]
    handed_by: Mapped[str] = mapped_column(String(36))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class DocumentNumber(OwnedByUnit, Table):
    """The last number given for a symbol in a year; taken in the transaction of the document, so that none is missing."""

    __tablename__ = "document_number"

    unit_code: Mapped[str] = mapped_column(String(5), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    symbol: Mapped[str] = mapped_column(String(20), primary_key=True)
    last: Mapped[int]
