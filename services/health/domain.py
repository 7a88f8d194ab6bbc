"""The rules of the health station: what a treatment, a lot of test kits, a course may and may not do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from chassis.errors import RuleBroken
from chassis.i18n import _

ANNOUNCED_COUNSELLING = frozenset({"Y_TE", "TAM_LY", "XA_HOI", "PHAP_LY"})
"""HIV counselling never leaves the station (domain rules on HIV confidentiality)."""

RECEIVED, USED, DISCARDED = "RECEIVED", "USED", "DISCARDED"


class TreatmentUnderWay(RuleBroken):
    """A person is in one substitution treatment at a time."""

    code = "treatment_under_way"


class OutOfOrder(RuleBroken):
    """A date lies before the one that it must follow."""

    code = "out_of_order"


class NotEnoughKits(RuleBroken):
    """A lot cannot give more than it holds."""

    code = "not_enough_kits"


class LotExpired(RuleBroken):
    """A kit is not used after its expiry date."""

    code = "lot_expired"


@dataclass(frozen=True)
class StockMove:
    """One line of a lot's ledger: ``quantity`` tests came in (positive) or went out (negative) on a day."""

    moved_on: date
    quantity: int


def check_admission(*, admitted_on: date, open_treatment: bool, last_ended_on: date | None) -> None:
    """Refuse a second treatment, or one that begins before the last one ended."""
    if open_treatment:
        raise TreatmentUnderWay(_("Người này đang điều trị; hãy kết thúc đợt điều trị trước khi nhận vào đợt mới."))
    if last_ended_on is not None and admitted_on < last_ended_on:
        raise OutOfOrder(_("Ngày nhận vào điều trị phải từ ngày kết thúc đợt trước trở đi."), field="admitted_on")


def check_listing(*, listed_on: date, admitted_on: date, ended_on: date | None, already_listed: bool) -> None:
    """Refuse to list a treatment twice, before it began or after it ended."""
    if already_listed:
        raise RuleBroken(_("Đợt điều trị này đã có trong danh sách quản lý của phường."), code="already_listed")
    if listed_on < admitted_on:
        raise OutOfOrder(_("Ngày đưa vào danh sách phải từ ngày nhận vào điều trị trở đi."), field="listed_on")
    if ended_on is not None and listed_on > ended_on:
        raise OutOfOrder(_("Đợt điều trị đã kết thúc trước ngày này."), field="listed_on")


def check_ending(*, ended_on: date, admitted_on: date, already_ended: bool, listed_on: date | None) -> None:
    """Refuse to end a treatment twice, or before it began."""
    if already_ended:
        raise RuleBroken(_("Đợt điều trị này đã kết thúc."), code="already_ended")
    if ended_on < max(admitted_on, listed_on or admitted_on):
        raise OutOfOrder(
            _("Ngày kết thúc phải từ ngày nhận vào điều trị và ngày đưa vào danh sách trở đi."), field="ended_on"
        )


def check_taking(*, ledger: Iterable[StockMove], moved_on: date, quantity: int) -> None:
    """Refuse to take more from a lot than it holds on that day or on any later day of its ledger."""
    balance = lowest = 0
    on_the_day = False
    for move in sorted(ledger, key=lambda each: (each.moved_on, -each.quantity)):
        if move.moved_on > moved_on and not on_the_day:
            lowest, on_the_day = balance, True
        balance += move.quantity
        if on_the_day:
            lowest = min(lowest, balance)
    available = lowest if on_the_day else balance
    if quantity > available:
        raise NotEnoughKits(
            _(
                "Lô này chỉ còn %(available)s test vào ngày đó; hãy ghi số nhỏ hơn hoặc chọn lô khác.",
                available=available,
            ),
            field="quantity",
        )


def check_use_before_expiry(*, moved_on: date, expires_on: date) -> None:
    """Refuse to use a kit after its expiry date; what is left is discarded."""
    if moved_on > expires_on:
        raise LotExpired(_("Lô này đã hết hạn dùng; hãy ghi hủy số còn lại và chọn lô khác."), field="lot_id")


def first_expiring(lots: Iterable[tuple[str, date, int]], today: date) -> str | None:
    """Return the lot to use first: the one that expires first among those that still hold kits (FEFO)."""
    usable = [(expires_on, lot_id) for lot_id, expires_on, on_hand in lots if on_hand > 0 and expires_on >= today]
    return min(usable)[1] if usable else None


def check_attendance(*, required: bool, held_on: date, attended_on: date, ends_on: date) -> None:
    """Refuse attendance of somebody who was not sent, or on a day without the course."""
    if not required:
        raise RuleBroken(_("Người này không có trong danh sách cử đi lớp tập huấn."), code="not_required")
    if not held_on <= attended_on <= ends_on:
        raise OutOfOrder(_("Ngày tham dự phải nằm trong thời gian của lớp."), field="attended_on")


def counselling_group(*, in_treatment: bool, under_management: bool) -> str:
    """Propose the group of the person counselled from what is known of them."""
    if in_treatment:
        return "OST"
    return "NGUOI_SDTP" if under_management else "SAU_CAI"


def fully_trained(attendance: Mapping[str, bool]) -> bool:
    """Tell whether somebody attended every course that was required, in full."""
    return bool(attendance) and all(attendance.values())
