"""What pages and API ask: search, coverage of the quarter, stock, duties; always of one unit only."""

from datetime import date, timedelta

import pytest

from services.health import commands, handlers
from services.health.domain.counselling import quarter_window
from services.health.queries import counselling, duties, kits, patients, training, treatments
from tests.health.builders import (
    ELSEWHERE,
    NUMBER,
    TODAY,
    Station,
    a_colleague,
    a_course,
    a_patient,
    a_product,
    a_receipt,
    a_session,
    a_treatment,
    a_use,
    decided,
    stopped,
)

WINDOW = quarter_window(TODAY)


def found(station: Station, text: str, *, unit: str = "09385") -> list[str]:
    def names(session) -> list[str]:
        listing = patients.patients_named(station.runtime.vault, text)
        assert listing.count(session) == len(listing.rows(session))
        return [patients.identity_of(each, station.runtime.vault)["full_name"] for each in listing.rows(session)]

    return station.ask(names, unit=unit)


@pytest.mark.parametrize(
    "text", ["duc", "ĐỨC", "nguyen du", "van nguyen", NUMBER, "027 090 000001", "bn 0001", "1", "BN1"]
)
def test_a_patient_is_found_by_name_without_marks_and_by_numbers(station, text):
    a_patient(station)
    a_patient(station, full_name="Trần Thị Mai", personal_number=None, sex="FEMALE")
    assert found(station, text) == ["Nguyễn Văn Đức"]


def test_nothing_typed_finds_everybody_and_nonsense_nobody(station):
    a_patient(station)
    assert found(station, "  ") == ["Nguyễn Văn Đức"]
    for nonsense in ("xyz", "***", "?", "999999", "079090000001"):
        assert found(station, nonsense) == []


def test_a_corrected_name_is_found_and_the_old_one_is_not(station):
    patient = a_patient(station)
    command = commands.CorrectPatient(
        patient_id=patient.patient_id, version=1, full_name="Lê Văn Bình", sex="MALE", birth_date="1990"
    )
    station.do(handlers.correct_patient, command)
    assert found(station, "binh") == ["Lê Văn Bình"] and found(station, "duc") == []


def test_another_unit_sees_nothing_of_ours(station):
    patient = a_patient(station)
    a_treatment(station, patient)
    a_session(station, patient)
    station.hear(decided(patient.person_key))
    a_product(station)
    a_receipt(station, expires_on=date(2026, 11, 30))
    a_course(station, a_colleague(station))
    there = {"unit": ELSEWHERE}
    assert found(station, "", **there) == [] and found(station, "duc", **there) == []
    assert station.ask(counselling.coverage, WINDOW, TODAY, **there).wanted == []
    assert station.ask(kits.stock, TODAY, **there) == [] and station.ask(kits.lots, **there) == []
    for ask in (duties.people_duties, duties.kit_duties, duties.training_duties):
        assert station.ask(ask, TODAY, **there) == []
    for listing in (
        treatments.treatments(),
        counselling.counselling_between(WINDOW.first, WINDOW.last),
        kits.all_lots(),
        training.courses(),
        training.staff_listing(),
    ):
        assert station.ask(listing.rows, **there) == [] and station.ask(listing.count, **there) == 0
        assert station.ask(listing.count) == 1


# -- coverage of the quarter ---------------------------------------------------------------------------------------------------


def test_managed_and_treated_people_are_to_be_counselled_each_once(station):
    managed, treated, both = (
        a_patient(station, personal_number=f"02709000000{number}", full_name="Nguyễn Văn A") for number in range(3)
    )
    for number, person in enumerate((managed, both)):
        station.hear(decided(person.person_key, case_id=f"case-{number}"))
    for person in (treated, both):
        a_treatment(station, person)
    reached = station.ask(counselling.coverage, WINDOW, TODAY)
    assert len(reached.wanted) == len(reached.missing) == 3
    a_session(station, both, kind="TAM_LY")
    reached = station.ask(counselling.coverage, WINDOW, TODAY)
    assert reached.done == 1 and both.person_key not in reached.missing


@pytest.mark.parametrize("kind", ["XA_HOI", "PHAP_LY", "HIV"])
def test_other_counselling_does_not_count(station, kind):
    patient = a_patient(station)
    station.hear(decided(patient.person_key))
    a_session(station, patient, kind=kind)
    assert station.ask(counselling.coverage, WINDOW, TODAY).missing == [patient.person_key]


def test_the_quarter_before_does_not_count(station):
    patient = a_patient(station)
    station.hear(decided(patient.person_key))
    a_session(station, patient, held_on=WINDOW.first - timedelta(days=1))
    assert station.ask(counselling.coverage, WINDOW, TODAY).missing == [patient.person_key]
    a_session(station, patient, held_on=WINDOW.first)
    assert station.ask(counselling.coverage, WINDOW, TODAY).missing == []


def test_whose_management_stopped_is_not_due(station):
    station.hear(decided("K1"), stopped("K1", stopped_on=date(2026, 10, 1)))
    assert station.ask(counselling.coverage, WINDOW, TODAY).wanted == []


