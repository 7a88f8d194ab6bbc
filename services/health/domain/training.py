"""Who is sent to a course attends it, in full or in part, or is entered as absent."""

from collections.abc import Mapping
from datetime import date

from chassis.errors import RuleBroken
from chassis.i18n import _
from services.health.domain.errors import OutOfOrder


def check_course(*, held_on: date, ends_on: date) -> None:
    """Refuse a course that ends before it begins."""
    if ends_on < held_on:
        raise OutOfOrder(_("Ngày kết thúc: hãy ghi từ ngày khai giảng trở đi."), field="ends_on")


def check_attendance(*, held_on: date, attended_on: date, ends_on: date) -> None:
    """Refuse attendance on a day without the course."""
    if not held_on <= attended_on <= ends_on:
        raise OutOfOrder(
            _(
                "Ngày tham dự: hãy ghi một ngày của lớp, từ %(first)s đến %(last)s.",
                first=f"{held_on:%d/%m/%Y}",
                last=f"{ends_on:%d/%m/%Y}",
            ),
            field="attended_on",
        )


def check_absence(*, attended_on: date | None, fully: bool, held_on: date, today: date) -> None:
    """Refuse an absence that is none: in full, of a course to come, or of somebody whose attendance was announced."""
    if fully:
        raise RuleBroken(_("Ngày tham dự: hãy ghi ngày; người dự đầy đủ thì có ngày tham dự."), field="attended_on")
    if held_on > today:
        raise OutOfOrder(_("Lớp chưa khai giảng; sau ngày khai giảng mới ghi vắng mặt."), field="attended_on")
    if attended_on is not None:
        raise RuleBroken(
            _("Ngày tham dự: người này đã được ghi là có tham dự; chỉ sửa được ngày và mức tham dự."),
            code="already_attended",
            field="attended_on",
        )


def fully_trained(attendance: Mapping[str, bool]) -> bool:
    """Tell whether somebody attended every course that was required, in full."""
    return bool(attendance) and all(attendance.values())
