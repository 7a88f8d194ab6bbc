"""Lives on tracks B to H, told act by act as the specification tells them (domain.md 3, 14b, 17)."""

from datetime import date

import pytest

from services.registry.domain.acts import AlreadyOpen, ChoiceMissing, NotInThisLaw, WrongReason, WrongSigner, WrongStep
from services.registry.domain.guards import (
    addict_list,
    compulsory_rehab,
    determination,
    electronic_monitoring,
    post_rehab,
    several_tracks,
    substitution_treatment,
    user_management,
    voluntary_rehab,
)
from services.registry.domain.rehabilitation import stages_of
from services.registry.domain.status import to_review
from services.registry.domain.term_of_status import WrongTerm
from tests.registry.tracks.people import (
    ADULT_BORN,
    ELSEWHERE,
    LAW,
    MINOR_BORN,
    UNIT,
    Somebody,
    a_minor_in_a_public_facility,
    admitted,
    before_the_court,
    found_addicted,
    in_compulsory_rehab,
    in_voluntary_rehab,
    managed,
    with_all_stages,
    with_ground,
)


def day(text):
    return date.fromisoformat(text)


def refused(kind, act, *, says=None):
    """The act is refused with its article in the sentence and in the error."""
    with pytest.raises(kind) as caught:
        act()
    sentence = str(caught.value)
    assert caught.value.article in sentence or "INV-" in sentence
    assert says is None or says in sentence, sentence


# -- worked examples -----------------------------------------------------------------------------------------------------------


def test_example_4_voluntary_for_the_first_time():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    case = one.case("D")

    assert (case.starts_on, case.ends_on, case.facts["rehab_sequence_no"]) == (day("2026-08-31"), day("2028-08-31"), 1)
    assert one.due("D", "NOTICE_OF_END") == day("2028-08-01")
    assert one.due("D", "DECIDE_MONITORING") == "2026-08-31 20:00"
    with_all_stages(one, noticed="2028-08-01 09:00")
    assert one.due("G", "PROPOSE") == day("2028-08-03")
    one.did("G.Proposed", "2028-08-03")
    for duty in (one.duties("D")["CERTIFY"], one.duties("G")["DECIDE_TO_HAND_OVER"]):
        window = duty.due
        assert (f"{window.earliest:%Y-%m-%d %H:%M}", window.day) == ("2028-08-31 00:00", day("2028-08-31"))
    assert "DECIDE" not in one.duties("G")
    one.did("G.Decided", "2028-08-31 08:00")
    one.did("D.Completed", "2028-08-31")
    assert (one.case("G").starts_on, one.case("G").ends_on) == (day("2028-08-31"), day("2029-08-31"))
    assert one.due("G", "DECIDE_MONITORING") == "2028-08-31 20:00"
    assert (one.state("C"), one.status("2028-09-01")) == ("REMOVED", "POST_REHAB")


def test_example_5_t1_compulsory_under_the_old_law_and_management_under_the_new_one():
    one = with_ground("2025-08-01 09:00")
    before_the_court(one, "2025-08-05", "2025-08-12")
    in_compulsory_rehab(one, "2025-09-20", "2025-10-01", term_months=18)

    assert one.case("F").ends_on == day("2027-04-01")
    assert one.due("F", "NOTICE_OF_END") == day("2027-03-02")
    one.did("F.EndNotified", "2027-03-01 09:00")
    one.did("G.Proposed", "2027-03-02")
    handed_over = one.duties("G")["DECIDE_TO_HAND_OVER_BY_FACILITY"]
    assert (handed_over.due.day, handed_over.rule) == (day("2027-04-01"), "R4-CP-CERT")
    one.did("F.Completed", "2027-04-01", number="7/GXN")
    one.did("G.Decided", "2027-04-01 10:00")
    assert (one.case("G").starts_on, one.case("G").ends_on) == (day("2027-04-01"), day("2029-04-01"))
    assert one.due("G", "DECIDE_MONITORING") == "2027-04-01 22:00"
    one.did("H.Decided", "2027-04-01 12:00", em_basis="POST_REHAB")
    assert one.due("H", "FIT") == "2027-04-02 12:00"
    assert one.case("F").last.form_code == "COMPLETION_CERTIFICATE"
    assert one.case("G").did("Decided").form_code == "ND163_PL5_M53"


def test_example_6_the_second_time_is_36_months():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    with_all_stages(one)
    one.did("D.Completed", "2028-08-31")
    one.did("B.Requested", "2029-05-20 08:00", ground="VOLUNTARY", requester="PERSON")
    one.did("B.Received", "2029-05-21")
    one.did("B.ResultAddicted", "2029-05-22 08:00", concluded_on=day("2029-05-22"))
    one.did("B.NotifiedToPerson", "2029-05-31 10:00")
    one.did("D.Registered", "2029-06-01 07:00", venue="HOME_COMMUNITY")
    one.did("D.Decided", "2029-06-01 08:00")
    case = one.did("D.Received", "2029-06-01 09:00")

    assert (case.facts["rehab_sequence_no"], case.ends_on) == (2, day("2032-06-01"))


def test_example_11_the_wrong_signer_is_refused_with_the_article():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    with_all_stages(one, noticed="2028-08-01 09:00")
    one.did("G.Proposed", "2028-08-02")

    refused(WrongSigner, lambda: one.did("G.Decided", "2028-08-31 08:00", signer="CA_CHIEF"), says="khoản 6 Điều 42")
    assert one.state("G") == "PROPOSED"


def test_example_12_an_expired_result_leads_to_a_new_determination():
    one = found_addicted("2026-07-10 09:00")

    refused(
        voluntary_rehab.ExpiredResult,
        lambda: one.did("D.Registered", "2027-01-11 08:00", venue="HOME_COMMUNITY"),
        says="điểm b khoản 1 Điều 31",
    )
    one.did("B.Requested", "2027-01-11 09:00", ground="NO_CERTIFICATE", requester="PERSON")
    one.did("B.ResultAddicted", "2027-01-13 09:00", concluded_on=day("2027-01-12"))
    assert one.did("D.Registered", "2027-01-14 08:00", venue="HOME_COMMUNITY").state == "REGISTERED"


def test_a_result_is_valid_on_the_last_day_of_its_six_months():
    one = found_addicted("2026-07-10 09:00")

    assert one.did("D.Registered", "2027-01-10 08:00", venue="HOME_COMMUNITY").state == "REGISTERED"


# -- transition rules ----------------------------------------------------------------------------------------------------------


def test_t1_a_decision_before_the_boundary_keeps_term_stages_and_certificate_of_the_old_law_though_it_starts_after():
    one = found_addicted("2026-06-20 09:00")
    one.did("D.Registered", "2026-06-22 08:00", venue="HOME_COMMUNITY")
    one.did("D.Decided", "2026-06-30 08:00", term_months=8)
    case = one.did("D.Received", "2026-07-03 08:00")

    assert (case.ends_on, case.facts["governed_by"]) == (day("2027-03-03"), "R3_L73_2T")
    for stage, since, until in (
        (1, "2026-07-03", "2026-07-09"),
        (2, "2026-07-09", "2026-07-14"),
        (3, "2026-07-14", "2026-09-01"),
    ):
        one.did("D.StageCompleted", until, stage=stage, stage_began_on=day(since))
    done = one.did("D.Completed", "2027-03-03")
    assert (done.state, done.last.form_code, done.last.signer_role) == ("COMPLETED", "ND116_M26A", "CA_CHIEF")
    assert one.state("C") == "REMOVED"


def test_t2_a_decision_after_the_boundary_follows_the_new_law_though_registered_before():
    one = found_addicted("2026-06-20 09:00")
    one.did("D.Registered", "2026-06-30 08:00", venue="HOME_COMMUNITY")
    refused(WrongSigner, lambda: one.did("D.Decided", "2026-07-01 08:00", signer="UB_CHAIR"), says="khoản 1 Điều 91")
    one.did("D.Decided", "2026-07-01 08:00")

    assert one.did("D.Received", "2026-07-02 08:00").ends_on == day("2028-07-02")


def test_t2_a_dossier_of_before_decided_after_is_of_the_new_law():
    one = with_ground("2026-06-01 09:00")
    before_the_court(one, "2026-06-05", "2026-06-15")
    in_compulsory_rehab(one, "2026-07-10", "2026-07-12")

    assert one.case("F").ends_on == day("2028-07-12")


