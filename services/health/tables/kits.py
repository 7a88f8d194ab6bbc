"""Test kits: products, lots, and the ledger of their moves."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage import OwnedByUnit, UTCDateTime, Versioned
from services.health.tables.base import Table


class KitProduct(OwnedByUnit, Versioned, Table):
    """A kind of test kit, what it detects, and how many must be in stock."""

    __tablename__ = "kit_product"

    unit_code: Mapped[str] = mapped_column(String(5), primary_key=True)
    product_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    panel: Mapped[list[str]] = mapped_column(JSON)
    minimum_stock: Mapped[int]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class KitLot(OwnedByUnit, Table):
    """One lot of a product. ``on_hand`` always equals the sum of the lot's moves and is never negative."""

    __tablename__ = "kit_lot"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="stock_is_never_negative"),
        Index("one_lot_per_number", "unit_code", "product_code", "lot_number", unique=True),
    )

    lot_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    product_code: Mapped[str] = mapped_column(String(40))
    lot_number: Mapped[str] = mapped_column(String(40))
    expires_on: Mapped[date]
    on_hand: Mapped[int]


class KitMove(OwnedByUnit, Table):
    """One line of a lot's ledger; lines are added and never changed."""

    __tablename__ = "kit_move"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="a_move_moves_something"),
        CheckConstraint("(move = 'RECEIVED') = (quantity > 0)", name="only_receipts_add"),
    )

    move_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    lot_id: Mapped[str] = mapped_column(ForeignKey("kit_lot.lot_id"), index=True)
    moved_on: Mapped[date]
    move: Mapped[str] = mapped_column(String(10))
    quantity: Mapped[int]
    reason: Mapped[str | None] = mapped_column(String(20))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
