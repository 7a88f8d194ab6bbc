"""What the culture office, the mass organisations and the residential groups do in the same months."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from chassis.unit_of_work import UnitOfWork
from embedded.simulator.diary import Story
from embedded.simulator.people import RESIDENTIAL_GROUPS
from embedded.simulator.police import Life
from services.campaigns import handlers
from services.campaigns.commands import (
    CloseSupportCase,
    DeliverActivity,
    OpenCampaign,
    OpenSupportCase,
    PlanActivity,
    RegisterPlace,
    VerifyActivity,
)

OFFICE, RADIO, GROUPS = "VHXH", "COMMS", "ORG"
SCHOOLS, WORKPLACES = 5, 6
ORGANISERS = ("MTTQ", "DOAN_TN", "HOI_PHU_NU", "HOI_CCB", "TDP", "TTCUDVSNC")
NOT_YET_VERIFIED = timedelta(days=30)
NEEDS = ("DAY_NGHE", "VIEC_LAM", "VAY_VON", "TRO_GIUP_PHAP_LY")


@dataclass
class Ward:
    """The places and plans of the made-up ward, by what the service called them."""

    groups: list[str] = field(default_factory=list)
    schools: list[str] = field(default_factory=list)
    workplaces: list[str] = field(default_factory=list)
    campaigns: dict[str, str] = field(default_factory=dict)


@dataclass
class Happening:
    """One activity from plan to verification."""

    kind: str
    title: str
    organiser: str
    campaign: str
    places: list[str]
    measures: dict[str, Any]
    activity_id: str = ""


def live_at_the_office(story: Story, lives: list[Life]) -> None:
    """Enter everything that the office does in these months."""
    ward = Ward()
    story.diary.on(story.first_day, "campaigns", OFFICE, partial(_found, ward, story.first_day), hour=7)
    _all_year_round(story, ward)
    for year in range(story.first_day.year, story.last_day.year + 1):
        june = date(year, 6, 1)
        if story.first_day <= june - timedelta(days=15) and june <= story.last_day:
            _action_month(story, ward, june)
    _support(story, lives)


def _all_year_round(story: Story, ward: Ward) -> None:
    plan = OpenCampaign(
        kind="THUONG_XUYEN",
        name="Tuyên truyền thường xuyên",
        starts_on=story.first_day,
        ends_on=story.last_day + timedelta(days=60),
    )
    opened = partial(_open_campaign, ward, "year", plan)
    story.diary.on(story.first_day, "campaigns", OFFICE, opened, hour=7, minute=30)
    for offset in range(5, story.days + 20, 9):
        planned_on = story.first_day + timedelta(days=offset)
        happening = _broadcast("year", story) if story.happens(0.5) else _meeting("year", story)
        long_ago = planned_on < story.last_day - NOT_YET_VERIFIED
        _hold(story, ward, happening, planned_on, verified=story.happens(0.9) or long_ago)


def _action_month(story: Story, ward: Ward, june: date) -> None:
    """The Action Month: every residential group holds something; for the last one the verification is still to come."""
    name = f"june-{june.year}"
    title = f"Tháng hành động phòng, chống ma túy năm {june.year}"
    plan = OpenCampaign(kind="THANG_HANH_DONG", name=title, starts_on=june, ends_on=june.replace(day=30))
    opened = partial(_open_campaign, ward, name, plan)
    story.diary.on(june - timedelta(days=10), "campaigns", OFFICE, opened, hour=8)
    for number in range(RESIDENTIAL_GROUPS):
        happening = Happening(
            kind="SINH_HOAT_LONG_GHEP",
            title=f"Sinh hoạt tuyên truyền Tháng hành động tại tổ dân phố số {number + 1}",
            organiser="TDP",
            campaign=name,
            places=[f"group:{number}"],
            measures={
                "sessions": 1,
                "attendances": story.chance.randint(35, 120),
                "leaflets": story.chance.randint(50, 200),
            },
        )
        planned_on = june + timedelta(days=2 + number * 2)
        _hold(story, ward, happening, planned_on, verified=number < RESIDENTIAL_GROUPS - 1)
    for day in range(0, 28, 4):
        _hold(story, ward, _broadcast(name, story), june + timedelta(days=day), verified=True)


def _broadcast(campaign: str, story: Story) -> Happening:
    return Happening(
        kind="TRUYEN_THANH",
        title="Phát thanh tuyên truyền phòng, chống ma túy trên hệ thống truyền thanh phường",
        organiser="TTCUDVSNC",
        campaign=campaign,
        places=[],
        measures={
            "broadcasts": story.chance.randint(4, 14),
            "news_items": story.chance.randint(0, 3),
            "articles": story.chance.randint(0, 2),
        },
    )


def _meeting(campaign: str, story: Story) -> Happening:
    number = story.chance.randrange(RESIDENTIAL_GROUPS)
    at_school = story.happens(0.3)
    return Happening(
        kind="TUYEN_TRUYEN_TRUC_TIEP",
        title="Tuyên truyền trực tiếp tại trường học" if at_school else f"Tuyên truyền tại tổ dân phố số {number + 1}",
        organiser=story.chance.choice(ORGANISERS),
        campaign=campaign,
        places=[f"school:{story.chance.randrange(SCHOOLS)}" if at_school else f"group:{number}"],
        measures={
            "sessions": 1,
            "attendances": story.chance.randint(30, 200),
            "leaflets": story.chance.randint(0, 150),
            "pupils": story.chance.randint(30, 200) if at_school else 0,
        },
    )


def _hold(story: Story, ward: Ward, happening: Happening, planned_on: date, *, verified: bool) -> None:
    on_the_radio = happening.kind == "TRUYEN_THANH"
    story.diary.on(
        planned_on - timedelta(days=5), "campaigns", OFFICE, partial(_plan, ward, happening, planned_on), hour=9
    )
    story.diary.on(planned_on, "campaigns", RADIO if on_the_radio else GROUPS, partial(_deliver, happening), hour=17)
    if verified:
        verified_on = planned_on + timedelta(days=story.chance.randint(1, 4))
        story.diary.on(verified_on, "campaigns", OFFICE, partial(_verify, happening), hour=10)


def _support(story: Story, lives: list[Life]) -> None:
    for number, life in enumerate(lives):
        if life.managed_from is None or not story.happens(0.25):
            continue
        opened_on = life.managed_from + timedelta(days=story.chance.randint(15, 60))
        case: list[str] = []
        opened = partial(_open_case, case, f"GT-{opened_on.year}-{number:04d}", story.chance.choice(NEEDS))
        story.diary.on(opened_on, "campaigns", OFFICE, opened, hour=14)
        closed_on = opened_on + timedelta(days=story.chance.randint(30, 150))
        if story.happens(0.6) and closed_on <= story.last_day:
            outcome = story.chance.choice(("SUCCESS", "SUCCESS", "PARTIAL", "WITHDRAWN"))
            story.diary.on(closed_on, "campaigns", OFFICE, partial(_close_case, case, outcome), hour=14)


def _found(ward: Ward, since_on: date, uow: UnitOfWork) -> None:
    def place(kind: str, name: str, size: int) -> str:
        command = RegisterPlace(kind=kind, name=name, since_on=since_on, size=size)
        return handlers.register_place(command, uow).place_id

    ward.groups += [place("TDP", f"Tổ dân phố số {n + 1}", 180 + 11 * n) for n in range(RESIDENTIAL_GROUPS)]
    ward.schools += [place("SCHOOL", f"Trường số {n + 1} (minh hoạ)", 420 + 35 * n) for n in range(SCHOOLS)]
    ward.workplaces += [place("WORKPLACE", f"Cơ sở số {n + 1} (minh hoạ)", 60 + 25 * n) for n in range(WORKPLACES)]


def _open_campaign(ward: Ward, key: str, command: OpenCampaign, uow: UnitOfWork) -> None:
    ward.campaigns[key] = handlers.open_campaign(command, uow).campaign_id


def _plan(ward: Ward, happening: Happening, planned_on: date, uow: UnitOfWork) -> None:
    saved = handlers.plan_activity(
        PlanActivity(
            campaign_id=ward.campaigns[happening.campaign],
            kind=happening.kind,
            subject=happening.title,
            organiser=happening.organiser,
            planned_on=planned_on,
            places=[_place(ward, name) for name in happening.places],
        ),
        uow,
    )
    happening.activity_id = saved.activity_id


def _deliver(happening: Happening, uow: UnitOfWork) -> None:
    handlers.deliver_activity(
        DeliverActivity(activity_id=happening.activity_id, delivered_on=uow.today(), **happening.measures), uow
    )


def _verify(happening: Happening, uow: UnitOfWork) -> None:
    handlers.verify_activity(VerifyActivity(activity_id=happening.activity_id, verified_on=uow.today()), uow)


def _open_case(case: list[str], reference: str, need: str, uow: UnitOfWork) -> None:
    saved = handlers.open_support_case(
        OpenSupportCase(referral_ref=reference, need=need, organisation="MTTQ", opened_on=uow.today()), uow
    )
    case.append(saved.case_id)


def _close_case(case: list[str], outcome: str, uow: UnitOfWork) -> None:
    handlers.close_support_case(CloseSupportCase(case_id=case[0], closed_on=uow.today(), outcome=outcome), uow)


def _place(ward: Ward, name: str) -> str:
    kind, _, number = name.partition(":")
    return (ward.groups if kind == "group" else ward.schools)[int(number)]
