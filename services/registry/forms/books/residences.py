"""Where somebody lives, and the monthly look whether they still do."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, fields, validate
from werkzeug.datastructures import MultiDict

from chassis.forms import Asked, DateAnswer, DetailsOf, Form, Group, ask
from chassis.i18n import _
from services.registry.commands.books import CheckResidence, CheckResidences, EndResidence, RecordResidence
from services.registry.domain.books import CHECK_OUTCOMES, RESIDENCE_KINDS, STABILITY
from services.registry.forms.books.asking import EntryOut, commune, elsewhere, note

MOST_LINES = 200
_LINE_ANSWERS = ("outcome", "minutes_number", "note")


class ResidenceForm(Form):
    """Where somebody lives, verified."""

    title = _("Ghi nơi cư trú")
    intro = _("Mỗi loại nơi cư trú chỉ có một nơi tại một thời điểm; nơi cũ cần có ngày kết thúc trước.")
    command = RecordResidence
    groups = (
        Group(_("Nơi cư trú"), ["kind", "address", "group_name", "group_code", "commune_code", "elsewhere_code"]),
        Group(_("Thời gian"), ["valid_from", "valid_to"]),
        Group(_("Xác minh"), ["stability", "verified_on", "verified_by", "verified_form", "note"]),
    )

    kind = ask(fields.String, _("Loại nơi cư trú"), needed=True, choices=RESIDENCE_KINDS)
    address = ask(fields.String, _("Địa chỉ"), hint=_("Số nhà, ngõ, đường hoặc thôn"))
    group_name = ask(fields.String, _("Tổ dân phố, thôn"), max_length=120)
    group_code = ask(fields.String, _("Mã tổ dân phố, thôn"), max_length=20)
    commune_code = commune()
    elsewhere_code = elsewhere()
    valid_from = ask(DateAnswer, _("Từ ngày"), needed=True, not_future=True)
    valid_to = ask(DateAnswer, _("Đến ngày"), not_future=True, hint=_("Để trống: đang ở"))
    stability = ask(fields.String, _("Tính ổn định"), needed=True, choices=STABILITY)
    verified_on = ask(DateAnswer, _("Ngày xác minh"), needed=True, not_future=True)
    verified_by = ask(fields.String, _("Người, đơn vị xác minh"), max_length=120)
    verified_form = ask(fields.String, _("Văn bản xác minh"), max_length=60, hint=_("Số, ký hiệu, nếu có"))
    note = note()


class EndResidenceForm(Form):
    """Somebody lives there no longer."""

    title = _("Ghi ngày kết thúc cư trú")
    command = EndResidence
    valid_to = ask(DateAnswer, _("Đến ngày"), needed=True, not_future=True, hint=_("Ngày cuối cùng ở nơi này"))


class ResidenceOut(EntryOut):
    """A residence."""

    stay_id = fields.String()
    person_id = fields.String()
    kind = fields.String()
    commune_code = fields.String()
    stable = fields.Boolean()
    unstable_reason = fields.String(allow_none=True)
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    verified_on = fields.Date()
    verified_form = fields.String(allow_none=True)
    version = fields.Integer()
    details = DetailsOf(ResidenceForm)


class ResidenceCheckForm(Form):
    """One look whether somebody lives where the register says."""

    title = _("Ghi kết quả kiểm tra cư trú")
    intro = _("Ít nhất mỗi tháng một lần (điểm a khoản 1 Điều 61 Nghị định 163/2026/NĐ-CP).")
    command = CheckResidence

    checked_on = ask(DateAnswer, _("Ngày kiểm tra"), needed=True, not_future=True)
    outcome = ask(fields.String, _("Kết quả"), needed=True, choices=CHECK_OUTCOMES)
    minutes_number = ask(fields.String, _("Số biên bản"), max_length=60)
    note = note()


class ResidenceCheckOut(EntryOut):
    """One look at a residence."""

    check_id = fields.String()
    person_id = fields.String()
    checked_on = fields.Date()
    outcome = fields.String()
    minutes_number = fields.String(allow_none=True)
    details = DetailsOf(ResidenceCheckForm)


class CheckLine(Schema):
    """One person's line of a bulk entry."""

    person_id = ask(fields.String, _("Mã hồ sơ người"), needed=True, max_length=36)
    checked_on = ask(DateAnswer, _("Ngày kiểm tra"), needed=True, not_future=True)
    outcome = ask(fields.String, _("Kết quả"), needed=True, choices=CHECK_OUTCOMES)
    minutes_number = ask(fields.String, _("Số biên bản"), max_length=60)
    note = note()


class ResidenceChecksForm(Form):
    """The looks at many people's residences, each line by itself."""

    title = _("Kiểm tra cư trú trong tháng")
    intro = _("Người đang quản lý chưa được kiểm tra trong tháng. Dòng để trống được bỏ qua; mỗi dòng được nhận riêng.")
    submit = _("Ghi các dòng đã chọn")
    command = CheckResidences

    lines: ClassVar[Any] = fields.List(
        fields.Nested(CheckLine),
        required=True,
        validate=validate.Length(min=1, max=MOST_LINES, error=_("hãy ghi từ 1 đến %(most)s dòng.", most=MOST_LINES)),
        metadata={"asked": Asked(label=_("Các dòng"), needed=True)},
        error_messages={"required": "required", "null": "null", "invalid": "invalid"},
    )

    def typed_on_page(self, sent: MultiDict[str, str]) -> dict[str, Any]:
        """Gather the lines of the page: the answers about one person carry the person's identifier after a colon."""
        typed: dict[str, Any] = {}
        lines: dict[str, dict[str, str]] = {}
        for name, value in sent.items():
            answer, _colon, person_id = name.partition(":")
            if person_id and answer in _LINE_ANSWERS:
                lines.setdefault(person_id, {})[answer] = value.strip()
            elif name != "checked_on" and not name.startswith("_"):
                typed[name] = value
        day = sent.get("checked_on", "")
        typed["lines"] = [
            {"person_id": person_id, "checked_on": day, **{name: value for name, value in line.items() if value}}
            for person_id, line in lines.items()
            if line.get("outcome")
        ]
        return typed


class LineOut(Schema):
    """What became of one line."""

    person_id = fields.String()
    check_id = fields.String(allow_none=True)
    refusal = fields.String(allow_none=True)


class LinesOut(Schema):
    """What became of each line, in the order in which they were sent."""

    lines = fields.List(fields.Nested(LineOut))
    taken = fields.Integer()


def typed_lines(sent: Mapping[str, str]) -> Mapping[str, str]:
    """Return what was typed on the page of many lines, by the name of its field, so that nothing is lost on a refusal."""
    return {name: value for name, value in sent.items() if name == "checked_on" or ":" in name}
