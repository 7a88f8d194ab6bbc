"""The console as the office, the organisations and the residential groups use it: in a browser, without JavaScript."""

import re
from datetime import date

import pytest

from services.campaigns import commands, handlers
from tests.campaigns.builders import (
    ELSEWHERE,
    TODAY,
    Office,
    a_campaign,
    a_place,
    a_support_case,
    an_activity,
    delivered,
    verified,
)

JUNE = {
    "kind": "THANG_HANH_DONG",
    "name": "Tháng hành động",
    "starts_on": date(2026, 11, 1),
    "ends_on": date(2026, 11, 30),
}


@pytest.fixture
def campaign(office):
    return a_campaign(office)


def test_an_officer_records_forty_broadcasts_in_one_form_and_the_next_forty_with_less(office: Office, campaign):
    officer = office.console.signed_in("VHXH")
    address = "/activities/broadcasts"
    answers = {
        "first_on": "01/11/2026",
        "last_on": "20/11/2026",
        "times_a_day": "2",
        "silent_days": "",
        "campaign_id": campaign.campaign_id,
        "subject": "Phát thanh phòng, chống ma túy",
        "organiser": "TTCUDVSNC",
        "note": "",
    }
    answer = officer.submit(address, answers)

    assert answer.status_code == 303, answer.text
    record = officer.get(answer.location).text
    assert "Đã ghi 40 lượt phát thanh" in record
    assert "01/11/2026" in record
    assert "Số lượt mỗi ngày" in record
    assert office.last_said()["broadcasts"] == 40
    again = officer.get(address).text
    assert "Phát thanh phòng, chống ma túy" in again
    assert re.search(r'name="times_a_day"[^>]*value="2"|value="2"[^>]*name="times_a_day"', again)


def test_a_form_sent_twice_is_one_deed(office, campaign):
    officer = office.console.signed_in("COMMS")
    held = {
        "campaign_id": campaign.campaign_id,
        "kind": "TO_ROI",
        "subject": "Phát tờ rơi",
        "organiser": "DOAN_TN",
        "delivered_on": "15/11/2026",
        "leaflets": "300",
        "_once": "0195-one",
    }
    first = officer.submit("/activities/new", held)
    second = officer.submit("/activities/new", held)
    assert (first.status_code, second.location) == (303, first.location)
    assert office.announced().count("campaigns.activity.delivered.v1") == 1


def test_from_the_plan_to_somebody_elses_verification(office, campaign):
    place = a_place(office)
    console = office.console
    lead, officer = console.signed_in("TDP_LEAD", username="lead"), console.signed_in("VHXH", username="officer")

    plan = f"/campaigns/{campaign.campaign_id}/activities/new"
    assert 'value="20/11/2026"' in lead.get(plan).text
    planned = lead.submit(
        plan,
        {
            "kind": "SINH_HOAT_LONG_GHEP",
            "subject": "Họp tổ dân phố",
            "organiser": "TDP",
            "planned_on": "20/11/2026",
            "places": [place.place_id],
            "venue": "Nhà văn hóa",
        },
    )
    record = lead.get(planned.location).text
    assert "Nhà văn hóa" in record and "Tổ dân phố số 1" in record
    assert f"{planned.location}/delivery" in lead.get("/").text

    answer = lead.submit(
        f"{planned.location}/delivery",
        {
            "delivered_on": "20/11/2026",
            "places": [place.place_id],
            "sessions": "1",
            "attendances": "55",
            "note": "Đông",
        },
    )
    assert answer.status_code == 303, answer.text
    waiting = lead.get("/").text
    assert "Họp tổ dân phố" in waiting and "/verification" not in waiting
    assert "/verification" not in lead.get(planned.location).text

    assert f"{planned.location}/verification" in officer.get("/").text
    signing = officer.get(f"{planned.location}/verification").text
    assert "Họp tổ dân phố" in signing and "55" in signing
    done = officer.submit(f"{planned.location}/verification", {"verified_on": "20/11/2026", "evidence": "Biên bản"})
    assert done.status_code == 303, done.text
    record = officer.get(planned.location).text
    assert "Đã xác nhận" in record and "Biên bản" in record and "Đông" in record
    assert "Họp tổ dân phố" not in officer.get("/").text


