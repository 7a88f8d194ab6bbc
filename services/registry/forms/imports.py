"""What is asked before a list leaves the register."""

from marshmallow import Schema, fields

from chassis.forms import Form, Group, YesNoAnswer, ask
from chassis.i18n import _
from services.registry.commands.disclosures import DiscloseList
from services.registry.domain.disclosing import DISCLOSED_LISTS, DISCLOSURE_PURPOSES, FILE_KINDS


class DisclosureForm(Form):
    """A list leaves the register."""

    title = _("Xuất danh sách")
    intro = _("Mỗi lần xuất là một lần cung cấp thông tin, được ghi vào nhật ký với người nhận, mục đích và căn cứ.")
    submit = _("Lập tệp và ghi nhật ký")
    command = DiscloseList
    groups = (
        Group(_("Danh sách"), ["list_code", "asked", "file_kind", "with_minors", "minors_reason"]),
        Group(_("Cung cấp cho ai, để làm gì"), ["recipient", "purpose", "legal_basis", "document_number"]),
    )

    list_code = ask(fields.String, _("Danh sách"), needed=True, choices=DISCLOSED_LISTS)
    asked = ask(fields.String, _("Từ tìm"), max_length=100, hint=_("Chỉ ghi khi chọn «Kết quả tìm trong sổ»"))
    file_kind = ask(fields.String, _("Loại tệp"), needed=True, choices=FILE_KINDS)
    with_minors = ask(YesNoAnswer, _("Gồm cả người chưa đủ 18 tuổi"))
    minors_reason = ask(fields.String, _("Lý do gồm cả người chưa đủ 18 tuổi"), hint=_("Chỉ ghi khi chọn ô trên"))
    recipient = ask(fields.String, _("Người, cơ quan nhận"), needed=True)
    purpose = ask(fields.String, _("Mục đích"), needed=True, choices=DISCLOSURE_PURPOSES)
    legal_basis = ask(
        fields.String,
        _("Căn cứ pháp lý"),
        needed=True,
        hint=_("Điều, khoản cho phép cung cấp, ví dụ khoản 2 Điều 30 …"),
    )
    document_number = ask(fields.String, _("Số văn bản đề nghị"), needed=True, max_length=60)


class DisclosureOut(Schema):
    """What left the register; the file itself is fetched by whoever had it made."""

    disclosure_id = fields.String()
    list_code = fields.Function(lambda record: record.row.list_code)
    file_kind = fields.Function(lambda record: record.row.file_kind)
    purpose = fields.Function(lambda record: record.row.purpose)
    people = fields.Function(lambda record: record.row.people)
    sha256 = fields.Function(lambda record: record.row.sha256)
    recipient = fields.String()
    legal_basis = fields.String()
    document_number = fields.String()
