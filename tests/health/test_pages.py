"""The console as the station's people use it: in a browser, without JavaScript."""

import re
from datetime import date, timedelta

import pytest

from chassis.web.testing import hidden_fields
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
    decided,
)


def test_a_nurse_signs_in_and_records_a_counselling_from_todays_work(station: Station):
    patient = a_patient(station)
    station.hear(decided(patient.person_key))
    nurse = station.console.signed_in("TYT_COUNSELLOR")
    today = nurse.get("/").text
    assert "Nguyễn Văn Đức" in today and "trên 90 %" in today and "14/12/2026" in today
    form = f"/patients/{patient.patient_id}/counselling/new"
    assert form in today

    page = nurse.get(form).text
    assert 'value="20/11/2026"' in page
    assert re.search(r'value="NGUOI_SDTP"[^>]*checked', page)
    answer = nurse.submit(form, {"kind": "TAM_LY", "held_on": "20/11/2026", "group": "NGUOI_SDTP", "note": "Ngủ kém"})

    assert answer.status_code == 303, answer.text
    record = nurse.get(answer.location).text
    assert "Đã ghi lượt tư vấn Tâm lý ngày 20/11/2026." in record
    assert station.announced() == ["health.counselling.held.v1"]
    assert "Ngủ kém" not in station.told()
    assert "Nguyễn Văn Đức" not in nurse.get("/").text


# -- today's work --------------------------------------------------------------------------------------------------------------


def test_nothing_due_is_said_in_one_friendly_sentence(station: Station):
    page = station.console.signed_in("TYT_HEAD").get("/").text
    assert "Không có việc nào đến hạn" in page and '<section class="duties' not in page


def test_todays_work_stands_in_its_groups(station: Station):
    a_treatment(station, a_patient(station, full_name="Lê Văn Muộn"), admitted_on=date(2026, 8, 1))
    station.hear(decided("UNKNOWN", case_id="case-2"))
    a_product(station, minimum_stock=100)
    a_receipt(station, lot_number="L5", expires_on=TODAY + timedelta(days=5), quantity=3)
    a_course(station, a_colleague(station), held_on=TODAY - timedelta(days=1))
    page = station.console.signed_in("TYT_HEAD").get("/").text
    groups = dict(re.findall(r'<section class="duties (\w+)".*?<ul>(.*?)</ul>', page, re.DOTALL))
    assert "Lê Văn Muộn" in groups["overdue"] and "14/09/2026" in groups["overdue"]
    assert "Nhập thêm: còn dùng được 3 test, tối thiểu 100" in groups["day"]
    assert "Dùng trước: 3 test sắp hết hạn" in groups["week"] and "Trần Thị Mai" in groups["week"]
    assert "1 người trong diện quản lý chưa có hồ sơ tại Trạm" in groups["waiting"]


def test_many_people_to_counsel_are_shown_in_part_with_a_way_to_all(station: Station):
    for number in range(32):
        patient = a_patient(station, personal_number=f"027090{number:06}", full_name="Nguyễn Văn An")
        station.hear(decided(patient.person_key, case_id=f"case-{number}"))
    nurse = station.console.signed_in("TYT_COUNSELLOR")
    assert "2 người nữa chưa được tư vấn trong quý" in nurse.get("/").text
    assert "32 dòng" in nurse.get("/patients?show=uncounselled").text


# -- patients ------------------------------------------------------------------------------------------------------------------


def test_a_number_that_does_not_fit_is_confirmed_with_a_reason(station: Station):
    nurse = station.console.signed_in("TYT_COUNSELLOR")
    answers = {"personal_number": NUMBER, "full_name": "Trần Thị Mai", "sex": "FEMALE", "birth_date": "1990"}
    before = station.left()
    asked = nurse.submit("/patients/new", answers)
    assert asked.status_code == 422 and "không khớp với giới tính" in asked.text and "Trần Thị Mai" in asked.text
    assert station.left() == before

    done = nurse.submit("/patients/new", answers | {"personal_number_reason": "đã đối chiếu căn cước"})
    assert done.status_code == 303
    page = nurse.get(done.location).text
    assert "Trần Thị Mai" in page and "Đã mở hồ sơ BN 0001." in page
    (entry,) = station.noted("patient.register")
    assert "căn cước" not in str(entry)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"full_name": ""}, "Họ và tên: hãy ghi mục này."),
        ({"full_name": "A1"}, "tên chỉ gồm chữ cái"),
        ({"sex": "X"}, "không có trong danh sách"),
        ({"birth_date": "31/02/1990"}, "không phải là ngày hay năm"),
        ({"birth_date": "2030"}, "chưa đến ngày này"),
        ({"personal_number": "12"}, "hãy ghi đủ 12 chữ số"),
        ({"phone": "999"}, "hãy ghi 10 chữ số"),
        ({"nickname": "Tí"}, "Không có mục “nickname”"),
    ],
)
def test_a_wrong_answer_is_named_and_what_was_typed_stays(station: Station, answers, sentence):
    nurse = station.console.signed_in("TYT_COUNSELLOR")
    before = station.left()
    typed = {"full_name": "Nguyễn Văn Đức", "sex": "MALE", "address": "Tổ dân phố số 4"} | answers
    page = nurse.submit("/patients/new", typed)
    assert page.status_code == 422 and sentence in page.text
    assert "Tổ dân phố số 4" in page.text
    assert station.left() == before


