"""Forms beside the acts: annulling one, signing or returning a draft, and circumstances of a person's life."""

from marshmallow import Schema, fields

from chassis.forms import DateAnswer, Form, Group, ask
from chassis.i18n import _
from services.registry.commands import AnnulAct, EndCircumstance, RecordCircumstance, ReturnProposal, SignProposal
from services.registry.domain.codes import CIRCUMSTANCES
from services.registry.forms.acts import is_document_number


class AnnulForm(Form):
    """An act was a mistake."""

    title = _("Hủy một việc đã ghi")
    intro = _(
        "Việc bị hủy vẫn đọc được; hồ sơ trở lại như các việc còn lại. Văn bản đã ban hành được hủy bằng văn bản mới."
    )
    submit = _("Hủy việc này")
    command = AnnulAct
    groups = (Group(_("Lý do"), ["reason"]),)

    reason = ask(fields.String, _("Vì sao hủy"), needed=True, long=True, max_length=500)


class SignForm(Form):
    """A draft is signed."""

    title = _("Ký ban hành")
    intro = _("Ký là ban hành ngay hôm nay: phần mềm lấy số tiếp theo của sổ và lập văn bản.")
    submit = _("Ký ban hành")
    command = SignProposal
    groups = (Group(_("Người ký"), ["signer_name"]),)

    signer_name = ask(fields.String, _("Họ tên người ký"), needed=True, max_length=120)


class ReturnForm(Form):
    """A draft goes back unsigned."""

    title = _("Trả lại dự thảo")
    submit = _("Trả lại")
    command = ReturnProposal
    groups = (Group(_("Lý do"), ["reason"]),)

    reason = ask(fields.String, _("Cần sửa gì"), needed=True, long=True, max_length=500)


class CircumstanceForm(Form):
    """Something about a person's life that bears on a measure."""

    title = _("Ghi tình tiết nhân thân")
    intro = _("Tình tiết mà luật xét khi mở hoặc dừng một biện pháp.")
    command = RecordCircumstance
    groups = (Group(_("Tình tiết"), ["kind", "since_on", "until_on", "document_number"]),)

    kind = ask(fields.String, _("Tình tiết"), needed=True, choices=CIRCUMSTANCES)
    since_on = ask(DateAnswer, _("Từ ngày"), needed=True, not_future=True)
    until_on = ask(DateAnswer, _("Đến ngày"))
    document_number = ask(fields.String, _("Số văn bản"), max_length=60, validate=is_document_number)


class EndCircumstanceForm(Form):
    """A circumstance is over."""

    title = _("Ghi ngày hết tình tiết")
    command = EndCircumstance
    groups = (Group(_("Tình tiết"), ["until_on"]),)

    until_on = ask(DateAnswer, _("Đến ngày"), needed=True)


class CircumstanceOut(Schema):
    """A circumstance of a person."""

    circumstance_id = fields.String()
    person_id = fields.String()
    kind = fields.String()
    since_on = fields.Date()
    until_on = fields.Date(allow_none=True)
    document_number = fields.String(allow_none=True)


class ProposalOut(Schema):
    """A draft on its way to the decider."""

    proposal_id = fields.String()
    person_id = fields.String()
    track = fields.String()
    event = fields.String()
    state = fields.String()
    drafted_at = fields.AwareDateTime()
    settled_at = fields.AwareDateTime(allow_none=True)
    act_id = fields.String(allow_none=True)
