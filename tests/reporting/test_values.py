"""A kept figure is never older than the rows: after any stream it equals a full working out, and what the oracle counts."""

from datetime import date
from threading import Event, Thread

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from chassis.storage import Store
from contracts.health import CounsellingHeld
from contracts.registry import PersonCorrected, PersonRegistered, UserManagementDecided
from services.reporting.indicators import Catalogue, the_catalogue
from services.reporting.indicators.values import TOTAL, Cell, forget_other_definitions, keep, kept, work_out
from services.reporting.periods import the_calendar
from services.reporting.projections import Projector
from services.reporting.queries import Figures
from services.reporting.tables import KEPT, PROJECTED
from tests.oracle import CODES, Oracle
from tests.reporting.events import UNIT, Log
from tests.reporting.streams import hearings, logs

CALENDAR = the_calendar()
LABELS = [("P-Q", "2026-Q3"), ("P-M", "2026-06"), ("P-THD", "2026-T6"), ("P-Y", "2026"), ("P-H1", "2026-H1")]
PERIODS = [CALENDAR.period(kind, label) for kind, label in LABELS]
WINDOWS = [period.window for period in PERIODS]
UNITS = ["09385", "09386"]

any_stream = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def hear(store, events):
    with store.begin() as session:
        Projector(the_catalogue())(events, session)


def empty(store):
    with store.begin() as session:
        for table in (*PROJECTED, KEPT.indicator_value, KEPT.unit_clock):
            session.execute(delete(table))


def test_the_oracle_counts_every_indicator_of_the_catalogue():
    assert set(CODES) == set(the_catalogue().definitions)


@any_stream
@given(data=st.data())
def test_the_engine_agrees_with_the_oracle(store, data):
    events = data.draw(logs(max_size=60))
    empty(store)
    for batch in data.draw(hearings(events)):
        hear(store, batch)
    oracle = Oracle(events)

    with store.reading() as session:
        for definition in the_catalogue():
            found = work_out(session.connection(), definition, UNITS, WINDOWS)
            for (unit, window), cells in found.items():
                expected = oracle.figure(definition.code, unit, window.first_day, window.last_day)
                cell = cells[TOTAL]
                assert (cell.numerator, cell.denominator) == expected, (definition.code, unit, window)


@any_stream
@given(data=st.data())
def test_a_kept_figure_always_equals_a_full_working_out(store, data):
    events = data.draw(logs(max_size=40))
    empty(store)
    for batch in data.draw(hearings(events)):
        hear(store, batch)
        with store.begin() as session:
            connection = session.connection()
            asked = data.draw(st.lists(st.sampled_from(CODES), max_size=4, unique=True))
            for code in asked:
                dimension = data.draw(st.sampled_from(["", *the_catalogue()[code].dimensions]))
                keep(connection, KEPT, the_catalogue(), UNIT, {code: WINDOWS}, dimension=dimension)

    assert_kept_is_true(store)


def assert_kept_is_true(store):
    with store.reading() as session:
        connection = session.connection()
        rows = connection.execute(select(KEPT.indicator_value)).all()
        for dimension in {row.dimension for row in rows}:
            for definition in the_catalogue():
                if dimension and dimension not in definition.dimensions:
                    continue
                held = kept(connection, KEPT, the_catalogue(), UNIT, {definition.code: WINDOWS}, dimension=dimension)
                worked_out = work_out(connection, definition, [UNIT], WINDOWS, dimension=dimension)
                for (code, window), cells in held.items():
                    assert cells == worked_out[UNIT, window], (code, window, dimension)


def managed(log, person, case, day=date(2026, 7, 1)):
    return log.say(
        UserManagementDecided(
            case_id=case,
            person_key=person,
            decided_on=day,
            starts_on=day,
            ends_on=date(2027, 7, 1),
            regime="R4",
            decider_role="TRUONG_CAX",
            form_code="M04",
            test_id=None,
        )
    )


def counselled(log, person, number, day=date(2026, 8, 1)):
    return log.say(
        CounsellingHeld(counselling_id=f"V{number}", person_key=person, held_on=day, kind="Y_TE", group="NGUOI_SDTP")
    )


def test_a_figure_moves_when_an_event_is_heard_and_others_stay_kept(store):
    log = Log()
    quarter = CALENDAR.period("P-Q", "2026-Q3")
    hear(store, [managed(log, "P1", "C1"), managed(log, "P2", "C2"), counselled(log, "P1", 1)])
    figures = Figures(store)
    before = {reading.code: reading for reading in figures.dashboard(UNIT, quarter)}
    assert (before["HLT-02"].numerator, before["HLT-02"].denominator) == (1, 2)

    hear(store, [counselled(log, "P2", 2)])

    with store.reading() as session:
        codes = {code: [quarter.window] for code in ("HLT-02", "REG-01")}
        still = kept(session.connection(), KEPT, the_catalogue(), UNIT, codes)
    assert [code for code, _window in still] == ["REG-01"]
    after = figures.reading("HLT-02", UNIT, quarter)
    assert (after.numerator, after.denominator) == (2, 2)


