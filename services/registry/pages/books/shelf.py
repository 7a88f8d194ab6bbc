"""How any book is shown: its list by days with filters, one line of it, and the same two for programs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from marshmallow import Schema

from chassis.forms import Form, facts
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from chassis.web import Operation, Page, Request, Response, Routes, flash
from services.registry.forms.books.asking import BookAsked, WithdrawalForm
from services.registry.handlers import books as handlers
from services.registry.pages.people import pager
from services.registry.queries import books as queries
from services.registry.queries.books import Asked, Book, EntryRecord

Cell = Callable[[EntryRecord], Any]
Parts = Callable[[Request, EntryRecord], list[dict[str, Any]]]


def nothing_more(_request: Request, _entry: EntryRecord) -> list[dict[str, Any]]:
    """Say that a line has no further parts."""
    return []


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a list."""

    label: str
    cell: Cell
    numeric: bool = False


@dataclass(frozen=True, kw_only=True)
class TakingBack:
    """How a line that was entered by mistake is withdrawn: who may, by which form, what is said then."""

    may: str = "book.write"
    form: type[Form] = WithdrawalForm
    handle: Callable[[Any, UnitOfWork], Any] = handlers.withdraw_entry
    said: str = _("Đã huỷ dòng ghi nhầm.")


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A book with everything its pages need.

    ``slug`` is its place under /books and in the API, ``asks`` the form by which a line is entered, ``codes`` the words of the
    filter, ``new`` where a line that is about nobody is entered, ``acts`` what can be done next with a line, ``parts`` further
    sections of its page, ``values`` the answers of the form that are neither a column nor sealed, ``taking_back`` how a mistake
    is withdrawn.
    """

    slug: str
    title: str
    one: str
    book: Book
    asks: type[Form]
    out: type[Schema]
    columns: Sequence[Column]
    codes: Mapping[str, str] = field(default_factory=dict)
    intro: str = ""
    new: Mapping[str, Any] | None = None
    also: Sequence[Mapping[str, Any]] = ()
    acts: Parts = nothing_more
    parts: Parts = nothing_more
    values: Callable[[EntryRecord], Mapping[str, Any]] = lambda _entry: {}
    taking_back: TakingBack = TakingBack()

    @property
    def address(self) -> str:
        """Return where the list is."""
        return f"/books/{self.slug}"

    @property
    def snake(self) -> str:
        """Return its name in the names of functions."""
        return self.slug.replace("-", "_")

    @property
    def api(self) -> str:
        """Return where programs find the list."""
        return f"/api/v1/{self.slug}"

    def href(self, entry: EntryRecord) -> str:
        """Return where one line is."""
        return f"{self.address}/{self.key(entry)}"

    def key(self, entry: EntryRecord) -> str:
        """Return what identifies a line."""
        return str(getattr(entry, self.book.key.key))


def put_up(routes: Routes, shelf: Shelf) -> None:
    """Serve a book: its list and its lines, as pages and in the API."""
    key, snake = shelf.book.key.key, shelf.snake

    def lines(request: Request) -> Response:
        return _list_page(request, shelf)

    def line(request: Request, **path: str) -> Response:
        return _line_page(request, shelf, queries.entry(request.uow, shelf.book, path[key]))

    def list_lines(request: Request) -> Page[EntryRecord]:
        return queries.entries(
            request.uow, shelf.book, Asked(**request.query), cursor=request.cursor, limit=request.limit
        )

    def get_line(request: Request, **path: str) -> EntryRecord:
        return queries.entry(request.uow, shelf.book, path[key])

    for function, name in (
        (lines, snake), (line, f"one_of_{snake}"), (list_lines, f"list_{snake}"), (get_line, f"get_one_of_{snake}"),
    ):  # fmt: skip
        function.__name__ = name
    routes.page(shelf.address, may="book.read")(lines)
    routes.page(f"{shelf.address}/<{key}>", may="book.read")(line)
    routes.api("GET", shelf.api, may="book.read", out=shelf.out, many=True, query=BookAsked, summary=str(shelf.title))(
        list_lines
    )
    routes.api("GET", f"{shelf.api}/<{key}>", may="book.read", out=shelf.out, summary=str(shelf.one))(get_line)


def take_back(routes: Routes, shelf: Shelf) -> None:
    """Serve the form that withdraws a line."""
    key, how = shelf.book.key.key, shelf.taking_back
    routes.add(Operation(
        name=f"withdraw_{shelf.snake}", title=how.form.title, may=how.may, form=how.form,
        handle=how.handle, page=f"{shelf.address}/<{key}>/withdrawal", api=f"{shelf.api}/<{key}>/withdrawal",
        out=shelf.out, context=with_line(shelf), done=lambda _saved: shelf.address,
        cancel=lambda _request, **path: f"{shelf.address}/{path[key]}",
        said=lambda _saved: flash(how.said), location=lambda saved: f"{shelf.api}/{shelf.key(saved)}",
    ))  # fmt: skip


def about(entry: EntryRecord) -> dict[str, Any]:
    """Return whom a line is about, as a cell."""
    if entry.person is None:
        return {"text": None}
    return {"text": entry.person.full_name}


def about_line(shelf: Shelf) -> Callable[..., Mapping[str, Any]]:
    """Return what gives the form of a further act its way back to the line it is about."""

    def context(request: Request, **path: str) -> Mapping[str, Any]:
        return {"back": _way_back(shelf, queries.entry(request.uow, shelf.book, path[shelf.book.key.key]))}

    return context


def with_line(shelf: Shelf) -> Callable[..., Mapping[str, Any]]:
    """Return what shows the whole line above the form that takes it back: nobody withdraws the wrong one unseen."""

    def context(request: Request, **path: str) -> Mapping[str, Any]:
        entry = queries.entry(request.uow, shelf.book, path[shelf.book.key.key])
        about = {"heading": shelf.one, "facts": answers(request, shelf, entry)}
        return {"back": _way_back(shelf, entry), "about": about}

    return context


def _way_back(shelf: Shelf, entry: EntryRecord) -> dict[str, Any]:
    label = entry.person.title if entry.person is not None else shelf.one
    return {"label": label, "href": shelf.href(entry)}


def typed_day(typed: str) -> date | None:
    """Return the day that was typed in an address, as 05/07/2026 or 2026-07-05; None for anything else."""
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(typed.strip(), shape).date()  # noqa: DTZ007 - a day of the calendar, not an instant
        except ValueError:
            continue
    return None


def said(day: date | None) -> str:
    """Return a day as it is typed."""
    return f"{day:%d/%m/%Y}" if day else ""


# -- the list ------------------------------------------------------------------------------------------------------------------


def _list_page(request: Request, shelf: Shelf) -> Response:
    asked = Asked(
        since=typed_day(request.args.get("since", "")),
        until=typed_day(request.args.get("until", "")),
        code=request.args.get("code") if request.args.get("code") in shelf.codes else None,
    )
    cursor = request.args.get("cursor")
    found = queries.entries(request.uow, shelf.book, asked, cursor=cursor)
    return request.render(
        "book.html",
        title=shelf.title,
        intro=shelf.intro or None,
        back={"label": _("Sổ khác"), "href": "/books"},
        address=shelf.address,
        asked={"code": asked.code} if asked.code else {},
        since=said(asked.since),
        until=said(asked.until),
        chips=_chips(request, shelf, asked),
        columns=[
            {"key": str(place), "label": column.label, "numeric": column.numeric}
            for place, column in enumerate(shelf.columns)
        ],
        rows=[
            {
                "cells": {str(place): column.cell(entry) for place, column in enumerate(shelf.columns)},
                "href": shelf.href(entry),
            }
            for entry in found.items
        ],
        count=queries.count_entries(request.uow, shelf.book, asked),
        pager=pager(shelf.address, _kept(asked), cursor, found.next),
        actions=_list_actions(request, shelf),
        empty=_("Chưa có dòng nào."),
    )


def _kept(asked: Asked) -> dict[str, str]:
    kept = {"since": said(asked.since), "until": said(asked.until), "code": asked.code or ""}
    return {name: value for name, value in kept.items() if value}


def _chips(request: Request, shelf: Shelf, asked: Asked) -> list[dict[str, Any]]:
    if not shelf.codes:
        return []
    counts = queries.count_by_code(request.uow, shelf.book, asked)

    def chip(label: str, code: str | None, count: int) -> dict[str, Any]:
        kept = _kept(Asked(since=asked.since, until=asked.until, code=code))
        href = f"{shelf.address}?{urlencode(kept)}".rstrip("?")
        return {"label": label, "href": href, "on": asked.code == code, "count": count}

    return [
        chip(_("Tất cả"), None, sum(counts.values())),
        *(chip(label, code, counts[code]) for code, label in shelf.codes.items() if code in counts),
    ]


def _list_actions(request: Request, shelf: Shelf) -> list[dict[str, Any]]:
    if not request.may("book.write"):
        return []
    if shelf.new is not None:
        return [{**shelf.new, "primary": True, "icon": "plus"}, *(dict(each) for each in shelf.also)]
    return [{"label": _("Chọn người để ghi"), "href": "/people"}, *(dict(each) for each in shelf.also)]


# -- one line ------------------------------------------------------------------------------------------------------------------


def _line_page(request: Request, shelf: Shelf, entry: EntryRecord) -> Response:
    person = entry.person
    withdrawn = getattr(entry.row, "withdrawn_at", None) is not None
    acts = shelf.acts(request, entry) if request.may("book.write") and not withdrawn else []
    return request.render(
        "record.html",
        title=person.title if person is not None else shelf.one,
        lead=shelf.one if person is not None else None,
        back={"label": shelf.title, "href": shelf.address},
        facts=answers(request, shelf, entry),
        state={"tone": "mute", "word": _("Đã huỷ, không tính")} if withdrawn else None,
        sections=[*shelf.parts(request, entry), *(_withdrawal(entry) if withdrawn else [])],
        actions=[
            *acts,
            *([{"label": _("Sổ của người này"), "href": f"/people/{person.person_id}/books"}] if person else []),
            *(_withdrawing(request, shelf, entry) if not withdrawn else []),
        ],
    )


def _withdrawing(request: Request, shelf: Shelf, entry: EntryRecord) -> list[dict[str, Any]]:
    if not request.may(shelf.taking_back.may) or not hasattr(entry.row, "withdrawn_at"):
        return []
    return [{"label": shelf.taking_back.form.title, "href": f"{shelf.href(entry)}/withdrawal"}]


def _withdrawal(entry: EntryRecord) -> list[dict[str, Any]]:
    facts_of_it = [(_("Lý do huỷ"), entry.details.get("withdrawal_reason")), (_("Thời điểm huỷ"), entry.withdrawn_at)]
    return [{"heading": _("Huỷ dòng ghi nhầm"), "facts": facts_of_it}]


def answers(request: Request, shelf: Shelf, entry: EntryRecord) -> list[tuple[str, Any]]:
    """Return every answer of a line in the words of its form."""
    columns = {name: getattr(entry.row, name) for name in shelf.asks.declared() if hasattr(entry.row, name)}
    return [*facts(shelf.asks, {**entry.details, **columns, **shelf.values(entry)}, request=request)]
