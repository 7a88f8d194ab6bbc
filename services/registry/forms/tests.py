"""A test for drugs in the body and its result, as the form M01 of appendix III asks."""

from marshmallow import ValidationError, fields

from chassis.forms import DateAnswer, Form, Group, SeveralAnswer, YesNoAnswer, ask
from chassis.i18n import _
from services.registry.commands import RecordTestResult, WithdrawTestResult
from services.registry.domain.codes import RESULTS, SAMPLES, SUBSTANCES, TEST_GROUNDS
from services.registry.domain.terms import time_of_day


def _is_time(typed: str) -> None:
    if time_of_day(typed) is None:
        raise ValidationError(str(_("hãy ghi giờ và phút, ví dụ 8:30 hoặc 16:00.")))


class TestResultForm(Form):
    """A test for drugs in the body."""

    __test__ = False

    title = _("Ghi nhận kết quả xét nghiệm")
    intro = _("Kết quả dương tính là căn cứ của quyết định quản lý; thời hạn ra quyết định tính từ lúc nhận kết quả.")
    command = RecordTestResult
    groups = (
        Group(
            _("Lấy mẫu"),
            ["taken_on", "taken_time", "reason_code", "sample", "same_sex_officer", "guardian_present", "remote"],
        ),
        Group(_("Kết quả"), ["method", "kit_lot", "result", "substances", "received_on", "received_time", "agency"]),
    )

    taken_on = ask(DateAnswer, _("Ngày lấy mẫu"), needed=True, not_future=True)
    taken_time = ask(
        fields.String, _("Giờ lấy mẫu"), needed=True, max_length=5, validate=_is_time, hint=_("Giờ:phút, ví dụ 16:00")
    )
    reason_code = ask(fields.String, _("Căn cứ xét nghiệm"), needed=True, choices=TEST_GROUNDS)
    sample = ask(fields.String, _("Mẫu xét nghiệm"), needed=True, choices=SAMPLES)
    same_sex_officer = ask(YesNoAnswer, _("Có cán bộ cùng giới giám sát"), hint=_("Bắt buộc khi lấy mẫu nước tiểu"))
    guardian_present = ask(
        YesNoAnswer,
        _("Có cha, mẹ hoặc người giám hộ"),
        hint=_("Bắt buộc với người chưa đủ 18 tuổi, trừ mẫu nước tiểu"),
    )
    remote = ask(
        YesNoAnswer,
        _("Phát hiện ở vùng sâu, vùng xa"),
        hint=_("Thời hạn xác minh nơi cư trú dài hơn, tính từ lúc phát hiện"),
    )
    method = ask(fields.String, _("Phương pháp xét nghiệm"), max_length=120, hint=_("Ví dụ: que thử nhanh"))
    kit_lot = ask(fields.String, _("Số lô que thử"), max_length=40)
    result = ask(fields.String, _("Kết quả xét nghiệm"), needed=True, choices=RESULTS)
    substances = ask(SeveralAnswer, _("Chất phát hiện"), choices=SUBSTANCES, hint=_("Chọn khi kết quả dương tính"))
    received_on = ask(DateAnswer, _("Ngày nhận kết quả"), not_future=True, hint=_("Để trống: cùng ngày lấy mẫu"))
    received_time = ask(
        fields.String, _("Giờ nhận kết quả"), max_length=5, validate=_is_time, hint=_("Để trống: cùng giờ lấy mẫu")
    )
    agency = ask(fields.String, _("Đơn vị lấy mẫu, xét nghiệm"), max_length=120)


class TestWithdrawalForm(Form):
    """A test was entered by mistake."""

    __test__ = False

    title = _("Rút kết quả xét nghiệm ghi nhầm")
    intro = _("Kết quả bị rút vẫn đọc được nhưng không được tính vào đâu nữa; việc do kết quả này mở ra được hủy theo.")
    submit = _("Rút kết quả này")
    command = WithdrawTestResult
    reason = ask(fields.String, _("Vì sao rút"), needed=True, long=True, max_length=500)
