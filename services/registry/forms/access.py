"""Forms about records that are not open to everybody."""

from marshmallow import Schema, ValidationError, fields

from chassis.forms import Form, Group, YesNoAnswer, ask
from chassis.i18n import _
from services.registry.commands.access import BreakTheGlass, LiftRestriction, RestrictRecord

REASONS = {
    "ARCHIVED": _("Lưu trữ hạn chế: đã ra khỏi danh sách"),
    "MINOR": _("Bảo vệ người chưa đủ 18 tuổi"),
}


class BreakGlassForm(Form):
    """A restricted record is opened for a while."""

    title = _("Mở hồ sơ hạn chế")
    intro = _(
        "Việc mở và lý do được báo ngay cho Trưởng Công an và cán bộ giám sát dữ liệu. Hết giờ, hồ sơ tự đóng lại."
    )
    submit = _("Mở hồ sơ")
    command = BreakTheGlass
    groups = (Group(_("Lý do và thời gian"), ["reason", "minutes"]),)

    reason = ask(fields.String, _("Vì sao cần mở ngay"), needed=True, long=True, max_length=500)
    minutes = ask(fields.Integer, _("Số phút"), needed=True, minimum=1, maximum=60, hint=_("Nhiều nhất 60 phút"))


class RestrictionForm(Form):
    """A record is put away."""

    title = _("Đưa vào diện hạn chế")
    intro = _("Khi không còn việc nào đang theo dõi, hồ sơ chỉ mở được có lý do, trong thời gian ngắn và có báo.")
    submit = _("Hạn chế hồ sơ")
    command = RestrictRecord
    groups = (Group(_("Lý do"), ["reason"]),)

    reason = ask(fields.String, _("Lý do hạn chế"), needed=True, choices=REASONS)


def _is_yes(value: object) -> None:
    if value is not True:
        raise ValidationError(str(_("hãy chọn ô này để xác nhận.")))


class LiftForm(Form):
    """A record is open again."""

    title = _("Bỏ diện hạn chế")
    submit = _("Bỏ hạn chế")
    command = LiftRestriction
    groups = (Group(_("Xác nhận"), ["confirmed"]),)

    confirmed = ask(YesNoAnswer, _("Hồ sơ này được mở lại cho những người có quyền xem"), needed=True, validate=_is_yes)


class OpeningOut(Schema):
    """An opening of a restricted record."""

    grant_id = fields.String()
    person_id = fields.String()
    opened_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    minutes = fields.Integer()
