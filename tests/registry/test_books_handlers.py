"""What may be entered in the other books, what is refused, and what each entry announces."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from chassis.errors import NotAllowed, NotFound, NotUnderstood, RuleBroken
from chassis.testing import an_actor
from services.registry.commands import books as orders
from services.registry.queries import books as queries
from services.registry.tables.books import BOOKS, IllicitPlant, Residence, context_of, key_of
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
    a_violation,
    an_incident,
    some_plants,
)

TODAY = date(2026, 11, 20)


@pytest.fixture
def books(registry):
    return Books(registry)


def announced(books):
    """The events of the books, without those of people."""
    return [type_ for type_ in books.registry.announced() if ".person." not in type_]


# -- residences ----------------------------------------------------------------------------------------------------------------


def test_a_residence_is_entered_sealed_and_announced(books):
    person = books.person()

    stay = books.do(a_residence(person.person_id, since=date(2026, 7, 1)))

    assert (stay.commune_code, stay.stable, stay.unstable_reason) == ("09385", True, None)
    assert stay.details["address"] == "Số 5 phố Hoa Lan"
    assert b"Hoa Lan" not in stay.row.sealed
    assert announced(books) == ["registry.residence.verified.v1"]
    assert ("residence.record", person.person_id) in books.registry.audited()


def test_two_residences_of_one_kind_never_overlap(books):
    person = books.person()
    first = books.do(a_residence(person.person_id, since=date(2026, 7, 1)))
    books.do(a_residence(person.person_id, since=date(2026, 7, 1), kind="THUONG_TRU"))
    before = books.registry.rows()

    with pytest.raises(RuleBroken, match="01/07/2026"):
        books.do(a_residence(person.person_id, since=date(2026, 10, 1)))

    assert books.registry.rows() == before
    books.do(orders.EndResidence(stay_id=first.stay_id, valid_to=date(2026, 9, 30)))
    books.do(a_residence(person.person_id, since=date(2026, 10, 1)))
    with pytest.raises(RuleBroken, match="đã có ngày kết thúc"):
        books.do(orders.EndResidence(stay_id=first.stay_id, valid_to=date(2026, 10, 1)))


@pytest.mark.parametrize("letter", ["A", "B", "C"])
def test_a_residence_that_is_not_stable_keeps_the_letter_of_its_reason(books, letter):
    stay = books.do(a_residence(books.person().person_id, since=date(2026, 7, 1), stability=letter))
    assert (stay.stable, stay.unstable_reason) == (False, letter)


def test_a_residence_of_another_province_is_named_by_its_code(books):
    person = books.person()
    stay = books.do(a_residence(person.person_id, since=date(2026, 7, 1), elsewhere_code="00004"))
    assert stay.commune_code == "00004"
    with pytest.raises(NotUnderstood, match="ngoài tỉnh"):
        books.do(a_residence(person.person_id, since=date(2026, 7, 1), kind="TAM_TRU", elsewhere_code="12345"))


def test_the_table_itself_refuses_a_second_present_residence_of_a_kind(books):
    person = books.person()
    books.do(a_residence(person.person_id, since=date(2026, 7, 1)))
    with pytest.raises(IntegrityError), books.registry.runtime.unit_of_work(OFFICER) as uow:
        uow.add(
            Residence(
                stay_id="another",
                unit_code="09385",
                person_id=person.person_id,
                kind="NOI_O",
                commune_code="09385",
                stable=True,
                valid_from=date(2026, 8, 1),
                verified_on=date(2026, 8, 1),
                sealed=b"x",
                recorded_at=uow.now(),
                recorded_by="acc-1",
                version=1,
            )
        )


# -- checks --------------------------------------------------------------------------------------------------------------------


def test_a_check_is_announced_by_its_outcome(books):
    person = books.managed()
    check = books.do(a_check(person.person_id, on=TODAY, outcome="ABSENT", minutes_number="03/BB"))
    assert (check.outcome, check.minutes_number) == ("ABSENT", "03/BB")
    assert announced(books) == ["registry.residence.checked.v1"]


def test_the_same_day_twice_and_a_day_to_come_are_refused(books):
    person = books.managed()
    books.do(a_check(person.person_id, on=TODAY))
    with pytest.raises(RuleBroken, match="đã được kiểm tra"):
        books.do(a_check(person.person_id, on=TODAY))
    with pytest.raises(NotUnderstood, match="Chưa đến ngày này"):
        books.do(a_check(person.person_id, on=TODAY + timedelta(days=1)))


def test_each_line_of_many_is_taken_or_refused_by_itself(books):
    people = [books.managed(number) for number in range(4)]
    books.do(a_check(people[1].person_id, on=TODAY))

    def line(person_id, **more):
        return {"person_id": person_id, "checked_on": TODAY, "outcome": "PRESENT", **more}

    result = books.do(
        orders.CheckResidences(
            lines=[
                line(people[0].person_id, note="Gặp tại nhà"),
                line(people[1].person_id),
                line(people[2].person_id, outcome="MOVED"),
                line("nobody"),
                line(people[3].person_id, checked_on=TODAY + timedelta(days=3)),
            ]
        )
    )

    assert [bool(each.check_id) for each in result.lines] == [True, False, True, False, False]
    assert [each.code for each in result.refused] == ["SAME_DAY", "NOT_FOUND", "OTHER"]
    assert result.taken == 2
    assert announced(books) == ["registry.residence.checked.v1"] * 3
    written = [person_id for action, person_id in books.registry.audited() if action == "residence.check"]
    assert written == [people[1].person_id, people[0].person_id, people[2].person_id]


# -- incidents -----------------------------------------------------------------------------------------------------------------


def test_an_incident_is_announced_with_its_ground(books):
    person = books.person()
    incident = books.do(an_incident(person.person_id, on=TODAY, ground="DD", occurred_time="08:15"))
    assert (incident.ground, incident.occurred_at.isoformat()) == ("DD", "2026-11-20T08:15:00+07:00")
    assert announced(books) == ["registry.use.detected.v1"]


def test_an_incident_takes_no_test_of_somebody_else_and_no_hour_to_come(books):
    person = books.person()
    with pytest.raises(NotUnderstood, match="chính người này"):
        books.do(an_incident(person.person_id, on=TODAY, test_id="somebody-elses"))
    with pytest.raises(NotUnderstood, match="chưa đến giờ này"):
        books.do(an_incident(person.person_id, on=TODAY, occurred_time="23:59"))


# -- teams and helpers ---------------------------------------------------------------------------------------------------------


def test_a_team_has_one_leader_at_a_time(books):
    team = books.do(a_team())
    leader = books.do(a_member(team.team_id, role="TO_TRUONG"))
    with pytest.raises(RuleBroken, match="đang có tổ trưởng"):
        books.do(a_member(team.team_id, role="TO_TRUONG"))
    books.do(orders.LeaveTeam(member_id=leader.member_id, left_on=TODAY))
    assert books.do(a_member(team.team_id, role="TO_TRUONG")).role == "TO_TRUONG"


def test_a_team_is_formed_once_by_a_decision(books):
    books.do(a_team())
    with pytest.raises(RuleBroken, match="đã có trong sổ"):
        books.do(a_team())


def test_a_person_is_given_to_a_team_once_at_a_time(books):
    person, team = books.person(), books.do(a_team())
    care = books.do(orders.AssignTeam(person_id=person.person_id, team_id=team.team_id, from_on=date(2026, 9, 1)))
    with pytest.raises(RuleBroken, match="đang được giao"):
        books.do(orders.AssignTeam(person_id=person.person_id, team_id=team.team_id, from_on=TODAY))
    books.do(orders.EndAssignment(assignment_id=care.assignment_id, to_on=TODAY - timedelta(days=1)))
    books.do(orders.AssignTeam(person_id=person.person_id, team_id=team.team_id, from_on=TODAY))
    assert announced(books) == [
        "registry.assignment.opened.v1",
        "registry.assignment.ended.v1",
        "registry.assignment.opened.v1",
    ]


def test_an_account_that_is_not_the_units_is_refused(books):
    person = books.person()
    with pytest.raises(NotUnderstood, match="Tài khoản"):
        books.do(
            orders.AssignHelper(
                person_id=person.person_id, from_on=TODAY, account_id="unknown", details={"full_name": "A"}
            )
        )


# -- support -------------------------------------------------------------------------------------------------------------------


def test_support_and_progress_are_announced_by_codes_only(books):
    person = books.person()
    visit = books.do(
        orders.RecordSupportVisit(
            person_id=person.person_id,
            visited_on=TODAY,
            kind="TU_VAN",
            outcome="REFERRED",
            needs=("VIEC_LAM", "DAY_NGHE"),
            details={"note": "Muốn học sửa xe", "by": "Trần Thị Hoa"},
        )
    )
    assert visit.needs == ["VIEC_LAM", "DAY_NGHE"]
    assessed = orders.AssessProgress(person_id=person.person_id, assessed_on=TODAY, grade="KHA")
    assert books.do(assessed).grade == "KHA"
    with pytest.raises(RuleBroken, match="đã được đánh giá"):
        books.do(assessed)
    assert announced(books) == ["registry.support_visit.held.v1", "registry.progress.assessed.v1"]


# -- violations ----------------------------------------------------------------------------------------------------------------


def test_the_third_breach_of_a_running_case_leads_to_the_dossier(books):
    person = books.person()
    books.case(person.person_id, "D", on=date(2026, 8, 1))
    steps = [
        (each.count, each.step)
        for day in (1, 2, 3, 4)
        for each in [books.do(a_violation(person.person_id, on=date(2026, 10, day)))]
    ]
    assert steps == [(1, "REMIND"), (2, "REVIEW"), (3, "COMPULSORY"), (4, "COMPULSORY")]
    assert announced(books) == ["registry.violation.recorded.v1"] * 4


def test_breaches_count_within_their_case_and_their_kind(books):
    person = books.person()
    first = books.case(person.person_id, "D", on=date(2026, 8, 1))
    books.do(a_violation(person.person_id, on=date(2026, 8, 10)))
    assert books.do(a_violation(person.person_id, on=date(2026, 8, 11), kind="EM_BATTERY", mended="YES")).count == 1
    with books.registry.runtime.unit_of_work(an_actor("registry", "CA_OFFICER")) as uow:
        case = uow.get(Case, first)
        case.state, case.stands_for, case.closed_on, case.closing_event = (
            "COMPLETED",
            None,
            date(2026, 9, 1),
            "Completed",
        )
    books.case(person.person_id, "D", on=date(2026, 9, 5))

    assert books.do(a_violation(person.person_id, on=date(2026, 9, 10))).count == 1


def test_a_device_that_was_not_mended_in_time_skips_the_rungs(books):
    person = books.person()
    books.case(person.person_id, "E", on=date(2026, 8, 1))
    breach = books.do(
        a_violation(person.person_id, on=date(2026, 10, 1), situation="OST", kind="EM_REFUSED", mended="NO")
    )
    assert (breach.count, breach.step, breach.mended) == (1, "NEW_MONITORING", False)


# -- places and counts ---------------------------------------------------------------------------------------------------------


def test_a_hotspot_is_cleared_once_and_not_before_it_was_found(books):
    spot = books.do(a_hotspot(on=date(2026, 10, 5), border_commune_code="09379"))
    with pytest.raises(NotUnderstood, match="không thể trước ngày 05/10/2026"):
        books.do(orders.ClearHotspot(hotspot_id=spot.hotspot_id, cleared_on=date(2026, 10, 4)))
    books.do(orders.ClearHotspot(hotspot_id=spot.hotspot_id, cleared_on=date(2026, 11, 1)))
    with pytest.raises(RuleBroken, match="đã được ghi là triệt xoá"):
        books.do(orders.ClearHotspot(hotspot_id=spot.hotspot_id, cleared_on=date(2026, 11, 2)))
    assert announced(books) == ["registry.hotspot.found.v1", "registry.hotspot.cleared.v1"]


def test_the_border_is_with_another_commune(books):
    with pytest.raises(NotUnderstood, match="giáp ranh"):
        books.do(a_hotspot(on=TODAY, border_commune_code="09385"))


def test_plants_are_kept_in_whole_square_decimetres_and_destroyed_in_part(books):
    plot = books.do(some_plants(on=date(2026, 10, 5), plants=300, area=Decimal("12.50")))
    assert plot.square_decimetres == 1250
    with pytest.raises(NotUnderstood, match="không thể nhiều hơn"):
        books.do(orders.DestroyIllicitPlant(plot_id=plot.plot_id, destroyed_on=TODAY, destroyed_plants=301))
    done = books.do(
        orders.DestroyIllicitPlant(
            plot_id=plot.plot_id, destroyed_on=TODAY, destroyed_plants=250, destroyed_area=Decimal("10.25")
        )
    )
    assert (done.destroyed_plants, done.destroyed_square_decimetres) == (250, 1025)
    assert announced(books) == ["registry.illicit_plant.found.v1", "registry.illicit_plant.destroyed.v1"]


def test_a_plot_without_plants_and_without_area_is_refused(books):
    with pytest.raises(NotUnderstood, match="số cây, diện tích"):
        books.do(some_plants(on=TODAY, plants=0))


def test_arrests_and_tallies_are_counts(books):
    assert books.do(orders.RecordOffenderArrest(arrested_on=TODAY, offenders=3)).offenders == 3
    assert books.do(orders.RecordTally(kind="TIP_RECEIVED", counted_on=TODAY, quantity=4)).quantity == 4
    assert announced(books) == ["registry.offender.arrested.v1", "registry.tally.recorded.v1"]


# -- who, whose, and what lies where -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["DPO_AUDIT", "SYSADMIN", "UB_CHAIR", "HELPER"])
def test_whoever_may_not_write_in_the_books_is_refused_before_anything_is_written(books, role):
    person = books.person()
    before = books.registry.rows()
    somebody = an_actor("registry", role)
    for order in (
        a_residence(person.person_id, since=TODAY),
        a_check(person.person_id, on=TODAY),
        orders.CheckResidences(lines=[{"person_id": person.person_id, "checked_on": TODAY, "outcome": "PRESENT"}]),
        an_incident(person.person_id, on=TODAY),
        a_team(),
        a_violation(person.person_id, on=TODAY),
        a_hotspot(on=TODAY),
        some_plants(on=TODAY),
    ):
        with pytest.raises(NotAllowed):
            books.do(order, by=somebody)
    assert books.registry.rows() == before


def test_a_neighbours_records_are_not_there(books):
    person = books.person()
    spot = books.do(a_hotspot(on=TODAY))
    with pytest.raises(NotFound):
        books.do(a_check(person.person_id, on=TODAY), by=NEIGHBOUR)
    with pytest.raises(NotFound):
        books.do(orders.ClearHotspot(hotspot_id=spot.hotspot_id, cleared_on=TODAY), by=NEIGHBOUR)


def test_every_book_seals_its_words_under_a_place_of_its_own(books):
    places = {context_of(book, "x") for book in BOOKS}
    assert len(places) == len(BOOKS)
    assert key_of(IllicitPlant) == "plot_id"


# -- withdrawing ---------------------------------------------------------------------------------------------------------------


def test_what_was_entered_by_mistake_is_withdrawn_stays_legible_and_counts_nowhere(books):
    arrest = books.do(orders.RecordOffenderArrest(arrested_on=TODAY, offenders=30))
    withdrawn = books.do(orders.WithdrawEntry(arrest_id=arrest.arrest_id, reason="Ghi nhầm 30 thay vì 3"))
    assert withdrawn.details["withdrawal_reason"] == "Ghi nhầm 30 thay vì 3"
    with books.asking() as uow:
        assert queries.entries(uow, queries.ARRESTS).items == []
        assert queries.classification_inputs(uow, 2026).offenders == 0
        assert queries.entry(uow, queries.ARRESTS, arrest.arrest_id).offenders == 30
    with pytest.raises(RuleBroken, match="đã được huỷ"):
        books.do(orders.WithdrawEntry(arrest_id=arrest.arrest_id, reason="x"))
    assert announced(books) == ["registry.offender.arrested.v1", "registry.book_entry.withdrawn.v1"]


def test_after_a_withdrawal_the_right_line_can_be_entered(books):
    person = books.managed()
    wrong = books.do(a_residence(person.person_id, since=date(2026, 7, 1)))
    books.do(orders.WithdrawEntry(stay_id=wrong.stay_id, reason="Nhầm người"))
    books.do(a_residence(person.person_id, since=date(2026, 7, 2)))
    check = books.do(a_check(person.person_id, on=TODAY))
    books.do(orders.WithdrawEntry(check_id=check.check_id, reason="Nhầm người"))
    with books.asking() as uow:
        assert queries.month_of_checks(uow, TODAY).checked == 0
    books.do(a_check(person.person_id, on=TODAY))
    with pytest.raises(RuleBroken, match="đã được huỷ"):
        books.do(orders.EndResidence(stay_id=wrong.stay_id, valid_to=TODAY))


def test_breaches_are_withdrawn_from_the_last_one_on(books):
    person = books.person()
    first, second = (books.do(a_violation(person.person_id, on=date(2026, 10, day))) for day in (1, 2))
    with pytest.raises(RuleBroken, match="lần vi phạm sau trước"):
        books.do(orders.WithdrawEntry(violation_id=first.violation_id, reason="Ghi nhầm"))
    books.do(orders.WithdrawEntry(violation_id=second.violation_id, reason="Ghi nhầm"))
    again = books.do(a_violation(person.person_id, on=date(2026, 10, 3)))
    assert (again.count, again.step) == (2, "REVIEW")


def test_a_team_in_use_is_not_withdrawn(books):
    team = books.do(a_team())
    member = books.do(a_member(team.team_id))
    with pytest.raises(RuleBroken, match="có thành viên"):
        books.do(orders.WithdrawEntry(team_id=team.team_id, reason="Ghi nhầm"))
    books.do(orders.WithdrawEntry(member_id=member.member_id, reason="Ghi nhầm"))
    books.do(orders.WithdrawEntry(team_id=team.team_id, reason="Ghi nhầm"))
    assert books.do(a_team()).name == "Tổ số 1"


def test_every_book_can_be_named_by_the_order_that_withdraws():
    assert {key_of(book) for book in BOOKS} == set(orders.WithdrawEntry.__dataclass_fields__) - {"reason"}