def test_a_patient_is_searched_and_every_reading_is_noted(station: Station):
    first = a_patient(station)
    second = a_patient(station, full_name="Trần Văn Đức", personal_number=None)
    nurse = station.console.signed_in("TYT_COUNSELLOR")
    page = nurse.get("/patients?q=duc").text
    assert "Nguyễn Văn Đức" in page and "Trần Văn Đức" in page and NUMBER not in page
    assert sorted(entry.record_id for entry in station.noted("patient.read")) == sorted(
        [first.patient_id, second.patient_id]
    )
    nurse.get(f"/patients/{first.patient_id}")
    entry = station.noted("patient.read")[-1]
    assert entry.record_id == first.patient_id and "personal_number" in str(entry.facts)
    assert NUMBER not in str(entry) and "Đức" not in str(entry)


def test_a_correction_carries_the_version_that_was_read(station: Station):
    patient = a_patient(station)
    one, other = (station.console.signed_in("TYT_DOCTOR", username=name) for name in ("mot", "hai"))
    edit = f"/patients/{patient.patient_id}/edit"
    page = other.get(edit)
    assert 'name="_version" value="1"' in page.text
    assert one.submit(edit, {"full_name": "Nguyễn Văn Đạt", "sex": "MALE"}).status_code == 303
    before = station.left()
    stale = other.client.post(
        edit, data={"_csrf": other.csrf("/"), "_version": "1", "full_name": "Nguyễn Văn Khác", "sex": "MALE"}
    )
    assert stale.status_code == 412 and "người khác sửa" in stale.text and "Nguyễn Văn Khác" in stale.text
    assert station.left() == before


def test_the_record_tells_what_happened_and_what_is_due(station: Station):
    patient = a_patient(station, details={"phone": "0912345678"})
    a_treatment(station, patient, listed_on=date(2026, 10, 2))
    a_session(station, patient, kind="HIV", held_on=date(2026, 11, 3))
    page = station.console.signed_in("TYT_DOCTOR").get(f"/patients/{patient.patient_id}").text
    assert "Đang điều trị thay thế" in page and "0912345678" in page
    assert "Tư vấn: HIV" in page and 'class="no-print"' in page
    assert "Chưa có lượt nào từ 15/09/2026" in page


# -- counselling and treatment -------------------------------------------------------------------------------------------------


def test_the_counselling_list_shows_the_quarter_and_no_hiv(station: Station):
    patient = a_patient(station)
    a_session(station, patient, kind="HIV")
    a_session(station, patient, kind="PHAP_LY")
    a_session(station, patient, kind="TAM_LY", held_on=date(2026, 9, 1))
    nurse = station.console.signed_in("TYT_COUNSELLOR")
    rows = nurse.get("/counselling").text.partition("<tbody")[2]
    assert "Pháp lý" in rows and "HIV" not in rows and "Tâm lý" not in rows
    assert "Tâm lý" in nurse.get("/counselling?quarter=before").text.partition("<tbody")[2]
    assert "HIV" not in nurse.get("/counselling?kind=HIV").text.partition("<tbody")[2]


def test_a_note_is_read_on_its_own_page_and_the_reading_is_noted(station: Station):
    held = a_session(station, a_patient(station), details={"note": "Ngủ kém", "minutes": 30})
    page = station.console.signed_in("TYT_DOCTOR").get(f"/counselling/{held.counselling_id}").text
    assert "Ngủ kém" in page and "30" in page
    assert "clinical_notes" in str(station.noted("patient.read")[-1].facts)


