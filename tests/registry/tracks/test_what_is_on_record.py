"""A reason that names prison, death or a facility stands on the record; so does what comes with an act, and a clean end."""

from datetime import date

import pytest

from services.registry.domain.acts import judge
from services.registry.domain.guards import several_tracks
from services.registry.domain.guards.several_tracks import NoSuchReason, OutsideTerm, UseUnsettled
from services.registry.domain.judgement import RuleRefused
from services.registry.domain.use import acts_on_use
from tests.registry.tracks.people import (
    FAR_FUTURE,
    LAW,
    Somebody,
    admitted,
    found_addicted,
    in_voluntary_rehab,
    managed,
    with_all_stages,
)

CHILD_BORN = "2018-03-15"


def managed_user():
    one = Somebody()
    one.did("A.PositiveTest", "2026-09-01 08:00", test_id=one.tested("2026-09-01 08:00"))
    one.did("A.ManagementDecided", "2026-09-01")
    return one


def asked_to_be_examined():
    one = Somebody()
    one.did("B.Requested", "2026-09-01 08:00", ground="VOLUNTARY", requester="PERSON")
    return one


def monitored():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    one.did("H.Decided", "2026-08-31 20:00", em_basis="COMMUNITY_REHAB")
    one.did("H.Fitted", "2026-09-01 08:00")
    return one


PRISON, DEATH, EDUCATION = "PRISON", "DECEASED", "CSGD_TRUONG_GD"
CLOSINGS = [
    (managed_user, "A.StopDecided", PRISON, {"reason": "PRISON"}, "khoản 5 Điều 24"),
    (managed_user, "A.StopDecided", DEATH, {"reason": "DEAD_OR_MISSING"}, "khoản 5 Điều 24"),
    (managed_user, "A.StopDecided", "MISSING", {"reason": "DEAD_OR_MISSING"}, "khoản 5 Điều 24"),
    (managed_user, "A.StopDecided", EDUCATION, {"reason": "CSGD_TRUONG_GD"}, "khoản 5 Điều 24"),
    (asked_to_be_examined, "B.Withdrawn", DEATH, {"reason": "DEAD_OR_MISSING"}, "Điều 31"),
    (asked_to_be_examined, "B.Withdrawn", "CRIMINAL_CASE", {"reason": "CRIMINAL"}, "Điều 31"),
    (found_addicted, "C.Removed", EDUCATION, {"reason": "CSGD_TRUONG_GD"}, "khoản 3 Điều 48"),
    (in_voluntary_rehab, "D.Imprisoned", PRISON, {}, "khoản 1 Điều 47"),
    (admitted, "F.Imprisoned", PRISON, {}, "khoản 1 Điều 47"),
    (managed, "G.Imprisoned", PRISON, {}, "khoản 1 Điều 47"),
    (monitored, "H.Paused", PRISON, {"reason": "PRISON"}, "Điều 20"),
    (monitored, "H.Paused", EDUCATION, {"reason": "CSGD_TRUONG_GD"}, "Điều 20"),
]


@pytest.mark.parametrize(("begun", "event", "kind", "facts", "article"), CLOSINGS)
def test_a_reason_that_names_prison_death_or_a_facility_is_on_record_first(begun, event, kind, facts, article):
    one = begun()
    before = one.history

    with pytest.raises(NoSuchReason, match=article) as refusal:
        one.did(event, "2028-09-10" if begun is managed else "2026-10-02", **facts)

    assert str(several_tracks.CIRCUMSTANCES[kind]) in str(refusal.value)
    assert one.history == before
    one.is_now(kind, "2026-10-02")
    track = event[0]
    assert one.did(event, "2028-09-10" if begun is managed else "2026-10-02", **facts).last.event == event[2:]
    assert one.case(track).facts["reason"] == facts.get("reason", "PRISON")


def test_a_detected_case_is_closed_for_a_death_on_record_only():
    one = Somebody()
    one.did("A.PositiveTest", "2026-09-01 08:00", test_id=one.tested("2026-09-01 08:00"))

    with pytest.raises(NoSuchReason, match="«Đã chết / Bị tuyên bố mất tích»"):
        one.did("A.ClosedWithoutDecision", "2026-09-03", reason="DEAD_OR_MISSING")

    assert one.did("A.ClosedWithoutDecision", "2026-09-03", reason="OTHER_COMMUNE").state == "NOT_MANAGED"


def test_monitoring_ends_for_a_facility_when_somebody_was_taken_there():
    one = monitored()

    with pytest.raises(NoSuchReason, match="các khoản 4 và 7 Điều 20"):
        one.did("H.Terminated", "2026-10-02", reason="FACILITY")

    one.tested("2026-10-01 08:00")
    one.did("D.Violated", "2026-10-02", reason="REUSE")
    one.did("F.DossierOpened", "2026-10-03")
    one.did("K.Decided", "2026-10-04")
    assert one.did("H.Terminated", "2026-10-05", reason="FACILITY").state == "TERMINATED"


