"""Counting time: working days and their calendar, what is due before an end, remainders, absences, custody."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.terms import (
    VIETNAM,
    add_months,
    add_working_days,
    backward,
    days_absent,
    end_of_day,
    end_of_month,
    end_of_term,
    is_left,
    remainder,
    shifted_by_absences,
    shortened_by_custody,
)
from services.registry.domain.texts import Text
from services.registry.domain.workdays import Calendar, Holiday, YearlyDays
from services.registry.law import law

CALENDAR = law().calendar
SOME_NAME = Text(vi="Ngày nghỉ", en="A day off")

days = st.dates(date(2020, 1, 1), date(2060, 1, 1))
years_with_data = st.dates(date(2022, 1, 1), date(2027, 12, 1))


@st.composite
def calendars(draw):
    """Return a calendar with any holidays, free days and Saturdays worked in exchange, confirmed or not."""
    yearly = []
    for number in range(draw(st.integers(0, 4))):
        free = draw(st.lists(years_with_data, max_size=4, unique=True))
        working = draw(st.lists(years_with_data, max_size=2, unique=True))
        confirmed = draw(st.booleans())
        yearly.append(
            YearlyDays(
                code=f"Y{number}",
                name=SOME_NAME,
                confirmed=confirmed,
                certainty="TEXT",
                free=tuple(free),
                working=tuple(working),
            )
        )
    holidays = tuple(
        Holiday(code=f"H{number}", month=day.month, day=day.day, name=SOME_NAME, confirmed=draw(st.booleans()))
        for number, day in enumerate(draw(st.lists(st.dates(date(2025, 1, 1), date(2025, 12, 31)), max_size=5)))
    )
    return Calendar(holidays=holidays, yearly=tuple(yearly))


# -- working days --------------------------------------------------------------------------------------------------------------


@given(calendars(), years_with_data, st.integers(1, 30))
def test_the_quick_way_to_a_working_day_is_the_slow_one(calendar, day, amount):
    forward, back = day, day
    for _count in range(amount):
        forward += timedelta(days=1)
        while not calendar.is_working_day(forward):
            forward += timedelta(days=1)
        back -= timedelta(days=1)
        while not calendar.is_working_day(back):
            back -= timedelta(days=1)

    assert calendar.working_day_after(day, amount) == forward
    assert calendar.working_day_before(day, amount) == back


@given(calendars(), years_with_data, st.integers(1, 30))
def test_going_back_undoes_going_forward_from_a_working_day(calendar, day, amount):
    start = calendar.rolled(day)

    assert calendar.working_day_before(calendar.working_day_after(start, amount), amount) == start
    assert calendar.working_day_after(calendar.working_day_before(start, amount), amount) == start


@given(calendars(), years_with_data)
def test_rolling_lands_on_the_nearest_working_day_of_its_side(calendar, day):
    later, earlier = calendar.rolled(day), calendar.rolled_back(day)

    assert earlier <= day <= later
    assert calendar.is_working_day(later)
    assert calendar.is_working_day(earlier)
    between = [earlier + timedelta(days=count) for count in range(1, (later - earlier).days)]
    assert not any(calendar.is_working_day(each) for each in between if each != day)


@given(calendars())
def test_what_a_year_decides_is_respected_once_it_is_confirmed(calendar):
    decided = {}
    for row in calendar.yearly:
        if row.confirmed:
            decided.update(dict.fromkeys(row.free, False))
            decided.update(dict.fromkeys(row.working, True))

    assert all(calendar.is_working_day(day) is working for day, working in decided.items())
    for row in calendar.yearly:
        for day in (*row.free, *row.working):
            if not row.confirmed and day not in decided:
                assert calendar.is_working_day(day) is (day.weekday() < 5 and not calendar.is_holiday(day))


@given(calendars(), years_with_data)
def test_confirming_changes_only_the_row_that_is_confirmed(calendar, day):
    for row in calendar.yearly:
        confirmed = calendar.confirming(row.code)

        assert [one.confirmed for one in confirmed.yearly if one.code != row.code] == [
            one.confirmed for one in calendar.yearly if one.code != row.code
        ]
        assert confirmed.confirming(row.code) == confirmed
    with pytest.raises(KeyError):
        calendar.confirming("SOMETHING_ELSE")


def test_a_saturday_worked_in_exchange_is_a_working_day_only_when_confirmed():
    monday, saturday = date(2024, 4, 29), date(2024, 5, 4)
    exchanged = CALENDAR.confirming("HOAN-DOI-2024-04-29")

    assert (CALENDAR.is_working_day(monday), CALENDAR.is_working_day(saturday)) == (True, False)
    assert (exchanged.is_working_day(monday), exchanged.is_working_day(saturday)) == (False, True)
    assert exchanged.rolled(saturday) == saturday
    assert CALENDAR.rolled(saturday) == date(2024, 5, 6)


def test_a_holiday_begins_with_its_first_year():
    confirmed = CALENDAR.confirming("VAN-HOA")

    assert not confirmed.is_holiday(date(2025, 11, 24))
    assert confirmed.is_holiday(date(2026, 11, 24))
    assert confirmed.is_holiday(date(2031, 11, 24))


def test_what_nobody_confirmed_is_named_oldest_first():
    found = CALENDAR.unconfirmed_between(date(2026, 8, 20), date(2027, 2, 4))

    assert [code for code, _name in found] == ["HOAN-DOI-2026-08-31", "VAN-HOA", "TET-2027"]
    assert str(found[1][1]) == "Ngày Văn hóa Việt Nam"
    assert CALENDAR.unconfirmed_between(date(2026, 3, 1), date(2026, 3, 31)) == []


def test_no_day_is_free_twice_by_two_rows():
    seen = {}
    for row in CALENDAR.yearly:
        for day in (*row.free, *row.working):
            assert day not in seen, (row.code, seen.get(day))
            seen[day] = row.code


def test_a_holiday_on_a_weekend_is_made_up_for_in_every_year_of_the_calendar():
    for year in range(2022, 2028):
        confirmed = CALENDAR
        for row in CALENDAR.yearly:
            if row.name.vi.endswith(f" {year}"):
                confirmed = confirmed.confirming(row.code)
        first, last = date(year, 1, 1), date(year, 12, 31)
        every = [first + timedelta(days=count) for count in range((last - first).days + 1)]
        lost = sum(day.weekday() < 5 and not confirmed.is_working_day(day) for day in every)
        gained = sum(day.weekday() > 4 and confirmed.is_working_day(day) for day in every)
        assert lost - gained == 11, year


@given(years_with_data, st.integers(1, 20))
def test_the_calendar_counts_as_the_old_way_of_counting_did(day, amount):
    assert CALENDAR.working_day_after(day, amount) == add_working_days(day, amount, CALENDAR.is_holiday)


# -- months and ends -----------------------------------------------------------------------------------------------------------


@given(days, st.integers(0, 60), st.integers(0, 60))
def test_adding_months_never_skips_a_month_and_never_turns_back(day, fewer, more):
    first, second = sorted((fewer, more))
    earlier, later = add_months(day, first), add_months(day, second)

    assert earlier <= later
    assert (later.year * 12 + later.month) - (earlier.year * 12 + earlier.month) == second - first


@given(days, st.integers(1, 60))
def test_months_back_and_forth_lose_at_most_the_days_that_a_month_lacks(day, months):
    there_and_back = add_months(add_months(day, months), -months)

    assert there_and_back <= day
    assert (day - there_and_back).days <= 3
    assert day.day > 28 or there_and_back == day


@given(st.integers(2000, 2100), st.integers(1, 8))
def test_the_29th_of_february_is_the_28th_in_a_year_without_one(year, later):
    leap = year % 4 == 0 and (year % 100 or year % 400 == 0)
    if not leap:
        return
    end = end_of_term(date(year, 2, 29), later, "YEAR")

    assert (end.year, end.month) == (year + later, 2)
    assert (end + timedelta(days=1)).month == 3


@pytest.mark.parametrize(
    ("day", "later", "last"),
    [("2026-07-05", 1, "2026-08-31"), ("2027-01-31", 1, "2027-02-28"), ("2026-11-30", 1, "2026-12-31"),
     ("2026-12-01", 2, "2027-02-28"), ("2028-01-15", 1, "2028-02-29"), ("2026-07-05", 0, "2026-07-31")],
)  # fmt: skip
def test_what_is_done_each_month_is_done_again_by_the_end_of_a_month(day, later, last):
    assert end_of_month(date.fromisoformat(day), later) == date.fromisoformat(last)


@given(days)
def test_a_day_ends_where_the_next_one_begins(day):
    assert end_of_day(day) == datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + timedelta(days=1)


# -- before an end -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "amount", "unit", "due"),
    [
        ("2028-08-31", 30, "DAY", "2028-08-01"),
        ("2027-04-01", 30, "DAY", "2027-03-02"),
        ("2028-09-12", 30, "DAY", "2028-08-11"),
        ("2027-10-11", 3, "WD", "2027-10-06"),
        ("2027-10-10", 3, "WD", "2027-10-06"),
        ("2026-09-03", 1, "WD", "2026-08-31"),
        ("2026-08-31", 6, "MONTH", "2026-02-27"),
    ],
)
def test_what_is_due_before_an_end_is_never_due_later_because_of_a_holiday(end, amount, unit, due):
    assert backward(date.fromisoformat(end), amount, unit, CALENDAR) == date.fromisoformat(due)


@given(calendars(), years_with_data, st.integers(1, 60))
def test_the_last_day_before_is_a_working_day_with_the_whole_time_after_it(calendar, end, amount):
    in_days, in_working_days = backward(end, amount, "DAY", calendar), backward(end, amount, "WD", calendar)

    assert calendar.is_working_day(in_days)
    assert (end - in_days).days >= amount
    assert all(
        not calendar.is_working_day(in_days + timedelta(days=count))
        for count in range(1, (end - in_days).days - amount + 1)
    )
    counted = [in_working_days + timedelta(days=count) for count in range((end - in_working_days).days)]
    assert sum(calendar.is_working_day(day) for day in counted) == amount


# -- what is left --------------------------------------------------------------------------------------------------------------


@given(days, st.integers(0, 1000), st.integers(0, 1000))
def test_a_remainder_moves_with_the_new_decision(ends_on, days_left, days_later):
    left_on = ends_on - timedelta(days=days_left)
    decided_on = left_on + timedelta(days=days_later)

    assert remainder(ends_on, left_on) == days_left
    assert decided_on + timedelta(days=remainder(ends_on, left_on)) == ends_on + timedelta(days=days_later)


def test_nothing_is_left_of_a_term_that_is_over():
    assert remainder(date(2026, 7, 5), date(2026, 7, 6)) == 0


@given(days, st.lists(st.tuples(st.integers(0, 200), st.integers(0, 60)), max_size=6), st.randoms())
def test_every_day_away_moves_the_end_by_one_whatever_the_order(ends_on, spans, chance):
    absences = [
        (date(2026, 1, 1) + timedelta(days=begin), date(2026, 1, 1) + timedelta(days=begin + length))
        for begin, length in spans
    ]
    away = {left + timedelta(days=count) for left, back in absences for count in range((back - left).days)}
    shuffled = absences[:]
    chance.shuffle(shuffled)

    assert days_absent(absences) == days_absent(shuffled) == len(away)
    assert shifted_by_absences(ends_on, absences) == ends_on + timedelta(days=len(away))
    assert shortened_by_custody(ends_on, absences) == ends_on - timedelta(days=len(away))


def test_the_first_day_away_counts_and_the_day_of_return_does_not():
    assert days_absent([(date(2026, 9, 1), date(2026, 9, 2))]) == 1
    assert days_absent([(date(2026, 9, 1), date(2026, 9, 1))]) == 0
    assert days_absent([(date(2028, 2, 28), date(2028, 3, 1))]) == 2


@given(days, st.integers(1, 24))
def test_so_much_is_left_up_to_its_last_day_and_not_a_day_longer(day, months):
    ends_on = end_of_term(day, months, "MONTH")

    assert is_left(months, "MONTH", day, ends_on)
    assert not is_left(months, "MONTH", day, ends_on - timedelta(days=1))
