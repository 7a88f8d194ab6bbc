"""Pages about places and counts: hotspots, arrests, illicit plants, offences, fines and tips."""

from typing import Any

from chassis.i18n import _
from chassis.units import unit
from chassis.web import Operation, Request, Routes, flash
from services.registry.domain.books import HOTSPOT_KINDS, TALLY_KINDS, square_metres
from services.registry.forms.books.places import (
    ClearHotspotForm,
    DestroyIllicitPlantForm,
    HotspotForm,
    HotspotOut,
    IllicitPlantForm,
    IllicitPlantOut,
    OffenderArrestForm,
    OffenderArrestOut,
    TallyForm,
    TallyOut,
)
from services.registry.handlers import books as handlers
from services.registry.pages.books.shelf import Column, Shelf, about_line, put_up
from services.registry.queries import books as queries
from services.registry.queries.books import EntryRecord

routes = Routes()


def _border(entry: EntryRecord) -> str | None:
    return unit(entry.border_commune_code).title if entry.border_commune_code else None


def _clearing(_request: Request, entry: EntryRecord) -> list[dict[str, Any]]:
    if entry.cleared_on is not None:
        return []
    return [{"label": _("Ghi đã triệt xoá"), "href": f"/books/hotspots/{entry.hotspot_id}/clearing", "primary": True}]


def _cleared(_request: Request, entry: EntryRecord) -> list[dict[str, Any]]:
    if entry.cleared_on is None:
        return []
    return [{"heading": _("Triệt xoá"), "facts": [(_("Ngày triệt xoá"), entry.cleared_on)]}]


def _destroying(_request: Request, entry: EntryRecord) -> list[dict[str, Any]]:
    if entry.destroyed_on is not None:
        return []
    return [
        {
            "label": _("Ghi kết quả triệt phá"),
            "href": f"/books/illicit-plants/{entry.plot_id}/destroying",
            "primary": True,
        }
    ]


def _destroyed(_request: Request, entry: EntryRecord) -> list[dict[str, Any]]:
    if entry.destroyed_on is None:
        return []
    return [
        {
            "heading": _("Triệt phá"),
            "facts": [
                (_("Ngày triệt phá"), entry.destroyed_on),
                (_("Số cây đã triệt phá"), entry.destroyed_plants),
                (_("Diện tích đã triệt phá (m²)"), square_metres(entry.destroyed_square_decimetres)),
            ],
        }
    ]


HOTSPOTS = Shelf(
    slug="hotspots",
    title=_("Điểm tổ chức, chứa chấp sử dụng trái phép"),
    one=_("Điểm tổ chức, chứa chấp"),
    book=queries.HOTSPOTS,
    asks=HotspotForm,
    out=HotspotOut,
    codes=HOTSPOT_KINDS,
    columns=(
        Column(label=_("Loại"), cell=lambda entry: HOTSPOT_KINDS[entry.kind]),
        Column(label=_("Địa điểm"), cell=lambda entry: entry.details.get("place")),
        Column(label=_("Giáp ranh"), cell=_border),
        Column(label=_("Ngày phát hiện"), cell=lambda entry: entry.found_on),
        Column(label=_("Ngày triệt xoá"), cell=lambda entry: entry.cleared_on),
    ),
    new={"label": _("Ghi điểm mới"), "href": "/books/hotspots/new"},
    acts=_clearing,
    parts=_cleared,
)
ARRESTS = Shelf(
    slug="arrests",
    title=_("Số người phạm tội về ma túy bị bắt giữ"),
    one=_("Số người bị bắt giữ"),
    book=queries.ARRESTS,
    asks=OffenderArrestForm,
    out=OffenderArrestOut,
    columns=(
        Column(label=_("Ngày bắt giữ"), cell=lambda entry: entry.arrested_on),
        Column(label=_("Số người"), cell=lambda entry: entry.offenders, numeric=True),
    ),
    new={"label": _("Ghi số người bị bắt giữ"), "href": "/books/arrests/new"},
)
ILLICIT_PLANTS = Shelf(
    slug="illicit-plants",
    title=_("Cây có chứa chất ma túy"),
    one=_("Nơi trồng cây có chứa chất ma túy"),
    book=queries.ILLICIT_PLANTS,
    asks=IllicitPlantForm,
    out=IllicitPlantOut,
    columns=(
        Column(label=_("Ngày phát hiện"), cell=lambda entry: entry.found_on),
        Column(label=_("Số cây"), cell=lambda entry: entry.plants, numeric=True),
        Column(label=_("Diện tích (m²)"), cell=lambda entry: square_metres(entry.square_decimetres), numeric=True),
        Column(label=_("Giáp ranh"), cell=_border),
        Column(label=_("Ngày triệt phá"), cell=lambda entry: entry.destroyed_on),
    ),
    new={"label": _("Ghi nơi trồng mới"), "href": "/books/illicit-plants/new"},
    acts=_destroying,
    parts=_destroyed,
    values=lambda entry: {"area": square_metres(entry.square_decimetres)},
)
TALLIES = Shelf(
    slug="tallies",
    title=_("Vi phạm, xử phạt, tin báo"),
    one=_("Số vụ vi phạm, xử phạt, tin báo"),
    book=queries.TALLIES,
    asks=TallyForm,
    out=TallyOut,
    codes=TALLY_KINDS,
    columns=(
        Column(label=_("Ngày"), cell=lambda entry: entry.counted_on),
        Column(label=_("Loại"), cell=lambda entry: TALLY_KINDS[entry.kind]),
        Column(label=_("Số lượng"), cell=lambda entry: entry.quantity, numeric=True),
    ),
    new={"label": _("Ghi số lượng"), "href": "/books/tallies/new"},
)