def test_an_old_book_is_kept_as_it_stands_there():
    one = Somebody()
    for event, facts in (
        ("EnteredFromOldBook", {"starts_on": date(2026, 2, 1), "ends_on": date(2027, 2, 1)}),
        ("StoppedInOldBook", {"reason": "PRISON"}),
    ):
        draft = one.draft(f"A.{event}", "2026-08-01", **facts)
        old = type(draft)(**{**vars(draft), "from_old_book": True})
        one.history = judge(
            LAW, one.history, old, now=FAR_FUTURE, new_id=lambda event=event: f"old-{len(event)}"
        ).history

    assert (one.case("A").state, one.case("A").facts["reason"]) == ("STOPPED", "PRISON")


def test_a_death_that_health_told_of_takes_the_person_off_the_list():
    one = found_addicted()
    one.did("E.Registered", "2026-07-10 10:00", opioid=True)
    one.did("E.Admitted", "2026-07-11 08:00")

    one.did("E.Died", "2026-09-01")

    assert (one.state("E"), one.state("C")) == ("CLOSED", "REMOVED")
    assert one.warnings == []


def test_no_device_is_fitted_after_the_measure_is_over():
    one = found_addicted("2026-08-30 05:00")
    one.did("D.Registered", "2026-08-30 06:00", venue="HOME_COMMUNITY")
    one.did("D.Decided", "2026-08-30 08:00")
    one.did("H.Decided", "2026-08-30 10:00", em_basis="COMMUNITY_REHAB")
    one.did("D.Received", "2026-08-31 09:00")

    with pytest.raises(OutsideTerm, match="31/08/2028"):
        one.did("H.Fitted", "2028-09-01 08:00")

    assert one.did("H.Fitted", "2028-08-31 08:00").state == "FITTED"


# -- what comes with an act ----------------------------------------------------------------------------------------------------


def test_no_ground_for_compulsory_rehabilitation_comes_up_for_a_child_under_twelve():
    one = Somebody(CHILD_BORN)
    draft = one.draft("G.EnteredFromOldBook", "2026-08-01", starts_on=date(2026, 8, 1), ends_on=date(2027, 8, 1))
    old = type(draft)(**{**vars(draft), "from_old_book": True})
    one.history = judge(LAW, one.history, old, now=FAR_FUTURE, new_id=lambda: "old").history

    one.did("B.ResultAddicted", "2026-10-01 09:00", concluded_on=date(2026, 10, 1))

    assert (one.state("G"), one.state("C"), one.state("F")) == ("REMOVED", "LISTED", None)
    (said,) = one.warnings
    assert "INV-5" in said
    assert "Phát hiện căn cứ lập hồ sơ" in said


def test_nothing_begins_for_the_dead_with_what_closes_a_case():
    one = in_voluntary_rehab("2026-08-30 09:00", "2026-08-31 09:00")
    one.tested("2026-09-10 08:00")
    one.is_now("DECEASED", "2026-09-11")

    one.did("D.Violated", "2026-09-12 08:00", reason="REUSE")

    assert (one.state("D"), one.state("F")) == ("VIOLATED", None)
    assert "đã chết" in one.warnings[0]


# -- what a notice says ---------------------------------------------------------------------------------------------------------


def test_a_facility_sends_the_social_file_of_whom_its_notice_names_for_protection():
    one, other = admitted(), admitted()
    assert "SOCIAL_FILE" not in one.duties("F")

    one.did("F.EndNotified", "2028-08-31 08:00", needs_protection=True)
    other.did("F.EndNotified", "2028-08-31 08:00", needs_protection=False)

    assert one.due("F", "SOCIAL_FILE") == date(2028, 9, 15)  # 15 days before 1 October is a Saturday
    assert "SOCIAL_FILE" not in other.duties("F")
    one.did("F.SocialFileSent", "2028-09-10")
    assert "SOCIAL_FILE" not in one.duties("F")


# -- a clean end ---------------------------------------------------------------------------------------------------------------


def examined(one, asked, concluded, ground):
    one.did("B.Requested", asked, ground=ground, requester="POLICE")
    one.did("B.Received", concluded)
    one.did("B.ResultNotAddicted", concluded, concluded_on=date.fromisoformat(concluded[:10]))


def test_rehabilitation_with_use_in_its_term_is_not_certified_before_that_is_settled():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    one.tested("2026-08-30 08:00")
    with_all_stages(one)
    one.tested("2028-03-01 08:00")

    with pytest.raises(UseUnsettled, match=r"01/03/2028.*điểm b khoản 1 Điều 35"):
        one.did("D.Completed", "2028-08-31")

    examined(one, "2028-03-02 08:00", "2028-03-05 08:00", "NO_CERTIFICATE")
    assert one.did("D.Completed", "2028-08-31").state == "COMPLETED"


