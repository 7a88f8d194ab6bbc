"""One figure opened: its parts, its definition, its breakdown, and the events that made it."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.i18n import _, current_locale
from chassis.web import Request, Response, Routes
from services.reporting.figures import (
    address_of,
    card,
    figures_of,
    in_words,
    period_asked,
    usual_period,
)
from services.reporting.indicators.definition import Definition
from services.reporting.indicators.engine import PartName
from services.reporting.periods import Period, the_calendar
from services.reporting.queries import EventBehind, Figures
from services.reporting.targets import Target
from services.reporting.targets.in_force import target_of
from services.reporting.words import AGENCIES, DIMENSIONS, EVENTS, MEMBERS, said

ROWS = 25
LONGEST_NUMBER = 6
SMALL_CELL = 5
"""A breakdown of people hides counts from 1 to 4 (domain 8.2)."""

PARTS: Mapping[PartName, str] = {"numerator": _("Tử số"), "denominator": _("Mẫu số")}

routes = Routes()


@routes.page("/indicators/<code>", may="figure.read")
def indicator(request: Request, code: str) -> Response:
    """Show a figure, what it means, and the events behind it."""
    figures = figures_of(request)
    definition = figures.definition(code)
    period = period_asked(request, definition) or usual_period(definition, request)
    unit = request.by.unit
    reading = figures.reading(code, unit, period)
    part: PartName = "denominator" if request.args.get("part") == "denominator" else "numerator"
    events = figures.lineage(code, unit, period, part=part) if request.may("figure.trace") else []
    page = _page_asked(request, len(events))
    shown = events[(page - 1) * ROWS : page * ROWS]
    return request.render(
        "indicator.html",
        title=said(definition.name),
        reading={**card(reading), "href": None},
        periods=_periods(definition, period, request),
        meaning=_meaning(definition, period),
        plan=_plan(definition, target_of(code, unit, period)),
        breakdowns=_breakdowns(figures, definition, unit, period),
        parts=_parts(definition, period, part),
        columns=EVENT_COLUMNS,
        rows=[event_row(event) for event in shown],
        count=len(events),
        pager=_pager(_address(definition, period, part), page, len(events)),
        footnotes=[said(note) for note in definition.footnotes],
    )


EVENT_COLUMNS = [
    {"key": "on", "label": _("Ngày")},
    {"key": "type", "label": _("Sự kiện")},
    {"key": "agency", "label": _("Cơ quan ghi"), "whole": True},
    {"key": "position", "label": _("Vị trí trong nhật ký"), "numeric": True},
    {"key": "recorded", "label": _("Ghi lúc"), "whole": True},
    {"key": "id", "label": _("Mã sự kiện")},
]


def event_row(event: EventBehind) -> dict[str, Any]:
    """Return one event as a row: when, what, who recorded it, and where it stands in that agency's log."""
    agency = event.source.rpartition("/")[2]
    return {
        "cells": [
            event.occurred_on,
            EVENTS.get(event.type, event.type),
            AGENCIES.get(agency, agency),
            event.position,
            event.recorded_at,
            event.event_id,
        ]
    }


