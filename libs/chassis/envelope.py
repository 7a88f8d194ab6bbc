"""The envelope of an event: CloudEvents 1.0 in JSON, with the extensions that order and trace it."""

from datetime import date, datetime

import msgspec

from chassis.errors import NotUnderstood

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/cloudevents+json"
DATA_CONTENT_TYPE = "application/json"

# CloudEvents allows only lower-case letters and digits in the names of attributes.
_NAMES_ON_THE_WIRE = {
    "event_id": "id",
    "recorded_at": "time",
    "subject_version": "subjectversion",
    "occurred_on": "occurredon",
    "causation_id": "causationid",
    "correlation_id": "correlationid",
}


class Envelope(msgspec.Struct, frozen=True, kw_only=True, rename=_NAMES_ON_THE_WIRE):
    """One event as it travels.

    ``position`` counts the source's events from 1 without gaps; ``subject_version`` counts the subject's events from 1;
    ``occurred_on`` is the day of the fact, ``recorded_at`` the instant at which it was recorded; ``data`` is the fact
    as the JSON text that was written into the outbox.
    """

    event_id: str
    source: str
    type: str
    subject: str
    recorded_at: datetime
    specversion: str = SPEC_VERSION
    datacontenttype: str = DATA_CONTENT_TYPE
    position: int
    subject_version: int
    occurred_on: date
    unit: str
    causation_id: str | None = None
    correlation_id: str | None = None
    traceparent: str | None = None
    data: msgspec.Raw

    @property
    def routing_key(self) -> str:
        """Return the key under which the event is published: unit, agency, aggregate, happened, version."""
        return f"{self.unit}.{self.type}"


_decoder = msgspec.json.Decoder(Envelope)
_encoder = msgspec.json.Encoder()


def source_of(*, unit: str, service: str) -> str:
    """Return the name of a source, such as ``/units/09385/health``."""
    return f"/units/{unit}/{service}"


def encode(envelope: Envelope) -> bytes:
    """Return the envelope as JSON."""
    return _encoder.encode(envelope)


def decode(body: bytes) -> Envelope:
    """Read an envelope; raise :class:`NotUnderstood` when the body is none."""
    try:
        envelope = _decoder.decode(body)
    except msgspec.MsgspecError as error:
        raise NotUnderstood(f"not an event envelope: {error}", code="not_an_envelope") from error
    if envelope.specversion != SPEC_VERSION or envelope.position < 1:
        raise NotUnderstood("not an event envelope: unknown specversion or position", code="not_an_envelope")
    return envelope
