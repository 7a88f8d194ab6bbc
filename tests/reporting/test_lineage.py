"""A figure opens to the events that made it: exactly those, and taking any of them away changes the figure."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from chassis.clock import FrozenClock
from chassis.errors import NotFound
from chassis.inbox import Inbox
from chassis.testing import START
from contracts.health import CounsellingHeld, OstTreatmentAdmitted, TrainingAttended, TrainingRequired
from contracts.registry import PersonRegistered, UserManagementDecided, UserManagementStopped
from services.reporting.indicators import the_catalogue
from services.reporting.indicators.values import TOTAL, events_behind, work_out
from services.reporting.periods import the_calendar
from services.reporting.projections import Projector
from services.reporting.queries import Figures
from services.reporting.tables import CHASSIS, KEPT, PROJECTED
from tests.reporting.events import UNIT, Log
from tests.reporting.streams import logs

QUARTER = the_calendar().period("P-Q", "2026-Q3")
SHOWN = [definition.code for definition in the_catalogue()]


def hear(store, events):
    Inbox(store, CHASSIS.inbox, effect=Projector(the_catalogue()), clock=FrozenClock(START)).receive(events)


def managed(log, number):
    return log.say(
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


def counselled(log, number, *, kind="Y_TE", day=date(2026, 8, 1)):
    return log.say(
        CounsellingHeld(
            counselling_id=f"V{len(log.events)}", person_key=f"P{number}", held_on=day, kind=kind, group="NGUOI_SDTP"
        )
    )


def ids(events):
    return {event.event_id for event in events}


def test_the_numerator_opens_to_who_was_there_and_what_was_done(store):
    log = Log()
    first, second = managed(log, 1), managed(log, 2)
    treated = log.say(
        OstTreatmentAdmitted(treatment_id="T1", person_key="P1", admitted_on=date(2026, 5, 1), facility_code="CS01")
    )
    talks = [counselled(log, 1), counselled(log, 1, kind="TAM_LY")]
    counselled(log, 1, kind="PHAP_LY")
    counselled(log, 1, day=date(2026, 9, 15))
    counselled(log, 3)
    hear(store, log.events)
    figures = Figures(store)

    above = figures.lineage("HLT-02", UNIT, QUARTER)
    below = figures.lineage("HLT-02", UNIT, QUARTER, part="denominator")

    assert ids(above) == ids([first, treated, *talks])
    assert ids(below) == ids([first, treated, second])
    assert [event.type for event in above][:2] == ["health.counselling.held.v1"] * 2
    assert {(event.source, event.position) for event in above} == {
        (event.source, event.position) for event in [first, treated, *talks]
    }
    assert all(event.recorded_at.tzinfo is not None for event in above)


def test_an_ending_that_decides_is_behind_the_figure(store):
    log = Log()
    began = managed(log, 1)
    stopped = log.say(
        UserManagementStopped(
            case_id="C1",
            person_key="P1",
            stopped_on=date(2026, 8, 1),
            reason="DECEASED",
            regime="R4",
            form_code="M08",
        )
    )
    hear(store, log.events)
    figures = Figures(store)

    assert ids(figures.lineage("REG-02-OUT", UNIT, QUARTER)) == ids([began, stopped])
    assert ids(figures.lineage("REG-02-IN", UNIT, QUARTER)) == ids([began])
    assert ids(figures.lineage("REG-02-OUT", UNIT, QUARTER, members={"end_reason": "DECEASED"})) == ids(
        [began, stopped]
    )
    assert figures.lineage("REG-02-OUT", UNIT, QUARTER, members={"end_reason": "MOVED"}) == []


def test_every_course_of_a_person_is_behind_full_attendance(store):
    log = Log()
    for course in ("K1", "K2"):
        log.say(TrainingRequired(course_id=course, staff_id="S1", held_on=date(2026, 7, 1)))
        log.say(
            TrainingAttended(
                course_id=course,
                staff_id="S1",
                held_on=date(2026, 7, 1),
                attended_on=date(2026, 7, 1),
                fully=True,
            )
        )
    log.say(TrainingRequired(course_id="K1", staff_id="S2", held_on=date(2026, 7, 1)))
    hear(store, log.events)

    assert ids(Figures(store).lineage("HLT-03", UNIT, QUARTER)) == ids(log.events[:4])


def test_a_part_of_a_breakdown_opens_to_its_own_events(store):
    log = Log()
    sexes = {1: "MALE", 2: "FEMALE"}
    persons = {
        number: log.say(
            PersonRegistered(
                person_key=f"P{number}",
                sex=sex,
                birth_year=1990,
                ethnic_group="KINH",
                registered_on=date(2026, 7, 1),
            )
        )
        for number, sex in sexes.items()
    }
    cases = {number: managed(log, number) for number in sexes}
    hear(store, log.events)

    behind = Figures(store).lineage("REG-01", UNIT, QUARTER, members={"sex": "FEMALE"})

    assert ids(behind) == ids([persons[2], cases[2]])


def test_what_does_not_exist_is_not_found(store):
    figures = Figures(store)

    with pytest.raises(NotFound):
        figures.lineage("HLT-99", UNIT, QUARTER)
    with pytest.raises(NotFound):
        figures.reading("CAM-01", UNIT, QUARTER)
    with pytest.raises(NotFound):
        figures.breakdown("REG-01", UNIT, QUARTER, "name")
    assert figures.lineage("REG-01", UNIT, QUARTER, part="denominator") == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_the_events_behind_a_figure_make_that_figure_alone(store, data):
    """Heard by themselves, the events behind a numerator give the same numerator."""
    events = data.draw(logs(units=("09385",)))
    code = data.draw(st.sampled_from(SHOWN))
    definition = the_catalogue()[code]
    window = QUARTER.window
    _start_anew(store, events)
    with store.reading() as session:
        connection = session.connection()
        cell = work_out(connection, definition, [UNIT], [window])[UNIT, window][TOTAL]
        behind = events_behind(connection, definition, UNIT, window)
    assert behind <= ids(events)

    # What takes back (a cancellation) or ends later is not behind the figure, so only what is behind is heard.
    _start_anew(store, [event for event in events if event.event_id in behind])

    with store.reading() as session:
        alone = work_out(session.connection(), definition, [UNIT], [window])[UNIT, window][TOTAL]
    assert alone.numerator == cell.numerator


def _start_anew(store, events):
    with store.begin() as session:
        for table in (*PROJECTED, KEPT.indicator_value, KEPT.unit_clock):
            session.execute(delete(table))
        Projector(the_catalogue()).project(events, session.connection())
