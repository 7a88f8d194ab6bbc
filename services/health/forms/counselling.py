"""What is asked about a counselling session."""

from marshmallow import Schema, fields

from chassis.forms import DateAnswer, Form, Group, ask
from chassis.i18n import _
from services.health.commands import RecordCounselling
from services.health.domain.codes import COUNSELLED_GROUPS, COUNSELLING_KINDS
from services.health.domain.counselling import ANNOUNCED_COUNSELLING

LISTED_KINDS = {code: word for code, word in COUNSELLING_KINDS.items() if code in ANNOUNCED_COUNSELLING}

TOPICS = {
    "NGUY_CO": _("Nguy cơ, tác hại của ma túy"),
    "GIAM_HAI": _("Dự phòng, can thiệp giảm tác hại"),
    "DIEU_TRI": _("Điều trị, cai nghiện"),
    "GIA_DINH": _("Gia đình"),
    "VIEC_LAM": _("Học nghề, việc làm"),
}


class CounsellingForm(Form):
    """One counselling session."""

    title = _("Ghi nhận lượt tư vấn")
    command = RecordCounselling
    groups = (
        Group(_("Buổi tư vấn"), ["kind", "held_on", "group"]),
        Group(_("Nội dung"), ["minutes", "topics", "note", "next_step"]),
    )

    kind = ask(fields.String, _("Loại tư vấn"), needed=True, choices=COUNSELLING_KINDS)
    held_on = ask(DateAnswer, _("Ngày tư vấn"), needed=True, not_future=True)
    group = ask(fields.String, _("Đối tượng"), needed=True, choices=COUNSELLED_GROUPS)
    minutes = ask(fields.Integer, _("Số phút"), minimum=1, maximum=480)
    topics = ask(fields.List, _("Chủ đề"), choices=TOPICS)
    note = ask(fields.String, _("Ghi chép"), long=True, hint=_("Được mã hóa; không ra khỏi Trạm Y tế"))
    next_step = ask(fields.String, _("Bước tiếp theo"), hint=_("Một câu, theo lời người được tư vấn"))


class CounsellingQuery(Form):
    """Which counselling."""

    since = ask(DateAnswer, _("Từ ngày"))
    until = ask(DateAnswer, _("Đến ngày"))
    kind = ask(fields.String, _("Loại tư vấn"), choices=LISTED_KINDS)


class CounsellingOut(Schema):
    """A counselling session without what was said."""

    counselling_id = fields.String(required=True)
    patient_id = fields.String(required=True)
    held_on = fields.Date(required=True)
    kind = fields.String(required=True)
    group = fields.String(required=True)


class CounsellingNoteOut(CounsellingOut):
    """A counselling session with what was said, for those who may read clinical notes."""

    details = fields.Dict()
