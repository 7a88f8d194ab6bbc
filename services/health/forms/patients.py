"""What is asked about a patient."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from chassis.forms import DetailsOf, Form, Group, YearOrDateAnswer, ask
from chassis.i18n import _
from services.health.commands import CorrectPatient, RegisterPatient
from services.health.domain.codes import SEXES
from services.health.domain.identity import is_name, is_number, number_warnings

_PHONE = re.compile(r"(0|\+84)[2-9][0-9]{8,9}")


def _a_name(typed: str) -> None:
    if not is_name(typed):
        raise ValidationError(str(_("tên chỉ gồm chữ cái, dấu cách, dấu nháy và gạch nối.")))


def _a_number(typed: str) -> None:
    if not is_number(typed):
        raise ValidationError(str(_("hãy ghi đủ 12 chữ số của số định danh, hoặc 9 chữ số của chứng minh nhân dân.")))


def _a_phone(typed: str) -> None:
    if not _PHONE.fullmatch(re.sub(r"[\s.\-]", "", typed)):
        raise ValidationError(str(_("hãy ghi 10 chữ số bắt đầu bằng 0, ví dụ 0912345678.")))


class IdentityForm(Form):
    """Who a patient is, without the number from which the pseudonym comes."""

    full_name = ask(
        fields.String, _("Họ và tên"), needed=True, max_length=120, validate=_a_name, hint=_("Viết đầy đủ, có dấu")
    )
    sex = ask(fields.String, _("Giới tính"), needed=True, choices=SEXES)
    birth_date = ask(
        YearOrDateAnswer, _("Ngày sinh"), not_future=True, hint=_("Không rõ ngày thì chỉ ghi năm, ví dụ 1990")
    )
    address = ask(fields.String, _("Nơi ở hiện tại"))
    phone = ask(fields.String, _("Số điện thoại"), max_length=20, validate=_a_phone)
    contact_person = ask(fields.String, _("Người liên hệ khi cần"), hint=_("Tên, quan hệ, số điện thoại"))


class CorrectPatientForm(IdentityForm):
    """A correction of a patient's file."""

    title = _("Sửa thông tin bệnh nhân")
    submit = _("Lưu thay đổi")
    command = CorrectPatient
    groups = (
        Group(_("Nhân thân"), ["full_name", "sex", "birth_date"]),
        Group(_("Liên hệ"), ["address", "phone", "contact_person"]),
    )


class NumberedForm(IdentityForm):
    """Who somebody is, with the number from which the pseudonym comes."""

    personal_number = ask(
        fields.String,
        _("Số định danh"),
        max_length=20,
        validate=_a_number,
        hint=_("12 chữ số trên căn cước; nhờ số này hồ sơ khớp với diện quản lý mà không lộ tên"),
    )

    def warnings(self, data: Mapping[str, Any]) -> Mapping[str, str]:
        """Warn where the number does not fit sex or birth year; it may still be right."""
        found = number_warnings(data.get("personal_number", ""), sex=data["sex"], birth_date=data.get("birth_date"))
        return {"personal_number": " ".join(found)} if found else {}


class PatientForm(NumberedForm):
    """A new patient's file."""

    title = _("Mở hồ sơ bệnh nhân")
    submit = _("Mở hồ sơ")
    intro = _("Họ tên, số định danh và nơi ở được mã hóa, chỉ Trạm Y tế đọc được.")
    command = RegisterPatient
    groups = (
        Group(_("Nhân thân"), ["personal_number", "full_name", "sex", "birth_date"]),
        Group(_("Liên hệ"), ["address", "phone", "contact_person"]),
    )


class PatientQuery(Form):
    """Which patients."""

    q = ask(fields.String, _("Tên, số định danh hoặc số bệnh nhân"), max_length=100)


class PatientOut(Schema):
    """A patient, opened for somebody who may read the file."""

    patient_id = fields.String(required=True)
    patient_number = fields.Integer(required=True)
    full_name = fields.String(required=True)
    sex = fields.String(required=True)
    birth_date = fields.String(allow_none=True)
    personal_number = fields.String(allow_none=True)
    registered_on = fields.Date(required=True)
    version = fields.Integer(required=True)
    details = DetailsOf(PatientForm)
