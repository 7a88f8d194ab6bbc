"""Test kits: the stock against its minimum, the lots first to expire first, the ledger of a lot, receipt, use, discarding."""

from typing import Any

from chassis.forms import facts
from chassis.forms.drawn import NOTHING
from chassis.i18n import _
from chassis.web import Menu, Operation, Request, Response, Routes, flash
from services.health import handlers
from services.health.domain.codes import DISCARD_REASONS, MOVES, PANELS, label
from services.health.domain.kits import first_expiring
from services.health.forms.kits import DiscardForm, MoveOut, ProductForm, ProductOut, ReceiptForm, UseForm
from services.health.pages.reading import numbered
from services.health.queries import kits as queries
from services.health.queries.duties import EXPIRES_SOON

routes = Routes()

FORMS = {"RECEIVED": ReceiptForm, "USED": UseForm, "DISCARDED": DiscardForm}


@routes.page("/kits", may="kit.read", menu=Menu(_("Test thử"), icon="box", order=5))
def stock(request: Request) -> Response:
    return request.render(
        "list.html",
        title=_("Kho test thử"),
        intro=_("Số ngày đủ dùng tính theo mức dùng trung bình 90 ngày qua."),
        columns=[
            {"key": "name", "label": _("Loại test")},
            {"key": "usable", "label": _("Còn dùng được"), "numeric": True},
            {"key": "minimum", "label": _("Tối thiểu"), "numeric": True},
            {"key": "state", "label": _("Tình trạng")},
            {"key": "days", "label": _("Đủ dùng (ngày)"), "numeric": True},
            {"key": "expiry", "label": _("Hạn gần nhất")},
        ],
        rows=[_stock_row(each) for each in queries.stock(request.uow.session, request.today)],
        chips=_chips("stock"),
        actions=_store_actions(request),
        empty=_("Chưa khai báo loại test nào."),
    )


@routes.page("/kits/lots", may="kit.read")
def lots(request: Request) -> Response:
    rows, more = numbered(request, queries.all_lots())
    names = {each.product_code: each.name for each in queries.products(request.uow.session)}
    return request.render(
        "list.html",
        title=_("Các lô test"),
        intro=_("Lô hết hạn trước đứng trước; lô nào hết hạn trước thì dùng trước."),
        columns=[
            {"key": "lot", "label": _("Số lô")},
            {"key": "product", "label": _("Loại test")},
            *_LOT_COLUMNS,
        ],
        rows=[_lot_row(request, each, names.get(each.product_code)) for each in rows],
        chips=_chips("lots"),
        actions=_store_actions(request),
        empty=_("Chưa nhập lô nào."),
        **more,
    )


@routes.page("/kits/products/<product_code>", may="kit.read")
def product(request: Request, product_code: str) -> Response:
    found = queries.product(request.uow, product_code)
    now = next(each for each in queries.stock(request.uow.session, request.today) if each.product is found)
    held = queries.lots_of(request.uow.session, product_code)
    answers = {
        "product_code": found.product_code,
        "name": found.name,
        "panel": found.panel,
        "minimum_stock": found.minimum_stock,
        **found.details,
    }
    return request.render(
        "record.html",
        title=found.name,
        lead=_("Phát hiện: %(panel)s", panel=", ".join(label(PANELS, code) for code in found.panel)),
        state=_stock_state(now),
        back={"label": _("Kho test thử"), "href": "/kits"},
        actions=_product_actions(request, product_code, held),
        facts=[(_("Còn dùng được"), now.usable), (_("Đủ dùng (ngày)"), now.days_left), *facts(ProductForm, answers)],
        sections=[
            {
                "heading": _("Các lô, lô hết hạn trước đứng trước"),
                "columns": [{"key": "lot", "label": _("Số lô")}, *_LOT_COLUMNS],
                "rows": [_lot_row(request, each) for each in held],
                "nothing": _("Chưa nhập lô nào."),
            }
        ],
    )


