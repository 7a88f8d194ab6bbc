"""Visits and talks of support, and how somebody gets on after rehabilitation."""

from marshmallow import fields

from chassis.forms import DateAnswer, DetailsOf, Form, Group, SeveralAnswer, ask
from chassis.i18n import _
from services.registry.commands.books import AssessProgress, RecordSupportVisit
from services.registry.domain.books import NEEDS, PROGRESS, VISIT_KINDS, VISIT_OUTCOMES
from services.registry.forms.books.asking import EntryOut, note


class SupportVisitForm(Form):
    """A visit or a talk of support."""

    title = _("Ghi lượt gặp gỡ, tư vấn, hỗ trợ")
    intro = _("Biên bản lưu trong hồ sơ quản lý (khoản 4 Điều 135 Nghị định 163/2026/NĐ-CP).")
    command = RecordSupportVisit
    groups = (
        Group(_("Lượt gặp"), ["visited_on", "kind", "by", "minutes_number"]),
        Group(_("Nội dung"), ["needs", "outcome", "note"]),
    )

    visited_on = ask(DateAnswer, _("Ngày gặp"), needed=True, not_future=True)
    kind = ask(fields.String, _("Hình thức"), needed=True, choices=VISIT_KINDS)
    by = ask(fields.String, _("Người thực hiện"), max_length=120)
    minutes_number = ask(fields.String, _("Số biên bản"), max_length=60)
    needs = ask(SeveralAnswer, _("Nhu cầu hỗ trợ"), choices=NEEDS)
    outcome = ask(fields.String, _("Kết quả"), needed=True, choices=VISIT_OUTCOMES)
    note = note()


class SupportVisitOut(EntryOut):
    """A visit or a talk of support."""

    visit_id = fields.String()
    person_id = fields.String()
    visited_on = fields.Date()
    kind = fields.String()
    needs = fields.List(fields.String())
    outcome = fields.String()
    minutes_number = fields.String(allow_none=True)
    details = DetailsOf(SupportVisitForm)


class ProgressForm(Form):
    """How somebody gets on after rehabilitation."""

    title = _("Đánh giá sự tiến bộ sau cai")
    command = AssessProgress

    assessed_on = ask(DateAnswer, _("Ngày đánh giá"), needed=True, not_future=True)
    grade = ask(fields.String, _("Mức tiến bộ"), needed=True, choices=PROGRESS)
    by = ask(fields.String, _("Người đánh giá"), max_length=120)
    note = note()


class ProgressOut(EntryOut):
    """How somebody gets on after rehabilitation."""

    assessment_id = fields.String()
    person_id = fields.String()
    assessed_on = fields.Date()
    grade = fields.String()
    details = DetailsOf(ProgressForm)
