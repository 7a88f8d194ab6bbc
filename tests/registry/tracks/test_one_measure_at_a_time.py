"""Rehabilitation, treatment and what the court decided exclude one another; nobody is monitored unasked."""

from datetime import date, timedelta

import pytest

from services.registry.domain.guards.compulsory_rehab import InTreatment
from services.registry.domain.guards.electronic_monitoring import NotInTargetGroup
from services.registry.domain.guards.several_tracks import NoSuchReason, UnderAnotherMeasure
from tests.registry.tracks.people import (
    ELSEWHERE,
    MINOR_BORN,
    admitted,
    before_the_court,
    found_addicted,
    in_voluntary_rehab,
    with_ground,
)


def in_treatment():
    one = found_addicted("2026-09-01 09:00")
    one.did("E.Registered", "2026-09-01 10:00", opioid=True)
    one.did("E.Admitted", "2026-09-02 09:00")
    return one


def before_the_decision_with_rehabilitation():
    """Somebody whose dossier is with the court, and who began voluntary rehabilitation meanwhile."""
    one = with_ground("2026-09-10 09:00")
    before_the_court(one, "2026-09-11", "2026-09-17")
    one.did("D.Registered", "2026-09-18 09:00", venue="HOME_COMMUNITY")
    one.did("D.Decided", "2026-09-18 10:00")
    return one


def decided_by_the_court(one):
    one.did("F.CourtApproved", "2026-09-28 09:00")
    one.did("F.ExecutionAsked", "2026-09-28 15:00")
    one.did("F.FacilityAssigned", "2026-09-29 10:00")
    return one


# -- beside compulsory rehabilitation -------------------------------------------------------------------------------------------


def test_nobody_held_in_compulsory_rehabilitation_registers_for_another_measure():
    one = admitted()
    moved = {
        "from_commune": ELSEWHERE,
        "original_starts_on": date(2026, 9, 1),
        "original_ends_on": date(2028, 9, 1),
        "original_regime": "R4_L120",
        "venue": "HOME_COMMUNITY",
    }

    for event, facts in (
        ("D.Registered", {"venue": "HOME_COMMUNITY"}),
        ("D.TransferReceived", moved),
        ("E.Registered", {"opioid": True}),
    ):
        with pytest.raises(UnderAnotherMeasure, match="«Đang cai nghiện bắt buộc»"):
            one.did(event, "2026-10-05 09:00", **facts)

    assert (one.state("D"), one.state("E"), one.status("2026-10-06")) == (None, None, "IN_COMPULSORY_REHAB")


def test_an_admission_told_by_health_stands_beside_compulsory_rehabilitation_and_calls_for_an_end():
    one = admitted()

    one.did("E.Admitted", "2026-10-05 09:00")

    assert (one.state("E"), one.status("2026-10-06")) == ("ACTIVE", "IN_COMPULSORY_REHAB")
    assert one.due("E", "CLOSE_FOR_COMPULSORY") == date(2026, 10, 5)
    assert one.did("E.Closed", "2026-10-06", reason="COMPULSORY").state == "CLOSED"


def test_after_the_court_decided_nothing_is_asked_of_a_registration_but_that_it_ends():
    registered, decided = with_ground("2026-09-10 09:00"), before_the_decision_with_rehabilitation()
    before_the_court(registered, "2026-09-11", "2026-09-17")
    registered.did("D.Registered", "2026-09-18 09:00", venue="PUBLIC_FACILITY")
    assert set(registered.duties("D")) == {"DECIDE"}

    for one in (registered, decided):
        one.did("F.CourtApproved", "2026-09-28 09:00")

    assert set(registered.duties("D")) == {"CLOSE_FOR_OTHER_MEASURE"}
    assert {"DECIDE", "START", "ASK_FACILITY"}.isdisjoint(decided.duties("D"))
    assert decided.due("D", "CLOSE_FOR_OTHER_MEASURE") == date(2026, 9, 28)
    decided.did("D.Closed", "2026-09-28", reason="COMPULSORY")
    assert decided.duties("D") == {}


