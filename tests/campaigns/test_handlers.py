"""The deeds of the office: what is kept, announced and noted; and what a refusal leaves as it was."""

from datetime import date

import pytest

from chassis.errors import NotFound, NotUnderstood, RuleBroken, StaleVersion
from services.campaigns import commands, handlers
from services.campaigns.domain import NothingMeasured, OutOfOrder, OwnWorkVerified, PlaceClosed, SpansMonths, WrongState
from services.campaigns.tables import Activity, Place, SupportCase
from tests.campaigns.builders import (
    ELSEWHERE,
    RECORDER,
    TODAY,
    a_campaign,
    a_place,
    a_support_case,
    an_activity,
    cancelled,
    delivered,
    rejected,
    verified,
)

LIFE = ["campaigns.place.registered.v1", "campaigns.campaign.opened.v1", "campaigns.activity.planned.v1"]


@pytest.fixture
def place(office):
    return a_place(office)


@pytest.fixture
def campaign(office):
    return a_campaign(office)


@pytest.fixture
def planned(office, place, campaign):
    return an_activity(office, campaign, places=[place.place_id])


def test_from_a_plan_to_a_verified_activity(office, place, planned):
    delivered(office, planned, sessions=1, attendances=60)
    said = office.last_said()
    assert (said["delivered_on"], said["sessions"], said["attendances"], said["leaflets"]) == ("2026-11-10", 1, 60, 0)

    verified(office, planned)

    assert office.last_said() == {
        "activity_id": planned.activity_id,
        "campaign_id": planned.campaign_id,
        "kind": "TUYEN_TRUYEN_TRUC_TIEP",
        "delivered_on": "2026-11-10",
        "verified_on": "2026-11-12",
        "places": [place.place_id],
    }
    assert office.announced() == [*LIFE, "campaigns.activity.delivered.v1", "campaigns.activity.verified.v1"]
    now = office.now_is(Activity, planned.activity_id)
    assert (now.state, now.measures, now.version) == ("VERIFIED", {"sessions": 1, "attendances": 60}, 3)
    assert [action for action, _record in office.noted()] == [
        "place.register",
        "campaign.open",
        "activity.plan",
        "activity.deliver",
        "activity.verify",
    ]


def test_the_places_of_the_plan_stay_unless_others_are_given(office, place, planned):
    assert delivered(office, planned).activity_id
    assert office.now_is(Activity, planned.activity_id).places == [place.place_id]


def test_where_it_could_not_be_held_it_is_taken_off(office, planned):
    delivered(office, planned, sessions=1, places=[])
    verified(office, planned)
    assert office.last_said()["places"] == []


def test_a_place_ticked_twice_counts_once(office, place, campaign):
    activity = an_activity(office, campaign, places=[place.place_id, place.place_id])
    assert office.now_is(Activity, activity.activity_id).places == [place.place_id]


def test_results_are_corrected_until_somebody_vouches_for_them(office, place, planned):
    other = a_place(office, name="Tổ dân phố số 2")
    first = delivered(office, planned, sessions=1, attendances=600)

    corrected = office.do(
        handlers.correct_delivery,
        commands.CorrectDelivery(
            activity_id=planned.activity_id,
            delivered_on=date(2026, 11, 11),
            sessions=1,
            attendances=60,
            places=[other.place_id],
            version=2,
        ),
        by="acc-third",
    )

    assert first.activity_id == corrected.activity_id
    assert office.announced()[-2:] == ["campaigns.activity.delivered.v1"] * 2
    assert (office.last_said()["attendances"], office.last_said()["delivered_on"]) == (60, "2026-11-11")
    now = office.now_is(Activity, planned.activity_id)
    assert (now.measures, now.version, now.delivered_by) == ({"sessions": 1, "attendances": 60}, 3, "acc-third")
    assert now.places == [other.place_id]
    verified(office, planned)
    assert office.last_said()["places"] == [other.place_id]


