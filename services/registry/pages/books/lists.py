"""The lists L1 to L3, in and out with reasons, and the inputs of the yearly classification."""

from typing import Any
from urllib.parse import urlencode

from chassis.errors import NotFound
from chassis.i18n import _
from chassis.web import Page, Request, Response, Routes
from services.registry import documents
from services.registry.domain.books import LISTS, WHEREABOUTS, Interval, classification_year, year_of_classification
from services.registry.domain.classification import Worksheet
from services.registry.domain.codes import SUBSTANCES
from services.registry.forms.books.lists import (
    PARTS,
    ClassificationInputsOut,
    ListLineOut,
    NamedListForm,
    WorksheetAskedForm,
    WorksheetOut,
    YearAskedForm,
)
from services.registry.law import law
from services.registry.pages.books.shelf import said, typed_day
from services.registry.pages.people import birth, pager
from services.registry.permissions import PERMISSIONS
from services.registry.queries import books as queries
from services.registry.queries.books import ClassificationInputs, ListAsked, ListLine

EXPORT = "person.export"

routes = Routes()

STABILITY_WORDS = {
    "STABLE": _("Cư trú ổn định"),
    "UNSTABLE": _("Cư trú không ổn định"),
    "UNKNOWN": _("Chưa ghi nơi cư trú"),
}
FILE_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FIRST_YEAR, LAST_YEAR = 2020, 2100


def leaving(code: str, reason: str | None) -> str | None:
    """Return why somebody left a list, in the words of the law files: a reason of the law, else the act that closed the case."""
    if reason is None:
        return None
    track = law().tracks[queries.TRACKS[code]]
    reasons = {each.code: each.name for line in track.transitions for each in line.reasons}
    events = {line.event: line.name for line in track.transitions}
    return str(reasons.get(reason) or events.get(reason) or reason)


def _period(since: Any, until: Any, request: Request) -> Interval:
    """Return the period that was asked for; without one the year of the statutory window that holds today."""
    window = classification_year(year_of_classification(request.today))
    return Interval(first=since or window.first, last=until or min(window.last or request.today, request.today))


@routes.page("/books/lists/<code>", may="book.read")
def listed_people(request: Request, code: str) -> Response:
    """Show who is on a list, who entered and who left it, with the totals of the form M10."""
    code = code if code in LISTS else "L1"
    part = request.args.get("part", "present")
    asked = ListAsked(
        code=code,
        part=part if part in PARTS else "present",
        period=_period(typed_day(request.args.get("since", "")), typed_day(request.args.get("until", "")), request),
        reason=request.args.get("reason") or None,
    )
    cursor = request.args.get("cursor")
    found = queries.list_lines(request.uow, asked, cursor=cursor)
    totals = queries.list_totals(request.uow, code, asked.period)
    kept = {"part": asked.part, "since": said(asked.period.first), "until": said(asked.period.last)}
    counts = {"present": totals.present, "entered": totals.entered, "left": totals.left}
    address = f"/books/lists/{code}"
    return request.render(
        "book.html",
        title=LISTS[code],
        back={"label": _("Sổ khác"), "href": "/books"},
        address=address,
        actions=[
            {"label": _("In danh sách (.docx)"), "href": f"{address}/docx", "icon": "print"},
            *(
                [{"label": _("Tải danh sách (.xlsx)"), "href": f"{address}/xlsx", "icon": "download"}]
                if request.may(EXPORT)
                else []
            ),
        ],
        asked={"part": asked.part},
        since=kept["since"],
        until=kept["until"],
        totals=_totals(code, address, totals, kept),
        chips=[
            {
                "label": label,
                "href": f"{address}?{urlencode({**kept, 'part': name})}",
                "on": asked.part == name,
                "count": counts[name],
            }
            for name, label in PARTS.items()
        ],
        columns=[
            {"key": "name", "label": _("Họ và tên")},
            {"key": "birth", "label": _("Ngày sinh")},
            {"key": "substances", "label": _("Loại ma túy")},
            {"key": "in", "label": _("Ngày đưa vào")},
            {"key": "ends", "label": _("Ngày hết hạn")},
            {"key": "out", "label": _("Ngày đưa ra")},
            {"key": "where", "label": _("Hiện ở")},
        ],
        rows=[{"cells": _cells(code, line), "href": f"/people/{line.person.person_id}"} for line in found.items],
        count=queries.count_list(request.uow, asked),
        pager=pager(address, kept | ({"reason": asked.reason} if asked.reason else {}), cursor, found.next),
        empty=_("Không có ai trong danh sách này."),
    )


@routes.page("/books/lists/<code>/<kind>", may="book.read")
def printed_list(request: Request, code: str, kind: str) -> Response:
    """Send the list of today for the office itself; everybody on it is noted as read. Handing it out is a disclosure.

    As a workbook, which is easily carried away, it is for those only who may hand lists out (domain 13.3: X).
    """
    if code not in LISTS or kind not in FILE_TYPES:
        raise NotFound(_("Không có danh sách này."))
    if kind == "xlsx":
        PERMISSIONS.require(request.by, EXPORT)
    content = documents.printed_list(request.uow, code, kind)
    name = f"{documents.LISTS[code]}_{request.today.isoformat()}.{kind}"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, mimetype=FILE_TYPES[kind], headers=headers)


