"""The JSON API: the same deeds and the same refusals for programs."""

from datetime import date

import pytest

from services.campaigns import commands, handlers
from services.campaigns.permissions import PERMISSIONS
from tests.campaigns.builders import ELSEWHERE, VERIFIER, a_campaign, a_place, an_activity, delivered

OFFICER = sorted(PERMISSIONS.allowed_actions(["VHXH"]))
PLACE = {"kind": "TDP", "name": "Tổ dân phố số 1", "since_on": "2026-01-01", "size": 200}


@pytest.fixture
def console(office):
    return office.console


@pytest.fixture
def program(console):
    return console.program("VHXH", scopes=OFFICER)


def test_from_a_place_to_verified_coverage(program, console, office):
    place = program.send("POST", "/api/v1/places", PLACE)
    assert place.status_code == 201, place.json
    campaign = program.send(
        "POST",
        "/api/v1/campaigns",
        {"kind": "THUONG_XUYEN", "name": "Năm 2026", "starts_on": "2026-01-01", "ends_on": "2026-12-31"},
    ).json
    planned = program.send(
        "POST",
        f"/api/v1/campaigns/{campaign['campaign_id']}/activities",
        {
            "kind": "TAP_HUAN",
            "subject": "Tập huấn",
            "organiser": "VHXH",
            "planned_on": "2026-11-10",
            "places": [place.json["place_id"]],
            "venue": "Hội trường",
        },
    )
    assert planned.json["details"] == {"venue": "Hội trường"}
    address = planned.headers["Location"]
    held = program.send("POST", f"{address}/delivery", {"delivered_on": "2026-11-10", "sessions": 1, "note": "Đủ"})
    assert held.status_code == 201, held.json
    assert held.json["details"] == {"venue": "Hội trường", "note": "Đủ"}
    assert held.json["places"] == [place.json["place_id"]]

    own = program.send("POST", f"{address}/verification", {"verified_on": "2026-11-12"})
    assert (own.status_code, own.json["type"].rpartition(":")[2]) == (409, "own_work_verified")

    other = console.program("VHXH", scopes=OFFICER, username="other")
    done = other.send("POST", f"{address}/verification", {"verified_on": "2026-11-12", "evidence": "Ảnh"})
    assert done.status_code == 201, done.json
    now = program.get(address).json
    assert (now["state"], now["measures"], now["details"]["evidence"]) == ("VERIFIED", {"sessions": 1}, "Ảnh")
    assert office.last_said()["places"] == [place.json["place_id"]]


def test_a_series_of_broadcasts(program, office):
    campaign = a_campaign(office)
    series = {
        "campaign_id": campaign.campaign_id,
        "subject": "Phát thanh",
        "organiser": "TTCUDVSNC",
        "first_on": "2026-11-01",
        "last_on": "2026-11-20",
        "times_a_day": 2,
    }
    made = program.send("POST", "/api/v1/broadcasts", series)
    assert made.status_code == 201, made.json
    assert made.json["measures"] == {"broadcasts": 40}
    assert made.json["details"] == {"first_on": "2026-11-01", "times_a_day": 2, "silent_days": 0}
    refused = program.send("POST", "/api/v1/broadcasts", series | {"last_on": "2026-12-01"})
    assert refused.status_code in {409, 422}
    assert [error["field"] for error in refused.json["errors"]] == ["last_on"]


def test_the_same_key_is_the_same_deed_and_another_body_is_refused(program, office):
    key = {"Idempotency-Key": "place-1"}
    first = program.send("POST", "/api/v1/places", PLACE, headers=key)
    second = program.send("POST", "/api/v1/places", PLACE, headers=key)
    other = program.send("POST", "/api/v1/places", PLACE | {"size": 201}, headers=key)

    assert (second.status_code, second.json) == (first.status_code, first.json)
    assert other.status_code == 422
    assert office.announced() == ["campaigns.place.registered.v1"]


def test_a_correction_names_the_version_it_corrects(program, office):
    place = a_place(office)
    address = f"/api/v1/places/{place.place_id}"
    tag = program.get(address).headers["ETag"]

    assert program.send("PATCH", address, {"name": "Tân Lập"}).status_code == 428
    made = program.send("PATCH", address, {"name": "Tân Lập"}, headers={"If-Match": tag})
    assert (made.status_code, made.json["name"], made.json["version"]) == (200, "Tân Lập", 2)
    assert made.headers["ETag"] != tag
    assert program.send("PATCH", address, {"name": "Tân An"}, headers={"If-Match": tag}).status_code == 412
    assert program.get(address).json["name"] == "Tân Lập"


