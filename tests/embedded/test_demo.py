"""A demo is marked as such, comes whole, and never mixes with a ward of people who exist."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from chassis.errors import StartRefused
from chassis.testing import UNIT, an_actor
from embedded import ward as embedded_ward
from embedded.demo import RealWard, mark_as_demo, show_the_mark
from embedded.simulator import Scale
from embedded.ward import Ward, make_demo, refuse_lost_databases
from services.campaigns import commands, handlers

pytestmark = pytest.mark.once
SMALL = Scale(people=3, months=1, seed=1)


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
