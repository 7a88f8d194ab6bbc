"""Lives told to break an invariant: late entries, results in odd orders, one absence twice, use where no user is managed."""

from datetime import date

import pytest

from services.registry.domain.acts import ChoiceMissing, PersonGone, WrongDay, WrongStep
from services.registry.domain.guards import user_management
from services.registry.domain.guards.several_tracks import NoSuchReason
from tests.registry.tracks.people import (
    ELSEWHERE,
    Somebody,
    admitted,
    found_addicted,
    in_voluntary_rehab,
    with_all_stages,
)
from tests.registry.tracks.people import managed as managed_after_rehab


def managed_user(when="2026-07-03 09:00"):
    one = Somebody()
    one.did("A.PositiveTest", when, test_id=one.tested(when))
    one.did("A.ManagementDecided", when)
    return one


def used_again(one, when="2027-01-05 10:00"):
    one.did("A.ReuseDetected", when, reuse_test_id=one.tested(when))
    return one


def test_an_absence_counts_once():
    one = managed_user()
    away = {"absent_from": date(2026, 8, 1), "absent_until": date(2026, 8, 11)}
    one.did("A.AbsenceRecorded", "2026-09-01", **away)

    with pytest.raises(user_management.OutsideTerm):
        one.did("A.AbsenceRecorded", "2026-09-02", **away)
    assert one.case("A").ends_on == date(2027, 7, 13)


def test_an_absence_is_over_when_it_is_recorded():
    with pytest.raises(user_management.OutsideTerm):
        managed_user().did(
            "A.AbsenceRecorded", "2026-09-02", absent_from=date(2026, 9, 1), absent_until=date(2026, 12, 1)
        )


def test_inv_4_management_does_not_end_while_use_is_undetermined():
    with pytest.raises(user_management.DeterminationFirst, match="INV-4"):
        used_again(managed_user()).did("A.EndDecided", "2027-07-03")


def test_management_with_use_found_ends_by_the_new_decision_only():
    one = used_again(managed_user())
    one.did("B.ResultNotAddicted", "2027-01-08 11:00", concluded_on=date(2027, 1, 8))

    with pytest.raises(user_management.DeterminationFirst):
        one.did("A.EndDecided", "2027-07-03")
    assert one.did("A.ReplacementDecided", "2027-01-09").ends_on == date(2028, 1, 9)


def test_inv_2_who_was_found_addicted_after_not_addicted_is_not_managed_anew():
    one = used_again(managed_user())
    one.did("B.ResultNotAddicted", "2027-01-08 11:00", concluded_on=date(2027, 1, 8))
    one.did("B.ResultAddicted", "2027-01-09 11:00", concluded_on=date(2027, 1, 9))

    with pytest.raises(user_management.FoundAddicted, match="INV-2"):
        one.did("A.ReplacementDecided", "2027-01-10")
    assert "DECIDE_ANEW" not in one.duties("A")


@pytest.mark.parametrize("result", ["B.ResultAddicted", "B.ResultNotAddicted"])
def test_a_result_that_nobody_asked_for_settles_the_request_for_it(result):
    one = used_again(managed_user())
    assert "ASK_DETERMINATION_REUSE" in one.duties("A")

    one.did(result, "2027-01-08 11:00", concluded_on=date(2027, 1, 8))
    assert "ASK_DETERMINATION_REUSE" not in one.duties("A")


def test_nobody_is_asked_to_decide_management_of_a_person_found_addicted():
    one = Somebody()
    one.did("A.PositiveTest", "2026-07-03 09:00", test_id=one.tested("2026-07-03 09:00"))
    assert "DECIDE_ON_RESULT" in one.duties("A")

    one.did("B.ResultAddicted", "2026-07-03 11:00", concluded_on=date(2026, 7, 3))
    assert "DECIDE_ON_RESULT" not in one.duties("A")


@pytest.mark.parametrize("one", [admitted(), in_voluntary_rehab(venue="PUBLIC_FACILITY")], ids=["compulsory", "public"])
def test_inv_2_who_is_in_a_facility_as_an_addict_is_not_managed_as_a_user(one):
    when = "2026-11-01 09:00"
    one.did("A.PositiveTest", when, test_id=one.tested(when))

    with pytest.raises(user_management.FoundAddicted, match="INV-2"):
        one.did("A.ManagementDecided", when)