def test_results_that_nobody_can_vouch_for_are_rejected(office, planned):
    delivered(office, planned)
    rejected(office, planned)

    assert office.announced()[-1] == "campaigns.activity.cancelled.v1"
    assert office.last_said() == {"activity_id": planned.activity_id, "cancelled_on": "2026-11-12"}
    now = office.now_is(Activity, planned.activity_id)
    assert (now.state, now.delivered_on, now.cancelled_on) == ("CANCELLED", date(2026, 11, 10), date(2026, 11, 12))


def test_what_was_held_already_is_recorded_at_once(office, place, campaign):
    activity = office.do(
        handlers.record_held_activity,
        commands.RecordHeldActivity(
            campaign_id=campaign.campaign_id,
            kind="TO_ROI",
            subject="Phát tờ rơi tại chợ",
            organiser="DOAN_TN",
            delivered_on=date(2026, 11, 15),
            leaflets=300,
            places=[place.place_id],
            details={"note": "Chợ phiên"},
        ),
    )
    assert office.announced()[-2:] == ["campaigns.activity.planned.v1", "campaigns.activity.delivered.v1"]
    now = office.now_is(Activity, activity.activity_id)
    assert (now.state, now.planned_on, now.measures) == ("DELIVERED", date(2026, 11, 15), {"leaflets": 300})
    assert (now.places, now.details) == ([place.place_id], {"note": "Chợ phiên"})


def test_forty_broadcasts_are_one_entry(office, campaign):
    activity = office.do(handlers.record_broadcasts, a_series(campaign))
    assert office.last_said()["broadcasts"] == 40
    now = office.now_is(Activity, activity.activity_id)
    assert (now.kind, now.delivered_on, now.measures) == ("TRUYEN_THANH", TODAY, {"broadcasts": 40})
    assert now.details == {"first_on": "2026-11-01", "times_a_day": 2, "silent_days": 0}


def a_series(campaign, **changes):
    answers = {
        "campaign_id": campaign.campaign_id,
        "subject": "Phát thanh phòng, chống ma túy",
        "organiser": "TTCUDVSNC",
        "first_on": date(2026, 11, 1),
        "last_on": TODAY,
        "times_a_day": 2,
    }
    return commands.RecordBroadcasts(**(answers | changes))


def test_a_place_is_written_right_and_closed(office, place):
    corrected = office.do(
        handlers.correct_place,
        commands.CorrectPlace(place_id=place.place_id, name="Tổ dân phố Tân Lập", version=1),
    )
    assert (corrected.name, corrected.version) == ("Tổ dân phố Tân Lập", 2)
    assert office.announced() == ["campaigns.place.registered.v1"]

    office.do(handlers.close_place, commands.ClosePlace(place_id=place.place_id, closed_on=TODAY))
    assert office.last_said() == {"place_id": place.place_id, "closed_on": "2026-11-20"}
    assert [action for action, _record in office.noted()] == ["place.register", "place.correct", "place.close"]


def test_a_name_is_free_again_after_a_merger(office, place):
    office.do(handlers.close_place, commands.ClosePlace(place_id=place.place_id, closed_on=date(2026, 7, 1)))
    again = a_place(office, since_on=date(2026, 7, 1))
    assert again.place_id != place.place_id


def test_support_is_opened_and_closed_by_reference(office):
    case = a_support_case(office)
    assert office.last_said() == {
        "case_id": case.case_id,
        "referral_ref": "GT-2026-0001",
        "need": "VAY_VON",
        "opened_on": "2026-11-01",
    }
    office.do(handlers.close_support_case, a_closing(case))
    assert office.last_said() == {"case_id": case.case_id, "closed_on": "2026-11-20", "outcome": "SUCCESS"}
    assert office.now_is(SupportCase, case.case_id).outcome == "SUCCESS"
    assert a_support_case(office, opened_on=TODAY).case_id != case.case_id


