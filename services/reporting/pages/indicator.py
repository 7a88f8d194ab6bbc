"""One figure opened: its parts, its definition, its breakdown, and the events that made it."""

from typing import Any

from chassis.i18n import _, current_locale
from chassis.web import Request, Response, Routes
from services.reporting.figures import (
    address_of,
    card,
    figures_of,
    in_words,
    period_asked,
    target_of,
    usual_period,
)
from services.reporting.indicators.definition import Definition
from services.reporting.indicators.engine import PartName
from services.reporting.periods import Period, the_calendar
from services.reporting.queries import EventBehind, Figures
from services.reporting.targets import Target
from services.reporting.words import AGENCIES, DIMENSIONS, EVENTS, MEMBERS, said

ROWS = 50
SMALL_CELL = 5
"""A breakdown of people hides counts from 1 to 4 (domain 8.2)."""

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
        rows=[event_row(event) for event in events[:ROWS]],
        count=len(events),
        shown=min(len(events), ROWS),
        footnotes=[said(note) for note in definition.footnotes],
    )


EVENT_COLUMNS = [
    {"key": "on", "label": _("Ngày")},
    {"key": "type", "label": _("Sự kiện")},
    {"key": "agency", "label": _("Cơ quan ghi")},
    {"key": "position", "label": _("Vị trí trong nhật ký"), "numeric": True},
    {"key": "recorded", "label": _("Ghi lúc")},
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
    address = f"/indicators/{definition.code}?period={address_of(period)}"
    if definition.denominator is None:
        return []
    return [
        {"label": _("Tử số"), "href": f"{address}#events", "on": part == "numerator"},
        {"label": _("Mẫu số"), "href": f"{address}&part=denominator#events", "on": part == "denominator"},
    ]


def _breakdowns(figures: Figures, definition: Definition, unit: str, period: Period) -> list[dict[str, Any]]:
    counts_people = definition.numerator.count == "people"
    return [
        {
            "title": DIMENSIONS.get(dimension, dimension),
            "columns": [
                {"key": "member", "label": DIMENSIONS.get(dimension, dimension)},
                {"key": "numerator", "label": _("Tử số"), "numeric": True},
                {"key": "denominator", "label": _("Mẫu số"), "numeric": True},
            ],
            "rows": [
                {
                    "cells": [
                        MEMBERS.get(member.member, member.member),
                        _small(member.numerator, hide=counts_people),
                        _small(member.denominator, hide=counts_people),
                    ]
                }
                for member in figures.breakdown(definition.code, unit, period, dimension)
            ],
        }
        for dimension in definition.dimensions
    ]


def _small(count: int | None, *, hide: bool) -> int | str | None:
    """Return a count, or «1–4» where a small one could point at a person."""
    return "1–4" if hide and count is not None and 0 < count < SMALL_CELL else count
