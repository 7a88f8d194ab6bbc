"""Lives as the commune police record them: detected, decided, and in time stopped or ended."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from chassis.unit_of_work import UnitOfWork
from embedded.simulator.diary import Story
from embedded.simulator.people import Person
from services.registry import handlers
from services.registry.commands import (
    CorrectPerson,
    DecideUserManagement,
    EndUserManagement,
    RecordTestResult,
    RegisterPerson,
    StopUserManagement,
)
from services.registry.law import law

OFFICER, CHIEF = "CA_OFFICER", "CA_CHIEF"
SUBSTANCES = ("AMPHETAMINE_METHAMPHETAMINE", "HEROINE", "KETAMINE", "CAN_SA")
GROUNDS = "ABCDEGH"
UNDECIDED = 2
"""How many positive results of the last day wait for their decision when the story ends."""
# No name of an official is made up: the office stands for the person.
SIGNED_BY_THE_OFFICE = "(minh hoạ)"


@dataclass
class Life:
    """One person between detection and the end, as far as the police know."""

    person: Person
    detected_on: date
    managed_from: date | None = None
    managed_until: date | None = None
    test_id: str = ""
    case_id: str = ""


class Numbers:
    """The numbers of the office's documents, each year from 1."""

    def __init__(self) -> None:
        self._last: dict[int, int] = {}

    def next(self, day: date) -> str:
        """Return the next number of the year."""
        self._last[day.year] = self._last.get(day.year, 0) + 1
        return f"{self._last[day.year]:02d}/QĐ-CAX"


def live_under_management(story: Story, people: int) -> list[Life]:
    """Enter the lives of ``people`` into the diary; return what is known of each."""
    lives = [
        Life(
            story.population.somebody(),
            story.first_day + timedelta(days=int(story.days * story.chance.random() ** 1.3)),
        )
        for _ in range(people)
    ]
    lives.sort(key=lambda life: life.detected_on)
    for life in lives[-UNDECIDED:]:
        life.detected_on = story.last_day
    numbers = Numbers()
    for life in lives:
        positive = life.detected_on == story.last_day or not story.happens(0.06)
        _detect(story, life, positive=positive)
        if positive and life.detected_on < story.last_day:
            _manage(story, life, numbers)
    return lives


def _detect(story: Story, life: Life, *, positive: bool) -> None:
    hour = story.chance.randint(8, 15)
    story.diary.on(life.detected_on, "registry", OFFICER, partial(_register, life), hour=hour)
    found = [story.chance.choice(SUBSTANCES)] if positive else []
    test = partial(_test, life, found, story.chance.choice(GROUNDS), f"{hour:02d}:00")
    story.diary.on(life.detected_on, "registry", OFFICER, test, hour=hour, minute=30)
    if story.happens(0.05):
        story.diary.on(
            life.detected_on + timedelta(days=story.chance.randint(2, 40)), "registry", OFFICER, partial(_correct, life)
        )


def _manage(story: Story, life: Life, numbers: Numbers) -> None:
    decided_on = life.detected_on + timedelta(days=1)
    if decided_on > story.last_day:
        return
    life.managed_from = decided_on
    story.diary.on(decided_on, "registry", CHIEF, partial(_decide, life, numbers.next(decided_on)), hour=7, minute=30)
    ends_on = _a_year_after(decided_on)
    if story.happens(0.12):
        stopped_on = decided_on + timedelta(days=story.chance.randint(20, 300))
        if stopped_on <= story.last_day:
            life.managed_until = stopped_on
            reason = story.chance.choice(("ADDICTED", "ADDICTED", "PRISON"))
            story.diary.on(
                stopped_on, "registry", CHIEF, partial(_stop, life, reason, numbers.next(stopped_on)), hour=10
            )
            return
    ended_on = ends_on + timedelta(days=story.chance.randint(0, 2))
    if ended_on <= story.last_day:
        life.managed_until = ended_on
        story.diary.on(ended_on, "registry", CHIEF, partial(_end, life, numbers.next(ended_on)), hour=11)


def _register(life: Life, uow: UnitOfWork) -> None:
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


def _correct(life: Life, uow: UnitOfWork) -> None:
    person = life.person
    person.ethnic_group = "KHAC" if person.ethnic_group == "KINH" else "KINH"
    handlers.correct_person(
        CorrectPerson(
            person_id=person.person_id,
            version=1,
            full_name=person.full_name,
            sex=person.sex,
            birth_date=person.birth_date,
            ethnic_group=person.ethnic_group,
        ),
        uow,
    )


def _test(life: Life, substances: list[str], ground: str, taken_time: str, uow: UnitOfWork) -> None:
    saved = handlers.record_test_result(
        RecordTestResult(
            person_id=life.person.person_id,
            taken_on=life.detected_on,
            taken_time=taken_time,
            sample="NUOC_TIEU",
            result="POSITIVE" if substances else "NEGATIVE",
            reason_code=ground,
            substances=substances,
            same_sex_officer=True,
            guardian_present=True,
        ),
        uow,
    )
    life.test_id = saved.test_id


def _decide(life: Life, number: str, uow: UnitOfWork) -> None:
    saved = handlers.decide_user_management(
        DecideUserManagement(
            person_id=life.person.person_id,
            test_id=life.test_id,
            decided_on=uow.today(),
            document_number=number,
            signer_role=_decider(uow.today()),
            signer_name=SIGNED_BY_THE_OFFICE,
        ),
        uow,
    )
    life.case_id = saved.case_id


def _stop(life: Life, reason: str, number: str, uow: UnitOfWork) -> None:
    handlers.stop_user_management(
        StopUserManagement(
            case_id=life.case_id,
            stopped_on=uow.today(),
            reason=reason,
            document_number=number,
            signer_role=_decider(uow.today()),
            signer_name=SIGNED_BY_THE_OFFICE,
        ),
        uow,
    )


def _end(life: Life, number: str, uow: UnitOfWork) -> None:
    handlers.end_user_management(
        EndUserManagement(
            case_id=life.case_id,
            ended_on=uow.today(),
            document_number=number,
            signer_role=_decider(uow.today()),
            signer_name=SIGNED_BY_THE_OFFICE,
        ),
        uow,
    )


def _a_year_after(day: date) -> date:
    """Return the day on which a term of one year ends; 29 February has its year on the 28th."""
    leap_day = (2, 29)
    return (
        day.replace(year=day.year + 1, day=28) if (day.month, day.day) == leap_day else day.replace(year=day.year + 1)
    )


def _decider(day: date) -> str:
    """Return the office that signs under the law of the day."""
    return law().regime_on(day).user_management.decider_role
