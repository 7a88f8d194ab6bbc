"""What the culture and society office announces: places, campaigns, activities and social support."""

from datetime import date
from typing import Annotated

from contracts.base import Code, Count, Key, Ref, code, event

PlaceKind = Annotated[str, code("TDP", "THON", "SCHOOL", "WORKPLACE")]
CampaignKind = Annotated[str, code("THANG_HANH_DONG", "NGAY_26_6", "THUONG_XUYEN", "TRUONG_HOC")]
ActivityKind = Annotated[
    str,
    code(
        "TUYEN_TRUYEN_TRUC_TIEP",
        "SINH_HOAT_LONG_GHEP",
        "TRUYEN_THANH",
        "TIN_BAI",
        "PHONG_SU",
        "BAI_MXH",
        "TO_ROI",
        "BANG_RON_PANO",
        "MIT_TINH_DIEU_HANH",
        "TAP_HUAN",
        "CHIEU_PHIM",
        "THI_TIM_HIEU",
        "KY_CAM_KET",
        "KIEM_TRA",
    ),
]
SupportNeed = Annotated[
    str,
    code("DAY_NGHE", "VIEC_LAM", "VAY_VON", "TRO_GIUP_PHAP_LY", "Y_TE", "TAM_LY", "HOC_VAN_HOA"),
]
SupportOutcome = Annotated[str, code("SUCCESS", "PARTIAL", "WITHDRAWN", "FAILED")]


@event("campaigns.place.registered.v1", subject="place_id", on="since_on")
class PlaceRegistered:
    """A residential group, school or workplace exists from a day on and counts as to be reached.

    Not sent for venues where something merely takes place. `size` is households, pupils or workers.
    """

    place_id: Key
    kind: PlaceKind
    since_on: date
    size: Count | None


@event("campaigns.place.closed.v1", subject="place_id", on="closed_on")
class PlaceClosed:
    """A place was merged or dissolved and no longer counts as to be reached from this day on.

    Not sent when a place merely takes no part in a campaign.
    """

    place_id: Key
    closed_on: date


@event("campaigns.campaign.opened.v1", subject="campaign_id", on="starts_on")
class CampaignOpened:
    """A campaign with its first and last day was decided.

    Not sent for single activities, which belong to a campaign that is already open.
    """

    campaign_id: Key
    kind: CampaignKind
    starts_on: date
    ends_on: date


@event("campaigns.activity.planned.v1", subject="activity_id", on="planned_on")
class ActivityPlanned:
    """An activity of a campaign is planned for a day.

    Not sent for an idea without a day and an organiser.
    """

    activity_id: Key
    campaign_id: Key
    kind: ActivityKind
    planned_on: date
    organiser: Code


@event("campaigns.activity.delivered.v1", subject="activity_id", on="delivered_on")
class ActivityDelivered:
    """An activity took place; its measures are what the organiser states.

    Not sent for an activity that is only under way; does not count as reached until `verified`.
    """

    activity_id: Key
    campaign_id: Key
    kind: ActivityKind
    delivered_on: date
    sessions: Count = 0
    attendances: Count = 0
    leaflets: Count = 0
    news_items: Count = 0
    articles: Count = 0
    photos: Count = 0
    reportages: Count = 0
    broadcasts: Count = 0
    posts: Count = 0
    views: Count = 0
    pupils: Count = 0
    workers: Count = 0
    households_pledged: Count = 0


@event("campaigns.activity.verified.v1", subject="activity_id", on="verified_on")
class ActivityVerified:
    """Somebody other than the organiser confirmed the activity and the places it reached.

    Not sent on the organiser's word alone. Coverage counts by `delivered_on`, not by this day.
    """

    activity_id: Key
    campaign_id: Key
    kind: ActivityKind
    delivered_on: date
    verified_on: date
    places: tuple[Key, ...]


@event("campaigns.activity.cancelled.v1", subject="activity_id", on="cancelled_on")
class ActivityCancelled:
    """A planned activity will not take place, or one reported as done did not.

    Not sent for a postponement.
    """

    activity_id: Key
    cancelled_on: date


@event("campaigns.support_case.opened.v1", subject="case_id", on="opened_on")
class SupportCaseOpened:
    """Social support with one stated need began for the person behind an opaque reference.

    Not sent for an enquiry without a referral.
    """

    case_id: Key
    referral_ref: Ref
    need: SupportNeed
    opened_on: date


@event("campaigns.support_case.closed.v1", subject="case_id", on="closed_on")
class SupportCaseClosed:
    """Social support ended with an outcome.

    Not sent for a pause.
    """

    case_id: Key
    closed_on: date
    outcome: SupportOutcome
