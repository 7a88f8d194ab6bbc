"""Events as the reporting service hears them, made for tests."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from chassis.envelope import Envelope, source_of
from contracts.base import CATALOGUE, dump, happened_on, load, subject_of, type_of
from services.reporting.indicators.definition import Example, Given

UNIT = "09385"
FIRST_INSTANT = datetime(2026, 1, 1, tzinfo=UTC)


class Log:
    """Gives events their places: positions per source, versions per subject, ids and instants in order."""

    def __init__(self) -> None:
        self.events: list[Envelope] = []
        self._positions: dict[str, int] = {}
        self._versions: dict[tuple[str, str], int] = {}

    def say(self, fact: object, *, unit: str = UNIT, version: int | None = None) -> Envelope:
        type_ = type_of(fact)
        source = source_of(unit=unit, service=type_.split(".")[0])
        subject = subject_of(fact)
        self._positions[source] = self._positions.get(source, 0) + 1
        self._versions[unit, subject] = version or self._versions.get((unit, subject), 0) + 1
        number = len(self.events) + 1
        event = Envelope(
            event_id=f"00000000-0000-7000-8000-{number:012d}",
            source=source,
            type=type_,
            subject=subject,
            recorded_at=FIRST_INSTANT + timedelta(minutes=number),
            position=self._positions[source],
            subject_version=self._versions[unit, subject],
            occurred_on=happened_on(fact),
            unit=unit,
            data=msgspec.Raw(msgspec.json.encode(dump(fact))),
        )
        self.events.append(event)
        return event

    def say_all(self, facts: Iterable[object], *, unit: str = UNIT) -> list[Envelope]:
        return [self.say(fact, unit=unit) for fact in facts]


def events_of(example: Example) -> list[Envelope]:
    """Return the events that an indicator's worked example gives."""
    log = Log()
    for given in example.given:
        for fact in facts_of(given):
            log.say(fact, unit=given.unit, version=given.version)
    return log.events


def facts_of(given: Given) -> list[object]:
    assert given.event in CATALOGUE, given.event
    first, last = given.numbered
    facts = []
    for number in range(first, last + 1):
        fact = load(given.event, _numbered(given.data, number))
        assert fact is not None
        unread = set(given.data) - set(dump(fact))
        assert not unread, f"{given.event} has no {unread}"
        facts.append(fact)
    return facts


def _numbered(data: dict[str, Any], number: int) -> dict[str, Any]:
    def written(value: Any) -> Any:
        if isinstance(value, date):
            return value.isoformat()
        return value.replace("#", str(number)) if isinstance(value, str) else value

    return {name: written(value) for name, value in data.items()}


def with_data(event: Envelope, **changes: Any) -> Envelope:
    """Return the event with other data, for what must not happen."""
    data = {**msgspec.json.decode(event.data), **changes}
    return msgspec.structs.replace(event, data=msgspec.Raw(msgspec.json.encode(data)))


__all__ = ["UNIT", "Log", "events_of", "facts_of", "with_data"]