def test_the_facility_is_not_asked_for_after_the_court_decided():
    one = with_ground("2026-09-10 09:00")
    before_the_court(one, "2026-09-11", "2026-09-17")
    one.did("D.Registered", "2026-09-18 09:00", venue="PUBLIC_FACILITY")
    one.did("D.Decided", "2026-09-18 10:00")
    assert "ASK_FACILITY" in one.duties("D")

    one.did("F.CourtApproved", "2026-09-28 09:00")

    assert set(one.duties("D")) == {"CLOSE_FOR_OTHER_MEASURE"}


def test_rehabilitation_that_runs_goes_on_until_the_admission_ends_it():
    one = before_the_decision_with_rehabilitation()
    one.did("D.Received", "2026-09-19 09:00")

    one.did("F.CourtApproved", "2026-09-28 09:00")

    assert "CLOSE_FOR_OTHER_MEASURE" not in one.duties("D")


def test_voluntary_rehabilitation_does_not_begin_after_the_court_decided():
    one = before_the_decision_with_rehabilitation()
    decided_by_the_court(one)

    with pytest.raises(UnderAnotherMeasure, match="«Đã chỉ định cơ sở»"):
        one.did("D.Received", "2026-09-30 09:00")

    assert one.did("D.Closed", "2026-09-30 09:00", reason="COMPULSORY").state == "CLOSED"


def test_the_admission_ends_voluntary_rehabilitation_that_began_before_the_decision():
    one = before_the_decision_with_rehabilitation()
    one.did("D.Received", "2026-09-19 09:00")
    decided_by_the_court(one)

    one.did("F.Admitted", "2026-10-01")

    assert (one.state("F"), one.state("D"), one.case("D").facts["reason"]) == ("ADMITTED", "CLOSED", "COMPULSORY")
    assert one.case("D").closed_on == date(2026, 10, 1)


def test_the_admission_ends_a_treatment_that_began_before_the_decision():
    one = with_ground("2026-09-10 09:00")
    before_the_court(one, "2026-09-11", "2026-09-17")
    one.did("E.Admitted", "2026-09-18 09:00")
    decided_by_the_court(one)

    one.did("F.Admitted", "2026-10-01")

    assert (one.state("F"), one.state("E"), one.case("E").facts["reason"]) == ("ADMITTED", "CLOSED", "COMPULSORY")


def test_what_was_done_in_rehabilitation_after_the_admission_is_put_right_first():
    one = before_the_decision_with_rehabilitation()
    one.did("D.Received", "2026-09-19 09:00")
    one.did("F.CourtApproved", "2026-09-28 09:00")
    one.did("F.FacilityAssigned", "2026-09-29 10:00")
    one.did("D.StageCompleted", "2026-10-02", stage=1, stage_began_on=date(2026, 9, 19))

    with pytest.raises(InTreatment, match="02/10/2026"):
        one.did("F.Admitted", "2026-10-01")

    assert one.did("F.Admitted", "2026-10-02").state == "ADMITTED"


def test_no_case_gives_way_to_a_court_that_did_not_decide():
    rehabilitated, treated = in_voluntary_rehab(), in_treatment()

    with pytest.raises(NoSuchReason, match="Tòa án"):
        rehabilitated.did("D.Closed", "2026-10-01", reason="COMPULSORY")
    with pytest.raises(NoSuchReason, match="Tòa án"):
        treated.did("E.Closed", "2026-10-01", reason="COMPULSORY")


# -- rehabilitation beside treatment --------------------------------------------------------------------------------------------


def test_who_is_in_treatment_closes_it_before_voluntary_rehabilitation():
    one = in_treatment()
    with pytest.raises(UnderAnotherMeasure, match="«Đang điều trị»"):
        one.did("D.Registered", "2026-09-05 09:00", venue="HOME_COMMUNITY")
    one.is_now("PRISON", "2026-09-04", "2026-09-05")
    with pytest.raises(NoSuchReason, match="cơ sở điều trị thông báo"):
        one.did("E.Closed", "2026-09-05", reason="PRISON")

    one.did("E.Closed", "2026-09-05", reason="REHAB_INSTEAD")
    in_voluntary_rehab("2026-09-05 09:00", "2026-09-06 09:00", one=one)

    assert (one.state("E"), one.state("D"), one.state("F")) == ("CLOSED", "IN_REHAB", None)


