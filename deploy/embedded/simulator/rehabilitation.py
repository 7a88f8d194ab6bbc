"""People on their way out of addiction: in a public facility, at home under electronic monitoring, and with a team after it."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from chassis.unit_of_work import UnitOfWork
from embedded.simulator.acts import DECISIONS, act
from embedded.simulator.determinations import determined
from embedded.simulator.diary import Story
from embedded.simulator.people import Person
from embedded.simulator.police import OFFICER, Life, register
from services.registry.commands.books import (
    AddTeamMember,
    AssessProgress,
    AssignTeam,
    FormTeam,
    RecordSupportVisit,
    RecordViolation,
)
from services.registry.handlers import books
from services.registry.law import law

REHAB_ASKED_AGO, CAME_AGO = 130, 60
VENUE: dict[str, Any] = {"venue": "PUBLIC_FACILITY"}
STAGES = ((1, 0, 4), (2, 4, 20), (3, 20, 113))
"""Stage, first and last day, counted from the day of reception; the third one lasts at least three months."""
FORMER_COMMUNE = "09379"
FORMED_BY = "15/QĐ-UBND"
TEAM = (
    ("TO_TRUONG", "Ủy ban nhân dân phường"),
    ("TO_PHO", "Trạm Y tế"),
    ("TO_VIEN", "Công an phường"),
    ("TO_VIEN", "Mặt trận Tổ quốc phường"),
)


@dataclass
class Team:
    """The team of one person, once it is formed."""

    team_id: str = ""


def live_through_rehabilitation(story: Story) -> None:
    """Enter these lives, where the story and the law of its last day are long enough for them."""
    if _is_long_enough(story, REHAB_ASKED_AGO):
        _rehabilitate(story)
    if _is_long_enough(story, CAME_AGO):
        _manage_after(story)
        _go_on_at_home(story)


def _is_long_enough(story: Story, days: int) -> bool:
    began_on = story.last_day - timedelta(days=days)
    return story.days > days and law().regime_on(began_on).code == law().regime_on(story.last_day).code


def _rehabilitate(story: Story) -> None:
    """Found addicted, registered within a day of being told, decided, received at the public facility."""
    found = determined(story, days_ago=REHAB_ASKED_AGO)
    told_on, received_on = found.day(5), found.day(7)
    registered = partial(_act, found.person, "D.Registered", document_number="01/ĐK", stable=False, **VENUE)
    _on(story, told_on + timedelta(days=1), registered, hour=9)
    decided = partial(_act, found.person, "D.Decided", series=DECISIONS, known=VENUE)
    _on(story, told_on + timedelta(days=1), decided, hour=14)
    for hour, name in ((15, "D.FacilityAsked"), (16, "D.FacilityAssigned")):
        _on(story, told_on + timedelta(days=1), partial(_act, found.person, name, known=VENUE), hour=hour)
    received = partial(_act, found.person, "D.Received", document_number="07/BB", known=VENUE)
    _on(story, received_on, received, hour=9)
    for stage, first, last in STAGES:
        done = partial(
            _act,
            found.person,
            "D.StageCompleted",
            stage=stage,
            stage_began_on=received_on + timedelta(days=first),
            known=VENUE,
        )
        _on(story, received_on + timedelta(days=last), done, hour=14)


def _manage_after(story: Story) -> None:
    """Moved here while being managed after rehabilitation; a team was formed and goes to see the person."""
    person, came_on, team = story.population.somebody(), story.last_day - timedelta(days=CAME_AGO), Team()
    began_on = came_on - timedelta(days=20)
    _on(story, came_on, partial(register, Life(person, came_on)), hour=8)
    taken_over = partial(
        _act,
        person,
        "G.TransferReceived",
        from_commune=FORMER_COMMUNE,
        original_starts_on=began_on,
        original_ends_on=began_on + timedelta(days=365),
        basis="VOLUNTARY",
        document_number="14/QĐ-UBND",
    )
    _on(story, came_on, taken_over, hour=9)
    _on(story, came_on + timedelta(days=2), partial(_form_team, team, person), hour=10)
    for days, outcome in ((15, "DONE"), (30, "NOT_MET"), (44, "REFERRED")):
        _on(story, came_on + timedelta(days=days), partial(_visit, person, outcome), hour=15)
    _on(story, came_on + timedelta(days=45), partial(_assess, person), hour=10)


def _go_on_at_home(story: Story) -> None:
    """Moved here while in rehabilitation at home; monitored since, and reminded once after a breach of the rules."""
    person, came_on = story.population.somebody(), story.last_day - timedelta(days=CAME_AGO)
    began_on = came_on - timedelta(days=30)
    _on(story, came_on, partial(register, Life(person, came_on)), hour=8)
    taken_over = partial(
        _act,
        person,
        "D.TransferReceived",
        series=DECISIONS,
        from_commune=FORMER_COMMUNE,
        original_starts_on=began_on,
        original_ends_on=began_on + timedelta(days=730),
        original_regime=law().regime_on(began_on).code,
        venue="HOME_COMMUNITY",
        stages_done=2,
    )
    _on(story, came_on, taken_over, hour=10)
    monitored = partial(_act, person, "H.Decided", series=DECISIONS, em_basis="COMMUNITY_REHAB")
    _on(story, came_on, monitored, hour=14)
    fitted = partial(_act, person, "H.Fitted", document_number="03/BB", device_serial="GSDT-0007")
    _on(story, came_on + timedelta(days=1), fitted, hour=9)
    _on(story, came_on + timedelta(days=40), partial(_break_the_rules, person), hour=16)


def _break_the_rules(person: Person, uow: UnitOfWork) -> None:
    minutes = RecordViolation(
        person_id=person.person_id,
        situation="HOME_REHAB",
        kind="BEHAVIOUR",
        committed_on=uow.today(),
        minutes_number="05/BB",
    )
    books.record_violation(minutes, uow)


def _on(story: Story, day: date, deed: Any, *, hour: int) -> None:
    story.diary.on(day, "registry", OFFICER, deed, hour=hour)


def _act(person: Person, name: str, uow: UnitOfWork, **answers: Any) -> None:
    act(person, name, uow, **answers)


def _form_team(team: Team, person: Person, uow: UnitOfWork) -> None:
    day = uow.today()
    formed = books.form_team(
        FormTeam(name="Tổ quản lý, hỗ trợ số 1", kind="HO_TRO", decision_number=FORMED_BY, decided_on=day), uow
    )
    team.team_id = str(formed.team_id)
    for place, (role, organisation) in enumerate(TEAM, start=1):
        name = {"full_name": f"Thành viên {place} (minh hoạ)"}
        member = AddTeamMember(team_id=team.team_id, role=role, organisation=organisation, joined_on=day, details=name)
        books.add_team_member(member, uow)
    books.assign_team(
        AssignTeam(person_id=person.person_id, team_id=team.team_id, from_on=day, decision_number=FORMED_BY), uow
    )
    act(person, "G.TeamAssigned", uow, document_number=FORMED_BY)


def _visit(person: Person, outcome: str, uow: UnitOfWork) -> None:
    visit = RecordSupportVisit(
        person_id=person.person_id, visited_on=uow.today(), kind="THAM_HOI", outcome=outcome, needs=("VIEC_LAM",)
    )
    books.record_support_visit(visit, uow)


def _assess(person: Person, uow: UnitOfWork) -> None:
    books.assess_progress(AssessProgress(person_id=person.person_id, assessed_on=uow.today(), grade="KHA"), uow)