# What is entered comes before the line of a book: «new» is no identifier.
routes.add(Operation(
    name="record_hotspot", title=_("Ghi điểm tổ chức, chứa chấp sử dụng trái phép"), may="book.write", form=HotspotForm,
    handle=handlers.record_hotspot, page="/books/hotspots/new", api="/api/v1/hotspots", out=HotspotOut,
    prefill=lambda request: {"found_on": request.today}, cancel=HOTSPOTS.address, done=HOTSPOTS.href,
    said=lambda _saved: flash(_("Đã ghi điểm.")), location=lambda saved: f"/api/v1/hotspots/{saved.hotspot_id}",
))  # fmt: skip
routes.add(Operation(
    name="clear_hotspot", title=_("Ghi điểm đã được triệt xoá"), may="book.write", form=ClearHotspotForm,
    handle=handlers.clear_hotspot, page="/books/hotspots/<hotspot_id>/clearing",
    api="/api/v1/hotspots/<hotspot_id>/clearing", out=HotspotOut, context=about_line(HOTSPOTS),
    prefill=lambda request, hotspot_id: {"cleared_on": request.today}, done=HOTSPOTS.href,
    cancel=lambda _request, hotspot_id: f"/books/hotspots/{hotspot_id}", said=lambda _saved: flash(_("Đã ghi triệt xoá.")),
    location=lambda saved: f"/api/v1/hotspots/{saved.hotspot_id}",
))  # fmt: skip
routes.add(Operation(
    name="record_offender_arrest", title=_("Ghi số người phạm tội về ma túy bị bắt giữ"), may="book.write",
    form=OffenderArrestForm, handle=handlers.record_offender_arrest, page="/books/arrests/new", api="/api/v1/arrests",
    out=OffenderArrestOut, prefill=lambda request: {"arrested_on": request.today}, cancel=ARRESTS.address,
    done=lambda _saved: ARRESTS.address, said=lambda _saved: flash(_("Đã ghi số người bị bắt giữ.")),
    location=lambda saved: f"/api/v1/arrests/{saved.arrest_id}",
))  # fmt: skip
routes.add(Operation(
    name="record_illicit_plant", title=_("Ghi nơi trồng cây có chứa chất ma túy"), may="book.write", form=IllicitPlantForm,
    handle=handlers.record_illicit_plant, page="/books/illicit-plants/new", api="/api/v1/illicit-plants", out=IllicitPlantOut,
    prefill=lambda request: {"found_on": request.today}, cancel=ILLICIT_PLANTS.address, done=ILLICIT_PLANTS.href,
    said=lambda _saved: flash(_("Đã ghi nơi trồng.")), location=lambda saved: f"/api/v1/illicit-plants/{saved.plot_id}",
))  # fmt: skip
routes.add(Operation(
    name="destroy_illicit_plant", title=_("Ghi kết quả triệt phá"), may="book.write", form=DestroyIllicitPlantForm,
    handle=handlers.destroy_illicit_plant, page="/books/illicit-plants/<plot_id>/destroying",
    api="/api/v1/illicit-plants/<plot_id>/destroying", out=IllicitPlantOut, context=about_line(ILLICIT_PLANTS),
    prefill=lambda request, plot_id: {"destroyed_on": request.today}, done=ILLICIT_PLANTS.href,
    cancel=lambda _request, plot_id: f"/books/illicit-plants/{plot_id}",
    said=lambda _saved: flash(_("Đã ghi kết quả triệt phá.")), location=lambda saved: f"/api/v1/illicit-plants/{saved.plot_id}",
))  # fmt: skip
routes.add(Operation(
    name="record_tally", title=_("Ghi số vụ vi phạm, xử phạt, tin báo"), may="book.write", form=TallyForm,
    handle=handlers.record_tally, page="/books/tallies/new", api="/api/v1/tallies", out=TallyOut,
    prefill=lambda request: {"counted_on": request.today}, cancel=TALLIES.address, done=lambda _saved: TALLIES.address,
    said=lambda _saved: flash(_("Đã ghi số lượng.")), location=lambda saved: f"/api/v1/tallies/{saved.tally_id}",
))  # fmt: skip
for shelf in (HOTSPOTS, ARRESTS, ILLICIT_PLANTS, TALLIES):
    put_up(routes, shelf)
