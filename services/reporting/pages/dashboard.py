"""The dashboard: every figure with its target's light and its trend, as fresh as the last event heard."""

from typing import Any

from chassis.i18n import _, current_locale
from chassis.web import Menu, Request, Response, Routes
from services.reporting.figures import address_of, card, figures_of, in_words, period_asked, usual_period
from services.reporting.indicators import the_catalogue
from services.reporting.indicators.definition import value_of
from services.reporting.periods import Period, the_calendar
from services.reporting.queries import IndicatorReading
from services.reporting.reports.reading import of_period, signed_last
from services.reporting.words import FAMILIES, said

KINDS = ("P-M", "P-Q", "P-H1", "P-Y", "P-THD")
REFRESH_SECONDS = 1
EACH_IN_ITS_PERIOD = _("Mỗi chỉ tiêu theo kỳ của kế hoạch; bấm vào một số để xem nó gồm những gì.")

routes = Routes(home="/")


@routes.page("/", may="figure.read", menu=Menu(_("Bảng chỉ tiêu"), icon="chart", order=1))
def dashboard(request: Request) -> Response:
    """Show what the plan asks first, then everything else, by agency."""
    period = period_asked(request)
    figures, unit = figures_of(request), request.by.unit
    if period is not None:
        readings = figures.dashboard(unit, period)
    else:
        readings = figures.readings(
            unit, {definition.code: usual_period(definition, request) for definition in the_catalogue()}
        )
    return request.render(
        "figures.html",
        title=_("Chỉ tiêu và kết quả"),
        intro=period.title(current_locale()) if period else EACH_IN_ITS_PERIOD,
        chips=_chips(request),
        sections=_sections(readings),
        refresh=REFRESH_SECONDS,
        actions=[
            *_signed_report(request, period),
            {
                "label": _("Bảng số liệu"),
                "href": f"/table?period={address_of(period)}" if period else "/table",
                "icon": "list",
            },
        ],
    )


@routes.page("/table", may="figure.read")
def table(request: Request) -> Response:
    """Show the same figures as one table, for reading out and for print."""
    period = period_asked(request)
    figures, unit = figures_of(request), request.by.unit
    codes = {definition.code: usual_period(definition, request) for definition in the_catalogue()}
    readings = figures.dashboard(unit, period) if period else figures.readings(unit, codes)
    cards = [card(reading) for reading in readings]
    return request.render(
        "list.html",
        title=_("Bảng số liệu"),
        intro=period.title(current_locale()) if period else EACH_IN_ITS_PERIOD,
        columns=[
            {"key": "code", "label": _("Mã"), "whole": True},
            {"key": "name", "label": _("Tên chỉ tiêu")},
            {"key": "period", "label": _("Kỳ")},
            {"key": "numerator", "label": _("Tử số"), "numeric": True},
            {"key": "denominator", "label": _("Mẫu số"), "numeric": True},
            {"key": "value", "label": _("Kết quả"), "numeric": True},
            {"key": "target", "label": _("Chỉ tiêu giao")},
            {"key": "status", "label": _("Kết luận")},
        ],
        rows=[
            {
                "href": each["href"],
                "cells": [
                    each["code"],
                    each["name"],
                    each["period"],
                    each["numerator"],
                    each["denominator"],
                    _value(reading),
                    each["target_text"],
                    {"status": each["status"]},
                ],
            }
            for each, reading in zip(cards, readings, strict=True)
        ],
        chips=_chips(request, "/table"),
        count=len(cards),
        actions=_signed_report(request, period),
        empty=_("Kỳ này không có chỉ tiêu nào."),
        back={"label": _("Chỉ tiêu và kết quả"), "href": "/"},
    )


def _signed_report(request: Request, period: Period | None) -> list[dict[str, Any]]:
    """Lead from the living figures of a period to what was signed for it."""
    signed = signed_last(of_period(request.uow.session, period)) if period and request.may("report.read") else None
    if signed is None:
        return []
    label = _("Báo cáo đã ký, bản %(number)s", number=signed.number)
    return [{"label": label, "href": f"/reports/{signed.report_id}", "icon": "document"}]


def _value(reading: IndicatorReading) -> str:
    return in_words(reading.definition, value_of(reading.definition, reading.numerator, reading.denominator))


def _chips(request: Request, page: str = "/") -> list[dict[str, Any]]:
    calendar, asked = the_calendar(), request.args.get("period", "")
    chips: list[dict[str, Any]] = [{"label": _("Theo kế hoạch"), "href": page, "on": not asked}]
    periods = [calendar.latest(kind, request.today) for kind in KINDS]
    chips += [
        {
            "label": said(each.kind.title).format(year=each.year, part=each.part),
            "href": f"{page}?period={address_of(each)}",
            "on": asked == address_of(each),
        }
        for period in periods
        for each in (period, calendar.previous(period))
    ]
    return chips


def _sections(readings: list[IndicatorReading]) -> list[dict[str, Any]]:
    """Return the figures that a plan asks for first, then the others by family."""
    asked = [card(reading) for reading in readings if reading.target is not None]
    sections = [{"heading": _("Chỉ tiêu kế hoạch giao"), "readings": asked}] if asked else []
    for family, heading in FAMILIES.items():
        others = [
            card(reading) for reading in readings if reading.target is None and reading.code.startswith(f"{family}-")
        ]
        if others:
            sections.append({"heading": heading, "readings": others})
    return sections
