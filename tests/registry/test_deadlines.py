"""What a rule asks of a case: instants, days, windows, what a holiday decides that nobody has confirmed, and how quickly."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.deadlines import Absence, NotCounted, carried_end, due, holds
from services.registry.domain.terms import VIETNAM, end_of_day
from services.registry.law import law

CALENDAR = law().calendar
RULES = law().deadlines
COUNTED = [rule for rule in RULES.values() if rule.is_counted]
FORWARD = [rule for rule in COUNTED if rule.direction == "AFTER"]
BACKWARD = [rule for rule in COUNTED if rule.direction == "BEFORE"]

instants = st.datetimes(datetime(2022, 1, 1), datetime(2035, 1, 1)).map(lambda each: each.replace(tzinfo=VIETNAM))  # noqa: DTZ001
anchors = st.one_of(instants, st.dates(date(2022, 1, 1), date(2035, 1, 1)))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def beginning(anchor):
    return anchor if isinstance(anchor, datetime) else end_of_day(anchor - timedelta(days=1))


# -- for every rule ------------------------------------------------------------------------------------------------------------


@given(st.sampled_from(FORWARD), anchors, st.booleans())
def test_nothing_is_due_before_its_trigger(rule, anchor, remote):
    found = due(rule, anchor, CALENDAR, remote=remote)

    assert found.latest >= beginning(anchor)
    assert found.is_missed(found.latest + timedelta(seconds=1))
    assert not found.is_missed(found.latest - timedelta(seconds=1))


@given(st.sampled_from(BACKWARD), anchors)
def test_what_is_due_before_an_end_is_not_due_after_it(rule, anchor):
    found = due(rule, anchor, CALENDAR)

    assert found.latest <= (anchor if isinstance(anchor, datetime) else end_of_day(anchor))
    if rule.kind == "WINDOW_BEFORE":
        assert found.earliest < found.latest
        assert not found.is_open(found.earliest - timedelta(seconds=1))
        assert found.is_open(found.earliest)


@given(st.sampled_from(COUNTED), anchors)
def test_a_procedural_deadline_in_days_ends_on_a_working_day_and_a_term_where_it_ends(rule, anchor):
    found = due(rule, anchor, CALENDAR)

    if rule.is_rolling:
        assert rule.kind == "DEADLINE"
        assert found.whole_day
        assert CALENDAR.is_working_day(found.day)
    if rule.kind in {"TERM", "VALIDITY", "LIMITATION"}:
        assert not rule.is_rolling
        assert found.whole_day


@given(st.sampled_from([rule for rule in FORWARD if rule.unit == "HOUR"]), instants)
def test_hours_are_elapsed_hours_whatever_the_day(rule, moment):
    found = due(rule, moment, CALENDAR)

    assert found.latest - moment == timedelta(hours=rule.amount)
    assert not found.whole_day
    assert found.decided_by_unconfirmed is None


@given(st.sampled_from(COUNTED), instants)
def test_an_instant_is_the_same_in_every_zone(rule, moment):
    assert due(rule, moment.astimezone(UTC), CALENDAR) == due(rule, moment, CALENDAR)


@given(st.sampled_from(FORWARD), st.dates(date(2022, 1, 1), date(2035, 1, 1)), st.integers(1, 40))
def test_a_later_trigger_is_never_due_earlier(rule, day, more):
    assert due(rule, day, CALENDAR).latest <= due(rule, day + timedelta(days=more), CALENDAR).latest


# -- single rules --------------------------------------------------------------------------------------------------------------


def test_a_remote_area_has_its_own_time_and_anchor():
    rule = RULES["R4-RES-VERIFY"]

    assert due(rule, at("2026-07-03 16:00"), CALENDAR).latest == at("2026-07-04 16:00")
    assert due(rule, at("2026-07-03 10:00"), CALENDAR, remote=True).latest == at("2026-07-05 10:00")
    assert rule.remote.anchor == "DETECTION"
    old = RULES["R1-RES-VERIFY"]
    assert due(old, date(2026, 6, 1), CALENDAR, remote=True).day == date(2026, 6, 15)


def test_at_once_is_an_alarm_after_the_hours_that_are_configured():
    rule = RULES["R4-DET-SEND"]

    assert due(rule, at("2026-07-03 16:00"), CALENDAR).latest == at("2026-07-03 18:00")
    assert due(rule, at("2026-07-03 16:00"), replace(CALENDAR, immediate_hours=4)).latest == at("2026-07-03 20:00")


def test_hours_without_a_time_run_from_the_end_of_the_day():
    found = due(RULES["R4-UM-DECIDE"], date(2026, 7, 4), CALENDAR)

    assert found.latest == at("2026-07-06 00:00")
    assert not found.time_known
    assert due(RULES["R4-UM-DECIDE"], at("2026-07-04 10:00"), CALENDAR).time_known


def test_a_day_is_in_time_until_its_midnight():
    found = due(RULES["R1-UM-DECIDE"], at("2026-06-26 09:00"), CALENDAR)

    assert found.moment == found.day == date(2026, 7, 1)
    assert not found.is_missed(at("2026-07-01 23:59:59"))
    assert found.is_missed(at("2026-07-02 00:00"))


def test_an_hour_is_in_time_at_its_instant():
    found = due(RULES["R4-UM-DECIDE"], at("2026-07-04 10:00"), CALENDAR)

    assert found.moment == at("2026-07-05 10:00")
    assert not found.is_missed(at("2026-07-05 10:00"))
    assert found.is_missed(at("2026-07-05 10:00:01"))


def test_a_window_belongs_to_the_last_stretch_of_the_term():
    certificate = due(RULES["R4-VR-CERT"], date(2028, 8, 31), CALENDAR)
    assert (certificate.earliest, certificate.latest) == (at("2028-08-31 00:00"), at("2028-09-01 00:00"))
    assert certificate.day == date(2028, 8, 31)

    closing = due(RULES["R4-PR-CERT"], date(2027, 10, 11), CALENDAR)
    assert (closing.earliest, closing.day) == (at("2027-10-06 00:00"), date(2027, 10, 11))


def test_what_one_may_after_a_time_opens_on_its_day():
    found = due(RULES["R4-EM-EXEMPT-ADULT"], date(2026, 9, 2), CALENDAR)

    assert not found.is_open(at("2027-09-01 23:59"))
    assert found.is_open(at("2027-09-02 00:00"))
    assert found.day == date(2027, 9, 2)


def test_a_holiday_that_nobody_confirmed_is_a_working_day_and_is_named():
    rule = RULES["R4-PR-PROPOSE"]

    found = due(rule, date(2026, 11, 20), CALENDAR)
    assert found.day == date(2026, 11, 24)
    assert str(found.decided_by_unconfirmed) == "Ngày Văn hóa Việt Nam"

    confirmed = due(rule, date(2026, 11, 20), CALENDAR.confirming("VAN-HOA"))
    assert confirmed.day == date(2026, 11, 25)
    assert confirmed.decided_by_unconfirmed is None


@pytest.mark.parametrize("day", ["2026-11-13", "2026-11-24", "2026-11-27"])
def test_a_holiday_that_decides_nothing_is_not_named(day):
    assert due(RULES["R4-CP-OPEN"], date.fromisoformat(day), CALENDAR).decided_by_unconfirmed is None


def test_a_backward_deadline_names_the_holiday_that_would_move_it_earlier():
    found = due(RULES["R4-VR-PRE30"], date(2026, 12, 24), CALENDAR)

    assert found.day == date(2026, 11, 24)
    assert str(found.decided_by_unconfirmed) == "Ngày Văn hóa Việt Nam"


def test_an_exchanged_day_decides_as_one_with_the_saturday_worked_for_it():
    rule = RULES["R1-UM-DECIDE"]

    found = due(rule, date(2024, 4, 26), CALENDAR)
    assert found.day == date(2024, 5, 3)
    assert found.decided_by_unconfirmed.en == "29 April 2024 exchanged for Saturday 4 May 2024"
    assert due(rule, date(2024, 4, 26), CALENDAR.confirming("HOAN-DOI-2024-04-29")).day == date(2024, 5, 4)


def test_a_rule_that_differs_from_the_reading_on_rolling_says_so_itself():
    longest = RULES["R4-VR-STAGE1-MAX"]

    assert due(longest, date(2026, 9, 4), CALENDAR).day == date(2026, 9, 6)
    assert due(replace(longest, rolls=None), date(2026, 9, 4), CALENDAR).day == date(2026, 9, 7)


# -- terms that run already ----------------------------------------------------------------------------------------------------


def test_custody_before_rehabilitation_is_deducted():
    stays = (Absence(left_on=date(2026, 9, 10), returned_on=date(2026, 10, 1)),)

    assert carried_end(RULES["R4-CP-CUSTODY"], ends_on=date(2028, 10, 1), absences=stays) == date(2028, 9, 10)


@given(st.dates(date(2026, 7, 1), date(2030, 1, 1)), st.integers(0, 900))
def test_a_minor_is_monitored_for_a_year_and_never_beyond_the_measure(fitted_on, days_left):
    ends_on = fitted_on + timedelta(days=days_left)

    end = carried_end(RULES["R4-EM-TERM-MINOR"], ends_on=ends_on, resumed_on=fitted_on)

    assert end <= ends_on
    assert end == ends_on or end == due(replace(RULES["R4-EM-TERM-MINOR"], how=None), fitted_on, CALENDAR).day


def test_equal_is_not_longer_than_the_rest_of_a_term():
    rule = RULES["R4-UM-DETAIN"]

    assert holds(rule, day=date(2027, 7, 6), ends_on=date(2027, 7, 5))
    assert not holds(rule, day=date(2027, 7, 5), ends_on=date(2027, 7, 5))


def test_what_a_rule_cannot_work_out_is_a_mistake_of_the_program():
    with pytest.raises(NotCounted, match="R4-BEHAV"):
        due(RULES["R4-BEHAV"], date(2026, 7, 1), CALENDAR)
    with pytest.raises(NotCounted, match="R4-PRISON"):
        carried_end(RULES["R4-PRISON"], ends_on=date(2027, 7, 1))
    with pytest.raises(NotCounted, match="without its zone"):
        due(RULES["R4-UM-DECIDE"], datetime(2026, 7, 4, 10), CALENDAR)  # noqa: DTZ001


# -- how quickly ---------------------------------------------------------------------------------------------------------------


def test_ten_thousand_due_dates_take_no_time_that_a_clerk_notices():
    rules = [RULES[code] for code in ("R4-UM-DECIDE", "R4-PR-PROPOSE", "R4-VR-PRE30", "R4-UM-RESCHECK", "R4-PR-CERT")]
    every = [date(2026, 7, 1) + timedelta(days=count % 500) for count in range(2000)]

    began = perf_counter()
    for rule in rules:
        for day in every:
            due(rule, day, CALENDAR)

    assert perf_counter() - began < 1
