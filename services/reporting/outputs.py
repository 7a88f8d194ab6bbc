"""What the API answers with: figures as exact parts, never only as a rounded share."""

from marshmallow import Schema, fields

from services.reporting.reports.reading import state_of


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


class ReportedFigureOut(Schema):
    """A figure as a report holds it."""

    code = fields.String()
    numerator = fields.Integer()
    denominator = fields.Integer(allow_none=True)
    status = fields.String()
    comparator = fields.String(allow_none=True)
    target = fields.String(allow_none=True)


class MovedFigureOut(Schema):
    """A figure that differs from the signed version, by how much, and the events heard since that bear on it."""

    code = fields.String()
    difference = fields.Integer()
    before = fields.Nested(ReportedFigureOut, allow_none=True)
    after = fields.Nested(ReportedFigureOut, allow_none=True)
    events = fields.List(fields.Nested(EventOut))


class ReportOut(Schema):
    """A version of the report of a period. ``digest`` is the SHA-256 of its content."""

    report_id = fields.String()
    period = fields.Function(lambda report: f"{report.period_kind}:{report.period_label}")
    number = fields.Integer()
    state = fields.Function(lambda report: state_of(report).value)
    reason = fields.String(allow_none=True)
    reviewed_at = fields.AwareDateTime()
    signed_at = fields.AwareDateTime(allow_none=True)
    signer_role = fields.String(allow_none=True)
    digest = fields.String()


class OpenedReportOut(Schema):
    """A version with its figures, what it corrects (``moved``), and what moved since it was made (``moved_since``)."""

    report = fields.Nested(ReportOut)
    intact = fields.Boolean()
    previous = fields.String(allow_none=True)
    figures = fields.List(fields.Nested(ReportedFigureOut))
    moved = fields.List(fields.Nested(MovedFigureOut))
    moved_since = fields.List(fields.Nested(MovedFigureOut))
