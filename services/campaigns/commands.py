"""The orders that the culture office, the mass organisations and the residential groups give."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RegisterPlace:
    kind: str
    name: str
    since_on: date
    size: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CorrectPlace:
    place_id: str
    name: str
    version: int
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ClosePlace:
    place_id: str
    closed_on: date


@dataclass(frozen=True, kw_only=True)
class OpenCampaign:
    kind: str
    name: str
    starts_on: date
    ends_on: date
    plan_number: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PlanActivity:
    campaign_id: str
    kind: str
    subject: str
    organiser: str
    planned_on: date
    places: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Results:
    """What came of an activity. ``places`` is None where they are those of the plan."""

    places: list[str] | None = None
    sessions: int = 0
    attendances: int = 0
    leaflets: int = 0
    news_items: int = 0
    articles: int = 0
    photos: int = 0
    reportages: int = 0
    broadcasts: int = 0
    posts: int = 0
    views: int = 0
    pupils: int = 0
    workers: int = 0
    households_pledged: int = 0
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DeliverActivity(Results):
    activity_id: str
    delivered_on: date


@dataclass(frozen=True, kw_only=True)
class CorrectDelivery(Results):
    activity_id: str
    delivered_on: date
    version: int


@dataclass(frozen=True, kw_only=True)
class RecordHeldActivity(Results):
    """Plan and results in one order, for what was held already."""

    campaign_id: str
    kind: str
    subject: str
    organiser: str
    delivered_on: date


@dataclass(frozen=True, kw_only=True)
class RecordBroadcasts:
    """A series of loudspeaker broadcasts within one month, as one activity."""

    campaign_id: str
    subject: str
    organiser: str
    first_on: date
    last_on: date
    times_a_day: int
    silent_days: int = 0
    places: list[str] | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class VerifyActivity:
    activity_id: str
    verified_on: date
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RejectResults:
    activity_id: str
    cancelled_on: date
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CancelActivity:
    activity_id: str
    cancelled_on: date
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OpenSupportCase:
    referral_ref: str
    need: str
    organisation: str
    opened_on: date
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CloseSupportCase:
    case_id: str
    closed_on: date
    outcome: str
    details: dict[str, Any] = field(default_factory=dict)
