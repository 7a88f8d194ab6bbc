"""What the other books answer: who was looked after, who is in whose care, who is on which list, what a year amounts to."""

from datetime import date, timedelta
from decimal import Decimal
from time import perf_counter

import pytest

from services.registry.commands import books as orders
from services.registry.domain.books import Interval
from services.registry.queries import books as queries
from services.registry.queries.books import Asked, ListAsked
from services.registry.tables.cases import Case
from tests.registry.books import (
    NEIGHBOUR,
    OFFICER,
    Books,
    a_check,
    a_hotspot,
    a_member,
    a_residence,
    a_team,
    some_plants,
)
from tests.registry.builders import a_test

TODAY = date(2026, 11, 20)
YEAR = Interval(first=date(2025, 12, 15), last=TODAY)


@pytest.fixture
def books(registry):
    return Books(registry)


def unchecked(books, day=TODAY):
    with books.asking() as uow:
        return {each.person_id for each in queries.unchecked_people(uow, day).items}


# -- checks --------------------------------------------------------------------------------------------------------------------


def test_a_check_of_this_month_is_enough_and_one_of_last_month_is_not(books):
    one, other = books.managed(1), books.managed(2)
    books.do(a_check(one.person_id, on=date(2026, 11, 1)))
    books.do(a_check(other.person_id, on=date(2026, 10, 31)))
    assert unchecked(books) == {other.person_id}
    assert unchecked(books, date(2026, 10, 5)) == {one.person_id}


def test_nobody_is_looked_for_whose_management_is_suspended_or_over(books):
    managed, suspended, ended = books.managed(1), books.person(2), books.person(3)
    books.case(suspended.person_id, "A", on=date(2026, 9, 1), state="SUSPENDED")
    books.case(ended.person_id, "A", on=date(2025, 9, 1), state="ENDED", stands_for=None, closed_on=date(2026, 9, 1))
    books.case(books.person(4).person_id, "C", on=date(2026, 9, 1))
    assert unchecked(books) == {managed.person_id}
    with books.asking() as uow:
        month = queries.month_of_checks(uow, TODAY)
    assert (month.managed, month.checked) == (1, 0)


def test_the_unchecked_come_page_by_page(books):
    people = {books.managed(number).person_id for number in range(5)}
    with books.asking() as uow:
        first = queries.unchecked_people(uow, TODAY, limit=3)
        second = queries.unchecked_people(uow, TODAY, limit=3, cursor=first.next)
    assert {each.person_id for each in [*first.items, *second.items]} == people
    assert (len(first.items), second.next) == (3, None)


# -- residences ----------------------------------------------------------------------------------------------------------------


def test_where_somebody_lives_is_their_abode_before_their_registration(books):
    person = books.person()
    books.do(a_residence(person.person_id, since=date(2020, 1, 1), kind="THUONG_TRU", verified_on=date(2026, 7, 1)))
    books.do(a_residence(person.person_id, since=date(2026, 7, 1), stability="C", valid_to=date(2026, 9, 30)))
    with books.asking() as uow:
        then = queries.residences_on(uow, [person.person_id], date(2026, 9, 30))[person.person_id]
        now = queries.residences_on(uow, [person.person_id], TODAY)[person.person_id]
    assert (then.kind, now.kind) == ("NOI_O", "THUONG_TRU")


# -- care ----------------------------------------------------------------------------------------------------------------------


def assigned(books, account_id, *, by=OFFICER):
    with books.asking(by=by) as uow:
        return queries.assigned_to(uow, account_id)


def test_a_helper_sees_the_people_given_to_them_as_long_as_they_are(books, console):
    helper = console.account("HELPER", username="helper")
    given, over, later = books.person(1), books.person(2), books.person(3)
    for person, first, last in (
        (given, date(2026, 9, 1), TODAY),
        (over, date(2026, 9, 1), TODAY - timedelta(days=1)),
        (later, TODAY + timedelta(days=1), None),
    ):
        books.do(
            orders.AssignHelper(
                person_id=person.person_id,
                from_on=first,
                to_on=last,
                account_id=helper,
                details={"full_name": "Trần Thị Hoa"},
            )
        )
    assert assigned(books, helper) == {given.person_id}
    assert assigned(books, helper, by=NEIGHBOUR) == set()
    assert assigned(books, "somebody-else") == set()