def test_t3_who_is_in_home_rehabilitation_since_before_is_to_be_monitored_and_age_is_that_of_the_decision():
    one = Somebody("2008-08-01")
    one.did("B.ResultAddicted", "2026-03-02 08:00", concluded_on=day("2026-03-01"))
    one.did("B.NotifiedToPerson", "2026-03-02 09:00")
    in_voluntary_rehab("2026-03-10 09:00", "2026-03-11 09:00", months=12, one=one)

    assert "MONITORING_T3" not in to_review(LAW, one.history, day("2026-07-31"))
    assert "MONITORING_T3" in to_review(LAW, one.history, day("2026-08-01"))
    refused(
        electronic_monitoring.NotInTargetGroup,
        lambda: one.did("H.Decided", "2026-07-31 08:00", em_basis="COMMUNITY_REHAB"),
    )
    assert one.did("H.Decided", "2026-08-01 08:00", em_basis="COMMUNITY_REHAB").state == "DECIDED"
    assert one.did("H.Fitted", "2026-08-01 20:00").ends_on == day("2027-03-11")
    assert "MONITORING_T3" not in to_review(LAW, one.history, day("2026-08-02"))


def test_t4_with_less_than_six_months_left_a_minor_stays():
    one = a_minor_in_a_public_facility(12)
    assert one.case("F").ends_on == day("2026-12-10")

    refused(
        compulsory_rehab.WrongVenue,
        lambda: one.did("F.VenueReviewed", "2026-07-05", choice_t4="MOVE"),
        says="khoản 6 Điều 151",
    )
    assert one.did("F.VenueReviewed", "2026-07-05").facts.get("venue") is None


def test_t4_with_six_months_or_more_the_officer_chooses():
    one = with_ground("2026-02-01 09:00", birth_date=MINOR_BORN)
    before_the_court(one, "2026-02-05", "2026-02-13")
    in_compulsory_rehab(one, "2026-03-01", "2026-03-10", term_months=12)
    assert "VENUE_T4" in to_review(LAW, one.history, day("2026-07-05"))

    with pytest.raises(ChoiceMissing):
        one.did("F.VenueReviewed", "2026-07-05")
    with pytest.raises(ChoiceMissing, match="khoản 6 Điều 151") as refusal:
        one.did("F.VenueReviewed", "2026-07-05", choice_t4="MOVE")
    assert "choice_reason" in refusal.value.fields
    reviewed = one.did("F.VenueReviewed", "2026-07-05", choice_t4="MOVE", told={"choice_reason"})
    assert reviewed.facts["venue"] == "TRUONG_GIAO_DUONG"


# -- determination and the list ------------------------------------------------------------------------------------------------


def test_a_request_of_the_police_is_told_to_the_case_it_stands_on_and_its_result_too():
    one = Somebody()
    test = one.tested("2026-07-03 10:00")
    one.did("A.PositiveTest", "2026-07-03 10:00", test_id=test)
    one.did("A.ResidenceVerified", "2026-07-03 15:00", stable=False)
    one.did("B.Requested", "2026-07-03 16:00", ground="NO_STABLE_RESIDENCE", requester="POLICE")
    assert "ASK_DETERMINATION" not in one.duties("A")
    assert one.duties("B")["AWAIT_RECEPTION"].line.waits_for == "HEALTH"
    one.did("B.Received", "2026-07-04")
    assert one.due("B", "AWAIT_RESULT") == day("2026-07-09")
    one.did("B.ObservationBegun", "2026-07-05")
    one.did("B.ResultNotAddicted", "2026-07-08 10:00", concluded_on=day("2026-07-08"))

    assert one.due("A", "DECIDE_ON_FINDING") == "2026-07-09 10:00"
    assert one.did("A.ManagementDecided", "2026-07-08").state == "MANAGED"


def test_inv_3_a_stable_resident_needs_no_determination():
    one = Somebody()
    one.did("A.PositiveTest", "2026-07-03 10:00", test_id=one.tested("2026-07-03 10:00"))
    one.did("A.ResidenceVerified", "2026-07-03 15:00", stable=True)

    refused(
        determination.NoGround,
        lambda: one.did("B.Requested", "2026-07-03 16:00", ground="NO_STABLE_RESIDENCE", requester="POLICE"),
        says="INV-3",
    )


def test_a_withdrawn_request_is_asked_for_again():
    one = Somebody()
    one.did("A.PositiveTest", "2026-07-03 10:00", test_id=one.tested("2026-07-03 10:00"))
    one.did("A.ResidenceVerified", "2026-07-03 15:00", stable=False)
    one.did("B.Requested", "2026-07-03 16:00", ground="NO_STABLE_RESIDENCE", requester="POLICE")
    one.did("B.Withdrawn", "2026-07-04", reason="MISTAKEN")

    assert one.state("B") == "WITHDRAWN"
    assert "ASK_DETERMINATION" in one.duties("A")


def test_a_ground_belongs_to_its_law():
    one = Somebody()

    refused(
        WrongReason, lambda: one.did("B.Requested", "2026-06-01 08:00", ground="NO_CERTIFICATE", requester="PERSON")
    )
    assert (
        one.did("B.Requested", "2026-07-01 08:00", ground="NO_CERTIFICATE", requester="PERSON").last.form_code
        == "ND109_M01"
    )


def test_the_told_result_starts_the_clock_of_registration():
    one = found_addicted("2026-07-10 09:00")
    assert (one.due("C", "REGISTER"), one.duties("C")["REGISTER"].line.waits_for) == ("2026-07-11 09:00", "PERSON")

    one.did("D.Registered", "2026-07-11 09:30", venue="HOME_COMMUNITY")

    assert "khoản 7 Điều 4" in one.warnings[0]
    assert one.duties("C") == {}


def test_the_old_law_gave_five_working_days_to_register():
    assert found_addicted("2026-06-12 09:00").due("C", "REGISTER") == day("2026-06-19")


def test_who_lives_elsewhere_is_not_put_on_this_list():
    one = Somebody()
    one.did("B.Requested", "2026-07-03 08:00", ground="VOLUNTARY", requester="PERSON", elsewhere=True)
    one.did("B.ResultAddicted", "2026-07-06 08:00", concluded_on=day("2026-07-06"))

    assert (one.state("C"), one.status("2026-07-06")) == (None, "ADDICT_UNTREATED")


def test_a_valid_result_is_not_asked_for_again():
    one = found_addicted("2026-07-10 09:00")

    refused(
        determination.AlreadyDetermined,
        lambda: one.did("B.Requested", "2026-09-10 09:00", ground="VOLUNTARY", requester="PERSON"),
    )


def test_reasons_for_leaving_the_list_differ_by_law():
    old, new = found_addicted("2026-05-10 09:00"), found_addicted("2026-07-10 09:00")

    refused(WrongReason, lambda: old.did("C.Removed", "2026-06-01", reason="COMPLETED"))
    refused(several_tracks.NoSuchReason, lambda: new.did("C.Removed", "2026-07-20", reason="CLEAN_POST_REHAB"))
    refused(several_tracks.NoSuchReason, lambda: new.did("C.Removed", "2026-07-20", reason="PRISON"))
    new.is_now("PRISON", "2026-07-15")
    assert new.did("C.Removed", "2026-07-20", reason="PRISON").state == "REMOVED"


def test_reading_23_nobody_leaves_the_list_by_itself_on_the_boundary():
    one = found_addicted("2026-05-10 09:00")
    assert to_review(LAW, one.history, day("2026-06-30")) == []
    assert to_review(LAW, one.history, day("2026-07-01")) == ["LIST_ENTRY"]

    one.did("C.ReviewedUnderNewLaw", "2026-07-10", review_outcome="KEEP")

    assert (one.state("C"), to_review(LAW, one.history, day("2026-07-11"))) == ("LISTED", [])
    other = found_addicted("2026-05-10 09:00")
    other.did("C.ReviewedUnderNewLaw", "2026-07-10", review_outcome="REMOVE")
    assert other.state("C") == "REMOVED"
    refused(
        addict_list.NothingToReview,
        lambda: found_addicted("2026-07-10 09:00").did("C.ReviewedUnderNewLaw", "2026-07-20", review_outcome="KEEP"),
    )


def test_a_move_is_handed_over_within_a_day_and_five_working_days_before():
    new, old = found_addicted("2026-07-10 09:00"), found_addicted("2026-05-10 09:00")
    new.did("C.MoveReported", "2026-07-20 10:00", to_commune=ELSEWHERE)
    old.did("C.MoveReported", "2026-06-01 10:00", to_commune=ELSEWHERE)

    assert (new.due("C", "HAND_OVER"), old.due("C", "HAND_OVER")) == ("2026-07-21 10:00", day("2026-06-08"))
    refused(several_tracks.SameCommune, lambda: new.did("C.MovedAway", "2026-07-20", to_commune=UNIT))
    assert new.did("C.MovedAway", "2026-07-20", to_commune=ELSEWHERE).state == "TRANSFERRED"


def test_a_managed_users_move_is_handed_over_in_the_time_of_its_law():
    new, old = Somebody(), Somebody()
    for one, month in ((new, "2026-07"), (old, "2025-07")):
        one.did("A.PositiveTest", f"{month}-07 10:00", test_id=one.tested(f"{month}-07 10:00"))
        one.did("A.ManagementDecided", f"{month}-08")
        one.did("A.MoveReported", f"{month}-20 10:00", to_commune=ELSEWHERE)

    assert (new.due("A", "HAND_OVER"), old.due("A", "HAND_OVER")) == ("2026-07-21 10:00", day("2025-07-25"))


