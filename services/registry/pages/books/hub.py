"""Where the other books stand: one line for each with its count, and somebody's lines in all of them."""

from typing import Any

from chassis.i18n import _
from chassis.web import Menu, Request, Response, Routes
from services.registry import queries as people_queries
from services.registry.domain.books import LISTS
from services.registry.pages.books.places import ARRESTS, HOTSPOTS, ILLICIT_PLANTS, TALLIES
from services.registry.pages.books.residences import MONTH, RESIDENCE_CHECKS, RESIDENCES
from services.registry.pages.books.shelf import Shelf
from services.registry.pages.books.support import PROGRESS_BOOK, SUPPORT_VISITS
from services.registry.pages.books.teams import ASSIGNMENTS, TEAMS
from services.registry.pages.books.use_incidents import TESTS, USE_INCIDENTS
from services.registry.pages.books.violations import VIOLATIONS
from services.registry.queries import books as queries

routes = Routes()

SHELVES = (
    RESIDENCES, RESIDENCE_CHECKS, USE_INCIDENTS, TESTS, TEAMS, ASSIGNMENTS, SUPPORT_VISITS, PROGRESS_BOOK, VIOLATIONS,
    HOTSPOTS, ARRESTS, ILLICIT_PLANTS, TALLIES,
)  # fmt: skip
# What can be entered about somebody, in the order of the books: where under /people/<id>.
ENTRIES = (
    (RESIDENCES, (("residences/new", _("Ghi nơi cư trú")),)),
    (RESIDENCE_CHECKS, (("residence-checks/new", _("Ghi kiểm tra cư trú")),)),
    (USE_INCIDENTS, (("use-incidents/new", _("Ghi hành vi bị phát hiện")),)),
    (ASSIGNMENTS, (
        ("team-assignments/new", _("Giao cho tổ")), ("helper-assignments/new", _("Phân công người giúp đỡ")),
    )),
    (SUPPORT_VISITS, (("support-visits/new", _("Ghi lượt gặp gỡ, hỗ trợ")),)),
    (PROGRESS_BOOK, (("progress/new", _("Đánh giá sự tiến bộ")),)),
    (VIOLATIONS, (("violations/new", _("Ghi biên bản vi phạm")),)),
)  # fmt: skip


@routes.page("/books", may="book.read", menu=Menu(_("Sổ khác"), icon="document", order=6))
def books(request: Request) -> Response:
    """List the books with how many lines each holds, then what is derived from the cases."""
    uow = request.uow
    month = queries.month_of_checks(uow, request.today)
    rows = [_row(shelf.title, queries.count_entries(uow, shelf.book), shelf.address) for shelf in SHELVES]
    today = request.today
    lists = [
        _row(label, len(queries.on_a_list(uow, (code,), today)), f"/books/lists/{code}")
        for code, label in LISTS.items()
    ]
    return request.render(
        "list.html",
        title=_("Sổ khác"),
        totals=[
            {
                "label": _("Đã kiểm tra cư trú trong tháng"),
                "value": month.checked,
                "href": MONTH,
            },
            {"label": _("Chưa kiểm tra"), "value": month.managed - month.checked, "href": MONTH},
        ],
        columns=[{"key": "book", "label": _("Sổ")}, {"key": "count", "label": _("Số dòng"), "numeric": True}],
        rows=[*lists, *rows, _row(_("Số liệu phân loại địa bàn"), None, "/books/classification")],
    )


def _row(title: str, count: int | None, href: str) -> dict[str, Any]:
    return {"cells": {"book": title, "count": count}, "href": href}


@routes.page("/people/<person_id>/books", may="book.read")
def books_of_person(request: Request, person_id: str) -> Response:
    """Show what the books say of somebody, and offer what can be entered."""
    record = people_queries.person_record(request.uow, person_id)
    return request.render(
        "record.html",
        title=record.title,
        lead=_("Các sổ khác"),
        back={"label": record.title, "href": f"/people/{person_id}"},
        facts=[],
        sections=[] if record.restricted else [_section(request, shelf, person_id, ways) for shelf, ways in ENTRIES],
    )


def _section(request: Request, shelf: Shelf, person_id: str, ways: Any) -> dict[str, Any]:
    columns = shelf.columns[1:]  # the first one says who it is about
    may_write = request.may("book.write")
    return {
        "heading": shelf.title,
        "columns": [{"key": str(place), "label": column.label} for place, column in enumerate(columns)],
        "rows": [
            {
                "cells": {str(place): column.cell(entry) for place, column in enumerate(columns)},
                "href": shelf.href(entry),
            }
            for entry in queries.entries_of(request.uow, shelf.book, person_id)
        ],
        "actions": [{"label": label, "href": f"/people/{person_id}/{way}"} for way, label in ways if may_write],
    }
