"""What is asked about test kits."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from chassis.forms import DateAnswer, DetailsOf, Form, Group, ask
from chassis.i18n import _
from services.health.commands import DiscardKits, ReceiveKits, RegisterKitProduct, UseKits
from services.health.domain.codes import DISCARD_REASONS, PANELS
from services.health.queries import kits as queries

_PRODUCT_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,39}")
_LOT_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_\-]{0,39}")
MOST_KITS = 100_000


def _a_product_code(typed: str) -> None:
    if not _PRODUCT_CODE.fullmatch(typed):
        raise ValidationError(str(_("hãy ghi bằng chữ in hoa không dấu, chữ số và gạch dưới, ví dụ TEST4.")))


def _a_lot_number(typed: str) -> None:
    if not _LOT_NUMBER.fullmatch(typed):
        raise ValidationError(str(_("hãy ghi đúng như in trên hộp: chữ không dấu, chữ số, dấu chấm, gạch.")))


def _products(request: Any) -> Mapping[str, str]:
    return {each.product_code: each.name for each in queries.products(request.uow.session)}


class ProductForm(Form):
    """A kind of test kit."""

    title = _("Khai báo loại test")
    command = RegisterKitProduct

    product_code = ask(
        fields.String, _("Mã loại test"), needed=True, max_length=40, validate=_a_product_code, hint=_("Ví dụ TEST4")
    )
    name = ask(fields.String, _("Tên loại test"), needed=True)
    panel = ask(fields.List, _("Phát hiện chất"), needed=True, choices=PANELS)
    minimum_stock = ask(
        fields.Integer,
        _("Tồn kho tối thiểu"),
        needed=True,
        minimum=0,
        maximum=MOST_KITS,
        hint=_("Dưới mức này, trang việc hôm nay sẽ nhắc nhập thêm"),
    )
    manufacturer = ask(fields.String, _("Hãng sản xuất"))


class ReceiptForm(Form):
    """Kits came into stock."""

    title = _("Nhập kho")
    submit = _("Ghi nhập kho")
    command = ReceiveKits
    groups = (
        Group(_("Lô test"), ["product_code", "lot_number", "expires_on"]),
        Group(_("Phiếu nhập"), ["moved_on", "quantity", "supplier", "slip_number"]),
    )

    product_code = ask(fields.String, _("Loại test"), needed=True, choices=_products)
    lot_number = ask(
        fields.String, _("Số lô"), needed=True, max_length=40, validate=_a_lot_number, hint=_("Như in trên hộp")
    )
    expires_on = ask(DateAnswer, _("Hạn dùng"), needed=True)
    moved_on = ask(DateAnswer, _("Ngày nhập"), needed=True, not_future=True)
    quantity = ask(fields.Integer, _("Số lượng"), needed=True, minimum=1, maximum=MOST_KITS)
    supplier = ask(fields.String, _("Nơi cấp"))
    slip_number = ask(fields.String, _("Số phiếu"), max_length=60)


class UseForm(Form):
    """Kits were used."""

    title = _("Xuất dùng")
    submit = _("Ghi xuất dùng")
    command = UseKits

    quantity = ask(fields.Integer, _("Số lượng"), needed=True, minimum=1, maximum=MOST_KITS)
    moved_on = ask(DateAnswer, _("Ngày xuất"), needed=True, not_future=True)
    used_for = ask(fields.String, _("Dùng cho việc"), hint=_("Không ghi tên người được xét nghiệm"))


class DiscardForm(Form):
    """Kits left the stock unused."""

    title = _("Hủy, loại khỏi kho")
    submit = _("Ghi hủy")
    command = DiscardKits

    quantity = ask(fields.Integer, _("Số lượng"), needed=True, minimum=1, maximum=MOST_KITS)
    moved_on = ask(DateAnswer, _("Ngày hủy"), needed=True, not_future=True)
    reason = ask(fields.String, _("Lý do"), needed=True, choices=DISCARD_REASONS)
    record_number = ask(fields.String, _("Số biên bản"), max_length=60)


class ProductOut(Schema):
    """A kind of test kit."""

    product_code = fields.String(required=True)
    name = fields.String(required=True)
    panel = fields.List(fields.String(), required=True)
    minimum_stock = fields.Integer(required=True)
    details = DetailsOf(ProductForm)


class StockOut(Schema):
    """The stock of one product."""

    product = fields.Nested(ProductOut, required=True)
    on_hand = fields.Integer(required=True)
    usable = fields.Integer(required=True)
    days_left = fields.Integer(allow_none=True)
    next_expiry = fields.Date(allow_none=True)
    is_short = fields.Boolean(required=True)


class LotOut(Schema):
    """A lot."""

    lot_id = fields.String(required=True)
    product_code = fields.String(required=True)
    lot_number = fields.String(required=True)
    expires_on = fields.Date(required=True)
    on_hand = fields.Integer(required=True)


class MoveOut(Schema):
    """One line of a lot's ledger."""

    move_id = fields.String(required=True)
    lot_id = fields.String(required=True)
    moved_on = fields.Date(required=True)
    move = fields.String(required=True)
    quantity = fields.Integer(required=True)
    reason = fields.String(allow_none=True)
    details = fields.Dict()
