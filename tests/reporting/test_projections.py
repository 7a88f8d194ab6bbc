"""Any order, any repetition, any split into batches: the same rows, by either way of storing them."""

from datetime import date

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from contracts import CATALOGUE
from contracts.health import CounsellingHeld, OstTreatmentAdmitted, OstTreatmentEnded
from contracts.registry import PersonCorrected, PersonRegistered, PersonWithdrawn
from services.reporting.domain import FACTS, SPANS
from services.reporting.indicators import the_catalogue
from services.reporting.projections import PROJECTIONS, Projector, fold, in_sets, reference
from services.reporting.tables import KEPT, PROJECTED
from tests.reporting.events import Log, with_data
from tests.reporting.streams import hearings, logs

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


def test_every_event_of_the_agencies_is_projected():
    assert set(PROJECTIONS) == set(CATALOGUE.values())


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
