"""The rules of the other books: intervals, areas, yearly windows and the ladder of breaches."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.documents import BrokenDocument
from chassis.errors import NotUnderstood, RuleBroken
from services.registry.domain.books import (
    Interval,
    check_destroyed,
    check_residence,
    classification_year,
    commune_of,
    month_of,
    square_decimetres,
    square_metres,
    year_of_classification,
)
from services.registry.domain.violations import check_violation, next_step
from services.registry.law.violations import FILE, load_violation_law, violation_law

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@st.composite
def intervals(draw):
    first = draw(DAYS)
    length = draw(st.none() | st.integers(0, 400))
    return Interval(first=first, last=None if length is None else first + timedelta(days=length))


@given(intervals(), intervals())
def test_intervals_meet_when_and_only_when_they_share_a_day(one, other):
    horizon = date(2035, 1, 1)

    def holds(interval, day):
        return interval.first <= day <= (interval.last or horizon)

    days = {one.first, other.first, one.last or horizon, other.last or horizon}
    assert one.meets(other) == any(holds(one, day) and holds(other, day) for day in days)
    assert one.meets(other) == other.meets(one)


@given(intervals(), st.lists(intervals(), max_size=4))
def test_residences_that_are_taken_never_overlap(wanted, others):
    try:
        check_residence(wanted, others, verified_on=wanted.first, today=date(2035, 1, 1))
    except RuleBroken:
        assert any(wanted.meets(other) for other in others)
    else:
        assert not any(wanted.meets(other) for other in others)


def test_an_end_before_the_beginning_is_named():
    with pytest.raises(NotUnderstood, match="Đến ngày"):
        check_residence(
            Interval(first=date(2026, 7, 2), last=date(2026, 7, 1)),
            [],
            verified_on=date(2026, 7, 2),
            today=date(2026, 8, 1),
        )


@given(st.decimals(min_value=0, max_value=10_000, places=2))
def test_an_area_survives_being_kept_as_square_decimetres(area):
    assert square_metres(square_decimetres(area, field="area")) == area


@pytest.mark.parametrize("odd", ["0.001", "12.345", "-1", "10000001"])
def test_an_area_finer_than_a_square_decimetre_is_refused(odd):
    with pytest.raises(NotUnderstood, match="hai chữ số lẻ"):
        square_decimetres(Decimal(odd), field="area")


def test_nothing_is_destroyed_that_was_not_found():
    check_destroyed(found=(10, 500), destroyed=(10, 500))
    for destroyed in ((11, 500), (10, 501)):
        with pytest.raises(NotUnderstood, match="không thể nhiều hơn"):
            check_destroyed(found=(10, 500), destroyed=destroyed)


@given(DAYS)
def test_a_day_lies_in_the_window_of_its_year(day):
    window = classification_year(year_of_classification(day))
    assert window.first <= day <= window.last
    assert (window.first.month, window.first.day, window.last.month, window.last.day) == (12, 15, 12, 14)


@given(DAYS)
def test_a_day_lies_in_its_month_and_the_next_day_after_it_does_not(day):
    month = month_of(day)
    assert month.first <= day <= month.last
    assert month.first.day == 1
    assert (month.last + timedelta(days=1)).day == 1


def test_a_commune_is_the_named_one_or_the_own():
    known = {"09385", "09379", "00004"}
    assert commune_of(None, None, "09385", known) == "09385"
    assert commune_of("09379", None, "09385", known) == "09379"
    assert commune_of("09379", "00004", "09385", known) == "00004"
    with pytest.raises(NotUnderstood, match="ngoài tỉnh"):
        commune_of(None, "99999", "09385", known)


# -- the ladder ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "situation", "mended", "steps"),
    [
        ("BEHAVIOUR", "HOME_REHAB", [None, None, None], ["REMIND", "REVIEW", "COMPULSORY"]),
        ("BEHAVIOUR", "OST", [None, None, None], ["REMIND", "REVIEW", "COMPULSORY"]),
        ("EM_DESTROYED", "HOME_REHAB", [None], ["COMPULSORY"]),
        ("EM_DESTROYED", "POST_REHAB", [None], ["FINE"]),
        ("EM_REFUSED", "HOME_REHAB", [True, True], ["REMIND", "COMPULSORY"]),
        ("EM_REFUSED", "OST", [False], ["NEW_MONITORING"]),
        ("EM_BATTERY", "HOME_REHAB", [True, True, True], ["REMIND", "REMIND", "COMPULSORY"]),
        ("EM_NOT_RETURNED", "POST_REHAB", [True, False], ["REMIND", "FINE"]),
    ],
)
def test_the_ladder_leads_where_the_law_says(kind, situation, mended, steps):
    ladder = violation_law().ladder(kind)
    got = [next_step(ladder, situation=situation, count=place, mended=each) for place, each in enumerate(mended, 1)]
    assert got == steps


@given(st.data())
def test_a_ladder_never_leads_back_down(data):
    law = violation_law()
    ladder = data.draw(st.sampled_from(law.ladders))
    situation = data.draw(st.sampled_from(ladder.situations))
    steps = [next_step(ladder, situation=situation, count=count, mended=None) for count in range(1, 8)]
    last = ladder.last[situation]
    first_last = steps.index(last)
    assert steps[first_last:] == [last] * len(steps[first_last:])
    assert len(steps[:first_last]) == len(ladder.rungs) - 1


def test_a_breach_before_the_law_is_refused_with_its_article():
    law = violation_law()
    with pytest.raises(RuleBroken, match="Điều 47 Luật Phòng, chống ma túy 2025"):
        check_violation(
            law, law.ladder("BEHAVIOUR"), situation="OST", committed_on=date(2026, 6, 30), recorded_on=date(2026, 7, 1)
        )


def test_a_breach_that_is_not_meant_for_the_situation_is_refused_with_its_article():
    law = violation_law()
    with pytest.raises(RuleBroken, match="khoản 4 Điều 47"):
        check_violation(
            law,
            law.ladder("BEHAVIOUR"),
            situation="POST_REHAB",
            committed_on=date(2026, 8, 1),
            recorded_on=date(2026, 8, 1),
        )


@pytest.mark.parametrize(
    ("written", "instead", "says"),
    [
        (
            "steps: [REMIND, REVIEW, COMPULSORY, COMPULSORY]",
            "steps: [REMIND, REMIND, COMPULSORY, COMPULSORY]",
            "expects",
        ),
        ("{count: 2, step: REVIEW}", "{count: 2, step: SCOLD}", "unknown steps SCOLD"),
        ("{count: 3, step: LAST}", "{count: 4, step: LAST}", "counted 1, 2, 3"),
        ("hours_to_mend: 24", "hours_too_mend: 24", "hours_too_mend"),
        ("- code: NEW_MONITORING", "- code: MONITORING_ANEW", "no step NEW_MONITORING, on which the tracks act"),
        ("- code: EM_BATTERY", "- code: BATTERY", "BATTERY: a breach is BEHAVIOUR, or of monitoring"),
    ],
)
def test_a_mistake_in_the_ladders_stops_the_start(tmp_path, written, instead, says):
    text = FILE.read_text(encoding="utf-8")
    assert written in text
    broken = tmp_path / "violations.yml"
    broken.write_text(text.replace(written, instead, 1), encoding="utf-8")
    with pytest.raises(BrokenDocument, match=says):
        load_violation_law(broken)
