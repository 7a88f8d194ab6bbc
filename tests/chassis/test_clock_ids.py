"""Time and identifiers are handed in: the same clock and seed give the same ward."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

from chassis.clock import Clock, FrozenClock
from chassis.ids import SeededIds, new_id

EVENING = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)


def test_a_frozen_clock_stands_where_it_is_put():
    clock = FrozenClock(EVENING)

    assert clock.now() == clock.now() == EVENING
    clock.advance(timedelta(minutes=5))
    assert clock.now() == EVENING + timedelta(minutes=5)
    clock.set(EVENING.astimezone(timezone(timedelta(hours=7))))
    assert clock.now() == EVENING
    assert clock.now().tzinfo == UTC


def test_today_is_the_day_in_viet_nam():
    assert FrozenClock(EVENING).today() == date(2026, 11, 21)
    assert FrozenClock(EVENING - timedelta(hours=2)).today() == date(2026, 11, 20)


def test_the_machines_clock_is_aware_and_goes_on():
    before = Clock().now()

    assert before.tzinfo == UTC
    assert Clock().now() >= before


def test_new_identifiers_are_uuids_of_version_7_and_sort_by_their_time():
    made = [new_id() for _ in range(200)]

    assert len(set(made)) == 200
    assert made == sorted(made)
    assert {UUID(each).version for each in made} == {7}
    assert {len(each) for each in made} == {36}


def test_a_seed_repeats_its_identifiers():
    clock = FrozenClock(EVENING)
    first, again, other = (SeededIds(seed, clock.now) for seed in ("ward", "ward", "other"))

    told = [first() for _ in range(50)]

    assert told == [again() for _ in range(50)]
    assert not set(told) & {other() for _ in range(50)}
    assert {UUID(each).version for each in told} == {7}
    assert {UUID(each).variant for each in told} == {UUID(new_id()).variant}


def test_seeded_identifiers_carry_the_time_of_their_clock():
    clock = FrozenClock(EVENING)
    ids = SeededIds("ward", clock.now)
    earlier = ids()
    clock.advance(timedelta(days=1))

    assert earlier < ids()
    assert UUID(earlier).int >> 80 == int(EVENING.timestamp() * 1000)
