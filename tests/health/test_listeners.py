"""What the station makes of the registry's announcements, in whatever order they are heard."""

from datetime import date
from itertools import permutations

import pytest

from contracts.registry import UserManagementCorrected
from services.health.queries import patients
from services.health.tables import KnownPerson
from tests.health.builders import ELSEWHERE, TODAY, Station, decided, ended, stopped

KEY = "K1"


def known(station: Station) -> list[tuple[date | None, date | None]]:
    with station.runtime.store.reading() as session:
        return [(each.managed_from, each.managed_until) for each in session.query(KnownPerson)]


def test_somebody_decided_is_under_management_from_that_day_on(station):
    station.hear(decided(KEY, starts_on=date(2026, 9, 1)))
    assert station.ask(patients.is_under_management, KEY, TODAY)
    assert station.ask(patients.is_under_management, KEY, date(2026, 9, 1))
    assert not station.ask(patients.is_under_management, KEY, date(2026, 8, 31))


def test_the_end_may_be_heard_before_the_beginning(station):
    station.hear(stopped(KEY, stopped_on=date(2026, 10, 1)))
    assert not station.ask(patients.is_under_management, KEY, date(2026, 9, 15))
    station.hear(decided(KEY, starts_on=date(2026, 9, 1)))
    assert station.ask(patients.is_under_management, KEY, date(2026, 9, 15))
    assert not station.ask(patients.is_under_management, KEY, date(2026, 10, 1))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_leads_to_the_same(station, order):
    facts = [decided(KEY), stopped(KEY, stopped_on=date(2026, 10, 1)), ended(KEY, ended_on=date(2026, 11, 1))]
    station.hear(*(facts[index] for index in order))
    assert known(station) == [(date(2026, 9, 1), date(2026, 10, 1))]


def corrected(*, version, closed_on=None, void=False):
    fact = UserManagementCorrected(
        case_id="case-1", person_key=KEY, corrected_on=TODAY, regime="R4_L120", state="ANNULLED" if void else "MANAGED",
        starts_on=None if void else date(2026, 9, 1), ends_on=None, closed_on=closed_on, reason=None, void=void,
    )  # fmt: skip
    return fact, version


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_stop_that_was_annulled_is_none_in_whatever_order_it_is_heard(station, order):
    said = [(decided(KEY), 1), (stopped(KEY, stopped_on=date(2026, 10, 1)), 2), corrected(version=3)]
    station.hear_versions(*(said[index] for index in order))
    assert known(station) == [(date(2026, 9, 1), None)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_happens_after_a_correction_stands(station, order):
    said = [(decided(KEY), 1), corrected(version=2), (stopped(KEY, stopped_on=date(2026, 10, 1)), 3)]
    station.hear_versions(*(said[index] for index in order))
    assert known(station) == [(date(2026, 9, 1), date(2026, 10, 1))]


def test_a_decision_that_never_was_leaves_nobody_under_management(station):
    station.hear_versions((decided(KEY), 1), corrected(version=2, void=True))
    assert not station.ask(patients.is_under_management, KEY, TODAY)


def test_another_case_brings_somebody_back(station):
    station.hear(decided(KEY), stopped(KEY, stopped_on=date(2026, 10, 1)), decided(KEY, case_id="case-2"))
    assert station.ask(patients.is_under_management, KEY, TODAY)


def test_another_units_person_is_not_ours(station):
    station.hear(decided(KEY), unit=ELSEWHERE)
    assert not station.ask(patients.is_under_management, KEY, TODAY)
    assert station.ask(patients.is_under_management, KEY, TODAY, unit=ELSEWHERE)
