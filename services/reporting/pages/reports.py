"""Reports: which periods are over, what was reviewed and signed for each, and what moved since."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chassis.errors import NotFound
from chassis.i18n import _, current_locale
from chassis.presentation import format_number
from chassis.web import Flash, Menu, Operation, Request, Response, Routes, flash
from services.reporting.figures import PERCENT, address_of, as_reported, in_words, opened
from services.reporting.forms import ReviewForm, SignatureForm
from services.reporting.handlers import review_report, sign_report
from services.reporting.indicators import the_catalogue
from services.reporting.indicators.definition import value_of
from services.reporting.outputs import ReportOut
from services.reporting.pages.indicator import EVENT_COLUMNS, event_row
from services.reporting.periods import Period, the_calendar
from services.reporting.reports.content import MovedFigure, ReportedFigure, differing
from services.reporting.reports.reading import (
    OpenedReport,
    State,
    by_period,
    content_of,
    of_period,
    period_of,
    report_of,
    reports,
    signed_last,
    state_of,
)
from services.reporting.words import AGENCIES, COMPARATORS, said

MINUS = "\N{MINUS SIGN}"
KINDS = ("P-M", "P-Q", "P-H1", "P-H2", "P-9M", "P-Y", "P-THD")
CLOSED_OF_EACH_KIND = 2
STATES: Mapping[State, Mapping[str, object]] = {
    State.REVIEWED: {"status": "WAITING", "word": _("Chờ ký")},
    State.SIGNED: {"status": "DONE", "word": _("Đã ký")},
    State.REPLACED: {"status": "CANCELLED", "word": _("Đã rà soát lại")},
}
NOT_YET = {"status": "PLANNED", "word": _("Chưa rà soát")}
SIGNERS = {"UB_CHAIR": _("Chủ tịch"), "UB_VICE": _("Phó Chủ tịch (KT.)")}
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
        title=_title(period, found.number),
        state=STATES[state_of(found)],
        facts=[*_story(found), *_proof(shown)],
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


def _title(period: Period, number: int) -> str:
    return str(_("Báo cáo %(period)s, bản %(number)s", period=period.title(current_locale()), number=number))


def _story(found: Any) -> list[tuple[object, object]]:
    facts: list[tuple[object, object]] = [
        (_("Người rà soát"), found.reviewer),
        (_("Rà soát lúc"), found.reviewed_at),
    ]
    if found.reason:
        facts.append((_("Lý do điều chỉnh"), found.reason))
    if found.signed_at:
        role = SIGNERS.get(found.signer_role)
        facts += [(_("Người ký"), f"{role} {found.signer}" if role else found.signer), (_("Ký lúc"), found.signed_at)]
    return facts


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
    return [moved.code, _name(moved.code), _count(moved.before), _count(moved.after), _difference(moved)]


def _difference(moved: MovedFigure) -> str:
    """Return the difference of the two results that stand beside it, in the measure of the indicator."""
    before, after = (_exact(each) if each else Fraction(0) for each in (moved.before, moved.after))
    if before is None or after is None or moved.code not in the_catalogue():
        return "—"
    shown = in_words(the_catalogue()[moved.code], abs(after - before))
    return f"{'+' if after > before else MINUS if after < before else ''}{shown}"


def _exact(figure: ReportedFigure) -> Fraction | None:
    known = figure.code in the_catalogue()
    return value_of(the_catalogue()[figure.code], figure.numerator, figure.denominator) if known else None


def _name(code: str) -> str:
    return said(the_catalogue()[code].name) if code in the_catalogue() else code


def _count(figure: ReportedFigure | None) -> str:
    """Return a figure in one line; the parts of a share with it, so that who signs sees what it is made of."""
    if figure is None:
        return "—"
    if figure.denominator is None or not _is_share(figure.code):
        return _value(figure)
    return f"{format_number(figure.numerator)}/{format_number(figure.denominator)} = {_value(figure)}"


def _is_share(code: str) -> bool:
    return code in the_catalogue() and the_catalogue()[code].shown_as == PERCENT


def _value(figure: ReportedFigure) -> str:
    if figure.code not in the_catalogue():
        return format_number(figure.numerator)
    definition = the_catalogue()[figure.code]
    return in_words(definition, value_of(definition, figure.numerator, figure.denominator))


def _figure_row(figure: ReportedFigure, period: Period) -> dict[str, Any]:
    return {
        "href": f"/indicators/{figure.code}?period={address_of(period)}" if figure.code in the_catalogue() else None,
        "cells": [
            figure.code,
            _name(figure.code),
            figure.numerator,
            figure.denominator,
            _value(figure),
            _target(figure),
            {"status": figure.status.value},
        ],
    }


def _target(figure: ReportedFigure) -> str | None:
    if figure.comparator is None:
        return None
    if figure.target is None:
        return str(_("chưa giao chỉ tiêu"))
    known = figure.code in the_catalogue()
    value = in_words(the_catalogue()[figure.code], Decimal(figure.target)) if known else figure.target
    return f"{COMPARATORS[figure.comparator]} {value}"


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


# -- reviewing and signing -----------------------------------------------------------------------------------------------------


def _period_to_review(request: Request) -> Period:
    typed = request.http.form.get("period") or request.args.get("period", "")
    kind, _colon, label = typed.partition(":")
    try:
        return the_calendar().period(kind, label)
    except KeyError as error:
        raise NotFound(_("Không có kỳ báo cáo này.")) from error


def _what_is_reviewed(request: Request) -> dict[str, Any]:
    """Say above the form which figures of which period would be handed in."""
    period = _period_to_review(request)
    return {
        "about": {
            "heading": period.title(current_locale()),
            "facts": [(f"{each.code} {_name(each.code)}", _count(each)) for each in as_reported(request, period)],
        },
        "back": {"label": _("Báo cáo"), "href": "/reports"},
    }


def _said_of_review(saved: Any) -> Flash:
    if saved.signed_at is not None:
        return flash(_("Số liệu lại đúng như bản đã ký; bản điều chỉnh đang chờ ký đã được bỏ."))
    return flash(_("Đã trình ký; chờ người có thẩm quyền ký."))


def _what_is_signed(request: Request, report_id: str) -> dict[str, Any]:
    found = report_of(request.uow, report_id)
    content = content_of(found)
    facts = [(f"{each.code} {_name(each.code)}", _count(each)) for each in content.figures]
    return {
        "about": {"heading": _title(period_of(found), found.number), "facts": [*_story(found), *facts]},
        "signing": [
            (_("Kỳ"), period_of(found).title(current_locale())),
            (_("Bản"), str(found.number)),
            (_("Mã kiểm tra (SHA-256)"), found.digest),
        ],
    }


routes.add(
    Operation(
        name="review_report",
        title=_("Rà soát báo cáo"),
        may="report.review",
        form=ReviewForm,
        handle=review_report,
        page="/reports/review",
        api="/api/v1/reports",
        out=ReportOut,
        done=lambda saved: f"/reports/{saved.report_id}",
        location=lambda saved: f"/api/v1/reports/{saved.report_id}",
        said=_said_of_review,
        prefill=lambda request: {"period": address_of(_period_to_review(request))},
        context=_what_is_reviewed,
        cancel="/reports",
    )
)


routes.add(
    Operation(
        name="sign_report",
        title=_("Ký báo cáo"),
        may="report.sign",
        form=SignatureForm,
        handle=sign_report,
        page="/reports/<report_id>/signature",
        api="/api/v1/reports/<report_id>/signature",
        out=ReportOut,
        done=lambda saved: f"/reports/{saved.report_id}",
        said=lambda saved: flash(_("Đã ký báo cáo, bản %(number)s; bản này không đổi nữa.", number=saved.number)),
        context=_what_is_signed,
        cancel=lambda request, report_id: f"/reports/{report_id}",
    )
)
