"""The form that annuls an issued document."""

from marshmallow import Schema, fields

from chassis.forms import DateAnswer, Form, Group, ask
from chassis.i18n import _
from services.registry.commands.documents import AnnulDocument
from services.registry.domain.forms import SIGNER_ROLES

_DECIDERS = {role: SIGNER_ROLES[role] for role in ("CA_CHIEF", "UB_CHAIR", "UB_VICE")}


class AnnulDocumentForm(Form):
    """An issued document is annulled by a decision of its own."""

    title = _("Hủy bỏ văn bản")
    intro = _("Văn bản cũ vẫn giữ nguyên trong sổ và được đánh dấu; quyết định hủy bỏ lấy số mới.")
    submit = _("Lập quyết định hủy bỏ")
    command = AnnulDocument
    confirmable = ("number",)
    groups = (
        Group(_("Quyết định hủy bỏ"), ["reason_text", "issued_on", "number"]),
        Group(_("Người ký"), ["signer_role", "signer_name"]),
    )

    reason_text = ask(
        fields.String, _("Lý do hủy bỏ"), needed=True, long=True, max_length=500, hint=_("In trong quyết định")
    )
    issued_on = ask(DateAnswer, _("Ngày ký"), needed=True, not_future=True)
    number = ask(fields.String, _("Số văn bản"), max_length=40, hint=_("Để trống: phần mềm lấy số tiếp theo của sổ"))
    signer_role = ask(fields.String, _("Chức vụ người ký"), needed=True, choices=_DECIDERS)
    signer_name = ask(fields.String, _("Họ tên người ký"), needed=True, max_length=120)


class DocumentOut(Schema):
    """An issued document as the API tells of it: nothing of what it says."""

    document_id = fields.String()
    form_code = fields.String()
    number = fields.String(attribute="shown_number")
    issued_on = fields.Date()
    regime = fields.String()
    signer_role = fields.String()
    sha256 = fields.String()
    annuls = fields.String(allow_none=True)
    annulled_by = fields.String(allow_none=True)
    voided_at = fields.AwareDateTime(allow_none=True)
