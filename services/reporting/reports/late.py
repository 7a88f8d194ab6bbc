"""What was heard after a report was made, and on which of its figures each such event bears.

An event bears on a figure when the figure counts rows of the kind that the event writes, at a day that the event states now or
that an earlier event about the same thing stated before it. So every event that moved a figure is among those named.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, tuple_

from chassis.inbox import APPLIED
from services.reporting.domain import SUPERSEDED_BY
from services.reporting.indicators import Catalogue
from services.reporting.indicators.touched import Touched
from services.reporting.periods import Window
from services.reporting.projections.fold import Folded
from services.reporting.projections.rows import Fact, Span
from services.reporting.queries import EventBehind, event_of
from services.reporting.reports.content import HeardFrom
from services.reporting.tables import INBOX, PROJECTED

SUBJECTS_AT_ONCE = 200


def heard_so_far(connection: Connection, unit: str) -> tuple[HeardFrom, ...]:
    """Return how far each agency's log of a unit has taken effect here."""
    of_unit = and_(INBOX.c.unit_code == unit, INBOX.c.state == APPLIED)
    sources = connection.execute(
        select(INBOX.c.source, func.max(INBOX.c.position).label("through"), func.count().label("events"))
        .where(of_unit)
        .group_by(INBOX.c.source)
        .order_by(INBOX.c.source)
    ).all()
    return tuple(
        HeardFrom(
            source=each.source,
            through=each.through,
            missing=() if each.events == each.through else _missing(connection, unit, each.source, each.through),
        )
        for each in sources
    )


def _missing(connection: Connection, unit: str, source: str, through: int) -> tuple[int, ...]:
    positions = select(INBOX.c.position).where(
        INBOX.c.unit_code == unit, INBOX.c.source == source, INBOX.c.state == APPLIED
    )
    return tuple(sorted(set(range(1, through + 1)) - set(connection.execute(positions).scalars())))


def bearing_on(
    connection: Connection, catalogue: Catalogue, unit: str, window: Window, heard: Sequence[HeardFrom]
) -> Mapping[str, tuple[EventBehind, ...]]:
    """Return the events that took effect after this much was heard, by the code of each figure they bear on, oldest first."""
    found: dict[str, list[EventBehind]] = {}
    for event, days in _with_days(connection, _since(connection, unit, heard), window):
        for (_unit, code), (first, last) in catalogue.touched_by(days).items():
            if first <= window.last_day and last >= window.first_day:
                found.setdefault(code, []).append(event)
    return {code: tuple(sorted(events, key=attrgetter("recorded_at", "event_id"))) for code, events in found.items()}


def _since(connection: Connection, unit: str, heard: Sequence[HeardFrom]) -> list[Row[Any]]:
    """Return the events of a unit that were not among those heard."""
    known = [
        and_(
            INBOX.c.source == each.source,
            INBOX.c.position <= each.through,
            INBOX.c.position.not_in(each.missing),
        )
        for each in heard
    ]
    statement = select(INBOX).where(INBOX.c.unit_code == unit, INBOX.c.state == APPLIED)
    return list(connection.execute(statement.where(~or_(*known)) if known else statement))


def _with_days(
    connection: Connection, late: Iterable[Row[Any]], window: Window
) -> Iterator[tuple[EventBehind, Touched]]:
    """Return each late event with the days of the period, or before it, that it states or moves."""
    new = {row.event_id for row in late}
    subjects = sorted({(row.source, row.subject) for row in late})
    for start in range(0, len(subjects), SUBJECTS_AT_ONCE):
        chosen = subjects[start : start + SUBJECTS_AT_ONCE]
        history = connection.execute(
            select(INBOX)
            .where(tuple_(INBOX.c.source, INBOX.c.subject).in_(chosen), INBOX.c.state == APPLIED)
            .order_by(INBOX.c.source, INBOX.c.subject, INBOX.c.subject_version)
        )
        for _subject, events in groupby(history, key=attrgetter("source", "subject")):
            stated: dict[tuple[str, str, str], date] = {}
            for row in events:
                days = _stated_by(connection, row, stated, window)
                if row.event_id in new:
                    yield event_of(row), days


def _stated_by(
    connection: Connection, row: Row[Any], stated: dict[tuple[str, str, str], date], window: Window
) -> Touched:
    """Return the days of one event, together with those that it takes the place of; remember them for the next one."""
    folded = Folded()
    folded.add(row.event_id, row.type, row.subject_version, row.unit_code, row.data)
    touched = Touched()
    for span in folded.spans.values():
        for day in _days_of_span(span, stated):
            if day <= window.last_day:
                touched.extend(row.unit_code, span.kind, day, date.max)
    for fact in folded.facts.values():
        for day in _replaced_and_new(stated, (fact.kind, fact.key, "happened"), fact.happened_on):
            touched.extend(row.unit_code, fact.kind, day, day)
        for kind, day in _taken_back(connection, fact):
            touched.extend(row.unit_code, kind, day, day)
    return touched


def _days_of_span(span: Span, stated: dict[tuple[str, str, str], date]) -> Iterator[date]:
    halves = (
        ("began", span.began_version, span.began_on),
        ("ended", span.ended_version, span.ended_on),
    )
    for half, version, day in halves:
        if version is not None:
            yield from _replaced_and_new(stated, (span.kind, span.key, half), day)


def _replaced_and_new(
    stated: dict[tuple[str, str, str], date], about: tuple[str, str, str], day: date | None
) -> list[date]:
    before = stated.pop(about, None)
    if day is not None:
        stated[about] = day
    return [each for each in (before, day) if each is not None]


def _taken_back(connection: Connection, fact: Fact) -> Iterator[tuple[str, date]]:
    """Return kind and day of the facts that no longer count because of this one."""
    kinds = [kind for kind, by in SUPERSEDED_BY.items() if fact.kind in by]
    if not kinds:
        return
    facts = PROJECTED.fact
    rows = connection.execute(
        select(facts.c.kind, facts.c.happened_on).where(
            facts.c.unit_code == fact.unit_code, facts.c.kind.in_(kinds), facts.c.origin == fact.key
        )
    )
    for row in rows:
        yield row.kind, row.happened_on
