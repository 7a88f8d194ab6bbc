"""Rebuilt equals grown; what differs is found and said; a swap is whole or not at all."""

from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from chassis.clock import FrozenClock
from chassis.inbox import Inbox
from chassis.testing import START
from contracts.health import CounsellingHeld
from contracts.registry import PersonRegistered, UserManagementDecided
from services.reporting import rebuild as rebuilding
from services.reporting.indicators import the_catalogue
from services.reporting.periods import the_calendar
from services.reporting.projections import Projector
from services.reporting.queries import Figures
from services.reporting.rebuild import rebuild, shadow
from services.reporting.tables import CHASSIS, INBOX, KEPT, PROJECTED
from tests.reporting.events import UNIT, Log, with_data
from tests.reporting.streams import hearings, logs

QUARTER = the_calendar().period("P-Q", "2026-Q3")

any_stream = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def hear(store, events):
    inbox = Inbox(store, CHASSIS.inbox, effect=Projector(the_catalogue()), clock=FrozenClock(START))
    return inbox.receive(events)


def empty(store):
    with store.begin() as session:
        for table in (*PROJECTED, KEPT.indicator_value, KEPT.unit_clock, INBOX, CHASSIS.inbox.parked_event):
            session.execute(delete(table))


def rows(store):
    with store.reading() as session:
        return {table.name: sorted(map(str, session.execute(select(table)))) for table in PROJECTED}


@pytest.fixture
def log():
    log = Log()
    for number in range(1, 21):
        log.say(
            PersonRegistered(
                person_key=f"P{number}",
                sex="MALE",
                birth_year=1990,
                ethnic_group="KINH",
                registered_on=date(2026, 7, 1),
            )
        )
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
        counselled(log, number)
    return log


def counselled(log, number):
    return log.say(
        CounsellingHeld(
            counselling_id=f"V{number}",
            person_key=f"P{number}",
            held_on=date(2026, 8, 1),
            kind="Y_TE",
            group="NGUOI_SDTP",
        )
    )


@any_stream
@given(data=st.data())
def test_what_is_rebuilt_equals_what_has_grown(store, data):
    events = data.draw(logs())
    empty(store)
    for batch in data.draw(hearings(events)):
        hear(store, batch)
    Figures(store).dashboard(UNIT, QUARTER)
    grown = rows(store)

    report = rebuild(store)

    assert report.is_equal, report.differences
    assert report.swapped
    assert report.events == len(events)
    assert rows(store) == grown


def test_every_kept_figure_has_a_digest_as_grown_and_as_rebuilt(store, log):
    hear(store, log.events)
    figures = Figures(store)
    figures.reading("HLT-02", UNIT, QUARTER)
    figures.breakdown("HLT-02", UNIT, QUARTER, "sex")

    report = rebuild(store)

    assert {(check.unit, check.indicator, check.dimension) for check in report.figures} == {
        (UNIT, "HLT-02", ""),
        (UNIT, "HLT-02", "sex"),
    }
    assert all(check.is_equal for check in report.figures)


def test_a_swapped_table_goes_on_growing(store, log):
    hear(store, log.events[:30])
    rebuild(store)

    hear(store, log.events[30:])

    assert rebuild(store).is_equal
    assert Figures(store).reading("HLT-02", UNIT, QUARTER).numerator == 20


@pytest.mark.parametrize(
    "tamper",
    [
        update(PROJECTED.span).where(PROJECTED.span.c.key == "C3").values(began_on=date(2026, 7, 2)),
        update(PROJECTED.person).where(PROJECTED.person.c.person_key == "P3").values(sex="FEMALE"),
        update(PROJECTED.fact).where(PROJECTED.fact.c.key == "V3").values(attributes={"kind": "TAM_LY"}),
        delete(PROJECTED.fact).where(PROJECTED.fact.c.key == "V3"),
    ],
    ids=["a moved day", "another sex", "another attribute", "a missing row"],
)
def test_a_tampered_row_is_found_and_nothing_is_swapped(store, log, tamper):
    hear(store, log.events)
    with store.begin() as session:
        session.execute(tamper)
    tampered = rows(store)

    report = rebuild(store)

    assert not report.is_equal
    assert not report.swapped
    assert report.differing_rows in (1, 2)
    assert any("3" in line for line in report.differences)
    assert rows(store) == tampered