def test_inv_1_a_case_does_not_begin_while_the_former_one_of_its_kind_still_ran():
    one = managed_user()
    one.did("A.MovedAway", "2026-12-01", to_commune=ELSEWHERE, left_on=date(2026, 12, 1))
    moved = {"from_commune": ELSEWHERE, "left_on": date(2026, 9, 20), "original_ends_on": date(2027, 7, 3)}

    with pytest.raises(WrongDay, match="INV-1"):
        one.did("A.TransferReceived", "2026-10-01", **moved)
    assert one.did("A.TransferReceived", "2026-12-01", **moved).state == "MANAGED"


def test_reading_2_an_old_decision_that_moves_over_the_boundary_is_confirmed():
    moved = {"from_commune": ELSEWHERE, "left_on": date(2026, 7, 20), "original_ends_on": date(2027, 3, 1)}

    with pytest.raises(ChoiceMissing, match="01/03/2027"):
        Somebody().did("A.TransferReceived", "2026-08-01", **moved)
    taken = Somebody().did("A.TransferReceived", "2026-08-01", choice_moved_old_case="FROM_NEW_DECISION", **moved)
    assert taken.ends_on == date(2027, 3, 13)
    new = {**moved, "original_ends_on": date(2027, 7, 1)}
    assert Somebody().did("A.TransferReceived", "2026-08-01", **new).state == "MANAGED"


def test_who_registered_as_an_addict_stays_out_of_user_management():
    one = found_addicted()
    one.did("A.PositiveTest", "2026-08-01 09:00", test_id=one.tested("2026-08-01 09:00"))

    with pytest.raises(user_management.FoundAddicted):
        one.did("A.ManagementDecided", "2026-08-01 10:00")


# -- death and prison ----------------------------------------------------------------------------------------------------------


def test_nothing_begins_or_goes_on_for_somebody_who_died():
    detected, listed = Somebody(), found_addicted("2026-07-10 09:00")
    detected.did("A.PositiveTest", "2026-07-03 09:00", test_id=detected.tested("2026-07-03 09:00"))
    rehab = in_voluntary_rehab("2026-08-30 09:00", "2026-08-31 09:00")
    for one in (detected, listed, rehab):
        one.is_now("DECEASED", "2026-09-01")

    with pytest.raises(PersonGone, match="Điều 24"):
        detected.did("A.ManagementDecided", "2026-09-02")
    with pytest.raises(PersonGone, match="Điều 89"):
        listed.did("D.Registered", "2026-09-02", venue="HOME_COMMUNITY")
    with pytest.raises(PersonGone):
        rehab.did("D.MoveReported", "2026-09-02", to_commune=ELSEWHERE)
    assert rehab.did("D.Closed", "2026-09-02", reason="DEAD_OR_MISSING").state == "CLOSED"


def test_what_happened_before_a_death_may_still_be_entered():
    one = Somebody()
    one.did("A.PositiveTest", "2026-07-03 09:00", test_id=one.tested("2026-07-03 09:00"))
    one.is_now("DECEASED", "2026-09-01")

    assert one.did("A.ManagementDecided", "2026-07-04").state == "MANAGED"


@pytest.mark.parametrize(
    ("kind", "code", "reason"),
    [("DECEASED", "STOP_DECEASED", "DEAD_OR_MISSING"), ("PRISON", "STOP_IMPRISONED", "PRISON")],
)
def test_management_of_the_dead_and_the_imprisoned_is_stopped_even_after_its_term(kind, code, reason):
    one = managed_user()
    one.is_now(kind, "2027-06-01")

    assert set(one.duties("A", "2027-05-31")) == {"END"}
    assert set(one.duties("A", "2027-07-10")) == {code}
    stop = one.duties("A", "2027-07-10")[code]  # the 24 hours of Đ63 k4 are for sending the decision, not for making it
    assert (stop.rule, stop.due.day) == ("ON_DAY", date(2027, 6, 1))
    assert "khoản 5 Điều 24" in stop.article
    assert one.did("A.StopDecided", "2027-07-10", reason=reason).state == "STOPPED"
    assert set(one.duties("A", "2027-07-10")) == {"SEND_STOP"}
    one.did("A.DecisionSent", "2027-07-11")
    assert one.duties("A", "2027-07-11") == {}


def test_a_death_after_the_term_leaves_management_to_be_declared_ended():
    one = managed_user()
    one.is_now("DECEASED", "2027-07-05")

    assert set(one.duties("A", "2027-07-10")) == {"END"}
    assert one.did("A.EndDecided", "2027-07-10").state == "ENDED"


def test_prison_that_is_over_stops_nothing():
    one = managed_user()
    one.is_now("PRISON", "2026-09-01", "2026-10-01")

    assert set(one.duties("A", "2026-12-01")) == {"END"}


