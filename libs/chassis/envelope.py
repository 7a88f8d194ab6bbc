"""The envelope of an event: CloudEvents 1.0 in JSON, with the extensions that order and trace it."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

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


# What is longer, or counts further, than the inbox can keep is no envelope: it could be neither heard nor parked.
Name = Annotated[str, Meta(min_length=1, max_length=120)]
Id = Annotated[str, Meta(min_length=1, max_length=36)]
TraceId = Annotated[str, Meta(max_length=64)]


class Envelope(msgspec.Struct, frozen=True, kw_only=True, rename=_NAMES_ON_THE_WIRE):
    """One event as it travels.

    ``position`` counts the source's events from 1 without gaps; ``subject_version`` counts the subject's events from 1;
    ``occurred_on`` is the day of the fact, ``recorded_at`` the instant at which it was recorded; ``data`` is the fact
    as the JSON text that was written into the outbox.
    """

    event_id: Id
    source: Annotated[str, Meta(min_length=1, max_length=60)]
    type: Name
    subject: Name
    recorded_at: Annotated[datetime, Meta(tz=True)]
    specversion: str = SPEC_VERSION
    datacontenttype: str = DATA_CONTENT_TYPE
    position: Annotated[int, Meta(ge=1, le=2**63 - 1)]
    subject_version: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    occurred_on: date
    unit: Annotated[str, Meta(min_length=5, max_length=5)]
    causation_id: Id | None = None
    correlation_id: TraceId | None = None
    traceparent: TraceId | None = None
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
    if envelope.specversion != SPEC_VERSION or not bytes(envelope.data).startswith(b"{"):
        raise NotUnderstood(
            "not an event envelope: unknown specversion, or data of another kind", code="not_an_envelope"
        )
    if b"\\u0000" in body:
        # PostgreSQL keeps no text with a zero character.
        raise NotUnderstood("not an event envelope: a zero character", code="not_an_envelope")
    return envelope
