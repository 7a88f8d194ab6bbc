"""What is asked about staff and their courses."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from chassis.forms import DateAnswer, Form, Group, ask
from chassis.i18n import _
from services.health.commands import OpenCourse, RecordAttendance, RegisterStaff
from services.health.domain.codes import POSITIONS
from services.health.queries import training as queries


def _staff(request: Any) -> Mapping[str, str]:
    uow = request.uow
    return {each.staff_id: queries.staff_name(each, uow.vault) for each in queries.staff(uow.session)}


class StaffForm(Form):
    """Somebody who works at the station."""

    title = _("Thêm cán bộ y tế")
    command = RegisterStaff

    full_name = ask(fields.String, _("Họ và tên"), needed=True, max_length=120)
    position = ask(fields.String, _("Chức danh"), needed=True, choices=POSITIONS)
    certificate = ask(fields.String, _("Chứng chỉ về xác định tình trạng nghiện, tư vấn"), hint=_("Số và ngày cấp"))


class CourseForm(Form):
    """A course of the level above."""

    title = _("Thêm lớp tập huấn")
    command = OpenCourse
    groups = (
        Group(_("Lớp tập huấn"), ["name", "organiser", "document_number", "held_on", "ends_on"]),
        Group(_("Người được cử đi"), ["staff"]),
    )

    name = ask(fields.String, _("Tên lớp"), needed=True)
    organiser = ask(fields.String, _("Đơn vị tổ chức"), needed=True)
    document_number = ask(fields.String, _("Số văn bản triệu tập"), max_length=60)
    held_on = ask(DateAnswer, _("Ngày khai giảng"), needed=True)
    ends_on = ask(DateAnswer, _("Ngày kết thúc"), hint=_("Để trống nếu lớp chỉ có một ngày"))
    staff = ask(fields.List, _("Cán bộ phải tham dự"), needed=True, choices=_staff)


class AttendanceForm(Form):
    """Whether somebody was there."""

    title = _("Ghi kết quả tham dự")
    command = RecordAttendance

    attended_on = ask(DateAnswer, _("Ngày tham dự"), not_future=True, hint=_("Để trống nếu vắng mặt"))
    fully = ask(fields.Boolean, _("Tham dự đầy đủ cả lớp"))


class StaffOut(Schema):
    """A member of staff; the name stays on the station's own pages."""

    staff_id = fields.String(required=True)
    position = fields.String(required=True)
    left_on = fields.Date(allow_none=True)


class CourseOut(Schema):
    """A course."""

    course_id = fields.String(required=True)
    name = fields.String(required=True)
    organiser = fields.String(required=True)
    held_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    details = fields.Dict()


class PlaceOut(Schema):
    """One person's place in a course; `fully` is null until somebody answered, `attended_on` null for an absence."""

    course_id = fields.String(required=True)
    staff_id = fields.String(required=True)
    attended_on = fields.Date(allow_none=True)
    fully = fields.Boolean(allow_none=True)
