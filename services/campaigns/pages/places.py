"""Residential groups, schools and workplaces."""

from chassis.i18n import _
from chassis.web import Loaded, Menu, Operation, Request, Response, Routes, flash
from services.campaigns import handlers, queries
from services.campaigns.forms import PlaceClosingForm, PlaceCorrectionForm, PlaceForm
from services.campaigns.outputs import PlaceOut
from services.campaigns.pages.activities import ACTIVITY_COLUMNS, activity_row
from services.campaigns.pages.listing import answers_shown, page_of_rows
from services.campaigns.words import PLACE_KINDS

MOST_SHOWN = 20

routes = Routes()


@routes.page("/places", may="place.read", menu=Menu(_("Địa bàn"), icon="map-pin", order=4))
def places(request: Request) -> Response:
    """Residential groups, schools, workplaces."""
    kind = request.args.get("kind") if request.args.get("kind") in PLACE_KINDS else None
    chips = [{"label": _("Tất cả"), "href": "/places", "on": kind is None}]
    chips += [
        {"label": label, "href": f"/places?kind={code}", "on": kind == code} for code, label in PLACE_KINDS.items()
    ]
    rows, pager, count = page_of_rows(request, queries.places([kind] if kind else None), "/places", kind=kind or "")
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
    found = queries.place(request.uow, place_id)
    steps = [{"label": _("Sửa tên"), "href": f"/places/{place_id}/edit"}]
    if found.closed_on is None:
        steps.append({"label": _("Ghi nhận giải thể"), "href": f"/places/{place_id}/closing"})
    held = request.uow.session.scalars(queries.activities(place_id=place_id).limit(MOST_SHOWN)).all()
    return request.render(
        "record.html",
        title=found.name,
        facts=[
            (_("Loại địa bàn"), PLACE_KINDS[found.kind]),
            (_("Quy mô"), found.size),
            (_("Có từ ngày"), found.since_on),
            (_("Giải thể"), found.closed_on),
            *answers_shown(found.details, PlaceForm),
        ],
        sections=[
            {
                "heading": _("Hoạt động tại địa bàn"),
                "columns": ACTIVITY_COLUMNS,
                "rows": [activity_row(each) for each in held],
                "nothing": _("Chưa có hoạt động nào tại địa bàn này."),
            }
        ],
        actions=steps if request.may("place.write") else [],
        back={"label": _("Địa bàn"), "href": "/places"},
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


def _as_it_is(request: Request, place_id: str) -> Loaded:
    found = queries.place(request.uow, place_id)
    return Loaded(answers={"name": found.name}, version=found.version)


routes.add(
    Operation(
        name="correct_place",
        method="PATCH",
        title=_("Sửa tên địa bàn"),
        may="place.write",
        form=PlaceCorrectionForm,
        handle=handlers.correct_place,
        page="/places/<place_id>/edit",
        api="/api/v1/places/<place_id>",
        out=PlaceOut,
        load=_as_it_is,
        done=lambda saved: f"/places/{saved.place_id}",
        said=lambda saved: flash(_("Đã sửa thành %(name)s.", name=saved.name)),
        cancel=lambda request, place_id: f"/places/{place_id}",
    )
)


def _about(request: Request, place_id: str) -> dict[str, object]:
    """Say above the form which place it is about."""
    found = queries.place(request.uow, place_id)
    return {"back": {"label": found.name, "href": f"/places/{place_id}"}}


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
        context=_about,
        cancel=lambda request, place_id: f"/places/{place_id}",
    )
)