def a_closing(case, **changes):
    answers = {"case_id": case.case_id, "closed_on": TODAY, "outcome": "SUCCESS"}
    return commands.CloseSupportCase(**(answers | changes))


# -- refusals: each leaves state, outbox and audit log as they were ------------------------------------------------------------


def own_work(office, planned):
    delivered(office, planned)
    return OwnWorkVerified, lambda: verified(office, planned, by=RECORDER)


def verified_before_it_was_held(office, planned):
    delivered(office, planned)
    return OutOfOrder, lambda: verified(office, planned, on=date(2026, 11, 9))


def verified_twice(office, planned):
    delivered(office, planned)
    verified(office, planned)
    return WrongState, lambda: verified(office, planned, by="acc-third")


def verified_without_results(office, planned):
    return WrongState, lambda: verified(office, planned)


def delivered_twice(office, planned):
    delivered(office, planned)
    return WrongState, lambda: delivered(office, planned)


def delivered_after_cancelling(office, planned):
    cancelled(office, planned)
    return WrongState, lambda: delivered(office, planned)


def cancelled_after_delivery(office, planned):
    delivered(office, planned)
    return WrongState, lambda: cancelled(office, planned)


def rejected_after_verification(office, planned):
    delivered(office, planned)
    verified(office, planned)
    return WrongState, lambda: rejected(office, planned)


def rejected_before_it_was_held(office, planned):
    delivered(office, planned)
    return OutOfOrder, lambda: rejected(office, planned, on=date(2026, 11, 9))


def nothing_measured(office, planned):
    return NothingMeasured, lambda: delivered(office, planned, sessions=0)


def a_place_of_another_unit(office, planned):
    foreign = a_place(office, unit=ELSEWHERE)
    return NotUnderstood, lambda: delivered(office, planned, sessions=1, places=[foreign.place_id])


def an_activity_of_another_unit(office, planned):
    command = commands.CancelActivity(activity_id=planned.activity_id, cancelled_on=TODAY)
    return NotFound, lambda: office.do(handlers.cancel_activity, command, unit=ELSEWHERE)


def a_campaign_of_another_unit(office, planned):
    foreign = a_campaign(office, unit=ELSEWHERE)
    return NotFound, lambda: an_activity(office, foreign)


def a_place_that_was_closed(office, planned):
    gone = a_place(office, name="Tổ dân phố số 9")
    office.do(handlers.close_place, commands.ClosePlace(place_id=gone.place_id, closed_on=date(2026, 11, 10)))
    return PlaceClosed, lambda: delivered(office, planned, sessions=1, places=[gone.place_id])


def planned_for_a_place_not_founded_yet(office, planned):
    young = a_place(office, name="Tổ dân phố số 9", since_on=date(2026, 11, 11))
    campaign = office.now_is(Activity, planned.activity_id)
    return PlaceClosed, lambda: an_activity(office, campaign, places=[young.place_id])


def planned_outside_the_campaign(office, planned):
    campaign = office.now_is(Activity, planned.activity_id)
    return OutOfOrder, lambda: an_activity(office, campaign, planned_on=date(2027, 1, 1))


def corrected_from_an_old_version(office, planned):
    delivered(office, planned)
    command = commands.CorrectDelivery(
        activity_id=planned.activity_id, delivered_on=date(2026, 11, 10), sessions=2, version=1
    )
    return StaleVersion, lambda: office.do(handlers.correct_delivery, command)


def corrected_after_verification(office, planned):
    delivered(office, planned)
    verified(office, planned)
    command = commands.CorrectDelivery(
        activity_id=planned.activity_id, delivered_on=date(2026, 11, 10), sessions=2, version=3
    )
    return WrongState, lambda: office.do(handlers.correct_delivery, command)


def a_series_over_two_months(office, planned):
    series = a_series(planned, first_on=date(2026, 10, 20))
    return SpansMonths, lambda: office.do(handlers.record_broadcasts, series)


