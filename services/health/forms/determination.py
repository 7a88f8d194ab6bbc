"""What is asked on the way of a determination: papers, reception, examination, observation, result, copies."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from chassis.forms import DateAnswer, Form, Group, ask
from chassis.i18n import _
from services.health.commands import (
    ApproveDetermination,
    CancelDetermination,
    CloseRequest,
    ConcludeDetermination,
    CorrectDetermination,
    EndObservation,
    ExaminePerson,
    HandOverResult,
    ReceivePersonOnPaper,
    ReceiveRequestedPerson,
    ReceiveVolunteer,
    RecordDossier,
    SendBackDetermination,
    SignDetermination,
    StartObservation,
)
from services.health.domain.codes import (
    CONCLUSIONS,
    CRITERION_MARKS,
    NO_RESULT_REASONS,
    OBSERVATION_SHEETS,
    QUALIFICATIONS,
    RECIPIENTS,
)
from services.health.domain.determination import CRITERIA, NOT_THE_SAME
from services.health.domain.times import time_of_day
from services.health.forms.patients import NumberedForm
from services.health.queries import determination as queries

NOT_ANNOUNCED = _("Được mã hóa; không ra khỏi Trạm Y tế")


def _a_time(typed: str) -> None:
    if time_of_day(typed) is None:
        raise ValidationError(str(_("hãy ghi giờ dạng 16:00.")))


def _time(label: str) -> Any:
    return ask(fields.String, label, needed=True, max_length=5, validate=_a_time, hint=_("Ví dụ 08:30"))


# -- the request ----------------------------------------------------------------------------------------------------------------


class DossierForm(Form):
    """The papers of a request arrived."""

    title = _("Ghi nhận hồ sơ đề nghị đã đến")
    command = RecordDossier

    dossier_on = ask(DateAnswer, _("Ngày nhận hồ sơ"), needed=True, not_future=True)
    dossier_time = _time(_("Giờ nhận hồ sơ"))
    on_site = ask(
        fields.Boolean, _("Trạm cử người đến nơi tạm giữ hoặc nơi hai bên thống nhất"), hint=_("Phải cử trong 24 giờ")
    )


class CloseRequestForm(Form):
    """Nobody was received for a request."""

    title = _("Đóng đề nghị, không tiếp nhận")
    submit = _("Đóng đề nghị")
    command = CloseRequest

    closed_on = ask(DateAnswer, _("Ngày đóng"), needed=True, not_future=True)
    reason = ask(fields.String, _("Lý do"), needed=True, choices=NO_RESULT_REASONS)


# -- reception ------------------------------------------------------------------------------------------------------------------


class Reception(Form):
    """When somebody was received, and how."""

    received_on = ask(DateAnswer, _("Ngày tiếp nhận người"), needed=True, not_future=True)
    received_time = _time(_("Giờ tiếp nhận"))
    papers_checked = ask(fields.Boolean, _("Đã đối chiếu giấy tờ tùy thân"))
    companion = ask(fields.String, _("Người đi cùng"), hint=_("Tên, quan hệ hoặc đơn vị; người dưới 18 tuổi phải có"))
    reception_note = ask(fields.String, _("Ghi chú khi tiếp nhận"), long=True, hint=NOT_ANNOUNCED)


class ReceptionForm(Reception):
    """The person of a request came; the registry said who it is."""

    title = _("Tiếp nhận người theo đề nghị")
    submit = _("Tiếp nhận")
    command = ReceiveRequestedPerson


class PaperReceptionForm(NumberedForm, Reception):
    """The person of a request came, and who it is was read from the papers of the request."""

    title = _("Tiếp nhận theo giấy đề nghị")
    submit = _("Tiếp nhận")
    intro = _("Dùng khi Công an chưa trả lời qua mạng. Ghi nhân thân đúng như giấy đề nghị.")
    command = ReceivePersonOnPaper
    groups = (
        Group(_("Nhân thân"), ["personal_number", "full_name", "sex", "birth_date"]),
        Group(_("Liên hệ"), ["address", "phone", "contact_person"]),
        Group(_("Tiếp nhận"), ["received_on", "received_time", "papers_checked", "companion", "reception_note"]),
    )

    def warnings(self, data: Mapping[str, Any]) -> Mapping[str, str]:
        """Warn where the number is not the one that the request is about, besides what a number may tell."""
        found = dict(super().warnings(data))
        asked = queries.request(self.reading.request.uow, self.reading.request.path_values["request_id"])
        if not queries.speaks_of(asked, data.get("personal_number"), self.reading.request.uow):
            said = str(NOT_THE_SAME).partition(": ")[2]
            found["personal_number"] = " ".join([said, *filter(None, [found.get("personal_number")])])
        return found


class VolunteerForm(Reception):
    """Somebody came by themselves."""

    title = _("Tiếp nhận người tự đề nghị xác định")
    submit = _("Tiếp nhận")
    command = ReceiveVolunteer


# -- examination and observation ------------------------------------------------------------------------------------------------

CRITERIA_HEADING = _("Sáu tiêu chí (khoản 4 Điều 3 Thông tư 18/2021/TT-BYT)")


class Criteria(Form):
    """The six criteria, abridged; the circular has the full sentences."""

    c1 = ask(fields.String, _("1. Thèm muốn mạnh mẽ hoặc thấy buộc phải dùng"), needed=True, choices=CRITERION_MARKS)
    c2 = ask(fields.String, _("2. Khó kiểm soát việc dùng"), needed=True, choices=CRITERION_MARKS)
    c3 = ask(fields.String, _("3. Có hội chứng cai khi giảm hoặc ngừng"), needed=True, choices=CRITERION_MARKS)
    c4 = ask(fields.String, _("4. Dung nạp, phải tăng liều"), needed=True, choices=CRITERION_MARKS)
    c5 = ask(fields.String, _("5. Sao nhãng việc khác vì tìm và dùng"), needed=True, choices=CRITERION_MARKS)
    c6 = ask(fields.String, _("6. Vẫn dùng dù biết rõ tác hại"), needed=True, choices=CRITERION_MARKS)
    simultaneous = ask(fields.Boolean, _("Các tiêu chí xuất hiện cùng lúc"))


class ExaminationForm(Criteria):
    """Step 3: what the six criteria lead to."""

    title = _("Khám, đánh giá sáu tiêu chí")
    submit = _("Ghi kết quả khám")
    command = ExaminePerson
    groups = (
        Group(_("Lần khám"), ["examined_on", "drugs", "examination_note"]),
        Group(CRITERIA_HEADING, [*CRITERIA]),
        Group(_("Đánh giá"), ["simultaneous", "unclear"]),
    )

    examined_on = ask(DateAnswer, _("Ngày khám"), needed=True, not_future=True)
    drugs = ask(fields.String, _("Chất ma túy đã dùng"), max_length=200)
    examination_note = ask(fields.String, _("Diễn biến, thăm khám"), long=True, hint=NOT_ANNOUNCED)
    unclear = ask(fields.Boolean, _("Chưa rõ, cần theo dõi thêm"))


class ObservationForm(Form):
    """Step 4 begins."""

    title = _("Bắt đầu theo dõi hội chứng cai")
    submit = _("Bắt đầu theo dõi")
    command = StartObservation

    sheet = ask(fields.String, _("Phiếu theo dõi"), needed=True, choices=OBSERVATION_SHEETS)
    observed_from = ask(DateAnswer, _("Ngày bắt đầu"), needed=True, not_future=True)
    place_note = ask(fields.String, _("Nơi theo dõi"), max_length=200)


class ObservationEndForm(Criteria):
    """Step 4 ends, and the criteria are judged anew."""

    title = _("Kết thúc theo dõi, đánh giá lại")
    submit = _("Ghi kết quả theo dõi")
    command = EndObservation
    groups = (
        Group(_("Theo dõi"), ["observed_until", "observation_note"]),
        Group(CRITERIA_HEADING, [*CRITERIA]),
        Group(_("Đánh giá"), ["simultaneous"]),
    )

    observed_until = ask(DateAnswer, _("Ngày kết thúc theo dõi"), needed=True, not_future=True)
    observation_note = ask(fields.String, _("Diễn biến khi theo dõi"), long=True, hint=NOT_ANNOUNCED)


# -- result ---------------------------------------------------------------------------------------------------------------------


class Conclusion(Form):
    """What a doctor concludes, and by which qualification."""

    conclusion = ask(fields.String, _("Kết luận"), needed=True, choices=CONCLUSIONS)
    concluded_on = ask(DateAnswer, _("Ngày kết luận"), needed=True, not_future=True)
    qualification = ask(fields.String, _("Chuyên môn của bác sĩ"), needed=True, choices=QUALIFICATIONS)
    certificate_number = ask(
        fields.String, _("Số chứng chỉ tập huấn"), max_length=60, hint=_("Bác sĩ tâm thần không cần ghi")
    )
    conclusion_note = ask(fields.String, _("Ghi chú"), long=True, hint=NOT_ANNOUNCED)


class ConclusionForm(Conclusion):
    """The doctor concludes."""

    title = _("Kết luận")
    submit = _("Ghi kết luận")
    intro = _("Bác sĩ ghi kết luận là người ký.")
    command = ConcludeDetermination


class SignatureForm(Form):
    """The doctor signs."""

    title = _("Ký kết luận")
    submit = _("Ký")
    command = SignDetermination


class ApprovalForm(Form):
    """The head of the station approves."""

    title = _("Duyệt kết quả")
    submit = _("Duyệt và cấp số")
    command = ApproveDetermination


class SendBackForm(Form):
    """A draft goes back to the doctor."""

    title = _("Trả lại để làm lại kết luận")
    submit = _("Trả lại")
    command = SendBackDetermination

    reason = ask(fields.String, _("Lý do trả lại"), needed=True, max_length=500, long=True)


class CorrectionForm(Criteria, Conclusion):
    """A new version of a result."""

    title = _("Sửa kết quả bằng bản mới")
    submit = _("Ghi bản mới")
    intro = _("Kết quả đã cấp giữ nguyên trong hồ sơ; bản mới có số mới, phải ký, duyệt và trả lại từ đầu.")
    command = CorrectDetermination
    groups = (
        Group(_("Lý do sửa"), ["reason"]),
        Group(CRITERIA_HEADING, [*CRITERIA, "simultaneous"]),
        Group(
            _("Kết luận"),
            ["conclusion", "concluded_on", "qualification", "certificate_number", "conclusion_note"],
        ),
    )

    reason = ask(fields.String, _("Vì sao phải sửa"), needed=True, max_length=500, long=True, hint=NOT_ANNOUNCED)


class HandOverForm(Form):
    """A copy of the result was handed over."""

    title = _("Ghi việc trả kết quả")
    submit = _("Ghi đã trả")
    command = HandOverResult

    recipient = ask(fields.String, _("Trả cho"), needed=True, choices=RECIPIENTS)
    handed_on = ask(DateAnswer, _("Ngày trả"), needed=True, not_future=True)
    handed_time = _time(_("Giờ trả"))
    receiver_name = ask(fields.String, _("Người nhận"), max_length=120)
    handed_way = ask(
        fields.String,
        _("Cách trả"),
        choices={"TRUC_TIEP": _("Trực tiếp"), "BUU_DIEN": _("Bưu điện"), "DIEN_TU": _("Bản điện tử")},
    )


class CancelForm(Form):
    """A determination ends without a result."""

    title = _("Dừng việc xác định, không có kết quả")
    submit = _("Dừng việc xác định")
    command = CancelDetermination

    cancelled_on = ask(DateAnswer, _("Ngày dừng"), needed=True, not_future=True)
    reason = ask(fields.String, _("Lý do"), needed=True, choices=NO_RESULT_REASONS)
    cancel_note = ask(fields.String, _("Ghi chú"), long=True, hint=NOT_ANNOUNCED)


# -- answers of the API ---------------------------------------------------------------------------------------------------------


class RequestOut(Schema):
    """A request as it was heard; nothing in it names the person."""

    request_id = fields.String(required=True)
    person_key = fields.String(allow_none=True)
    requested_on = fields.Date(allow_none=True)
    ground = fields.String(allow_none=True)
    requester = fields.String(allow_none=True)
    withdrawn_on = fields.Date(allow_none=True)
    notified_on = fields.Date(allow_none=True)
    dossier_at = fields.DateTime(allow_none=True)
    on_site = fields.Boolean(required=True)
    closed_on = fields.Date(allow_none=True)
    closing_reason = fields.String(allow_none=True)


class DeterminationOut(Schema):
    """A determination without what was found."""

    determination_id = fields.String(required=True)
    request_id = fields.String(allow_none=True)
    patient_id = fields.String(required=True)
    requester = fields.String(required=True)
    ground = fields.String(required=True)
    received_at = fields.DateTime(required=True)
    received_on = fields.Date(required=True)
    stage = fields.String(required=True)
    result_version = fields.Integer(required=True)
    cancelled_on = fields.Date(allow_none=True)
    cancel_reason = fields.String(allow_none=True)
    version = fields.Integer(required=True)


class ResultOut(Schema):
    """One version of a result."""

    result_version = fields.Integer(required=True)
    conclusion = fields.String(required=True)
    concluded_on = fields.Date(required=True)
    issued_on = fields.Date(allow_none=True)
    number = fields.Integer(allow_none=True)
    symbol = fields.String(allow_none=True)
    regime = fields.String(allow_none=True)
    form_code = fields.String(allow_none=True)


class CopyOut(Schema):
    """A copy that was handed over."""

    recipient = fields.String(required=True)
    handed_on = fields.Date(required=True)


class DeterminationFileOut(DeterminationOut):
    """A determination with its results and copies."""

    result_due_on = fields.Date(required=True)
    results = fields.List(fields.Nested(ResultOut), required=True)
    copies = fields.List(fields.Nested(CopyOut), required=True)
