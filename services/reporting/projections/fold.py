"""Folding events into rows in memory: decode, translate, stamp, merge. The live path and the rebuild share it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import msgspec

from contracts import CATALOGUE
from contracts.base import UPCASTERS, load
from services.reporting.projections.rows import NONE_STATED, Fact, Person, Row, Span
from services.reporting.projections.sentences import PROJECTIONS

Data = bytes | str | msgspec.Raw
Translate = Callable[[Data], tuple[Row, ...]]


class HeardEvent(Protocol):
    """What projecting needs of an event that was heard; the chassis's envelope is one."""

    @property
    def event_id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def subject_version(self) -> int: ...
    @property
    def unit(self) -> str: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def data(self) -> bytes | msgspec.Raw: ...


@dataclass
class Folded:
    """Rows by their keys, merged."""

    persons: dict[tuple[str, str], Person] = field(default_factory=dict)
    spans: dict[tuple[str, str, str], Span] = field(default_factory=dict)
    facts: dict[tuple[str, str, str], Fact] = field(default_factory=dict)

    def add(self, event_id: str, type_: str, version: int, unit: str, data: Data) -> None:
        """Merge what one event makes true. A type that nobody projects changes nothing.

        Raises ``msgspec.ValidationError`` or ``contracts.base.NotAsAgreed`` when the data is not what the type promises.
        """
        translate = _TRANSLATIONS.get(type_) or translation_of(type_)
        if translate is None:
            return
        for row in translate(data):
            row.unit_code = unit
            if type(row) is Fact:
                row.version, row.event_id = version, event_id
                fact_key = (unit, row.kind, row.key)
                fact = self.facts.get(fact_key)
                self.facts[fact_key] = row if fact is None else fact.merge(row)
            elif type(row) is Span:
                if row.began_on is not None:
                    row.began_version, row.began_event = version, event_id
                elif row.began_version == NONE_STATED:
                    row.began_version = version
                if row.ended_on is not None:
                    row.ended_version, row.ended_event = version, event_id
                elif row.ended_version == NONE_STATED:
                    row.ended_version = version
                span_key = (unit, row.kind, row.key)
                span = self.spans.get(span_key)
                self.spans[span_key] = row if span is None else span.merge(row)
            elif type(row) is Person:
                row.version, row.event_id = version, event_id
                person_key = (unit, row.person_key)
                person = self.persons.get(person_key)
                self.persons[person_key] = row if person is None else person.merge(row)


def fold(events: Iterable[HeardEvent]) -> Folded:
    """Return the rows that these events make true, merged among themselves."""
    folded = Folded()
    for event in events:
        folded.add(event.event_id, event.type, event.subject_version, event.unit, event.data)
    return folded


def translation_of(type_: str) -> Translate | None:
    """Return what turns the JSON of this event type into rows, or None when no figure depends on the type."""
    if type_ not in _TRANSLATIONS and type_ in UPCASTERS:
        return _translate_retired(type_)
    return _TRANSLATIONS.get(type_)


def _translation(event_class: type[Any]) -> Translate:
    decode = msgspec.json.Decoder(event_class).decode
    project = PROJECTIONS[event_class]
    return lambda data: project(decode(data))


def _translate_retired(type_: str) -> Translate:
    def translate(data: Data) -> tuple[Row, ...]:
        fact = load(type_, msgspec.json.decode(data))
        return PROJECTIONS[type(fact)](fact) if type(fact) in PROJECTIONS else ()

    return translate


_TRANSLATIONS: Mapping[str, Translate] = {
    type_: _translation(event_class) for type_, event_class in CATALOGUE.items() if event_class in PROJECTIONS
}
