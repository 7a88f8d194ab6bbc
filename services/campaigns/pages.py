"""The office's pages: today's work, activities, coverage, plans, places, support."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Select, func, select

from chassis.forms import asked
from chassis.i18n import _
from chassis.web import Menu, Operation, Request, Response, Routes, flash
from services.campaigns import handlers, queries
from services.campaigns.domain import DELIVERED, PLANNED
from services.campaigns.forms import (
    ActivityForm,
    CampaignForm,
    CancellationForm,
    DeliveryForm,
    PlaceClosingForm,
    PlaceForm,
    SupportCaseForm,
    SupportClosingForm,
    VerificationForm,
)
from services.campaigns.outputs import ActivityOut, CampaignOut, PlaceOut, SupportCaseOut
from services.campaigns.tables import Activity, Campaign, Place, SupportCase
from services.campaigns.words import (
    ACTIVITY_KINDS,
    CAMPAIGN_KINDS,
    MEASURES,
    NEEDS,
    ORGANISERS,
    OUTCOMES,
    PLACE_KINDS,
    STATE_LIGHTS,
    STATES,
)

ROWS = 50
MOST_PAGES = 10_000
THIS_WEEK = timedelta(days=7)
VERIFY_WITHIN = timedelta(days=7)
FORMS = (PlaceForm, ActivityForm, DeliveryForm, VerificationForm, CancellationForm, SupportCaseForm, SupportClosingForm)
PLAN_OF_THE_OFFICE = _("Kế hoạch đã lập")
PLAN_SENTENCE = _("100% tổ dân phố triển khai hoạt động hưởng ứng Tháng hành động")

routes = Routes(home="/")


@routes.page("/", may="today.read", menu=Menu(_("Việc hôm nay"), icon="today", order=1))
def today(request: Request) -> Response:
    """What must be done now, by when, on what ground."""
    session, day = request.uow.session, request.today
    groups = [
        {"key": "overdue", "items": [_to_deliver(each) for each in queries.overdue(session, day)]},
        {"key": "day", "items": [_to_deliver(each) for each in queries.planned_between(session, day, day)]},
        {
            "key": "week",
            "items": [
                *[
                    _to_deliver(each)
                    for each in queries.planned_between(session, day + timedelta(days=1), day + THIS_WEEK)
                ],
                *_unreached(request, day),
            ],
        },
        {"key": "waiting", "items": [_to_verify(each) for each in queries.waiting_for_verification(session)]},
    ]
    new = [{"label": _("Lên kế hoạch hoạt động"), "href": "/campaigns", "primary": True, "icon": "plus"}]
    return request.render(
        "today.html",
        title=_("Việc hôm nay"),
        groups=groups,
        nothing=_("Hôm nay không có việc nào đến hạn."),
        actions=new if request.may("activity.plan") else [],
    )


@routes.page("/activities", may="activity.read", menu=Menu(_("Hoạt động"), icon="megaphone", order=2))
def activities(request: Request) -> Response:
    """All activities, by state."""
    state = request.args.get("state") if request.args.get("state") in STATES else None
    chips = [{"label": _("Tất cả"), "href": "/activities", "on": state is None}]
    chips += [
        {"label": label, "href": f"/activities?state={code}", "on": state == code} for code, label in STATES.items()
    ]
    rows, pager, count = _page(request, queries.activities(state=state), "/activities", state=state or "")
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
            *_details(found.details),
        ],
        sections=[{"heading": _("Kết quả"), "facts": results, "nothing": _("Chưa có kết quả.")}],
        timeline=_story(found),
        actions=_next_steps(request, found),
        back={"label": _("Hoạt động"), "href": "/activities"},
    )


@routes.page("/campaigns", may="campaign.read", menu=Menu(_("Đợt, kế hoạch"), icon="calendar", order=3))
def campaigns(request: Request) -> Response:
    """The plans, the newest first."""
    rows, pager, count = _page(request, queries.campaigns(), "/campaigns")
    new = [{"label": _("Lập đợt tuyên truyền"), "href": "/campaigns/new", "primary": True, "icon": "plus"}]
    return request.render(
        "list.html",
        title=_("Đợt, kế hoạch"),
        columns=[
            {"key": "name", "label": _("Tên đợt, chủ đề")},
            {"key": "kind", "label": _("Loại")},
            {"key": "plan", "label": _("Số kế hoạch")},
            {"key": "from", "label": _("Từ ngày")},
            {"key": "to", "label": _("Đến ngày")},
        ],
        rows=[
            {
                "href": f"/campaigns/{each.campaign_id}",
                "cells": [each.name, CAMPAIGN_KINDS[each.kind], each.plan_number, each.starts_on, each.ends_on],
            }
            for each in rows
        ],
        count=count,
        pager=pager,
        actions=new if request.may("campaign.write") else [],
        empty=_("Chưa có đợt nào; hãy lập đợt đầu tiên."),
    )


@routes.page("/campaigns/<campaign_id>", may="campaign.read")
def campaign(request: Request, campaign_id: str) -> Response:
    """One plan: its sums, and what it has done for each residential group."""
    found = request.uow.get(Campaign, campaign_id)
    session = request.uow.session
    covered = queries.coverage(session, found)
    reached = sum(each.is_reached for each in covered)
    sums = queries.totals(session, found)
    steps = [
        {
            "label": _("Lên kế hoạch hoạt động"),
            "href": f"/campaigns/{campaign_id}/activities/new",
            "primary": True,
            "icon": "plus",
        }
    ]
    return request.render(
        "record.html",
        title=found.name,
        facts=[
            (_("Loại"), CAMPAIGN_KINDS[found.kind]),
            (_("Số kế hoạch"), found.plan_number),
            (_("Từ ngày"), found.starts_on),
            (_("Đến ngày"), found.ends_on),
            (_("Địa bàn dân cư đã có hoạt động được xác nhận"), f"{reached}/{len(covered)}"),
            *[(MEASURES[name], amount) for name, amount in sums.items() if amount],
        ],
        sections=[
            {
                "heading": _("Độ phủ theo tổ dân phố, thôn"),
                "columns": [
                    {"key": "place", "label": _("Địa bàn")},
                    {"key": "planned", "label": _("Kế hoạch"), "numeric": True},
                    {"key": "delivered", "label": _("Chờ xác nhận"), "numeric": True},
                    {"key": "verified", "label": _("Đã xác nhận"), "numeric": True},
                    {"key": "state", "label": _("Kết luận")},
                ],
                "rows": [_coverage_row(each) for each in covered],
                "nothing": _("Chưa có tổ dân phố, thôn nào trong danh sách địa bàn."),
            }
        ],
        actions=steps if request.may("activity.plan") else [],
        back={"label": _("Đợt, kế hoạch"), "href": "/campaigns"},
    )


@routes.page("/places", may="place.read", menu=Menu(_("Địa bàn"), icon="map-pin", order=4))
def places(request: Request) -> Response:
    """Residential groups, schools, workplaces."""
    kind = request.args.get("kind") if request.args.get("kind") in PLACE_KINDS else None
    chips = [{"label": _("Tất cả"), "href": "/places", "on": kind is None}]
    chips += [
        {"label": label, "href": f"/places?kind={code}", "on": kind == code} for code, label in PLACE_KINDS.items()
    ]
    rows, pager, count = _page(request, queries.places([kind] if kind else None), "/places", kind=kind or "")
    new = [{"label": _("Ghi nhận địa bàn"), "href": "/places/new", "primary": True, "icon": "plus"}]
    return request.render(
        "list.html",
        title=_("Địa bàn"),
        columns=[
            {"key": "name", "label": _("Tên địa bàn")},
            {"key": "kind", "label": _("Loại địa bàn")},
            {"key": "size", "label": _("Quy mô"), "numeric": True},
            {"key": "since", "label": _("Có từ ngày")},
            {"key": "closed", "label": _("Giải thể")},
        ],
        rows=[
            {
                "href": f"/places/{each.place_id}",
                "cells": [each.name, PLACE_KINDS[each.kind], each.size, each.since_on, each.closed_on],
            }
            for each in rows
        ],
        chips=chips,
        count=count,
        pager=pager,
        actions=new if request.may("place.write") else [],
        empty=_("Chưa có địa bàn nào; hãy ghi nhận các tổ dân phố, thôn trước."),
    )


@routes.page("/places/<place_id>", may="place.read")
def place(request: Request, place_id: str) -> Response:
    """One place."""
    found = request.uow.get(Place, place_id)
    close = [{"label": _("Ghi nhận giải thể"), "href": f"/places/{place_id}/closing"}]
    return request.render(
        "record.html",
        title=found.name,
        facts=[
            (_("Loại địa bàn"), PLACE_KINDS[found.kind]),
            (_("Quy mô"), found.size),
            (_("Có từ ngày"), found.since_on),
            (_("Giải thể"), found.closed_on),
            *_details(found.details),
        ],
        actions=close if request.may("place.write") and found.closed_on is None else [],
        back={"label": _("Địa bàn"), "href": "/places"},
    )


@routes.page("/support", may="support_case.read", menu=Menu(_("Hỗ trợ xã hội"), icon="heart", order=5))
def support_cases(request: Request) -> Response:
    """The support cases, by reference only."""
    only_open = request.args.get("open") == "1"
    rows, pager, count = _page(
        request, queries.support_cases(only_open=only_open), "/support", open="1" if only_open else ""
    )
    new = [{"label": _("Mở hồ sơ hỗ trợ"), "href": "/support/new", "primary": True, "icon": "plus"}]
    return request.render(
        "list.html",
        title=_("Hỗ trợ xã hội"),
        columns=[
            {"key": "ref", "label": _("Mã giới thiệu")},
            {"key": "need", "label": _("Nhu cầu")},
            {"key": "organisation", "label": _("Đơn vị hỗ trợ")},
            {"key": "opened", "label": _("Ngày mở hồ sơ")},
            {"key": "outcome", "label": _("Kết quả")},
        ],
        rows=[
            {
                "href": f"/support/{each.case_id}",
                "cells": [
                    each.referral_ref,
                    NEEDS[each.need],
                    ORGANISERS.get(each.organisation, each.organisation),
                    each.opened_on,
                    OUTCOMES[each.outcome] if each.outcome else None,
                ],
            }
            for each in rows
        ],
        chips=[
            {"label": _("Tất cả"), "href": "/support", "on": not only_open},
            {"label": _("Đang hỗ trợ"), "href": "/support?open=1", "on": only_open},
        ],
        count=count,
        pager=pager,
        actions=new if request.may("support_case.write") else [],
        empty=_("Chưa có hồ sơ hỗ trợ nào."),
    )


@routes.page("/support/<case_id>", may="support_case.read")
def support_case(request: Request, case_id: str) -> Response:
    """One support case."""
    found = request.uow.get(SupportCase, case_id)
    close = [{"label": _("Kết thúc hỗ trợ"), "href": f"/support/{case_id}/closing", "primary": True}]
    return request.render(
        "record.html",
        title=found.referral_ref,
        facts=[
            (_("Nhu cầu"), NEEDS[found.need]),
            (_("Đơn vị hỗ trợ"), ORGANISERS.get(found.organisation, found.organisation)),
            (_("Ngày mở hồ sơ"), found.opened_on),
            (_("Ngày kết thúc"), found.closed_on),
            (_("Kết quả"), OUTCOMES[found.outcome] if found.outcome else None),
            *_details(found.details),
        ],
        actions=close if request.may("support_case.write") and found.closed_on is None else [],
        back={"label": _("Hỗ trợ xã hội"), "href": "/support"},
    )


routes.add(
    Operation(
        name="register_place",
        title=_("Ghi nhận địa bàn"),
        may="place.write",
        form=PlaceForm,
        handle=handlers.register_place,
        page="/places/new",
        api="/api/v1/places",
        out=PlaceOut,
        done=lambda saved: "/places",
        location=lambda saved: f"/api/v1/places/{saved.place_id}",
        said=lambda saved: flash(
            _("Đã ghi nhận %(name)s.", name=saved.name), _("Ghi nhận địa bàn khác"), "/places/new"
        ),
        cancel="/places",
    )
)
routes.add(
    Operation(
        name="close_place",
        title=_("Ghi nhận giải thể địa bàn"),
        may="place.write",
        form=PlaceClosingForm,
        handle=handlers.close_place,
        page="/places/<place_id>/closing",
        api="/api/v1/places/<place_id>/closing",
        out=PlaceOut,
        done=lambda saved: f"/places/{saved.place_id}",
        said=lambda saved: flash(_("Đã ghi nhận giải thể %(name)s.", name=saved.name)),
        prefill=lambda request, **_path: {"closed_on": request.today},
        cancel=lambda request, place_id: f"/places/{place_id}",
    )
)
routes.add(
    Operation(
        name="open_campaign",
        title=_("Lập đợt tuyên truyền"),
        may="campaign.write",
        form=CampaignForm,
        handle=handlers.open_campaign,
        page="/campaigns/new",
        api="/api/v1/campaigns",
        out=CampaignOut,
        done=lambda saved: f"/campaigns/{saved.campaign_id}",
        location=lambda saved: f"/api/v1/campaigns/{saved.campaign_id}",
        said=lambda saved: flash(
            _("Đã lập đợt «%(name)s».", name=saved.name),
            _("Lên kế hoạch hoạt động"),
            f"/campaigns/{saved.campaign_id}/activities/new",
        ),
        cancel="/campaigns",
    )
)
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
        prefill=lambda request, activity_id: _planned_answers(request, activity_id),  # noqa: PLW0108 - it stands below
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
routes.add(
    Operation(
        name="open_support_case",
        title=_("Mở hồ sơ hỗ trợ"),
        may="support_case.write",
        form=SupportCaseForm,
        handle=handlers.open_support_case,
        page="/support/new",
        api="/api/v1/support_cases",
        out=SupportCaseOut,
        done=lambda saved: f"/support/{saved.case_id}",
        location=lambda saved: f"/api/v1/support_cases/{saved.case_id}",
        said=lambda saved: flash(_("Đã mở hồ sơ hỗ trợ %(ref)s.", ref=saved.referral_ref)),
        prefill=lambda request: {"opened_on": request.today},
        cancel="/support",
    )
)
routes.add(
    Operation(
        name="close_support_case",
        title=_("Kết thúc hỗ trợ"),
        may="support_case.write",
        form=SupportClosingForm,
        handle=handlers.close_support_case,
        page="/support/<case_id>/closing",
        api="/api/v1/support_cases/<case_id>/closing",
        out=SupportCaseOut,
        done=lambda saved: f"/support/{saved.case_id}",
        said=lambda saved: flash(_("Đã kết thúc hỗ trợ %(ref)s.", ref=saved.referral_ref)),
        prefill=lambda request, case_id: {"closed_on": request.today},
        cancel=lambda request, case_id: f"/support/{case_id}",
    )
)


# -- how things are shown ------------------------------------------------------------------------------------------------------


def _to_deliver(activity: Activity) -> dict[str, Any]:
    return {
        "who": activity.subject,
        "duty": _("ghi kết quả hoạt động"),
        "due": activity.planned_on,
        "ground": PLAN_OF_THE_OFFICE,
        "href": f"/activities/{activity.activity_id}",
        "action": {"label": _("Ghi kết quả"), "href": f"/activities/{activity.activity_id}/delivery"},
    }


def _to_verify(activity: Activity) -> dict[str, Any]:
    return {
        "who": activity.subject,
        "duty": _("xác nhận kết quả do %(who)s thực hiện", who=ORGANISERS.get(activity.organiser, activity.organiser)),
        "due": (activity.delivered_on or activity.planned_on) + VERIFY_WITHIN,
        "ground": PLAN_OF_THE_OFFICE,
        "href": f"/activities/{activity.activity_id}",
        "action": {"label": _("Xác nhận"), "href": f"/activities/{activity.activity_id}/verification"},
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
            "action": {"label": _("Lên kế hoạch"), "href": f"/campaigns/{campaign.campaign_id}/activities/new"},
        }
        for campaign in queries.running_campaigns(session, day)
        if campaign.kind == "THANG_HANH_DONG"
        for each in queries.coverage(session, campaign)
        if not (each.planned or each.delivered or each.verified)
    ]


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


def _coverage_row(covered: queries.Coverage) -> dict[str, Any]:
    reached = {"status": "MET"} if covered.is_reached else {"status": "NOT_MET"}
    return {
        "href": f"/places/{covered.place.place_id}",
        "cells": [covered.place.name, covered.planned, covered.delivered, covered.verified, reached],
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


def _details(details: Mapping[str, Any]) -> list[tuple[object, object]]:
    """Return the answers that have no column, in the words of the forms that asked them."""
    labels = {name: asked(answer).label for form in FORMS for name, answer in form.declared().items()}
    return [(labels.get(name, name), value) for name, value in details.items()]


def _page(
    request: Request, question: Select[Any], address: str, **filters: str
) -> tuple[Sequence[Any], dict[str, str | None], int]:
    """Return one page of a list, its pager, and how many rows there are in all."""
    number = int(request.args.get("page", "1")) if request.args.get("page", "1").isdigit() else 1
    number = max(1, min(number, MOST_PAGES))
    session = request.uow.session
    count = session.scalar(select(func.count()).select_from(question.order_by(None).subquery())) or 0
    rows = session.scalars(question.limit(ROWS).offset((number - 1) * ROWS)).all()

    def link(to: int) -> str:
        return f"{address}?{urlencode({**{name: value for name, value in filters.items() if value}, 'page': to})}"

    pager = {
        "prev": link(number - 1) if number > 1 else None,
        "next": link(number + 1) if number * ROWS < count else None,
    }
    return rows, pager, count
