"""What the station makes of the registry's announcements, in whatever order they are heard."""

from datetime import date
from itertools import permutations

import pytest

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


def test_another_case_brings_somebody_back(station):
    station.hear(decided(KEY), stopped(KEY, stopped_on=date(2026, 10, 1)), decided(KEY, case_id="case-2"))
    assert station.ask(patients.is_under_management, KEY, TODAY)


def test_another_units_person_is_not_ours(station):
    station.hear(decided(KEY), unit=ELSEWHERE)
    assert not station.ask(patients.is_under_management, KEY, TODAY)
    assert station.ask(patients.is_under_management, KEY, TODAY, unit=ELSEWHERE)
