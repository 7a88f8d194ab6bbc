"""Metrics in the Prometheus text format; labels are codes, never a person's."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

requests = Counter("binhan_requests", "Requests answered", ["service", "route", "method", "status"], registry=REGISTRY)
request_seconds = Histogram("binhan_request_seconds", "Time to answer", ["service", "route"], registry=REGISTRY)
events_recorded = Counter(
    "binhan_events_recorded", "Events written to the outbox", ["service", "type"], registry=REGISTRY
)
events_relayed = Counter("binhan_events_relayed", "Events delivered by the relay", ["service"], registry=REGISTRY)
events_received = Counter("binhan_events_received", "New events in the inbox", ["service"], registry=REGISTRY)
events_parked = Gauge("binhan_events_parked", "Events that wait for a decision", ["service"], registry=REGISTRY)


def exposition() -> bytes:
    """Return all metrics as text."""
    return generate_latest(REGISTRY)
