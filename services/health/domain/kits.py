"""A lot of test kits never holds less than nothing, on no day, in whatever order its moves are entered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chassis.i18n import _
from services.health.domain.errors import LotExpired, NotEnoughKits, OutOfOrder

RECEIVED, USED, DISCARDED = "RECEIVED", "USED", "DISCARDED"


@dataclass(frozen=True)
class StockMove:
    """One line of a lot's ledger: ``quantity`` tests came in (positive) or went out (negative) on a day."""

    moved_on: date
    quantity: int


def check_receipt(*, moved_on: date, expires_on: date) -> None:
    """Refuse kits that were already out of date when they came."""
    if expires_on < moved_on:
        raise OutOfOrder(
            _("Hạn dùng: lô này đã hết hạn trước ngày nhập; hãy kiểm tra lại hạn in trên hộp."), field="expires_on"
        )


def check_taking(*, ledger: Iterable[StockMove], moved_on: date, quantity: int) -> None:
    """Refuse to take more from a lot than it holds on that day or on any later day of its ledger."""
    available = available_on(ledger, moved_on)
    if quantity > available:
        raise NotEnoughKits(
            _(
                "Số lượng: lô này chỉ còn %(available)s test tính đến ngày đó; hãy ghi số nhỏ hơn hoặc chọn lô khác.",
                available=available,
            ),
            field="quantity",
        )


def available_on(ledger: Iterable[StockMove], day: date) -> int:
    """Return how many kits can leave a lot on a day, so that neither that day nor a later one ends below nothing."""
    by_day: dict[date, int] = {}
    for move in ledger:
        by_day[move.moved_on] = by_day.get(move.moved_on, 0) + move.quantity
    balance = sum(quantity for moved_on, quantity in by_day.items() if moved_on <= day)
    lowest = balance
    for moved_on in sorted(each for each in by_day if each > day):
        balance += by_day[moved_on]
        lowest = min(lowest, balance)
    return lowest


def check_use_before_expiry(*, moved_on: date, expires_on: date) -> None:
    """Refuse to use a kit after its expiry date; what is left is discarded."""
    if moved_on > expires_on:
        raise LotExpired(_("Lô này đã hết hạn dùng; hãy ghi hủy số còn lại và chọn lô khác."), field="moved_on")


def first_expiring(lots: Iterable[tuple[str, date, int]], today: date) -> str | None:
    """Return the lot to use first: the one that expires first among those that still hold kits (FEFO)."""
    usable = [(expires_on, lot_id) for lot_id, expires_on, on_hand in lots if on_hand > 0 and expires_on >= today]
    return min(usable)[1] if usable else None
