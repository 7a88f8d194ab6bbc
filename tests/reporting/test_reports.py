"""Reports: reviewed by one, signed by another, never changed; what comes later is a version that says what moved and why."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import update

from chassis.clock import LOCAL_ZONE
from contracts.registry import TestResultRecorded, TestResultWithdrawn, UserManagementEnded
from services.reporting.reports.content import digest_of, read, written
from services.reporting.tables import Report
from tests.reporting.console import a_committee, a_small_ward, counselled

YEAR, QUARTER = "P-Y:2026", "P-Q:2026-Q4"
AFTER_THE_YEAR = datetime(2026, 12, 15, 9, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
def committee(database, tmp_path, clock):
    with a_committee(database=database, folder=tmp_path, clock=clock) as committee:
        a_small_ward(committee)
        clock.set(AFTER_THE_YEAR)
        yield committee


@pytest.fixture
def office(committee):
    """The focal office, which reviews."""
    return committee.console.program("VHXH", scopes=["report.review", "report.read", "figure.read"], username="office")


@pytest.fixture
def chair(committee):
    return committee.console.program("UB_CHAIR", scopes=["report.sign", "report.read"], username="chair")


def reviewed(office, period=YEAR, **answers):
    answer = office.send("POST", "/api/v1/reports", {"period": period, **answers})
    assert answer.status_code == 201, answer.text
    return answer.json["report_id"]


def signed(chair, report_id):
    answer = chair.send("POST", f"/api/v1/reports/{report_id}/signature", {})
    assert answer.status_code == 201, answer.text
    return answer.json


def opened(chair, report_id):
    answer = chair.get(f"/api/v1/reports/{report_id}")
    assert answer.status_code == 200, answer.text
    return answer.json


def figure(shown, code):
    (found,) = [each for each in shown["figures"] if each["code"] == code]
    return found


def test_the_signed_report_holds_the_figures_that_were_reviewed(office, chair):
    report_id = reviewed(office)
    assert signed(chair, report_id)["state"] == "SIGNED"

    shown = opened(chair, report_id)

    assert (shown["report"]["number"], shown["report"]["signer_role"], shown["intact"]) == (1, "UB_CHAIR", True)
    living = office.get(f"/api/v1/figures/HLT-02?period={YEAR}").json
    held = figure(shown, "HLT-02")
    assert (held["numerator"], held["denominator"]) == (living["numerator"], living["denominator"]) == (5, 6)
    assert held["status"] == living["status"] == "NOT_MET"
    assert (shown["moved"], shown["moved_since"]) == ([], [])


def test_what_comes_later_moves_no_signed_report_but_is_version_2_with_its_events(office, chair, committee):
    first = reviewed(office)
    signed(chair, first)
    before = opened(chair, first)["report"]["digest"]
    committee.hear(counselled(6))

    late = opened(chair, first)
    assert figure(late, "HLT-02")["numerator"] == 5 and late["report"]["digest"] == before
    (moved,) = late["moved_since"]
    assert (moved["code"], moved["difference"], moved["after"]["numerator"]) == ("HLT-02", 1, 6)
    assert [event["type"] for event in moved["events"]] == ["health.counselling.held.v1"]

    second = reviewed(office, reason="Trạm ghi muộn một lượt tư vấn")
    signed(chair, second)
    shown = opened(chair, second)
    assert (shown["report"]["number"], shown["previous"], shown["moved_since"]) == (2, before, [])
    assert shown["moved"] == late["moved_since"]
    assert opened(chair, first)["report"]["state"] == "SIGNED"


def test_an_event_that_takes_back_or_moves_a_day_away_is_named_too(office, chair, committee):
    committee.hear(a_test("X1", on=date(2026, 8, 1)), counselled(6))
    signed(chair, reviewed(office))

    withdrawn = TestResultWithdrawn(test_id="X1", person_key="P1", withdrawn_on=date(2026, 12, 15))
    elsewhere = replace(counselled(6), held_on=date(2026, 12, 15))
    committee.hear(withdrawn, elsewhere, a_test("X2", on=date(2026, 12, 20)))

    moved = moved_of_living(chair, YEAR)
    named = {code: [event["type"] for event in each["events"]] for code, each in moved.items()}
    assert named["HLT-02"] == ["health.counselling.held.v1"]
    assert moved["HLT-02"]["difference"] == -1
    assert all("registry.test_result.recorded.v1" not in types for types in named.values())


def test_an_ending_within_the_period_is_named_and_one_after_it_is_not(office, chair, committee):
    signed(chair, reviewed(office))
    committee.hear(ended(1, on=date(2026, 12, 10)), ended(2, on=date(2026, 12, 16)))

    moved = moved_of_living(chair, YEAR)

    assert moved["REG-01"]["difference"] == -1
    assert [event["occurred_on"] for event in moved["REG-01"]["events"]] == ["2026-12-10"]


def test_what_overtook_an_earlier_event_hides_no_late_one(office, chair, committee):
    earlier, later = committee.log.say(counselled(6)), committee.log.say(replace(counselled(5), counselling_id="V9"))
    committee.runtime.inbox.receive([later])
    report_id = reviewed(office)
    signed(chair, report_id)

    committee.runtime.inbox.receive([earlier])

    (moved,) = opened(chair, report_id)["moved_since"]
    assert (moved["code"], [event["position"] for event in moved["events"]]) == ("HLT-02", [earlier.position])


def test_nobody_reviews_a_period_that_is_not_over_or_does_not_exist(office, clock):
    clock.set(datetime(2026, 12, 14, 23, 0, tzinfo=LOCAL_ZONE))
    early = office.send("POST", "/api/v1/reports", {"period": YEAR})
    assert (early.status_code, "14/12/2026" in early.json["detail"]) == (409, True)
    unknown = office.send("POST", "/api/v1/reports", {"period": "P-Y:1066"})
    assert (unknown.status_code, unknown.json["errors"][0]["field"]) == (422, "period")


def test_a_correction_needs_a_reason_and_a_difference(office, chair, committee):
    signed(chair, reviewed(office))
    same = office.send("POST", "/api/v1/reports", {"period": YEAR, "reason": "Rà lại"})
    assert same.status_code == 409
    committee.hear(counselled(6))
    bare = office.send("POST", "/api/v1/reports", {"period": YEAR})
    assert (bare.status_code, bare.json["errors"][0]["field"]) == (422, "reason")


def test_a_correction_of_which_nothing_is_left_is_dropped_and_cannot_be_signed(office, chair, committee):
    first = reviewed(office)
    signed(chair, first)
    committee.hear(counselled(6))
    second = reviewed(office, reason="Ghi muộn")
    committee.hear(replace(counselled(6), held_on=date(2026, 12, 15)))

    again = reviewed(office, reason="Đã sửa lại ngày")

    assert again == first
    assert opened(chair, second)["report"]["state"] == "REPLACED"
    assert chair.send("POST", f"/api/v1/reports/{second}/signature", {}).status_code == 409
    assert opened(chair, first)["moved_since"] == []


def test_a_later_review_takes_the_place_of_one_that_waits(office, chair, committee):
    first = reviewed(office)
    committee.hear(counselled(6))
    second = reviewed(office)

    refused = chair.send("POST", f"/api/v1/reports/{first}/signature", {})
    assert refused.status_code == 409
    assert opened(chair, first)["report"]["state"] == "REPLACED"
    assert signed(chair, second)["number"] == 1
    again = chair.send("POST", f"/api/v1/reports/{second}/signature", {})
    assert again.status_code == 409


def test_nobody_signs_their_own_review(committee):
    both = committee.console.program(
        "VHXH", "UB_VICE", scopes=["report.review", "report.sign", "report.read"], username="both"
    )
    report_id = reviewed(both)
    assert both.send("POST", f"/api/v1/reports/{report_id}/signature", {}).status_code == 409
    assert opened(both, report_id)["report"]["state"] == "REVIEWED"


def test_a_report_that_was_tampered_with_says_so(office, chair, committee):
    report_id = reviewed(office)
    signed(chair, report_id)
    with committee.runtime.store.begin() as session:
        session.execute(update(Report).values(content=Report.content + " "))
    assert opened(chair, report_id)["intact"] is False


def test_what_was_tampered_with_before_the_signature_is_not_signed(office, chair, committee):
    report_id = reviewed(office)
    with committee.runtime.store.begin() as session:
        session.execute(update(Report).values(content=Report.content + " "))

    assert chair.send("POST", f"/api/v1/reports/{report_id}/signature", {}).status_code == 409
    assert opened(chair, report_id)["report"]["state"] == "REVIEWED"


def test_the_same_content_is_the_same_text(office, committee):
    text = content_of(committee, reviewed(office))
    assert written(read(text)) == text
    assert len(digest_of(text)) == 64


def test_its_pages_show_what_moved_and_lead_to_what_comes_next(committee, office):
    report_id = reviewed(office, QUARTER)
    head = committee.console.signed_in("UB_VICE", username="vice")
    listed = head.get("/reports").text
    assert "Chờ ký" in listed and f"/reports/{report_id}" in listed
    page = shown_on(head, f"/reports/{report_id}/signature")
    assert "5/6 = 83,33 %" in page
    answer = head.submit(f"/reports/{report_id}/signature", {})
    assert answer.status_code == 303
    for living in (f"/?period={QUARTER}", f"/table?period={QUARTER}"):
        assert f'href="/reports/{report_id}"' in head.get(living).text
    committee.hear(counselled(6))
    clerk = committee.console.signed_in("VHXH", username="clerk")
    page = shown_on(clerk, f"/reports/{report_id}")
    assert "Số liệu đổi sau bản này" in page and "Lập bản điều chỉnh" in page and "6/6 = 100 %" in page
    asked = shown_on(clerk, f"/reports/review?period={QUARTER}")
    assert "6/6 = 100 %" in asked
    assert "+16,67 %" in page  # of the two results beside it, not of the counts above the stroke
    answer = clerk.submit(f"/reports/review?period={QUARTER}", {"reason": "Ghi muộn"})
    assert answer.status_code == 303


def a_test(test_id, *, on):
    return TestResultRecorded(test_id=test_id, person_key="P1", taken_on=on, result="POSITIVE", substances=("HEROINE",))


def ended(number, *, on):
    return UserManagementEnded(
        case_id=f"C{number}", person_key=f"P{number}", ended_on=on, regime="R4", form_code="PL3_M06"
    )


def shown_on(visitor, path):
    """Return a page with its no-break spaces as plain ones."""
    return visitor.get(path).text.replace("\N{NO-BREAK SPACE}", " ")


def content_of(committee, report_id):
    with committee.runtime.store.reading() as session:
        return session.get(Report, report_id).content


def moved_of_living(chair, period):
    """Return what moved since the signed report of a period, by code."""
    found = [each for each in chair.get("/api/v1/reports").json["items"] if each["period"] == period]
    shown = opened(chair, found[-1]["report_id"])
    return {each["code"]: each for each in shown["moved_since"]}