# -- voluntary rehabilitation --------------------------------------------------------------------------------------------------


def test_under_12_there_is_no_rehabilitation():
    one = found_addicted("2026-07-10 09:00", birth_date="2015-01-01")

    refused(
        several_tracks.TooYoung,
        lambda: one.did("D.Registered", "2026-07-10 10:00", venue="HOME_COMMUNITY"),
        says="INV-5",
    )
    refused(
        several_tracks.TooYoung,
        lambda: one.did("E.Registered", "2026-07-10 10:00", opioid=True, parental_consent=True),
        says="INV-5",
    )


def test_without_a_determination_nobody_registers():
    refused(
        voluntary_rehab.NotFoundAddicted,
        lambda: Somebody().did("D.Registered", "2026-07-10 10:00", venue="HOME_COMMUNITY"),
    )


def test_venues_are_open_to_whom_the_law_opens_them():
    one = found_addicted()

    refused(
        voluntary_rehab.WrongVenue,
        lambda: one.did("D.Registered", "2026-07-10 10:00", venue="HOME_COMMUNITY", stable=False),
        says="khoản 3 Điều 89",
    )
    refused(voluntary_rehab.WrongVenue, lambda: one.did("D.Registered", "2026-07-10 10:00", venue="TRUONG_GIAO_DUONG"))
    assert one.did("D.Registered", "2026-07-10 10:00", venue="PUBLIC_FACILITY", stable=False).state == "REGISTERED"


def test_the_old_law_lets_the_decision_choose_6_to_12_months():
    one = found_addicted("2024-03-01 08:00")
    one.did("D.Registered", "2024-03-05 08:00", venue="HOME_COMMUNITY")

    refused(WrongTerm, lambda: one.did("D.Decided", "2024-03-06 08:00", term_months=13))
    refused(WrongTerm, lambda: one.did("D.Decided", "2024-03-06 08:00"))
    one.did("D.Decided", "2024-03-06 08:00", term_months=6)
    assert one.due("D", "START") == day("2024-03-13")
    assert one.did("D.Received", "2024-03-08 08:00").ends_on == day("2024-09-08")


def test_reading_22_another_term_than_the_laws_is_refused():
    one = found_addicted("2026-08-29 08:00")
    one.did("D.Registered", "2026-08-30 07:00", venue="HOME_COMMUNITY")

    refused(WrongTerm, lambda: one.did("D.Decided", "2026-08-30 08:00", term_months=12), says="khoản 1 Điều 29")
    one.did("D.Decided", "2026-08-30 08:00", term_months=24)
    refused(
        WrongTerm, lambda: one.did("D.Received", "2026-08-31 08:00", ends_on=day("2027-08-31")), says="khoản 1 Điều 29"
    )


def test_u6_episodes_of_the_old_law_count_and_the_officer_is_asked():
    def again():
        one = in_voluntary_rehab("2024-03-06 08:00", "2024-03-08 08:00", months=6)
        for stage, since, until in (
            (1, "2024-03-08", "2024-03-12"),
            (2, "2024-03-12", "2024-03-25"),
            (3, "2024-03-25", "2024-07-01"),
        ):
            one.did("D.StageCompleted", until, stage=stage, stage_began_on=day(since))
        one.did("D.Completed", "2024-09-08")
        one.did("G.Proposed", "2024-09-12")
        one.did("G.Decided", "2024-09-13 08:00")
        one.did("G.Completed", "2025-09-08")
        one.did("B.ResultAddicted", "2026-08-01 08:00", concluded_on=day("2026-08-01"))
        one.did("B.NotifiedToPerson", "2026-08-01 09:00")
        one.did("D.Registered", "2026-08-01 10:00", venue="HOME_COMMUNITY")
        return one

    one = again()
    with pytest.raises(ChoiceMissing, match="1 lần"):
        one.did("D.Decided", "2026-08-01 11:00")
    one.did("D.Decided", "2026-08-01 11:00", choice_u6="UNCONFIRMED")
    assert one.did("D.Received", "2026-08-02 08:00").ends_on == day("2029-08-02")
    other = again()
    other.did("D.Decided", "2026-08-01 11:00", choice_u6="NOT_COUNTED")
    assert other.did("D.Received", "2026-08-02 08:00").ends_on == day("2028-08-02")


def test_reading_7_stages_have_their_order_and_least_length_and_an_overrun_only_warns():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")

    refused(
        voluntary_rehab.WrongStage,
        lambda: one.did("D.StageCompleted", "2026-09-20", stage=2, stage_began_on=day("2026-09-02")),
    )
    one.did("D.StageCompleted", "2026-09-04", stage=1, stage_began_on=day("2026-08-31"))
    assert "khoản 6 Điều 84" in one.warnings[0]
    refused(
        voluntary_rehab.WrongStage,
        lambda: one.did("D.StageCompleted", "2026-09-13", stage=2, stage_began_on=day("2026-09-04")),
        says="khoản 6 Điều 85",
    )
    one.did("D.StageCompleted", "2026-09-14", stage=2, stage_began_on=day("2026-09-04"))
    assert one.warnings == []
    refused(
        voluntary_rehab.WrongStage,
        lambda: one.did("D.StageCompleted", "2026-12-01", stage=3, stage_began_on=day("2026-09-13")),
    )
    refused(
        voluntary_rehab.WrongStage,
        lambda: one.did("D.StageCompleted", "2026-12-13", stage=3, stage_began_on=day("2026-09-14")),
        says="khoản 6 Điều 86",
    )
    one.did("D.StageCompleted", "2026-12-14", stage=3, stage_began_on=day("2026-09-14"))
    one.did("D.StageCompleted", "2028-08-30", stage=4, stage_began_on=day("2026-09-14"))
    overlap = stages_of(one.case("D"))
    assert overlap[3].began_on == overlap[4].began_on < overlap[3].ended_on < overlap[4].ended_on


def test_completion_needs_all_stages_of_its_law():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")

    refused(voluntary_rehab.WrongStage, lambda: one.did("D.Completed", "2028-08-31"))
    with_all_stages(one)
    assert one.did("D.Completed", "2028-08-31").state == "COMPLETED"


def test_a_certificate_before_its_window_warns_and_long_before_the_end_is_refused():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    for stage, since, until in (
        (1, "2026-08-31", "2026-09-02"),
        (2, "2026-09-02", "2026-09-12"),
        (3, "2026-09-12", "2026-12-20"),
    ):
        one.did("D.StageCompleted", until, stage=stage, stage_began_on=day(since))
    one.did("D.StageCompleted", "2028-07-01", stage=4, stage_began_on=day("2026-09-12"))
    one.did("D.StageCompleted", "2028-07-15", stage=5, stage_began_on=day("2028-07-01"))
    assert any("khoản 7 Điều 88" in said for said in one.warnings)

    refused(several_tracks.OutsideTerm, lambda: one.did("D.Completed", "2028-07-20"))
    done = one.did("D.Completed", "2028-08-10")
    assert "khoản 4 Điều 93" in one.warnings[0]
    assert done.facts["completed_on"] == day("2028-08-31")


def test_after_three_stages_at_a_private_facility_the_rest_is_served_at_home():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00", venue="PRIVATE_FACILITY")
    assert one.duties("D")["PROVIDER_NOTICE"].line.waits_for == "FACILITY"
    one.did("D.ProviderNotified", "2026-09-01")
    refused(voluntary_rehab.WrongStage, lambda: one.did("D.LeftFacility", "2027-01-04 09:00"))
    for stage, since, until in (
        (1, "2026-08-31", "2026-09-02"),
        (2, "2026-09-02", "2026-09-12"),
        (3, "2026-09-12", "2026-12-20"),
    ):
        one.did("D.StageCompleted", until, stage=stage, stage_began_on=day(since))
    one.did("D.LeftFacility", "2027-01-04 09:00")
    assert (one.state("D"), one.due("D", "PRESENT")) == ("BETWEEN", day("2027-01-06"))
    case = one.did("D.ReceivedAtHome", "2027-01-06 08:00")

    assert (case.ends_on, case.facts["venue"], one.warnings) == (day("2028-09-02"), "HOME_COMMUNITY", [])
    assert one.due("D", "DECIDE_MONITORING_AT_HOME") == "2027-01-06 20:00"


