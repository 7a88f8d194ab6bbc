"""The agencies keep a calendar each; an overdue step shows on both sides on the same day."""

from datetime import date, timedelta

from services.health.law import law as station_law
from services.registry.law import law as police_law


def test_police_and_station_count_the_same_working_days():
    police, station = police_law().calendar, station_law()
    days = [date(2022, 1, 1) + timedelta(days=number) for number in range(7 * 365)]

    assert [day for day in days if police.is_working_day(day) != station.is_working_day(day)] == []
    assert not station.is_working_day(date(2026, 9, 1))  # the second day of National Day
