"""Today's work: what must be done now, by when, on what ground."""

from datetime import date, timedelta
from typing import Any

from chassis.i18n import _
from chassis.web import Menu, Request, Response, Routes
from services.campaigns import queries
from services.campaigns.pages.activities import RECORD_BROADCASTS, RECORD_HELD
from services.campaigns.words import ORGANISERS

DAY = timedelta(days=1)
THIS_WEEK = timedelta(days=7)
VERIFY_WITHIN = timedelta(days=7)
PLAN_OF_THE_OFFICE = _("Kế hoạch đã lập")
PLAN_SENTENCE = _("100% tổ dân phố triển khai hoạt động hưởng ứng Tháng hành động")

routes = Routes()


@routes.page("/", may="today.read", menu=Menu(_("Việc hôm nay"), icon="today", order=1))
def today(request: Request) -> Response:
    """What must be done now, by when, on what ground."""
    session, day = request.uow.session, request.today
    held = queries.waiting_for_verification(session)
    to_do = [_to_deliver(request, each) for each in queries.planned_until(session, day + THIS_WEEK)]
    to_do += [_to_verify(each) for each in held if _is_mine(request, each)]
    to_do += _unreached(request, day)
    waiting = [_waits(each) for each in held if not _is_mine(request, each)]
    groups = [
        {"key": "overdue", "items": _due(to_do, date.min, day - DAY)},
        {"key": "day", "items": _due(to_do, day, day)},
        {"key": "week", "items": _due(to_do, day + DAY, date.max)},
        {"key": "waiting", "items": waiting},
    ]
    new = [{"label": _("Lên kế hoạch hoạt động"), "href": "/campaigns", "icon": "calendar"}]
    return request.render(
        "today.html",
        title=_("Việc hôm nay"),
        groups=groups,
        nothing=_("Hôm nay không có việc nào đến hạn."),
        actions=[RECORD_HELD, RECORD_BROADCASTS, *new] if request.may("activity.deliver") else [],
    )


def _to_deliver(request: Request, activity: Any) -> dict[str, Any]:
    return {
        "who": activity.subject,
        "duty": _("ghi kết quả hoạt động"),
        "due": activity.planned_on,
        "ground": PLAN_OF_THE_OFFICE,
        "href": f"/activities/{activity.activity_id}",
        "action": {"label": _("Ghi kết quả"), "href": f"/activities/{activity.activity_id}/delivery"}
        if request.may("activity.deliver")
        else None,
    }


def _due(items: list[dict[str, Any]], first: date, last: date) -> list[dict[str, Any]]:
    """Return the duties due between two days, the most urgent first."""
    return sorted((item for item in items if first <= item["due"] <= last), key=lambda item: item["due"])


def _is_mine(request: Request, activity: Any) -> bool:
    """Tell whether this person may vouch for the results: not whoever recorded them."""
    return request.may("activity.verify") and activity.delivered_by != request.by.account_id


def _to_verify(activity: Any) -> dict[str, Any]:
    address = f"/activities/{activity.activity_id}/verification"
    return {**_waits(activity), "action": {"label": _("Xác nhận"), "href": address}}


def _waits(activity: Any) -> dict[str, Any]:
    return {
        "who": activity.subject,
        "duty": _("xác nhận kết quả do %(who)s thực hiện", who=ORGANISERS.get(activity.organiser, activity.organiser)),
        "due": (activity.delivered_on or activity.planned_on) + VERIFY_WITHIN,
        "ground": PLAN_OF_THE_OFFICE,
        "href": f"/activities/{activity.activity_id}",
    }


def _unreached(request: Request, day: date) -> list[dict[str, Any]]:
    """Return the residential groups that a running Action Month has not reached and has planned nothing for."""
    session = request.uow.session
    return [
        {
            "who": each.place.name,
            "duty": _("chưa có hoạt động hưởng ứng Tháng hành động"),
            "due": campaign.ends_on,
            "ground": PLAN_SENTENCE,
            "action": {"label": _("Lên kế hoạch"), "href": f"/campaigns/{campaign.campaign_id}/activities/new"}
            if request.may("activity.plan")
            else None,
        }
        for campaign in queries.running_campaigns(session, day)
        if campaign.kind == "THANG_HANH_DONG"
        for each in queries.coverage(session, campaign)
        if not (each.planned or each.delivered or each.verified)
    ]
