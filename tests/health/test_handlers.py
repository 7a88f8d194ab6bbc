"""The station's deeds as stories; what is refused leaves state, outbox and audit as they were."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from chassis.errors import NotFound, NotUnderstood, ProgrammeError, RuleBroken, StaleVersion
from chassis.vault import Vault, reseal
from chassis.vault.resealing import keys_in_use
from services.health import commands, handlers
from services.health.domain import LotExpired, NotEnoughKits, OutOfOrder, TreatmentUnderWay
from services.health.queries import counselling, kits, patients
from services.health.service import SERVICE
from services.health.tables import Counselling, Patient
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
)


def refused(station: Station, error: type[ProgrammeError], deed: Callable[[], object]) -> ProgrammeError:
    """Carry out a deed that must be refused, and find everything as it was."""
    before = station.left()
    with pytest.raises(error) as caught:
        deed()
    assert station.left() == before
    return caught.value


# -- patients ------------------------------------------------------------------------------------------------------------------


def test_the_same_number_gives_the_same_pseudonym_however_it_is_typed(station):
    here = a_patient(station, personal_number="027 090 000 001")
    there = a_patient(station, personal_number=NUMBER, unit=ELSEWHERE)
    assert here.person_key == there.person_key
    assert here.person_key == station.runtime.person_keys.person_key(NUMBER, "any", "24")


def test_a_number_is_registered_once(station):
    a_patient(station)
    error = refused(station, RuleBroken, lambda: a_patient(station, full_name="Lê Văn Khác"))
    assert "personal_number" in error.fields


def test_two_who_register_somebody_at_the_same_moment_take_two_numbers(station):
    together = Barrier(4)

    def register(place: int) -> str:
        together.wait()
        try:
            return f"number {a_patient(station, personal_number=f'02709000000{place % 3}').patient_number}"
        except RuleBroken as refused:
            return str(refused.code)

    with ThreadPoolExecutor(4) as desks:
        found = sorted(desks.map(register, range(4)))
    assert found == ["already_registered", "number 1", "number 2", "number 3"]


def test_patients_without_a_number_are_different_people(station):
    first, second = (a_patient(station, personal_number=None) for _again in range(2))
    assert first.person_key != second.person_key
    assert (first.patient_number, second.patient_number) == (1, 2)


def test_a_name_lies_sealed(station):
    patient = a_patient(station, details={"phone": "0912345678"})
    assert "Đức".encode() not in patient.sealed and b"0912345678" not in patient.sealed
    assert NUMBER not in str(patient.number_index)


def test_a_correction_changes_the_name_and_keeps_the_pseudonym(station):
    patient = a_patient(station, confirmed_warnings={"personal_number": "cấp lại"})
    corrected = station.do(
        handlers.correct_patient,
        commands.CorrectPatient(
            patient_id=patient.patient_id, version=1, full_name="Nguyễn Văn Đạt", sex="MALE", birth_date="1991"
        ),
    )
    assert (corrected.version, corrected.person_key, corrected.birth_year) == (2, patient.person_key, 1991)
    identity = patients.identity_of(corrected, station.runtime.vault)
    assert (identity["full_name"], identity["personal_number"]) == ("Nguyễn Văn Đạt", NUMBER)
    assert identity["confirmed"] == {"personal_number": "cấp lại"}


def test_a_correction_of_an_older_version_is_refused(station):
    patient = a_patient(station)
    command = commands.CorrectPatient(patient_id=patient.patient_id, version=7, full_name="A", sex="MALE")
    refused(station, StaleVersion, lambda: station.do(handlers.correct_patient, command))


def test_a_patient_of_another_unit_is_not_there(station):
    stranger = a_patient(station, unit=ELSEWHERE)
    refused(station, NotFound, lambda: a_session(station, stranger))
    refused(station, NotFound, lambda: a_treatment(station, stranger))


# -- treatment -----------------------------------------------------------------------------------------------------------------


def test_admission_listing_and_ending_are_three_facts(station):
    patient = a_patient(station)
    treatment = a_treatment(station, patient, details={"notice_number": "12/TB"})
    listed = commands.ListOstTreatment(treatment_id=treatment.treatment_id, listed_on=date(2026, 10, 5))
    station.do(handlers.list_ost_treatment, listed)
    ending = commands.EndOstTreatment(treatment_id=treatment.treatment_id, ended_on=TODAY, reason="COMPLETED")
    done = station.do(handlers.end_ost_treatment, ending)
    assert station.announced() == [f"health.ost_treatment.{what}.v1" for what in ("admitted", "listed", "ended")]
    assert done.details == {"notice_number": "12/TB"} and done.version == 3
    assert "12/TB" not in station.told()
    assert [len(station.noted(action)) for action in ("ost.admit", "ost.list", "ost.end")] == [1, 1, 1]


def test_one_treatment_at_a_time(station):
    patient = a_patient(station)
    a_treatment(station, patient)
    refused(station, TreatmentUnderWay, lambda: a_treatment(station, patient))


def test_admission_and_a_wrong_listing_day_are_refused_together(station):
    patient = a_patient(station)
    error = refused(station, OutOfOrder, lambda: a_treatment(station, patient, listed_on=date(2026, 9, 30)))
    assert "listed_on" in error.fields


def test_a_treatment_is_listed_once_and_ended_once(station):
    treatment = a_treatment(station, a_patient(station), listed_on=date(2026, 10, 1))
    again = commands.ListOstTreatment(treatment_id=treatment.treatment_id, listed_on=TODAY)
    refused(station, RuleBroken, lambda: station.do(handlers.list_ost_treatment, again))
    ending = commands.EndOstTreatment(treatment_id=treatment.treatment_id, ended_on=TODAY, reason="LEFT")
    station.do(handlers.end_ost_treatment, ending)
    refused(station, RuleBroken, lambda: station.do(handlers.end_ost_treatment, ending))


# -- counselling ---------------------------------------------------------------------------------------------------------------


def test_counselling_is_announced_without_what_was_said(station):
    a_session(station, a_patient(station), kind="TAM_LY", details={"note": "Khó ngủ"})
    assert station.announced() == ["health.counselling.held.v1"]
    assert "Khó ngủ" not in station.told() and "Đức" not in station.told() and NUMBER not in station.told()


def test_hiv_counselling_is_kept_and_never_announced(station):
    a_session(station, a_patient(station), kind="HIV")
    assert station.announced() == [] and "HIV" not in station.told()
    (entry,) = station.noted("counselling.record")
    assert "HIV" not in str(entry)


# -- test kits -----------------------------------------------------------------------------------------------------------------


def test_kits_come_in_are_used_and_discarded(station):
    a_product(station)
    lot_id = a_receipt(station).lot_id
    a_receipt(station, quantity=5)
    a_use(station, lot_id, quantity=30)
    lost = commands.DiscardKits(lot_id=lot_id, moved_on=TODAY, quantity=25, reason="LOST")
    station.do(handlers.discard_kits, lost)
    assert [lot.on_hand for lot in station.ask(kits.lots)] == [0]
    quantities = [move.quantity for move in station.ask(kits.moves_of, lot_id)]
    assert sorted(quantities[:2]) == [5, 50] and sorted(quantities[2:]) == [-30, -25]
    assert station.announced()[-2:] == ["health.test_kit.used.v1", "health.test_kit.discarded.v1"]


def test_more_than_a_lot_holds_is_refused(station):
    a_product(station)
    lot_id = a_receipt(station, quantity=3).lot_id
    error = refused(station, NotEnoughKits, lambda: a_use(station, lot_id, quantity=4))
    assert "chỉ còn 3 test" in str(error.fields["quantity"][0])


def test_kits_are_not_used_before_they_came(station):
    a_product(station)
    lot_id = a_receipt(station).lot_id
    refused(station, NotEnoughKits, lambda: a_use(station, lot_id, moved_on=date(2026, 10, 31)))


def test_an_expired_lot_is_discarded_not_used(station):
    a_product(station)
    lot_id = a_receipt(station, expires_on=date(2026, 11, 10)).lot_id
    refused(station, LotExpired, lambda: a_use(station, lot_id))


def test_a_lot_keeps_its_expiry_date(station):
    a_product(station)
    a_receipt(station)
    error = refused(station, NotUnderstood, lambda: a_receipt(station, expires_on=date(2027, 1, 1)))
    assert "30/06/2027" in str(error.fields["expires_on"][0])


def test_a_receipt_of_an_unknown_or_expired_kind_is_refused(station):
    refused(station, NotFound, lambda: a_receipt(station))
    a_product(station)
    refused(station, OutOfOrder, lambda: a_receipt(station, expires_on=date(2026, 10, 31)))
    refused(station, RuleBroken, lambda: a_product(station))


def test_another_units_lot_is_not_there(station):
    a_product(station, unit=ELSEWHERE)
    lot_id = a_receipt(station, unit=ELSEWHERE).lot_id
    refused(station, NotFound, lambda: a_use(station, lot_id))


def test_two_takers_of_the_last_kit_do_not_both_get_it(station):
    a_product(station)
    lot_id = a_receipt(station, quantity=1).lot_id
    together = Barrier(2)

    def take(_taker: int) -> str:
        together.wait()
        try:
            a_use(station, lot_id)
        except NotEnoughKits:
            return "refused"
        return "taken"

    with ThreadPoolExecutor(2) as takers:
        assert sorted(takers.map(take, range(2))) == ["refused", "taken"]
    assert [lot.on_hand for lot in station.ask(kits.lots)] == [0]
    assert station.announced().count("health.test_kit.used.v1") == 1


# -- training ------------------------------------------------------------------------------------------------------------------


def test_a_course_requires_each_person_once(station):
    nurse, doctor = a_colleague(station), a_colleague(station, name="Lê Văn Nam")
    a_course(station, nurse, doctor, nurse)
    assert station.announced() == ["health.training.required.v1"] * 2


def test_attendance_is_announced_and_may_be_corrected(station):
    nurse = a_colleague(station)
    course = a_course(station, nurse)
    for fully in (False, True):
        command = commands.RecordAttendance(
            course_id=course.course_id, staff_id=nurse, attended_on=course.held_on, fully=fully
        )
        place = station.do(handlers.record_attendance, command)
    assert place.fully is True
    assert station.announced().count("health.training.attended.v1") == 2


def test_an_absence_is_kept_and_not_announced(station):
    nurse = a_colleague(station)
    course = a_course(station, nurse)
    place = station.do(
        handlers.record_attendance, commands.RecordAttendance(course_id=course.course_id, staff_id=nurse)
    )
    assert (place.attended_on, place.fully) == (None, False)
    assert station.announced() == ["health.training.required.v1"]


def test_attendance_once_announced_does_not_become_absence(station):
    nurse = a_colleague(station)
    course = a_course(station, nurse)
    there = commands.RecordAttendance(course_id=course.course_id, staff_id=nurse, attended_on=course.held_on)
    station.do(handlers.record_attendance, there)
    absent = commands.RecordAttendance(course_id=course.course_id, staff_id=nurse)
    refused(station, RuleBroken, lambda: station.do(handlers.record_attendance, absent))


def test_who_was_not_sent_has_no_attendance(station):
    nurse, doctor = a_colleague(station), a_colleague(station, name="Lê Văn Nam")
    course = a_course(station, nurse)
    command = commands.RecordAttendance(
        course_id=course.course_id, staff_id=doctor, attended_on=course.held_on, fully=True
    )
    refused(station, NotFound, lambda: station.do(handlers.record_attendance, command))


def test_a_course_with_somebody_of_another_unit_is_refused_whole(station):
    nurse, stranger = a_colleague(station), a_colleague(station, unit=ELSEWHERE)
    refused(station, NotFound, lambda: a_course(station, nurse, stranger))


# -- keys ----------------------------------------------------------------------------------------------------------------------


def test_everything_sealed_is_sealed_anew_when_keys_rotate(station):
    patient = a_patient(station)
    held = a_session(station, patient, details={"note": "Ngủ kém"})
    a_colleague(station)
    ring = station.runtime.keys.rotate()
    vault = Vault(ring)
    assert reseal(station.runtime.store.begin, vault, SERVICE.sealed_columns) == 3
    with station.runtime.store.reading() as session:
        assert keys_in_use(session, SERVICE.sealed_columns) == {ring.current}
        again = session.get(Patient, patient.patient_id)
        assert patients.identity_of(again, vault)["full_name"] == "Nguyễn Văn Đức"
        session_again = session.get(Counselling, held.counselling_id)
        assert counselling.counselling_details(session_again, vault) == {"note": "Ngủ kém"}
