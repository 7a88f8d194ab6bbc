"""Every indicator's worked examples come out, on the real projections; a broken document is refused."""

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest

from services.reporting.indicators import load_catalogue, the_catalogue
from services.reporting.indicators.definition import value_of
from services.reporting.indicators.values import TOTAL, work_out
from services.reporting.indicators.verdict import rounded, status
from services.reporting.periods import the_calendar
from services.reporting.projections import Projector
from tests.reporting.events import events_of

EXAMPLES = [
    pytest.param(definition, example, id=f"{definition.code}-{number}")
    for definition in the_catalogue()
    for number, example in enumerate(definition.examples, 1)
]


@pytest.mark.parametrize(("definition", "example"), EXAMPLES)
def test_a_worked_example_comes_out(store, definition, example):
    kind, label = example.period
    calendar = the_calendar()
    if example.first_day is not None:
        calendar = calendar.with_first_days({(kind, int(label[:4])): example.first_day})
    window = calendar.period(kind, label).window
    decided = load_catalogue(parameters={definition.code: example.parameters})[definition.code]

    with store.begin() as session:
        Projector(the_catalogue())(events_of(example), session)
    with store.reading() as session:
        connection = session.connection()
        units = list(example.expect)
        found = work_out(connection, decided, units, [window])
        broken_down = {
            dimension: work_out(connection, decided, units[:1], [window], dimension=dimension)[units[0], window]
            for dimension in example.breakdown
        }

    for unit, expected in example.expect.items():
        cell = found[unit, window][TOTAL]
        assert (cell.numerator, cell.denominator) == (expected.numerator, expected.denominator)
        value = value_of(decided, cell.numerator, cell.denominator)
        if expected.value is not None:
            assert shown(decided, value) == expected.value
        if expected.status is not None:
            assert status(value, target(decided, expected.against)) == expected.status
    for dimension, members in example.breakdown.items():
        cells = {member: cell.numerator for member, cell in broken_down[dimension].items() if member != TOTAL}
        assert cells == members


def shown(definition, value):
    number = rounded(value * 100 if value is not None and definition.shown_as == "percent" else value)
    return "—" if number is None else f"{number}".replace(".", ",")


def target(definition, against):
    if against is None:
        return None
    comparator, number = against.split()
    value = Decimal(number) / 100 if definition.shown_as == "percent" else Decimal(number)
    return SimpleNamespace(comparator=comparator, value=value)


@pytest.mark.parametrize(
    ("value", "comparator", "goal", "light"),
    [
        (Fraction(9, 10), ">", "0.90", "NOT_MET"),
        (Fraction(13, 14), ">", "0.90", "MET"),
        (Fraction(1), "=", "1.00", "MET"),
        (Fraction(999_999, 1_000_000), "=", "1.00", "NOT_MET"),
        (Fraction(9, 10), ">=", "0.9", "MET"),
        (None, ">", "0.90", "NO_DATA"),
        (Fraction(1), ">", None, "NO_TARGET"),
        (None, ">", None, "NO_TARGET"),
    ],
)
def test_a_value_is_held_exactly_against_its_target(value, comparator, goal, light):
    given = SimpleNamespace(comparator=comparator, value=None if goal is None else Decimal(goal))
    assert status(value, given) == light


def test_without_any_target_no_light_is_lit():
    assert status(Fraction(1, 2), None) == "NO_TARGET"


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        (Fraction(1300, 14), 2, "92.86"),
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(90), 2, "90"),
        (Fraction(200, 3), 1, "66.7"),
    ],
)
def test_a_value_is_rounded_half_up_for_reading(value, places, written):
    assert str(rounded(value, places)) == written
