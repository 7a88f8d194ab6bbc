"""What the API answers with: figures as exact parts, never only as a rounded share."""

from marshmallow import Schema, fields


class FigureOut(Schema):
    """A figure of one period. ``value`` is rounded for reading; numerator and denominator are exact."""

    code = fields.String()
    period = fields.String()
    first_day = fields.Date()
    last_day = fields.Date()
    numerator = fields.Integer()
    denominator = fields.Integer(allow_none=True)
    value = fields.Decimal(as_string=True, allow_none=True)
    status = fields.String()
    comparator = fields.String(allow_none=True)
    target = fields.Decimal(as_string=True, allow_none=True)
    updated_at = fields.AwareDateTime(allow_none=True)


class EventOut(Schema):
    """One event behind a figure."""

    event_id = fields.String()
    source = fields.String()
    position = fields.Integer()
    type = fields.String()
    subject = fields.String()
    occurred_on = fields.Date()
    recorded_at = fields.AwareDateTime()


class FiguresOut(Schema):
    """The figures of a unit."""

    items = fields.List(fields.Nested(FigureOut))


class EventsOut(Schema):
    """The events behind one part of a figure."""

    items = fields.List(fields.Nested(EventOut))
