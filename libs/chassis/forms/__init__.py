"""Forms declared once: the page, the validation, the JSON API and the OpenAPI document come from the same lines.

    from marshmallow import fields
    from chassis.forms import DateAnswer, Form, Group, ask

    class CounsellingForm(Form):
        \"\"\"One counselling session.\"\"\"

        title = _("Ghi nhận lượt tư vấn")
        command = RecordCounselling
        groups = [Group(_("Buổi tư vấn"), ["held_on", "kind", "minutes", "next_step"])]

        held_on = ask(DateAnswer, _("Ngày tư vấn"), needed=True, not_future=True)
        kind = ask(fields.String, _("Loại tư vấn"), needed=True, choices=KINDS)
        minutes = ask(fields.Integer, _("Số phút"), minimum=1, maximum=480)
        next_step = ask(fields.String, _("Bước tiếp theo"), long=True, hint=_("Một câu, theo lời người được tư vấn"))

        def warnings(self, data):
            return {"minutes": _("dài hơn 4 giờ.")} if data.get("minutes", 0) > 240 else {}

        @validates_schema                  # marshmallow's own, for rules between answers
        def _in_order(self, data, **_more):
            if …: raise ValidationError(str(_("hãy ghi ngày sau ngày đến.")), "held_on")

An answer that the command has no field for travels in `command.details`. Answers are absent from the data when not given.
A form field cannot be called title, intro, submit, command or groups: those say what the form is.
"""

from chassis.forms.answers import (
    DateAnswer,
    DecimalAnswer,
    IntegerAnswer,
    SeveralAnswer,
    Text,
    YearOrDateAnswer,
    YesNoAnswer,
    ask,
)
from chassis.forms.asking import Asked, Choices, asked, clean, reading
from chassis.forms.drawn import BoundForm, DrawnField, DrawnGroup, bind, facts, shown
from chassis.forms.form import DetailsOf, Form, Group, NeedsConfirmation

__all__ = [
    "Asked",
    "BoundForm",
    "Choices",
    "DateAnswer",
    "DecimalAnswer",
    "DetailsOf",
    "DrawnField",
    "DrawnGroup",
    "Form",
    "Group",
    "IntegerAnswer",
    "NeedsConfirmation",
    "SeveralAnswer",
    "Text",
    "YearOrDateAnswer",
    "YesNoAnswer",
    "ask",
    "asked",
    "bind",
    "clean",
    "facts",
    "reading",
    "shown",
]
