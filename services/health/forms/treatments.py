"""What is asked about a substitution treatment."""

from marshmallow import Schema, fields

from chassis.forms import DateAnswer, Form, Group, ask
from chassis.i18n import _
from services.health.commands import AdmitToOst, EndOstTreatment, ListOstTreatment
from services.health.domain.codes import OST_ENDINGS, OST_FACILITIES


class AdmissionForm(Form):
    """Somebody was taken into treatment."""

    title = _("Nhận vào điều trị thay thế")
    command = AdmitToOst
    groups = (
        Group(_("Tiếp nhận"), ["facility_code", "admitted_on", "notice_number"]),
        Group(_("Danh sách quản lý tại phường, xã"), ["listed_on"]),
    )

    facility_code = ask(fields.String, _("Cơ sở điều trị"), needed=True, choices=OST_FACILITIES)
    admitted_on = ask(DateAnswer, _("Ngày nhận vào điều trị"), needed=True, not_future=True)
    notice_number = ask(fields.String, _("Số thông báo tiếp nhận"), max_length=60)
    listed_on = ask(
        DateAnswer,
        _("Ngày đưa vào danh sách"),
        not_future=True,
        hint=_("Để trống nếu chưa đưa; việc này sẽ hiện trong «Việc hôm nay»"),
    )


class ListingForm(Form):
    """A treatment was put on the ward's list."""

    title = _("Đưa vào danh sách quản lý tại phường, xã")
    submit = _("Đưa vào danh sách")
    command = ListOstTreatment

    listed_on = ask(DateAnswer, _("Ngày đưa vào danh sách"), needed=True, not_future=True)


class EndingForm(Form):
    """A treatment ended."""

    title = _("Kết thúc đợt điều trị")
    submit = _("Ghi kết thúc")
    command = EndOstTreatment

    ended_on = ask(DateAnswer, _("Ngày kết thúc"), needed=True, not_future=True)
    reason = ask(fields.String, _("Lý do"), needed=True, choices=OST_ENDINGS)
    ending_notice_number = ask(fields.String, _("Số văn bản của cơ sở điều trị"), max_length=60)


class TreatmentQuery(Form):
    """Which treatments."""

    state = ask(fields.String, _("Trạng thái"), choices={"OPEN": _("Đang điều trị"), "ALL": _("Tất cả")})


class TreatmentOut(Schema):
    """A treatment."""

    treatment_id = fields.String(required=True)
    patient_id = fields.String(required=True)
    facility_code = fields.String(required=True)
    admitted_on = fields.Date(required=True)
    listed_on = fields.Date(allow_none=True)
    ended_on = fields.Date(allow_none=True)
    end_reason = fields.String(allow_none=True)
    version = fields.Integer(required=True)
    details = fields.Dict()
