"""Two small services for the tests of the event path: one speaks of people, one writes down what it hears."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, insert, select
from sqlalchemy.orm import Session

import contracts.base
from chassis.envelope import Envelope
from chassis.inbox import Effect
from chassis.outbox import Serial
from chassis.permissions import Permissions
from chassis.reconciliation import FeedPage, Hears
from chassis.relay import Relay
from chassis.service import Runtime, ServiceDefinition
from chassis.tables import ChassisTables, chassis_tables
from chassis.testing import UNIT, an_actor, database_url, running
from chassis.web.routing import Routes
from contracts.registry import PersonCorrected, PersonRegistered

ON = date(2026, 11, 20)

SPEAKER_METADATA = MetaData()
SPEAKER_TABLES = chassis_tables(SPEAKER_METADATA)
NOTE = Table("note", SPEAKER_METADATA, Column("person_key", String(64), primary_key=True))

LISTENER_METADATA = MetaData()
LISTENER_TABLES = chassis_tables(LISTENER_METADATA)
HEARD = Table(
    "heard",
    LISTENER_METADATA,
    Column("turn", Serial, primary_key=True, autoincrement=True),
    Column("source", String(60), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("subject", String(120), nullable=False),
    Column("subject_version", Integer, nullable=False),
)


def a_definition(
    name: str,
    metadata: MetaData,
    tables: ChassisTables,
    *,
    hears: Sequence[Hears] = (),
    make_effect: Callable[[Runtime], Effect] | None = None,
) -> ServiceDefinition:
    """Return a service without pages."""
    return ServiceDefinition(
        name=name,
        title=name,
        package="chassis",
        metadata=metadata,
        tables=tables,
        language=contracts.base,
        routes=Routes(),
        permissions=Permissions({}, actions=(), roles={}),
        role_labels={},
        hears=hears,
        make_effect=make_effect,
    )


def registered(person_key: str) -> PersonRegistered:
    return PersonRegistered(person_key=person_key, sex="FEMALE", birth_year=1990, ethnic_group="KINH", registered_on=ON)


def corrected(person_key: str) -> PersonCorrected:
    return PersonCorrected(person_key=person_key, sex="FEMALE", birth_year=1991, ethnic_group="KINH", corrected_on=ON)


@dataclass
class Speaker:
    """The registry, as far as these tests need it."""

    runtime: Runtime

    def says(self, *facts: object, unit: str = UNIT) -> None:
        """Record these facts in one transaction."""
        with self.runtime.unit_of_work(an_actor("registry", unit=unit)) as uow:
            for fact in facts:
                uow.record(fact)

    def relay(self, deliver: Callable[[Sequence[Envelope]], None]) -> Relay:
        return Relay(self.runtime.store, self.runtime.tables.outbox, service="registry", deliver=deliver)

    def relayed(self) -> list[Envelope]:
        """Relay everything that is committed, and return it."""
        said: list[Envelope] = []
        self.relay(said.extend).run_until_empty()
        return said

    def ask(self, _service: str, unit: str, after: int, types: Sequence[str] | None) -> FeedPage:
        return self.runtime.feed(unit, after, types)


@dataclass
class Listener:
    """Somebody who writes down what it hears and refuses what ``refuses`` says."""

    runtime: Runtime
    refuses: set[str] = field(default_factory=set)
    error: Callable[[], Exception] = lambda: ValueError("cannot digest this")

    def effect(self, envelopes: Sequence[Envelope], session: Session) -> None:
        for each in envelopes:
            session.execute(
                insert(HEARD).values(
                    source=each.source,
                    position=each.position,
                    subject=each.subject,
                    subject_version=each.subject_version,
                )
            )
            if each.event_id in self.refuses:
                raise self.error()

    def receive(self, *envelopes: Envelope) -> int:
        return self.runtime.inbox.receive(envelopes)

    def heard(self) -> list[tuple[str, int]]:
        """Return what took effect, in the order in which it did: (subject, version)."""
        with self.runtime.store.reading() as session:
            rows = session.execute(select(HEARD.c.subject, HEARD.c.subject_version).order_by(HEARD.c.turn))
            return [(row.subject.removeprefix("person/"), row.subject_version) for row in rows]

    def positions(self) -> list[int]:
        with self.runtime.store.reading() as session:
            return list(session.scalars(select(HEARD.c.position).order_by(HEARD.c.turn)))

    def states(self) -> dict[int, str]:
        """Return what became of each event that was heard, by position."""
        inbox = LISTENER_TABLES.inbox.inbox
        with self.runtime.store.reading() as session:
            return {row.position: row.state for row in session.execute(select(inbox.c.position, inbox.c.state))}


@contextmanager
def a_speaker(*, database: str, folder: Path, name: str = "registry", **overrides: Any) -> Iterator[Speaker]:
    """Run the speaker on an empty database."""
    definition = a_definition(name, SPEAKER_METADATA, SPEAKER_TABLES)
    url = database_url("path_speaker", database=database, folder=folder)
    with running(definition, database=database, folder=folder, **({"database_url": url} | overrides)) as runtime:
        yield Speaker(runtime)


@contextmanager
def a_listener(
    *,
    database: str,
    folder: Path,
    name: str = "listener",
    hears: Sequence[Hears] = (Hears("registry"),),
    **overrides: Any,
) -> Iterator[Listener]:
    """Run the listener on an empty database."""
    made: list[Listener] = []
    definition = a_definition(
        name,
        LISTENER_METADATA,
        LISTENER_TABLES,
        hears=hears,
        make_effect=lambda _runtime: made[0].effect,
    )
    url = database_url("path_listener", database=database, folder=folder)
    with running(definition, database=database, folder=folder, **({"database_url": url} | overrides)) as runtime:
        made.append(Listener(runtime))
        yield made[0]