def test_hiv_counselling_is_in_no_list(station):
    patient = a_patient(station)
    for kind in ("HIV", "Y_TE"):
        a_session(station, patient, kind=kind)
    listing = counselling.counselling_between(WINDOW.first, WINDOW.last)
    assert [each.kind for each in station.ask(listing.rows)] == ["Y_TE"]
    assert station.ask(counselling.counselling_between(WINDOW.first, WINDOW.last, kind="HIV").rows) == []
    assert len(station.ask(counselling.counselling_of, patient.patient_id)) == 2


# -- stock ---------------------------------------------------------------------------------------------------------------------


def test_the_stock_lasts_as_long_as_at_the_mean_use_of_90_days(station):
    a_product(station, minimum_stock=50)
    lot_id = a_receipt(station, quantity=50).lot_id
    assert station.ask(kits.stock, TODAY)[0].days_left is None
    a_use(station, lot_id, quantity=5)
    (now,) = station.ask(kits.stock, TODAY)
    assert (now.usable, now.days_left, now.is_short) == (45, 45 * 90 // 5, True)


def test_expired_kits_are_on_hand_and_not_usable(station):
    a_product(station)
    a_receipt(station, expires_on=date(2026, 11, 19), quantity=7)
    a_receipt(station, lot_number="L2", quantity=20)
    (now,) = station.ask(kits.stock, TODAY)
    assert (now.on_hand, now.usable, now.next_expiry) == (27, 20, date(2026, 11, 19))


def test_lots_stand_in_the_order_of_their_expiry(station):
    a_product(station)
    a_receipt(station, lot_number="late", expires_on=date(2027, 5, 1))
    a_receipt(station, lot_number="soon", expires_on=date(2027, 1, 1))
    assert [lot.lot_number for lot in station.ask(kits.lots)] == ["soon", "late"]


# -- duties --------------------------------------------------------------------------------------------------------------------


def test_duties_of_people_name_their_day(station):
    patient = a_patient(station)
    station.hear(decided(patient.person_key), decided("UNKNOWN", case_id="case-2"))
    treatment = a_treatment(station, a_patient(station, personal_number=None), admitted_on=date(2026, 8, 1))
    kinds = {duty.kind: duty for duty in station.ask(duties.people_duties, TODAY) if duty.record_id != "x"}
    assert kinds["UNKNOWN_PEOPLE"].quantity == 1 and kinds["UNKNOWN_PEOPLE"].due_on is None
    assert kinds["COUNSEL"].due_on == date(2026, 12, 14)
    assert (kinds["LIST_TREATMENT"].record_id, kinds["LIST_TREATMENT"].due_on) == (
        treatment.treatment_id,
        date(2026, 9, 14),
    )


def test_duties_of_kits_name_lots_that_expire_and_products_that_run_low(station):
    a_product(station, minimum_stock=100)
    expired = a_receipt(station, lot_number="L0", expires_on=TODAY - timedelta(days=1), quantity=4).lot_id
    last_day = a_receipt(station, lot_number="L1", expires_on=TODAY, quantity=2).lot_id
    soon = a_receipt(station, lot_number="L2", expires_on=TODAY + timedelta(days=30), quantity=12).lot_id
    a_receipt(station, lot_number="L3", expires_on=TODAY + timedelta(days=31))
    told = [(duty.kind, duty.record_id, duty.quantity) for duty in station.ask(duties.kit_duties, TODAY)]
    assert told == [
        ("DISCARD", expired, 4),
        ("USE_UP", last_day, 2),
        ("USE_UP", soon, 12),
        ("RESTOCK", "TEST4", 64),
    ]


def test_a_place_is_due_from_the_day_after_the_course_until_answered(station):
    nurse = a_colleague(station)
    course = a_course(station, nurse, ends_on=date(2026, 11, 4))
    assert station.ask(duties.training_duties, date(2026, 11, 4)) == []
    (duty,) = station.ask(duties.training_duties, date(2026, 11, 5))
    assert (duty.record_id, duty.staff_id, duty.due_on) == (course.course_id, nurse, date(2026, 11, 11))
    station.do(handlers.record_attendance, commands.RecordAttendance(course_id=course.course_id, staff_id=nurse))
    assert station.ask(duties.training_duties, TODAY) == []


def test_attendance_is_counted_for_courses_and_for_people(station):
    nurse, doctor = a_colleague(station), a_colleague(station, name="Lê Văn Nam")
    course = a_course(station, nurse, doctor)
    command = commands.RecordAttendance(
        course_id=course.course_id, staff_id=nurse, attended_on=course.held_on, fully=True
    )
    station.do(handlers.record_attendance, command)
    assert station.ask(training.attendance_counts) == {course.course_id: (1, 2)}
    assert station.ask(training.attendance_of_staff) == {
        nurse: {course.course_id: True},
        doctor: {course.course_id: False},
    }