def test_a_public_facility_is_asked_for_and_designated():
    one = found_addicted("2026-07-10 05:00")
    one.did("D.Registered", "2026-07-10 06:00", venue="PUBLIC_FACILITY")
    one.did("D.Decided", "2026-07-10 08:00")
    assert one.due("D", "ASK_FACILITY") == "2026-07-11 08:00"
    one.did("D.FacilityAsked", "2026-07-10 12:00")
    assert (one.due("D", "AWAIT_FACILITY"), one.duties("D")["AWAIT_FACILITY"].line.waits_for) == (
        "2026-07-11 12:00",
        "PROVINCE",
    )
    one.did("D.FacilityAssigned", "2026-07-11")
    one.did("D.Received", "2026-07-13 08:00")

    assert (one.state("C"), one.case("C").facts["reason"], one.status("2026-07-14")) == (
        "REMOVED",
        "FACILITY",
        "IN_VOLUNTARY_REHAB",
    )


def test_prison_interrupts_and_the_remainder_is_served_after():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    one.is_now("PRISON", "2027-08-31")
    one.did("D.Imprisoned", "2027-08-31")
    assert (one.state("C"), one.status("2027-09-01")) == ("REMOVED", "IMPRISONED")
    case = one.did("D.Resumed", "2028-03-01")

    assert case.ends_on == day("2029-03-02")  # 366 days were left on 2027-08-31
    assert one.state("C") == "LISTED"


def test_a_move_keeps_the_end_on_both_sides():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    one.did("D.MoveReported", "2027-01-04 10:00", to_commune=ELSEWHERE)
    assert one.due("D", "HAND_OVER") == "2027-01-05 10:00"
    assert one.did("D.MovedAway", "2027-01-05", to_commune=ELSEWHERE).state == "TRANSFERRED"
    there = Somebody()
    case = there.did(
        "D.TransferReceived",
        "2027-01-06",
        from_commune=ELSEWHERE,
        venue="HOME_COMMUNITY",
        original_starts_on=day("2026-08-31"),
        original_ends_on=day("2028-08-31"),
        original_regime="R4_L120",
        stages_done=3,
    )

    assert (case.state, case.starts_on, case.ends_on) == ("IN_REHAB", day("2026-08-31"), day("2028-08-31"))


@pytest.mark.parametrize(
    ("reason", "breaches", "ground"),
    [
        ("SELF_TERMINATED", [], "A_NOT_REG_START_SELFTERM"),
        ("EM_REFUSED", ["EM_DESTROYED"], "DD_EM_OR_REPEAT"),
        ("THIRD_VIOLATION", ["BEHAVIOUR"] * 3, "DD_EM_OR_REPEAT"),
    ],
)
def test_a_violation_is_a_ground_for_compulsory_rehabilitation(reason, breaches, ground):
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    for kind in breaches:
        one.breached(kind, "2026-10-02 08:00")
    one.did("D.Violated", "2026-10-05 08:00", reason=reason, absent_since=day("2026-10-01"))

    assert (one.state("D"), one.state("F"), one.case("F").facts["ground"]) == ("VIOLATED", "GROUND_FOUND", ground)
    assert one.due("F", "OPEN_DOSSIER") == day("2026-10-06")
    assert one.did("F.DossierOpened", "2026-10-06").state == "DOSSIER_OPEN"


def test_a_violation_that_did_not_happen_is_refused():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")

    refused(several_tracks.NoSuchReason, lambda: one.did("D.Violated", "2026-10-05 08:00", reason="REUSE"))
    refused(
        several_tracks.NoSuchReason,
        lambda: one.did("D.Violated", "2026-10-05 08:00", reason="SELF_TERMINATED", absent_since=day("2026-10-04")),
        says="khoản 9 Điều 4",
    )
    refused(several_tracks.NoSuchReason, lambda: one.did("D.Violated", "2026-10-05 08:00", reason="NOT_STARTED"))
    one.tested("2026-10-05 07:00")
    assert one.did("D.Violated", "2026-10-05 08:00", reason="REUSE").state == "VIOLATED"
    assert one.case("F").facts["ground"] == "B_REUSE_IN_VOLUNTARY"


@pytest.mark.parametrize(
    ("reason", "kind", "mended", "article"),
    [
        ("EM_REFUSED", "EM_REFUSED", [True, True], "khoản 2 Điều 47"),
        ("EM_REFUSED", "EM_BATTERY", [True, False], "khoản 2 Điều 47"),
        ("THIRD_VIOLATION", "BEHAVIOUR", [None, None, None], "khoản 4 Điều 47"),
    ],
)
def test_rehabilitation_ends_for_breaches_only_once_the_book_holds_the_last_of_the_ladder(
    reason, kind, mended, article
):
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    *reminders, last = mended
    for answer in reminders:
        assert one.breached(kind, "2026-10-02 08:00", mended=answer) != "COMPULSORY"

    refused(several_tracks.NoSuchReason, lambda: one.did("D.Violated", "2026-10-05 08:00", reason=reason), says=article)
    assert "END_AFTER_BREACHES" not in one.duties("D")
    assert one.breached(kind, "2026-10-05 10:00", mended=last) == "COMPULSORY"
    assert one.due("D", "END_AFTER_BREACHES") == day("2026-10-05")
    refused(several_tracks.NoSuchReason, lambda: one.did("D.Violated", "2026-10-04 08:00", reason=reason), says=article)
    assert one.did("D.Violated", "2026-10-05 11:00", reason=reason).state == "VIOLATED"
    assert one.duties("D") == {}


