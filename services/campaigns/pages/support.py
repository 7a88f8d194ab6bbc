"""Social support, by reference only."""

from chassis.i18n import _
from chassis.web import Menu, Operation, Request, Response, Routes, flash
from services.campaigns import handlers, queries
from services.campaigns.forms import SupportCaseForm, SupportClosingForm
from services.campaigns.outputs import SupportCaseOut
from services.campaigns.pages.listing import answers_shown, page_of_rows
from services.campaigns.words import NEEDS, ORGANISERS, OUTCOMES

routes = Routes()


@routes.page("/support", may="support_case.read", menu=Menu(_("Hỗ trợ xã hội"), icon="heart", order=5))
def support_cases(request: Request) -> Response:
    """The support cases, by reference only."""
    only_open = request.args.get("open") == "1"
    rows, pager, count = page_of_rows(
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
    found = queries.support_case(request.uow, case_id)
    close = [{"label": _("Kết thúc hỗ trợ"), "href": f"/support/{case_id}/closing", "primary": True}]
    return request.render(
        "record.html",
        title=found.referral_ref,
        facts=[
            (_("Nhu cầu"), NEEDS[found.need]),
            (_("Đơn vị hỗ trợ"), ORGANISERS.get(found.organisation, found.organisation)),
            (_("Ngày mở hồ sơ"), found.opened_on),
            (_("Ngày kết thúc hỗ trợ"), found.closed_on),
            (_("Kết quả"), OUTCOMES[found.outcome] if found.outcome else None),
            *answers_shown(found.details, SupportCaseForm, SupportClosingForm),
        ],
        actions=close if request.may("support_case.write") and found.closed_on is None else [],
        back={"label": _("Hỗ trợ xã hội"), "href": "/support"},
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


def _about(request: Request, case_id: str) -> dict[str, object]:
    """Say above the form which case it is about."""
    found = queries.support_case(request.uow, case_id)
    return {"back": {"label": found.referral_ref, "href": f"/support/{case_id}"}}


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
        context=_about,
        cancel=lambda request, case_id: f"/support/{case_id}",
    )
)
