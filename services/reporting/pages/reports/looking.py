"""Reports: which periods are over, what was reviewed and signed for each, and what moved since."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.i18n import _, current_locale
from chassis.presentation import format_number
from chassis.web import Menu, Request, Response, Routes
from services.reporting.figures import address_of, as_reported, opened
from services.reporting.indicators import the_catalogue
from services.reporting.pages.indicator import EVENT_COLUMNS, event_row
from services.reporting.pages.reports.showing import (
    difference,
    in_a_line,
    name_of,
    result,
    story_of,
    target_of_figure,
    title_of,
)
from services.reporting.periods import Period, the_calendar
from services.reporting.reports.content import MovedFigure, ReportedFigure, differing
from services.reporting.reports.reading import (
    OpenedReport,
    State,
    by_period,
    content_of,
    of_period,
    period_of,
    reports,
    signed_last,
    state_of,
)
from services.reporting.words import AGENCIES

KINDS = ("P-M", "P-Q", "P-H1", "P-H2", "P-9M", "P-Y", "P-THD")
CLOSED_OF_EACH_KIND = 2
STATES: Mapping[State, Mapping[str, object]] = {
    State.REVIEWED: {"status": "WAITING", "word": _("Chờ ký")},
    State.SIGNED: {"status": "DONE", "word": _("Đã ký")},
    State.REPLACED: {"status": "CANCELLED", "word": _("Đã rà soát lại")},
}
NOT_YET = {"status": "PLANNED", "word": _("Chưa rà soát")}
FIGURE_COLUMNS = [
    {"key": "code", "label": _("Mã"), "whole": True},
    {"key": "name", "label": _("Tên chỉ tiêu")},
    {"key": "numerator", "label": _("Tử số"), "numeric": True},
    {"key": "denominator", "label": _("Mẫu số"), "numeric": True},
    {"key": "value", "label": _("Kết quả"), "numeric": True},
    {"key": "target", "label": _("Chỉ tiêu giao")},
    {"key": "status", "label": _("Kết luận")},
]
MOVED_COLUMNS = [
    {"key": "code", "label": _("Mã"), "whole": True},
    {"key": "name", "label": _("Tên chỉ tiêu")},
    {"key": "before", "label": _("Bản trước"), "numeric": True},
    {"key": "after", "label": _("Sau đó"), "numeric": True},
    {"key": "difference", "label": _("Chênh lệch"), "numeric": True},
]

routes = Routes()


@routes.page("/reports", may="report.read", menu=Menu(_("Báo cáo"), icon="document", order=2))
def report_list(request: Request) -> Response:
    """List the periods that are over lately, and every period that was ever reported, with where its report stands."""
    found = by_period(request.uow.session.scalars(reports()).all())
    periods = {address_of(each): each for each in _closed_lately(request)}
    periods |= {address_of(each): each for each in (period_of(versions[0]) for versions in found.values())}
    ordered = sorted(periods.values(), key=lambda each: (each.last_day, each.kind.code), reverse=True)
    return request.render(
        "list.html",
        title=_("Báo cáo"),
        intro=_(
            "Số liệu của kỳ đã hết được rà soát rồi ký; bản đã ký không đổi. "
            "Việc ghi sau khi ký vào bản điều chỉnh, có nêu phần chênh lệch."
        ),
        columns=[
            {"key": "period", "label": _("Kỳ")},
            {"key": "version", "label": _("Bản"), "numeric": True},
            {"key": "state", "label": _("Trạng thái")},
            {"key": "signed", "label": _("Ký lúc"), "whole": True},
            {"key": "moved", "label": _("Chỉ tiêu đổi sau khi ký"), "numeric": True},
        ],
        rows=[_row(request, period, found.get((period.kind.code, period.label), [])) for period in ordered],
        count=len(ordered),
        empty=_("Chưa có kỳ nào hết."),
    )


@routes.page("/reports/<report_id>", may="report.read")
def report(request: Request, report_id: str) -> Response:
    """Show one version: its figures, in what it differs from the one before, and what moved since."""
    shown = opened(request, report_id)
    found, period = shown.report, period_of(shown.report)
    versions = of_period(request.uow.session, period)
    return request.render(
        "record.html",
        title=title_of(period, found.number),
        state=STATES[state_of(found)],
        facts=[*story_of(found), *_proof(shown)],
        sections=[
            *_moved(_("Khác bản đã ký trước"), shown.moved),
            *(_moved(_("Số liệu đổi sau bản này"), shown.moved_since) if _is_last(found, versions) else ()),
            {
                "heading": _("Số liệu của bản này"),
                "columns": FIGURE_COLUMNS,
                "rows": [_figure_row(each, period) for each in shown.figures],
            },
            *_other_versions(found, versions),
        ],
        actions=_next_steps(request, shown, versions),
        back={"label": _("Báo cáo"), "href": "/reports"},
    )


def _closed_lately(request: Request) -> list[Period]:
    calendar = the_calendar()
    closed: list[Period] = []
    for kind in KINDS:
        period = calendar.latest(kind, request.today)
        while period.last_day >= request.today:
            period = calendar.previous(period)
        closed += calendar.trend(period, CLOSED_OF_EACH_KIND)
    return closed


def _row(request: Request, period: Period, versions: Sequence[Any]) -> dict[str, Any]:
    if not versions:
        may_begin = request.may("report.review")
        return {
            "href": f"/reports/review?period={address_of(period)}" if may_begin else None,
            "cells": [period.title(current_locale()), None, NOT_YET, None, None],
        }
    newest, signed = versions[0], signed_last(versions)
    moved = None
    if signed is not None:
        moved = len(differing(content_of(signed).figures, as_reported(request, period))) or None
    return {
        "href": f"/reports/{newest.report_id}",
        "cells": [
            period.title(current_locale()),
            newest.number,
            STATES[state_of(newest)],
            signed.signed_at if signed else None,
            moved,
        ],
    }


def _proof(shown: OpenedReport) -> list[tuple[object, object]]:
    heard = "; ".join(
        f"{AGENCIES.get(each.source.rpartition('/')[2], each.source)} {format_number(each.through)}"
        for each in shown.content.heard
    )
    intact = _("nguyên vẹn") if shown.intact else _("KHÔNG KHỚP: nội dung đã bị thay đổi, hãy báo người quản trị")
    return [
        (_("Nhật ký đã nghe đến vị trí"), heard or None),
        (_("Mã kiểm tra (SHA-256)"), f"{shown.report.digest} · {intact}"),
    ]


def _is_last(found: Any, versions: Sequence[Any]) -> bool:
    return state_of(found) is not State.REPLACED and found.number == max(each.number for each in versions)


def _moved(heading: object, moved: Sequence[MovedFigure]) -> list[dict[str, Any]]:
    """Return two tables: the figures that moved, and the events that bear on them."""
    if not moved:
        return []
    events = {event.event_id: event for each in moved for event in each.events}
    codes = {event: ", ".join(each.code for each in moved if _has(each, event)) for event in events}
    return [
        {"heading": heading, "columns": MOVED_COLUMNS, "rows": [{"cells": _moved_cells(each)} for each in moved]},
        {
            "heading": _("Sự kiện làm đổi số liệu"),
            "columns": [{"key": "codes", "label": _("Chỉ tiêu")}, *EVENT_COLUMNS],
            "rows": [
                {"cells": [codes[event.event_id], *event_row(event)["cells"]]}
                for event in sorted(events.values(), key=lambda each: (each.recorded_at, each.event_id))
            ],
            "nothing": _("Không do sự kiện: chỉ tiêu giao hoặc định nghĩa đã đổi."),
        },
    ]


def _has(moved: MovedFigure, event_id: str) -> bool:
    return any(event.event_id == event_id for event in moved.events)


def _moved_cells(moved: MovedFigure) -> list[Any]:
    return [moved.code, name_of(moved.code), in_a_line(moved.before), in_a_line(moved.after), difference(moved)]


def _figure_row(figure: ReportedFigure, period: Period) -> dict[str, Any]:
    return {
        "href": f"/indicators/{figure.code}?period={address_of(period)}" if figure.code in the_catalogue() else None,
        "cells": [
            figure.code,
            name_of(figure.code),
            figure.numerator,
            figure.denominator,
            result(figure),
            target_of_figure(figure),
            {"status": figure.status.value},
        ],
    }


def _other_versions(found: Any, versions: Sequence[Any]) -> list[dict[str, Any]]:
    others = [each for each in versions if each.report_id != found.report_id]
    if not others:
        return []
    return [
        {
            "heading": _("Các bản khác của kỳ này"),
            "columns": [
                {"key": "number", "label": _("Bản"), "numeric": True},
                {"key": "state", "label": _("Trạng thái")},
                {"key": "reviewed", "label": _("Rà soát lúc"), "whole": True},
                {"key": "signed", "label": _("Ký lúc"), "whole": True},
            ],
            "rows": [
                {
                    "href": f"/reports/{each.report_id}",
                    "cells": [each.number, STATES[state_of(each)], each.reviewed_at, each.signed_at],
                }
                for each in others
            ],
        }
    ]


def _next_steps(request: Request, shown: OpenedReport, versions: Sequence[Any]) -> list[dict[str, Any]]:
    found, steps = shown.report, []
    waits = state_of(found) is State.REVIEWED
    if waits and request.may("report.sign") and found.reviewed_by != request.by.account_id:
        steps.append(
            {
                "label": _("Ký báo cáo"),
                "href": f"/reports/{found.report_id}/signature",
                "primary": True,
                "icon": "check",
            }
        )
    may_review = request.may("report.review") and _is_last(found, versions) and shown.moved_since
    if may_review:
        label = _("Rà soát lại") if waits else _("Lập bản điều chỉnh")
        steps.append({"label": label, "href": f"/reports/review?period={found.period_kind}:{found.period_label}"})
    return steps
