"""Activities, from planned to verified."""

from collections.abc import Mapping
from typing import Any

from chassis.i18n import _
from chassis.web import Menu, Operation, Request, Response, Routes, flash
from services.campaigns import handlers, queries
from services.campaigns.domain import DELIVERED, PLANNED
from services.campaigns.forms import ActivityForm, CancellationForm, DeliveryForm, VerificationForm
from services.campaigns.outputs import ActivityOut
from services.campaigns.pages.listing import answers_shown, page_of_rows
from services.campaigns.tables import Activity, Campaign
from services.campaigns.words import ACTIVITY_KINDS, MEASURES, ORGANISERS, STATE_LIGHTS, STATES

routes = Routes()


@routes.page("/activities", may="activity.read", menu=Menu(_("Hoạt động"), icon="megaphone", order=2))
def activities(request: Request) -> Response:
    """All activities, by state."""
    state = request.args.get("state") if request.args.get("state") in STATES else None
    chips = [{"label": _("Tất cả"), "href": "/activities", "on": state is None}]
    chips += [
        {"label": label, "href": f"/activities?state={code}", "on": state == code} for code, label in STATES.items()
    ]
    rows, pager, count = page_of_rows(request, queries.activities(state=state), "/activities", state=state or "")
    return request.render(
        "list.html",
        title=_("Hoạt động"),
        columns=[
            {"key": "subject", "label": _("Nội dung")},
            {"key": "kind", "label": _("Hình thức")},
            {"key": "organiser", "label": _("Đơn vị chủ trì")},
            {"key": "day", "label": _("Ngày")},
            {"key": "state", "label": _("Trạng thái")},
        ],
        rows=[_activity_row(each) for each in rows],
        chips=chips,
        count=count,
        pager=pager,
        empty=_("Chưa có hoạt động nào."),
    )


@routes.page("/activities/<activity_id>", may="activity.read")
def activity(request: Request, activity_id: str) -> Response:
    """One activity: what, where, what came of it, who vouched for it."""
    found = request.uow.get(Activity, activity_id)
    campaign = request.uow.get(Campaign, found.campaign_id)
    places = queries.names_of(request.uow.session, queries.places_of(request.uow.session, activity_id))
    results = [(MEASURES[name], found.measures.get(name)) for name in MEASURES if found.measures.get(name)]
    return request.render(
        "record.html",
        title=found.subject,
        state={"status": STATE_LIGHTS[found.state], "word": STATES[found.state]},
        facts=[
            (_("Hình thức"), ACTIVITY_KINDS.get(found.kind, found.kind)),
            (_("Đợt"), campaign.name),
            (_("Đơn vị chủ trì"), ORGANISERS.get(found.organiser, found.organiser)),
            (_("Địa bàn"), ", ".join(places) or None),
            *answers_shown(found.details),
        ],
        sections=[{"heading": _("Kết quả"), "facts": results, "nothing": _("Chưa có kết quả.")}],
        timeline=_story(found),
        actions=_next_steps(request, found),
        back={"label": _("Hoạt động"), "href": "/activities"},
    )


def _activity_row(activity: Activity) -> dict[str, Any]:
    return {
        "href": f"/activities/{activity.activity_id}",
        "cells": [
            activity.subject,
            ACTIVITY_KINDS.get(activity.kind, activity.kind),
            ORGANISERS.get(activity.organiser, activity.organiser),
            activity.delivered_on or activity.planned_on,
            {"status": STATE_LIGHTS[activity.state], "word": STATES[activity.state]},
        ],
    }


def _story(activity: Activity) -> list[dict[str, Any]]:
    story = [{"on": activity.planned_on, "text": _("Ngày dự kiến")}]
    if activity.delivered_on is not None:
        story.append({"on": activity.delivered_on, "text": _("Đã thực hiện và ghi kết quả")})
    if activity.verified_on is not None:
        story.append({"on": activity.verified_on, "text": _("Đã xác nhận kết quả")})
    if activity.cancelled_on is not None:
        story.append({"on": activity.cancelled_on, "text": _("Đã hủy")})
    return story


