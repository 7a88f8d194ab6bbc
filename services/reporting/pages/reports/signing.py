"""Reviewing the figures of a period that is over, and signing them: what each form shows before it is sent."""

from typing import Any

from chassis.errors import NotFound
from chassis.i18n import _, current_locale
from chassis.web import Flash, Operation, Request, Routes, flash
from services.reporting.figures import address_of, as_reported
from services.reporting.forms import ReviewForm, SignatureForm
from services.reporting.handlers import review_report, sign_report
from services.reporting.outputs import ReportOut
from services.reporting.pages.reports.showing import in_a_line, name_of, story_of, title_of
from services.reporting.periods import Period, the_calendar
from services.reporting.reports.reading import content_of, period_of, report_of

routes = Routes()


def _period_to_review(request: Request) -> Period:
    typed = request.http.form.get("period") or request.args.get("period", "")
    try:
        return the_calendar().named(typed)
    except KeyError as error:
        raise NotFound(_("Không có kỳ báo cáo này.")) from error


def _what_is_reviewed(request: Request) -> dict[str, Any]:
    """Say above the form which figures of which period would be handed in."""
    period = _period_to_review(request)
    return {
        "about": {
            "heading": period.title(current_locale()),
            "facts": [(f"{each.code} {name_of(each.code)}", in_a_line(each)) for each in as_reported(request, period)],
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
    facts = [(f"{each.code} {name_of(each.code)}", in_a_line(each)) for each in content.figures]
    return {
        "about": {"heading": title_of(period_of(found), found.number), "facts": [*story_of(found), *facts]},
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