def test_a_member_of_a_team_sees_its_people_until_they_leave(books, console):
    helper = console.account("HELPER", username="helper")
    team, person = books.do(a_team()), books.person()
    member = books.do(a_member(team.team_id, account_id=helper))
    books.do(orders.AssignTeam(person_id=person.person_id, team_id=team.team_id, from_on=date(2026, 9, 1)))
    assert assigned(books, helper) == {person.person_id}
    books.do(orders.LeaveTeam(member_id=member.member_id, left_on=TODAY - timedelta(days=1)))
    assert assigned(books, helper) == set()


# -- lists ---------------------------------------------------------------------------------------------------------------------


def test_somebody_enters_and_leaves_a_list_by_their_case_alone(books):
    present, gone, old, not_yet = (books.person(number) for number in range(4))
    books.case(present.person_id, "A", on=date(2026, 9, 1))
    books.case(
        gone.person_id, "A", on=date(2026, 8, 1), state="STOPPED", stands_for=None, closed_on=date(2026, 10, 1),
        closing_event="StopDecided", closing_reason="PRISON",
    )  # fmt: skip
    books.case(
        old.person_id, "A", on=date(2024, 8, 1), state="ENDED", stands_for=None, closed_on=date(2025, 8, 1),
        closing_event="EndDecided",
    )  # fmt: skip
    books.case(not_yet.person_id, "A", on=date(2026, 11, 1), state="DETECTED", stands_for="DETECTED", starts_on=None)

    def listed(part, **more):
        with books.asking() as uow:
            asked = ListAsked(code="L1", part=part, period=YEAR, **more)
            found = {line.person.person_id for line in queries.list_lines(uow, asked).items}
            assert queries.count_list(uow, asked) == len(found)
            return found

    assert listed("present") == {present.person_id}
    assert listed("entered") == {present.person_id, gone.person_id}
    assert listed("left") == {gone.person_id}
    assert listed("left", reason="PRISON") == {gone.person_id}
    assert listed("left", reason="ADDICTED") == set()
    with books.asking() as uow:
        assert queries.on_a_list(uow, ("L1",), date(2025, 1, 1)) == {old.person_id}
        assert queries.on_a_list(uow, ("L1",), date(2026, 9, 15)) == {present.person_id, gone.person_id}
        totals = queries.list_totals(uow, "L1", YEAR)
    assert (totals.present, totals.entered, totals.left, totals.left_by_reason) == (1, 2, 1, {"PRISON": 1})


def test_a_case_that_another_one_replaced_is_no_leaving(books):
    person = books.person()
    books.case(
        person.person_id, "A", on=date(2026, 8, 1), state="REPLACED", stands_for=None, closed_on=date(2026, 10, 1),
        closing_event="Replaced",
    )  # fmt: skip
    books.case(person.person_id, "A", on=date(2026, 10, 1))
    with books.asking() as uow:
        totals = queries.list_totals(uow, "L1", YEAR)
    assert (totals.present, totals.left) == (1, 0)


def test_the_dimensions_of_a_list_say_where_and_how_people_live_and_with_what(books):
    free, detained, kept, voluntary = (books.person(number) for number in range(4))
    for person in (free, detained, kept, voluntary):
        books.case(person.person_id, "C", on=date(2026, 8, 1))
    books.circumstance(detained.person_id, "PRISON", since=date(2026, 9, 1))
    books.case(kept.person_id, "F", on=date(2026, 9, 1))
    books.case(voluntary.person_id, "D", on=date(2026, 9, 1), facts={"venue": "HOME_COMMUNITY"})
    books.do(a_residence(free.person_id, since=date(2026, 7, 1)))
    books.do(a_residence(kept.person_id, since=date(2026, 7, 1), stability="A"))
    books.registry.do(a_test(free.person_id, on=TODAY, substances=("HEROINE", "KETAMINE")))

    with books.asking() as uow:
        totals = queries.list_totals(uow, "L2", YEAR)
        asked = ListAsked(code="L2", part="present", period=YEAR)
        lines = {line.person.person_id: line for line in queries.list_lines(uow, asked).items}

    assert totals.whereabouts == {"AT_LARGE": 2, "DETAINED": 1, "IN_FACILITY": 1}
    assert totals.stability == {"STABLE": 1, "UNSTABLE": 1, "UNKNOWN": 2}
    assert totals.substances == {"HEROINE": 1, "KETAMINE": 1}
    assert lines[detained.person_id].whereabouts == "DETAINED"
    assert lines[kept.person_id].whereabouts == "IN_FACILITY"
    assert (lines[free.person_id].stable, lines[free.person_id].substances) == (True, ("HEROINE", "KETAMINE"))