def test_counselling_of_tomorrow_is_refused(station: Station):
    patient = a_patient(station)
    form = f"/patients/{patient.patient_id}/counselling/new"
    nurse = station.console.signed_in("TYT_COUNSELLOR")
    drawn = hidden_fields(nurse.get(form).text)
    before = station.left()
    tomorrow = {"kind": "Y_TE", "held_on": "21/11/2026", "group": "OST", "note": "Đã ghi dài"}
    page = nurse.client.post(form, data=drawn | tomorrow)
    assert page.status_code == 422 and "chưa đến ngày này" in page.text and "Đã ghi dài" in page.text
    assert station.left() == before


def test_a_doctor_admits_lists_and_ends(station: Station):
    patient = a_patient(station)
    doctor = station.console.signed_in("TYT_DOCTOR")
    admitted = doctor.submit(
        f"/patients/{patient.patient_id}/treatments/new",
        {"facility_code": "CS_METHADONE_01", "admitted_on": "01/10/2026", "notice_number": "12/TB"},
    )
    treatment = admitted.location
    assert "chưa đưa vào" in doctor.get("/treatments").text
    assert doctor.submit(f"{treatment}/listing", {"listed_on": "05/10/2026"}).status_code == 303
    early = doctor.submit(f"{treatment}/ending", {"ended_on": "02/10/2026", "reason": "COMPLETED"})
    assert early.status_code == 409 and "05/10/2026" in early.text
    assert doctor.submit(f"{treatment}/ending", {"ended_on": "20/11/2026", "reason": "COMPLETED"}).status_code == 303
    record = doctor.get(treatment).text
    assert "Hoàn thành điều trị" in record and "12/TB" in record
    assert "Hoàn thành điều trị" not in doctor.get("/treatments").text
    assert "Hoàn thành điều trị" in doctor.get("/treatments?show=all").text


# -- test kits and training ----------------------------------------------------------------------------------------------------


def test_the_store_keeper_keeps_the_store(station: Station):
    keeper = station.console.signed_in("TYT_STORE")
    declared = {"product_code": "TEST4", "name": "Test nhanh", "panel": ["MOR", "MET"], "minimum_stock": "60"}
    assert keeper.submit("/kits/products/new", declared).status_code == 303
    received = {
        "product_code": "TEST4",
        "lot_number": "L1",
        "expires_on": "30/06/2027",
        "moved_on": "01/11/2026",
        "quantity": "50",
        "supplier": "Sở Y tế",
    }
    lot = keeper.submit("/kits/receive", received).location
    assert "dưới mức tối thiểu" in keeper.get("/kits").text
    assert keeper.submit(f"{lot}/use", {"quantity": "7", "moved_on": "20/11/2026"}).status_code == 303
    too_many = keeper.submit(f"{lot}/use", {"quantity": "44", "moved_on": "20/11/2026"})
    assert too_many.status_code == 409 and "chỉ còn 43 test" in too_many.text
    ledger = keeper.get(lot).text
    assert "Nơi cấp: Sở Y tế" in ledger and "+50" in ledger and "−7" in ledger and ">43<" in ledger
    assert "L1" in keeper.get("/kits/lots").text and "L1" in keeper.get("/kits/products/TEST4").text


def test_an_expired_lot_proposes_to_discard_all_of_it(station: Station):
    a_product(station)
    lot_id = a_receipt(station, expires_on=date(2026, 11, 10), quantity=4).lot_id
    keeper = station.console.signed_in("TYT_STORE")
    page = keeper.get(f"/kits/lots/{lot_id}/discard").text
    assert 'value="4"' in page and re.search(r'value="EXPIRED"[^>]*checked', page)
    assert (
        keeper.submit(
            f"/kits/lots/{lot_id}/discard", {"quantity": "4", "moved_on": "20/11/2026", "reason": "EXPIRED"}
        ).status_code
        == 303
    )


def test_a_course_and_who_was_there(station: Station):
    keeper = station.console.signed_in("TYT_HEAD")
    keeper.submit("/training/staff/new", {"full_name": "Trần Thị Mai", "position": "DIEU_DUONG"})
    nurse = a_colleague(station, name="Lê Thị Lan")
    assert "Lê Thị Lan" in keeper.get(f"/training/staff/{nurse}").text
    course = keeper.submit(
        "/training/courses/new",
        {"name": "Tập huấn tư vấn", "organiser": "Sở Y tế", "held_on": "02/11/2026", "staff": [nurse]},
    ).location
    assert "chưa ghi kết quả" in keeper.get(course).text
    there = keeper.submit(f"{course}/attendance/{nurse}", {"attended_on": "02/11/2026", "fully": "true"})
    assert there.location == course and "dự đầy đủ" in keeper.get(course).text
    assert "1/1" in keeper.get("/training").text
    staff = keeper.get("/training/staff").text
    assert "đầy đủ các lớp" in staff and "chưa được cử đi lớp nào" in staff


