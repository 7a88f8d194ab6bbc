"""People whose addiction is to be determined: asked for by the police, examined at the station, told by the police.

When the story ends each of them stands at another step of the way.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from chassis.unit_of_work import UnitOfWork
from embedded.simulator.acts import DECISIONS, NOTICES, REQUESTS, SIGNED_BY_THE_OFFICE, act
from embedded.simulator.diary import Story
from embedded.simulator.people import Person
from embedded.simulator.police import CHIEF, OFFICER, Life, detect
from embedded.simulator.station import DOCTOR, HEAD
from services.health import commands as orders
from services.health import handlers as station
from services.health.domain.determination import CRITERIA
from services.registry.commands.books import RecordUseIncident
from services.registry.commands.documents import IssuePaper
from services.registry.handlers.books import record_use_incident
from services.registry.handlers.papers import issue_paper

PRINTED_DAYS_AGO = 1
"""Up to when the programme prints the request and the summary; the papers of older ones lie elsewhere."""
SUMMARY_FORM = "ND109_M03"
SUMMARY = {
    "use_history": "Khai sử dụng lần đầu cách đây ba năm; chưa cai nghiện lần nào.",
    "substance_used": "Heroin, methamphetamin",
    "officer_name": SIGNED_BY_THE_OFFICE,
}
Marks = dict[str, Any]
USE_GROUND = "A"
ADDICTED: Marks = dict.fromkeys(CRITERIA, "MONTH")
CLEAN: Marks = {**dict.fromkeys(CRITERIA, "NO"), "c1": "MONTH"}
IN_DOUBT: Marks = {**dict.fromkeys(CRITERIA, "NO"), "c1": "MONTH", "c2": "REPEATED"}


@dataclass
class Determination:
    """One person on the way, and what the agencies called the request and the determination."""

    person: Person
    asked_on: date
    marks: Marks = field(default_factory=lambda: ADDICTED)
    request_id: str = ""
    determination_id: str = ""

    @property
    def conclusion(self) -> str:
        """Return what the criteria lead to."""
        return "ADDICTED" if self.marks == ADDICTED else "NOT_ADDICTED"

    def day(self, number: int) -> date:
        """Return a day of the way; the request was made on day 0."""
        return self.asked_on + timedelta(days=number)


def live_through_determinations(story: Story) -> None:
    """Enter a handful of determinations, from one that waits at the station to one whose result the person has heard."""
    _ask(story, days_ago=1)
    _ask(story, days_ago=0)
    _receive(story, _ask(story, days_ago=1))
    _observe(story, _ask(story, days_ago=4, marks=IN_DOUBT))
    _sign(story, _ask(story, days_ago=3))
    _approve(story, _ask(story, days_ago=4))
    determined(story, days_ago=5)
    not_addicted = _ask(story, days_ago=12, marks=CLEAN)
    _approve(story, not_addicted)
    _hand_over(story, not_addicted)
    manage = partial(_act, not_addicted, "A.ManagementDecided", series=DECISIONS)
    story.diary.on(not_addicted.day(5), "registry", OFFICER, manage, hour=10, hears=True)


def determined(story: Story, *, days_ago: int) -> Determination:
    """Enter somebody who was found addicted and told so on day 5; return what is known of them."""
    found = _ask(story, days_ago=days_ago)
    _approve(story, found)
    _hand_over(story, found)
    _tell(story, found)
    return found


def _ask(story: Story, *, days_ago: int, marks: Marks = ADDICTED) -> Determination:
    """Somebody without a stable residence is found; the next day the station is asked, with the summary of their life."""
    asked = Determination(story.population.somebody(), story.last_day - timedelta(days=days_ago), marks)
    printed = days_ago <= PRINTED_DAYS_AGO
    detect(story, Life(asked.person, asked.day(-1), printed=printed), positive=True)
    verified = partial(_act, asked, "A.ResidenceVerified", stable=False)
    story.diary.on(asked.day(-1), "registry", OFFICER, verified, hour=17)
    story.diary.on(asked.day(-1), "registry", OFFICER, partial(_note_the_use, asked), hour=17, minute=15)
    noticed = partial(_act, asked, "A.NoticeReceived", series=NOTICES)
    story.diary.on(asked.asked_on, "registry", OFFICER, noticed, hour=8)
    if printed:
        story.diary.on(asked.asked_on, "registry", OFFICER, partial(_summarise, asked), hour=9, minute=45)
    series = None if printed else REQUESTS
    story.diary.on(asked.asked_on, "registry", OFFICER, partial(_request, asked, series), hour=10)
    return asked


def _receive(story: Story, found: Determination) -> None:
    story.diary.on(found.day(1), "health", DOCTOR, partial(_receive_person, found), hour=8, hears=True)


def _examine(story: Story, found: Determination) -> None:
    _receive(story, found)
    story.diary.on(found.day(1), "health", DOCTOR, partial(_examine_person, found), hour=10)


def _observe(story: Story, found: Determination) -> None:
    _examine(story, found)
    story.diary.on(found.day(2), "health", DOCTOR, partial(_start_observation, found), hour=8)


def _sign(story: Story, found: Determination) -> None:
    _examine(story, found)
    story.diary.on(found.day(3), "health", DOCTOR, partial(_conclude_and_sign, found), hour=9)


def _approve(story: Story, found: Determination) -> None:
    _sign(story, found)
    story.diary.on(found.day(4), "health", HEAD, partial(_approve_result, found), hour=16)


def _hand_over(story: Story, found: Determination) -> None:
    story.diary.on(found.day(5), "health", DOCTOR, partial(_hand_copies, found), hour=8)


def _tell(story: Story, found: Determination) -> None:
    told = partial(_act, found, "B.NotifiedToPerson")
    story.diary.on(found.day(5), "registry", OFFICER, told, hour=16, hears=True)
    closed = partial(_act, found, "A.ClosedWithoutDecision", reason="ADDICTED")
    story.diary.on(found.day(5), "registry", OFFICER, closed, hour=16, minute=30)


# -- deeds of the police --------------------------------------------------------------------------------------------------------


def _act(found: Determination, name: str, uow: UnitOfWork, **answers: Any) -> None:
    act(found.person, name, uow, **answers)


def _note_the_use(found: Determination, uow: UnitOfWork) -> None:
    place = {"place": found.person.abode}
    order = RecordUseIncident(
        person_id=found.person.person_id, occurred_on=uow.today(), ground=USE_GROUND, details=place
    )
    record_use_incident(order, uow)


def _summarise(found: Determination, uow: UnitOfWork) -> None:
    issue_paper(
        IssuePaper(
            person_id=found.person.person_id,
            form_code=SUMMARY_FORM,
            issued_on=uow.today(),
            signer_role=CHIEF,
            signer_name=SIGNED_BY_THE_OFFICE,
            details=SUMMARY,
        ),
        uow,
    )


def _request(found: Determination, series: str | None, uow: UnitOfWork) -> None:
    ground: dict[str, Any] = {"ground": "NO_STABLE_RESIDENCE", "requester": "POLICE"}
    asked = act(found.person, "B.Requested", uow, series=series, **ground)
    found.request_id = str(asked.row.case_id)


# -- deeds of the station -------------------------------------------------------------------------------------------------------


def _receive_person(found: Determination, uow: UnitOfWork) -> None:
    person = found.person
    identity = {
        "full_name": person.full_name,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "personal_number": person.number,
    }
    received = station.receive_requested_person(
        orders.ReceiveRequestedPerson(
            request_id=found.request_id,
            received_on=uow.today(),
            received_time="08:00",
            file={"identity": identity, "summary": SUMMARY},
            details={"papers_checked": True},
        ),
        uow,
    )
    found.determination_id = received.determination_id


def _examine_person(found: Determination, uow: UnitOfWork) -> None:
    order = orders.ExaminePerson(
        determination_id=found.determination_id, examined_on=uow.today(), simultaneous=True, **found.marks
    )
    station.examine_person(order, uow)


def _start_observation(found: Determination, uow: UnitOfWork) -> None:
    order = orders.StartObservation(determination_id=found.determination_id, sheet="OPIOID", observed_from=uow.today())
    station.start_observation(order, uow)


def _conclude_and_sign(found: Determination, uow: UnitOfWork) -> None:
    order = orders.ConcludeDetermination(
        determination_id=found.determination_id,
        conclusion=found.conclusion,
        concluded_on=uow.today(),
        qualification="TAM_THAN",
    )
    station.conclude_determination(order, uow)
    station.sign_determination(orders.SignDetermination(determination_id=found.determination_id), uow)


def _approve_result(found: Determination, uow: UnitOfWork) -> None:
    station.approve_determination(orders.ApproveDetermination(determination_id=found.determination_id), uow)


def _hand_copies(found: Determination, uow: UnitOfWork) -> None:
    for recipient in ("REQUESTER", "PERSON"):
        order = orders.HandOverResult(
            determination_id=found.determination_id, recipient=recipient, handed_on=uow.today(), handed_time="08:00"
        )
        station.hand_over_result(order, uow)
