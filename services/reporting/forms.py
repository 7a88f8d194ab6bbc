"""What the committee and its focal office fill in; each form is declared once for page, API and documentation."""

from marshmallow import fields

from chassis.forms import Form, ask
from chassis.i18n import _
from services.reporting.commands import ReviewReport, SignReport


class ReviewForm(Form):
    """The figures of a closed period, taken as they stand."""

    title = _("Rà soát báo cáo")
    intro = _("Ghi lại số liệu như đang có, để người có thẩm quyền ký. Việc đến sau sẽ vào bản điều chỉnh.")
    submit = _("Trình ký")
    command = ReviewReport

    period = ask(fields.String, _("Kỳ báo cáo"), needed=True, hidden=True, max_length=40)
    reason = ask(
        fields.String,
        _("Lý do"),
        max_length=300,
        long=True,
        hint=_("Cần ghi khi kỳ này đã có báo cáo ký; không ghi tên người"),
    )


class SignatureForm(Form):
    """The committee's signature under a reviewed report."""

    title = _("Ký báo cáo")
    submit = _("Ký báo cáo")
    command = SignReport