def test_breaches_of_monitoring_are_no_third_violation_of_the_rules_nor_the_other_way_round():
    one, other = (in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00") for _time in range(2))
    one.breached("EM_DESTROYED", "2026-10-02 08:00")
    for _time in range(3):
        other.breached("BEHAVIOUR", "2026-10-02 08:00")

    refused(several_tracks.NoSuchReason, lambda: one.did("D.Violated", "2026-10-05 08:00", reason="THIRD_VIOLATION"))
    refused(several_tracks.NoSuchReason, lambda: other.did("D.Violated", "2026-10-05 08:00", reason="EM_REFUSED"))


def test_breaches_count_in_the_case_in_which_they_were_committed():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    one.breached("EM_DESTROYED", "2026-10-02 08:00")
    one.did("D.Closed", "2026-10-05 08:00", reason="OST_INSTEAD")
    in_voluntary_rehab("2026-12-01 09:00", "2026-12-02 09:00", one=one)

    refused(several_tracks.NoSuchReason, lambda: one.did("D.Violated", "2026-12-05 08:00", reason="EM_REFUSED"))
    assert "END_AFTER_BREACHES" not in one.duties("D")


def test_not_started_is_a_violation_only_after_its_time():
    one = found_addicted("2026-07-10 05:00")
    one.did("D.Registered", "2026-07-10 06:00", venue="HOME_COMMUNITY")
    one.did("D.Decided", "2026-07-10 08:00")

    refused(
        several_tracks.NoSuchReason,
        lambda: one.did("D.Violated", "2026-07-14 08:00", reason="NOT_STARTED"),
        says="khoản 8 Điều 4",
    )
    assert one.did("D.Violated", "2026-07-15 08:00", reason="NOT_STARTED").state == "VIOLATED"


# -- substitution treatment ----------------------------------------------------------------------------------------------------


def test_substitution_under_the_new_law_needs_no_decision_and_its_completion_leads_to_management():
    one = found_addicted("2026-07-10 09:00")
    one.did("E.Registered", "2026-07-10 10:00", opioid=True)
    refused(NotInThisLaw, lambda: one.did("E.Decided", "2026-07-10", signer="UB_CHAIR"))
    assert one.duties("E") == {}  # nobody owes a notice of an admission that has not been
    one.did("E.Admitted", "2026-07-12 08:00")
    assert (one.status("2026-07-12"), one.due("E", "DECIDE_MONITORING")) == ("ON_OST", "2026-07-12 20:00")
    one.did("H.Decided", "2026-07-12 10:00", em_basis="OST")
    assert one.did("H.Fitted", "2026-07-13 09:00").ends_on == day("2028-07-13")
    one.did("E.Completed", "2028-01-10 08:00")

    assert (one.state("E"), one.state("C"), one.due("G", "PROPOSE_AFTER_OST")) == (
        "COMPLETED",
        "REMOVED",
        day("2028-01-12"),
    )
    one.did("G.Proposed", "2028-01-11")
    assert {code: each.due.day for code, each in one.duties("G").items()} == {"DECIDE_AFTER_OST": day("2028-01-12")}
    assert one.did("G.Decided", "2028-01-12 08:00").ends_on == day("2029-01-10")


def in_treatment(birth_date=ADULT_BORN):
    one = found_addicted("2026-07-10 09:00", birth_date)
    one.did("E.Registered", "2026-07-10 10:00", opioid=True, parental_consent=True)
    one.did("E.Admitted", "2026-07-12 08:00")
    return one


def test_treatment_ends_for_a_third_violation_only_once_the_book_holds_it():
    one = in_treatment()
    for when in ("2026-08-03 08:00", "2026-08-04 08:00"):
        one.breached("BEHAVIOUR", when, track="E")
    refused(
        several_tracks.NoSuchReason,
        lambda: one.did("E.Violated", "2026-08-05 08:00", reason="THIRD_VIOLATION"),
        says="khoản 4 Điều 47",
    )
    one.breached("BEHAVIOUR", "2026-08-05 09:00", track="E")

    assert one.due("E", "END_AFTER_BREACHES") == day("2026-08-05")
    one.did("E.Violated", "2026-08-05 10:00", reason="THIRD_VIOLATION")
    assert (one.state("E"), one.case("F").facts["ground"]) == ("VIOLATED", "C_OST_BREACH")


def test_a_patients_second_refusal_asks_for_monitoring_anew_within_24_hours_of_its_minutes():
    one = in_treatment()
    one.did("H.Decided", "2026-07-12 10:00", em_basis="OST")
    one.did("H.Fitted", "2026-07-13 09:00")
    assert one.breached("EM_REFUSED", "2026-09-01 08:00", track="E", mended=True) == "REMIND"
    assert "DECIDE_ANEW" not in one.duties("H")
    assert one.breached("EM_REFUSED", "2026-09-01 20:15", track="E", mended=True) == "NEW_MONITORING"

    assert one.due("H", "DECIDE_ANEW") == "2026-09-02 20:15"
    assert "DECIDE_MONITORING_AFTER_BREACH" not in one.duties("E")
    one.did("H.DecidedAnew", "2026-09-01 20:15", em_basis="OST")
    assert set(one.duties("H")) == {"FIT"}
    assert one.did("H.Fitted", "2026-09-02 08:00").ends_on == day("2028-09-02")


def test_without_a_monitoring_that_runs_the_decision_is_asked_for_in_the_treatment():
    one = in_treatment()
    one.did("H.Decided", "2026-07-12 10:00", em_basis="OST")
    one.did("H.HandedOver", "2026-08-30", to_commune=ELSEWHERE)
    one.breached("EM_DESTROYED", "2026-09-01 20:15", track="E")
    assert one.due("E", "DECIDE_MONITORING_AFTER_BREACH") == "2026-09-02 20:15"

    one.did("H.Requested", "2026-09-02 08:00", em_basis="OST")
    assert "DECIDE_MONITORING_AFTER_BREACH" not in one.duties("E")
    assert set(one.duties("H")) == {"DECIDE_ON_REQUEST"}
    one.did("H.Decided", "2026-09-02 09:00", em_basis="OST")
    assert set(one.duties("H")) == {"FIT"}
    assert "DECIDE_MONITORING_AFTER_BREACH" not in one.duties("E")


def test_minutes_of_an_unknown_hour_are_answered_by_a_decision_of_their_day():
    one = in_treatment()
    one.did("H.Decided", "2026-07-12 10:00", em_basis="OST")
    one.breached("EM_DESTROYED", "2026-09-01 00:00", track="E")
    assert one.due("H", "DECIDE_ANEW") == "2026-09-03 00:00"

    one.did("H.DecidedAnew", "2026-09-01 08:00", em_basis="OST")
    assert set(one.duties("H")) == {"FIT"}


def test_monitoring_is_decided_anew_for_adults_only():
    one = in_treatment(birth_date="2010-01-01")
    one.breached("EM_DESTROYED", "2026-09-01 08:00", track="E")

    assert "DECIDE_MONITORING_AFTER_BREACH" not in one.duties("E")


def test_a_fine_after_rehabilitation_is_no_ground_for_compulsory_rehabilitation():
    one = managed()
    assert one.breached("EM_DESTROYED", "2028-10-02 08:00", track="G") == "FINE"

    refused(
        compulsory_rehab.NoGround,
        lambda: one.did("F.DossierOpened", "2028-10-03", ground="DD_EM_OR_REPEAT", last_violation_on=day("2028-10-02")),
    )


def test_substitution_under_the_old_law_is_decided_by_the_committee_and_its_violation_has_a_length():
    one = found_addicted("2025-03-10 09:00")
    one.did("E.Registered", "2025-03-12 10:00", opioid=True)
    assert one.due("E", "DECIDE") == day("2025-03-17")
    one.did("E.Decided", "2025-03-14")
    one.did("E.Admitted", "2025-03-20 08:00")
    refused(
        several_tracks.NoSuchReason,
        lambda: one.did("E.Violated", "2025-05-05 08:00", reason="SELF_TERMINATED", missed_sessions=9),
    )
    one.did("E.Violated", "2025-05-05 08:00", reason="SELF_TERMINATED", missed_sessions=10)

    assert (one.case("F").facts["ground"], one.state("C")) == ("C_OST_BREACH", "LISTED")


def test_substitution_is_for_opioids_and_minors_need_consent():
    one = found_addicted("2026-07-10 09:00", birth_date=MINOR_BORN)

    refused(substitution_treatment.NotForOpioids, lambda: one.did("E.Registered", "2026-07-10 10:00", opioid=False))
    refused(substitution_treatment.NoConsent, lambda: one.did("E.Registered", "2026-07-10 10:00", opioid=True))
    assert one.did("E.Registered", "2026-07-10 10:00", opioid=True, parental_consent=True).state == "REGISTERED"


def test_what_the_facility_ended_is_a_ground_and_a_refusal_none():
    one, other = found_addicted("2026-07-10 09:00"), found_addicted("2026-07-10 09:00")
    for each in (one, other):
        each.did("E.Registered", "2026-07-10 10:00", opioid=True)
    other.did("E.Refused", "2026-07-14")
    one.did("E.Admitted", "2026-07-12 08:00")
    one.did("E.Terminated", "2026-09-20")

    assert (one.case("F").facts["ground"], other.state("E"), other.state("F")) == ("C_OST_BREACH", "REJECTED", None)


# -- compulsory rehabilitation -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "opener", "checker", "court"),
    [
        ("2024-08-01", "UB_CHAIR", "LDTBXH_DISTRICT", "COURT_DISTRICT"),
        ("2025-04-01", "UB_CHAIR", "CA_DISTRICT", "COURT_DISTRICT"),
        ("2025-08-04", "CA_CHIEF", "CA_CHIEF", "COURT_REGION"),
        ("2026-08-03", "CA_CHIEF", "CA_CHIEF", "COURT_REGION"),
    ],
)
def test_reading_4_the_bodies_of_the_compulsory_track(when, opener, checker, court):
    one = with_ground(f"{when} 09:00")
    one.did("F.DossierOpened", when, signer=opener)
    one.did("F.NoticeServed", when)
    over = one.case("F").facts["reading_over_on"]
    later = f"{date.fromordinal(over.toordinal() + 1)} 08:00"
    refused(compulsory_rehab.TooEarly, lambda: one.did("F.SentToCourt", f"{over} 08:00", signer=checker))
    if checker in {"LDTBXH_DISTRICT", "CA_DISTRICT"}:
        refused(compulsory_rehab.TooEarly, lambda: one.did("F.SentToCourt", later, signer=checker), says="Điều 43")
        one.did("F.Forwarded", later)
        one.did("F.SupplementAsked", later)
        assert one.due("F", "SUPPLEMENT")
        one.did("F.Supplemented", later)
    one.did("F.SentToCourt", later, signer=checker)
    wrong = "COURT_REGION" if court == "COURT_DISTRICT" else "COURT_DISTRICT"
    refused(WrongSigner, lambda: one.did("F.CourtApproved", later, signer=wrong, term_months=24))

    assert one.did("F.CourtApproved", later, signer=court, term_months=24).state == "COURT_APPROVED"


@pytest.mark.parametrize(
    ("birth_date", "months", "ends_on", "managed_until"),
    [(ADULT_BORN, 24, "2026-10-01", "2028-10-01"), ("2007-03-15", 12, "2025-10-01", "2026-10-01")],
)
def test_compulsory_rehabilitation_under_the_law_of_2021(birth_date, months, ends_on, managed_until):
    one = with_ground("2024-08-01 09:00", birth_date)
    before_the_court(one, "2024-08-05", "2024-08-12")
    refused(WrongTerm, lambda: one.did("F.CourtApproved", "2024-09-20", term_months=months + 1))
    case = in_compulsory_rehab(one, "2024-09-20", "2024-10-01", term_months=months).case("F")

    assert (case.ends_on, one.state("C"), one.status("2024-10-02")) == (day(ends_on), "LISTED", "IN_COMPULSORY_REHAB")
    one.did("F.Completed", ends_on)
    one.did("G.Proposed", ends_on)
    one.did("G.Decided", f"{ends_on} 10:00", choice_age_at_court="AGE_AT_COURT")
    assert (one.case("G").starts_on, one.case("G").ends_on) == (day(ends_on), day(managed_until))


