"""Any order, any repetition, any split into batches: the same rows, by either way of storing them."""

from datetime import date
from itertools import permutations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from contracts import CATALOGUE
from contracts.health import CounsellingHeld, OstTreatmentAdmitted, OstTreatmentEnded
from contracts.registry import (
    PersonCorrected,
    PersonMerged,
    PersonParted,
    PersonRegistered,
    PersonWithdrawn,
    TestResultRecorded,
    TestResultWithdrawn,
    UserManagementCorrected,
    UserManagementDecided,
    UserManagementExtended,
    UserManagementReceived,
    UserManagementReplaced,
    UserManagementResumed,
    UserManagementStopped,
    UserManagementSuspended,
    UserManagementTransferred,
)
from services.reporting.domain import FACTS, SPANS, SUPERSEDED_BY
from services.reporting.indicators import the_catalogue
from services.reporting.projections import PROJECTIONS, Projector, fold, in_sets, reference
from services.reporting.tables import KEPT, PROJECTED
from services.reporting.words import EVENTS
from tests.reporting.events import Log, with_data
from tests.reporting.streams import hearings, logs

COUNTED_BY_NO_INDICATOR = {
    "addict_list", "assignment", "book_entry", "compulsory_rehab", "deadline", "determination", "document",
    "electronic_monitoring", "hotspot", "illicit_plant", "interim_custody", "offender", "post_rehab", "progress", "residence",
    "support_visit", "tally", "use", "violation", "voluntary_rehab",
}  # fmt: skip
CHANGE_NOTHING = {UserManagementSuspended, UserManagementResumed, PersonMerged, PersonParted}
"""Detention leaves a term as it is; what two records of one person say is said anew by the events of their cases."""
WAYS = {"reference": reference.store, "in sets": in_sets.store}

any_stream = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def hear(store, events, *, way=in_sets.store):
    with store.begin() as session:
        Projector(the_catalogue(), store=way)(events, session)


def rows(store):
    with store.reading() as session:
        return {
            table.name: [
                tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns.values()))
            ]
            for table in PROJECTED
        }


def empty(store):
    with store.begin() as session:
        for table in (*PROJECTED, KEPT.indicator_value, KEPT.unit_clock):
            session.execute(delete(table))


@any_stream
@given(data=st.data())
def test_any_order_any_repetition_and_any_split_give_the_same_rows(store, data):
    events = data.draw(logs())
    empty(store)
    hear(store, events, way=reference.store)
    once_in_order = rows(store)

    for way in WAYS.values():
        empty(store)
        for batch in data.draw(hearings(events)):
            hear(store, batch, way=way)
        assert rows(store) == once_in_order


