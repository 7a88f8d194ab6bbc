"""Figures for programs: values with their parts, and the events behind them."""

from typing import Any

from marshmallow import fields

from chassis.forms import Form, ask
from chassis.i18n import _
from chassis.web import Page, Request, Routes, page_of
from services.reporting.figures import address_of, figures_of, opened, period_asked, usual_period
from services.reporting.indicators import the_catalogue
from services.reporting.indicators.engine import PartName
from services.reporting.outputs import EventsOut, FigureOut, FiguresOut, OpenedReportOut, ReportOut
from services.reporting.queries import IndicatorReading
from services.reporting.reports import reading as reports

routes = Routes()


class PeriodQuery(Form):
    """Which period, such as ``P-Q:2026-Q4``; without it each figure's usual one."""

    period = ask(fields.String, _("Kỳ"), max_length=40)


class LineageQuery(PeriodQuery):
    """Which part of the figure."""

    part = ask(fields.String, _("Phần"), choices={"numerator": _("Tử số"), "denominator": _("Mẫu số")}, max_length=20)


@routes.api("GET", "/api/v1/figures", may="figure.read", out=FiguresOut, query=PeriodQuery, summary=_("Mọi chỉ tiêu"))
def list_figures(request: Request) -> dict[str, Any]:
    """Return every figure of the unit."""
    period, figures, unit = period_asked(request), figures_of(request), request.by.unit
    if period is not None:
        readings = figures.dashboard(unit, period)
    else:
        usual = {definition.code: usual_period(definition, request) for definition in the_catalogue()}
        readings = figures.readings(unit, usual)
    return {"items": [_figure(reading) for reading in readings]}


@routes.api(
    "GET", "/api/v1/figures/<code>", may="figure.read", out=FigureOut, query=PeriodQuery, summary=_("Một chỉ tiêu")
)
def get_figure(request: Request, code: str) -> dict[str, Any]:
    """Return one figure."""
    figures = figures_of(request)
    definition = figures.definition(code)
    period = period_asked(request, definition) or usual_period(definition, request)
    return _figure(figures.reading(code, request.by.unit, period))


@routes.api(
    "GET",
    "/api/v1/figures/<code>/events",
    may="figure.trace",
    out=EventsOut,
    query=LineageQuery,
    summary=_("Các sự kiện làm nên một chỉ tiêu"),
)
def list_events_behind(request: Request, code: str) -> dict[str, Any]:
    """Return the events behind one part of a figure."""
    figures = figures_of(request)
    definition = figures.definition(code)
    period = period_asked(request, definition) or usual_period(definition, request)
    part: PartName = "denominator" if request.args.get("part") == "denominator" else "numerator"
    return {"items": figures.lineage(code, request.by.unit, period, part=part)}


def _figure(reading: IndicatorReading) -> dict[str, Any]:
    target = reading.target
    return {
        "code": reading.code,
        "period": address_of(reading.period),
        "first_day": reading.period.first_day,
        "last_day": reading.period.last_day,
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "value": reading.value,
        "status": reading.status.value,
        "comparator": target.comparator if target else None,
        "target": target.value if target else None,
        "updated_at": reading.updated_at,
    }


@routes.api("GET", "/api/v1/reports", may="report.read", out=ReportOut, many=True, summary=_("Các bản báo cáo"))
def list_reports(request: Request) -> Page[Any]:
    """List every version of every report."""
    question = reports.reports().order_by(None)
    return page_of(request.uow.session, question, by=reports.IN_ORDER, cursor=request.cursor, limit=request.limit)


@routes.api("GET", "/api/v1/reports/<report_id>", may="report.read", out=OpenedReportOut, summary=_("Một bản báo cáo"))
def get_report(request: Request, report_id: str) -> Any:
    """Return one version, what it corrects, and what moved since."""
    return opened(request, report_id)