@routes.page("/kits/lots/<lot_id>", may="kit.read")
def lot(request: Request, lot_id: str) -> Response:
    found = queries.lot(request.uow, lot_id)
    kind = queries.product(request.uow, found.product_code)
    here = f"/kits/lots/{lot_id}"
    may_use = request.may("kit.use") and found.on_hand and found.expires_on >= request.today
    may_discard = request.may("kit.write") and found.on_hand
    return request.render(
        "record.html",
        title=_("Lô %(lot)s", lot=found.lot_number),
        lead=kind.name,
        state=_lot_state(request, found),
        back={"label": kind.name, "href": f"/kits/products/{kind.product_code}"},
        actions=[
            *([{"label": _("Ghi xuất dùng"), "href": f"{here}/use", "primary": True}] if may_use else []),
            *([{"label": _("Ghi hủy"), "href": f"{here}/discard"}] if may_discard else []),
        ],
        facts=[(_("Hạn dùng"), found.expires_on), (_("Còn trong kho"), found.on_hand)],
        sections=[_ledger(queries.moves_of(request.uow.session, lot_id))],
    )


_LOT_COLUMNS = (
    {"key": "expires", "label": _("Hạn dùng")},
    {"key": "on_hand", "label": _("Còn trong kho"), "numeric": True},
    {"key": "state", "label": _("Tình trạng")},
)


def _stock_row(now: queries.Stock) -> dict[str, Any]:
    return {
        "href": f"/kits/products/{now.product.product_code}",
        "cells": [
            {"text": now.product.name, "sub": now.product.product_code},
            now.usable,
            now.product.minimum_stock,
            _stock_state(now),
            now.days_left,
            now.next_expiry,
        ],
    }


def _stock_state(now: queries.Stock) -> dict[str, str]:
    if now.is_short:
        return {"tone": "bad", "word": _("dưới mức tối thiểu, cần nhập"), "icon": "warning"}
    return {"tone": "good", "word": _("đủ")}


def _lot_row(request: Request, found: Any, product_name: str | None = None) -> dict[str, Any]:
    named = [] if product_name is None else [product_name]
    return {
        "href": f"/kits/lots/{found.lot_id}",
        "cells": [found.lot_number, *named, found.expires_on, found.on_hand, _lot_state(request, found)],
    }


def _lot_state(request: Request, found: Any) -> dict[str, Any]:
    if not found.on_hand:
        return {"tone": "mute", "word": _("đã hết")}
    if found.expires_on < request.today:
        return {"tone": "bad", "word": _("hết hạn, cần hủy"), "icon": "warning"}
    if found.expires_on <= request.today + EXPIRES_SOON:
        return {"tone": "warn", "word": _("sắp hết hạn, dùng trước"), "icon": "clock"}
    return {"tone": "good", "word": _("còn hạn")}


def _ledger(moves: Any) -> dict[str, Any]:
    balance, rows = 0, []
    for move in moves:
        balance += move.quantity
        what = {"text": label(MOVES, move.move), "sub": _more_of(move)}
        rows.append({"cells": [move.moved_on, what, f"{move.quantity:+d}".replace("-", "−"), balance]})
    return {
        "heading": _("Sổ nhập, xuất"),
        "columns": [
            {"key": "on", "label": _("Ngày")},
            {"key": "what", "label": _("Việc")},
            {"key": "quantity", "label": _("Số lượng"), "numeric": True},
            {"key": "balance", "label": _("Tồn"), "numeric": True},
        ],
        "rows": rows,
        "nothing": _("Chưa có lần nhập, xuất nào."),
    }


def _more_of(move: Any) -> str | None:
    """What else was answered: the reason, the slip, the supplier."""
    answered = facts(FORMS[move.move], move.details)
    said = [f"{words}: {text}" for words, text in answered if text != NOTHING]
    reason = [label(DISCARD_REASONS, move.reason)] if move.reason else []
    return " · ".join(reason + said) or None


def _chips(current: str) -> list[dict[str, Any]]:
    return [
        {"label": _("Theo loại"), "href": "/kits", "on": current == "stock"},
        {"label": _("Theo lô"), "href": "/kits/lots", "on": current == "lots"},
    ]


def _store_actions(request: Request) -> list[dict[str, Any]]:
    if not request.may("kit.write"):
        return []
    return [
        {"label": _("Nhập kho"), "href": "/kits/receive", "primary": True, "icon": "plus"},
        {"label": _("Khai báo loại test"), "href": "/kits/products/new"},
    ]


