"""Determinations of addiction from both sides: what the police do next for somebody, what the station does next for a request.

Nobody here remembers anything. Whoever is killed and started again looks at the books, takes what is there to be done, and does
one step of it in one transaction; two who take the same step at once are told apart by the books, too.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import messaging
from chassis.clock import Clock
from chassis.errors import ProgrammeError
from chassis.messaging import carry_by_rpc, configure_nameko
from chassis.service import Runtime
from chassis.testing import an_actor
from services.health import commands as station_orders
from services.health import handlers as station
from services.health.domain.determination import CRITERIA, entitled_to_result
from services.health.law import law as station_law
from services.health.queries import determination as station_queries
from services.health.tables import Determination, DeterminationCopy, DeterminationRequest
from services.registry import handlers as police
from services.registry.commands import PerformAct, RecordTestResult, RegisterPerson
from services.registry.tables import Case, Person, TestResult

OFFICER = an_actor("registry", "CA_OFFICER", account_id="officer")
DOCTOR = an_actor("health", "TYT_DOCTOR", account_id="doctor")
HEAD = an_actor("health", "TYT_HEAD", account_id="head")
BORN = "1990-05-01"
SIGNED = {"signer_role": "CA_CHIEF", "signer_name": "Người Ký"}
WAITS = ("REQUESTED", "IN_EXAMINATION", "IN_OBSERVATION")
MOST_UNDER_WAY = 80
STEPS_BETWEEN_LOOKS = 12
WITHDRAWN_AT_A_LOOK = 0.04
PATIENCE_SECONDS = 1.0
"""How long the station waits for the registry's answer; at a desk it is longer."""

MARKS = {
    "ADDICTED": dict.fromkeys(CRITERIA, "MONTH"),
    "NOT_ADDICTED": {**dict.fromkeys(CRITERIA, "NO"), "c1": "MONTH"},
    "INCONCLUSIVE": {**dict.fromkeys(CRITERIA, "NO"), "c1": "MONTH", "c2": "REPEATED"},
}

Step = Callable[[], object]


# -- the police ----------------------------------------------------------------------------------------------------------------


@dataclass
class Standing:
    """Where somebody stands in the registry's books: whether a test is there, and the states of the cases by track."""

    person_id: str
    tested: bool = False
    states: dict[str, list[str]] = field(default_factory=dict)

    def has(self, track: str, *states: str) -> bool:
        """Tell whether a case of this track is in one of these states; without states, whether there is one at all."""
        found = self.states.get(track, [])
        return any(state in states for state in found) if states else bool(found)

    @property
    def next(self) -> tuple[str, dict[str, Any]] | None:
        """Return the act that follows, with its answers; None when there is nothing to do but to wait, or nothing at all."""
        if self.has("A", "DETECTED"):
            return "A.ResidenceVerified", {"stable": False}
        if self.has("A", "VERIFIED") and not self.has("B"):
            return "B.Requested", {"ground": "NO_STABLE_RESIDENCE", "requester": "POLICE"}
        if self.has("B", "RESULT_ADDICTED"):
            return "B.NotifiedToPerson", {}
        if self.has("B", "NOTIFIED") and not self.has("D"):
            return "D.Registered", {"venue": "HOME_COMMUNITY"}
        if self.has("B", "RESULT_NOT_ADDICTED") and self.has("A", "VERIFIED"):
            return "A.ManagementDecided", {}
        return None

    @property
    def has_ended(self) -> bool:
        """Tell whether the request has come to its end and what follows from it has been entered."""
        return self.tested and self.has("B") and not self.has("B", *WAITS) and self.next is None


def standings(session: Session, person_id: str | None = None) -> list[Standing]:
    """Return where everybody stands, or one person, from the rows of the registry."""
    people, tests = select(Person.person_id), select(TestResult.person_id)
    cases = select(Case.person_id, Case.track, Case.state)
    if person_id is not None:
        people, tests = people.where(Person.person_id == person_id), tests.where(TestResult.person_id == person_id)
        cases = cases.where(Case.person_id == person_id)
    found = {each: Standing(each) for each in session.scalars(people)}
    for each in session.scalars(tests):
        found[each].tested = True
    for each, track, state in session.execute(cases):
        found[each].states.setdefault(track, []).append(state)
    return list(found.values())


def live_at_the_police(runtime: Runtime, *, wanted: int, withdrawn: float, seed: int) -> Iterator[None]:
    """Do what is to be done for ``wanted`` people, one step after the other; yield after each."""
    chance = random.Random(seed)
    while True:
        with runtime.store.reading() as session:
            people = standings(session)
        steps = [step for each in people if (step := _police_step(runtime, each)) is not None]
        steps += [
            partial(_withdraw, runtime, each) for each in people if _may_change_their_mind(each, chance, withdrawn)
        ]
        under_way = sum(not each.has_ended for each in people)
        for _ in range(min(wanted - len(people), MOST_UNDER_WAY - under_way)):
            steps.append(partial(_register, runtime, chance.randrange(wanted)))
        yield from _take(steps, chance)