@any_stream
@given(data=st.data())
def test_the_rows_folded_in_memory_are_the_rows_stored(store, data):
    events = data.draw(logs())
    empty(store)
    hear(store, events)
    folded = fold(data.draw(st.permutations(events)))

    stored = rows(store)
    for table, in_memory in zip(PROJECTED, (folded.persons, folded.spans, folded.facts), strict=True):
        names = [column.name for column in table.columns]
        expected = [tuple(getattr(in_memory[key], name) for name in names) for key in sorted(in_memory)]
        assert stored[table.name] == expected


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_an_ending_heard_first_waits_for_its_beginning(store, way):
    log = Log()
    admitted = log.say(
        OstTreatmentAdmitted(treatment_id="T1", person_key="P1", admitted_on=date(2026, 7, 1), facility_code="CS01")
    )
    ended = log.say(OstTreatmentEnded(treatment_id="T1", person_key="P1", ended_on=date(2026, 8, 1), reason="LEFT"))

    hear(store, [ended], way=way)
    hear(store, [admitted], way=way)

    [span] = [row for row in rows(store)["span"] if row[1] == "ost_treatment"]
    assert date(2026, 7, 1) in span
    assert date(2026, 8, 1) in span


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_latest_correction_of_a_person_stands(store, way, order):
    log = Log()
    about = {"person_key": "P1", "ethnic_group": "KINH"}
    log.say(PersonRegistered(**about, sex="MALE", birth_year=1990, registered_on=date(2026, 7, 1)))
    log.say(PersonCorrected(**about, sex="FEMALE", birth_year=1991, corrected_on=date(2026, 7, 2)))
    log.say(PersonCorrected(**about, sex="FEMALE", birth_year=1992, corrected_on=date(2026, 7, 1)))

    for place in order:
        hear(store, [log.events[place]], way=way)

    [person] = rows(store)["person"]
    assert person[:5] == ("09385", "P1", "FEMALE", 1992, "KINH")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_nothing_is_known_of_a_person_who_was_withdrawn(order):
    registered = PersonRegistered(
        person_key="P1", sex="MALE", birth_year=1990, ethnic_group="KINH", registered_on=date(2026, 8, 1)
    )
    log = Log()
    heard = [log.say(registered), log.say(PersonWithdrawn(person_key="P1", withdrawn_on=date(2026, 8, 2)))]

    (person,) = fold([heard[place] for place in order]).persons.values()

    assert (person.sex, person.birth_year, person.ethnic_group) == (None, None, None)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_test_that_was_withdrawn_is_superseded(order):
    log = Log()
    recorded = TestResultRecorded(
        test_id="T1", person_key="P1", taken_on=date(2026, 8, 1), result="POSITIVE", substances=("HEROINE",)
    )
    withdrawn = TestResultWithdrawn(test_id="T1", person_key="P1", withdrawn_on=date(2026, 8, 2))
    heard = [log.say(recorded), log.say(withdrawn)]

    told = {fact.kind: fact for fact in fold([heard[place] for place in order]).facts.values()}

    (by,) = SUPERSEDED_BY["test_result"]
    assert told[by].key == told["test_result"].origin
    assert told[by].version > told["test_result"].version


# -- user management -----------------------------------------------------------------------------------------------------------

CASE = {"case_id": "C1", "person_key": "P1"}
PAPER = {"regime": "R4", "form_code": "M04"}
DECIDED = UserManagementDecided(
    **CASE, **PAPER, decided_on=date(2026, 7, 1), starts_on=date(2026, 7, 1), ends_on=date(2027, 7, 1),
    decider_role="CA_CHIEF", test_id=None,
)  # fmt: skip
STOPPED = UserManagementStopped(**CASE, **PAPER, stopped_on=date(2026, 8, 1), reason="PRISON")


def put_right(**answers):
    given = {
        "corrected_on": date(2026, 9, 1), "regime": "R4", "state": "MANAGED", "starts_on": date(2026, 7, 1),
        "ends_on": date(2027, 7, 1), "closed_on": None, "reason": None, "void": False,
    }  # fmt: skip
    return UserManagementCorrected(**CASE, **{**given, **answers})


def in_every_order(store, way, *facts):
    """Return the one span of management that these facts make; every order must make the same."""
    found = []
    for order in permutations(range(len(facts))):
        empty(store)
        log = Log()
        log.say_all(facts)
        for place in order:
            hear(store, [log.events[place]], way=way)
        with store.reading() as session:
            (span,) = session.execute(select(PROJECTED.span)).mappings()
        found.append(
            (span["began_on"], span["planned_end_on"], span["ended_on"], span["end_reason"], span["attributes"])
        )
    assert all(one == found[0] for one in found)
    return found[0]


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_stop_that_was_a_mistake_is_no_end(store, way):
    assert in_every_order(store, way, DECIDED, STOPPED, put_right()) == (
        date(2026, 7, 1), date(2027, 7, 1), None, None, {"regime": "R4"},
    )  # fmt: skip


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_after_what_was_put_right_a_later_end_counts_again(store, way):
    assert in_every_order(store, way, DECIDED, put_right(), STOPPED)[2:4] == (date(2026, 8, 1), "PRISON")


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("nothing", [{"void": True}, {"starts_on": None, "ends_on": None, "state": "DETECTED"}])
def test_a_case_that_never_was_vanishes(store, way, nothing):
    assert in_every_order(store, way, DECIDED, STOPPED, put_right(**nothing)) == (None, None, None, None, None)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_case_that_was_taken_over_or_handed_over_is_a_span(store, way):
    received = UserManagementReceived(
        **CASE, **PAPER, decided_on=date(2026, 7, 3), from_commune="09379", starts_on=date(2026, 7, 3),
        ends_on=date(2027, 1, 1), decider_role="CA_CHIEF",
    )  # fmt: skip
    moved = UserManagementTransferred(
        **CASE, **PAPER, transferred_on=date(2026, 10, 1), to_commune="09379", left_on=date(2026, 9, 30)
    )

    assert in_every_order(store, way, received, moved) == (
        date(2026, 7, 3), date(2027, 1, 1), date(2026, 10, 1), "TRANSFERRED", {"regime": "R4"},
    )  # fmt: skip


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_decision_that_a_new_one_replaced_ends(store, way):
    replaced = UserManagementReplaced(**CASE, **PAPER, replaced_on=date(2026, 10, 1))

    assert in_every_order(store, way, DECIDED, replaced)[2:4] == (date(2026, 10, 1), "REPLACED")


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_an_absence_moves_the_planned_end_and_nothing_else(store, way):
    longer = UserManagementExtended(
        **CASE, **PAPER, recorded_on=date(2026, 9, 20),
        starts_on=date(2026, 7, 1), ends_on=date(2027, 7, 11), decided_under="R3",
    )  # fmt: skip
    decided = UserManagementDecided(**{name: getattr(DECIDED, name) for name in DECIDED.SHAPES} | {"regime": "R3"})

    assert in_every_order(store, way, decided, longer) == (
        date(2026, 7, 1), date(2027, 7, 11), None, None, {"regime": "R3"},
    )  # fmt: skip


