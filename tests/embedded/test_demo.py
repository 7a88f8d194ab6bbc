"""A demo is marked as such, comes whole, and never mixes with a ward of people who exist."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from chassis.errors import StartRefused
from chassis.testing import UNIT, an_actor
from embedded import ward as embedded_ward
from embedded.demo import RealWard, mark_as_demo, show_the_mark
from embedded.simulator import Scale, simulate
from embedded.ward import Ward, make_demo, refuse_lost_databases
from services.campaigns import commands, handlers
from services.health.queries.determination import waiting
from services.health.tables import Determination
from services.registry.tables import Case, Duty, Proposal
from services.registry.tables.books import TeamMember

pytestmark = pytest.mark.once
SMALL = Scale(people=3, months=1, seed=1)
LAST_DAY = date(2026, 11, 25)
AT_WORK = Scale(people=6, months=5, seed=1)


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    with Ward.open(data=tmp_path / "ward", units=(UNIT,)) as ward:
        yield ward


def is_demo(ward: Ward) -> set[bool]:
    show_the_mark(ward.runtimes)
    return {runtime.settings.demo for runtime in ward.runtimes.values()}


def a_real_deed(ward: Ward) -> None:
    runtime = ward.runtimes["campaigns"]
    with runtime.unit_of_work(an_actor("campaigns", "VHXH")) as uow:
        place = commands.RegisterPlace(kind="TDP", name="Tổ dân phố số 1", since_on=runtime.clock.today(), size=None)
        handlers.register_place(place, uow)


def told(ward: Ward) -> list[list[tuple[Any, ...]]]:
    """Return what the agencies announced, event by event; what names somebody hangs on the keys of the ward."""
    said = []
    for runtime in ward.runtimes.values():
        outbox = runtime.tables.outbox.outbox
        asked = select(outbox.c.event_id, outbox.c.type, outbox.c.recorded_at).order_by(outbox.c.written)
        with runtime.store.reading() as session:
            said.append([tuple(row) for row in session.execute(asked)])
    return said


def test_the_made_up_ward_is_at_work(ward):
    report = simulate(ward.runtimes, unit=UNIT, scale=AT_WORK, last_day=LAST_DAY)

    assert report.endswith("recorded, 0 refused by the rules")
    with ward.runtimes["health"].store.reading() as session:
        stages = set(session.scalars(select(Determination.stage)))
        assert session.scalar(select(func.count()).select_from(waiting().subquery())) == 2
    assert stages == {"IN_EXAMINATION", "IN_OBSERVATION", "FOR_APPROVAL", "CONCLUDED", "RETURNED"}
    with ward.runtimes["registry"].store.reading() as session:
        cases = session.scalars(select(Case).where(Case.track.in_(["B", "D", "G"]))).all()
        drafts = session.scalars(select(Proposal.state)).all()
        duties = session.execute(select(Duty.track, Duty.code)).all()
        assert session.scalar(select(func.count()).select_from(TeamMember)) == 4
    states = {(case.track, case.state) for case in cases}
    assert {("B", "REQUESTED"), ("B", "RESULT_ADDICTED"), ("B", "NOTIFIED"), ("B", "RESULT_NOT_ADDICTED")} < states
    assert {("D", "IN_REHAB"), ("G", "ACTIVE")} < states
    assert drafts == ["WAITING"]
    assert {("B", "NOTIFY_PERSON"), ("C", "REGISTER")} < {tuple(duty) for duty in duties}


def test_the_same_seed_makes_the_same_ward(ward, tmp_path):
    simulate(ward.runtimes, unit=UNIT, scale=SMALL, last_day=LAST_DAY)
    with Ward.open(data=tmp_path / "again", units=(UNIT,)) as again:
        simulate(again.runtimes, unit=UNIT, scale=SMALL, last_day=LAST_DAY)
        assert told(again) == told(ward)


def test_an_empty_ward_is_marked_once_and_for_all(ward):
    mark_as_demo(ward.runtimes)
    mark_as_demo(ward.runtimes)
    assert is_demo(ward) == {True}


def test_a_ward_with_facts_of_its_own_is_never_marked(ward):
    a_real_deed(ward)
    with pytest.raises(RealWard, match="campaigns has recorded facts that are not made up"):
        mark_as_demo(ward.runtimes)
    assert is_demo(ward) == {False}


def test_a_demo_may_grow(ward):
    mark_as_demo(ward.runtimes)
    a_real_deed(ward)
    mark_as_demo(ward.runtimes)
    assert is_demo(ward) == {True}


def test_a_demo_comes_beside_what_lies_in_the_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded_ward, "DEMO", SMALL)
    data = tmp_path / "var"
    (data / "screenshots").mkdir(parents=True)

    make_demo(data, (UNIT,))

    assert (data / "screenshots").is_dir() and not data.with_name("var.making").exists()
    with Ward.open(data=data, units=(UNIT,)) as ward:
        registry = ward.runtimes["registry"]
        with registry.store.reading() as session:
            assert session.execute(select(registry.tables.outbox.outbox)).first() is not None
        assert is_demo(ward) == {True}


def test_keys_without_databases_are_not_written_over(tmp_path):
    (tmp_path / "keys").mkdir()
    with pytest.raises(StartRefused, match="no databases; put them back, or move the folder away"):
        refuse_lost_databases(tmp_path)