def test_results_are_corrected_field_by_field(program, office):
    activity = delivered(office, an_activity(office, a_campaign(office)), sessions=1, attendances=600)
    address = f"/api/v1/activities/{activity.activity_id}"
    tag = program.get(address).headers["ETag"]
    made = program.send("PATCH", f"{address}/delivery", {"attendances": 60}, headers={"If-Match": tag})
    assert made.status_code == 200, made.json
    assert made.json["measures"] == {"sessions": 1, "attendances": 60}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": None}, "name"),
        ({"kind": "VILLAGE"}, "kind"),
        ({"size": "many"}, "size"),
        ({"size": 0}, "size"),
        ({"since_on": "2026-02-30"}, "since_on"),
        ({"since_on": "2026-11-21"}, "since_on"),
        ({"colour": "red"}, "colour"),
        ({"name": "x" * 5000}, "name"),
    ],
)
def test_wrong_answers_name_their_field_and_write_nothing(program, console, change, field):
    before = console.rows()
    refused = program.send("POST", "/api/v1/places", PLACE | change)
    assert refused.status_code == 422
    assert refused.content_type.startswith("application/problem+json")
    assert [error["field"] for error in refused.json["errors"]] == [field]
    assert console.rows() == before


def test_lists_go_page_by_page_and_show_only_the_own_unit(program, office):
    for number in range(5):
        a_place(office, name=f"Tổ dân phố số {number}")
    a_place(office, unit=ELSEWHERE)
    first = program.get("/api/v1/places?limit=3").json
    second = program.get(f"/api/v1/places?limit=3&cursor={first['next']}").json
    assert (len(first["items"]), len(second["items"]), second["next"]) == (3, 2, None)
    assert {item["name"] for item in first["items"] + second["items"]} == {f"Tổ dân phố số {n}" for n in range(5)}


def test_every_list_and_record_answers(program, office):
    campaign = a_campaign(office)
    activity = an_activity(office, campaign)
    case = office.do(
        handlers.open_support_case,
        commands.OpenSupportCase(referral_ref="GT-1", need="VAY_VON", organisation="MTTQ", opened_on=date(2026, 11, 1)),
    )
    for path, name, key in (
        ("campaigns", "campaign_id", campaign.campaign_id),
        ("activities", "activity_id", activity.activity_id),
        ("support_cases", "case_id", case.case_id),
    ):
        (item,) = program.get(f"/api/v1/{path}").json["items"]
        assert item[name] == key
        assert program.get(f"/api/v1/{path}/{key}").json == item


def test_a_record_of_another_unit_is_not_there(program, office):
    foreign = a_place(office, unit=ELSEWHERE)
    assert program.get(f"/api/v1/places/{foreign.place_id}").status_code == 404


def test_without_a_token_with_a_forged_one_and_without_the_right_there_is_no_answer(console):
    console_rows = console.rows()
    assert console.visitor().client.get("/api/v1/places").status_code == 401
    forged = console.visitor().client.get("/api/v1/places", headers={"Authorization": "Bearer forged"})
    assert forged.status_code == 401
    lead = console.program("TDP_LEAD", scopes=["place.read"], username="lead")
    assert lead.send("POST", "/api/v1/places", PLACE).status_code == 403
    assert console.rows() | {"account": 0, "api_token": 0} == console_rows | {"account": 0, "api_token": 0}


def test_a_cookie_alone_does_not_write(console):
    officer = console.signed_in("VHXH")
    answer = officer.client.post("/api/v1/places", json=PLACE)
    assert answer.status_code == 403
    token = officer.csrf("/places/new")
    assert officer.client.post("/api/v1/places", json=PLACE, headers={"X-CSRF-Token": token}).status_code == 201


def test_who_verified_is_not_told_to_other_agencies(office, program):
    activity = delivered(office, an_activity(office, a_campaign(office)))
    verify = commands.VerifyActivity(activity_id=activity.activity_id, verified_on=date(2026, 11, 12))
    office.do(handlers.verify_activity, verify, by=VERIFIER)
    assert VERIFIER not in str(office.last_said())
    assert VERIFIER not in program.get(f"/api/v1/activities/{activity.activity_id}").text
