"""Test kits come in, are used and are discarded; the ledger of a lot never falls below nothing."""

from chassis.errors import NotFound, NotUnderstood, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.health import TestKitDiscarded, TestKitReceived, TestKitUsed
from services.health.commands import DiscardKits, ReceiveKits, RegisterKitProduct, UseKits
from services.health.domain.kits import (
    DISCARDED,
    RECEIVED,
    USED,
    StockMove,
    check_receipt,
    check_taking,
    check_use_before_expiry,
)
from services.health.queries import kits as queries
from services.health.tables import KitLot, KitMove, KitProduct


def register_kit_product(command: RegisterKitProduct, uow: UnitOfWork) -> KitProduct:
    """Add a kind of test kit with its minimum stock."""
    if uow.session.get(KitProduct, (uow.unit, command.product_code)) is not None:
        raise RuleBroken(
            _("Mã loại test: mã này đã có; hãy chọn mã khác."), code="already_registered", field="product_code"
        )
    product = uow.add(
        KitProduct(
            product_code=command.product_code,
            unit_code=uow.unit,
            name=command.name,
            panel=command.panel,
            minimum_stock=command.minimum_stock,
            details=command.details,
        )
    )
    uow.wrote("kit.register", "kit_product", command.product_code)
    return product


def receive_kits(command: ReceiveKits, uow: UnitOfWork) -> KitMove:
    """Take kits into stock. The same lot may come in more than once, always with the same expiry date."""
    if uow.session.get(KitProduct, (uow.unit, command.product_code)) is None:
        raise NotFound(_("Loại test: chưa có loại này; hãy khai báo loại test trước."), field="product_code")
    check_receipt(moved_on=command.moved_on, expires_on=command.expires_on)
    lot = queries.lot_with_number(uow.session, command.product_code, command.lot_number)
    if lot is None:
        lot = uow.add(
            KitLot(
                lot_id=uow.new_id(),
                product_code=command.product_code,
                lot_number=command.lot_number,
                expires_on=command.expires_on,
                on_hand=0,
            )
        )
    elif lot.expires_on != command.expires_on:
        raise NotUnderstood(
            _(
                "Hạn dùng: lô này đã ghi hạn %(date)s; hãy kiểm tra lại hạn in trên hộp.",
                date=f"{lot.expires_on:%d/%m/%Y}",
            ),
            field="expires_on",
        )
    move = _move(command, lot, RECEIVED, uow)
    uow.record(
        TestKitReceived(
            move_id=move.move_id,
            product_code=lot.product_code,
            lot_id=lot.lot_id,
            moved_on=command.moved_on,
            quantity=command.quantity,
            expires_on=lot.expires_on,
        )
    )
    uow.wrote("kit.receive", "kit_lot", lot.lot_id, quantity=command.quantity)
    return move


def use_kits(command: UseKits, uow: UnitOfWork) -> KitMove:
    """Take kits out for testing; never more than the lot holds, never after its expiry date."""
    lot = queries.locked_lot(uow.session, command.lot_id)
    check_use_before_expiry(moved_on=command.moved_on, expires_on=lot.expires_on)
    move = _take(command, lot, USED, uow)
    uow.record(
        TestKitUsed(
            move_id=move.move_id,
            product_code=lot.product_code,
            lot_id=lot.lot_id,
            moved_on=command.moved_on,
            quantity=command.quantity,
        )
    )
    uow.wrote("kit.use", "kit_lot", lot.lot_id, quantity=command.quantity)
    return move


def discard_kits(command: DiscardKits, uow: UnitOfWork) -> KitMove:
    """Take kits out that will not be used: expired, lost, damaged, recalled, handed on."""
    lot = queries.locked_lot(uow.session, command.lot_id)
    move = _take(command, lot, DISCARDED, uow)
    uow.record(
        TestKitDiscarded(
            move_id=move.move_id,
            product_code=lot.product_code,
            lot_id=lot.lot_id,
            moved_on=command.moved_on,
            quantity=command.quantity,
            reason=command.reason,
        )
    )
    uow.wrote("kit.discard", "kit_lot", lot.lot_id, quantity=command.quantity, reason=command.reason)
    return move


def _take(command: UseKits | DiscardKits, lot: KitLot, kind: str, uow: UnitOfWork) -> KitMove:
    ledger = [StockMove(each.moved_on, each.quantity) for each in queries.moves_of(uow.session, lot.lot_id)]
    check_taking(ledger=ledger, moved_on=command.moved_on, quantity=command.quantity)
    return _move(command, lot, kind, uow)


def _move(command: ReceiveKits | UseKits | DiscardKits, lot: KitLot, kind: str, uow: UnitOfWork) -> KitMove:
    quantity = command.quantity if kind == RECEIVED else -command.quantity
    lot.on_hand += quantity
    return uow.add(
        KitMove(
            move_id=uow.new_id(),
            lot_id=lot.lot_id,
            moved_on=command.moved_on,
            move=kind,
            quantity=quantity,
            reason=command.reason if isinstance(command, DiscardKits) else None,
            recorded_at=uow.now(),
            details=command.details,
        )
    )