def _page_asked(request: Request, events: int) -> int:
    """Return the page of events that the address names; the nearest one there is."""
    asked = request.args.get("page", "1")
    pages = max(1, -(-events // ROWS))
    return min(int(asked), pages) if asked.isdecimal() and asked.strip("0") and len(asked) < LONGEST_NUMBER else 1


def _address(definition: Definition, period: Period, part: PartName) -> str:
    return f"/indicators/{definition.code}?period={address_of(period)}&part={part}"


def _pager(address: str, page: int, events: int) -> dict[str, str | None]:
    return {
        "prev": f"{address}&page={page - 1}#events" if page > 1 else None,
        "next": f"{address}&page={page + 1}#events" if page * ROWS < events else None,
    }


def _periods(definition: Definition, period: Period, request: Request) -> list[dict[str, Any]]:
    calendar = the_calendar()
    offered = {address_of(each): each for each in (period, calendar.previous(period))}
    for kind in definition.periods:
        latest = calendar.latest(kind, request.today)
        offered.setdefault(address_of(latest), latest)
    return [
        {
            "label": each.title(current_locale()),
            "href": f"/indicators/{definition.code}?period={address}",
            "on": each == period,
        }
        for address, each in offered.items()
    ]


def _meaning(definition: Definition, period: Period) -> list[tuple[object, object]]:
    return [
        (_("Cách tính"), said(definition.definition)),
        (_("Kỳ"), period.title(current_locale())),
        (_("Căn cứ của kỳ"), period.kind.basis),
        (_("Cơ quan chịu trách nhiệm"), definition.owner),
        (_("Nguồn"), "; ".join(definition.sources)),
        (_("Người kiểm tra định nghĩa"), definition.checked_by),
        (_("Rà soát lại trước"), definition.review_by),
    ]


def _plan(definition: Definition, target: Target | None) -> list[tuple[object, object]]:
    if target is None:
        return []
    return [
        (_("Văn bản giao"), f"{target.document_number} ({target.document_on:%d/%m/%Y})"),
        (_("Mục trong văn bản"), target.section),
        (_("Nguyên văn"), f"«{target.sentence}»"),
        (_("Hiểu là"), target.reading or None),
        (_("Mức giao"), f"{target.comparator} {in_words(definition, target.value)}"),
        (_("Chịu trách nhiệm"), target.responsible),
    ]


def _parts(definition: Definition, period: Period, part: PartName) -> list[dict[str, Any]]:
    if definition.denominator is None:
        return []
    return [
        {
            "label": label,
            "href": f"{_address(definition, period, each)}#events",
            "on": each == part,
        }
        for each, label in PARTS.items()
    ]


def _breakdowns(figures: Figures, definition: Definition, unit: str, period: Period) -> list[dict[str, Any]]:
    return [_breakdown(figures, definition, unit, period, dimension) for dimension in definition.dimensions]


def _breakdown(figures: Figures, definition: Definition, unit: str, period: Period, dimension: str) -> dict[str, Any]:
    """Return one breakdown as a table; a figure that is no share has one column of numbers."""
    heading = DIMENSIONS.get(dimension, dimension)
    members = figures.breakdown(definition.code, unit, period, dimension)
    hide = definition.numerator.count == "people"
    is_share = definition.denominator is not None
    columns = [
        {"key": "member", "label": heading},
        {"key": "numerator", "label": PARTS["numerator"] if is_share else _("Số lượng"), "numeric": True},
    ]
    counts = [hidden([member.numerator for member in members], hide=hide)]
    if is_share:
        columns.append({"key": "denominator", "label": PARTS["denominator"], "numeric": True})
        counts.append(hidden([member.denominator for member in members], hide=hide))
    return {
        "title": heading,
        "columns": columns,
        "rows": [
            {"cells": [MEMBERS.get(member.member, member.member), *(column[number] for column in counts)]}
            for number, member in enumerate(members)
        ],
    }


def hidden(counts: Sequence[int | None], *, hide: bool) -> list[int | str | None]:
    """Return the counts of a breakdown, with those left out that could point at a person.

    Counts from 1 to 4 are shown as «1–4». Where there is just one of them, the whole would give it away: then the smallest of
    the others is left out too.
    """
    if not hide:
        return list(counts)
    small = {place for place, count in enumerate(counts) if count and count < SMALL_CELL}
    others = [(count, place) for place, count in enumerate(counts) if count and place not in small]
    covered = {min(others)[1]} if len(small) == 1 and others else set()
    return [_shown(count, is_small=place in small, is_covered=place in covered) for place, count in enumerate(counts)]


def _shown(count: int | None, *, is_small: bool, is_covered: bool) -> int | str | None:
    if is_small:
        return f"1–{SMALL_CELL - 1}"
    return str(_("không nêu")) if is_covered else count
