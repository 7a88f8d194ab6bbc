"""Acting on what is heard: row, event and audit entry commit with the inbox row, or none of them does."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, select

from chassis import audit, parking
from chassis.clock import Clock
from chassis.reconciliation import Hears
from chassis.service import Runtime, acting_on
from chassis.testing import UNIT, database_url, running
from contracts.registry import PersonCorrected, PersonRegistered
from tests.chassis.parties import HEARD, LISTENER_METADATA, LISTENER_TABLES, a_definition, corrected, registered


@dataclass
class Office:
    """Somebody who, for every person heard of, writes a row, announces a correction and notes it for the audit."""

    runtime: Runtime
    refuses: set[str] = field(default_factory=set)

    def hear(self, fact: PersonRegistered, envelope: Any, uow: Any) -> None:
        uow.session.execute(
            insert(HEARD).values(
                source=envelope.source,
                position=envelope.position,
                subject=envelope.subject,
                subject_version=envelope.subject_version,
            )
        )
        uow.record(corrected(fact.person_key))
        uow.wrote("person.heard", "person", fact.person_key)
        if fact.person_key in self.refuses:
            raise ValueError("not this one")

    def receive(self, *envelopes: Any) -> int:
        return self.runtime.inbox.receive(envelopes)

    @property
    def done(self) -> tuple[list[str], list[str], list[str]]:
        """Return of whom there is a row, of whom something was announced, and of whom something was noted."""
        outbox, entry = self.runtime.tables.outbox.outbox, self.runtime.tables.audit.audit_entry
        with self.runtime.store.reading() as session:
            rows = session.scalars(select(HEARD.c.subject).order_by(HEARD.c.turn)).all()
            said = session.scalars(select(outbox.c.subject).order_by(outbox.c.written)).all()
            noted = session.scalars(select(entry.c.record_id).order_by(entry.c.position)).all()
        return (
            [each.removeprefix("person/") for each in rows],
            [each.removeprefix("person/") for each in said],
            list(noted),
        )


@pytest.fixture
def office(database: str, tmp_path: Path) -> Iterator[Office]:
    made: list[Office] = []

    def on_person_registered(fact: PersonRegistered, envelope: Any, uow: Any) -> None:
        made[0].hear(fact, envelope, uow)

    definition = a_definition(
        "listener",
        LISTENER_METADATA,
        LISTENER_TABLES,
        hears=[Hears("registry")],
        make_effect=acting_on({PersonRegistered: on_person_registered}),
    )
    url = database_url("path_listener", database=database, folder=tmp_path)
    with running(definition, database=database, folder=tmp_path, database_url=url) as runtime:
        made.append(Office(runtime))
        yield made[0]


@pytest.fixture
def said(speaker: Any) -> list[Any]:
    speaker.says(registered("p1"), registered("p2"), corrected("p1"), registered("p3"))
    return list(speaker.relayed())


def test_what_is_done_about_an_event_is_a_row_an_event_and_an_audit_entry(office, said):
    office.receive(*said)

    assert office.done == (["p1", "p2", "p3"], ["p1", "p2", "p3"], ["p1", "p2", "p3"])


def test_hearing_it_again_does_nothing_again(office, said):
    office.receive(*said)
    office.receive(*said[:2])

    assert office.done == (["p1", "p2", "p3"], ["p1", "p2", "p3"], ["p1", "p2", "p3"])


def test_of_an_event_that_is_refused_nothing_stays_and_the_others_are_done(office, said):
    office.refuses = {"p2"}

    office.receive(*said)

    assert office.done == (["p1", "p3"], ["p1", "p3"], ["p1", "p3"])
    with office.runtime.store.reading() as session:
        assert parking.count_parked(session, LISTENER_TABLES.inbox) == 1


def test_a_refused_event_is_done_once_when_it_is_taken_up_again(office, said):
    office.refuses = {"p2"}
    office.receive(*said)
    office.refuses = set()

    with office.runtime.store.begin() as session:
        done = parking.retry(
            session,
            LISTENER_TABLES.inbox,
            unit=UNIT,
            source=said[1].source,
            position=said[1].position,
            effect=office.runtime.effect,
            by="acc-1",
            at=Clock().now(),
        )

    assert done
    assert office.done == (["p1", "p3", "p2"], ["p1", "p3", "p2"], ["p1", "p3", "p2"])


def test_a_process_that_dies_before_the_commit_leaves_nothing(office, said, monkeypatch):
    def die(step: str) -> None:
        if step == "consumer.before_commit":
            raise KeyboardInterrupt

    monkeypatch.setattr("chassis.inbox.reached", die)
    with pytest.raises(KeyboardInterrupt):
        office.receive(*said)

    assert office.done == ([], [], [])
    with office.runtime.store.reading() as session:
        assert session.scalar(select(LISTENER_TABLES.inbox.inbox.c.position).limit(1)) is None


def test_the_service_itself_acts_in_the_unit_of_the_event_and_under_its_correlation(office, said):
    office.receive(*said)

    entry, outbox = office.runtime.tables.audit.audit_entry, office.runtime.tables.outbox.outbox
    with office.runtime.store.reading() as session:
        noted = session.execute(
            select(entry.c.account_id, entry.c.unit_code, entry.c.purpose, entry.c.correlation_id)
        ).all()
        announced = session.scalars(select(outbox.c.correlation_id)).all()
    assert {tuple(row) for row in noted} == {("listener", UNIT, "HEARD", said[0].correlation_id)}
    assert set(announced) == {said[0].correlation_id}


def test_the_relay_is_woken_after_the_commit_and_not_for_what_was_rolled_back(office, said):
    woken: list[int] = []
    office.runtime.on_commit.append(lambda: woken.append(len(office.done[1])))
    office.refuses = {"p2"}

    office.receive(said[1])
    assert woken == []
    office.receive(said[0])
    assert woken == [1]


def test_the_chain_of_the_audit_is_whole_and_its_end_is_taken_last(office, said):
    """Whoever holds a person waits for the end of the chain; so who holds the end must not go on to another person."""
    statements: list[str] = []
    engine = office.runtime.store.engine
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    office.receive(*said)

    last_deed = max(place for place, each in enumerate(statements) if each.startswith("INSERT INTO heard"))
    first_note = min(place for place, each in enumerate(statements) if "audit_head" in each)
    assert first_note > last_deed
    with office.runtime.store.reading() as session:
        found = audit.verify(session, office.runtime.tables.audit, office.runtime.keys.audit, UNIT)
    assert found.ok


def test_what_nobody_listens_to_is_only_kept(office, said):
    office.receive(said[2])

    assert office.done == ([], [], [])
    with office.runtime.store.reading() as session:
        assert session.scalars(select(LISTENER_TABLES.inbox.inbox.c.type)).all() == [PersonCorrected.TYPE]


def test_a_session_is_free_of_the_unit_after_the_event(office, said):
    seen: list[object] = []
    with office.runtime.store.begin() as session, office.runtime.hearing(said[0], session) as uow:
        seen.append(session.info.get("unit"))
        assert uow.by.unit == UNIT
    assert (seen, session.info.get("unit")) == ([UNIT], None)