def test_who_is_in_voluntary_rehabilitation_closes_it_before_treatment():
    one = in_voluntary_rehab()
    with pytest.raises(UnderAnotherMeasure, match="«Đang cai nghiện»"):
        one.did("E.Registered", "2026-10-05 09:00", opioid=True)

    one.did("D.Closed", "2026-10-05", reason="OST_INSTEAD")
    one.did("E.Registered", "2026-10-05 10:00", opioid=True)

    assert one.did("E.Admitted", "2026-10-06 09:00").state == "ACTIVE"


def test_an_admission_told_by_health_stands_and_asks_that_voluntary_rehabilitation_ends():
    one = in_voluntary_rehab()

    one.did("E.Admitted", "2026-10-05 09:00")

    assert (one.state("D"), one.state("E")) == ("IN_REHAB", "ACTIVE")
    assert one.due("D", "CLOSE_FOR_OTHER_MEASURE") == date(2026, 10, 5)
    assert "DECIDE_MONITORING" not in one.duties("D")  # of treatment, not of what is to end
    assert "DECIDE_MONITORING" in one.duties("E")
    one.did("D.Closed", "2026-10-06", reason="OST_INSTEAD")
    assert (one.duties("D"), one.status("2026-10-06")) == ({}, "ON_OST")


def test_who_registered_for_rehabilitation_and_is_in_treatment_is_not_waited_for():
    registered, decided = found_addicted("2026-09-01 09:00"), found_addicted("2026-09-01 09:00")
    for one in (registered, decided):
        one.did("D.Registered", "2026-09-01 10:00", venue="PUBLIC_FACILITY")
    decided.did("D.Decided", "2026-09-01 11:00")

    for one in (registered, decided):
        one.did("E.Admitted", "2026-09-02 09:00")

        assert set(one.duties("D")) == {"CLOSE_FOR_OTHER_MEASURE"}
        assert one.did("D.Closed", "2026-09-02", reason="OST_INSTEAD").state == "CLOSED"


def test_who_registered_for_both_begins_one_of_them():
    one = found_addicted("2026-09-01 09:00")
    one.did("D.Registered", "2026-09-01 10:00", venue="HOME_COMMUNITY")
    one.did("D.Decided", "2026-09-01 11:00")
    one.did("E.Admitted", "2026-09-02 09:00")

    with pytest.raises(UnderAnotherMeasure, match="«Đang điều trị»"):
        one.did("D.Received", "2026-09-03 09:00")


# -- monitoring of minors -------------------------------------------------------------------------------------------------------


def a_minor_at_home():
    return in_voluntary_rehab(
        "2026-08-30 09:00", "2026-08-31 09:00", one=found_addicted("2026-08-30 06:00", MINOR_BORN)
    )


def test_a_minor_is_monitored_only_where_the_parents_asked():
    one = a_minor_at_home()
    with pytest.raises(NotInTargetGroup, match="điểm b khoản 2 Điều 16") as refusal:
        one.did("H.Decided", "2026-09-01 09:00", em_basis="PARENTS_REQUEST")

    one.did("H.Requested", "2026-09-01 10:00", em_basis="PARENTS_REQUEST")

    assert list(refusal.value.fields) == ["em_basis"]
    assert one.did("H.Decided", "2026-09-01 12:00", em_basis="PARENTS_REQUEST").state == "DECIDED"


def test_a_new_decision_rests_on_the_request_of_the_one_that_runs():
    one = a_minor_at_home()
    one.did("H.Requested", "2026-09-01 10:00", em_basis="PARENTS_REQUEST")
    one.did("H.Decided", "2026-09-01 12:00", em_basis="PARENTS_REQUEST")

    one.did("H.DecidedAnew", "2026-10-01 12:00", em_basis="PARENTS_REQUEST")

    assert [case.state for case in one.history.cases_of("H")] == ["REPLACED", "DECIDED"]


