"""Who somebody is: the form that enters a person and the one that puts their details right."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from chassis.forms import DateAnswer, Form, Group, YearOrDateAnswer, YesNoAnswer, ask
from chassis.i18n import _
from services.registry import queries
from services.registry.commands import CorrectPerson, MergePeople, PartPeople, RegisterPerson
from services.registry.domain import identity
from services.registry.domain.codes import EDUCATION, ETHNIC_GROUPS, ID_TYPES, SEXES


class IdentityAnswers:
    """Who somebody is: the fields of the person form (domain.md 4.1) without the papers."""

    full_name = ask(
        fields.String, _("Họ và tên"), needed=True, max_length=120, hint=_("Viết đầy đủ có dấu, ví dụ Nguyễn Văn An")
    )
    other_name = ask(fields.String, _("Tên gọi khác"), max_length=120)
    sex = ask(fields.String, _("Giới tính"), needed=True, choices=SEXES)
    birth_date = ask(
        YearOrDateAnswer,
        _("Ngày sinh"),
        needed=True,
        not_future=True,
        hint=_("Không rõ ngày thì chỉ ghi năm, ví dụ 1990"),
    )
    ethnic_group = ask(fields.String, _("Dân tộc"), needed=True, choices=ETHNIC_GROUPS)
    ethnic_name = ask(fields.String, _("Tên dân tộc"), max_length=40, hint=_("Ghi khi không phải dân tộc Kinh"))
    nationality = ask(fields.String, _("Quốc tịch"), max_length=60)
    birth_place = ask(fields.String, _("Nơi sinh"))
    home_town = ask(fields.String, _("Quê quán"))
    permanent_address = ask(fields.String, _("Nơi thường trú"))
    temporary_address = ask(fields.String, _("Nơi tạm trú"))
    current_abode = ask(fields.String, _("Nơi ở hiện tại"))
    id_issued_on = ask(DateAnswer, _("Ngày cấp giấy tờ"), not_future=True)
    id_issued_by = ask(fields.String, _("Nơi cấp giấy tờ"))
    education = ask(fields.String, _("Trình độ học vấn"), choices=EDUCATION)
    occupation = ask(fields.String, _("Nghề nghiệp"), max_length=120)
    workplace = ask(fields.String, _("Nơi làm việc, học tập"))
    phone = ask(fields.String, _("Số điện thoại"), max_length=20)
    social_account = ask(fields.String, _("Tài khoản mạng xã hội"), max_length=120)
    religious = ask(YesNoAnswer, _("Có theo tôn giáo"))
    father_name = ask(fields.String, _("Họ tên cha"), max_length=120)
    mother_name = ask(fields.String, _("Họ tên mẹ"), max_length=120)
    spouse_name = ask(fields.String, _("Họ tên vợ hoặc chồng"), max_length=120)
    children_names = ask(fields.String, _("Họ tên các con"), long=True, max_length=500)


_WHO = Group(
    _("Họ tên và nhân thân"),
    ["full_name", "other_name", "sex", "birth_date", "ethnic_group", "ethnic_name", "nationality"],
)
_WHERE = Group(_("Nơi ở"), ["permanent_address", "temporary_address", "current_abode", "birth_place", "home_town"])
_LIFE = Group(
    _("Học vấn, việc làm, liên lạc"), ["education", "occupation", "workplace", "phone", "social_account", "religious"]
)
_FAMILY = Group(_("Gia đình"), ["father_name", "mother_name", "spouse_name", "children_names"])


def _number_warnings(id_type: str, number: str | None, data: Mapping[str, Any]) -> str:
    if not number:
        return ""
    return " ".join(
        identity.number_warnings(id_type, number, sex=data.get("sex", ""), birth_date=data.get("birth_date", "1900"))
    )


class PersonForm(IdentityAnswers, Form):
    """A person enters the register."""

    title = _("Ghi nhận người")
    intro = _("Thông tin nhân thân được mã hoá; mỗi lần xem đều được ghi vào nhật ký.")
    command = RegisterPerson
    groups = (
        _WHO,
        Group(_("Giấy tờ tuỳ thân"), ["id_type", "id_number", "id_issued_on", "id_issued_by", "no_id_reason"]),
        _WHERE,
        _LIFE,
        _FAMILY,
    )

    id_type = ask(fields.String, _("Loại giấy tờ"), needed=True, choices=ID_TYPES)
    id_number = ask(
        fields.String,
        _("Số giấy tờ"),
        max_length=20,
        hint=_("Cần ghi khi có giấy tờ; số định danh cá nhân có 12 chữ số"),
    )
    no_id_reason = ask(fields.String, _("Lý do không có giấy tờ"), hint=_("Chỉ ghi khi chọn «Không có giấy tờ»"))

    def warnings(self, data: Mapping[str, Any]) -> Mapping[str, str]:
        """A number that does not fit sex or birth year may still be right: it is confirmed with a reason."""
        found = _number_warnings(data["id_type"], data.get("id_number"), data)
        return {"id_number": found} if found else {}


def _number_stays(_typed: str) -> None:
    raise ValidationError(
        str(_("số này không sửa ở đây được, vì hồ sơ gắn với nó; nếu ghi sai số, hãy báo quản trị để lập hồ sơ đúng."))
    )


class CorrectionForm(IdentityAnswers, Form):
    """A person's details are put right; the personal number stays."""

    title = _("Sửa thông tin nhân thân")
    intro = _("Số giấy tờ không sửa được ở đây. Nếu số bị ghi sai, hãy báo quản trị hệ thống.")
    submit = _("Lưu thay đổi")
    command = CorrectPerson
    groups = (
        _WHO,
        Group(_("Giấy tờ tuỳ thân"), ["id_number", "id_issued_on", "id_issued_by"]),
        _WHERE,
        _LIFE,
        _FAMILY,
    )

    id_number = ask(fields.String, _("Số giấy tờ"), hidden=True, validate=_number_stays)

    def warnings(self, data: Mapping[str, Any]) -> Mapping[str, str]:
        """Sex and birth year are compared with the number that stays."""
        request = self.reading.request
        id_type, number = queries.number_of(request.uow, request.path_values["person_id"])
        known = _number_warnings(id_type, number, data)
        return {"birth_date": _("không khớp với số giấy tờ: %(what)s", what=known)} if known else {}


class MergeForm(Form):
    """Two records are one person."""

    title = _("Gộp hai hồ sơ của cùng một người")
    intro = _("Mọi việc của hồ sơ này chuyển sang hồ sơ giữ lại; có thể tách lại khi gộp nhầm.")
    submit = _("Gộp hồ sơ")
    command = MergePeople
    groups = (Group(_("Hồ sơ giữ lại"), ["into_number", "reason"]),)

    into_number = ask(fields.String, _("Số giấy tờ của hồ sơ giữ lại"), needed=True, max_length=20)
    reason = ask(fields.String, _("Căn cứ để gộp"), needed=True, long=True, max_length=500)


class PartForm(Form):
    """A merge was a mistake."""

    title = _("Tách lại hai hồ sơ đã gộp")
    intro = _("Những việc đã chuyển sang trở về hồ sơ cũ.")
    submit = _("Tách hồ sơ")
    command = PartPeople
