"""What several books ask in the same words, and what all their records say."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from chassis.forms import DateAnswer, Form, ask
from chassis.i18n import _
from chassis.units import communes_of, unit
from services.registry.commands.books import WithdrawEntry


def communes_here(request: Any) -> Mapping[str, str]:
    """The communes of the own province; without a request none, for they depend on who asks."""
    if request is None:
        return {}
    own = unit(request.uow.unit)
    return {each.code: each.title for each in communes_of(own.parent_code or own.code)}


def other_communes_here(request: Any) -> Mapping[str, str]:
    """The communes of the own province but the own one."""
    return {code: title for code, title in communes_here(request).items() if code != request.uow.unit}


def commune() -> Any:
    """Ask for a commune of the province."""
    return ask(fields.String, _("Xã, phường"), choices=communes_here, hint=_("Để trống: xã, phường của mình"))


def elsewhere() -> Any:
    """Ask for the code of a commune of another province."""
    return ask(
        fields.String,
        _("Mã xã ngoài tỉnh"),
        max_length=5,
        hint=_("Chỉ ghi khi ở tỉnh khác: mã đơn vị hành chính 5 chữ số"),
    )


def border() -> Any:
    """Ask for the commune on the other side of the border."""
    return ask(
        fields.String,
        _("Giáp ranh với xã, phường"),
        choices=other_communes_here,
        hint=_("Chỉ chọn khi nằm trên ranh giới hai xã, phường"),
    )


def note() -> Any:
    """Ask for a note; it is sealed."""
    return ask(fields.String, _("Ghi chú"), long=True, max_length=1000)


class BookAsked(Form):
    """Which part of a book is asked for; days are counted at both ends."""

    since = ask(DateAnswer, _("Từ ngày"))
    until = ask(DateAnswer, _("Đến ngày"))
    code = ask(fields.String, _("Phân loại"), max_length=40)
    person_id = ask(fields.String, _("Mã hồ sơ người"), max_length=36)


class EntryOut(Schema):
    """What every line of a book says of itself."""

    recorded_at = fields.AwareDateTime()
    withdrawn_at = fields.AwareDateTime(allow_none=True)


class WithdrawalForm(Form):
    """A line was entered by mistake."""

    title = _("Huỷ dòng ghi nhầm")
    intro = _("Dòng bị huỷ vẫn còn trong sổ để tra cứu nhưng không được tính vào đâu nữa.")
    submit = _("Huỷ dòng này")
    command = WithdrawEntry
    reason = ask(fields.String, _("Lý do huỷ"), needed=True, max_length=300)
