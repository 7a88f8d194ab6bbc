"""The station's JSON API, as a program with a token uses it."""

from datetime import date

import pytest
from openapi_spec_validator import validate

from chassis.web.testing import Program
from tests.health.builders import (
    ELSEWHERE,
    NUMBER,
    Station,
    a_colleague,
    a_course,
    a_patient,
    a_product,
    a_receipt,
    a_session,
    a_treatment,
    decided,
)

ALL = [
    "today.read",
    "patient.list",
    "patient.read",
    "patient.write",
    "clinical_note.read",
    "counselling.list",
    "counselling.write",
    "ost.read",
    "ost.write",
    "kit.read",
    "kit.use",
    "kit.write",
    "training.read",
    "training.write",
]
PATIENT = {"full_name": "Nguyễn Văn Đức", "sex": "MALE", "birth_date": "1990-05-01", "personal_number": NUMBER}


@pytest.fixture
def program(station: Station) -> Program:
    """A program that may do what the head of the station may."""
    return station.console.program("TYT_HEAD", scopes=ALL)


def test_a_patient_is_opened_read_and_corrected(station, program):
    made = program.send("POST", "/api/v1/patients", PATIENT | {"phone": "0912345678"})
    assert made.status_code == 201, made.text
    assert made.json["details"]["phone"] == "0912345678" and made.headers["ETag"] == '"1"'
    address = made.headers["Location"]
    read = program.get(address)
    assert read.json == made.json and read.headers["ETag"] == '"1"'

    changed = program.send("PATCH", address, {"full_name": "Nguyễn Văn Đạt"}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    assert (changed.json["full_name"], changed.json["version"]) == ("Nguyễn Văn Đạt", 2)
    assert changed.json["details"]["phone"] == "0912345678" and changed.json["birth_date"] == "1990-05-01"


def test_a_change_says_which_version_it_changes(station, program):
    address = f"/api/v1/patients/{a_patient(station).patient_id}"
    before = station.left()
    assert program.send("PATCH", address, {"full_name": "A"}).status_code == 428
    stale = program.send("PATCH", address, {"full_name": "A"}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412 and stale.json["code"] == "stale_version"
    assert station.left() == before


def test_a_doubtful_number_needs_a_reason(station, program):
    before = station.left()
    doubtful = PATIENT | {"sex": "FEMALE"}
    asked = program.send("POST", "/api/v1/patients", doubtful)
    assert (asked.status_code, asked.json["code"]) == (422, "needs_confirmation")
    assert [each["field"] for each in asked.json["errors"]] == ["personal_number"]
    assert station.left() == before
    sure = program.send("POST", "/api/v1/patients", doubtful | {"confirm_reasons": {"personal_number": "đã đối chiếu"}})
    assert sure.status_code == 201


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"full_name": 7}, "full_name"),
        ({"full_name": None}, "full_name"),
        ({"birth_date": "01/05/1990"}, "birth_date"),
        ({"birth_date": "1990-02-31"}, "birth_date"),
        ({"sex": "male"}, "sex"),
        ({"dose": 5}, "dose"),
        ({"personal_number": "27"}, "personal_number"),
    ],
)
def test_a_wrong_answer_is_refused_with_its_field(station, program, wrong, field):
    before = station.left()
    answer = program.send("POST", "/api/v1/patients", PATIENT | wrong)
    assert answer.status_code == 422 and answer.content_type == "application/problem+json"
    assert field in {each["field"] for each in answer.json["errors"]}
    assert station.left() == before


def test_counselling_sent_twice_with_one_key_is_one_session(station, program):
    address = f"/api/v1/patients/{a_patient(station).patient_id}/counselling"
    session = {"held_on": "2026-11-20", "kind": "TAM_LY", "group": "OST", "note": "Ngủ kém"}
    key = {"Idempotency-Key": "a-key-of-the-caller-1"}
    first, again = (program.send("POST", address, session, headers=key) for _time in range(2))
    assert first.status_code == again.status_code == 201 and first.json == again.json
    assert station.announced() == ["health.counselling.held.v1"]
    before = station.left()
    other = program.send("POST", address, session | {"kind": "Y_TE"}, headers=key)
    assert other.status_code == 422
    assert station.left() == before

    note = program.get(first.headers["Location"])
    assert note.json["details"]["note"] == "Ngủ kém"
    assert "details" not in program.get("/api/v1/counselling").json["items"][0]


def test_patients_come_in_pages_by_cursor_and_each_reading_is_noted(station, program):
    for number in range(3):
        a_patient(station, personal_number=f"02709000000{number}")
    first = program.get("/api/v1/patients?limit=2").json
    second = program.get(f"/api/v1/patients?limit=2&cursor={first['next']}").json
    assert [each["patient_number"] for each in first["items"] + second["items"]] == [1, 2, 3]
    assert second["next"] is None and len(station.noted("patient.read")) == 3
    assert len(program.get("/api/v1/patients?q=duc").json["items"]) == 3
    assert program.get("/api/v1/patients?cursor=nonsense").status_code == 422


