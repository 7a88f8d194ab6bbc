"""One person, one substitution treatment at a time; its days follow one another."""

from datetime import date

from chassis.errors import RuleBroken
from chassis.i18n import _
from services.health.domain.errors import OutOfOrder, TreatmentUnderWay


def check_admission(*, admitted_on: date, open_treatment: bool, last_ended_on: date | None) -> None:
    """Refuse a second treatment, or one that begins before the last one ended."""
    if open_treatment:
        raise TreatmentUnderWay(_("Người này đang điều trị; hãy kết thúc đợt điều trị trước khi nhận vào đợt mới."))
    if last_ended_on is not None and admitted_on < last_ended_on:
        raise OutOfOrder(
            _(
                "Ngày nhận vào điều trị: hãy ghi từ ngày kết thúc đợt trước (%(date)s) trở đi.",
                date=f"{last_ended_on:%d/%m/%Y}",
            ),
            field="admitted_on",
        )


def check_listing(*, listed_on: date, admitted_on: date, ended_on: date | None, already_listed: bool) -> None:
    """Refuse to list a treatment twice, before it began or after it ended."""
    if already_listed:
        raise RuleBroken(_("Đợt điều trị này đã có trong danh sách quản lý tại phường, xã."), code="already_listed")
    if listed_on < admitted_on:
        raise OutOfOrder(
            _(
                "Ngày đưa vào danh sách: hãy ghi từ ngày nhận vào điều trị (%(date)s) trở đi.",
                date=f"{admitted_on:%d/%m/%Y}",
            ),
            field="listed_on",
        )
    if ended_on is not None and listed_on > ended_on:
        raise OutOfOrder(
            _(
                "Ngày đưa vào danh sách: đợt điều trị đã kết thúc ngày %(date)s; hãy ghi không muộn hơn ngày đó.",
                date=f"{ended_on:%d/%m/%Y}",
            ),
            field="listed_on",
        )


def check_ending(*, ended_on: date, admitted_on: date, already_ended: bool, listed_on: date | None) -> None:
    """Refuse to end a treatment twice, or before it began."""
    if already_ended:
        raise RuleBroken(_("Đợt điều trị này đã kết thúc."), code="already_ended")
    earliest = max(admitted_on, listed_on or admitted_on)
    if ended_on < earliest:
        raise OutOfOrder(
            _(
                "Ngày kết thúc: hãy ghi từ ngày %(date)s trở đi, là ngày nhận vào điều trị hoặc ngày đưa vào danh sách.",
                date=f"{earliest:%d/%m/%Y}",
            ),
            field="ended_on",
        )
