"""Questions to the register: who is found, what is due, and that every reading is noted."""

from datetime import date, timedelta

import pytest

from chassis.clock import LOCAL_ZONE
from chassis.errors import NotFound, NotUnderstood
from chassis.testing import an_actor
from services.registry import queries
from services.registry.commands import CorrectPerson
from tests.registry.builders import a_decision, a_test, an_end

TODAY = date(2026, 11, 20)


def names(page):
    return [person.full_name for person in page.items]


@pytest.fixture
def three(registry, clock):
    people = []
    for count, name in enumerate(["Nguyễn Đức Ánh", "Đặng Thị Ánh Nguyệt", "Trần Văn Bình"]):
        people.append(registry.somebody(full_name=name, id_number=f"02709000{count:04}"))
        clock.advance(timedelta(minutes=1))
    return people


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Trần Văn Bình", "Đặng Thị Ánh Nguyệt", "Nguyễn Đức Ánh"]),
        ("anh", ["Đặng Thị Ánh Nguyệt", "Nguyễn Đức Ánh"]),
        ("ÁNH ng", ["Đặng Thị Ánh Nguyệt", "Nguyễn Đức Ánh"]),
        ("duc", ["Nguyễn Đức Ánh"]),
        ("đang thi", ["Đặng Thị Ánh Nguyệt"]),
        ("binh tran", ["Trần Văn Bình"]),
        ("không có ai", []),
        ("!!", []),
        ("027090000001", ["Đặng Thị Ánh Nguyệt"]),
        ("027 090 000 002", ["Trần Văn Bình"]),
        ("0270900000", []),
    ],
)
def test_people_are_found_by_beginnings_of_names_and_by_their_number(registry, three, asked, found):
    with registry.asking() as uow:
        assert names(queries.people(uow, asked=asked)) == found
        assert queries.count_people(uow, asked) == len(found)


def test_a_corrected_name_is_found_by_the_new_one_only(registry):
    person = registry.somebody(details={"other_name": "Tý"})
    registry.do(
        CorrectPerson(
            person_id=person.person_id,
            version=1,
            full_name="Lê Văn Hùng",
            sex="MALE",
            birth_date="1990",
            ethnic_group="KINH",
        )
    )

    with registry.asking() as uow:
        assert names(queries.people(uow, asked="le hung")) == ["Lê Văn Hùng"]
        assert names(queries.people(uow, asked="anh")) == []
        assert names(queries.people(uow, asked="ty")) == []


def test_another_units_people_are_not_found(registry, three):
    elsewhere = an_actor("registry", "CA_OFFICER", unit="09379")

    with registry.asking(by=elsewhere) as uow:
        assert names(queries.people(uow)) == []
        assert names(queries.people(uow, asked="anh")) == []
        assert names(queries.people(uow, asked="027090000001")) == []
        with pytest.raises(NotFound):
            queries.person_record(uow, three[0].person_id)


def test_pages_of_people_join_without_a_gap(registry, three):
    with registry.asking() as uow:
        first = queries.people(uow, limit=2)
        second = queries.people(uow, limit=2, cursor=first.next)

    assert names(first) + names(second) == ["Trần Văn Bình", "Đặng Thị Ánh Nguyệt", "Nguyễn Đức Ánh"]
    assert second.next is None


def test_every_reading_is_noted_with_the_person(registry, three):
    before = len(registry.audited())

    with registry.asking() as uow:
        queries.person_record(uow, three[0].person_id)
        queries.people(uow, asked="anh")

    read = registry.audited()[before:]
    assert read == [("person.read", three[i].person_id) for i in (0, 1, 0)]


def test_a_status_follows_from_the_facts(registry, clock):
    def status():
        with registry.asking() as uow:
            return queries.person_record(uow, person.person_id).state

    person = registry.somebody()
    assert status() == "NONE"
    registry.do(a_test(person.person_id, on=TODAY))
    assert status() == "DETECTED"
    registry.do(a_decision(person.person_id, on=TODAY))
    assert status() == "MANAGED_USER"
    registry.stop(person.person_id, on=TODAY)
    assert status() == "IMPRISONED"
    clock.advance(timedelta(days=3))
    assert status() == "CLEARED"
    registry.do(a_test(person.person_id, on=date(2026, 11, 23)))
    assert status() == "DETECTED"


# -- people under management ---------------------------------------------------------------------------------------------------


@pytest.fixture
def ward(registry, clock):
    """Five cases decided on these days; the third was stopped."""
    clock.set(clock.now().replace(year=2027))
    cases = {}
    days = ("2026-11-01", "2026-11-25", "2026-12-05", "2027-03-01", "2027-11-01")
    for count, day in enumerate(days):
        person, _act = registry.somebody_managed(
            on=date.fromisoformat(day), id_number=f"02709000{count:04}", full_name=f"Người {'ABCDE'[count]}"
        )
        cases[day] = person
    registry.stop(cases["2026-12-05"].person_id, on=date(2027, 1, 5))
    return cases


@pytest.mark.parametrize(
    ("show", "sort", "found"),
    [
        ("all", "ends_on", ["2026-11-01", "2026-11-25", "2027-03-01", "2027-11-01"]),
        ("all", "decided_on", ["2027-11-01", "2027-03-01", "2026-11-25", "2026-11-01"]),
        ("near_end", "ends_on", ["2026-11-25"]),
        ("overdue", "ends_on", ["2026-11-01"]),
        ("closed", "ends_on", ["2026-12-05"]),
    ],
)
def test_the_list_shows_the_part_asked_for_in_the_order_asked_for(registry, ward, show, sort, found):
    with registry.asking() as uow:
        shown = queries.managed(uow, show=show, sort=sort)
        counts = queries.count_managed(uow)

    assert [line.case.decided_on.isoformat() for line in shown.items] == found
    assert counts[show] == len(found)