def a_series_without_a_day(office, planned):
    series = a_series(planned, first_on=TODAY, silent_days=1)
    return NothingMeasured, lambda: office.do(handlers.record_broadcasts, series)


def a_campaign_that_ends_before_it_starts(office, planned):
    return OutOfOrder, lambda: a_campaign(office, ends_on=date(2025, 12, 31))


def a_place_entered_twice(office, planned):
    return RuleBroken, lambda: a_place(office)


def a_place_named_like_another(office, planned):
    other = a_place(office, name="Tổ dân phố số 2")
    command = commands.CorrectPlace(place_id=other.place_id, name="Tổ dân phố số 1", version=1)
    return RuleBroken, lambda: office.do(handlers.correct_place, command)


def a_place_corrected_from_an_old_version(office, planned):
    other = a_place(office, name="Tổ dân phố số 2")
    command = commands.CorrectPlace(place_id=other.place_id, name="Tổ dân phố số 3", version=7)
    return StaleVersion, lambda: office.do(handlers.correct_place, command)


def a_place_closed_before_it_was_founded(office, planned):
    other = a_place(office, name="Tổ dân phố số 2")
    command = commands.ClosePlace(place_id=other.place_id, closed_on=date(2019, 1, 1))
    return OutOfOrder, lambda: office.do(handlers.close_place, command)


def a_place_closed_twice(office, planned):
    other = a_place(office, name="Tổ dân phố số 2")
    command = commands.ClosePlace(place_id=other.place_id, closed_on=TODAY)
    office.do(handlers.close_place, command)
    return WrongState, lambda: office.do(handlers.close_place, command)


def a_case_open_twice(office, planned):
    a_support_case(office)
    return RuleBroken, lambda: a_support_case(office, opened_on=TODAY)


def a_case_closed_twice(office, planned):
    case = a_support_case(office)
    office.do(handlers.close_support_case, a_closing(case))
    return WrongState, lambda: office.do(handlers.close_support_case, a_closing(case))


def a_case_closed_before_it_was_opened(office, planned):
    case = a_support_case(office)
    return OutOfOrder, lambda: office.do(handlers.close_support_case, a_closing(case, closed_on=date(2026, 10, 1)))


@pytest.mark.parametrize(
    "situation",
    [
        own_work,
        verified_before_it_was_held,
        verified_twice,
        verified_without_results,
        delivered_twice,
        delivered_after_cancelling,
        cancelled_after_delivery,
        rejected_after_verification,
        rejected_before_it_was_held,
        nothing_measured,
        a_place_of_another_unit,
        an_activity_of_another_unit,
        a_campaign_of_another_unit,
        a_place_that_was_closed,
        planned_for_a_place_not_founded_yet,
        planned_outside_the_campaign,
        corrected_from_an_old_version,
        corrected_after_verification,
        a_series_over_two_months,
        a_series_without_a_day,
        a_campaign_that_ends_before_it_starts,
        a_place_entered_twice,
        a_place_named_like_another,
        a_place_corrected_from_an_old_version,
        a_place_closed_before_it_was_founded,
        a_place_closed_twice,
        a_case_open_twice,
        a_case_closed_twice,
        a_case_closed_before_it_was_opened,
    ],
    ids=lambda situation: situation.__name__.replace("_", " "),
)
def test_refused_and_nothing_is_changed_said_or_noted(office, planned, situation):
    error, attempt = situation(office, planned)
    before = office.everything()

    with pytest.raises(error) as refused:
        attempt()

    assert str(refused.value.message)
    assert office.everything() == before
    assert before["outbox"]
    assert before["audit_entry"]


def test_a_place_of_another_unit_is_not_there(office):
    foreign = a_place(office, unit=ELSEWHERE)
    with pytest.raises(NotFound):
        office.now_is(Place, foreign.place_id)