def test_a_person_of_another_unit_is_another_row(store):
    log = Log()
    for unit in ("09385", "09386"):
        log.say(
            PersonRegistered(
                person_key="P1", sex="MALE", birth_year=1990, ethnic_group="KINH", registered_on=date(2026, 7, 1)
            ),
            unit=unit,
        )

    hear(store, log.events)

    assert [person[0] for person in rows(store)["person"]] == ["09385", "09386"]


def test_an_event_with_wrong_data_raises_and_leaves_nothing(store):
    log = Log()
    held = CounsellingHeld(counselling_id="V1", person_key="P1", held_on=date(2026, 7, 1), kind="Y_TE", group="OST")
    good, bad = log.say(held), with_data(log.say(held), held_on="tomorrow")

    with pytest.raises(msgspec.ValidationError):
        hear(store, [good, bad])

    assert rows(store) == {"person": [], "span": [], "fact": []}


def test_an_event_type_from_the_future_changes_nothing(store):
    log = Log()
    held = log.say(
        CounsellingHeld(counselling_id="V1", person_key="P1", held_on=date(2026, 7, 1), kind="Y_TE", group="OST")
    )

    hear(store, [msgspec.structs.replace(held, type="health.vaccine.given.v1")])

    assert rows(store)["fact"] == []


def test_unknown_fields_of_an_event_are_passed_over(store):
    log = Log()
    held = log.say(
        CounsellingHeld(counselling_id="V1", person_key="P1", held_on=date(2026, 7, 1), kind="Y_TE", group="OST")
    )

    hear(store, [with_data(held, minutes=40)])

    assert len(rows(store)["fact"]) == 1


def test_every_event_about_what_is_counted_is_projected():
    about_what_is_counted = {fact for fact in CATALOGUE.values() if fact.AGGREGATE not in COUNTED_BY_NO_INDICATOR}

    assert set(PROJECTIONS) | CHANGE_NOTHING == about_what_is_counted
    assert not set(PROJECTIONS) & CHANGE_NOTHING
    assert {fact.AGGREGATE for fact in PROJECTIONS}.isdisjoint(COUNTED_BY_NO_INDICATOR)


def test_every_event_of_the_agencies_has_words():
    assert set(EVENTS) == set(CATALOGUE)


@any_stream
@given(events=logs())
def test_projections_write_what_the_domain_says_they_publish(events):
    folded = fold(events)

    for span in folded.spans.values():
        assert set(span.attributes or {}) <= SPANS[span.kind]
    for fact in folded.facts.values():
        assert set(fact.attributes or {}) <= FACTS[fact.kind]


def test_no_span_and_fact_share_a_kind():
    assert not set(SPANS) & set(FACTS)