def test_a_dossier_that_was_with_the_district_on_the_boundary_goes_on_with_the_chief_of_police():
    one = with_ground("2025-06-10 09:00")
    one.did("F.DossierOpened", "2025-06-12")
    one.did("F.NoticeServed", "2025-06-12")
    one.did("F.Forwarded", "2025-06-20")
    assert one.duties("F")["AWAIT_CHECK"].line.waits_for == "PROVINCE"

    refused(WrongSigner, lambda: one.did("F.SentToCourt", "2025-07-01", signer="CA_DISTRICT"))
    assert one.did("F.SentToCourt", "2025-07-01", signer="CA_CHIEF").state == "SENT_TO_COURT"


def test_the_steps_of_the_new_law_have_their_deadlines():
    one = with_ground("2026-09-10 09:00")
    assert one.due("F", "OPEN_DOSSIER") == day("2026-09-11")
    one.did("F.DossierOpened", "2026-09-11")
    one.did("K.Decided", "2026-09-11")
    assert one.status("2026-09-12") == "IN_INTERIM_CUSTODY"
    one.did("F.NoticeServed", "2026-09-11")
    assert (one.due("F", "AWAIT_READING"), one.due("F", "SEND")) == (day("2026-09-16"), day("2026-09-17"))
    one.did("F.FileRead", "2026-09-14")
    one.did("F.SentToCourt", "2026-09-17")
    one.did("F.ClarificationAsked", "2026-09-21")
    assert one.due("F", "CLARIFY") == day("2026-09-23")
    one.did("F.ClarificationGiven", "2026-09-22")
    one.did("F.CourtApproved", "2026-09-28 09:00")
    assert one.due("F", "ASK_EXECUTION") == "2026-09-29 09:00"
    one.did("F.ExecutionAsked", "2026-09-28 15:00")
    assert one.due("F", "AWAIT_FACILITY") == "2026-09-29 15:00"
    refused(compulsory_rehab.TooEarly, lambda: one.did("F.Admitted", "2026-09-29"), says="Điều 106")
    one.did("F.FacilityAssigned", "2026-09-29 10:00")
    assert one.due("F", "TRANSPORT") == "2026-09-30 10:00"
    case = one.did("F.Admitted", "2026-10-01")

    assert one.state("K") == "ENDED"
    assert case.ends_on == day("2028-09-11")  # 24 months less the 20 days in custody
    assert (one.state("C"), one.case("C").facts["removed_on"]) == ("REMOVED", day("2026-10-01"))


def test_reading_19_the_dossier_is_opened_within_three_months():
    one = with_ground("2026-09-10 09:00")
    assert one.due("F", "LIMITATION") == day("2026-11-22")

    refused(compulsory_rehab.LimitationOver, lambda: one.did("F.DossierOpened", "2026-11-23"), says="khoản 4 Điều 35")
    assert one.did("F.DossierOpened", "2026-11-22").state == "DOSSIER_OPEN"
    other = with_ground("2026-09-10 09:00")
    refused(several_tracks.NoSuchReason, lambda: other.did("F.Closed", "2026-11-22", reason="LIMITATION"))
    assert other.did("F.Closed", "2026-11-23", reason="LIMITATION").state == "CLOSED"


@pytest.mark.parametrize("kind", ["NO_CAPACITY", "PREGNANT", "CHILD_UNDER_36M"])
def test_inv_6_bars_adults_and_not_minors(kind):
    adult, minor = with_ground("2026-09-10 09:00"), with_ground("2026-09-10 09:00", birth_date=MINOR_BORN)
    for one in (adult, minor):
        one.is_now(kind, "2026-09-01")

    refused(compulsory_rehab.Barred, lambda: adult.did("F.DossierOpened", "2026-09-11"), says="INV-6")
    assert minor.did("F.DossierOpened", "2026-09-11").state == "DOSSIER_OPEN"
    assert adult.did("F.Closed", "2026-09-11", reason="BARRED").state == "CLOSED"


def test_inv_7_a_criminal_case_bars_the_dossier():
    one = with_ground("2026-09-10 09:00")
    one.is_now("CRIMINAL_CASE", "2026-09-01")

    refused(user_management.CriminalCase, lambda: one.did("F.DossierOpened", "2026-09-11"), says="INV-7")
    assert one.did("F.Closed", "2026-09-11", reason="CRIMINAL").state == "CLOSED"


def test_a_ground_that_is_not_on_record_is_refused():
    one = found_addicted("2026-09-10 09:00")

    refused(
        compulsory_rehab.NoGround,
        lambda: one.did(
            "F.DossierOpened", "2026-09-10", ground="A_NOT_REG_START_SELFTERM", last_violation_on=day("2026-09-10")
        ),
    )
    refused(
        compulsory_rehab.NoGround,
        lambda: one.did(
            "F.DossierOpened", "2026-09-12", ground="B_REUSE_IN_VOLUNTARY", last_violation_on=day("2026-09-10")
        ),
    )


def test_postponed_and_exempted():
    one = with_ground("2026-09-10 09:00")
    before_the_court(one, "2026-09-11", "2026-09-17")
    one.did("F.CourtApproved", "2026-09-28 09:00")
    one.did("F.ExecutionAsked", "2026-09-28 15:00")
    one.did("F.Postponed", "2026-10-01")
    assert one.duties("F") == {}
    one.did("F.PostponementEnded", "2027-01-04")
    assert one.duties("F").keys() == {"ASK_EXECUTION"}
    refused(WrongSigner, lambda: one.did("F.Exempted", "2027-01-05", signer="CA_CHIEF"))

    assert one.did("F.Exempted", "2027-01-05", signer="PROVINCE_CA").state == "EXEMPTED"


def test_the_court_may_reject_and_custody_ends_with_it():
    one = with_ground("2026-09-10 09:00")
    before_the_court(one, "2026-09-11", "2026-09-17")
    one.did("K.Decided", "2026-09-18")
    one.did("F.CourtRejected", "2026-09-28")

    assert (one.state("F"), one.state("K"), one.status("2026-09-29")) == ("COURT_REJECTED", "ENDED", "ADDICT_UNTREATED")


def test_suspended_time_counts_and_the_rest_is_served_only_with_three_months_left():
    one = admitted()
    one.did("F.Suspended", "2028-01-10")
    refused(several_tracks.OutsideTerm, lambda: one.did("F.Recovered", "2028-07-02"), says="các khoản 3 và 4 Điều 39")

    assert one.did("F.Recovered", "2028-07-01").ends_on == day("2028-10-01")


def test_escape_and_prison_stop_the_term():
    one = admitted()
    one.did("F.Escaped", "2027-10-01 09:00")
    assert one.duties("F") == {}  # what is entered of an escape is the facility's notice of it
    case = one.did("F.Returned", "2027-11-01")
    assert case.ends_on == day("2028-11-01")
    one.did("F.Escaped", "2028-01-01 09:00")
    one.is_now("PRISON", "2028-02-01")
    one.did("F.Imprisoned", "2028-02-01")

    assert one.did("F.Resumed", "2029-01-01").ends_on == day("2029-11-02")  # 305 days were left on 2028-01-01


def test_social_protection_is_due_15_days_before_the_end():
    one = admitted()
    one.did("F.SocialFileSent", "2028-09-01")

    assert one.case("F").facts["social_file_sent_on"] == day("2028-09-01")


def test_turning_18_in_a_reformatory_with_three_months_left_moves_to_a_public_facility():
    one = admitted(birth_date="2009-12-01", venue="TRUONG_GIAO_DUONG")

    refused(compulsory_rehab.WrongVenue, lambda: one.did("F.MovedAt18", "2027-11-30"), says="khoản 4 Điều 36")
    assert one.did("F.MovedAt18", "2027-12-01").facts["venue"] == "PUBLIC_FACILITY"


def test_reading_21_age_at_the_courts_decision_decides_and_the_officer_confirms():
    one = admitted(birth_date="2009-12-01")
    one.did("F.EndNotified", "2028-09-01 08:00")
    one.did("F.Completed", "2028-10-01")
    one.did("G.Proposed", "2028-10-02")
    with pytest.raises(ChoiceMissing):
        one.did("G.Decided", "2028-10-03 08:00")

    decided = one.did("G.Decided", "2028-10-03 08:00", choice_age_at_court="AGE_AT_COURT")
    assert (decided.starts_on, decided.ends_on) == (day("2028-10-01"), day("2029-10-01"))


def test_a_dossier_waits_until_voluntary_rehabilitation_is_over():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    one.did("H.Decided", "2026-08-31 10:00", em_basis="COMMUNITY_REHAB")
    one.did("H.Fitted", "2026-08-31 20:00")
    one.breached("EM_DESTROYED", "2026-09-20 08:00")

    refused(
        compulsory_rehab.InTreatment,
        lambda: one.did("F.DossierOpened", "2026-09-21", ground="DD_EM_OR_REPEAT", last_violation_on=day("2026-09-20")),
    )


# -- management after rehabilitation -------------------------------------------------------------------------------------------


def test_reading_3_management_starts_with_the_completion_however_late_it_is_decided():
    assert managed("2028-09-20 08:00").case("G").starts_on == day("2028-08-31")