def test_a_tampered_figure_is_found(store, log):
    hear(store, log.events)
    Figures(store).reading("HLT-02", UNIT, QUARTER)
    with store.begin() as session:
        session.execute(
            update(KEPT.indicator_value).where(KEPT.indicator_value.c.ends_on == QUARTER.last_day).values(numerator=19)
        )

    report = rebuild(store)

    assert [check.window for check in report.figures if not check.is_equal] == [QUARTER.window]
    assert not report.swapped


def test_an_accepted_difference_is_said_and_mended(store, log):
    hear(store, log.events)
    Figures(store).reading("HLT-02", UNIT, QUARTER)
    whole = rows(store)
    with store.begin() as session:
        session.execute(delete(PROJECTED.fact).where(PROJECTED.fact.c.key == "V3"))

    report = rebuild(store, accept=True)

    assert report.differing_rows == 1
    assert report.swapped
    assert rows(store) == whole
    assert Figures(store).reading("HLT-02", UNIT, QUARTER).numerator == 20


def test_events_heard_while_rebuilding_are_caught_up(store, log, monkeypatch):
    hear(store, log.events[:50])
    fill = shadow.fill

    def fill_while_more_is_heard(connection, folded):
        fill(connection, folded)
        late.append(True)

    late = []
    monkeypatch.setattr(shadow, "fill", fill_while_more_is_heard)
    stop = rebuilding._stop_the_writers

    def stop_after_more_was_heard(connection):
        assert late
        stop(connection)

    monkeypatch.setattr(rebuilding, "_stop_the_writers", stop_after_more_was_heard)
    fold_log = rebuilding.fold_log

    def fold_and_then_hear(connection):
        found = fold_log(connection)
        connection.rollback()
        hear(store, log.events[50:])
        return found

    monkeypatch.setattr(rebuilding, "fold_log", fold_and_then_hear)

    report = rebuild(store)

    assert report.caught_up == 10
    assert report.events == 60
    assert report.is_equal


def test_a_parked_event_is_not_folded_until_it_is_applied(store, log):
    good = log.events[:50]
    bad = with_data(log.events[53], held_on="tomorrow")
    hear(store, [*good, bad])

    report = rebuild(store)

    assert report.events == 50
    assert report.is_equal


def test_a_gap_that_closes_while_rebuilding_is_caught_up(store, log, monkeypatch):
    hear(store, [*log.events[:20], *log.events[30:]])
    fold_log = rebuilding.fold_log

    def fold_and_then_hear(connection):
        found = fold_log(connection)
        connection.rollback()
        hear(store, log.events[20:30])
        return found

    monkeypatch.setattr(rebuilding, "fold_log", fold_and_then_hear)

    report = rebuild(store)

    assert report.caught_up == 10
    assert report.is_equal


def test_a_swap_that_breaks_half_way_leaves_everything_as_it_was(store, log, monkeypatch):
    hear(store, log.events)
    with store.begin() as session:
        session.execute(delete(PROJECTED.fact).where(PROJECTED.fact.c.key == "V3"))
    before = rows(store)
    swap = shadow.swap

    def swap_and_break(connection):
        swap(connection)
        raise ConnectionError("the power went")

    monkeypatch.setattr(shadow, "swap", swap_and_break)
    with pytest.raises(ConnectionError):
        rebuild(store, accept=True)
    assert rows(store) == before
    monkeypatch.undo()

    assert rebuild(store, accept=True).swapped
    assert rebuild(store).is_equal


def test_the_command_prints_digests_and_ends_with_an_error_when_something_differs(store, log, monkeypatch):
    hear(store, log.events)
    Figures(store).reading("REG-01", UNIT, QUARTER)
    runtime = type("Runtime", (), {"store": store})
    monkeypatch.setattr(rebuilding, "runtime_of", lambda _service: runtime)

    whole = CliRunner().invoke(rebuilding.command)
    with store.begin() as session:
        session.execute(delete(PROJECTED.span).where(PROJECTED.span.c.key == "C3"))
    torn = CliRunner().invoke(rebuilding.command)

    assert whole.exit_code == 0, whole.output
    assert f"{UNIT}  REG-01  2026-06-15..2026-09-14  grown " in whole.output
    assert "rebuilt equals grown" in whole.output
    assert torn.exit_code == 1
    assert "span only rebuilt: 09385, user_management, C3" in torn.output
    assert "rebuilt differs: 1 rows, 0 of 13 kept figures" in torn.output
    assert "not swapped" in torn.output
