"""The landing page: what the law asks to be done now, by when and on what ground, with the button that does it."""

from datetime import datetime, timedelta
from typing import Any

from chassis.clock import LOCAL_ZONE
from chassis.i18n import _
from chassis.web import SIGNED_IN, Menu, Request, Response, Routes, redirect
from services.registry import queries
from services.registry.law import law
from services.registry.pages.acts import address_of
from services.registry.pages.notices import notices
from services.registry.queries import Draft, Duty, DutyGroup

routes = Routes()

LINES_ON_PAGE = 100
SIGNATURE = "signature"
WAITS_FOR = {
    "HEALTH": _("chờ Trạm Y tế"),
    "COURT": _("chờ Tòa án"),
    "COMMITTEE": _("chờ Ủy ban nhân dân"),
    "PROVINCE": _("chờ Công an cấp tỉnh"),
    "FACILITY": _("chờ cơ sở cai nghiện, điều trị"),
    "PERSON": _("chờ người có liên quan thực hiện"),
}
GROUP_TITLES = {
    "overdue": _("Quá hạn"),
    "day": _("Trong 24 giờ"),
    "week": _("Tuần này"),
    "waiting": _("Đang chờ nơi khác"),
    "may": _("Có thể làm"),
    "signature": _("Chờ ký"),
}


@routes.page("/", may=SIGNED_IN, menu=Menu(_("Việc hôm nay"), icon="today", order=1))
def today(request: Request) -> Response:
    """Show what is due; the auditor goes on to the log, whoever has nothing to do here is told so."""
    if not request.may("today.read"):
        return _nothing_due(request)
    counts = queries.count_managed(request.uow)
    totals = [
        {"label": _("Người đang quản lý"), "value": counts["all"], "href": "/user-management"},
        {"label": _("Hết thời hạn trong 30 ngày"), "value": counts["near_end"], "href": "/user-management?show=near_end"},
        {"label": _("Quá thời hạn, chưa chấm dứt"), "value": counts["overdue"], "href": "/user-management?show=overdue"},
    ]  # fmt: skip
    if to_review := sum(queries.count_reviews(request.uow).values()):
        totals.append({"label": _("Rà soát theo luật mới"), "value": to_review, "href": "/reviews"})
    groups = queries.today(request.uow)
    return request.render(
        "today.html",
        title=_("Việc hôm nay"),
        groups=[*(_group(group, request) for group in groups), _signatures(request)],
        totals=totals,
        actions=new_person(request),
        notices=notices(request),
    )


@routes.page("/duties/<group>", may=SIGNED_IN)
def duties(request: Request, group: str) -> Response:
    """Show one group of today's work whole, page by page; it prints for the morning meeting."""
    if group not in GROUP_TITLES or not (group == SIGNATURE or request.may("today.read")):
        return redirect("/")
    start = max(int(request.args.get("from", "0")), 0) if request.args.get("from", "0").isdecimal() else 0
    items, count = _lines_of(group, request, start)
    following = start + LINES_ON_PAGE
    return request.render(
        "duties.html",
        title=_("Việc hôm nay: %(group)s", group=str(GROUP_TITLES[group])),
        back={"label": _("Việc hôm nay"), "href": "/"},
        group={"key": group, "title": GROUP_TITLES[group], "items": items, "count": count},
        count=count,
        pager={"next": f"/duties/{group}?from={following}"} if following < count else None,
    )


def _lines_of(group: str, request: Request, start: int) -> tuple[list[dict[str, Any]], int]:
    """Return the lines of a group from one on, and how many there are in all."""
    if group == SIGNATURE:
        drafts = queries.waiting_for_signature(request.uow, offset=start, limit=LINES_ON_PAGE)
        return [_draft_line(draft, request) for draft in drafts.lines], drafts.count
    found = queries.duties_in_group(request.uow, group, offset=start, limit=LINES_ON_PAGE)
    return [line(duty, request) for duty in found.lines], found.count


def new_person(request: Request) -> list[dict[str, Any]]:
    """Return the way to enter somebody, for those who may."""
    if not request.may("person.write"):
        return []
    return [{"label": _("Ghi nhận người"), "href": "/people/new", "primary": True, "icon": "plus"}]


