"""The landing page: what the law asks to be done now, by when and on what ground, with the button that does it."""

from datetime import datetime, timedelta
from typing import Any

from chassis.i18n import _
from chassis.web import SIGNED_IN, Menu, Request, Response, Routes, redirect
from services.registry import queries
from services.registry.queries import Duty

routes = Routes()

DUTIES = {"DECIDE": _("Ra quyết định quản lý"), "END": _("Ra quyết định chấm dứt quản lý")}


@routes.page("/", may=SIGNED_IN, menu=Menu(_("Việc hôm nay"), icon="today", order=1))
def today(request: Request) -> Response:
    """Show what is due; the auditor goes on to the log, whoever has nothing to do here is told so."""
    if not request.may("today.read"):
        if request.may("audit_log.read"):
            return redirect("/audit")
        return request.render(
            "today.html",
            title=_("Việc hôm nay"),
            groups=[],
            nothing=_("Vai trò của bạn hiện không có việc nào trong sổ này."),
        )
    counts = queries.count_managed(request.uow)
    totals = [
        {"label": _("Người đang quản lý"), "value": counts["all"], "href": "/user-management"},
        {
            "label": _("Hết thời hạn trong 30 ngày"),
            "value": counts["near_end"],
            "href": "/user-management?show=near_end",
        },
        {
            "label": _("Quá thời hạn, chưa chấm dứt"),
            "value": counts["overdue"],
            "href": "/user-management?show=overdue",
        },
    ]
    return request.render(
        "today.html",
        title=_("Việc hôm nay"),
        groups=grouped(queries.duties(request.uow), request.uow.now()),
        totals=totals,
        actions=[{"label": _("Ghi nhận người"), "href": "/people/new", "primary": True, "icon": "plus"}],
    )


def grouped(duties: list[Duty], now: datetime) -> list[dict[str, Any]]:
    """Put duties into the four groups of the page; nothing waits for another agency yet."""
    groups: dict[str, list[dict[str, Any]]] = {"overdue": [], "day": [], "week": [], "waiting": []}
    for duty in duties:
        left = queries.last_instant(duty.due) - now
        key = "overdue" if left < timedelta(0) else "day" if left <= timedelta(hours=24) else "week"
        groups[key].append(line(duty, now))
    return [{"key": key, "items": items} for key, items in groups.items()]


def line(duty: Duty, now: datetime) -> dict[str, Any]:
    """Return a duty as a line: who, what, by when, on what ground, and the form that settles it."""
    return {
        "who": duty.person.title,
        "duty": DUTIES[duty.kind],
        "due": duty.due,
        "href": f"/people/{duty.person.person_id}",
        "ground": duty.article,
        "action": _action(duty, now),
    }


def _action(duty: Duty, now: datetime) -> dict[str, str] | None:
    if duty.kind == "DECIDE":
        return {"label": _("Ra quyết định"), "href": f"/people/{duty.person.person_id}/decision?test={duty.test_id}"}
    if (
        queries.last_instant(duty.due) - timedelta(days=1) > now
    ):  # the term still runs: the decision cannot be signed yet
        return None
    return {"label": _("Chấm dứt"), "href": f"/user-management/{duty.case_id}/end"}
