"""How many test kits of which kind and lot there are, and how long they last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.errors import NotFound
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.health.domain.kits import RECEIVED, USED
from services.health.queries.listing import Listing
from services.health.tables import KitLot, KitMove, KitProduct

USE_WINDOW = timedelta(days=90)


@dataclass(frozen=True)
class Stock:
    """How much of one product there is: on hand, the least that must be, and how long it lasts at the usual pace.

    ``usable`` leaves out what is past its expiry date: such kits lie on the shelf and test nobody.
    """

    product: KitProduct
    on_hand: int
    usable: int
    used_in_window: int
    next_expiry: date | None

    @property
    def is_short(self) -> bool:
        """Tell whether less can be used than must be there."""
        return self.usable < self.product.minimum_stock

    @property
    def days_left(self) -> int | None:
        """Return for how many whole days the stock lasts at the mean use of 90 days; None when nothing was used."""
        return self.usable * USE_WINDOW.days // self.used_in_window if self.used_in_window else None


def stock(session: Session, today: date) -> list[Stock]:
    """Return the stock of every product."""
    used = _used_since(session, today - USE_WINDOW, today)
    by_product: dict[str, list[KitLot]] = {}
    for held in lots(session, with_stock=True):
        by_product.setdefault(held.product_code, []).append(held)
    return [
        _stock_of(each, by_product.get(each.product_code, []), used.get(each.product_code, 0), today)
        for each in products(session)
    ]


def product(uow: UnitOfWork, product_code: str) -> KitProduct:
    """Return one kind of test kit of the unit; raise :class:`NotFound`."""
    return uow.get(KitProduct, (uow.unit, product_code))


def lot(uow: UnitOfWork, lot_id: str) -> KitLot:
    """Return one lot of the unit; raise :class:`NotFound`."""
    return uow.get(KitLot, lot_id)


def products(session: Session) -> Sequence[KitProduct]:
    """Return the kinds of test kits."""
    return session.scalars(select(KitProduct).order_by(KitProduct.product_code)).all()


def lots(session: Session, *, with_stock: bool = False) -> Sequence[KitLot]:
    """Return the lots, the one that expires first at the top."""
    question = select(KitLot).order_by(KitLot.expires_on, KitLot.lot_number)
    return session.scalars(question.where(KitLot.on_hand > 0) if with_stock else question).all()


def all_lots() -> Listing[KitLot]:
    """List the lots, the one that expires first at the top."""
    return Listing(select(KitLot), by=[KitLot.expires_on, KitLot.lot_id])


def lots_of(session: Session, product_code: str) -> Sequence[KitLot]:
    """Return the lots of a product, the one that expires first at the top."""
    return session.scalars(
        select(KitLot).where(KitLot.product_code == product_code).order_by(KitLot.expires_on, KitLot.lot_number)
    ).all()


def expiring_lots(session: Session, until: date) -> Sequence[KitLot]:
    """Return the lots that still hold kits and expire up to a day."""
    return session.scalars(
        select(KitLot).where(KitLot.on_hand > 0, KitLot.expires_on <= until).order_by(KitLot.expires_on)
    ).all()


def lot_with_number(session: Session, product_code: str, lot_number: str) -> KitLot | None:
    """Find a lot by its product and the number printed on the box; locked for this transaction."""
    return session.scalar(
        select(KitLot).where(KitLot.product_code == product_code, KitLot.lot_number == lot_number).with_for_update()
    )


def locked_lot(session: Session, lot_id: str) -> KitLot:
    """Return a lot, locked for this transaction and as it is now; raise :class:`NotFound`."""
    asked = select(KitLot).where(KitLot.lot_id == lot_id).with_for_update()
    found: KitLot | None = session.scalar(asked.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(_("Không tìm thấy lô test này trong đơn vị."), field="lot_id")
    return found


def moves_of(session: Session, lot_id: str) -> Sequence[KitMove]:
    """Return a lot's ledger in the order of days; on one day, what came in stands before what went out."""
    order = (KitMove.moved_on, KitMove.move != RECEIVED, KitMove.recorded_at, KitMove.move_id)
    return session.scalars(select(KitMove).where(KitMove.lot_id == lot_id).order_by(*order)).all()


def _used_since(session: Session, after: date, until: date) -> dict[str, int]:
    used = (
        select(KitLot.product_code, func.sum(-KitMove.quantity))
        .join(KitMove, KitMove.lot_id == KitLot.lot_id)
        .where(KitMove.move == USED, KitMove.moved_on > after, KitMove.moved_on <= until)
        .group_by(KitLot.product_code)
    )
    return {product_code: int(quantity) for product_code, quantity in session.execute(used)}


def _stock_of(product: KitProduct, held: Sequence[KitLot], used: int, today: date) -> Stock:
    return Stock(
        product=product,
        on_hand=sum(each.on_hand for each in held),
        usable=sum(each.on_hand for each in held if each.expires_on >= today),
        used_in_window=used,
        next_expiry=min((each.expires_on for each in held), default=None),
    )
