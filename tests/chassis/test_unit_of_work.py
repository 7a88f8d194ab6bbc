"""One deed is one transaction: what it writes, says and notes stands together, within one unit, one deed after the other."""

import threading
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import String, func, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

import contracts.base
from chassis.errors import NotFound, RuleBroken, StaleVersion
from chassis.service import Runtime, ServiceDefinition
from chassis.storage import OwnedByUnit, Versioned, new_metadata
from chassis.tables import chassis_tables
from chassis.testing import an_actor, running
from contracts.health import CounsellingHeld


class Base(DeclarativeBase):
    metadata = new_metadata()


CHASSIS = chassis_tables(Base.metadata)


class Door(OwnedByUnit, Versioned, Base):
    __tablename__ = "door"

    door_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    is_open: Mapped[bool]


@pytest.fixture
def runtime(database: str, tmp_path: Path):
    definition = ServiceDefinition(
        name="doors",
        title="doors",
        package="chassis",
        metadata=Base.metadata,
        tables=CHASSIS,
        language=contracts.base,
        routes=None,
        permissions=None,
        role_labels={},
    )
    with running(definition, database=database, folder=tmp_path, units="09385,00004") as runtime:
        with runtime.unit_of_work(an_actor("doors")) as uow:
            uow.add(Door(door_id="front", is_open=False))
        yield runtime


def counselled(number: int) -> CounsellingHeld:
    return CounsellingHeld(
        counselling_id=f"c{number}", person_key="p1", held_on=date(2026, 11, 2), kind="Y_TE", group="OST"
    )


def count(runtime: Runtime, table) -> int:
    with runtime.store.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_state_event_and_audit_entry_stand_together(runtime: Runtime):
    with runtime.unit_of_work(an_actor("doors")) as uow:
        uow.get(Door, "front").is_open = True
        uow.record(counselled(1))
        uow.wrote("door.open", "door", "front")

    with runtime.store.reading() as session:
        assert session.get(Door, "front").is_open
    assert count(runtime, CHASSIS.outbox.outbox) == 1
    assert count(runtime, CHASSIS.audit.audit_entry) == 1


def _open_and_regret(runtime: Runtime) -> None:
    with runtime.unit_of_work(an_actor("doors")) as uow:
        uow.get(Door, "front").is_open = True
        uow.record(counselled(1))
        uow.wrote("door.open", "door", "front")
        raise RuleBroken("no")


def test_a_refused_deed_leaves_nothing(runtime: Runtime):
    with pytest.raises(RuleBroken):
        _open_and_regret(runtime)

    with runtime.store.reading() as session:
        assert not session.get(Door, "front").is_open
    assert count(runtime, CHASSIS.outbox.outbox) == 0
    assert count(runtime, CHASSIS.audit.audit_entry) == 0


def test_a_unit_sees_only_its_own_rows(runtime: Runtime):
    with runtime.unit_of_work(an_actor("doors", unit="00004")) as uow:
        assert uow.session.scalars(select(Door)).all() == []
        with pytest.raises(NotFound):
            uow.get(Door, "front")


def test_a_new_row_belongs_to_the_acting_persons_unit(runtime: Runtime):
    with runtime.unit_of_work(an_actor("doors", unit="00004")) as uow:
        uow.add(Door(door_id="back", is_open=True))

    with runtime.store.reading() as session:
        assert session.get(Door, "back").unit_code == "00004"


def test_a_row_of_another_unit_cannot_be_written(runtime: Runtime):
    with (
        pytest.raises(ValueError, match="unit 09385 cannot write a row of unit 00004"),
        runtime.unit_of_work(an_actor("doors")) as uow,
    ):
        uow.add(Door(door_id="theirs", is_open=False, unit_code="00004"))
    assert count(runtime, Door.__table__) == 1


def test_a_row_that_is_held_is_seen_as_it_is_now(runtime: Runtime):
    with runtime.unit_of_work(an_actor("doors")) as uow:
        seen = uow.session.scalars(select(Door)).one()
        # As another transaction would between this one's question and its taking hold.
        uow.session.connection().execute(update(Door.__table__).values(is_open=True))
        assert not seen.is_open
        assert uow.get(Door, "front").is_open


def test_a_stale_version_is_refused_and_a_fresh_one_grows(runtime: Runtime):
    with runtime.unit_of_work(an_actor("doors")) as uow:
        uow.get(Door, "front", version=1).is_open = True

    with pytest.raises(StaleVersion), runtime.unit_of_work(an_actor("doors")) as uow:
        uow.get(Door, "front", version=1)
    with runtime.store.reading() as session:
        assert session.get(Door, "front").version == 2


def _refuse_an_open(door: Door) -> None:
    if door.is_open:
        raise RuleBroken("already open")


def test_two_who_do_the_same_at_once_do_it_once(runtime: Runtime):
    """Both see the door closed unless the first holds it; then the fact would be announced twice."""
    both_ready = threading.Barrier(2)
    refused: list[str] = []

    def open_the_door(number: int) -> None:
        try:
            with runtime.unit_of_work(an_actor("doors")) as uow:
                if not runtime.store.is_sqlite:
                    both_ready.wait(timeout=10)
                door = uow.get(Door, "front")
                _refuse_an_open(door)
                door.is_open = True
                uow.record(counselled(number))
        except RuleBroken as error:
            refused.append(error.code)

    threads = [threading.Thread(target=open_the_door, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert refused == ["rule_broken"]
    assert count(runtime, CHASSIS.outbox.outbox) == 1


def test_reading_is_audited_without_a_write_transaction(runtime: Runtime):
    with runtime.unit_of_work(an_actor("doors"), purpose="door.read", writes=False) as uow:
        uow.get(Door, "front")
        uow.read("door", "front", ["is_open"])

    with runtime.store.reading() as session:
        entry = session.execute(select(CHASSIS.audit.audit_entry)).one()
    assert (entry.action, entry.record_id, entry.facts) == ("door.read", "front", {"fields": "is_open"})


def test_a_subjects_events_are_numbered_from_one(runtime: Runtime):
    for _ in range(3):
        with runtime.unit_of_work(an_actor("doors")) as uow:
            uow.record(counselled(7))

    with runtime.store.reading() as session:
        versions = session.scalars(select(CHASSIS.outbox.outbox.c.subject_version)).all()
    assert sorted(versions) == [1, 2, 3]
