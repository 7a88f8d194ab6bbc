"""The list of the people under management."""

from typing import Any
from urllib.parse import urlencode

from chassis.i18n import _
from chassis.web import Menu, Request, Response, Routes
from services.registry import queries
from services.registry.law import law
from services.registry.pages.people import birth, pager
from services.registry.queries import Managed

routes = Routes()

SHOWN = {
    "all": _("Đang quản lý"),
    "near_end": _("Hết thời hạn trong 30 ngày"),
    "overdue": _("Quá thời hạn"),
    "closed": _("Đã dừng, đã chấm dứt"),
}
TONES = {"MANAGED": "info", "SUSPENDED": "warn", "ENDED": "good"}


@routes.page("/user-management", may="user_management.list", menu=Menu(_("Đang quản lý"), icon="list", order=3))
def user_management(request: Request) -> Response:
    """List the people under management: all, those near the end of their term, those past it, those no longer."""
    show = request.args.get("show", "all")
    sort = request.args.get("sort", "ends_on")
    cursor = request.args.get("cursor")
    found = queries.managed(request.uow, show=show, sort=sort, cursor=cursor)
    counts = queries.count_managed(request.uow)
    return request.render(
        "list.html",
        title=_("Người đang quản lý"),
        chips=[
            {"label": label, "href": _address(show=key, sort=sort), "on": key == show, "count": counts[key]}
            for key, label in SHOWN.items()
        ],
        columns=[
            {"key": "name", "label": _("Họ và tên")},
            {"key": "birth", "label": _("Ngày sinh")},
            {"key": "decided", "label": _("Ngày quyết định")} | _sorting("decided_on", "descending", show, sort),
            {"key": "number", "label": _("Số quyết định")},
            {"key": "ends", "label": _("Đến ngày")} | _sorting("ends_on", "ascending", show, sort),
            {"key": "state", "label": _("Tình trạng")},
        ],
        rows=[{"cells": _cells(line), "href": f"/people/{line.person.person_id}"} for line in found.items],
        count=counts[show],
        pager=pager("/user-management", {"show": show, "sort": sort}, cursor, found.next),
        empty=_("Không có ai trong danh sách này."),
    )


def _address(**asked: str) -> str:
    return f"/user-management?{urlencode(asked)}"


def _sorting(key: str, direction: str, show: str, sort: str) -> dict[str, str]:
    return {"sort_href": _address(show=show, sort=key)} | ({"sorted": direction} if sort == key else {})


def _cells(line: Managed) -> dict[str, Any]:
    case = line.case
    state = {"tone": TONES.get(case.state, "mute"), "word": law().tracks[case.track].words_of(case.state)}
    return {
        "name": line.person.full_name,
        "birth": birth(line.person),
        "decided": case.decided_on,
        "number": case.document_number,
        "ends": {"due": case.ends_on} if case.closed_on is None else case.ends_on,
        "state": state,
    }
