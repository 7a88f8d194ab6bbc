"""Every worked example of the periods comes out; their edges are where the decree puts them."""

from datetime import date
from itertools import pairwise

import pytest

from services.reporting.periods import FILE, BrokenDocument, the_calendar

CALENDAR = the_calendar()
EXAMPLES = [
    pytest.param(kind, example, id=example.label) for kind in CALENDAR.kinds.values() for example in kind.examples
]


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_a_worked_example_comes_out(kind, example):
    period = CALENDAR.period(kind.code, example.label)

    assert (period.first_day, period.last_day) == (example.first_day, example.last_day)
    assert period.label == example.label


@pytest.mark.parametrize(
    ("kind", "day", "label"),
    [
        ("P-Q", date(2025, 12, 14), "2025-Q4"),
        ("P-Q", date(2025, 12, 15), "2026-Q1"),
        ("P-Q", date(2026, 3, 14), "2026-Q1"),
        ("P-Q", date(2026, 3, 15), "2026-Q2"),
        ("P-M", date(2026, 12, 15), "2027-01"),
        ("P-Y", date(2026, 12, 14), "2026"),
        ("P-Y", date(2026, 12, 15), "2027"),
        ("P-THD", date(2026, 6, 30), "2026-T6"),
        ("P-BCN-M", date(2026, 12, 31), "2026-12-DL"),
    ],
)
def test_a_day_lies_in_its_period(kind, day, label):
    assert CALENDAR.period_containing(kind, day).label == label


@pytest.mark.parametrize(
    ("kind", "day"), [("P-THD", date(2026, 7, 1)), ("P-H1", date(2026, 6, 15)), ("P-9M", date(2026, 10, 1))]
)
def test_a_day_outside_every_window_has_no_period(kind, day):
    assert CALENDAR.period_containing(kind, day) is None


@pytest.mark.parametrize("kind", ["P-M", "P-Q", "P-Y", "P-BCN-M", "P-BCN-Y"])
def test_periods_follow_one_another_without_gap_or_overlap(kind):
    periods = CALENDAR.trend(CALENDAR.latest(kind, date(2026, 11, 22)), 40)

    for before, after in pairwise(periods):
        assert (after.first_day - before.last_day).days == 1


def test_the_trend_is_thirteen_periods_ending_with_this_one():
    trend = CALENDAR.trend(CALENDAR.period("P-M", "2026-11"))

    assert [period.label for period in trend][:2] == ["2025-11", "2025-12"]
    assert trend[-1].label == "2026-11"
    assert len(trend) == 13


def test_a_period_says_its_days():
    period = CALENDAR.period("P-M", "2026-11")

    assert period.title() == "Tháng 11/2026 (15/10–14/11)"
    assert period.title("en") == "Month 11/2026 (15/10–14/11)"


def test_the_month_of_action_begins_when_the_plan_says():
    of_the_unit = CALENDAR.with_first_days({("P-THD", 2026): date(2026, 5, 25)})

    assert of_the_unit.period("P-THD", "2026-T6").first_day == date(2026, 5, 25)
    assert of_the_unit.period("P-THD", "2025-T6").first_day == date(2025, 6, 1)
    assert of_the_unit.period("P-Q", "2026-Q2").first_day == date(2026, 3, 15)


@pytest.mark.parametrize(
    ("kind", "label"), [("P-Q", "2026-Q5"), ("P-X", "2026"), ("P-M", "abcd"), ("P-M", "2026-1"), ("P-M", "9999-12")]
)
def test_an_unknown_period_is_a_key_error(kind, label):
    with pytest.raises(KeyError):
        CALENDAR.period(kind, label)


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (("    - {label: 2026-Q1, first_day: 2025-12-15, ", "    - {label: 2026-Q1, first_day: 2026-01-01, "), 1, "2026-Q1"),
        (("  months: 3", "  months: drei"), 23, "Expected `int`"),
        (("  months: 3", "  monhts: 3"), 23, "unknown field `monhts`"),
        (("  cut_off_day: 14\n  basis: Nghị định 09/2019/NĐ-CP, Điều 12\n", "  cut_off_day: 31\n  basis: b\n"), 1, "cut_off_day"),
        (("  months: 3", "  months: 3\n  months: 4"), 24, "`months` is written twice"),
        (("  months: 3", "  months: ["), 25, "expected"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_line(tmp_path, change, line, reason):
    written = FILE.read_text("utf-8")
    assert change[0] in written
    broken = tmp_path / "periods.yml"
    broken.write_text(written.replace(*change, 1), "utf-8")

    with pytest.raises(BrokenDocument) as found:
        the_calendar(broken)

    assert reason in found.value.reason
    assert found.value.line == line
    assert str(found.value).startswith(f"{broken}:{line}: ")
