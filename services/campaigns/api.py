"""The questions that programs may ask; what they may order stands with the pages, as one declaration for both."""

from typing import Any

from chassis.i18n import _
from chassis.web import Page, Request, Routes, page_of
from services.campaigns import queries
from services.campaigns.outputs import ActivityOut, CampaignOut, PlaceOut, SupportCaseOut

routes = Routes()


@routes.api("GET", "/api/v1/places", may="place.read", out=PlaceOut, many=True, summary=_("Danh sách địa bàn"))
def list_places(request: Request) -> Page[Any]:
    """List residential groups, schools and workplaces."""
    question = queries.places().order_by(None)
    return page_of(
        request.uow.session, question, by=queries.PLACES_IN_ORDER, cursor=request.cursor, limit=request.limit
    )


@routes.api("GET", "/api/v1/places/<place_id>", may="place.read", out=PlaceOut, summary=_("Một địa bàn"))
def get_place(request: Request, place_id: str) -> Any:
    """Return one place."""
    return queries.place(request.uow, place_id)


@routes.api("GET", "/api/v1/campaigns", may="campaign.read", out=CampaignOut, many=True, summary=_("Danh sách đợt"))
def list_campaigns(request: Request) -> Page[Any]:
    """List plans."""
    question = queries.campaigns().order_by(None)
    return page_of(
        request.uow.session, question, by=queries.CAMPAIGNS_IN_ORDER, cursor=request.cursor, limit=request.limit
    )


@routes.api("GET", "/api/v1/campaigns/<campaign_id>", may="campaign.read", out=CampaignOut, summary=_("Một đợt"))
def get_campaign(request: Request, campaign_id: str) -> Any:
    """Return one plan."""
    return queries.campaign(request.uow, campaign_id)


@routes.api(
    "GET", "/api/v1/activities", may="activity.read", out=ActivityOut, many=True, summary=_("Danh sách hoạt động")
)
def list_activities(request: Request) -> Page[Any]:
    """List activities."""
    question = queries.activities().order_by(None)
    return page_of(
        request.uow.session, question, by=queries.ACTIVITIES_IN_ORDER, cursor=request.cursor, limit=request.limit
    )


@routes.api("GET", "/api/v1/activities/<activity_id>", may="activity.read", out=ActivityOut, summary=_("Một hoạt động"))
def get_activity(request: Request, activity_id: str) -> Any:
    """Return one activity."""
    return queries.activity(request.uow, activity_id)


@routes.api(
    "GET",
    "/api/v1/support_cases",
    may="support_case.read",
    out=SupportCaseOut,
    many=True,
    summary=_("Danh sách hồ sơ hỗ trợ"),
)
def list_support_cases(request: Request) -> Page[Any]:
    """List support cases."""
    question = queries.support_cases(only_open=False).order_by(None)
    return page_of(
        request.uow.session, question, by=queries.SUPPORT_CASES_IN_ORDER, cursor=request.cursor, limit=request.limit
    )


@routes.api(
    "GET",
    "/api/v1/support_cases/<case_id>",
    may="support_case.read",
    out=SupportCaseOut,
    summary=_("Một hồ sơ hỗ trợ"),
)
def get_support_case(request: Request, case_id: str) -> Any:
    """Return one support case."""
    return queries.support_case(request.uow, case_id)