# -- who may -------------------------------------------------------------------------------------------------------------------

PERSONAL = ["/patients", "/patients/new", "/counselling", "/treatments"]
STORE = ["/kits", "/kits/lots", "/kits/receive", "/training", "/training/courses/new"]


@pytest.mark.parametrize(
    ("role", "open_to", "closed_to"),
    [
        ("TYT_HEAD", [*PERSONAL, *STORE, "/"], ["/audit", "/parked"]),
        ("TYT_DOCTOR", [*PERSONAL, "/kits", "/kits/lots", "/"], ["/kits/receive", "/training", "/audit"]),
        ("TYT_COUNSELLOR", [*PERSONAL, "/"], [*STORE, "/audit"]),
        ("TYT_STORE", [*STORE, "/"], [*PERSONAL, "/audit"]),
        ("DPO_AUDIT", ["/audit"], [*PERSONAL, *STORE, "/", "/parked"]),
        ("SYSADMIN", ["/parked"], [*PERSONAL, *STORE, "/", "/audit"]),
    ],
)
def test_each_role_opens_its_own_pages_and_no_other(station: Station, role, open_to, closed_to):
    visitor = station.console.signed_in(role)
    assert {path: visitor.get(path).status_code for path in open_to} == dict.fromkeys(open_to, 200)
    assert {path: visitor.get(path).status_code for path in closed_to} == dict.fromkeys(closed_to, 403)


def test_the_store_keeper_sees_no_patient_in_todays_work(station: Station):
    patient = a_patient(station)
    station.hear(decided(patient.person_key))
    page = station.console.signed_in("TYT_STORE").get("/").text
    assert "Đức" not in page and "diện quản lý" not in page and 'role="search"' not in page
    assert station.noted("patient.read") == []


def test_the_menu_has_at_most_seven_entries(station: Station):
    page = station.console.signed_in("TYT_HEAD").get("/").text
    menu = page.partition('<nav class="menu"')[2].partition('<li class="rest"')[0]
    assert 1 <= menu.count("<a ") <= 7


def test_another_units_records_are_not_there(station: Station):
    patient = a_patient(station, unit=ELSEWHERE)
    held = a_session(station, patient, unit=ELSEWHERE)
    treatment = a_treatment(station, patient, unit=ELSEWHERE)
    a_product(station, unit=ELSEWHERE)
    lot = a_receipt(station, unit=ELSEWHERE)
    course = a_course(station, a_colleague(station, unit=ELSEWHERE), unit=ELSEWHERE)
    head = station.console.signed_in("TYT_HEAD")
    paths = [
        f"/patients/{patient.patient_id}",
        f"/patients/{patient.patient_id}/edit",
        f"/patients/{patient.patient_id}/counselling/new",
        f"/counselling/{held.counselling_id}",
        f"/treatments/{treatment.treatment_id}",
        f"/treatments/{treatment.treatment_id}/ending",
        "/kits/products/TEST4",
        f"/kits/lots/{lot.lot_id}",
        f"/kits/lots/{lot.lot_id}/use",
        f"/training/courses/{course.course_id}",
    ]
    assert {path: head.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert "Đức" not in head.get("/patients").text


def test_a_forged_form_changes_nothing(station: Station):
    patient = a_patient(station)
    nurse = station.console.signed_in("TYT_COUNSELLOR")
    form = f"/patients/{patient.patient_id}/counselling/new"
    answers = {"kind": "Y_TE", "held_on": "20/11/2026", "group": "OST"}
    before = station.left()
    assert nurse.client.post(form, data=answers).status_code == 403
    assert nurse.client.post(form, data=answers | {"_csrf": "forged"}).status_code == 403
    assert station.console.visitor().client.post(form, data=answers).status_code in {401, 403}
    assert station.left() == before


def test_a_double_click_is_one_session(station: Station):
    patient = a_patient(station)
    nurse = station.console.signed_in("TYT_COUNSELLOR")
    form = f"/patients/{patient.patient_id}/counselling/new"
    answers = hidden_fields(nurse.get(form).text) | {"kind": "Y_TE", "held_on": "20/11/2026", "group": "OST"}
    assert [nurse.client.post(form, data=answers).status_code for _click in range(2)] == [303, 303]
    assert station.announced() == ["health.counselling.held.v1"]


def test_every_page_speaks_english_too(station: Station):
    visitor = station.console.signed_in("TYT_HEAD")
    visitor.get("/language?to=en&next=/")
    page = visitor.get("/").text
    assert "Today" in page and "Việc hôm nay" not in page
