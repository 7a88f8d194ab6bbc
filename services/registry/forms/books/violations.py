"""Minutes of a breach; the count and the next step are never asked."""

from collections.abc import Mapping

from marshmallow import fields

from chassis.forms import DateAnswer, DetailsOf, Form, Group, ask
from chassis.i18n import _
from services.registry.commands.books import RecordViolation
from services.registry.forms.acts import is_time
from services.registry.forms.books.asking import EntryOut, note
from services.registry.law.violations import violation_law

LADDERS: Mapping[str, str] = {ladder.code: ladder.name.spoken for ladder in violation_law().ladders}
SITUATIONS: Mapping[str, str] = {situation.code: situation.name.spoken for situation in violation_law().situations}
STEPS: Mapping[str, str] = {step.code: step.name.spoken for step in violation_law().steps}
MENDED: Mapping[str, str] = {"YES": _("Đã khắc phục trong 24 giờ"), "NO": _("Không khắc phục trong 24 giờ")}


class ViolationForm(Form):
    """Minutes of a breach."""

    title = _("Ghi biên bản vi phạm")
    intro = _("Lần thứ mấy và bước xử lý tiếp theo do hệ thống tính từ các biên bản đã ghi, không phải nhập.")
    command = RecordViolation
    groups = (
        Group(_("Vi phạm"), ["situation", "kind", "committed_on", "mended"]),
        Group(_("Biên bản"), ["minutes_number", "recorded_on", "recorded_time", "note"]),
    )

    situation = ask(fields.String, _("Đang áp dụng"), needed=True, choices=SITUATIONS)
    kind = ask(fields.String, _("Hành vi vi phạm"), needed=True, choices=LADDERS)
    committed_on = ask(DateAnswer, _("Ngày vi phạm"), needed=True, not_future=True)
    mended = ask(
        fields.String, _("Khắc phục"), choices=MENDED, hint=_("Chỉ chọn với vi phạm về thiết bị giám sát điện tử")
    )
    minutes_number = ask(fields.String, _("Số biên bản"), needed=True, max_length=60)
    recorded_on = ask(DateAnswer, _("Ngày lập biên bản"), not_future=True, hint=_("Để trống: ngày vi phạm"))
    recorded_time = ask(
        fields.String, _("Giờ lập biên bản"), max_length=5, validate=is_time,
        hint=_("Giờ:phút, ví dụ 16:00; thời hạn tính theo giờ. Để trống nếu là bây giờ"),
    )  # fmt: skip
    note = note()


class ViolationOut(EntryOut):
    """A breach with its count and what the law asks next."""

    violation_id = fields.String()
    person_id = fields.String()
    situation = fields.String()
    kind = fields.String()
    committed_on = fields.Date()
    recorded_on = fields.Date()
    minutes_at = fields.AwareDateTime()
    mended = fields.Boolean(allow_none=True)
    count = fields.Integer()
    step = fields.String()
    article = fields.String()
    minutes_number = fields.String()
    details = DetailsOf(ViolationForm)