def _product_actions(request: Request, product_code: str, held: Any) -> list[dict[str, Any]]:
    """Offer the lot that expires first for use."""
    next_lot = first_expiring([(each.lot_id, each.expires_on, each.on_hand) for each in held], request.today)
    offered = []
    if next_lot is not None and request.may("kit.use"):
        offered.append({"label": _("Ghi xuất dùng"), "href": f"/kits/lots/{next_lot}/use", "primary": True})
    if request.may("kit.write"):
        offered.append({"label": _("Nhập kho"), "href": f"/kits/receive?product={product_code}", "icon": "plus"})
    return offered


# -- deeds ---------------------------------------------------------------------------------------------------------------------


def _for_lot(request: Request, lot_id: str) -> dict[str, Any]:
    """Say above the form which lot it is about."""
    found = queries.lot(request.uow, lot_id)
    kind = queries.product(request.uow, found.product_code)
    more = _("còn %(count)s test, hạn dùng %(day)s", count=found.on_hand, day=f"{found.expires_on:%d/%m/%Y}")
    return {"who": _("Lô %(lot)s · %(product)s", lot=found.lot_number, product=kind.name), "who_more": more}


def _discarding(request: Request, lot_id: str) -> dict[str, Any]:
    """Propose to discard everything that is left of a lot that has expired."""
    found = queries.lot(request.uow, lot_id)
    expired = found.expires_on < request.today
    return {"moved_on": request.today, **({"quantity": found.on_hand, "reason": "EXPIRED"} if expired else {})}


def _receiving(request: Request) -> dict[str, Any]:
    product_code = request.args.get("product")
    return {"moved_on": request.today, **({"product_code": product_code} if product_code else {})}


def _lot_page(_request: Request, lot_id: str) -> str:
    return f"/kits/lots/{lot_id}"


def _said(saved: Any) -> Any:
    return flash(
        _("Đã ghi %(what)s %(count)s test.", what=label(MOVES, saved.move).lower(), count=abs(saved.quantity)),
        _("Về kho test thử"),
        "/kits",
    )


routes.add(
    Operation(
        name="register_kit_product",
        form=ProductForm,
        handle=handlers.register_kit_product,
        may="kit.write",
        page="/kits/products/new",
        api="/api/v1/kit-products",
        out=ProductOut,
        done=lambda saved: f"/kits/products/{saved.product_code}",
        location=lambda saved: f"/api/v1/kit-products/{saved.product_code}",
        said=lambda saved: flash(
            _("Đã khai báo loại test %(code)s.", code=saved.product_code),
            _("Nhập kho"),
            f"/kits/receive?product={saved.product_code}",
        ),
        cancel="/kits",
        summary=_("Khai báo loại test"),
    )
)
routes.add(
    Operation(
        name="receive_kits",
        form=ReceiptForm,
        handle=handlers.receive_kits,
        may="kit.write",
        page="/kits/receive",
        api="/api/v1/kit-receipts",
        out=MoveOut,
        done=lambda saved: f"/kits/lots/{saved.lot_id}",
        location=lambda saved: f"/api/v1/kit-lots/{saved.lot_id}",
        said=_said,
        prefill=_receiving,
        summary=_("Nhập kho"),
    )
)
routes.add(
    Operation(
        name="use_kits",
        form=UseForm,
        handle=handlers.use_kits,
        may="kit.use",
        page="/kits/lots/<lot_id>/use",
        api="/api/v1/kit-lots/<lot_id>/uses",
        out=MoveOut,
        done=lambda saved: f"/kits/lots/{saved.lot_id}",
        location=lambda saved: f"/api/v1/kit-lots/{saved.lot_id}",
        said=_said,
        prefill=lambda request, **_path: {"moved_on": request.today},
        context=_for_lot,
        cancel=_lot_page,
        template="about.html",
        summary=_("Xuất dùng"),
    )
)
routes.add(
    Operation(
        name="discard_kits",
        form=DiscardForm,
        handle=handlers.discard_kits,
        may="kit.write",
        page="/kits/lots/<lot_id>/discard",
        api="/api/v1/kit-lots/<lot_id>/discards",
        out=MoveOut,
        done=lambda saved: f"/kits/lots/{saved.lot_id}",
        location=lambda saved: f"/api/v1/kit-lots/{saved.lot_id}",
        said=_said,
        prefill=_discarding,
        context=_for_lot,
        cancel=_lot_page,
        template="about.html",
        summary=_("Hủy, loại khỏi kho"),
    )
)
