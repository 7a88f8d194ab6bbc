"""What became of it: the listeners' tables held against the sources' own logs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from chassis import audit
from chassis.envelope import Envelope, source_of
from chassis.inbox import APPLIED, SET_ASIDE
from chassis.outbox import page_after
from chassis.reconciliation import Hears
from chassis.service import Runtime, ServiceDefinition
from chassis.testing import UNIT
from services.reporting.indicators import the_catalogue
from services.reporting.indicators.values import TOTAL, work_out
from services.reporting.rebuild import rebuild
from services.reporting.tables import KEPT
from tests.faults.load import LOAD, NEVER
from tests.faults.world import DEED, HEARD, SOURCES, WINDOWS, World
from tests.oracle import Oracle

Place = tuple[str, int]
"""An event's source and position."""


@dataclass
class Verdict:
    """Counts of what must not be. ``details`` tells the first cases of each, ``trouble`` what went wrong with the test."""

    events: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    half_done: int = 0
    unconfirmed: int = 0
    set_aside: int = 0
    rebuilt_differs: int = 0
    figures: int = 0
    wrong_figures: int = 0
    determinations: int = 0
    not_ended_once: int = 0
    sides_differ: int = 0
    derived_differ: int = 0
    details: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    @property
    def failures(self) -> dict[str, int]:
        counts = {
            "lost": self.lost,
            "doubled": self.doubled,
            "out of order": self.out_of_order,
            "half done": self.half_done,
            "unconfirmed": self.unconfirmed,
            "rebuilt and not equal to grown": self.rebuilt_differs,
            "figures on which the oracle does not agree": self.wrong_figures,
            "determinations not ended once": self.not_ended_once,
            "determinations on which the sides differ": self.sides_differ,
            "derived rows that differ": self.derived_differ,
        }
        return {name: count for name, count in counts.items() if count}

    def say(self, what: str, cases: Sequence[object]) -> int:
        """Note the first cases and return how many there are."""
        if cases:
            self.details.append(f"{what}: {', '.join(map(str, cases[:5]))}{' …' if len(cases) > 5 else ''}")
        return len(cases)


@dataclass(frozen=True)
class Said:
    """One event of a source's log."""

    place: Place
    envelope: Envelope

    @property
    def event_id(self) -> str:
        return self.envelope.event_id


def logs_of(world: World, verdict: Verdict) -> dict[Place, Said]:
    """Read the logs of all sources, and hold each against the deeds beside it."""
    said: dict[Place, Said] = {}
    for name in (name for name in SOURCES if name in world.databases):
        runtime = world.runtime(name)
        said |= _log_of(runtime, name, verdict)
        runtime.close()
    verdict.events = len(said)
    return said


def judge_listener(world: World, name: str, said: dict[Place, Said], verdict: Verdict) -> None:
    """Hold what a listener let take effect against what was said that it wants to hear."""
    runtime = world.runtime(name)
    said = {place: each for place, each in said.items() if _wants(runtime.definition, each.envelope)}
    inbox, parked_event = runtime.tables.inbox.inbox, runtime.tables.inbox.parked_event
    with runtime.store.reading() as session:
        rows = session.execute(select(inbox.c.source, inbox.c.position, inbox.c.event_id, inbox.c.state)).all()
        heard = session.execute(
            select(HEARD.c.source, HEARD.c.position, HEARD.c.subject, HEARD.c.subject_version).order_by(HEARD.c.turn)
        ).all()
        parked = {
            (row.source, row.position)
            for row in session.execute(select(parked_event.c.source, parked_event.c.position))
        }
    runtime.close()
    kept = {(row.source, row.position): row for row in rows}
    aside = {place for place, row in kept.items() if row.state == SET_ASIDE}
    times = Counter((row.source, row.position) for row in heard)
    missing = [place for place in said if place not in times and place not in aside]
    strangers = [place for place in times if place not in said]
    twice = [place for place, count in times.items() if count > 1]
    changed = [place for place, row in kept.items() if place in said and said[place].event_id != row.event_id]
    verdict.set_aside += len(aside)
    verdict.lost += verdict.say(f"{name} lost", missing)
    verdict.doubled += verdict.say(f"{name} doubled", [*twice, *strangers, *changed])
    verdict.out_of_order += verdict.say(f"{name} took up in another order", _jumps(heard, parked))


