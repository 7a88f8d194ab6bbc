"""A registry with thousands of people under management, made quickly and without a document drawn up.

Everybody goes through the registry's own handlers: entered, found positive, decided on; some are checked at home, some wait for a
determination, for a signature or for a decision. Decisions have a number as typed from paper and people no address, so that no
document can be drawn up; an hour is one transaction. A second database gets the same rows, copied table by table: it opens them
with the same keys.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, Table, insert, select, text

from chassis.accounts import create_account, hash_password
from chassis.actors import Actor
from chassis.clock import LOCAL_ZONE, FrozenClock
from chassis.ids import SeededIds
from chassis.service import Runtime
from chassis.unit_of_work import UnitOfWork
from embedded.demo import PASSWORD
from embedded.simulator.people import Person, Population
from services.registry import handlers
from services.registry.commands import PerformAct, RecordCircumstance, RecordTestResult, RegisterPerson
from services.registry.commands.books import CheckResidence
from services.registry.handlers import books
from services.registry.law import law

SEED = 23
DAYS = 340
COPIED_AT_ONCE = 1_000
CHECKED, WAITING_FOR_HEALTH, FOR_SIGNATURE, UNDECIDED = 0.8, 0.02, 0.008, 0.02
"""Shares: checked at home in the last weeks, in determination, with a draft that waits, positive and not decided on."""


@dataclass
class Life:
    """Somebody with the day of the decision; ``undecided`` are found positive at the end and not decided on."""

    person: Person
    decided_on: date
    undecided: bool = False


def populate(runtime: Runtime, *, managed: int, unit: str, account: str, clock: FrozenClock) -> list[Person]:
    """Make up the registry as of the clock's day; return the people."""
    chance = random.Random(SEED)
    today = clock.today()
    lived = Runtime(runtime.definition, runtime.settings, clock=clock, ids=SeededIds("crowd", clock.now))
    _make_account(lived, unit=unit, username=account)
    population = Population(chance)
    lives = [Life(population.somebody(), today - timedelta(days=chance.randint(1, DAYS))) for _each in range(managed)]
    lives.sort(key=lambda life: life.decided_on)  # the numbers of their decisions follow the days
    late = round(managed * UNDECIDED)
    lives += [Life(population.somebody(), today - timedelta(days=chance.randint(0, 9)), True) for _each in range(late)]
    actor = Actor(account_id="crowd", username="crowd", display_name="crowd", unit=unit, service="registry",
                  roles=frozenset({"CA_OFFICER"}), channel="simulator")  # fmt: skip
    deeds = sorted(_deeds(lives, chance, today), key=lambda deed: deed[0])
    for at, of_the_hour in _by_hour(deeds):
        clock.set(at)
        with lived.unit_of_work(actor, purpose="SIMULATION") as uow:
            for deed in of_the_hour:
                deed(uow)
    lived.close()
    return [life.person for life in lives]


Deed = tuple[datetime, Callable[[UnitOfWork], object]]


def _deeds(lives: Sequence[Life], chance: random.Random, today: date) -> Iterator[Deed]:
    for number, life in enumerate(lives, 1):
        found_on = life.decided_on if life.undecided else life.decided_on - timedelta(days=1)
        yield _at(found_on, 8), _found_positive(life, found_on)
        if life.undecided:
            continue
        yield _at(life.decided_on, 10), _act(life, "A", "ManagementDecided", f"{number:05d}/QĐ-CAP")
        drawn = chance.random()
        if drawn < CHECKED:
            checked_on = max(today - timedelta(days=chance.randint(0, 45)), life.decided_on)
            yield _at(checked_on, 14), _check(life)
        elif drawn < CHECKED + WAITING_FOR_HEALTH:
            asked: dict[str, Any] = {"ground": "VOLUNTARY", "requester": "PERSON"}
            yield (
                _at(max(today - timedelta(days=chance.randint(0, 12)), life.decided_on), 15),
                _act(life, "B", "Requested", f"{number:05d}/ĐN", signer="PERSON", **asked),
            )
        elif drawn < CHECKED + WAITING_FOR_HEALTH + FOR_SIGNATURE:
            yield _at(today, 0), _imprisoned(life, today)
            yield _at(today, 0), _act(life, "A", "StopDecided", None, proposes=True, reason="PRISON")


