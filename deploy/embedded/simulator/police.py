"""Lives as the commune police record them: detected, verified, decided, and in time stopped or ended.

The officer records what the decider of the day signed; nobody signs what they drafted.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from chassis.unit_of_work import UnitOfWork
from embedded.simulator.acts import DECISIONS, SIGNED_BY_THE_OFFICE, next_on_paper, order
from embedded.simulator.diary import Story
from embedded.simulator.people import Person
from services.registry import handlers
from services.registry.commands import CorrectPerson, PerformAct, RecordCircumstance, RecordTestResult, RegisterPerson
from services.registry.law import law

OFFICER, CHIEF = "CA_OFFICER", "CA_CHIEF"
SUBSTANCES = ("AMPHETAMINE_METHAMPHETAMINE", "HEROINE", "KETAMINE", "CAN_SA")
GROUNDS = "ABCDEGH"
PRINTED = timedelta(days=20)
"""How far back the papers of decisions are printed here; those of older ones lie elsewhere."""
UNDECIDED = 2
"""How many positive results of the last day wait for their decision when the story ends."""


@dataclass
class Life:
    """One person between detection and the end, as far as the police know."""

    person: Person
    detected_on: date
    managed_from: date | None = None
    managed_until: date | None = None
    printed: bool = False
    """Whether the programme prints the papers; drawing one up takes as long as all other deeds of a day."""


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
    for life in lives:
        life.printed = life.detected_on > story.last_day - PRINTED
        positive = life.detected_on == story.last_day or not story.happens(0.06)
        detect(story, life, positive=positive)
        if positive and life.detected_on < story.last_day:
            _manage(story, life)
    return lives


def detect(story: Story, life: Life, *, positive: bool) -> None:
    """Enter that somebody was met and tested."""
    hour = story.chance.randint(8, 15)
    story.diary.on(life.detected_on, "registry", OFFICER, partial(register, life), hour=hour)
    found = [story.chance.choice(SUBSTANCES)] if positive else []
    test = partial(_test, life, found, story.chance.choice(GROUNDS), f"{hour:02d}:00")
    story.diary.on(life.detected_on, "registry", OFFICER, test, hour=hour, minute=30)
    if story.happens(0.05):
        story.diary.on(
            life.detected_on + timedelta(days=story.chance.randint(2, 40)), "registry", OFFICER, partial(_correct, life)
        )


def _manage(story: Story, life: Life) -> None:
    decided_on = life.detected_on + timedelta(days=1)
    if decided_on > story.last_day:
        return
    life.managed_from = decided_on
    if story.happens(0.6):
        verify = partial(_act, life, "ResidenceVerified", answers={"stable": True})
        story.diary.on(life.detected_on, "registry", OFFICER, verify, hour=16, minute=30)
    decide = partial(_sign, life, "ManagementDecided", answers=_chosen(life, decided_on))
    story.diary.on(decided_on, "registry", OFFICER, decide, hour=7, minute=30)
    ends_on = _a_year_after(decided_on)
    if story.happens(0.12):
        stopped_on = decided_on + timedelta(days=story.chance.randint(20, 300))
        if stopped_on <= story.last_day:
            life.managed_until = stopped_on
            reason = story.chance.choice(("CSGD_TRUONG_GD", "PRISON", "PRISON"))
            story.diary.on(stopped_on, "registry", OFFICER, partial(_note, life, reason), hour=9)
            stop = partial(_sign, life, "StopDecided", answers={"reason": reason})
            story.diary.on(stopped_on, "registry", OFFICER, stop, hour=10)
            _send_on_the_next_day(story, life, stopped_on)
            return
    ended_on = ends_on + timedelta(days=story.chance.randint(0, 2))
    if ended_on <= story.last_day:
        life.managed_until = ended_on
        end = partial(_sign, life, "EndDecided", answers={})
        story.diary.on(ended_on, "registry", OFFICER, end, hour=11)
        _send_on_the_next_day(story, life, ended_on)


def _send_on_the_next_day(story: Story, life: Life, decided_on: date) -> None:
    sent = partial(_act, life, "DecisionSent", answers={})
    story.diary.on(decided_on + timedelta(days=1), "registry", OFFICER, sent, hour=8)


def draft_a_decision(story: Story, lives: list[Life]) -> None:
    """Of the results of the last day one is drafted already and waits for the chief's signature."""
    if lives:
        story.diary.on(story.last_day, "registry", OFFICER, partial(_draft, lives[-1]), hour=17, minute=30)


def _draft(life: Life, uow: UnitOfWork) -> None:
    handlers.propose(order(life.person, "A.ManagementDecided", uow), uow)


def _chosen(life: Life, decided_on: date) -> dict[str, str]:
    """A result of the earlier law that is decided on under the new one: the officer says so (T5)."""
    if _decider(life.detected_on) == _decider(decided_on):
        return {}
    return {"choice_t5": "NEW_LAW"}


def register(life: Life, uow: UnitOfWork) -> None:
    """Enter who somebody is."""
    person = life.person
    saved = handlers.register_person(
        RegisterPerson(
            full_name=person.full_name,
            sex=person.sex,
            birth_date=person.birth_date,
            ethnic_group=person.ethnic_group,
            id_type="CCCD",
            id_number=person.number,
            details={"current_abode": person.abode} if life.printed else {},
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
    handlers.record_test_result(
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


def _note(life: Life, kind: str, uow: UnitOfWork) -> None:
    """What a stop stands on is noted before it is decided."""
    handlers.record_circumstance(
        RecordCircumstance(person_id=life.person.person_id, kind=kind, since_on=uow.today()), uow
    )


def _act(life: Life, event: str, uow: UnitOfWork, *, answers: dict[str, Any]) -> None:
    handlers.perform(
        PerformAct(person_id=life.person.person_id, track="A", event=event, happened_on=uow.today(), answers=answers),
        uow,
    )


def _sign(life: Life, event: str, uow: UnitOfWork, *, answers: dict[str, Any]) -> None:
    """Record what the office that decides under the law of the day has signed."""
    handlers.perform(
        PerformAct(
            person_id=life.person.person_id,
            track="A",
            event=event,
            happened_on=uow.today(),
            answers=answers,
            document_number=None if life.printed and event == "ManagementDecided" else next_on_paper(uow, DECISIONS),
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
    """Return the office that decides under the law of the day."""
    under = law().tracks["A"].transition("ManagementDecided").under_regime(law().regime_on(day).code)
    return under.deciders[0] if under else ""
