"""The station's rules by themselves: the ledger of a lot, the quarter, what a number tells."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.health.domain import (
    LotExpired,
    NotEnoughKits,
    OutOfOrder,
    StockMove,
    TreatmentUnderWay,
    check_absence,
    check_admission,
    check_attendance,
    check_ending,
    check_listing,
    check_taking,
    check_use_before_expiry,
    counselling_group,
    first_expiring,
    fully_trained,
    quarter_window,
)
from services.health.domain.identity import is_name, is_number, normalise_number, number_warnings
from services.health.domain.kits import available_on

DAY = date(2026, 11, 20)

days = st.dates(date(2026, 1, 1), date(2026, 1, 31))
orders = st.lists(st.tuples(days, st.integers(-40, 60).filter(bool)), max_size=25)


def balances(ledger: list[StockMove]) -> list[int]:
    """What the lot holds at the end of each day."""
    return [sum(each.quantity for each in ledger if each.moved_on <= day) for day in {each.moved_on for each in ledger}]


@given(orders)
def test_a_ledger_never_falls_below_nothing_in_whatever_order_moves_are_entered(entered):
    ledger: list[StockMove] = []
    for moved_on, quantity in entered:
        if quantity < 0:
            try:
                check_taking(ledger=ledger, moved_on=moved_on, quantity=-quantity)
            except NotEnoughKits:
                continue
        ledger.append(StockMove(moved_on, quantity))
        assert min(balances(ledger)) >= 0


@given(orders, days)
def test_what_is_available_can_be_taken_and_one_more_cannot(entered, day):
    ledger: list[StockMove] = []
    for moved_on, quantity in entered:
        if quantity > 0 or -quantity <= available_on(ledger, moved_on):
            ledger.append(StockMove(moved_on, quantity))
    available = available_on(ledger, day)
    assert available >= 0
    assert min(balances([*ledger, StockMove(day, -available)]), default=0) >= 0
    assert min(balances([*ledger, StockMove(day, -available - 1)])) < 0


def test_a_taking_entered_late_leaves_enough_for_what_was_taken_after_it():
    ledger = [StockMove(date(2026, 1, 1), 50), StockMove(date(2026, 2, 1), -50)]
    with pytest.raises(NotEnoughKits, match="chỉ còn 0 test"):
        check_taking(ledger=ledger, moved_on=date(2026, 1, 10), quantity=1)


@given(st.lists(st.tuples(st.uuids().map(str), st.dates(date(2026, 10, 1), date(2027, 1, 31)), st.integers(0, 5))))
def test_the_lot_that_expires_first_is_used_first(lots):
    chosen = first_expiring(lots, DAY)
    usable = {lot_id: expires_on for lot_id, expires_on, on_hand in lots if on_hand and expires_on >= DAY}
    assert (chosen is None) == (not usable)
    assert chosen is None or usable[chosen] == min(usable.values())


def test_a_kit_is_used_on_its_last_day_and_not_after():
    check_use_before_expiry(moved_on=DAY, expires_on=DAY)
    with pytest.raises(LotExpired):
        check_use_before_expiry(moved_on=DAY + timedelta(days=1), expires_on=DAY)


@pytest.mark.parametrize(
    ("day", "quarter", "first", "last"),
    [
        (date(2026, 11, 20), (4, 2026), date(2026, 9, 15), date(2026, 12, 14)),
        (date(2026, 12, 14), (4, 2026), date(2026, 9, 15), date(2026, 12, 14)),
        (date(2026, 12, 15), (1, 2027), date(2026, 12, 15), date(2027, 3, 14)),
        (date(2027, 1, 31), (1, 2027), date(2026, 12, 15), date(2027, 3, 14)),
        (date(2026, 3, 15), (2, 2026), date(2026, 3, 15), date(2026, 6, 14)),
        (date(2026, 6, 14), (2, 2026), date(2026, 3, 15), date(2026, 6, 14)),
        (date(2026, 6, 15), (3, 2026), date(2026, 6, 15), date(2026, 9, 14)),
    ],
)
def test_a_quarter_runs_from_the_15th_to_the_14th(day, quarter, first, last):
    window = quarter_window(day)
    assert ((window.quarter, window.year), window.first, window.last) == (quarter, first, last)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_every_day_lies_in_its_quarter_and_quarters_follow_without_gap(day):
    window = quarter_window(day)
    assert window.first <= day <= window.last
    assert quarter_window(window.last + timedelta(days=1)).first == window.last + timedelta(days=1)
    assert quarter_window(window.first) == quarter_window(window.last) == window


def test_the_group_is_proposed_from_what_is_known():
    assert counselling_group(in_treatment=True, under_management=True) == "OST"
    assert counselling_group(in_treatment=False, under_management=True) == "NGUOI_SDTP"
    assert counselling_group(in_treatment=False, under_management=False) == "SAU_CAI"


def test_a_second_treatment_waits_for_the_end_of_the_first():
    with pytest.raises(TreatmentUnderWay):
        check_admission(admitted_on=DAY, open_treatment=True, last_ended_on=None)
    with pytest.raises(OutOfOrder, match="20/11/2026"):
        check_admission(admitted_on=DAY - timedelta(days=1), open_treatment=False, last_ended_on=DAY)
    check_admission(admitted_on=DAY, open_treatment=False, last_ended_on=DAY)


def test_listing_and_ending_follow_the_admission():
    with pytest.raises(OutOfOrder):
        check_listing(listed_on=DAY - timedelta(days=1), admitted_on=DAY, ended_on=None, already_listed=False)
    with pytest.raises(OutOfOrder):
        check_listing(listed_on=DAY + timedelta(days=2), admitted_on=DAY, ended_on=DAY, already_listed=False)
    with pytest.raises(OutOfOrder, match="21/11/2026"):
        check_ending(ended_on=DAY, admitted_on=DAY, already_ended=False, listed_on=DAY + timedelta(days=1))


def test_attendance_is_on_a_day_of_the_course():
    check_attendance(held_on=DAY, attended_on=DAY, ends_on=DAY)
    with pytest.raises(OutOfOrder):
        check_attendance(held_on=DAY, attended_on=DAY + timedelta(days=1), ends_on=DAY)


def test_nobody_is_absent_from_a_course_to_come():
    with pytest.raises(OutOfOrder):
        check_absence(attended_on=None, fully=False, held_on=DAY + timedelta(days=1), today=DAY)


def test_fully_trained_means_every_course_in_full():
    assert fully_trained({"A": True, "B": True})
    assert not fully_trained({"A": True, "B": False})
    assert not fully_trained({})


def test_a_number_that_fits_says_nothing():
    assert number_warnings("027 090 000001", sex="MALE", birth_date="1990-05-01") == []
    assert number_warnings("027190000001", sex="FEMALE", birth_date=None) == []
    assert number_warnings("027209000001", sex="MALE", birth_date="2009") == []


@pytest.mark.parametrize(
    ("number", "sex", "birth_date", "about"),
    [
        ("027090000001", "FEMALE", "1990", "giới tính"),
        ("027090000001", "MALE", "1991", "1990"),
        ("027290000001", "MALE", "1990", "2090"),
        ("003090000001", "MALE", "1990", "003"),
    ],
)
def test_a_number_that_does_not_fit_is_named(number, sex, birth_date, about):
    (sentence,) = number_warnings(number, sex=sex, birth_date=birth_date)
    assert about in sentence


def test_old_cards_have_nine_digits_and_tell_nothing():
    assert is_number("123 456 789") and not is_number("12345678") and not is_number("1234567890123")
    assert number_warnings("123456789", sex="FEMALE", birth_date="1970") == []
    assert normalise_number("027.090-000001 ") == "027090000001"


def test_names_are_letters():
    assert is_name("H'Hen Niê-Ê") and is_name("Đỗ")
    assert not is_name("A1") and not is_name("  ") and not is_name("<b>")
