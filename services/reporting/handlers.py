"""Reviewing and signing: the focal office takes the figures as they stand, the committee's head signs just these."""

from collections.abc import Sequence

from sqlalchemy import Connection

from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.reporting.commands import ReviewReport, SignReport
from services.reporting.indicators.values import TOTAL, lock_clock, work_out
from services.reporting.periods import Period, the_calendar
from services.reporting.reports.content import Content, ReportedFigure, digest_of, figure, written
from services.reporting.reports.late import heard_so_far
from services.reporting.reports.reading import (
    State,
    content_of,
    definitions_of,
    moved_since,
    of_period,
    signed_last,
    state_of,
)
from services.reporting.tables import KEPT, Report
from services.reporting.targets.in_force import target_of

SIGNING_ROLES = ("UB_CHAIR", "UB_VICE")


def review_report(command: ReviewReport, uow: UnitOfWork) -> Report:
    """Take the figures of a closed period as they stand now; until it is signed, a later review takes its place.

    Where the figures are again what was signed, a correction that waited is dropped, and the signed version is returned. Raises
    :class:`RuleBroken` before the period is over, and where nothing moved since the signed version and nothing waits.
    """
    period = _closed_period(command.period, uow)
    connection = uow.session.connection()
    # While the unit's lock is held nothing is heard for it, so figures and log positions belong together.
    lock_clock(connection, KEPT, uow.unit)
    versions = of_period(uow.session, period)
    signed = signed_last(versions)
    waits = [each for each in versions if state_of(each) is State.REVIEWED]
    content = _content(command, uow, connection, period, signed)
    if signed is not None and not content.moved:
        return _dropped(waits, signed, uow)
    _replace(waits, uow)
    text = written(content)
    report = uow.add(
        Report(
            report_id=uow.new_id(),
            period_kind=period.kind.code,
            period_label=period.label,
            number=content.number,
            reason=content.reason,
            content=text,
            digest=digest_of(text),
            reviewed_at=uow.now(),
            reviewed_by=uow.by.account_id,
            reviewer=uow.by.display_name,
        )
    )
    uow.wrote("report.review", "report", report.report_id, period=period.label, number=report.number)
    return report


def sign_report(command: SignReport, uow: UnitOfWork) -> Report:
    """Sign a reviewed version as it is; from now on it is never changed (domain 3.9).

    Raises :class:`RuleBroken` for one's own review, and for a version that was signed already, reviewed anew or tampered with.
    """
    report = uow.get(Report, command.report_id)
    if state_of(report) is State.SIGNED:
        raise RuleBroken(_("Báo cáo này đã được ký; bản đã ký không ký lại."))
    if state_of(report) is State.REPLACED:
        raise RuleBroken(_("Số liệu đã được rà soát lại sau bản này; hãy mở bản mới nhất rồi ký."))
    if digest_of(report.content) != report.digest:
        raise RuleBroken(_("Nội dung bản này không còn đúng như khi rà soát; hãy báo người quản trị và rà soát lại."))
    if report.reviewed_by == uow.by.account_id:
        raise RuleBroken(_("Người rà soát không ký báo cáo do mình rà soát; hãy để người có thẩm quyền khác ký."))
    report.signed_at, report.signed_by, report.signer = uow.now(), uow.by.account_id, uow.by.display_name
    report.signer_role = next((role for role in SIGNING_ROLES if role in uow.by.roles), None)
    uow.wrote("report.sign", "report", report.report_id, digest=report.digest)
    return report


def _closed_period(named: str, uow: UnitOfWork) -> Period:
    try:
        period = the_calendar().named(named)
    except KeyError as error:
        sentence = _("Kỳ báo cáo: không có kỳ này; hãy chọn kỳ ở trang Báo cáo, ví dụ P-Q:2026-Q3.")
        raise NotUnderstood(sentence, field="period") from error
    if uow.today() <= period.last_day:
        day = f"{period.last_day:%d/%m/%Y}"
        raise RuleBroken(_("Kỳ này lấy số liệu đến hết ngày %(day)s; hãy rà soát sau ngày đó.", day=day))
    return period


def _content(
    command: ReviewReport, uow: UnitOfWork, connection: Connection, period: Period, signed: Report | None
) -> Content:
    before = content_of(signed) if signed else None
    if before and not command.reason:
        sentence = _("Lý do: kỳ này đã có báo cáo ký; hãy ghi vì sao lập bản điều chỉnh.")
        raise NotUnderstood(sentence, field="reason")
    figures = _figures(connection, uow.unit, period)
    moved = moved_since(connection, before, figures) if before else ()
    return Content(
        unit=uow.unit,
        period_kind=period.kind.code,
        period_label=period.label,
        first_day=period.first_day,
        last_day=period.last_day,
        number=before.number + 1 if before else 1,
        reason=command.reason,
        previous=signed.digest if signed else None,
        heard=heard_so_far(connection, uow.unit),
        figures=figures,
        moved=moved,
    )


def _figures(connection: Connection, unit: str, period: Period) -> tuple[ReportedFigure, ...]:
    found = []
    for definition in definitions_of(period):
        cell = work_out(connection, definition, [unit], [period.window])[unit, period.window][TOTAL]
        target = target_of(definition.code, unit, period)
        found.append(figure(definition, cell.numerator, cell.denominator, target))
    return tuple(found)


def _dropped(waits: Sequence[Report], signed: Report, uow: UnitOfWork) -> Report:
    if not waits:
        raise RuleBroken(_("Số liệu không khác bản đã ký, nên không cần bản điều chỉnh."))
    _replace(waits, uow)
    uow.wrote("report.drop", "report", signed.report_id, number=signed.number)
    return signed


def _replace(waits: Sequence[Report], uow: UnitOfWork) -> None:
    for each in waits:
        each.replaced_at = uow.now()
    uow.session.flush()
