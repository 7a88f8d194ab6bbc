"""Plans, and how far they cover the residential groups."""

from typing import Any

from chassis.i18n import _
from chassis.web import Menu, Operation, Request, Response, Routes, flash
from services.campaigns import handlers, queries
from services.campaigns.forms import CampaignForm
from services.campaigns.outputs import CampaignOut
from services.campaigns.pages.activities import ACTIVITY_COLUMNS, activity_row
from services.campaigns.pages.listing import answers_shown, page_of_rows
from services.campaigns.words import CAMPAIGN_KINDS, MEASURES

MOST_SHOWN = 20

routes = Routes()


@routes.page("/campaigns", may="campaign.read", menu=Menu(_("Đợt, kế hoạch"), icon="calendar", order=3))
def campaigns(request: Request) -> Response:
    """The plans, the newest first."""
    rows, pager, count = page_of_rows(request, queries.campaigns(), "/campaigns")
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
    found = queries.campaign(request.uow, campaign_id)
    session = request.uow.session
    covered = sorted(queries.coverage(session, found), key=_how_far)
    forgotten = [each for each in covered if each.is_forgotten]
    reached = sum(each.is_reached for each in covered)
    sums = queries.totals(session, found)
    latest = session.scalars(queries.activities(campaign_id=campaign_id).limit(MOST_SHOWN)).all()
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
            *answers_shown(found.details, CampaignForm),
            (_("Địa bàn dân cư đã có hoạt động được xác nhận"), f"{reached}/{len(covered)}"),
        ],
        sections=[
            *_nothing_yet(forgotten),
            {
                "heading": _("Kết quả đến nay, cả phần chờ xác nhận"),
                "facts": [(MEASURES[name], amount) for name, amount in sums.items() if amount],
                "nothing": _("Chưa có kết quả nào được ghi."),
            },
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
            },
            {
                "heading": _("Hoạt động mới nhất"),
                "columns": ACTIVITY_COLUMNS,
                "rows": [activity_row(each) for each in latest],
                "nothing": _("Chưa có hoạt động nào; hãy lên kế hoạch hoạt động đầu tiên."),
            },
        ],
        actions=steps if request.may("activity.plan") else [],
        back={"label": _("Đợt, kế hoạch"), "href": "/campaigns"},
    )


def _how_far(covered: queries.Coverage) -> int:
    """Return where a place stands in the table: nothing yet first, reached last."""
    if covered.is_forgotten:
        return 0
    return 2 if covered.is_reached else 1


def _nothing_yet(forgotten: list[queries.Coverage]) -> list[dict[str, Any]]:
    """Return the section that stands first as long as a residential group was left out."""
    if not forgotten:
        return []
    names = ", ".join(each.place.name for each in forgotten)
    return [{"heading": _("Tổ dân phố, thôn chưa có hoạt động nào (%(count)s)", count=len(forgotten)), "text": names}]


def _coverage_row(covered: queries.Coverage) -> dict[str, Any]:
    reached = {"status": "MET"} if covered.is_reached else {"status": "NOT_MET"}
    return {
        "href": f"/places/{covered.place.place_id}",
        "cells": [covered.place.name, covered.planned, covered.delivered, covered.verified, reached],
    }


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