def test_the_list_and_rehabilitation_ask_to_be_left_by_the_dead_and_the_imprisoned():
    one = in_voluntary_rehab("2026-08-30 09:00", "2026-08-31 09:00")
    one.is_now("PRISON", "2026-10-01")

    assert (set(one.duties("C", "2026-10-02")), set(one.duties("D", "2026-10-02"))) == (
        {"REMOVE_IMPRISONED"},
        {"INTERRUPT_IMPRISONED"},
    )
    one.did("D.Imprisoned", "2026-10-01")
    assert one.duties("C", "2026-10-02") == one.duties("D", "2026-10-02") == {}
    one.is_now("MISSING", "2026-11-01")
    assert set(one.duties("D", "2026-11-02")) == {"CLOSE_DECEASED"}


def test_post_rehabilitation_management_is_interrupted_or_removed():
    one = managed_after_rehab()
    one.is_now("PRISON", "2028-11-01")

    assert set(one.duties("G", "2028-11-02")) == {"INTERRUPT_IMPRISONED"}
    one.is_now("DECEASED", "2028-11-03")
    assert set(one.duties("G", "2028-11-04")) == {"REMOVE_DECEASED"}
    one.did("G.Removed", "2028-11-04", reason="DEAD_OR_MISSING")
    assert one.duties("G", "2028-11-04") == {}


# -- found addicted beside post-rehabilitation management ------------------------------------------------------------------------


def noticed_after_rehab():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    with_all_stages(one)
    one.did("D.EndNotified", "2028-08-31 07:00")
    one.did("D.Completed", "2028-08-31")
    return one


def found_addicted_again(one, when):
    one.did("B.ResultAddicted", when, concluded_on=date.fromisoformat(when[:10]))
    return one


@pytest.mark.parametrize("proposed", [False, True])
def test_who_is_found_addicted_before_management_is_not_managed_after_rehabilitation(proposed):
    one = noticed_after_rehab()
    if proposed:
        one.did("G.Proposed", "2028-09-01")

    found_addicted_again(one, "2028-09-05 10:00")

    assert (one.state("G"), one.case("G").facts["reason"]) == ("REMOVED", "ADDICTED")
    assert (one.state("C"), one.history.open_case("F")) == ("LISTED", None)


def test_who_is_found_addicted_in_prison_does_not_go_on_with_management():
    one = managed_after_rehab()
    one.is_now("PRISON", "2029-01-31")
    one.did("G.Imprisoned", "2029-01-31")

    found_addicted_again(one, "2029-03-01 10:00")

    assert one.state("G") == "REMOVED"
    with pytest.raises(WrongStep):
        one.did("G.Resumed", "2030-01-31")


def test_inv_2_a_completion_that_is_entered_after_the_finding_leads_to_no_management():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    with_all_stages(one)
    found_addicted_again(one, "2028-09-05 10:00")
    one.did("D.Completed", "2028-09-06")
    one.did("G.Proposed", "2028-09-06")

    with pytest.raises(user_management.FoundAddicted, match="INV-2"):
        one.did("G.Decided", "2028-09-07")


def test_nobody_waits_for_registration_once_a_ground_for_compulsory_rehabilitation_was_found():
    one = found_addicted("2026-08-20 09:00")
    assert "REGISTER" in one.duties("C")
    one.did("F.GroundFound", "2026-09-10", ground="A_NOT_REG_START_SELFTERM", last_violation_on=date(2026, 8, 21))

    assert "REGISTER" not in one.duties("C")
    one.did("F.DossierOpened", "2026-09-11")
    assert "REGISTER" not in one.duties("C")
    one.did("F.Closed", "2026-09-12", reason="NO_GROUND")
    assert "REGISTER" in one.duties("C")


def test_nobody_waits_for_the_start_once_a_ground_for_compulsory_rehabilitation_was_found():
    one = found_addicted("2026-08-20 09:00")
    one.did("D.Registered", "2026-08-21", venue="HOME_COMMUNITY")
    one.did("D.Decided", "2026-08-22")
    one.did("E.Admitted", "2026-08-22 10:00")
    one.did("E.Left", "2026-08-25")

    assert one.state("F") == "GROUND_FOUND"
    assert "START" not in one.duties("D")


# -- reasons to stop management ------------------------------------------------------------------------------------------------


def test_nobody_is_stopped_as_addicted_without_a_result():
    one = managed_user()
    with pytest.raises(NoSuchReason, match="khoản 5 Điều 24"):
        one.did("A.StopDecided", "2026-10-01", reason="ADDICTED")

    found_addicted_again(one, "2026-10-02 09:00")
    assert one.did("A.StopDecided", "2026-10-03", reason="ADDICTED").state == "STOPPED"


