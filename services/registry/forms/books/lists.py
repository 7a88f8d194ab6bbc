"""The lists L1 to L3 and the inputs of the yearly classification, as the API answers with them."""

from marshmallow import Schema, fields

from chassis.forms import DateAnswer, Form, IntegerAnswer, YesNoAnswer, ask
from chassis.i18n import _
from services.registry.domain.books import LISTS

PARTS = {
    "present": _("Đang trong danh sách"),
    "entered": _("Đưa vào trong kỳ"),
    "left": _("Đưa ra trong kỳ"),
}


class ListAskedForm(Form):
    """Which part of a list is asked for."""

    part = ask(fields.String, _("Phần danh sách"), choices=PARTS)
    since = ask(DateAnswer, _("Từ ngày"))
    until = ask(DateAnswer, _("Đến ngày"))
    reason = ask(fields.String, _("Lý do đưa ra"), max_length=40)


class NamedListForm(ListAskedForm):
    """Which list is asked for, and which part of it."""

    code = ask(fields.String, _("Danh sách"), choices=LISTS, needed=True)


class YearAskedForm(Form):
    """Which year is asked for: the window from 15/12 of the year before to 14/12."""

    year = ask(IntegerAnswer, _("Năm"), minimum=2020, maximum=2100)


class WorksheetAskedForm(Form):
    """Which commune in which year: the number of residents who live there now is not in the register's books."""

    year = ask(IntegerAnswer, _("Năm"), minimum=2020, maximum=2100)
    population = ask(IntegerAnswer, _("Số nhân khẩu hiện đang cư trú"), needed=True, minimum=1, maximum=1_000_000)
    on_key_route = ask(YesNoAnswer, _("Nằm trên tuyến trọng điểm"))


class WorksheetOut(Schema):
    """What each criterion meets, whether the commune is free of drugs, and the class that is proposed."""

    people_share = fields.Function(lambda sheet: f"{sheet.people_share:.6f}")
    met = fields.Dict()
    drug_free = fields.Boolean()
    proposed = fields.String(allow_none=True)


class ListLineOut(Schema):
    """Somebody on a list."""

    case_id = fields.String()
    person_id = fields.String(attribute="person.person_id")
    full_name = fields.String(attribute="person.full_name")
    in_on = fields.Date()
    out_on = fields.Date(allow_none=True)
    out_reason = fields.String(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    whereabouts = fields.String()
    stable = fields.Boolean(allow_none=True)
    substances = fields.List(fields.String())


class ClassificationInputsOut(Schema):
    """The inputs of criteria a to d of decision 28/2025 for one window."""

    year = fields.Integer()
    since = fields.Date(attribute="window.first")
    until = fields.Date(attribute="window.last")
    people_on_file = fields.Integer()
    hotspots = fields.Integer()
    hotspots_cleared = fields.Integer()
    offenders = fields.Integer()
    plants = fields.Integer()
    area = fields.String()
    destroyed_plants = fields.Integer()
    destroyed_area = fields.String()