def _totals(code: str, address: str, totals: Any, kept: dict[str, str]) -> list[dict[str, Any]]:
    """Return why people left, and the dimensions of those on the list today."""
    reasons = [
        {
            "label": _("Đưa ra: %(reason)s", reason=leaving(code, reason)),
            "value": count,
            "href": f"{address}?{urlencode({**kept, 'part': 'left', 'reason': reason})}",
        }
        for reason, count in sorted(totals.left_by_reason.items())
    ]
    named = ((WHEREABOUTS, totals.whereabouts), (STABILITY_WORDS, totals.stability), (SUBSTANCES, totals.substances))
    dimensions = [
        {"label": label, "value": counts[code]}
        for words, counts in named
        for code, label in words.items()
        if code in counts
    ]
    return [*dimensions, *reasons]


def _cells(code: str, line: ListLine) -> dict[str, Any]:
    stability = {True: "STABLE", False: "UNSTABLE", None: "UNKNOWN"}[line.stable]
    return {
        "name": line.person.full_name,
        "birth": birth(line.person),
        "substances": ", ".join(str(SUBSTANCES.get(code, code)) for code in line.substances) or None,
        "in": line.in_on,
        "ends": line.ends_on,
        "out": {"text": line.out_on, "sub": leaving(code, line.out_reason)},
        "where": {"text": WHEREABOUTS[line.whereabouts], "sub": STABILITY_WORDS[stability]},
    }


@routes.api(
    "GET", "/api/v1/listed-people", may="book.read", out=ListLineOut, many=True, query=NamedListForm,
    summary=_("Danh sách L1, L2, L3"),
)  # fmt: skip
def list_listed_people(request: Request) -> Page[ListLine]:
    """Return a part of a list."""
    query = request.query
    asked = ListAsked(
        code=query["code"],
        part=query.get("part", "present"),
        period=_period(query.get("since"), query.get("until"), request),
        reason=query.get("reason"),
    )
    return queries.list_lines(request.uow, asked, cursor=request.cursor, limit=request.limit)


# -- the yearly classification -------------------------------------------------------------------------------------------------


@routes.page("/books/classification", may="book.read")
def classification(request: Request) -> Response:
    """Show the inputs of criteria a to d of a year, each leading to the lines behind it."""
    this_year = year_of_classification(request.today)
    typed = request.args.get("year", "")
    year = int(typed) if typed.isdecimal() and FIRST_YEAR <= int(typed[:6]) <= LAST_YEAR else this_year
    inputs = queries.classification_inputs(request.uow, year)
    return request.render(
        "list.html",
        title=_("Số liệu phân loại địa bàn năm %(year)s", year=year),
        intro=_(
            "Từ %(since)s đến %(until)s (Quyết định 28/2025/QĐ-TTg). Chỉ là số liệu đầu vào; "
            "việc xếp loại do Ủy ban nhân dân tự đánh giá.",
            since=said(inputs.window.first), until=said(inputs.window.last),
        ),
        back={"label": _("Sổ khác"), "href": "/books"},
        chips=[
            {"label": str(each), "href": f"/books/classification?year={each}", "on": each == year}
            for each in (this_year - 1, this_year)
        ],
        columns=[
            {"key": "criterion", "label": _("Tiêu chí")},
            {"key": "input", "label": _("Số liệu")},
            {"key": "value", "label": _("Giá trị"), "numeric": True},
        ],
        rows=_inputs(inputs),
    )  # fmt: skip


def _inputs(inputs: ClassificationInputs) -> list[dict[str, Any]]:
    window = urlencode({"since": said(inputs.window.first), "until": said(inputs.window.last)})

    def row(criterion: str, what: str, value: Any, href: str) -> dict[str, Any]:
        return {"cells": {"criterion": criterion, "input": what, "value": value}, "href": href}

    return [
        row(
            "a", _("Người nghiện và người sử dụng trái phép có hồ sơ quản lý"), inputs.people_on_file, "/books/lists/L1"
        ),
        row("b", _("Điểm tổ chức, chứa chấp trong kỳ"), inputs.hotspots, "/books/hotspots"),
        row("b", _("Trong đó đã triệt xoá trong kỳ"), inputs.hotspots_cleared, "/books/hotspots"),
        row("c", _("Người phạm tội về ma túy bị bắt giữ"), inputs.offenders, f"/books/arrests?{window}"),
        row("d", _("Số cây phát hiện"), inputs.plants, f"/books/illicit-plants?{window}"),
        row("d", _("Diện tích phát hiện (m²)"), inputs.area, f"/books/illicit-plants?{window}"),
        row("d", _("Số cây đã triệt phá"), inputs.destroyed_plants, f"/books/illicit-plants?{window}"),
        row("d", _("Diện tích đã triệt phá (m²)"), inputs.destroyed_area, f"/books/illicit-plants?{window}"),
    ]


@routes.api(
    "GET", "/api/v1/classification-inputs", may="book.read", out=ClassificationInputsOut, query=YearAskedForm,
    summary=_("Số liệu phân loại địa bàn"),
)  # fmt: skip
def get_classification_inputs(request: Request) -> ClassificationInputs:
    """Return the inputs of a year; without one, of the window that holds today."""
    return queries.classification_inputs(request.uow, request.query.get("year", year_of_classification(request.today)))


@routes.api(
    "GET", "/api/v1/classification-worksheet", may="book.read", out=WorksheetOut, query=WorksheetAskedForm,
    summary=_("Bảng tự tính phân loại địa bàn"),
)  # fmt: skip
def get_classification_worksheet(request: Request) -> Worksheet:
    """Return the worksheet of a year; it proposes, and the People's Committee assesses."""
    return queries.classification_worksheet(
        request.uow,
        request.query.get("year", year_of_classification(request.today)),
        population=request.query["population"],
        on_key_route=bool(request.query.get("on_key_route")),
    )