def test_under_the_old_law_management_follows_the_report_and_the_list_ends_with_it():
    one = in_voluntary_rehab("2024-03-06 08:00", "2024-03-08 08:00", months=6)
    for stage, since, until in (
        (1, "2024-03-08", "2024-03-12"),
        (2, "2024-03-12", "2024-03-25"),
        (3, "2024-03-25", "2024-07-01"),
    ):
        one.did("D.StageCompleted", until, stage=stage, stage_began_on=day(since))
    one.did("D.Completed", "2024-09-09")
    assert one.state("C") == "LISTED"
    one.did("G.ReportedBack", "2024-09-11")
    assert one.due("G", "PROPOSE_ON_REPORT") == day("2024-09-16")
    one.did("G.Proposed", "2024-09-12")
    assert one.duties("G")["DECIDE"].line.waits_for == "COMMITTEE"
    one.did("G.Decided", "2024-09-13 08:00")
    assert (one.case("G").ends_on, one.status("2024-10-01")) == (day("2025-09-08"), "POST_REHAB")
    one.did("G.TeamAssigned", "2024-09-20")
    one.did("G.Completed", "2025-09-08")

    assert (one.state("G"), one.state("C"), one.case("C").facts["reason"]) == (
        "COMPLETED",
        "REMOVED",
        "CLEAN_POST_REHAB",
    )


def of_the_old_list(completed="2026-02-03"):
    """Somebody whom the law of 2021 listed, and who completed six months of rehabilitation at home under it."""
    one = found_addicted("2025-08-01 09:00")
    one.did("D.Registered", "2025-08-02 09:00", venue="HOME_COMMUNITY")
    one.did("D.Decided", "2025-08-02 10:00", term_months=6)
    one.did("D.Received", "2025-08-03 09:00")
    for stage, since, until in (
        (1, "2025-08-03", "2025-08-04"),
        (2, "2025-08-04", "2025-08-20"),
        (3, "2025-08-20", "2025-12-20"),
    ):
        one.did("D.StageCompleted", until, stage=stage, stage_began_on=day(since))
    one.did("D.Completed", completed)
    return one


def managed_after_the_old_list():
    one = of_the_old_list()
    one.did("G.ReportedBack", "2026-02-04")
    one.did("G.Proposed", "2026-02-04")
    one.did("G.Decided", "2026-02-05 09:00")
    return one


def test_who_is_still_on_the_old_list_leaves_it_when_management_ends_under_the_new_law():
    one = managed_after_the_old_list()
    assert (one.state("C"), one.status("2026-08-01")) == ("LISTED", "POST_REHAB")

    one.did("G.Completed", "2027-02-03")

    assert (one.state("C"), one.case("C").facts["reason"]) == ("REMOVED", "CLEAN_POST_REHAB")
    assert (one.warnings, one.status("2027-02-10")) == ([], "CLEARED")


def test_who_completed_rehabilitation_is_never_called_untreated_though_the_old_law_lists_them():
    one = of_the_old_list()

    assert (one.state("C"), one.state("G"), one.status("2026-02-04")) == ("LISTED", "NOTICED", "CLEARED")
    one.did("G.ReportedBack", "2026-02-04")
    one.did("G.Proposed", "2026-02-04")
    assert one.status("2026-02-05") == "CLEARED"


def test_who_is_found_addicted_again_is_untreated_again():
    one = of_the_old_list()
    one.did("B.Requested", "2026-03-01 08:00", ground="VOLUNTARY", requester="PERSON")
    one.did("B.ResultAddicted", "2026-03-02 08:00", concluded_on=day("2026-03-02"))
    one.did("B.NotifiedToPerson", "2026-03-02 09:00")

    assert (one.state("C"), one.status("2026-03-03")) == ("LISTED", "ADDICT_UNTREATED")


def test_use_of_somebody_still_on_the_old_list_is_decided_on_as_of_any_user():
    one = managed_after_the_old_list()
    one.did("G.ReuseDetected", "2026-08-03 09:00", reuse_test_id=one.tested("2026-08-03 09:00"))
    one.did("B.Requested", "2026-08-03 10:00", ground="USE_POST_REHAB", requester="POLICE")
    one.did("B.ResultNotAddicted", "2026-08-05 10:00", concluded_on=day("2026-08-05"))

    assert one.did("A.ManagementDecided", "2026-08-05").state == "MANAGED"


def test_who_came_out_of_a_facility_of_the_old_law_is_taken_off_the_list_under_the_new_one():
    one = with_ground("2025-08-21 09:00")
    before_the_court(one, "2025-08-25", "2025-09-10")
    in_compulsory_rehab(one, "2025-09-25 09:00", "2025-10-01", term_months=18)
    one.did("F.EndNotified", "2027-03-01 09:00")
    one.did("F.Completed", "2027-04-01")
    assert (one.state("C"), one.status("2027-04-02")) == ("LISTED", "CLEARED")

    assert one.did("C.Removed", "2027-04-02", reason="FACILITY").state == "REMOVED"


def test_who_moved_here_is_of_the_old_list_by_the_day_of_the_finding():
    one = Somebody()
    one.did("C.TransferReceived", "2026-08-03", from_commune=ELSEWHERE, concluded_on=day("2021-12-17"))
    term = {"original_starts_on": day("2025-09-01"), "original_ends_on": day("2026-09-01")}
    one.did("G.TransferReceived", "2026-08-03", from_commune=ELSEWHERE, basis="VOLUNTARY", **term)

    one.did("G.Completed", "2026-09-01")

    assert (one.state("C"), one.status("2026-09-02")) == ("REMOVED", "CLEARED")


def test_use_in_management_is_determined_first_and_addiction_is_a_ground():
    one = managed()
    refused(
        determination.NoGround,
        lambda: one.did("B.Requested", "2028-11-01 08:00", ground="USE_POST_REHAB", requester="POLICE"),
        says="INV-4",
    )
    one.tested("2028-11-01 09:00")
    one.did("G.ReuseDetected", "2028-11-01 09:00")
    assert "ASK_DETERMINATION" in one.duties("G")
    refused(post_rehab.DeterminationFirst, lambda: one.did("G.Completed", "2029-08-31"), says="INV-4")
    one.did("B.Requested", "2028-11-01 10:00", ground="USE_POST_REHAB", requester="POLICE")
    assert "ASK_DETERMINATION" not in one.duties("G")
    one.did("B.ResultAddicted", "2028-11-03 10:00", concluded_on=day("2028-11-03"))

    assert (one.state("G"), one.case("G").facts["reason"]) == ("REMOVED", "ADDICTED")
    assert (one.case("F").facts["ground"], one.state("C")) == ("D_ADDICTED_IN_POST_REHAB", "LISTED")
    assert one.did("F.DossierOpened", "2028-11-06").state == "DOSSIER_OPEN"


def test_inv_4_not_addicted_in_management_is_managed_as_a_user():
    one = managed()
    test = one.tested("2028-11-01 09:00")
    one.did("A.PositiveTest", "2028-11-01 09:00", test_id=test)
    one.did("G.ReuseDetected", "2028-11-01 09:00")
    refused(user_management.DeterminationFirst, lambda: one.did("A.ManagementDecided", "2028-11-02"), says="INV-4")
    one.did("B.Requested", "2028-11-01 10:00", ground="USE_POST_REHAB", requester="POLICE")
    one.did("B.ResultNotAddicted", "2028-11-03 10:00", concluded_on=day("2028-11-03"))

    assert one.did("A.ManagementDecided", "2028-11-03").state == "MANAGED"
    assert one.state("G") == "ACTIVE"


def test_u5_an_absence_moves_the_end_and_the_officer_confirms():
    one = managed()
    away = {"absent_from": day("2028-10-01"), "absent_until": day("2028-10-11")}
    with pytest.raises(ChoiceMissing):
        one.did("G.AbsenceRecorded", "2028-10-12", **away)
    one.did("H.Decided", "2028-10-12 08:00", em_basis="POST_REHAB")
    one.did("H.Fitted", "2028-10-12 09:00")

    assert one.did("G.AbsenceRecorded", "2028-10-12", choice_u5="EXTEND", **away).ends_on == day("2029-09-10")
    assert one.case("H").ends_on == day("2029-09-10")
    refused(several_tracks.OutsideTerm, lambda: one.did("G.AbsenceRecorded", "2028-10-13", choice_u5="EXTEND", **away))


def test_reading_12_a_move_keeps_the_end():
    one = managed()
    one.did("G.MoveReported", "2028-12-01 10:00", to_commune=ELSEWHERE)
    assert one.due("G", "HAND_OVER") == "2028-12-02 10:00"
    one.did("G.MovedAway", "2028-12-01", to_commune=ELSEWHERE)
    there = Somebody()
    case = there.did(
        "G.TransferReceived",
        "2028-12-05",
        from_commune=ELSEWHERE,
        basis="VOLUNTARY",
        original_starts_on=day("2028-08-31"),
        original_ends_on=day("2029-08-31"),
    )

    assert (case.state, case.ends_on, one.state("G")) == ("ACTIVE", day("2029-08-31"), "TRANSFERRED")