def test_a_breakdown_moves_when_a_person_is_corrected(store):
    log = Log()
    quarter = CALENDAR.period("P-Q", "2026-Q3")
    about = {"person_key": "P1", "ethnic_group": "KINH", "birth_year": 1990}
    hear(
        store,
        [managed(log, "P1", "C1"), log.say(PersonRegistered(**about, sex="MALE", registered_on=date(2026, 7, 1)))],
    )
    figures = Figures(store)
    assert [part.member for part in figures.breakdown("REG-01", UNIT, quarter, "sex")] == ["MALE"]

    hear(store, [log.say(PersonCorrected(**about, sex="FEMALE", corrected_on=date(2026, 8, 1)))])

    assert [part.member for part in figures.breakdown("REG-01", UNIT, quarter, "sex")] == ["FEMALE"]


def test_a_breakdown_without_any_part_is_kept_too(store):
    quarter = CALENDAR.period("P-Q", "2026-Q3")

    assert Figures(store).breakdown("REG-01", UNIT, quarter, "sex") == []

    with store.reading() as session:
        held = kept(session.connection(), KEPT, the_catalogue(), UNIT, {"REG-01": [quarter.window]}, dimension="sex")
    assert held == {("REG-01", quarter.window): {TOTAL: Cell(0, None)}}


def test_a_person_counts_once_when_units_are_consolidated(store):
    log = Log()
    decided = managed(log, "P1", "C1")
    log.say(
        UserManagementDecided(
            case_id="C7",
            person_key="P1",
            decided_on=date(2026, 7, 1),
            starts_on=date(2026, 7, 1),
            ends_on=date(2027, 7, 1),
            regime="R4",
            decider_role="TRUONG_CAX",
            form_code="M04",
            test_id=None,
        ),
        unit="09386",
    )
    hear(store, [decided, log.events[-1], counselled(log, "P1", 1)])

    together = Figures(store).consolidated("HLT-02", UNITS, CALENDAR.period("P-Q", "2026-Q3"))

    assert (together.numerator, together.denominator) == (1, 1)


def test_a_figure_kept_under_another_definition_is_worked_out_anew(store):
    log = Log()
    quarter = CALENDAR.period("P-Q", "2026-Q3")
    hear(store, [managed(log, "P1", "C1")])
    flows = the_catalogue()["REG-02-OUT"].numerator
    other = Catalogue({"REG-01": msgspec.structs.replace(the_catalogue()["REG-01"], numerator=flows)})
    older = Figures(store, catalogue=other)
    assert older.reading("REG-01", UNIT, quarter).numerator == 0

    assert Figures(store).reading("REG-01", UNIT, quarter).numerator == 1
    with store.begin() as session:
        forget_other_definitions(session.connection(), KEPT, other)
    with store.reading() as session:
        assert session.execute(select(KEPT.indicator_value)).all() == []


def test_a_reader_that_keeps_waits_for_the_consumer_that_commits(store):
    """A figure worked out beside a running batch must not be kept as it was before the batch."""
    log = Log()
    quarter = CALENDAR.period("P-Q", "2026-Q3")
    hear(store, [managed(log, "P1", "C1")])
    late = [counselled(log, "P1", 1)]
    projected, read = Event(), Event()
    other_connection = Store(store.url.render_as_string(hide_password=False))

    def reader():
        assert projected.wait(10)
        Figures(other_connection).reading("HLT-02", UNIT, quarter)
        read.set()

    waiting = Thread(target=reader)
    waiting.start()
    with store.begin() as session:
        Projector(the_catalogue())(late, session)
        projected.set()
        # The batch is projected and not committed: the reader cannot keep anything now.
        assert not read.wait(0.3)
    waiting.join(10)
    other_connection.close()

    assert read.is_set()
    assert_kept_is_true(store)
    assert Figures(store).reading("HLT-02", UNIT, quarter).numerator == 1


def test_a_consumer_waits_for_the_reader_that_keeps(store):
    """A batch that commits while a figure is being kept must throw that figure away, not miss it."""
    log = Log()
    quarter = CALENDAR.period("P-Q", "2026-Q3")
    hear(store, [managed(log, "P1", "C1")])
    late = [counselled(log, "P1", 1)]
    other_connection = Store(store.url.render_as_string(hide_password=False))
    started, heard = Event(), Event()

    def consumer():
        assert started.wait(10)
        hear(other_connection, late)
        heard.set()

    waiting = Thread(target=consumer)
    waiting.start()
    with store.begin() as session:
        keep(session.connection(), KEPT, the_catalogue(), UNIT, {"HLT-02": [quarter.window]})
        started.set()
        assert not heard.wait(0.3)
    waiting.join(10)
    other_connection.close()

    assert heard.is_set()
    assert_kept_is_true(store)
    assert Figures(store).reading("HLT-02", UNIT, quarter).numerator == 1


@pytest.mark.parametrize("code", CODES)
def test_without_any_event_there_is_a_figure_and_no_error(store, code):
    kind = the_catalogue()[code].periods[0]
    period = CALENDAR.latest(kind, date(2026, 8, 1))

    reading = Figures(store).reading(code, UNIT, period)

    assert reading.numerator == 0
    assert reading.value == (None if reading.definition.denominator else 0)
    assert len(reading.trend) == 13