def test_unknown_parts_and_orders_are_refused(registry):
    with registry.asking() as uow:
        with pytest.raises(NotUnderstood, match="Bộ lọc"):
            queries.managed(uow, show="some")
        with pytest.raises(NotUnderstood, match="Thứ tự"):
            queries.managed(uow, sort="name")
        with pytest.raises(NotUnderstood, match="Con trỏ"):
            queries.managed(uow, cursor="x")


# -- what falls due ------------------------------------------------------------------------------------------------------------


def due(registry, **asked):
    with registry.asking() as uow:
        return queries.duties(uow, **asked)


def kinds(registry):
    return {duty.kind: duty.due for duty in due(registry)}


def ends(registry, **asked):
    return [duty for duty in due(registry, **asked) if duty.kind == "END"]


def test_a_positive_test_is_due_for_a_decision_within_24_hours_of_its_receipt(registry):
    person, _test = registry.somebody_positive(on=date(2026, 11, 19))

    duties = {duty.kind: duty for duty in due(registry)}

    assert set(duties) == {"VERIFY_RESIDENCE", "DECIDE_ON_RESULT"}
    assert {duty.person.person_id for duty in duties.values()} == {person.person_id}
    duty = duties["DECIDE_ON_RESULT"]
    assert duty.due.isoformat() == "2026-11-20T08:00:00+07:00"
    assert "điểm a khoản 4 Điều 24" in duty.article


def test_a_result_under_the_earlier_law_was_due_in_working_days(registry):
    registry.somebody_positive(on=date(2026, 6, 26))

    assert kinds(registry)["DECIDE_ON_RESULT"] == date(2026, 7, 1)


def test_two_results_of_one_person_are_one_duty_from_the_first(registry):
    person, first = registry.somebody_positive(on=date(2026, 11, 18))
    registry.do(a_test(person.person_id, on=date(2026, 11, 19)))

    (duty,) = [duty for duty in due(registry) if duty.kind == "DECIDE_ON_RESULT"]

    assert duty.due == first.received_at + timedelta(hours=24)


def test_negative_results_and_decided_ones_are_not_due_and_use_during_management_asks_for_a_determination(registry):
    other = registry.somebody(id_number="027090005678")
    registry.do(a_test(other.person_id, on=TODAY, result="NEGATIVE", substances=()))
    person, _act = registry.somebody_managed(on=date(2026, 11, 10))
    assert due(registry) == []

    registry.do(a_test(person.person_id, on=TODAY))

    (duty,) = due(registry)
    assert (duty.kind, duty.due, duty.person.person_id) == ("ASK_DETERMINATION_REUSE", TODAY, person.person_id)


def test_a_term_about_to_end_and_one_that_is_over_are_due(registry, clock):
    person, act = registry.somebody_managed(on=TODAY)
    clock.set(clock.now().replace(year=2027, month=11, day=13))
    assert ends(registry) == []
    assert len(ends(registry, person_id=person.person_id, within=timedelta(days=30))) == 1

    clock.set(clock.now().replace(day=14))
    (duty,) = ends(registry)
    assert (duty.case_id, duty.due) == (act.case_id, date(2027, 11, 20))
    assert "khoản 3 Điều 63" in duty.article

    clock.set(clock.now().replace(day=22))
    assert len(ends(registry)) == 1
    registry.do(an_end(person.person_id, on=date(2027, 11, 22)))
    (sending,) = due(registry)
    assert (sending.kind, sending.due) == ("SEND_END", clock.now().astimezone(LOCAL_ZONE) + timedelta(hours=24))


def test_the_most_urgent_duty_comes_first(registry, clock):
    registry.somebody_managed(on=TODAY)
    clock.set(clock.now().replace(year=2027))
    registry.somebody_positive(on=date(2027, 11, 20), id_number="027090005678")
    registry.somebody_positive(on=date(2027, 11, 18), id_number="027090005679")

    duties = due(registry)

    named = [duty.kind for duty in duties if duty.kind in {"DECIDE_ON_RESULT", "END"}]
    assert named == ["DECIDE_ON_RESULT", "END", "DECIDE_ON_RESULT"]
    assert [queries.last_instant(duty.due) for duty in duties] == sorted(
        queries.last_instant(duty.due) for duty in duties
    )


def test_residence_is_checked_in_every_month_of_management(registry, clock):
    registry.somebody_managed(on=TODAY)

    clock.set(clock.now().replace(month=12, day=26))

    (duty,) = due(registry)
    assert (duty.kind, duty.due) == ("CHECK_RESIDENCE", date(2026, 12, 31))


def test_today_has_its_groups_with_their_lines(registry):
    registry.somebody_positive(on=date(2026, 11, 18))
    registry.somebody_positive(on=TODAY, id_number="027090005678")

    with registry.asking() as uow:
        groups = {group.key: group for group in queries.today(uow)}

    assert {line.kind for line in groups["overdue"].lines} == {"VERIFY_RESIDENCE", "DECIDE_ON_RESULT"}
    assert groups["day"].count == len(groups["day"].lines) == 2
    assert groups["week"].lines == groups["waiting"].lines == []


def test_reading_what_is_due_is_noted(registry):
    person, _test = registry.somebody_positive(on=TODAY)
    before = len(registry.audited())

    due(registry)

    assert registry.audited()[before:] == [("person.read", person.person_id)]
