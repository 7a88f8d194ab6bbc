"""The three months in which a dossier is opened run from the violation; and from when somebody has violated at all."""

from datetime import date

import pytest

from services.registry.domain.acts import ChoiceMissing
from services.registry.domain.guards.compulsory_rehab import LimitationOver, NoGround, TooEarly
from services.registry.domain.guards.several_tracks import NoSuchReason
from tests.registry.tracks.people import found_addicted, in_voluntary_rehab

BEGUN = ("2026-08-31 08:00", "2026-08-31 09:00")


def day(text):
    return date.fromisoformat(text)


def not_registered(told="2026-07-10 11:00", last_violation_on="2026-07-11"):
    one = found_addicted(told)
    ground = {"ground": "A_NOT_REG_START_SELFTERM", "last_violation_on": day(last_violation_on)}
    one.did("F.GroundFound", "2026-07-13 09:00", **ground)
    return one


# -- from which day the limitation runs --------------------------------------------------------------------------------------


def test_the_limitation_runs_from_the_use_and_not_from_its_minutes():
    one = in_voluntary_rehab(*BEGUN)
    one.tested("2026-09-20 08:00")
    one.tested("2026-10-01 08:00")
    one.did("D.Violated", "2027-01-04 08:00", reason="REUSE")

    assert one.case("F").facts["last_violation_on"] == day("2026-10-01")
    assert one.due("F", "LIMITATION") == day("2027-01-01")
    with pytest.raises(LimitationOver, match="01/01/2027"):
        one.did("F.DossierOpened", "2027-01-05")
    assert one.did("F.Closed", "2027-01-05", reason="LIMITATION").state == "CLOSED"


@pytest.mark.parametrize(
    ("track", "kinds", "reason"),
    [
        ("D", ["EM_DESTROYED"], "EM_REFUSED"),
        ("D", ["BEHAVIOUR"] * 3, "THIRD_VIOLATION"),
        ("E", ["BEHAVIOUR"] * 3, "THIRD_VIOLATION"),
    ],
)
def test_the_limitation_runs_from_the_breach_that_the_book_holds(track, kinds, reason):
    one = in_voluntary_rehab(*BEGUN) if track == "D" else in_treatment()
    for kind in kinds:
        one.breached(kind, "2026-10-02 08:00", track=track)

    one.did(f"{track}.Violated", "2026-10-20 08:00", reason=reason)

    assert one.case("F").facts["last_violation_on"] == day("2026-10-02")


def in_treatment():
    one = found_addicted("2026-08-30 08:00")
    one.did("E.Registered", "2026-08-30 09:00", opioid=True)
    one.did("E.Admitted", "2026-08-31 08:00")
    return one


def test_the_limitation_runs_from_the_first_day_away():
    one = in_voluntary_rehab(*BEGUN)

    one.did("D.Violated", "2026-10-20 08:00", reason="SELF_TERMINATED", absent_since=day("2026-10-01"))

    assert one.case("F").facts["last_violation_on"] == day("2026-10-01")


def test_the_limitation_runs_from_the_day_after_the_time_to_start():
    one = found_addicted("2026-07-10 05:00")
    one.did("D.Registered", "2026-07-10 06:00", venue="HOME_COMMUNITY")
    one.did("D.Decided", "2026-07-10 08:00")

    one.did("D.Violated", "2026-08-10 08:00", reason="NOT_STARTED")

    assert one.case("F").facts["last_violation_on"] == day("2026-07-15")  # two working days over 11 and 12 July


def test_a_later_day_than_the_violation_on_record_is_the_end_of_an_evasion_and_has_its_reason():
    one = not_registered()
    with pytest.raises(LimitationOver):
        one.did("F.DossierOpened", "2026-11-20")

    with pytest.raises(ChoiceMissing, match=r"11/07/2026.*khoản 4 Điều 35") as asked:
        one.did("F.DossierOpened", "2026-11-20", last_violation_on=day("2026-11-19"))
    evaded = {"last_violation_on": day("2026-11-19"), "choice_evasion": "EVASION_ENDED"}
    with pytest.raises(ChoiceMissing) as unexplained:
        one.did("F.DossierOpened", "2026-11-20", **evaded)

    assert list(asked.value.fields) == ["choice_evasion"]
    assert list(unexplained.value.fields) == ["choice_reason"]
    opened = one.did("F.DossierOpened", "2026-11-20", told={"choice_reason"}, **evaded)
    assert (opened.state, opened.facts["last_violation_on"]) == ("DOSSIER_OPEN", day("2026-11-19"))