def judge_figures(world: World, name: str, said: dict[Place, Said], verdict: Verdict) -> None:
    """Rebuild a listener's rows from its log, and let the oracle count every figure from the sources' logs."""
    runtime = world.runtime(name)
    inbox = runtime.tables.inbox.inbox
    with runtime.store.reading() as session:
        aside = {
            (row.source, row.position)
            for row in session.execute(select(inbox.c.source, inbox.c.position).where(inbox.c.state != APPLIED))
        }
        heard = session.scalar(select(KEPT.unit_clock.c.heard)) or 0
    effective = [each.envelope for place, each in said.items() if place not in aside]
    verdict.doubled += verdict.say(
        f"{name} counted", [f"{heard} events of {len(effective)}"] if heard > len(effective) else []
    )
    report = rebuild(runtime.store)
    verdict.rebuilt_differs += verdict.say(
        f"{name} rebuilt differs", [] if report.is_equal else report.differences or ["figures"]
    )
    oracle = Oracle(effective)
    wrong = []
    with runtime.store.reading() as session:
        for definition in the_catalogue():
            found = work_out(session.connection(), definition, [UNIT], WINDOWS)
            for (unit, window), cells in found.items():
                cell, verdict.figures = cells[TOTAL], verdict.figures + 1
                counted = oracle.figure(definition.code, unit, window.first_day, window.last_day)
                if (cell.numerator, cell.denominator) != counted:
                    wrong.append(f"{definition.code} {window}: {cell}, counted {counted}")
    verdict.wrong_figures += verdict.say(f"{name} figures", wrong)
    runtime.close()


def heard_anything(world: World, name: str) -> bool:
    """Tell whether anything has taken effect at a listener yet."""
    runtime = world.runtime(name)
    with runtime.store.reading() as session:
        found = session.scalar(select(HEARD.c.turn).limit(1)) is not None
    runtime.close()
    return found


def is_whole(world: World, name: str) -> bool:
    """Tell whether a listener has taken up everything that its sources have said until now."""
    runtime = world.runtime(name)
    wanted = sum(_count_said(world, hears) for hears in runtime.definition.hears)
    inbox = runtime.tables.inbox.inbox
    with runtime.store.reading() as session:
        kept = session.scalar(select(func.count()).select_from(inbox)) or 0
    runtime.close()
    return kept >= wanted


def _wants(definition: ServiceDefinition, envelope: Envelope) -> bool:
    return any(
        envelope.source == source_of(unit=UNIT, service=hears.service) and hears.wants(envelope.type)
        for hears in definition.hears
    )


def _count_said(world: World, hears: Hears) -> int:
    runtime = world.runtime(hears.service)
    with runtime.store.reading() as session:
        types = session.scalars(select(runtime.tables.outbox.outbox.c.type)).all()
    runtime.close()
    return sum(hears.wants(type_) for type_ in types)


def _log_of(runtime: Runtime, name: str, verdict: Verdict) -> dict[Place, Said]:
    source = source_of(unit=UNIT, service=name)
    outbox = runtime.tables.outbox.outbox
    with runtime.store.reading() as session:
        rows = session.execute(select(outbox).order_by(outbox.c.position)).all()
        deeds = set(session.scalars(select(DEED.c.event_id)))
        audited = audit.verify(session, runtime.tables.audit, runtime.keys.audit, UNIT)
    loaded = {row.event_id for row in rows if row.correlation_id == LOAD}
    numbered = [row for row in rows if row.position is not None]
    verdict.lost += verdict.say(f"{name} never numbered", [row.event_id for row in rows if row.position is None])
    verdict.half_done += verdict.say(f"{name} half done", sorted(deeds ^ loaded))
    verdict.half_done += verdict.say(f"{name} rolled back", [row.subject for row in rows if NEVER in row.subject])
    verdict.half_done += verdict.say(f"{name} audit", [] if audited.ok else [audited.reason])
    gaps = [row.position for place, row in enumerate(numbered, start=1) if row.position != place]
    verdict.out_of_order += verdict.say(f"{name} positions with gaps", gaps)
    versions: Counter[str] = Counter()
    jumps = []
    for row in numbered:
        versions[row.subject] += 1
        if row.subject_version != versions[row.subject]:
            jumps.append(row.position)
    verdict.out_of_order += verdict.say(f"{name} versions out of order", jumps)
    return {
        (source, each.position): Said((source, each.position), each) for each in _told(runtime, name, len(numbered))
    }


def _told(runtime: Runtime, name: str, count: int) -> list[Envelope]:
    with runtime.store.reading() as session:
        connection = session.connection()
        return page_after(connection, runtime.tables.outbox, service=name, unit=UNIT, after=0, limit=count)


def _jumps(heard, parked: set[Place]) -> list[str]:
    """Return the subjects whose parked events were not taken up in the order of their versions."""
    versions: dict[str, list[int]] = {}
    for row in heard:
        if (row.source, row.position) in parked:
            versions.setdefault(row.subject, []).append(row.subject_version)
    return [subject for subject, taken in versions.items() if taken != sorted(taken)]