def _next_steps(request: Request, activity: Activity) -> list[dict[str, Any]]:
    address = f"/activities/{activity.activity_id}"
    steps: list[dict[str, Any]] = []
    if activity.state == PLANNED and request.may("activity.deliver"):
        steps.append({"label": _("Ghi kết quả"), "href": f"{address}/delivery", "primary": True})
    if activity.state == PLANNED and request.may("activity.cancel"):
        steps.append({"label": _("Hủy hoạt động"), "href": f"{address}/cancellation"})
    if activity.state == DELIVERED and request.may("activity.verify"):
        steps.append(
            {"label": _("Xác nhận kết quả"), "href": f"{address}/verification", "primary": True, "icon": "check"}
        )
    return steps


def _planned_answers(request: Request, activity_id: str) -> Mapping[str, Any]:
    activity = request.uow.get(Activity, activity_id)
    return {
        "delivered_on": min(activity.planned_on, request.today),
        "places": queries.places_of(request.uow.session, activity_id),
    }


def _what_is_verified(request: Request, activity_id: str) -> list[tuple[object, object]]:
    activity = request.uow.get(Activity, activity_id)
    names = queries.names_of(request.uow.session, queries.places_of(request.uow.session, activity_id))
    return [
        (_("Nội dung"), activity.subject),
        (_("Ngày thực hiện"), activity.delivered_on),
        (_("Địa bàn"), ", ".join(names) or None),
        *[(MEASURES[name], amount) for name, amount in activity.measures.items()],
    ]


routes.add(
    Operation(
        name="plan_activity",
        title=_("Lên kế hoạch hoạt động"),
        may="activity.plan",
        form=ActivityForm,
        handle=handlers.plan_activity,
        page="/campaigns/<campaign_id>/activities/new",
        api="/api/v1/campaigns/<campaign_id>/activities",
        out=ActivityOut,
        done=lambda saved: f"/activities/{saved.activity_id}",
        location=lambda saved: f"/api/v1/activities/{saved.activity_id}",
        said=lambda saved: flash(
            _("Đã lên kế hoạch «%(subject)s».", subject=saved.subject),
            _("Thêm hoạt động khác"),
            f"/campaigns/{saved.campaign_id}/activities/new",
        ),
        cancel=lambda request, campaign_id: f"/campaigns/{campaign_id}",
    )
)


routes.add(
    Operation(
        name="deliver_activity",
        title=_("Ghi kết quả hoạt động"),
        may="activity.deliver",
        form=DeliveryForm,
        handle=handlers.deliver_activity,
        page="/activities/<activity_id>/delivery",
        api="/api/v1/activities/<activity_id>/delivery",
        out=ActivityOut,
        done=lambda saved: f"/activities/{saved.activity_id}",
        said=lambda saved: flash(_("Đã ghi kết quả «%(subject)s»; chờ người khác xác nhận.", subject=saved.subject)),
        prefill=_planned_answers,
        cancel=lambda request, activity_id: f"/activities/{activity_id}",
    )
)


routes.add(
    Operation(
        name="verify_activity",
        title=_("Xác nhận kết quả"),
        may="activity.verify",
        form=VerificationForm,
        handle=handlers.verify_activity,
        page="/activities/<activity_id>/verification",
        api="/api/v1/activities/<activity_id>/verification",
        out=ActivityOut,
        done=lambda saved: f"/activities/{saved.activity_id}",
        said=lambda saved: flash(_("Đã xác nhận «%(subject)s».", subject=saved.subject), _("Việc hôm nay"), "/"),
        prefill=lambda request, activity_id: {"verified_on": request.today},
        context=lambda request, activity_id: {"signing": _what_is_verified(request, activity_id)},
        cancel=lambda request, activity_id: f"/activities/{activity_id}",
    )
)


routes.add(
    Operation(
        name="cancel_activity",
        title=_("Hủy hoạt động"),
        may="activity.cancel",
        form=CancellationForm,
        handle=handlers.cancel_activity,
        page="/activities/<activity_id>/cancellation",
        api="/api/v1/activities/<activity_id>/cancellation",
        out=ActivityOut,
        done=lambda saved: f"/activities/{saved.activity_id}",
        said=lambda saved: flash(_("Đã hủy «%(subject)s».", subject=saved.subject)),
        prefill=lambda request, activity_id: {"cancelled_on": request.today},
        cancel=lambda request, activity_id: f"/activities/{activity_id}",
    )
)