# -- the yearly classification -------------------------------------------------------------------------------------------------


def test_the_inputs_of_a_year_count_what_lies_in_its_window(books):
    both = books.person(1)
    books.case(both.person_id, "A", on=date(2026, 8, 1))
    books.case(both.person_id, "C", on=date(2026, 9, 1))
    books.case(books.person(2).person_id, "C", on=date(2026, 9, 1))
    before = books.do(a_hotspot(on=date(2025, 11, 1)))
    books.do(orders.ClearHotspot(hotspot_id=before.hotspot_id, cleared_on=date(2025, 12, 14)))
    standing = books.do(a_hotspot(on=date(2025, 12, 1)))
    books.do(orders.ClearHotspot(hotspot_id=standing.hotspot_id, cleared_on=date(2026, 3, 1)))
    books.do(a_hotspot(on=date(2026, 5, 1)))
    for day, offenders in ((date(2025, 12, 14), 7), (date(2025, 12, 15), 2), (date(2026, 6, 1), 3)):
        books.do(orders.RecordOffenderArrest(arrested_on=day, offenders=offenders))
    plot = books.do(some_plants(on=date(2026, 4, 1), plants=100, area=Decimal("12.50")))
    books.do(some_plants(on=date(2025, 12, 14), plants=999))
    books.do(
        orders.DestroyIllicitPlant(
            plot_id=plot.plot_id, destroyed_on=date(2026, 4, 2), destroyed_plants=80, destroyed_area=Decimal("10.25")
        )
    )

    with books.asking() as uow:
        inputs = queries.classification_inputs(uow, 2026)
        elsewhere = queries.classification_inputs(uow, 2025)
    with books.asking(by=NEIGHBOUR) as uow:
        theirs = queries.classification_inputs(uow, 2026)

    assert (inputs.people_on_file, inputs.hotspots, inputs.hotspots_cleared, inputs.offenders) == (2, 2, 1, 5)
    assert (inputs.plants, inputs.area) == (100, Decimal("12.50"))
    assert (inputs.destroyed_plants, inputs.destroyed_area) == (80, Decimal("10.25"))
    assert (elsewhere.hotspots, elsewhere.offenders, elsewhere.plants) == (2, 7, 999)
    assert (theirs.people_on_file, theirs.hotspots, theirs.offenders, theirs.plants) == (0, 0, 0, 0)


# -- reading a book ------------------------------------------------------------------------------------------------------------


def test_a_book_counts_by_code_within_the_days_asked_for(books):
    for day, kind in ((1, "PLACE"), (2, "AREA"), (3, "PLACE")):
        books.do(a_hotspot(on=date(2026, 10, day), kind=kind))
    with books.asking() as uow:
        assert queries.count_by_code(uow, queries.HOTSPOTS) == {"PLACE": 2, "AREA": 1}
        since = Asked(since=date(2026, 10, 2))
        assert queries.count_by_code(uow, queries.HOTSPOTS, since) == {"PLACE": 1, "AREA": 1}
        assert queries.count_entries(uow, queries.HOTSPOTS, Asked(code="PLACE", until=date(2026, 10, 2))) == 1


def test_the_lists_of_two_thousand_people_are_totalled_in_a_moment(books):
    person_ids = [books.person(number).person_id for number in range(20)]
    with books.registry.runtime.unit_of_work(OFFICER) as uow:
        for number in range(2_000):
            closed = number >= len(person_ids)
            uow.add(
                Case(
                    case_id=uow.new_id(), unit_code=uow.unit, person_id=person_ids[number % 20], track="A",
                    state="ENDED" if closed else "MANAGED", stands_for=None if closed else "MANAGED_USER",
                    opened_on=date(2026, 1, 1), since_on=date(2026, 1, 1), starts_on=date(2026, 1, 1),
                    closed_on=date(2026, 6, 1) if closed else None, closing_event="EndDecided" if closed else None,
                    regime="R4_L120", facts={}, version=1,
                )
            )  # fmt: skip
    with books.asking() as uow:
        started = perf_counter()
        totals = queries.list_totals(uow, "L1", YEAR)
        elapsed = perf_counter() - started
    assert (totals.present, totals.left) == (20, 1_980)
    assert elapsed < 1