def test_results_are_corrected_on_the_page_but_not_over_somebody_elses_correction(office, campaign):
    activity = delivered(office, an_activity(office, campaign), sessions=1, attendances=600)
    officer = office.console.signed_in("VHXH")
    address = f"/activities/{activity.activity_id}/delivery/edit"
    assert 'value="600"' in officer.get(address).text
    right = {"delivered_on": "10/11/2026", "sessions": "1", "attendances": "60"}
    assert officer.submit(address, right).status_code == 303

    stale = officer.submit(address, {**right, "attendances": "61", "_version": "2"})

    assert stale.status_code == 412
    assert 'value="61"' in stale.text
    assert office.last_said()["attendances"] == 60


def test_a_campaign_names_the_groups_that_nothing_is_held_for_first(office):
    campaign = a_campaign(office, **JUNE)
    reached, forgotten = a_place(office), a_place(office, name="Tổ dân phố số 2")
    activity = an_activity(office, campaign, places=[reached.place_id])
    verified(office, delivered(office, activity))

    officer = office.console.signed_in("VHXH")
    page = officer.get(f"/campaigns/{campaign.campaign_id}").text

    assert "Tổ dân phố, thôn chưa có hoạt động nào (1)" in page
    assert page.index("chưa có hoạt động nào (1)") < page.index("Độ phủ theo tổ dân phố")
    assert "1/2" in page
    today = officer.get("/").text
    assert forgotten.name in today and "chưa có hoạt động hưởng ứng Tháng hành động" in today


def test_a_place_is_written_right_and_its_size_is_not_offered(office):
    place = a_place(office)
    officer = office.console.signed_in("VHXH")
    address = f"/places/{place.place_id}/edit"
    page = officer.get(address).text
    assert "Chỉ sửa được tên" in page and 'name="size"' not in page

    assert officer.submit(address, {"name": "Tổ dân phố Tân Lập"}).status_code == 303
    assert "Tổ dân phố Tân Lập" in officer.get("/places").text
    assert office.announced() == ["campaigns.place.registered.v1"]
    refused = officer.submit(address, {"name": "Tổ dân phố Tân Lập", "size": "900"})
    assert refused.status_code == 422 and "Không có mục “size” trong mẫu này" in refused.text


def test_a_place_that_was_closed_may_still_be_recorded_late(office, campaign):
    gone = a_place(office)
    office.do(handlers.close_place, commands.ClosePlace(place_id=gone.place_id, closed_on=date(2026, 11, 15)))
    page = office.console.signed_in("VHXH").get("/activities/new").text
    assert "Tổ dân phố số 1 (giải thể 15/11/2026)" in page


def test_support_is_given_to_a_reference_never_to_a_name_or_a_number(office):
    officer = office.console.signed_in("ORG")
    case = {"need": "VAY_VON", "organisation": "MTTQ", "opened_on": "20/11/2026"}
    before = office.everything()["support_case"]
    for reference in ("Nguyễn Văn An", "027090000001", "0912345678"):
        refused = officer.submit("/support/new", {**case, "referral_ref": reference})
        assert refused.status_code == 422, reference
        assert "không ghi họ tên, số căn cước, số điện thoại" in refused.text
    assert office.everything()["support_case"] == before

    opened = officer.submit("/support/new", {**case, "referral_ref": "GT-2026-0007"})
    closed = officer.submit(f"{opened.location}/closing", {"closed_on": "20/11/2026", "outcome": "SUCCESS"})
    assert "Đạt được nhu cầu" in officer.get(closed.location).text


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"delivered_on": "31/02/2026"}, "Ngày thực hiện"),
        ({"delivered_on": "21/11/2026"}, "Ngày thực hiện"),
        ({"sessions": "nhiều"}, "Số buổi"),
        ({"sessions": "-1"}, "Số buổi"),
        ({"sessions": ""}, "Hãy ghi ít nhất một kết quả"),
        ({"places": ["no-such-place"]}, "Địa bàn đã thực hiện"),
        ({"unheard_of": "1"}, "Không có mục “unheard_of” trong mẫu này"),
    ],
)
def test_wrong_results_come_back_as_typed_and_nothing_is_kept(office, campaign, answers, sentence):
    activity = an_activity(office, campaign)
    officer = office.console.signed_in("VHXH")
    before = office.console.rows()

    refused = officer.submit(
        f"/activities/{activity.activity_id}/delivery",
        {"delivered_on": "10/11/2026", "sessions": "1", "note": "Giữ lại câu này", **answers},
    )

    assert refused.status_code in {409, 422}
    assert sentence in refused.text and "Giữ lại câu này" in refused.text
    assert office.console.rows() == before


