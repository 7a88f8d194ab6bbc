"""The questions that pages and handlers ask."""

from datetime import date

import pytest

from services.campaigns import commands, handlers, queries
from tests.campaigns.builders import (
    ELSEWHERE,
    a_campaign,
    a_place,
    a_support_case,
    an_activity,
    cancelled,
    delivered,
    rejected,
    verified,
)

JUNE = {"kind": "THANG_HANH_DONG", "starts_on": date(2026, 6, 1), "ends_on": date(2026, 6, 30)}
DAY = date(2026, 6, 5)


@pytest.fixture
def june(office):
    return a_campaign(office, **JUNE)


def held(office, campaign, *places, **results):
    activity = an_activity(office, campaign, planned_on=DAY, places=[place.place_id for place in places])
    delivered(office, activity, delivered_on=DAY, **(results or {"sessions": 1}))
    return activity


def test_coverage_tells_planned_delivered_and_verified_apart(office, june):
    groups = [a_place(office, name=f"Tổ dân phố số {number}") for number in range(1, 6)]
    an_activity(office, june, planned_on=DAY, places=[groups[0].place_id])
    held(office, june, groups[1])
    verified(office, held(office, june, groups[2], groups[1]), on=DAY)
    cancelled(office, an_activity(office, june, planned_on=DAY, places=[groups[3].place_id]))

    covered = office.ask(queries.coverage, june)

    assert [(each.planned, each.delivered, each.verified) for each in covered] == [
        (1, 0, 0),
        (0, 1, 1),
        (0, 0, 1),
        (0, 0, 0),
        (0, 0, 0),
    ]
    assert [each.is_reached for each in covered] == [False, True, True, False, False]
    assert [each.is_forgotten for each in covered] == [False, False, False, True, True]


def test_coverage_asks_only_for_residential_places_of_the_unit_that_existed_meanwhile(office, june):
    a_place(office, name="Tổ dân phố số 1")
    a_place(office, kind="THON", name="Thôn Đông")
    a_place(office, kind="SCHOOL", name="Trường Tiểu học")
    a_place(office, name="Tổ dân phố mới", since_on=date(2026, 7, 1))
    a_place(office, unit=ELSEWHERE, name="Tổ dân phố nơi khác")
    for name, closed_on in (("Tổ dân phố cũ", date(2026, 6, 1)), ("Tổ dân phố sắp nhập", date(2026, 6, 2))):
        gone = a_place(office, name=name)
        office.do(handlers.close_place, commands.ClosePlace(place_id=gone.place_id, closed_on=closed_on))

    names = {each.place.name for each in office.ask(queries.coverage, june)}

    assert names == {"Tổ dân phố số 1", "Thôn Đông", "Tổ dân phố sắp nhập"}


def test_an_activity_of_another_campaign_covers_nothing_here(office, june):
    place = a_place(office)
    year = a_campaign(office)
    verified(office, held(office, year, place), on=DAY)
    (covered,) = office.ask(queries.coverage, june)
    assert not covered.is_reached


def test_sums_leave_out_what_was_rejected(office, june):
    held(office, june, sessions=1, attendances=40)
    verified(office, held(office, june, sessions=2, leaflets=100), on=DAY)
    rejected(office, held(office, june, sessions=50))

    sums = office.ask(queries.totals, june)

    assert {name: amount for name, amount in sums.items() if amount} == {
        "sessions": 3,
        "attendances": 40,
        "leaflets": 100,
    }


def test_what_is_planned_and_what_waits(office):
    year = a_campaign(office)
    late = an_activity(office, year, planned_on=date(2026, 11, 1))
    soon = an_activity(office, year, planned_on=date(2026, 11, 20))
    waiting = an_activity(office, year)
    delivered(office, waiting)
    verified(office, held(office, year), on=DAY)

    def ids(found):
        return [each.activity_id for each in found]

    assert ids(office.ask(queries.planned_until, date(2026, 11, 19))) == [late.activity_id]
    assert ids(office.ask(queries.planned_until, date(2026, 11, 20))) == [late.activity_id, soon.activity_id]
    assert ids(office.ask(queries.waiting_for_verification)) == [waiting.activity_id]


def test_running_plans_and_plans_still_open_for_late_recording(office, june):
    year = a_campaign(office, name="Cả năm")
    assert [each.name for each in office.ask(queries.running_campaigns, date(2026, 7, 1))] == ["Cả năm"]
    found = office.ask(queries.campaigns_since, date(2026, 6, 30))
    assert [each.campaign_id for each in found] == [year.campaign_id, june.campaign_id]


def test_the_last_broadcast_is_what_the_next_one_looks_like(office):
    year = a_campaign(office)
    assert office.ask(queries.latest_of_kind, "TRUYEN_THANH") is None
    for day in (date(2026, 11, 3), date(2026, 11, 9), date(2026, 11, 5)):
        activity = an_activity(office, year, kind="TRUYEN_THANH")
        delivered(office, activity, delivered_on=day, broadcasts=1)
    assert office.ask(queries.latest_of_kind, "TRUYEN_THANH").delivered_on == date(2026, 11, 9)


def test_activities_of_a_place_a_state_a_kind(office):
    place, year = a_place(office), a_campaign(office)
    here = an_activity(office, year, places=[place.place_id])
    an_activity(office, year, kind="TO_ROI")

    def found(session, **filters):
        return [each.activity_id for each in session.scalars(queries.activities(**filters))]

    assert office.ask(found, place_id=place.place_id) == [here.activity_id]
    assert len(office.ask(found, kind="TO_ROI")) == 1
    assert len(office.ask(found, state="PLANNED", campaign_id=year.campaign_id)) == 2
    assert office.ask(found, unit=ELSEWHERE) == []


def test_open_support_cases(office):
    case = a_support_case(office)
    assert office.ask(queries.open_case, "GT-2026-0001", "VAY_VON").case_id == case.case_id
    assert office.ask(queries.open_case, "GT-2026-0001", "Y_TE") is None
    assert office.ask(queries.open_case, "GT-2026-0001", "VAY_VON", unit=ELSEWHERE) is None


def test_residential_groups_come_first_and_ten_after_two(office):
    for kind, name in (
        ("WORKPLACE", "Cơ sở 1"),
        ("SCHOOL", "Trường Tiểu học"),
        ("TDP", "Tổ dân phố số 10"),
        ("TDP", "Tổ dân phố số 2"),
        ("THON", "Thôn Đông"),
    ):
        a_place(office, kind=kind, name=name)
    names = [place.name for place in office.ask(lambda session: session.scalars(queries.places()).all())]
    assert names == ["Tổ dân phố số 2", "Tổ dân phố số 10", "Thôn Đông", "Trường Tiểu học", "Cơ sở 1"]