def _by_hour(deeds: Sequence[Deed]) -> Iterator[tuple[datetime, list[Callable[[UnitOfWork], object]]]]:
    together: dict[datetime, list[Callable[[UnitOfWork], object]]] = {}
    for at, deed in deeds:
        together.setdefault(at, []).append(deed)
    yield from together.items()


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), LOCAL_ZONE)


def _found_positive(life: Life, on: date) -> Callable[[UnitOfWork], object]:
    def do(uow: UnitOfWork) -> None:
        person = life.person
        saved = handlers.register_person(
            RegisterPerson(
                full_name=person.full_name,
                sex=person.sex,
                birth_date=person.birth_date,
                ethnic_group=person.ethnic_group,
                id_type="CCCD",
                id_number=person.number,
            ),
            uow,
        )
        person.person_id = saved.person_id
        test = RecordTestResult(
            person_id=saved.person_id, taken_on=on, taken_time="07:30", sample="NUOC_TIEU", result="POSITIVE",
            reason_code="A", substances=["HEROINE"], same_sex_officer=True, guardian_present=True,
        )  # fmt: skip
        handlers.record_test_result(test, uow)

    return do


def _act(
    life: Life, track: str, event: str, number: str | None, *, signer: str = "", proposes: bool = False, **answers: Any
) -> Callable[[UnitOfWork], object]:
    def do(uow: UnitOfWork) -> None:
        under = law().tracks[track].transition(event).under_regime(law().regime_on(uow.today()).code)
        decider = signer or (under.deciders[0] if under else "")
        given = dict(answers)
        if event == "ManagementDecided" and law().regime_on(uow.today()) != law().regime_on(uow.today() - timedelta(1)):
            given["choice_t5"] = "NEW_LAW"
        command = PerformAct(
            person_id=life.person.person_id, track=track, event=event, happened_on=uow.today(), answers=given,
            document_number=number, signer_role=decider, signer_name="(minh hoạ)", for_signature=proposes,
        )  # fmt: skip
        (handlers.propose if proposes else handlers.perform)(command, uow)

    return do


def _imprisoned(life: Life, since: date) -> Callable[[UnitOfWork], object]:
    def do(uow: UnitOfWork) -> None:
        noted = RecordCircumstance(person_id=life.person.person_id, kind="PRISON", since_on=since)
        handlers.record_circumstance(noted, uow)

    return do


def _check(life: Life) -> Callable[[UnitOfWork], object]:
    def do(uow: UnitOfWork) -> None:
        seen = CheckResidence(person_id=life.person.person_id, checked_on=uow.today(), outcome="PRESENT")
        books.check_residence(seen, uow)

    return do


def _make_account(runtime: Runtime, *, unit: str, username: str) -> None:
    with runtime.store.begin() as session:
        create_account(
            session, runtime.tables.accounts, clock=runtime.clock, unit=unit, username=username, display_name="Cán bộ",
            roles=["CA_OFFICER"], password=hash_password(PASSWORD, username=username),
        )  # fmt: skip


def copy_rows(tables: Sequence[Table], source: Engine, target: Engine) -> None:
    """Write every row of one database into another that has the same, empty tables, and let it count them.

    A database that lives counts its rows within a minute of their coming; how soon after a bulk copy is a matter of luck, and
    until then it plans blindly.
    """
    with source.connect() as reading, target.begin() as writing:
        for table in tables:
            rows = reading.execute(select(table)).mappings()
            while portion := rows.fetchmany(COPIED_AT_ONCE):
                writing.execute(insert(table), [dict(row) for row in portion])
        writing.execute(text("ANALYZE"))