def _police_step(runtime: Runtime, each: Standing) -> Step | None:
    if not each.tested:
        return partial(_do, runtime, OFFICER, police.record_test_result, _a_positive_test(each.person_id))
    following = each.next
    return partial(_follow, runtime, each.person_id, *following) if following else None


def _follow(runtime: Runtime, person_id: str, name: str, answers: Mapping[str, Any]) -> None:
    """Do what follows if it still does: a look may be seconds old, and a whole determination may have ended since."""
    with runtime.store.reading() as session:
        [now] = standings(session, person_id)
    if now.next == (name, answers):
        _act(runtime, person_id, name, answers)


def _may_change_their_mind(each: Standing, chance: random.Random, share: float) -> bool:
    # The end of the identifier is chance; of those whose request is to be withdrawn, each look at it may be the one.
    return (
        each.has("B", *WAITS)
        and int(each.person_id[-4:], 16) < share * 0x10000
        and chance.random() < WITHDRAWN_AT_A_LOOK
    )


def _register(runtime: Runtime, number: int) -> None:
    person = RegisterPerson(
        full_name="Nguyễn Văn Đức",
        sex="MALE",
        birth_date=BORN,
        ethnic_group="KINH",
        id_type="CCCD",
        id_number=number_of(number),
        details={"permanent_address": "Số 5 phố Hoa Lan"},
    )
    _do(runtime, OFFICER, police.register_person, person)


def number_of(person: int) -> str:
    """Return the personal number of one of the people of these stories."""
    return f"027090{person:06}"


def _a_positive_test(person_id: str) -> RecordTestResult:
    return RecordTestResult(
        person_id=person_id,
        taken_on=Clock().today(),
        taken_time="00:00",
        sample="NUOC_TIEU",
        result="POSITIVE",
        substances=("HEROINE",),
        reason_code="A",
        same_sex_officer=True,
    )


def _withdraw(runtime: Runtime, each: Standing) -> None:
    _act(runtime, each.person_id, "B.Withdrawn", {"reason": "MISTAKEN"})


def _act(runtime: Runtime, person_id: str, name: str, answers: Mapping[str, Any]) -> None:
    track, _dot, event = name.partition(".")
    signed = SIGNED if name in {"B.Requested", "A.ManagementDecided"} else {}
    # The request and the registration are papers with a number of their own; the decision takes the next one of the register.
    number = f"{random.randint(1, 999_999)}/ĐN-CAP" if name in {"B.Requested", "D.Registered"} else None
    act = PerformAct(
        person_id=person_id, track=track, event=event, happened_on=Clock().today(), answers=answers,
        document_number=number, confirmed_warnings={"document_number": "số của giấy"} if number else {}, **signed,
    )  # fmt: skip
    _do(runtime, OFFICER, police.perform, act)


