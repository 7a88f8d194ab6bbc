"""The signed decisions of user management: to manage, to stop before the term, to end with it."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from chassis.forms import DateAnswer, Form, Group, ask
from chassis.i18n import _
from services.registry import queries
from services.registry.commands import DecideUserManagement, EndUserManagement, StopUserManagement
from services.registry.domain.codes import SIGNERS, STOP_REASONS
from services.registry.law import law

_DOCUMENT_NUMBER = re.compile(r"[0-9]+[0-9A-Za-zĐđ/\-. ]*")


def _is_document_number(typed: str) -> None:
    if not _DOCUMENT_NUMBER.fullmatch(typed):
        raise ValidationError(str(_("hãy ghi số rồi đến ký hiệu của quyết định, ví dụ 15/QĐ-CAP.")))


def _undecided_tests(request: Any) -> Mapping[str, str]:
    """The positive results of the person in the address that no decision stands on, by their day."""
    if request is None:
        return {}
    return {
        test.test_id: _("Dương tính, lấy mẫu ngày %(day)s", day=f"{test.taken_on:%d/%m/%Y}")
        for test in queries.undecided_tests(request.uow, request.path_values["person_id"])
    }


class DecisionForm(Form):
    """A signed decision to manage a person who uses drugs unlawfully."""

    title = _("Ghi nhận quyết định quản lý")
    intro = _("Ghi quyết định đã ký: số, ngày, người ký. Thời hạn do luật định; ghi khác đi sẽ không được nhận.")
    submit = _("Ghi nhận quyết định")
    command = DecideUserManagement
    groups = (
        Group(_("Căn cứ"), ["test_id"]),
        Group(_("Quyết định"), ["document_number", "decided_on", "signer_role", "signer_name"]),
        Group(_("Thời hạn quản lý"), ["starts_on", "ends_on", "note"]),
    )

    test_id = ask(
        fields.String,
        _("Kết quả xét nghiệm dương tính"),
        needed=True,
        max_length=36,
        choices=_undecided_tests,
        hint=_("Chưa có kết quả dương tính thì chưa quản lý được"),
    )
    document_number = ask(
        fields.String,
        _("Số quyết định"),
        needed=True,
        max_length=60,
        validate=_is_document_number,
        hint=_("Ví dụ 15/QĐ-CAP"),
    )
    decided_on = ask(DateAnswer, _("Ngày ký quyết định"), needed=True, not_future=True)
    signer_role = ask(fields.String, _("Chức vụ người ký"), needed=True, choices=SIGNERS)
    signer_name = ask(fields.String, _("Họ tên người ký"), needed=True, max_length=120)
    starts_on = ask(DateAnswer, _("Từ ngày"), hint=_("Để trống: ngày ký quyết định"))
    ends_on = ask(DateAnswer, _("Đến ngày"), hint=_("Để trống: đúng 01 năm sau, theo luật"))
    note = ask(fields.String, _("Ghi chú"), long=True, max_length=1000)


def _reasons_in_force(request: Any) -> Mapping[str, str]:
    """The reasons that the law in force today knows; without a request, all that were ever in force."""
    if request is None:
        return STOP_REASONS
    rules = [regime.user_management for regime in law().regimes if regime.covers(request.today)]
    in_force = {reason.code for rule in rules for reason in rule.stop_reasons}
    # A decision signed under an earlier law may be recorded late: its reasons stay on offer, and the rule says which fits.
    return {code: label for code, label in STOP_REASONS.items() if code in in_force or code == "GIAO_DUC_TAI_XA"}


class StopForm(Form):
    """Management stops before its term."""

    title = _("Ghi nhận quyết định dừng quản lý")
    intro = _("Chỉ dừng vì lý do mà luật nêu; hết thời hạn thì ghi quyết định chấm dứt.")
    submit = _("Ghi nhận quyết định dừng")
    command = StopUserManagement
    groups = (
        Group(
            _("Quyết định dừng quản lý"),
            ["reason", "document_number", "stopped_on", "signer_role", "signer_name", "note"],
        ),
    )

    reason = ask(fields.String, _("Lý do dừng"), needed=True, choices=_reasons_in_force)
    document_number = ask(
        fields.String,
        _("Số quyết định"),
        needed=True,
        max_length=60,
        validate=_is_document_number,
        hint=_("Ví dụ 15/QĐ-CAP"),
    )
    stopped_on = ask(DateAnswer, _("Ngày ký quyết định"), needed=True, not_future=True)
    signer_role = ask(fields.String, _("Chức vụ người ký"), needed=True, choices=SIGNERS)
    signer_name = ask(fields.String, _("Họ tên người ký"), needed=True, max_length=120)
    note = ask(fields.String, _("Ghi chú"), long=True, max_length=1000)


class EndForm(Form):
    """Management ends with its term."""

    title = _("Ghi nhận quyết định chấm dứt quản lý")
    intro = _("Khi đã hết thời hạn quản lý; không chấm dứt sớm hơn.")
    submit = _("Ghi nhận quyết định chấm dứt")
    command = EndUserManagement
    groups = (
        Group(_("Quyết định chấm dứt quản lý"), ["document_number", "ended_on", "signer_role", "signer_name", "note"]),
    )

    document_number = ask(
        fields.String,
        _("Số quyết định"),
        needed=True,
        max_length=60,
        validate=_is_document_number,
        hint=_("Ví dụ 15/QĐ-CAP"),
    )
    ended_on = ask(DateAnswer, _("Ngày ký quyết định"), needed=True, not_future=True)
    signer_role = ask(fields.String, _("Chức vụ người ký"), needed=True, choices=SIGNERS)
    signer_name = ask(fields.String, _("Họ tên người ký"), needed=True, max_length=120)
    note = ask(fields.String, _("Ghi chú"), long=True, max_length=1000)
