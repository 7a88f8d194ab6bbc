"""The console of the commune police, as somebody uses it in a browser without JavaScript."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from services.registry import queries
from services.registry.commands import AnnulAct
from services.registry.law import law
from services.registry.pages.acts import address_of
from tests.registry.builders import a_decision, an_act

TODAY = date(2026, 11, 20)
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


PERSON_KEPT = {name: value for name, value in PERSON.items() if name not in {"id_type", "id_number"}}
CLOSING = {"document_number": "20/QĐ-CAP", "signer_role": "CA_CHIEF", "signer_name": "Người Ký"}


def page(answer):
    return unescape(answer.get_data(as_text=True))


def act(person, event):
    return f"/people/{person.person_id}/acts/user-management/{event}"


def decision(**answers):
    given = {
        "document_number": "15/QĐ-CAP",
        "decided_on": "20/11/2026",
        "signer_role": "CA_CHIEF",
        "signer_name": "Người Ký",
    }
    return {**given, **answers}


@pytest.fixture
def officer(console):
    return console.signed_in("CA_OFFICER")


def test_from_a_new_person_to_a_decision(officer, registry):
    registered = officer.submit("/people/new", PERSON)
    assert registered.status_code == 303, page(registered)
    person_page = registered.location
    tested = officer.submit(f"{person_page}/tests/new", TEST)
    assert tested.status_code == 303, page(tested)

    today = page(officer.get("/"))
    assert "NGUYỄN ĐỨC ÁNH" in today
    assert "Trong 24 giờ" in today
    assert "điểm a khoản 4 Điều 24 Luật Phòng, chống ma túy 2025" in today
    form = f"{person_page}/acts/user-management/management-decided"
    assert f'href="{form}"' in today
    decision_form = page(officer.get(form))
    assert "từ 20/11/2026 đến 20/11/2027" in decision_form
    assert "Trưởng Công an cấp xã" in decision_form

    decided = officer.submit(form, decision())
    assert decided.status_code == 303, page(decided)

    record = page(officer.get(decided.location))
    assert "Đang quản lý người sử dụng trái phép, từ 20/11/2026 đến 20/11/2027" in record
    assert "15/QĐ-CAP" in record
    assert "Không có việc nào đến hạn" in page(officer.get("/"))
    assert registry.announced() == [
        "registry.person.registered.v1",
        "registry.test_result.recorded.v1",
        "registry.document.issued.v1",
        "registry.user_management.decided.v1",
    ]


def test_a_decision_to_stop_is_sent_from_todays_work_though_the_case_is_closed(officer, registry):
    person, _decided = registry.somebody_managed(on=TODAY)
    registry.stop(person.person_id, on=TODAY)
    form = act(person, "decision-sent")
    today = page(officer.get("/"))
    assert f'href="{form}"' in today and "khoản 4 Điều 63 Nghị định 163/2026/NĐ-CP" in today
    assert f'href="{form}"' in page(officer.get(f"/people/{person.person_id}/acts"))

    sent = officer.submit(form, {"decision_sent_on": "20/11/2026"})

    assert sent.status_code == 303, page(sent)
    assert form not in page(officer.get("/")) + page(officer.get(f"/people/{person.person_id}/acts"))
    assert "Kết thúc ngày" in page(officer.get(sent.location))


def test_a_persons_page_says_that_an_act_stands_on_an_annulled_document(officer, registry):
    person, decided = registry.somebody_managed(on=TODAY)
    here = f"/people/{person.person_id}"
    assert "Văn bản đã bị hủy bỏ" not in page(officer.get(here))

    registry.annul_document_of(decided, on=TODAY)

    shown = page(officer.get(here))
    assert "Văn bản đã bị hủy bỏ mà việc vẫn còn hiệu lực" in shown and f"/acts/{decided.act_id}" in shown
    registry.do(AnnulAct(act_id=decided.act_id, reason="ghi nhầm người"))
    assert "mà việc vẫn còn hiệu lực" not in page(officer.get(here))


def test_the_day_of_signing_can_be_tried_before_the_rest(officer, registry):
    person, _test = registry.somebody_positive(on=date(2026, 6, 20))
    path = act(person, "management-decided")

    form = page(officer.get(f"{path}?decided_on=29/06/2026"))

    assert "từ 29/06/2026 đến 29/06/2027" in form
    assert "khoản 4 Điều 23 Luật Phòng, chống ma túy 2021" in form
    assert re.search(r'<option value="UB_CHAIR" selected|value="UB_CHAIR" checked', form)
    for odd in ("31/02/2026", "x", "01/01/1999", ""):
        assert officer.get(f"{path}?decided_on={odd}").status_code == 200


def test_without_a_result_nothing_is_offered_and_the_refusal_says_where_the_case_stands(officer, registry):
    person = registry.somebody()
    offered = page(officer.get(f"/people/{person.person_id}/acts"))
    assert act(person, "transfer-received") in offered
    assert act(person, "management-decided") not in offered

    refused = officer.submit(act(person, "management-decided"), decision())

    assert refused.status_code == 409
    assert "chưa có hồ sơ" in page(refused)
    assert "điểm a khoản 4 Điều 24" in page(refused)


def test_every_act_of_the_law_has_a_form_that_opens(officer, registry):
    person = registry.somebody()

    for track in law().tracks.values():
        for line in track.transitions:
            if not line.by_system:
                path = address_of(track, line, person.person_id)
                assert officer.get(path).status_code == 200, path


# -- refusals ------------------------------------------------------------------------------------------------------------------


def test_a_refused_person_keeps_what_was_typed_and_writes_nothing(officer, registry):
    before = registry.rows()

    answer = officer.submit("/people/new", PERSON | {"birth_date": "31/02/1990", "occupation": "thợ mộc"})

    assert answer.status_code == 422
    html = page(answer)
    assert "Ngày sinh" in html
    assert "không phải là ngày hay năm" in html
    for typed in ("31/02/1990", "Nguyễn Đức Ánh", "thợ mộc", "027090001234"):
        assert f'value="{typed}"' in html
    assert registry.rows() == before


def test_the_same_number_again_points_to_the_record(officer, registry):
    person = registry.somebody()
    before = registry.rows()

    answer = officer.submit("/people/new", PERSON | {"full_name": "Trần Văn Bình"})

    assert answer.status_code == 409
    assert f"/people/{person.person_id}" in page(answer)
    assert registry.rows() == before


def test_a_number_that_does_not_fit_asks_for_a_reason_and_takes_it(officer, registry):
    asked = officer.submit("/people/new", PERSON | {"sex": "FEMALE"})
    assert asked.status_code == 422
    assert 'name="id_number_reason"' in page(asked)
    assert registry.announced() == []

    confirmed = officer.submit("/people/new", PERSON | {"sex": "FEMALE", "id_number_reason": "thẻ ghi như vậy"})

    assert confirmed.status_code == 303, page(confirmed)


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"signer_role": "UB_CHAIR"}, 409, "điểm a khoản 4 Điều 24 Luật Phòng, chống ma túy 2025"),
        ({"ends_on": "19/11/2027"}, 409, "khoản 2 Điều 24"),
        ({"signer_role": ""}, 422, "Chức vụ người ký"),
        ({"decided_on": "21/11/2026"}, 422, "chưa đến"),
        ({"decided_on": "18/11/2026"}, 409, "không thể trước việc đã ghi ngày 19/11/2026"),
    ],
)
def test_a_decision_against_the_law_is_refused_on_its_form(officer, registry, change, status, says):
    person, _test = registry.somebody_positive(on=date(2026, 11, 19))
    before = registry.rows()

    answer = officer.submit(act(person, "management-decided"), decision(**change))

    assert answer.status_code == status
    html = page(answer)
    assert says in html
    assert 'value="Người Ký"' in html
    assert "Trước khi ký" in html
    # The form drawn again reads the person once more, and that is noted; nothing else is written.
    after = registry.rows()
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]}.keys() <= {
        "audit_entry", "session_token", "idempotency",
    }  # fmt: skip
    assert registry.announced() == ["registry.person.registered.v1", "registry.test_result.recorded.v1"]


def test_a_form_without_its_token_and_a_forged_session_write_nothing(console, officer, registry):
    before = registry.rows()

    assert officer.client.post("/people/new", data=PERSON).status_code == 403
    stranger = console.visitor()
    stranger.client.set_cookie("session", "forged")
    refused = stranger.client.post("/people/new", data=PERSON)

    assert refused.status_code in {302, 303, 401, 403}
    assert registry.rows() == before


def test_somebody_elses_correction_in_between_is_noticed(officer, registry):
    person = registry.somebody()
    path = f"/people/{person.person_id}/edit"
    answers = {
        "full_name": "Nguyễn Đức Ánh", "sex": "MALE", "birth_date": "01/05/1990", "ethnic_group": "KINH", "phone": "0912345678",
    }  # fmt: skip
    saved = officer.submit(path, answers)
    assert saved.status_code == 303, page(saved)

    stale = officer.submit(path, answers | {"_version": "1", "phone": "0987654321"})

    assert stale.status_code == 412
    assert 'value="0987654321"' in page(stale)
    with_phone = page(officer.get(f"/people/{person.person_id}"))
    assert "0912345678" in with_phone


# -- closing -------------------------------------------------------------------------------------------------------------------


def test_management_is_stopped_on_its_form(officer, registry):
    person, _act = registry.somebody_managed(on=date(2026, 11, 10))
    path = act(person, "stop-decided")
    form = page(officer.get(path))
    sent = officer.submit(
        f"/people/{person.person_id}/circumstances/new", {"kind": "CSGD_TRUONG_GD", "since_on": "19/11/2026"}
    )
    assert sent.status_code == 303, page(sent)
    assert "Mẫu số 08 Phụ lục III Nghị định 163/2026/NĐ-CP" in form
    assert "NGUYỄN ĐỨC ÁNH" in form

    stopped = officer.submit(path, CLOSING | {"reason": "CSGD_TRUONG_GD", "stopped_on": "20/11/2026"})

    assert stopped.location == f"/people/{person.person_id}"
    record = page(officer.get(stopped.location))
    assert "Đã đưa ra khỏi danh sách" in record
    assert f'href="{path}"' not in record
    assert "số 20/QĐ-CAP" in record
    told = page(officer.get(re.search(r'href="(/acts/[^"]+)"', record).group(1)))
    assert "Bị đưa vào cơ sở giáo dục bắt buộc" in told
    assert "khoản 5 Điều 24" in told


def test_a_term_that_is_over_is_ended_from_todays_work(console, registry, clock):
    person, _act = registry.somebody_managed(on=TODAY)
    path = act(person, "end-decided")
    clock.set(clock.now().replace(year=2027, day=22))
    officer = console.signed_in("CA_OFFICER")
    today = page(officer.get("/"))
    assert "Quá hạn" in today
    assert f'href="{path}"' in today

    early = officer.submit(path, CLOSING | {"ended_on": "19/11/2027"})
    assert early.status_code == 409
    assert "20/11/2027" in page(early)
    ended = officer.submit(path, CLOSING | {"ended_on": "22/11/2027"})

    assert ended.location == f"/people/{person.person_id}"
    assert "Đã chấm dứt quản lý" in page(officer.get(ended.location))


def test_a_large_number_is_confirmed_on_the_form(officer, registry):
    for number in ("027090001201", "027090001202"):
        person, _test = registry.somebody_positive(on=TODAY, id_number=number)
        path = act(person, "management-decided")
        typed = {"decided_on": "20/11/2026", "signer_role": "CA_CHIEF", "signer_name": "Người Ký"}
        document_number = "15/QĐ-CAP" if number.endswith("1") else "150/QĐ-CAP"
        answer = officer.submit(path, typed | {"document_number": document_number})

    assert answer.status_code == 422
    assert 'name="document_number_reason"' in page(answer)
    assert "vượt số cuối của sổ năm 2026 là 15/QĐ-CAP" in page(answer)
    sure = typed | {"document_number": "150/QĐ-CAP", "document_number_reason": "Đã xem lại sổ giấy"}
    assert officer.submit(path, sure).status_code == 303


# -- lists ---------------------------------------------------------------------------------------------------------------------


def test_the_list_of_managed_people_filters_sorts_and_turns_pages(officer, registry, clock):
    for count in range(3):
        registry.somebody_managed(on=TODAY - timedelta(days=count), id_number=f"02709000{count:04}")
    stopped, _act = registry.somebody_managed(on=TODAY, id_number="027090005678", full_name="Trần Văn Bình")
    registry.stop(stopped.person_id, on=TODAY)

    listed = page(officer.get("/user-management?sort=decided_on"))
    assert listed.index("20/11/2027") < listed.index("19/11/2027") < listed.index("18/11/2027")
    assert "Trần Văn Bình" not in listed
    assert "Trần Văn Bình" in page(officer.get("/user-management?show=closed"))
    assert "Không có ai trong danh sách này" in page(officer.get("/user-management?show=overdue"))
    assert officer.get("/user-management?show=some").status_code == 422
    assert officer.get("/user-management?cursor=zz").status_code == 422


def test_the_search_finds_by_name_without_marks_and_by_number(officer, registry):
    registry.somebody()
    registry.somebody(full_name="Trần Văn Bình", id_number="027090005678")

    assert "Nguyễn Đức Ánh" in page(officer.get("/people?q=duc+anh"))
    by_number = page(officer.get("/people?q=027090005678"))
    assert "Trần Văn Bình" in by_number
    assert "Nguyễn Đức Ánh" not in by_number
    assert "Không tìm thấy ai" in page(officer.get("/people?q=zzz"))


def test_opening_a_record_is_noted(officer, registry):
    person = registry.somebody()
    before = len(registry.audited())

    officer.get(f"/people/{person.person_id}")

    assert set(registry.audited()[before:]) == {("person.read", person.person_id)}


# -- who may -------------------------------------------------------------------------------------------------------------------


def test_the_auditor_lands_on_the_log_and_others_on_a_sentence(console):
    auditor = console.signed_in("DPO_AUDIT", username="auditor")
    assert auditor.get("/").location == "/audit"
    chair = console.signed_in("UB_CHAIR", username="chair")
    assert "không có việc nào trong sổ này" in page(chair.get("/"))
    assert "Ghi nhận người" not in page(chair.get("/"))


def test_the_console_speaks_english_too(officer, registry):
    registry.somebody_positive(on=TODAY)
    officer.get("/language?to=en&next=/")

    today = page(officer.get("/"))

    assert "Decide management" in today
    assert "Việc hôm nay" not in today


def test_somebody_not_signed_in_is_sent_to_the_door(console):
    assert console.visitor().get("/people").location.startswith("/sign-in")


def test_a_correction_shows_what_is_there_as_people_write_it(officer, registry):
    person = registry.somebody(details={"id_issued_on": "2021-02-03", "religious": True})
    path = f"/people/{person.person_id}/edit"

    form = page(officer.get(path))

    assert 'value="01/05/1990"' in form
    assert 'value="03/02/2021"' in form
    saved = officer.submit(path, PERSON_KEPT | {"id_issued_on": "03/02/2021", "religious": "true"})
    assert saved.status_code == 303, page(saved)
    with registry.asking() as uow:
        record = queries.person_record(uow, person.person_id)
    assert (record.birth_date, record.details["id_issued_on"], record.details["religious"]) == (
        "1990-05-01",
        "2021-02-03",
        True,
    )


def test_a_correction_that_no_longer_fits_the_number_asks_for_a_reason(officer, registry):
    person = registry.somebody()

    asked = officer.submit(f"/people/{person.person_id}/edit", PERSON_KEPT | {"birth_date": "01/05/1985"})

    assert asked.status_code == 422
    assert "không khớp với số giấy tờ" in page(asked)
    assert 'name="birth_date_reason"' in page(asked)


def test_what_happened_on_one_day_is_told_the_newest_first(officer, registry):
    person, _test = registry.somebody_positive(on=date(2026, 11, 18))
    registry.do(
        an_act(person.person_id, "A", "ResidenceVerified", on=date(2026, 11, 18), happened_time="15:00", stable=True)
    )
    registry.do(a_decision(person.person_id, on=date(2026, 11, 18), happened_time="16:00"))

    told = page(officer.get(f"/people/{person.person_id}")).partition("Diễn biến")[2]
    where = [told.index(what) for what in ("Ra quyết định quản lý", "Xác minh nơi cư trú", "Xét nghiệm")]
    assert where == sorted(where)
