"""What the API answers with; details hold the answers of a form that have no column of their own."""

from marshmallow import Schema, fields

from chassis.forms import DetailsOf
from services.campaigns.forms import ON_ACTIVITY, CampaignForm, PlaceForm, SupportCaseForm, SupportClosingForm


class PlaceOut(Schema):
    """A residential group, a school or a workplace."""

    place_id = fields.String()
    kind = fields.String()
    name = fields.String()
    size = fields.Integer(allow_none=True)
    since_on = fields.Date()
    closed_on = fields.Date(allow_none=True)
    version = fields.Integer()
    details = DetailsOf(PlaceForm)


class CampaignOut(Schema):
    """A plan."""

    campaign_id = fields.String()
    kind = fields.String()
    name = fields.String()
    plan_number = fields.String(allow_none=True)
    starts_on = fields.Date()
    ends_on = fields.Date()
    version = fields.Integer()
    details = DetailsOf(CampaignForm)


class ActivityOut(Schema):
    """An activity; ``measures`` holds the results that are not zero."""

    activity_id = fields.String()
    campaign_id = fields.String()
    kind = fields.String()
    subject = fields.String()
    organiser = fields.String()
    planned_on = fields.Date()
    state = fields.String()
    delivered_on = fields.Date(allow_none=True)
    places = fields.List(fields.String())
    measures = fields.Dict(keys=fields.String(), values=fields.Integer())
    verified_on = fields.Date(allow_none=True)
    cancelled_on = fields.Date(allow_none=True)
    version = fields.Integer()
    details = DetailsOf(*ON_ACTIVITY, also=("first_on", "times_a_day", "silent_days"))


class SupportCaseOut(Schema):
    """A support case; the person is known to the referring agency only."""

    case_id = fields.String()
    referral_ref = fields.String()
    need = fields.String()
    organisation = fields.String()
    opened_on = fields.Date()
    closed_on = fields.Date(allow_none=True)
    outcome = fields.String(allow_none=True)
    version = fields.Integer()
    details = DetailsOf(SupportCaseForm, SupportClosingForm)