def test_detention_begins_while_management_runs_and_before_the_act():
    asked = {"reason": "DETENTION_EXCEEDS", "detention_days": 900}
    for detained_on, when in (("2026-06-01", "2026-10-01"), ("2026-10-02", "2026-10-01"), ("2027-08-01", "2027-08-02")):
        with pytest.raises(user_management.OutsideTerm):
            managed_user().did("A.StopDecided", when, detained_on=date.fromisoformat(detained_on), **asked)
    with pytest.raises(user_management.OutsideTerm):
        managed_user().did("A.Detained", "2026-10-01", detained_on=date(2026, 6, 1))
    one = managed_user()
    assert one.did("A.StopDecided", "2026-10-01", detained_on=date(2026, 9, 30), **asked).state == "STOPPED"


# -- what another commune had to do, and what stops a case ---------------------------------------------------------------------


def test_who_was_taken_over_from_elsewhere_is_not_handed_over_again():
    one = Somebody()
    one.did(
        "A.TransferReceived", "2026-11-20 09:00", from_commune=ELSEWHERE, left_on=date(2026, 11, 10),
        original_ends_on=date(2027, 8, 3),
    )  # fmt: skip
    assert "HAND_OVER" not in one.duties("A")

    one.did("A.MoveReported", "2027-01-05 10:00", to_commune=ELSEWHERE)

    assert one.due("A", "HAND_OVER") == "2027-01-06 10:00"


def test_management_with_use_that_waits_for_a_determination_is_not_due_to_be_declared_ended():
    one = used_again(managed_user())

    assert set(one.duties("A", "2027-08-01")) & {"END", "ASK_DETERMINATION_REUSE"} == {"ASK_DETERMINATION_REUSE"}


def test_a_criminal_case_before_the_decision_is_due_to_close_the_case():
    one = Somebody()
    one.did("A.PositiveTest", "2026-11-20 09:00", test_id=one.tested("2026-11-20 09:00"))
    one.is_now("CRIMINAL_CASE", "2026-11-21")

    assert set(one.duties("A", "2026-11-22")) == {"CLOSE_CRIMINAL"}
    assert one.did("A.ClosedWithoutDecision", "2026-11-22", reason="CRIMINAL").state == "NOT_MANAGED"


def test_who_is_sent_to_a_facility_of_education_is_due_to_be_stopped():
    one = managed_user()
    one.is_now("CSGD_TRUONG_GD", "2026-12-01")

    stop = one.duties("A", "2026-12-02")

    assert set(stop) == {"STOP_IN_EDUCATION"}
    assert "khoản 5 Điều 24" in stop["STOP_IN_EDUCATION"].article
    assert one.did("A.StopDecided", "2026-12-02", reason="CSGD_TRUONG_GD").state == "STOPPED"


def test_a_death_told_by_the_station_ends_what_is_due_in_monitoring():
    one = found_addicted("2026-09-01 09:00")
    one.did("E.Registered", "2026-09-01 10:00", opioid=True)
    one.did("E.Admitted", "2026-09-02 09:00")
    one.did("H.Decided", "2026-09-03 09:00", em_basis="OST")
    one.did("E.Died", "2026-10-01 09:00")

    assert "FIT" not in one.duties("H", "2026-10-02")
    assert set(one.duties("H", "2026-10-02")) == {"TERMINATE_DECEASED"}


def test_a_suspension_that_was_sent_is_not_sent_again_and_the_stop_before_it_is():
    one = managed_user()
    one.is_now("PRISON", "2026-09-01", "2026-09-30")
    one.did("A.StopDecided", "2026-09-02", reason="PRISON")
    one.did("A.PositiveTest", "2026-11-02 09:00", test_id=one.tested("2026-11-02 09:00"))
    one.did("A.ManagementDecided", "2026-11-03 09:00")
    one.did("A.Detained", "2026-11-10 09:00", detained_on=date(2026, 11, 9))

    assert one.did("A.DecisionSent", "2026-11-11").facts["decision_sent_on"] == date(2026, 11, 11)
    assert "SEND_STOP" in one.duties("A")
    one.did("A.DecisionSent", "2026-11-12")
    assert not {"SEND_STOP", "SEND_SUSPENSION"} & set(one.duties("A"))
    with pytest.raises(user_management.SentAlready):
        one.did("A.DecisionSent", "2026-11-13")
