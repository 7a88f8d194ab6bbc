"""What the culture office keeps: places, campaigns, activities and what they reached, support cases."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from chassis.storage import OwnedByUnit, UTCDateTime, Versioned, new_metadata
from chassis.tables import chassis_tables


class Table(DeclarativeBase):
    """The base of this service's tables."""

    metadata = new_metadata()


CHASSIS = chassis_tables(Table.metadata)

NOT_CLOSED = text("closed_on IS NULL")


class Place(OwnedByUnit, Versioned, Table):
    """A residential group, a school or a workplace: what coverage is counted against."""

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint("closed_on >= since_on", name="closing_follows_founding"),
        # A residential group founded anew after a merger may have the name of the one that is gone.
        Index(
            "one_place_per_name",
            "unit_code",
            "kind",
            "name",
            unique=True,
            sqlite_where=NOT_CLOSED,
            postgresql_where=NOT_CLOSED,
        ),
    )

    place_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int | None]
    since_on: Mapped[date]
    closed_on: Mapped[date | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class Campaign(OwnedByUnit, Versioned, Table):
    """A plan with its number: the Action Month, 26 June, all the year round, schools."""

    __tablename__ = "campaign"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="end_follows_start"),)

    campaign_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(300))
    plan_number: Mapped[str | None] = mapped_column(String(60))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class Activity(OwnedByUnit, Versioned, Table):
    """One thing to do, then done, then verified by somebody else."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint(
            "state = 'CANCELLED' OR (delivered_on IS NULL) = (state = 'PLANNED')", name="delivery_fits_state"
        ),
        CheckConstraint("(cancelled_on IS NULL) = (state <> 'CANCELLED')", name="cancellation_fits_state"),
        CheckConstraint("(verified_on IS NULL) = (state <> 'VERIFIED')", name="verification_fits_state"),
        CheckConstraint("verified_by <> delivered_by", name="nobody_verifies_their_own_results"),
        Index("activity_by_state_and_day", "unit_code", "state", "planned_on"),
    )

    activity_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(300))
    organiser: Mapped[str] = mapped_column(String(40))
    planned_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))
    delivered_on: Mapped[date | None]
    delivered_by: Mapped[str | None] = mapped_column(String(36))
    measures: Mapped[dict[str, int]] = mapped_column(JSON)
    verified_on: Mapped[date | None]
    verified_by: Mapped[str | None] = mapped_column(String(36))
    cancelled_on: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    reached: Mapped[list["ActivityPlace"]] = relationship(
        viewonly=True, lazy="selectin", order_by="ActivityPlace.place_id"
    )

    @property
    def places(self) -> list[str]:
        """Return the places that it is for, or has reached."""
        return [each.place_id for each in self.reached]


class ActivityPlace(OwnedByUnit, Table):
    """A place that an activity is for, or has reached."""

    __tablename__ = "activity_place"

    activity_id: Mapped[str] = mapped_column(ForeignKey("activity.activity_id"), primary_key=True)
    place_id: Mapped[str] = mapped_column(ForeignKey("place.place_id"), primary_key=True, index=True)


class SupportCase(OwnedByUnit, Versioned, Table):
    """Help for somebody whom this office does not know: only the reference that another agency gave."""

    __tablename__ = "support_case"
    __table_args__ = (
        CheckConstraint("closed_on >= opened_on", name="closing_follows_opening"),
        CheckConstraint("(closed_on IS NULL) = (outcome IS NULL)", name="closing_is_whole"),
        Index(
            "one_open_case_per_reference_and_need",
            "unit_code",
            "referral_ref",
            "need",
            unique=True,
            sqlite_where=NOT_CLOSED,
            postgresql_where=NOT_CLOSED,
        ),
    )

    case_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    referral_ref: Mapped[str] = mapped_column(String(64))
    need: Mapped[str] = mapped_column(String(20))
    organisation: Mapped[str] = mapped_column(String(40))
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(String(12))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