def received_at(started, *tests):
    one = found_addicted("2026-07-08 06:00")
    one.did("D.Registered", "2026-07-08 12:00", venue="HOME_COMMUNITY")
    one.did("D.Decided", "2026-07-08 15:00")
    one.did("D.Received", started)
    for taken in tests:
        one.tested(taken)
    return one


@pytest.mark.parametrize(
    ("started", "taken"), [("2026-07-10 16:00", "2026-07-10 08:00"), ("2026-07-10", "2026-07-10 17:00")]
)
def test_use_found_on_the_day_of_the_reception_but_before_it_is_none_in_rehabilitation(started, taken):
    one = with_all_stages(received_at(started, taken), noticed="2028-07-08 08:00")

    with pytest.raises(RuleRefused, match="chưa có kết quả dương tính trong thời gian cai nghiện"):
        one.did("D.Violated", "2028-07-10", reason="REUSE")
    assert one.did("D.Completed", "2028-07-10").state == "COMPLETED"


def test_use_found_on_the_day_of_the_reception_after_it_is_use_in_rehabilitation():
    one = with_all_stages(received_at("2026-07-10 16:00", "2026-07-10 16:30"), noticed="2028-07-08 08:00")

    with pytest.raises(UseUnsettled, match="10/07/2026"):
        one.did("D.Completed", "2028-07-10")
    assert one.did("D.Violated", "2028-07-10", reason="REUSE").state == "VIOLATED"


def test_use_found_on_the_day_on_which_rehabilitation_was_completed_is_none_in_the_term_of_management():
    one = managed("2028-08-31 08:00")
    one.tested("2028-08-31 06:00")
    one.tested("2028-08-31 09:00")

    with pytest.raises(RuleRefused, match="chưa có kết quả dương tính trong thời gian quản lý sau cai"):
        one.did("B.Requested", "2029-08-01 08:00", ground="USE_POST_REHAB", requester="POLICE")
    assert one.did("G.Completed", "2029-08-31").state == "COMPLETED"


@pytest.mark.parametrize(
    ("decided", "taken", "is_reuse"),
    [
        ("2026-08-01 10:00", "2026-08-01 07:00", False),
        ("2026-08-01 10:00", "2026-08-01 11:00", True),
        ("2026-08-01", "2026-08-01 07:00", False),
        ("2026-08-01", "2026-08-02 00:00", True),
    ],
)
def test_a_second_test_is_renewed_use_only_when_taken_after_management_was_decided(decided, taken, is_reuse):
    one = Somebody()
    one.did("A.PositiveTest", "2026-08-01 09:00", test_id=one.tested("2026-08-01 08:00"))
    one.did("A.ManagementDecided", decided)
    one.tested(taken)

    drafts = acts_on_use(LAW, one.history, one.history.tests[-1])

    assert [each.event for each in drafts] == ["ReuseDetected"] * is_reuse


def test_use_found_before_the_decision_but_in_the_term_of_management_is_settled_first():
    one = managed("2028-09-20 08:00")
    one.tested("2028-09-05 08:00")

    with pytest.raises(UseUnsettled, match=r"05/09/2028.*điểm d khoản 1 Điều 31"):
        one.did("G.Completed", "2029-08-31")

    examined(one, "2029-08-01 08:00", "2029-08-03 08:00", "USE_POST_REHAB")
    assert one.did("G.Completed", "2029-08-31").state == "COMPLETED"


def test_a_clean_term_or_use_before_and_after_it_bars_nothing():
    one = managed("2028-08-31 08:00")
    one.tested("2028-08-30 08:00")
    one.tested("2029-09-02 08:00")

    assert one.did("G.Completed", "2029-09-03").state == "COMPLETED"


def test_the_reason_that_the_book_bears_out_is_named_where_another_was_chosen():
    one = in_voluntary_rehab()
    one.did("H.Decided", "2026-08-31 10:00", em_basis="COMMUNITY_REHAB")
    one.did("H.Fitted", "2026-08-31 11:00")
    while one.breached("EM_DESTROYED", "2026-09-10 09:00") != "COMPULSORY":
        pass

    with pytest.raises(NoSuchReason, match=r"«Không chấp hành giám sát điện tử».*khoản 2 Điều 47") as refusal:
        one.did("D.Violated", "2026-09-11 09:00", reason="THIRD_VIOLATION")

    assert list(refusal.value.fields) == ["reason"]
    assert one.did("D.Violated", "2026-09-11 09:00", reason="EM_REFUSED").state == "VIOLATED"