def test_prison_interrupts_management_and_the_rest_follows():
    one = managed()
    one.is_now("PRISON", "2029-01-31")
    one.did("G.Imprisoned", "2029-01-31")
    assert one.status("2029-02-01") == "IMPRISONED"

    assert one.did("G.Resumed", "2030-01-31").ends_on == day("2030-08-31")


def test_a_violation_after_the_notice_withdraws_what_was_proposed():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    one.did("D.EndNotified", "2028-08-01 09:00")
    one.did("G.Proposed", "2028-08-02")
    one.did("D.Violated", "2028-08-20 08:00", reason="SELF_TERMINATED", absent_since=day("2028-08-10"))

    assert (one.state("G"), one.state("F"), one.state("C")) == ("WITHDRAWN", "GROUND_FOUND", "LISTED")


def test_the_dead_leave_every_list():
    one = managed()
    refused(several_tracks.NoSuchReason, lambda: one.did("G.Removed", "2028-12-01", reason="DEAD_OR_MISSING"))
    one.is_now("DECEASED", "2028-11-30")

    assert one.did("G.Removed", "2028-12-01", reason="DEAD_OR_MISSING").state == "REMOVED"
    assert one.status("2028-12-01") == "DECEASED"


# -- electronic monitoring -----------------------------------------------------------------------------------------------------


def monitored():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    one.did("H.Decided", "2026-08-31 10:00", em_basis="COMMUNITY_REHAB", signer="CA_DEPUTY")
    one.did("H.Fitted", "2026-09-01 09:00", device_serial="GS-1")
    return one


def test_the_old_law_knows_no_monitoring():
    one = in_voluntary_rehab("2026-03-10 09:00", "2026-03-11 09:00", months=12)

    refused(
        NotInThisLaw, lambda: one.did("H.Decided", "2026-06-30 08:00", em_basis="COMMUNITY_REHAB", signer="CA_CHIEF")
    )


def test_the_deputy_decides_and_nobody_else_below():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")

    refused(
        WrongSigner, lambda: one.did("H.Decided", "2026-08-31 10:00", em_basis="COMMUNITY_REHAB", signer="UB_CHAIR")
    )
    assert monitored().case("H").ends_on == day("2028-08-31")


def test_monitoring_decided_before_the_reception_takes_the_term_when_it_is_known():
    one = found_addicted("2026-08-30 05:00")
    one.did("D.Registered", "2026-08-30 06:00", venue="HOME_COMMUNITY")
    one.did("D.Decided", "2026-08-30 08:00")
    one.did("H.Decided", "2026-08-30 10:00", em_basis="COMMUNITY_REHAB")
    assert one.did("H.Fitted", "2026-08-31 08:00").ends_on is None
    one.did("D.Received", "2026-08-31 09:00")

    assert one.case("H").ends_on == day("2028-08-31")


def test_a_device_is_removed_fitted_again_broken_and_handed_over():
    one = monitored()
    one.did("H.TempRemoved", "2026-10-01 08:00")
    one.did("H.Refitted", "2026-10-02 08:00", device_serial="GS-2")
    one.did("H.BrokenReported", "2026-10-05 08:00")
    one.is_now("PRISON", "2026-11-01")
    one.did("H.Paused", "2026-11-01", reason="PRISON")
    refused(WrongStep, lambda: one.did("H.Exempted", "2027-10-01"))
    one.did("H.Refitted", "2027-01-05 08:00")
    one.did("H.MoveReported", "2027-02-01 08:00", to_commune=ELSEWHERE)
    assert one.due("H", "HAND_OVER") == "2027-02-02 08:00"

    assert one.did("H.HandedOver", "2027-02-01", to_commune=ELSEWHERE).state == "TRANSFERRED"


def test_exemption_needs_a_year_without_a_violation():
    one, other = monitored(), monitored()
    assert one.duties("H")["MAY_EXEMPT_ADULT"].due.day == day("2027-09-01")
    refused(electronic_monitoring.NotYetExempt, lambda: one.did("H.Exempted", "2027-08-31"), says="khoản 3 Điều 20")
    assert one.did("H.Exempted", "2027-09-01", signer="CA_DEPUTY").state == "EXEMPTED"
    other.did("H.ViolationRecorded", "2027-01-01 08:00")
    refused(electronic_monitoring.NotYetExempt, lambda: other.did("H.Exempted", "2027-09-01"))


def test_a_minor_is_monitored_at_the_parents_request_for_a_year_or_the_rest():
    one = found_addicted("2026-08-30 05:00", birth_date="2010-01-01")
    in_voluntary_rehab("2026-08-30 09:00", "2026-08-31 09:00", one=one)
    refused(
        electronic_monitoring.NotInTargetGroup,
        lambda: one.did("H.Decided", "2026-09-01 08:00", em_basis="COMMUNITY_REHAB"),
    )
    refused(
        electronic_monitoring.NotInTargetGroup,
        lambda: one.did("H.Requested", "2026-09-01 08:00", em_basis="POST_REHAB"),
    )
    one.did("H.Requested", "2026-09-01 08:00", em_basis="PARENTS_REQUEST")
    assert one.due("H", "DECIDE_ON_REQUEST") == "2026-09-02 08:00"
    one.did("H.Decided", "2026-09-01 12:00", em_basis="PARENTS_REQUEST")
    assert one.did("H.Fitted", "2026-09-02 08:00").ends_on == day("2027-09-02")
    refused(electronic_monitoring.NotYetExempt, lambda: one.did("H.Exempted", "2027-03-01"))

    assert one.did("H.Exempted", "2027-03-02").state == "EXEMPTED"


def test_monitoring_ends_with_its_term_or_its_measure_and_a_new_decision_replaces_the_old_one():
    one = monitored()
    refused(several_tracks.OutsideTerm, lambda: one.did("H.Terminated", "2028-08-30", reason="TERM_END"))
    refused(several_tracks.NoSuchReason, lambda: one.did("H.Terminated", "2028-08-30", reason="NOT_TARGET"))
    refused(AlreadyOpen, lambda: one.did("H.Decided", "2027-08-30 08:00", em_basis="COMMUNITY_REHAB"))
    with_all_stages(one)
    one.did("D.EndNotified", "2028-08-31 07:00")
    one.did("G.Proposed", "2028-08-31")
    one.did("D.Completed", "2028-08-31")
    one.did("G.Decided", "2028-08-31 09:00")
    assert not one.duties("G").keys() & {"DECIDE_MONITORING", "DECIDE_MONITORING_OF_MINOR"}
    anew = one.duties("G")["DECIDE_MONITORING_ANEW"]
    assert (one.due("G", "DECIDE_MONITORING_ANEW"), anew.line.settled_by) == ("2028-08-31 21:00", "H.DecidedAnew")
    one.did("H.DecidedAnew", "2028-08-31 10:00", em_basis="POST_REHAB")
    assert "DECIDE_MONITORING_ANEW" not in one.duties("G")
    assert [case.state for case in one.history.cases_of("H")] == ["REPLACED", "DECIDED"]
    one.did("H.Fitted", "2028-08-31 11:00")

    assert one.did("H.Terminated", "2029-08-31", reason="TERM_END").state == "TERMINATED"


def test_whoever_is_monitored_already_is_due_to_be_decided_on_anew_in_every_measure():
    one = found_addicted("2026-07-10 09:00")
    one.did("E.Registered", "2026-07-10 10:00", opioid=True)
    one.did("E.Admitted", "2026-07-12 08:00")
    one.did("H.Decided", "2026-07-12 10:00", em_basis="OST")
    one.did("E.TransferredFacility", "2026-09-01")
    one.did("E.Admitted", "2026-09-02 08:00")
    assert "DECIDE_MONITORING" not in one.duties("E")
    assert one.duties("E")["DECIDE_MONITORING_ANEW"].line.settled_by == "H.DecidedAnew"
    one.did("H.DecidedAnew", "2026-09-02 09:00", em_basis="OST")
    one.did("E.TransferredFacility", "2026-10-01")
    one.did("D.Registered", "2026-10-02 08:00", venue="HOME_COMMUNITY")
    one.did("D.Decided", "2026-10-02 09:00")

    assert one.due("D", "DECIDE_MONITORING_ANEW") == "2026-10-02 21:00"
    one.did("H.DecidedAnew", "2026-10-02 10:00", em_basis="COMMUNITY_REHAB")
    assert not {code for code in one.duties("D") if code.startswith("DECIDE_MONITORING")}


def test_inv_1_one_case_of_a_kind_at_a_time():
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")

    refused(AlreadyOpen, lambda: one.did("D.Registered", "2026-09-10 08:00", venue="HOME_COMMUNITY"), says="INV-1")