# -- the station ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Desk:
    """The station at work. Who somebody is, when the registry does not say it, stands on the paper that they bring."""

    runtime: Runtime
    papers: Mapping[str, str]
    chance: random.Random

    def steps(self, session: Session) -> list[Step]:
        """Return everything that is to be done now."""
        waiting = [
            partial(self._receive, row.request_id, str(row.person_key))
            for row in session.scalars(station_queries.waiting())
        ]
        unfinished = [partial(self._go_on, row) for row in station_queries.unfinished(session)]
        return [*waiting, *unfinished]

    def _receive(self, request_id: str, person_key: str) -> None:
        if self.chance.random() < 0.03:
            closing = station_orders.CloseRequest(request_id=request_id, closed_on=Clock().today(), reason="NOT_COME")
            _do(self.runtime, DOCTOR, station.close_request, closing)
            return
        when = {"request_id": request_id, "received_on": Clock().today(), "received_time": "00:00"}
        try:
            file = self._ask(request_id) if self.chance.random() < 0.5 else None
        except ProgrammeError:
            # The registry is away, or the request is closed there and the station has not heard of it: the paper decides.
            file = None
        if file is not None:
            order: Any = station_orders.ReceiveRequestedPerson(**when, file=file)
            _do(self.runtime, DOCTOR, station.receive_requested_person, order)
            return
        typed = {"full_name": "Nguyễn Văn Đức", "sex": "MALE", "birth_date": BORN}
        order = station_orders.ReceivePersonOnPaper(**when, **typed, personal_number=self.papers[person_key])
        _do(self.runtime, DOCTOR, station.receive_person_on_paper, order)

    def _ask(self, request_id: str) -> Mapping[str, Any]:
        return self.runtime.ask(
            "registry",
            "determination_file",
            by=DOCTOR,
            unit=DOCTOR.unit,
            purpose="DETERMINATION",
            legal_basis=station_law().regime_on(Clock().today()).determination.question_basis,
            request_id=request_id,
        )

    def _go_on(self, found: Determination) -> None:
        about: dict[str, Any] = {"determination_id": found.determination_id}
        today = Clock().today()
        if found.result_version == 0 and self._was_withdrawn(found) and self.chance.random() < 0.5:
            order: Any = station_orders.CancelDetermination(**about, cancelled_on=today, reason="WITHDRAWN")
            _do(self.runtime, DOCTOR, station.cancel_determination, order)
        elif found.stage == "IN_EXAMINATION":
            marks = MARKS[self.chance.choices(list(MARKS), weights=(5, 4, 1))[0]]
            order = station_orders.ExaminePerson(**about, examined_on=today, simultaneous=True, **marks)
            _do(self.runtime, DOCTOR, station.examine_person, order)
        elif found.stage == "TO_OBSERVE":
            order = station_orders.StartObservation(**about, sheet="OPIOID", observed_from=today)
            _do(self.runtime, DOCTOR, station.start_observation, order)
        elif found.stage == "IN_OBSERVATION":
            marks = MARKS[self.chance.choice(("ADDICTED", "NOT_ADDICTED"))]
            order = station_orders.EndObservation(**about, observed_until=today, simultaneous=True, **marks)
            _do(self.runtime, DOCTOR, station.end_observation, order)
        elif found.stage == "TO_CONCLUDE":
            order = station_orders.ConcludeDetermination(
                **about, conclusion=str(found.outcome), concluded_on=today, qualification="TAM_THAN"
            )
            _do(self.runtime, DOCTOR, station.conclude_determination, order)
        elif found.stage == "FOR_SIGNATURE":
            _do(self.runtime, DOCTOR, station.sign_determination, station_orders.SignDetermination(**about))
        elif found.stage == "FOR_APPROVAL":
            _do(self.runtime, HEAD, station.approve_determination, station_orders.ApproveDetermination(**about))
        else:
            self._hand_over(found)

    def _was_withdrawn(self, found: Determination) -> bool:
        with self.runtime.store.reading() as session:
            request = session.get(DeterminationRequest, found.request_id)
            return request is not None and request.withdrawn_on is not None

    def _hand_over(self, found: Determination) -> None:
        with self.runtime.store.reading() as session:
            result = station_queries.result_in_force(session, found.determination_id)
            copies: Sequence[DeterminationCopy] = (
                station_queries.copies_of(session, [result.result_id]) if result else []
            )
        today = Clock().today()
        missing = set(entitled_to_result(requester=found.requester, birth_date=BORN, on=today)) - {
            copy.recipient for copy in copies
        }
        for recipient in sorted(missing)[:1]:
            order = station_orders.HandOverResult(
                determination_id=found.determination_id, recipient=recipient, handed_on=today, handed_time="00:00"
            )
            _do(self.runtime, DOCTOR, station.hand_over_result, order)


def live_at_the_desk(runtime: Runtime, *, wanted: int, seed: int) -> Iterator[None]:
    """Do what waits at the station, one step after the other; yield after each."""
    with runtime.unit_of_work(DOCTOR, writes=False) as uow:
        papers = {uow.person_key(number_of(person), ""): number_of(person) for person in range(wanted)}
    chance = random.Random(seed)
    desk = Desk(runtime, papers, chance)
    while True:
        with runtime.store.reading() as session:
            steps = desk.steps(session)
        yield from _take(steps, chance)


def ask_over_the_broker(runtime: Runtime) -> None:
    """Let a process without a service of its own put its questions over the broker."""
    configure_nameko(runtime)
    messaging.ANSWER_SECONDS = PATIENCE_SECONDS  # type: ignore[assignment]
    runtime.carry = carry_by_rpc


# -- both ----------------------------------------------------------------------------------------------------------------------


def _take(steps: list[Step], chance: random.Random) -> Iterator[None]:
    chance.shuffle(steps)
    for step in steps[:STEPS_BETWEEN_LOOKS]:
        step()
        yield
    if not steps:
        time.sleep(0.1)
        yield


def _do(runtime: Runtime, by: Any, handle: Callable[..., object], order: object) -> None:
    # Somebody else was quicker, or what was heard meanwhile forbids it: the next look at the books tells.
    with suppress(ProgrammeError), runtime.unit_of_work(by) as uow:
        handle(order, uow)
