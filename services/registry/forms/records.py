"""What the API answers with: people, tests, cases and duties as records."""

from marshmallow import Schema, fields

from chassis.forms import DetailsOf
from services.registry.forms.management import DecisionForm, StopForm
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
    details = DetailsOf(TestResultForm)


class UserManagementCaseOut(Schema):
    """A decision to manage somebody and, when there is one, the decision that closed it."""

    case_id = fields.String()
    person_id = fields.String()
    test_id = fields.String()
    state = fields.String()
    decided_on = fields.Date()
    starts_on = fields.Date()
    ends_on = fields.Date()
    document_number = fields.String()
    signer_role = fields.String()
    signer_name = fields.String()
    regime = fields.String()
    form_code = fields.String()
    article = fields.String()
    closed_on = fields.Date(allow_none=True)
    closing_reason = fields.String(allow_none=True)
    closing_document_number = fields.String(allow_none=True)
    closing_signer_role = fields.String(allow_none=True)
    closing_signer_name = fields.String(allow_none=True)
    closing_regime = fields.String(allow_none=True)
    closing_form_code = fields.String(allow_none=True)
    version = fields.Integer()
    details = DetailsOf(DecisionForm)
    closing_details = DetailsOf(StopForm)


class _CaseLineOut(Schema):
    case_id = fields.String()
    state = fields.String()
    decided_on = fields.Date()
    starts_on = fields.Date()
    ends_on = fields.Date()
    document_number = fields.String()
    regime = fields.String()
    closed_on = fields.Date(allow_none=True)


class ManagedOut(Schema):
    """A line of the list of people under management."""

    case = fields.Nested(_CaseLineOut)
    person = fields.Nested(PersonLineOut)


class DutyOut(Schema):
    """What must be done for a person. ``due`` is an instant, or a day at whose end it is due."""

    kind = fields.String()
    due = fields.Function(lambda duty: duty.due.isoformat())
    article = fields.String()
    test_id = fields.String(allow_none=True)
    case_id = fields.String(allow_none=True)
    person = fields.Nested(PersonLineOut)
