"""How a figure is shown: its card, its target in words, its period."""

from decimal import Decimal
from fractions import Fraction
from itertools import dropwhile
from typing import Any

from chassis.errors import NotFound
from chassis.i18n import _, current_locale
from chassis.presentation import format_number, format_percent
from chassis.web import Request
from services.reporting.indicators.definition import Definition, value_of
from services.reporting.periods import Period, the_calendar
from services.reporting.queries import Figures, IndicatorReading, Point
from services.reporting.reports.content import ReportedFigure, figure
from services.reporting.reports.reading import OpenedReport, definitions_of, open_report, period_of, report_of
from services.reporting.targets import Target
from services.reporting.targets.in_force import target_of
from services.reporting.words import COMPARATORS, said

PERCENT = "percent"


def figures_of(request: Request) -> Figures:
    """Return what answers about figures for this request."""
    return Figures(request.runtime.store, target_of=target_of)


def as_reported(request: Request, period: Period) -> tuple[ReportedFigure, ...]:
    """Return the figures of a period as they stand now, the way a report would hold them."""
    of_period = {definition.code: period for definition in definitions_of(period)}
    readings = figures_of(request).readings(request.by.unit, of_period, trend=1)
    return tuple(figure(each.definition, each.numerator, each.denominator, each.target) for each in readings)


def opened(request: Request, report_id: str) -> OpenedReport:
    """Return a version of a report, held against the figures as they stand now; raise :class:`NotFound`."""
    report = report_of(request.uow, report_id)
    return open_report(request.uow.session.connection(), report, as_reported(request, period_of(report)))


def period_asked(request: Request, definition: Definition | None = None) -> Period | None:
    """Return the period that the address names as ``P-Q:2026-Q4``; None when it names none.

    Raises :class:`NotFound` for a period that does not exist.
    """
    asked = request.args.get("period")
    if not asked:
        return None
    try:
        period = the_calendar().named(asked)
    except KeyError as error:
        raise NotFound(_("Không có kỳ báo cáo này.")) from error
    if definition is not None and period.kind.code not in definition.periods:
        raise NotFound(_("Chỉ tiêu này không tính theo kỳ đã chọn."))
    return period


def usual_period(definition: Definition, request: Request) -> Period:
    """Return the period in which a figure is usually looked at: its target's, else the running quarter."""
    calendar, unit = the_calendar(), request.by.unit
    for kind in definition.periods:
        period = calendar.latest(kind, request.today)
        target = target_of(definition.code, unit, period)
        if target is not None and target.period == kind:
            return period
    kind = "P-Q" if "P-Q" in definition.periods else definition.periods[0]
    return calendar.latest(kind, request.today)


def address_of(period: Period) -> str:
    """Return a period as an address names it."""
    return f"{period.kind.code}:{period.label}"


def card(reading: IndicatorReading) -> dict[str, Any]:
    """Return a figure as its card takes it."""
    definition, period = reading.definition, reading.period
    is_percent = definition.shown_as == PERCENT
    return {
        "code": definition.code,
        "name": said(definition.name),
        "kind": PERCENT if is_percent else "number",
        "unit": None if is_percent else said(definition.unit_of_measure),
        "value": _exact(definition, reading.numerator, reading.denominator),
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "status": reading.status.value,
        "target": reading.target.value if reading.target else None,
        "target_text": target_text(definition, reading.target),
        "period": period.title(current_locale()),
        "points": [
            {"label": point.period.label, "value": _exact(definition, point.numerator, point.denominator)}
            for point in dropwhile(_is_empty, reading.trend)
        ],
        "updated_at": reading.updated_at,
        "href": f"/indicators/{definition.code}?period={address_of(period)}",
    }


def _is_empty(point: Point) -> bool:
    """Tell whether nothing was counted; a trend begins where something was."""
    return not point.numerator and not point.denominator


def target_text(definition: Definition, target: Target | None) -> str | None:
    """Return a target in words: «> 90 %», «chưa giao»; None when no plan speaks of the figure."""
    if target is None:
        return None
    if target.value is None:
        return str(_("chưa giao chỉ tiêu"))
    return f"{COMPARATORS[target.comparator]} {in_words(definition, target.value)}"


def in_words(definition: Definition, value: Decimal | Fraction | None) -> str:
    """Return a value as the office writes it."""
    if value is None:
        return "—"
    return format_percent(value) if definition.shown_as == PERCENT else format_number(value)


def _exact(definition: Definition, numerator: int, denominator: int | None) -> Fraction | None:
    return value_of(definition, numerator, denominator)
