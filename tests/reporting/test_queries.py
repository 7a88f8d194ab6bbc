"""What pages are told: readings against targets, how fresh a unit is."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from contracts.health import CounsellingHeld
from contracts.registry import UserManagementDecided
from services.reporting.indicators import the_catalogue
from services.reporting.periods import the_calendar
from services.reporting.projections import Projector
from services.reporting.queries import Figures
from services.reporting.targets import load_targets
from services.reporting.targets.in_force import targets_by_period
from tests.reporting.events import FIRST_INSTANT, UNIT, Log

CALENDAR = the_calendar()
TARGET_OF = targets_by_period(load_targets())


def hear(store, events):
    with store.begin() as session:
        Projector(the_catalogue())(events, session)


def supported(store, *, people, of):
    log = Log()
    for number in range(1, of + 1):
        log.say(
            UserManagementDecided(
                case_id=f"C{number}",
                person_key=f"P{number}",
                decided_on=date(2026, 7, 1),
                starts_on=date(2026, 7, 1),
                ends_on=date(2027, 7, 1),
                regime="R4",
                decider_role="TRUONG_CAX",
                form_code="M04",
                test_id=None,
            )
        )
    for number in range(1, people + 1):
        log.say(
            CounsellingHeld(
                counselling_id=f"V{number}",
                person_key=f"P{number}",
                held_on=date(2026, 8, 1),
                kind="Y_TE",
                group="NGUOI_SDTP",
            )
        )
    hear(store, log.events)


@pytest.mark.parametrize(
    ("people", "of", "value", "light"),
    [(13, 14, "92.86", "MET"), (12, 14, "85.71", "NOT_MET"), (9, 10, "90", "NOT_MET"), (0, 0, None, "NO_DATA")],
)
@pytest.mark.parametrize(("kind", "label"), [("P-Y", "2026"), ("P-Q", "2026-Q3")])
def test_the_light_of_the_plan_is_strict(store, people, of, value, light, kind, label):
    supported(store, people=people, of=of)

    reading = Figures(store, target_of=TARGET_OF).reading("HLT-02", UNIT, CALENDAR.period(kind, label))

    assert (reading.numerator, reading.denominator) == (people, of)
    assert reading.value == (None if value is None else Decimal(value))
    assert reading.status == light
    assert reading.target.document_number == "190/KH-UBND"
    assert reading.trend[-1].value == reading.value


def test_without_a_target_the_light_says_so(store):
    figures = Figures(store, target_of=TARGET_OF)

    assert figures.reading("HLT-02", UNIT, CALENDAR.period("P-Y", "2024")).status == "NO_TARGET"
    assert figures.reading("HLT-02", "09386", CALENDAR.period("P-Y", "2026")).status == "NO_TARGET"
    assert figures.reading("REG-01", UNIT, CALENDAR.period("P-Y", "2026")).status == "NO_TARGET"


def test_a_dashboard_holds_the_indicators_of_its_kind_of_period(store):
    june = Figures(store).dashboard(UNIT, CALENDAR.period("P-THD", "2026-T6"))

    assert [reading.code for reading in june] == [
        "CAM-01", "CAM-04-BUOI", "CAM-04-LUOT", "CAM-05", "CAM-06", "CAM-06-MXH", "CAM-06-PT",
    ]  # fmt: skip


def test_a_unit_is_as_fresh_as_its_last_event(store):
    figures = Figures(store)
    assert figures.freshness(UNIT).last_recorded_at is None

    supported(store, people=1, of=2)

    fresh = figures.freshness(UNIT, now=FIRST_INSTANT + timedelta(minutes=5))
    assert fresh.heard == 3
    assert fresh.last_recorded_at == datetime(2026, 1, 1, 0, 3, tzinfo=UTC)
    assert fresh.lag == timedelta(minutes=2)


def test_an_older_event_does_not_make_a_unit_less_fresh(store):
    log = Log()
    talks = [
        log.say(
            CounsellingHeld(
                counselling_id=f"V{number}", person_key="P1", held_on=date(2026, 8, 1), kind="Y_TE", group="OST"
            )
        )
        for number in (1, 2)
    ]
    for talk in reversed(talks):
        hear(store, [talk])

    assert Figures(store).freshness(UNIT).last_recorded_at == talks[1].recorded_at