@pytest.mark.parametrize("address", ["counselling", "treatments", "kit-lots", "courses", "staff"])
def test_lists_go_on_where_the_page_before_ended(station, program, address):
    patients = [a_patient(station, personal_number=f"02709000000{number}") for number in range(3)]
    a_product(station)
    for number, patient in enumerate(patients):
        a_session(station, patient, held_on=date(2026, 11, 1 + number))
        a_treatment(station, patient)
        a_receipt(station, lot_number=f"L{number}")
        a_course(station, a_colleague(station))
    seen, cursor = [], ""
    while cursor is not None:
        page = program.get(f"/api/v1/{address}?limit=1{cursor and f'&cursor={cursor}'}").json
        seen += page["items"]
        cursor = page["next"]
    assert len(seen) == 3 and seen == program.get(f"/api/v1/{address}").json["items"]


def test_treatment_has_its_twin(station, program):
    patient = a_patient(station)
    made = program.send(
        "POST",
        f"/api/v1/patients/{patient.patient_id}/treatments",
        {"facility_code": "CS_METHADONE_01", "admitted_on": "2026-10-01"},
    )
    address = made.headers["Location"]
    assert program.send("POST", f"{address}/listing", {"listed_on": "2026-10-02"}).status_code == 201
    ended = program.send("POST", f"{address}/ending", {"ended_on": "2026-11-20", "reason": "LEFT"})
    assert ended.json["end_reason"] == "LEFT" and program.get(address).json == ended.json
    again = program.send("POST", f"{address}/ending", {"ended_on": "2026-11-20", "reason": "LEFT"})
    assert (again.status_code, again.json["code"]) == (409, "already_ended")
    assert program.get("/api/v1/treatments").json["items"] == []
    assert len(program.get("/api/v1/treatments?state=ALL").json["items"]) == 1


def test_kits_have_their_twin(station, program):
    product = {"product_code": "TEST4", "name": "Test nhanh", "panel": ["MOR"], "minimum_stock": 60}
    assert program.send("POST", "/api/v1/kit-products", product).status_code == 201
    receipt = {
        "product_code": "TEST4",
        "lot_number": "L1",
        "expires_on": "2027-06-30",
        "moved_on": "2026-11-01",
        "quantity": 50,
    }
    lot = program.send("POST", "/api/v1/kit-receipts", receipt).headers["Location"]
    used = program.send("POST", f"{lot}/uses", {"moved_on": "2026-11-20", "quantity": 7})
    assert used.status_code == 201 and used.json["quantity"] == -7
    lost = program.send("POST", f"{lot}/discards", {"moved_on": "2026-11-20", "quantity": 3, "reason": "LOST"})
    assert lost.status_code == 201
    assert program.get(lot).json["on_hand"] == 40
    assert sorted(move["quantity"] for move in program.get(f"{lot}/moves").json["items"]) == [-7, -3, 50]
    (stock,) = program.get("/api/v1/kit-stock").json["items"]
    assert (stock["usable"], stock["is_short"], stock["product"]["name"]) == (40, True, "Test nhanh")
    assert program.get("/api/v1/kit-products/TEST4").json["panel"] == ["MOR"]


def test_training_has_its_twin(station, program):
    staff = program.send("POST", "/api/v1/staff", {"full_name": "Trần Thị Mai", "position": "DIEU_DUONG"}).json
    assert "full_name" not in staff
    course = program.send(
        "POST",
        "/api/v1/courses",
        {"name": "Tập huấn", "organiser": "Sở Y tế", "held_on": "2026-11-02", "staff": [staff["staff_id"]]},
    )
    address = course.headers["Location"]
    there = program.send(
        "POST", f"{address}/attendance/{staff['staff_id']}", {"attended_on": "2026-11-02", "fully": True}
    )
    assert there.status_code == 201
    assert program.get(address).json["places"] == [there.json]


def test_duties_are_told_without_names(station, program):
    patient = a_patient(station)
    station.hear(decided(patient.person_key))
    answer = program.get("/api/v1/duties")
    assert [each["kind"] for each in answer.json["items"]] == ["COUNSEL"]
    assert answer.json["items"][0]["due_on"] == "2026-12-14"
    assert "Đức" not in answer.text and NUMBER not in answer.text


def test_a_token_does_no_more_than_its_scopes(station):
    program = station.console.program("TYT_HEAD", scopes=["kit.read"])
    patient = a_patient(station)
    assert program.get("/api/v1/kit-lots").status_code == 200
    before = station.left()
    assert program.get("/api/v1/patients").status_code == 403
    address = f"/api/v1/patients/{patient.patient_id}/counselling"
    session = {"held_on": "2026-11-20", "kind": "TAM_LY", "group": "OST"}
    assert program.send("POST", address, session).status_code == 403
    assert station.left() == before


def test_a_store_keepers_program_reads_no_patient(station):
    program = station.console.program("TYT_STORE", scopes=ALL)
    held = a_session(station, a_patient(station))
    for address in ("patients", "treatments", "counselling", f"counselling/{held.counselling_id}"):
        assert program.get(f"/api/v1/{address}").status_code == 403
    assert program.get("/api/v1/duties").json == {"items": []}


def test_without_a_token_nothing_is_told(station):
    visitor = station.console.visitor()
    assert visitor.get("/api/v1/patients").status_code == 401


def test_another_units_records_are_not_there(station, program):
    patient = a_patient(station, unit=ELSEWHERE)
    held = a_session(station, patient, unit=ELSEWHERE)
    for address in (f"patients/{patient.patient_id}", f"counselling/{held.counselling_id}"):
        answer = program.get(f"/api/v1/{address}")
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_the_api_describes_itself(station, program):
    document = program.get("/api/v1/openapi.json").json
    validate(document)
    assert "/api/v1/patients/{patient_id}/counselling" in document["paths"]
