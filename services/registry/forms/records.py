"""What the API answers with: people, tests, cases and duties as records."""

from typing import Any

from marshmallow import Schema, fields, post_dump

from chassis.forms import DetailsOf
from services.registry.forms.acts import CaseOut
from services.registry.forms.people import PersonForm
from services.registry.forms.tests import TestResultForm


class PersonLineOut(Schema):
    """A person as a list shows them."""

    person_id = fields.String()
    person_key = fields.String()
    full_name = fields.String()
    sex = fields.String()
    birth_date = fields.String()
    state = fields.String()
    registered_on = fields.Date()

    @post_dump(pass_original=True)
    def _leave_out_what_is_hidden(self, answers: dict[str, Any], person: Any, **_more: Any) -> dict[str, Any]:
        return {name: value for name, value in answers.items() if name == "details" or not person.hides(name)}


class PersonOut(PersonLineOut):
    """A person with every answer; ``version`` is the ETag."""

    birth_year = fields.Integer(allow_none=True)
    ethnic_group = fields.String()
    id_type = fields.String()
    id_number = fields.String(allow_none=True)
    no_id_reason = fields.String(allow_none=True)
    registered_at = fields.AwareDateTime()
    corrected_at = fields.AwareDateTime(allow_none=True)
    version = fields.Integer()
    details = DetailsOf(PersonForm)


class TestResultOut(Schema):
    """A test and its result."""

    __test__ = False

    test_id = fields.String()
    person_id = fields.String()
    taken_on = fields.Date()
    taken_at = fields.AwareDateTime()
    received_at = fields.AwareDateTime()
    sample = fields.String()
    result = fields.String()
    reason_code = fields.String()
    substances = fields.List(fields.String())
    same_sex_officer = fields.Boolean()
    guardian_present = fields.Boolean()
    regime = fields.String()
    recorded_at = fields.AwareDateTime()
    withdrawn_at = fields.AwareDateTime(allow_none=True)
    details = DetailsOf(TestResultForm)


class ManagedOut(Schema):
    """A line of the list of people under management."""

    case = fields.Nested(CaseOut)
    person = fields.Nested(PersonLineOut)


class DutyOut(Schema):
    """What must be done for a person. ``due`` is an instant, or a day at whose end it is due.

    What the law only allows is never due: ``may_from`` is the day from which it may be done.
    """

    kind = fields.String()
    name = fields.Function(lambda duty: str(duty.line.name))
    track = fields.Function(lambda duty: duty.row.track)
    rule = fields.Function(lambda duty: duty.row.rule)
    due = fields.Function(lambda duty: None if duty.may_from else duty.due.isoformat())
    may_from = fields.Date(allow_none=True)
    article = fields.String()
    waits_for = fields.Function(lambda duty: duty.row.waits_for)
    case_id = fields.String()
    person = fields.Nested(PersonLineOut)


class MergeOut(Schema):
    """That another record went into this one, and whether they were parted again."""

    merge_id = fields.String()
    merged_at = fields.AwareDateTime()
    parted_at = fields.AwareDateTime(allow_none=True)
