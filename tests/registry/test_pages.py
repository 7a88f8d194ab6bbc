"""The console of the commune police, as somebody uses it in a browser without JavaScript."""

from html import unescape

PERSON = {
    "full_name": "Nguyễn Đức Ánh",
    "sex": "MALE",
    "birth_date": "01/05/1990",
    "ethnic_group": "KINH",
    "id_type": "CCCD",
    "id_number": "027090001234",
    "permanent_address": "Số 5 phố Hoa Lan",
}
TEST = {
    "taken_on": "20/11/2026",
    "taken_time": "08:00",
    "sample": "NUOC_TIEU",
    "reason_code": "A",
    "same_sex_officer": "true",
    "result": "POSITIVE",
    "substances": "HEROINE",
}


def page(answer):
    return unescape(answer.get_data(as_text=True))


def test_from_a_new_person_to_a_decision(console, registry):
    officer = console.signed_in("CA_OFFICER")

    registered = officer.submit("/people/new", PERSON)
    assert registered.status_code == 303, page(registered)
    person_page = registered.location
    tested = officer.submit(f"{person_page}/tests/new", TEST)
    assert tested.status_code == 303, page(tested)

    today = page(officer.get("/"))
    assert "NGUYỄN ĐỨC ÁNH" in today
    assert "Trong 24 giờ" in today
    assert "điểm a khoản 4 Điều 24 Luật Phòng, chống ma túy 2025" in today
    decision_form = page(officer.get(f"{person_page}/decision"))
    assert "từ 20/11/2026 đến 20/11/2027, 01 năm" in decision_form
    assert "Trưởng Công an cấp xã" in decision_form

    test_id = decision_form.partition('name="test_id"')[2].partition('value="')[2].partition('"')[0]
    decided = officer.submit(
        f"{person_page}/decision",
        {
            "test_id": test_id,
            "document_number": "15/QĐ-CAP",
            "decided_on": "20/11/2026",
            "signer_role": "CA_CHIEF",
            "signer_name": "Người Ký",
        },
    )
    assert decided.status_code == 303, page(decided)

    record = page(officer.get(decided.location))
    assert "Đang quản lý người sử dụng trái phép, từ 20/11/2026 đến 20/11/2027" in record
    assert "15/QĐ-CAP" in record
    assert "Không có việc nào đến hạn" in page(officer.get("/"))
    assert registry.announced() == [
        "registry.person.registered.v1",
        "registry.test_result.recorded.v1",
        "registry.user_management.decided.v1",
    ]