def test_a_new_decision_invents_no_request():
    one = in_voluntary_rehab(one=found_addicted("2026-08-30 06:00", "2008-09-10"))
    one.did("H.TransferReceived", "2026-09-01", from_commune=ELSEWHERE, em_basis="MINOR_POST_REHAB", **_OLD_TERM)

    with pytest.raises(NotInTargetGroup, match="đề nghị của cha mẹ"):
        one.did("H.DecidedAnew", "2026-09-02 12:00", em_basis="PARENTS_REQUEST")


# -- monitoring that comes along ------------------------------------------------------------------------------------------------


def moved_in(first, second):
    one, common = found_addicted(), {"from_commune": ELSEWHERE, **_OLD_TERM}
    facts = {
        "D": {"original_regime": "R4_L120", "venue": "HOME_COMMUNITY", **common},
        "H": {"em_basis": "COMMUNITY_REHAB", **common},
    }
    for track, when in ((first, "2026-08-10"), (second, "2026-08-11")):
        one.did(f"{track}.TransferReceived", when, **facts[track])
    return one


@pytest.mark.parametrize(("first", "second"), [("D", "H"), ("H", "D")])
def test_monitoring_taken_over_with_its_case_is_not_decided_anew(first, second):
    one = moved_in(first, second)

    assert {"DECIDE_MONITORING", "DECIDE_MONITORING_ANEW"}.isdisjoint(one.duties("D"))


def test_monitoring_on_another_basis_is_decided_anew():
    one = found_addicted()
    one.did("H.TransferReceived", "2026-08-10", from_commune=ELSEWHERE, em_basis="POST_REHAB", **_OLD_TERM)
    one.did(
        "D.TransferReceived", "2026-08-11",
        from_commune=ELSEWHERE, original_regime="R4_L120", venue="HOME_COMMUNITY", **_OLD_TERM,
    )  # fmt: skip

    assert "DECIDE_MONITORING_ANEW" in one.duties("D")


# -- monitoring that never began ------------------------------------------------------------------------------------------------


def test_a_device_not_fitted_by_the_end_of_the_term_is_no_longer_owed_but_the_end_is():
    one = found_addicted("2026-08-30 06:00")
    one.did("D.Registered", "2026-08-30 07:00", venue="HOME_COMMUNITY")
    one.did("D.Decided", "2026-08-30 09:00")
    one.did("H.Decided", "2026-08-30 10:00", em_basis="COMMUNITY_REHAB")
    assert set(one.duties("H", "2026-08-30")) == {"FIT"}
    ends_on = one.did("D.Received", "2026-08-31 09:00").ends_on

    assert set(one.duties("H", f"{ends_on}")) == {"FIT", "TERMINATE"}
    assert set(one.duties("H", f"{ends_on + timedelta(days=1)}")) == {"TERMINATE"}
    assert one.due("H", "TERMINATE") == ends_on


_OLD_TERM = {"original_starts_on": date(2026, 8, 1), "original_ends_on": date(2027, 8, 1)}


def test_who_takes_rehabilitation_over_is_no_longer_asked_to_register():
    one = found_addicted("2026-09-07 09:00")
    assert "REGISTER" in one.duties("C")

    one.did(
        "D.TransferReceived", "2026-09-07 15:00", from_commune=ELSEWHERE, original_starts_on=date(2026, 9, 1),
        original_ends_on=date(2028, 9, 1), original_regime="R4_L120", venue="HOME_COMMUNITY",
    )  # fmt: skip

    assert "REGISTER" not in one.duties("C")
    assert one.warnings == []


def test_no_facility_is_asked_for_after_the_court_decided():
    one = with_ground("2026-09-10 09:00")
    before_the_court(one, "2026-09-11", "2026-09-17")
    one.did("D.Registered", "2026-09-18 09:00", venue="PUBLIC_FACILITY")
    one.did("D.Decided", "2026-09-18 10:00")
    decided_by_the_court(one)

    for event, facts in (("D.FacilityAsked", {}), ("D.FacilityAssigned", {"facility": "CS1"})):
        with pytest.raises(UnderAnotherMeasure):
            one.did(event, "2026-09-30 09:00", **facts)
