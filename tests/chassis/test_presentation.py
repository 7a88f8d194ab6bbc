"""Dates, numbers, shares and spans of time look as the office writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from markupsafe import Markup

from chassis import presentation
from chassis.clock import FrozenClock
from chassis.i18n import use_locale
from chassis.presentation import (
    due_state,
    format_date,
    format_instant,
    format_number,
    format_percent,
    format_time,
    relative_due,
    relative_time,
    round_half_up,
    shown,
    trend_shape,
    updated_ago,
)

NOW = datetime(2026, 7, 5, 9, 0, tzinfo=UTC)  # 16:00 in Việt Nam
TODAY = date(2026, 7, 5)


def test_dates_and_times():
    assert format_date(TODAY) == "05/07/2026"
    assert format_time(NOW) == "16:00"
    assert format_time(time(7, 5)) == "07:05"
    assert format_instant(NOW) == "16:00 ngày 05/07/2026"


def test_english_dates_cannot_be_misread():
    with use_locale("en"):
        assert format_date(TODAY) == "5 Jul 2026"
        assert format_instant(NOW) == "16:00, 5 Jul 2026"


def test_an_instant_late_in_the_evening_utc_is_already_the_next_day_here():
    assert format_date(datetime(2026, 7, 4, 17, 0, tzinfo=UTC)) == "05/07/2026"


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="has no time zone"):
        format_time(datetime(2026, 7, 5, 16, 0))  # noqa: DTZ001 - the very mistake


@pytest.mark.parametrize(
    ("number", "vi", "en"),
    [
        (47500, "47.500", "47,500"),
        (0, "0", "0"),
        (-1234567, "-1.234.567", "-1,234,567"),
        (Decimal("1234.50"), "1.234,5", "1,234.5"),
        (Fraction(1, 3), "0,33", "0.33"),
        (0.1, "0,1", "0.1"),
        (Decimal("0.005"), "0,01", "0.01"),
    ],
)
def test_numbers(number, vi, en):
    assert format_number(number) == vi
    with use_locale("en"):
        assert format_number(number) == en


@pytest.mark.parametrize(
    ("share", "vi"),
    [
        (Fraction(13, 14), "92,86\N{NO-BREAK SPACE}%"),
        (Fraction(12, 14), "85,71\N{NO-BREAK SPACE}%"),
        (Fraction(9, 10), "90\N{NO-BREAK SPACE}%"),
        (1, "100\N{NO-BREAK SPACE}%"),
        (Fraction(89995, 100000), "90\N{NO-BREAK SPACE}%"),
        (Fraction(899949, 1000000), "89,99\N{NO-BREAK SPACE}%"),
    ],
)
def test_percent(share, vi):
    assert format_percent(share) == vi


def test_percent_in_english():
    with use_locale("en"):
        assert format_percent(Fraction(13, 14)) == "92.86%"


@pytest.mark.parametrize(
    ("number", "rounded"),
    [("0.005", "0.01"), ("0.015", "0.02"), ("2.675", "2.68"), ("-0.005", "-0.01"), ("0.0049", "0.00")],
)
def test_halves_round_away_from_zero(number, rounded):
    assert round_half_up(Decimal(number)) == Decimal(rounded)


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(0), "vừa xong"),
        (timedelta(seconds=12), "12 giây trước"),
        (timedelta(minutes=59, seconds=59), "59 phút trước"),
        (timedelta(hours=23), "23 giờ trước"),
        (timedelta(days=2, hours=23), "2 ngày trước"),
        (timedelta(hours=-3), "3 giờ nữa"),
    ],
)
def test_relative_times(ago, said):
    assert relative_time(NOW - ago, NOW) == said


def test_how_fresh_a_figure_is():
    assert updated_ago(NOW - timedelta(seconds=12), NOW) == "cập nhật 12 giây trước"
    assert updated_ago(NOW + timedelta(seconds=5), NOW) == "cập nhật vừa xong"
    with use_locale("en"):
        assert updated_ago(NOW - timedelta(seconds=1), NOW) == "updated 1 second ago"


@pytest.mark.parametrize(
    ("due", "said", "state"),
    [
        (NOW + timedelta(hours=3, minutes=20), "còn 3 giờ", "SOON"),
        (NOW + timedelta(hours=24), "còn 1 ngày", "ON_TIME"),
        (NOW - timedelta(minutes=1), "quá hạn 1 phút", "OVERDUE"),
        (TODAY, "hạn hôm nay", "SOON"),
        (TODAY + timedelta(days=5), "còn 5 ngày", "ON_TIME"),
        (TODAY - timedelta(days=2), "quá hạn 2 ngày", "OVERDUE"),
    ],
)
def test_how_a_duty_stands(due, said, state):
    assert relative_due(due, NOW) == said
    assert due_state(due, NOW) == state


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        ("", "—"),
        ([], "—"),
        (0, "0"),
        (True, "Có"),
        (False, "Không"),
        (47500, "47.500"),
        (TODAY, "05/07/2026"),
        (NOW, "16:00 ngày 05/07/2026"),
        (time(16, 0), "16:00"),
        (["a", 1000], "a, 1.000"),
        ("1980", "1980"),
    ],
)
def test_any_value_is_shown(value, text):
    assert shown(value) == text


def test_markup_stays_markup():
    assert isinstance(shown(Markup("<b>x</b>")), Markup)


def test_a_trend_starts_at_zero_and_leaves_gaps():
    shape = trend_shape([10, 20, None, 5, None, 20], target=20, width=110, height=60)
    assert shape.zero_y == 55
    assert shape.target_y == 5
    assert shape.lines == ("5.0,30.0 25.0,5.0",)
    assert shape.dots == ((65.0, 42.5), (105.0, 5.0))
    assert shape.last == (105.0, 5.0)


@pytest.mark.parametrize("values", [[], [None], [0, 0], [None, None]])
def test_a_trend_of_nothing_is_drawn_too(values):
    shape = trend_shape(values)
    assert shape.zero_y > 0
    assert shape.target_y is None


def test_the_filters_of_templates_ask_the_clock_that_was_handed_in():
    env = presentation.environment([], clock=FrozenClock(NOW))
    page = env.from_string(
        "{{ at | updated }} · {{ due | due }} · {{ none | date }} · {{ share | percent }} · {{ today() | date }}"
    )
    said = page.render(at=NOW - timedelta(seconds=12), due=TODAY, share=Fraction(13, 14))
    assert said == "cập nhật 12 giây trước · hạn hôm nay · — · 92,86\N{NO-BREAK SPACE}% · 05/07/2026"
