"""Activities, from planned to verified."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chassis.forms import Form
from chassis.i18n import _
from chassis.web import Loaded, Menu, Operation, Request, Response, Routes, flash
from services.campaigns import handlers, queries
from services.campaigns.domain import DELIVERED, MEASURES, PLANNED, end_of_month
from services.campaigns.forms import (
    ON_ACTIVITY,
    ActivityForm,
    BroadcastsForm,
    CancellationForm,
    DeliveryCorrectionForm,
    DeliveryForm,
    HeldActivityForm,
    RejectionForm,
    VerificationForm,
)
from services.campaigns.outputs import ActivityOut
from services.campaigns.pages.listing import answers_shown, page_of_rows
from services.campaigns.words import ACTIVITY_KINDS, ORGANISERS, STATE_LIGHTS, STATES
from services.campaigns.words import MEASURES as MEASURED

ORGANISER_OF_ROLE = {"VHXH": "VHXH", "COMMS": "TTCUDVSNC", "ORG": "MTTQ", "TDP_LEAD": "TDP"}
ACTIVITY_COLUMNS = [
    {"key": "subject", "label": _("Nội dung")},
    {"key": "kind", "label": _("Hình thức")},
    {"key": "organiser", "label": _("Đơn vị chủ trì")},
    {"key": "day", "label": _("Ngày")},
    {"key": "state", "label": _("Trạng thái")},
]
RECORD_HELD = {"label": _("Ghi hoạt động đã làm"), "href": "/activities/new", "primary": True, "icon": "plus"}
RECORD_BROADCASTS = {"label": _("Ghi loạt phát thanh"), "href": "/activities/broadcasts", "icon": "megaphone"}

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
        columns=ACTIVITY_COLUMNS,
        rows=[activity_row(each) for each in rows],
        chips=chips,
        count=count,
        pager=pager,
        actions=[RECORD_HELD, RECORD_BROADCASTS] if request.may("activity.deliver") else [],
        empty=_("Chưa có hoạt động nào ở đây."),
    )


@routes.page("/activities/<activity_id>", may="activity.read")
def activity(request: Request, activity_id: str) -> Response:
    """One activity: what, where, what came of it, who vouched for it."""
    found = queries.activity(request.uow, activity_id)
    campaign = queries.campaign(request.uow, found.campaign_id)
    places = queries.names_of(request.uow.session, found.places)
    results = [(MEASURED[name], found.measures[name]) for name in MEASURES if found.measures.get(name)]
    return request.render(
        "record.html",
        title=found.subject,
        state={"status": STATE_LIGHTS[found.state], "word": STATES[found.state]},
        facts=[
            (_("Hình thức"), ACTIVITY_KINDS.get(found.kind, found.kind)),
            (_("Đợt, kế hoạch"), campaign.name),
            (_("Đơn vị chủ trì"), ORGANISERS.get(found.organiser, found.organiser)),
            (_("Địa bàn"), ", ".join(places) or None),
            *answers_shown(found.details, *ON_ACTIVITY),
        ],
        sections=[{"heading": _("Kết quả"), "facts": results, "nothing": _("Chưa có kết quả.")}],
        timeline=_story(found),
        actions=_next_steps(request, found),
        back={"label": _("Hoạt động"), "href": "/activities"},
    )


def activity_row(activity: Any) -> dict[str, Any]:
    """Return an activity as a row of a list."""
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


def _story(activity: Any) -> list[dict[str, Any]]:
    story = [{"on": activity.planned_on, "text": _("Ngày dự kiến")}]
    if activity.delivered_on is not None:
        story.append({"on": activity.delivered_on, "text": _("Đã thực hiện và ghi kết quả")})
    if activity.verified_on is not None:
        story.append({"on": activity.verified_on, "text": _("Đã xác nhận kết quả")})
    if activity.cancelled_on is not None:
        story.append(
            {
                "on": activity.cancelled_on,
                "text": _("Đã hủy") if activity.delivered_on is None else _("Không được công nhận"),
            }
        )
    return story


def _next_steps(request: Request, activity: Any) -> list[dict[str, Any]]:
    address = f"/activities/{activity.activity_id}"
    steps: list[dict[str, Any]] = []
    if activity.state == PLANNED and request.may("activity.deliver"):
        steps.append({"label": _("Ghi kết quả"), "href": f"{address}/delivery", "primary": True})
    if activity.state == PLANNED and request.may("activity.cancel"):
        steps.append({"label": _("Hủy hoạt động"), "href": f"{address}/cancellation"})
    if activity.state != DELIVERED:
        return steps
    if request.may("activity.verify") and activity.delivered_by != request.by.account_id:
        steps.append(
            {"label": _("Xác nhận kết quả"), "href": f"{address}/verification", "primary": True, "icon": "check"}
        )
    if request.may("activity.deliver"):
        steps.append({"label": _("Sửa kết quả"), "href": f"{address}/delivery/edit"})
    if request.may("activity.verify"):
        steps.append({"label": _("Không công nhận"), "href": f"{address}/rejection"})
    return steps


def _first_day_to_plan(request: Request, campaign_id: str) -> Mapping[str, Any]:
    campaign = queries.campaign(request.uow, campaign_id)
    first_day = min(max(request.today, campaign.starts_on), campaign.ends_on)
    return {"planned_on": first_day, "organiser": _own_organisation(request)}


def _planned_answers(request: Request, activity_id: str) -> Mapping[str, Any]:
    activity = queries.activity(request.uow, activity_id)
    return {
        "delivered_on": min(activity.planned_on, request.today),
        "places": activity.places,
    }


def _results_as_they_are(request: Request, activity_id: str) -> Loaded:
    activity = queries.activity(request.uow, activity_id)
    results = {"delivered_on": activity.delivered_on, "places": activity.places, **activity.measures}
    return Loaded(answers=results | _answers_of(DeliveryCorrectionForm, activity), version=activity.version)


def _answers_of(form: type[Form], activity: Any) -> dict[str, Any]:
    return {name: value for name, value in activity.details.items() if name in form.declared()}


def _usual_activity(request: Request) -> dict[str, Any]:
    plans = queries.campaigns_since(request.uow.session, request.today)
    return {
        "delivered_on": request.today,
        "campaign_id": plans[0].campaign_id if plans else None,
        "organiser": _own_organisation(request),
    }


def _own_organisation(request: Request) -> str | None:
    """Return the organisation that somebody with this role usually records for."""
    return next((ORGANISER_OF_ROLE[role] for role in sorted(request.by.roles) if role in ORGANISER_OF_ROLE), None)


def _next_broadcasts(request: Request) -> dict[str, Any]:
    """Return what the next series probably looks like: the last one, from the day after it."""
    usual = _usual_activity(request)
    last = queries.latest_of_kind(request.uow.session, handlers.LOUDSPEAKER)
    if last is None or last.delivered_on is None:
        del usual["delivered_on"]
        return {**usual, "first_on": request.today.replace(day=1), "last_on": request.today}
    first_on = min(last.delivered_on + timedelta(days=1), request.today)
    return {
        "campaign_id": usual["campaign_id"],
        "subject": last.subject,
        "organiser": last.organiser,
        "places": last.places,
        "first_on": first_on,
        "last_on": min(request.today, end_of_month(first_on)),
        "times_a_day": last.details.get("times_a_day"),
    }


def _about(request: Request, activity_id: str) -> dict[str, object]:
    """Say above the form which activity it is about."""
    activity = queries.activity(request.uow, activity_id)
    return {"back": {"label": activity.subject, "href": f"/activities/{activity_id}"}}


def _what_is_verified(request: Request, activity_id: str) -> list[tuple[object, object]]:
    activity = queries.activity(request.uow, activity_id)
    names = queries.names_of(request.uow.session, activity.places)
    return [
        (_("Nội dung"), activity.subject),
        (_("Ngày thực hiện"), activity.delivered_on),
        (_("Địa bàn"), ", ".join(names) or None),
        *[(MEASURED[name], activity.measures[name]) for name in MEASURES if activity.measures.get(name)],
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
        prefill=_first_day_to_plan,
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
        name="correct_delivery",
        method="PATCH",
        title=_("Sửa kết quả hoạt động"),
        may="activity.deliver",
        form=DeliveryCorrectionForm,
        handle=handlers.correct_delivery,
        page="/activities/<activity_id>/delivery/edit",
        api="/api/v1/activities/<activity_id>/delivery",
        out=ActivityOut,
        load=_results_as_they_are,
        done=lambda saved: f"/activities/{saved.activity_id}",
        said=lambda saved: flash(_("Đã sửa kết quả «%(subject)s»; chờ người khác xác nhận.", subject=saved.subject)),
        cancel=lambda request, activity_id: f"/activities/{activity_id}",
    )
)


routes.add(
    Operation(
        name="record_held_activity",
        title=_("Ghi hoạt động đã làm"),
        may="activity.deliver",
        form=HeldActivityForm,
        handle=handlers.record_held_activity,
        page="/activities/new",
        api="/api/v1/activities",
        out=ActivityOut,
        done=lambda saved: f"/activities/{saved.activity_id}",
        location=lambda saved: f"/api/v1/activities/{saved.activity_id}",
        said=lambda saved: flash(
            _("Đã ghi «%(subject)s»; chờ người khác xác nhận.", subject=saved.subject),
            _("Ghi hoạt động khác"),
            "/activities/new",
        ),
        prefill=_usual_activity,
        cancel="/activities",
    )
)


routes.add(
    Operation(
        name="record_broadcasts",
        title=_("Ghi loạt phát thanh"),
        may="activity.deliver",
        form=BroadcastsForm,
        handle=handlers.record_broadcasts,
        page="/activities/broadcasts",
        api="/api/v1/broadcasts",
        out=ActivityOut,
        done=lambda saved: f"/activities/{saved.activity_id}",
        location=lambda saved: f"/api/v1/activities/{saved.activity_id}",
        said=lambda saved: flash(
            _("Đã ghi %(count)s lượt phát thanh; chờ người khác xác nhận.", count=saved.measures["broadcasts"]),
            _("Ghi loạt khác"),
            "/activities/broadcasts",
        ),
        prefill=_next_broadcasts,
        cancel="/activities",
    )
)


routes.add(
    Operation(
        name="reject_results",
        title=_("Không công nhận kết quả"),
        may="activity.verify",
        form=RejectionForm,
        handle=handlers.reject_results,
        page="/activities/<activity_id>/rejection",
        api="/api/v1/activities/<activity_id>/rejection",
        out=ActivityOut,
        done=lambda saved: f"/activities/{saved.activity_id}",
        said=lambda saved: flash(_("Đã ghi không công nhận «%(subject)s».", subject=saved.subject)),
        prefill=lambda request, activity_id: {"cancelled_on": request.today},
        context=lambda request, activity_id: {"signing": _what_is_verified(request, activity_id)},
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
        context=_about,
        cancel=lambda request, activity_id: f"/activities/{activity_id}",
    )
)