def test_a_ground_is_not_dated_later_than_its_violation_either():
    one = found_addicted("2026-07-10 11:00")
    ground = {"ground": "A_NOT_REG_START_SELFTERM"}

    with pytest.raises(ChoiceMissing, match="11/07/2026"):
        one.did("F.GroundFound", "2026-11-20 09:00", last_violation_on=day("2026-11-19"), **ground)
    with pytest.raises(ChoiceMissing, match="11/07/2026"):
        one.did("F.DossierOpened", "2026-11-20", last_violation_on=day("2026-11-19"), **ground)
    with pytest.raises(TooEarly, match="khoản 4 Điều 35") as refusal:
        one.did("F.GroundFound", "2026-07-12 09:00", last_violation_on=day("2027-07-11"), **ground)

    assert list(refusal.value.fields) == ["last_violation_on"]
    assert one.state("F") is None


def test_an_earlier_day_or_the_day_on_record_needs_no_reason():
    assert not_registered().did("F.DossierOpened", "2026-10-09", last_violation_on=day("2026-07-11")).is_open
    assert not_registered().did("F.DossierOpened", "2026-10-09", last_violation_on=day("2026-07-10")).is_open


# -- the time to register is over ----------------------------------------------------------------------------------------------


def test_an_hour_that_nobody_wrote_down_puts_nobody_on_the_way_to_compulsory_rehabilitation_too_early():
    one = found_addicted("2026-07-10")
    ground = {"ground": "A_NOT_REG_START_SELFTERM", "last_violation_on": day("2026-07-11")}
    assert one.due("C", "REGISTER") == "2026-07-12 00:00"

    with pytest.raises(NoGround):
        one.did("F.GroundFound", "2026-07-11 09:00", **ground)

    assert one.did("F.GroundFound", "2026-07-12 09:00", **ground).state == "GROUND_FOUND"


def test_who_registers_before_the_end_of_the_next_day_is_not_late_where_the_hour_is_not_known():
    in_time, late = found_addicted("2026-07-10"), found_addicted("2026-07-10")

    in_time.did("D.Registered", "2026-07-11 21:00", venue="HOME_COMMUNITY")
    late.did("D.Registered", "2026-07-12 09:00", venue="HOME_COMMUNITY")

    assert in_time.warnings == []
    assert "không đăng ký" in late.warnings[0]


# -- who broke off by themselves -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("absent_since", "recorded"),
    [(None, "2026-10-05 08:00"), ("2026-07-01", "2026-10-05 08:00"), ("2026-10-06", "2026-10-05 08:00")],
    ids=["no day", "before the start", "after the minutes"],
)
def test_nobody_broke_off_without_a_day_of_absence_in_rehabilitation(absent_since, recorded):
    one = in_voluntary_rehab(*BEGUN)
    facts = {"absent_since": day(absent_since)} if absent_since else {}

    with pytest.raises(NoSuchReason, match="khoản 9 Điều 4") as refusal:
        one.did("D.Violated", recorded, reason="SELF_TERMINATED", **facts)

    assert list(refusal.value.fields) == ["absent_since"]
    assert one.state("D") == "IN_REHAB"


def test_under_the_law_of_2025_who_does_not_follow_the_rules_has_broken_off_too():
    one = in_voluntary_rehab(*BEGUN)
    with pytest.raises(NoSuchReason, match="khoản 9 Điều 4") as refusal:
        one.did("D.Violated", "2026-10-05 08:00", reason="SELF_TERMINATED", rules_broken_on=day("2026-08-30"))

    case = one.did("D.Violated", "2026-10-05 08:00", reason="SELF_TERMINATED", rules_broken_on=day("2026-10-01"))

    assert list(refusal.value.fields) == ["rules_broken_on"]
    assert (case.state, one.case("F").facts["last_violation_on"]) == ("VIOLATED", day("2026-10-01"))


def test_the_law_of_2021_knows_absence_only():
    one = in_voluntary_rehab("2025-09-01 08:00", "2025-09-03 08:00", months=12)

    with pytest.raises(NoSuchReason, match="khoản 5 Điều 3") as refusal:
        one.did("D.Violated", "2025-10-06 08:00", reason="SELF_TERMINATED", rules_broken_on=day("2025-10-01"))

    assert list(refusal.value.fields) == ["absent_since"]