def test_every_page_answers_and_says_so_in_english_too(office, campaign):
    place, case = a_place(office), a_support_case(office)
    planned = an_activity(office, campaign, places=[place.place_id])
    held = delivered(office, an_activity(office, campaign))
    officer = office.console.signed_in("VHXH")
    officer.get("/language?to=en&next=/")
    pages = [
        "/",
        "/activities",
        "/activities?state=PLANNED",
        "/activities/new",
        "/activities/broadcasts",
        f"/activities/{planned.activity_id}",
        f"/activities/{planned.activity_id}/delivery",
        f"/activities/{planned.activity_id}/cancellation",
        f"/activities/{held.activity_id}",
        f"/activities/{held.activity_id}/delivery/edit",
        f"/activities/{held.activity_id}/verification",
        f"/activities/{held.activity_id}/rejection",
        "/campaigns",
        "/campaigns/new",
        f"/campaigns/{campaign.campaign_id}",
        f"/campaigns/{campaign.campaign_id}/activities/new",
        "/places",
        "/places?kind=TDP",
        "/places/new",
        f"/places/{place.place_id}",
        f"/places/{place.place_id}/edit",
        f"/places/{place.place_id}/closing",
        "/support",
        "/support?open=1",
        "/support/new",
        f"/support/{case.case_id}",
        f"/support/{case.case_id}/closing",
    ]
    for page in pages:
        answer = officer.get(page)
        assert answer.status_code == 200, page
        assert '<html lang="en"' in answer.text, page


def test_empty_pages_say_what_to_do(office):
    officer = office.console.signed_in("VHXH")
    for page, sentence in (
        ("/", "Hôm nay không có việc nào đến hạn."),
        ("/activities", "Chưa có hoạt động nào ở đây."),
        ("/campaigns", "Chưa có đợt nào; hãy lập đợt đầu tiên."),
        ("/places", "Chưa có địa bàn nào; hãy ghi nhận các tổ dân phố, thôn trước."),
        ("/support", "Chưa có hồ sơ hỗ trợ nào."),
    ):
        assert sentence in officer.get(page).text


def test_the_committee_reads_and_writes_nothing(office, campaign):
    activity = an_activity(office, campaign)
    chair = office.console.signed_in("UB_CHAIR")
    for page in ("/", "/activities", f"/activities/{activity.activity_id}", "/campaigns", "/places"):
        shown = chair.get(page)
        assert shown.status_code == 200
        assert not re.search(r'href="[^"]*(/new|/delivery|/cancellation|/verification|/closing|/edit)"', shown.text), (
            page
        )
    for page in ("/activities/new", f"/activities/{activity.activity_id}/delivery", "/support", "/places/new"):
        assert chair.get(page).status_code == 403


def test_a_record_of_another_unit_is_not_there(office):
    foreign = a_place(office, unit=ELSEWHERE)
    officer = office.console.signed_in("VHXH")
    assert officer.get(f"/places/{foreign.place_id}").status_code == 404
    assert foreign.name not in officer.get("/places").text


def test_who_is_not_signed_in_comes_to_the_door(office):
    for page in ("/", "/activities", "/activities/new", "/places", "/support"):
        answer = office.console.visitor().get(page)
        assert answer.status_code == 303 and answer.location.startswith("/sign-in")


def test_a_form_without_its_token_is_refused(office):
    officer = office.console.signed_in("VHXH")
    before = office.console.rows()
    answer = officer.client.post(
        "/places/new",
        data={"kind": "TDP", "name": "Tổ 1", "since_on": "01/01/2026"},
        headers={"Origin": "http://evil.test"},
    )
    assert answer.status_code == 403
    assert office.console.rows() == before


def test_the_menu_has_at_most_seven_entries_and_todays_work_is_the_first(office):
    page = office.console.signed_in("VHXH").get("/").text
    menu = next(nav for nav in re.findall(r"<nav.*?</nav>", page, re.DOTALL) if "/activities" in nav)
    entries = re.findall(r'href="([^"]+)"', menu)
    assert entries[0] == "/"
    assert len(set(entries)) <= 7


def test_today_is_the_day_of_the_unit(office):
    assert f"{TODAY:%d/%m/%Y}" in office.console.signed_in("VHXH").get("/").text