def _nothing_due(request: Request) -> Response:
    if request.may("audit_log.read"):
        return redirect("/audit")
    return request.render(
        "today.html",
        title=_("Việc hôm nay"),
        groups=[_signatures(request)],
        nothing=_("Vai trò của bạn hiện không có việc nào trong sổ này."),
    )


def _group(group: DutyGroup, request: Request) -> dict[str, Any]:
    items = [line(duty, request) for duty in group.lines]
    rest = _the_rest(group.key, group.count - len(items))
    return {"key": group.key, "title": GROUP_TITLES[group.key], "count": group.count, "items": [*items, *rest]}


def _signatures(request: Request) -> dict[str, Any]:
    """What waits for a signature: to sign for a decider, to follow for those who drafted."""
    drafts = queries.waiting_for_signature(request.uow)
    items = [_draft_line(draft, request) for draft in drafts.lines]
    rest = _the_rest(SIGNATURE, drafts.count - len(items))
    return {"key": SIGNATURE, "title": GROUP_TITLES[SIGNATURE], "count": drafts.count, "items": [*items, *rest]}


def _the_rest(key: str, count: int) -> list[dict[str, Any]]:
    """The line that leads to what a group does not show on the landing page."""
    if count <= 0:
        return []
    return [{"who": _("%(count)s việc nữa", count=count), "duty": _("Xem cả nhóm này"), "href": f"/duties/{key}"}]


def _draft_line(draft: Draft, request: Request) -> dict[str, Any]:
    """A draft as a line: no rule counts its time, so it says only since when it waits."""
    proposal = draft.proposal
    transition = law().tracks[proposal.track].transition(proposal.event)
    since = proposal.drafted_at.astimezone(LOCAL_ZONE)
    signs = not request.by.roles.isdisjoint(proposal.decider_roles)
    return {
        "who": draft.person.title,
        "duty": _("%(what)s: chờ ký, trình lúc %(since)s", what=str(transition.name), since=f"{since:%H:%M %d/%m/%Y}"),
        "href": f"/proposals/{proposal.proposal_id}",
        "ground": transition.under[0].article,
        "action": {
            "label": _("Xem và ký") if signs else _("Xem dự thảo"),
            "href": f"/proposals/{proposal.proposal_id}",
        },
    }


def line(duty: Duty, request: Request) -> dict[str, Any]:
    """Return a duty as a line: who, what, by when, on what ground, and the form that settles it."""
    what = str(duty.line.name)
    if duty.row.waits_for:
        what = f"{what} ({WAITS_FOR[duty.row.waits_for]})"
    if duty.row.unconfirmed_holiday:
        what = f"{what} · {_('có ngày nghỉ lễ chưa xác nhận')}"
    if duty.may_from is not None:
        what = _("%(what)s: có thể làm từ ngày %(since)s", what=what, since=f"{duty.may_from:%d/%m/%Y}")
    return {
        "who": duty.person.title,
        "duty": what,
        "due": None if duty.may_from else duty.due,
        "href": f"/people/{duty.person.person_id}",
        "ground": duty.article,
        "action": _action(duty, request),
    }


def _action(duty: Duty, request: Request) -> dict[str, str] | None:
    if duty.row.code == "CHECK_RESIDENCE":
        return {"label": _("Ghi kết quả kiểm tra"), "href": f"/people/{duty.person.person_id}/residence-checks/new"}
    settled = duty.settled_by
    if settled is None or not request.may(settled[0].right) or _too_early(duty, request.uow.now()):
        return None
    track, transition = settled
    return {"label": transition.name.spoken, "href": address_of(track, transition, duty.person.person_id)}


def _too_early(duty: Duty, now: datetime) -> bool:
    """A decision that ends a term cannot be signed before its last day; a window opens on its first, or is prepared."""
    if duty.line.ahead:
        return False
    if duty.row.earliest_at is not None:
        return duty.row.earliest_at > now
    return duty.row.rule == "ON_DAY" and queries.last_instant(duty.due) - timedelta(days=1) > now
