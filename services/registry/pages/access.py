"""Pages about records that are not open to everybody: opening one, the record while it is open, and who opened what."""

from collections.abc import Mapping
from typing import Any

from chassis.i18n import _
from chassis.presentation import format_time
from chassis.web import Menu, Operation, Request, Response, Routes, flash, redirect
from services.registry import queries
from services.registry.domain.access import OPENED
from services.registry.forms.access import BreakGlassForm, LiftForm, OpeningOut, RestrictionForm
from services.registry.handlers import access as handlers
from services.registry.pages.people import facts_of, lead_of, timeline_of
from services.registry.queries.access import OpeningRecord, openings, sight_of

routes = Routes()


@routes.page("/people/<person_id>/opened", may="break_glass")
def opened(request: Request, person_id: str) -> Response:
    """Show a record that the asker has opened: to read, not to work on. Closed again, it leads back to the form."""
    uow = request.uow
    if sight_of(uow, person_id).state != OPENED:
        return redirect(f"/people/{person_id}/break-glass")
    record = queries.person_record(uow, person_id)
    return request.render(
        "record.html",
        title=record.title,
        lead=lead_of(record),
        facts=facts_of(record, request),
        timeline=timeline_of(uow, record),
    )


@routes.page("/openings", may="break_glass_notice.read", menu=Menu(_("Hồ sơ hạn chế đã mở"), icon="shield", order=89))
def list_openings(request: Request) -> Response:
    """List who opened which restricted record, when, for how long and why; without the person's name."""
    found = openings(request.uow)
    who = queries.recorders(request.uow, [opening.account_id for opening in found])
    return request.render(
        "list.html",
        title=_("Hồ sơ hạn chế đã mở"),
        columns=[
            {"key": "at", "label": _("Mở lúc")},
            {"key": "until", "label": _("Đến")},
            {"key": "who", "label": _("Người mở")},
            {"key": "record", "label": _("Hồ sơ")},
            {"key": "why", "label": _("Lý do")},
            {"key": "seen", "label": _("Đã xem")},
        ],
        rows=[_row(opening, who) for opening in found],
        actions=[{"label": _("Đã xem tất cả"), "href": "/openings/seen", "method": "post"}]
        if any(not opening.seen for opening in found)
        else [],
        empty=_("Chưa có hồ sơ hạn chế nào được mở."),
    )


def _row(opening: OpeningRecord, who: Mapping[str | None, str]) -> dict[str, Any]:
    return {
        "cells": {
            "at": opening.opened_at,
            "until": opening.ends_at,
            "who": {"text": who.get(opening.account_id, opening.account_id), "sub": opening.roles},
            "record": _("Hồ sơ …%(end)s", end=opening.person_id[-8:].upper()),
            "why": opening.reason,
            "seen": {"tone": "good", "word": _("Đã xem")} if opening.seen else {"tone": "warn", "word": _("Chưa xem")},
        }
    }


@routes.page("/openings/seen", may="break_glass_notice.read", methods=["POST"])
def seen(request: Request) -> Response:
    """Say that all notices of the asker's roles were seen."""
    handlers.see_openings(request.uow)
    return redirect("/openings", flash(_("Đã ghi là đã xem.")))


def _opened(saved: OpeningRecord) -> Any:
    return flash(_("Hồ sơ đã mở, đến %(time)s tự đóng lại.", time=format_time(saved.ends_at)), level="warning")


def _to_person(_request: Request, person_id: str) -> str:
    return "/people"


def _of_this_unit(request: Request, person_id: str) -> Mapping[str, Any]:
    queries.check_is_here(request.uow, person_id)
    return {}


routes.add(Operation(
    name="break_the_glass", title=_("Mở hồ sơ hạn chế"), may="break_glass", form=BreakGlassForm,
    handle=handlers.break_the_glass, page="/people/<person_id>/break-glass",
    api="/api/v1/people/<person_id>/openings", out=OpeningOut, context=_of_this_unit,
    prefill=lambda _request, person_id: {"minutes": 15},
    cancel="/", said=_opened, done=lambda saved: f"/people/{saved.person_id}/opened",
    location=lambda saved: f"/api/v1/people/{saved.person_id}",
))  # fmt: skip
routes.add(Operation(
    name="restrict_record", title=_("Đưa hồ sơ vào diện hạn chế"), may="person.restrict", form=RestrictionForm,
    handle=handlers.restrict_record, page="/people/<person_id>/restriction", cancel=_to_person,
    said=lambda _saved: flash(_("Đã đưa hồ sơ vào diện hạn chế.")), done=lambda _saved: "/people",
))  # fmt: skip
routes.add(Operation(
    name="lift_restriction", title=_("Bỏ diện hạn chế của hồ sơ"), may="person.restrict", form=LiftForm,
    handle=handlers.lift_restriction, page="/people/<person_id>/restriction/lift", cancel=_to_person,
    said=lambda _saved: flash(_("Đã bỏ diện hạn chế.")), done=lambda saved: f"/people/{saved.person_id}",
))  # fmt: skip
