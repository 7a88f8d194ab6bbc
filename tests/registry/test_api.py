"""The registry's JSON API: the same deeds and the same refusals for programs."""

from datetime import date

import pytest
from openapi_spec_validator import validate

from services.registry import queries
from services.registry.permissions import PERMISSIONS
from tests.registry.builders import a_decision, a_person, a_test

TODAY = date(2026, 11, 20)
PERSON = {
    "full_name": "Nguyễn Đức Ánh",
    "sex": "MALE",
    "birth_date": "1990-05-01",
    "ethnic_group": "KINH",
    "id_type": "CCCD",
    "id_number": "027090001234",
    "permanent_address": "Số 5 phố Hoa Lan",
}
TEST = {
    "taken_on": "2026-11-20",
    "taken_time": "08:00",
    "sample": "NUOC_TIEU",
    "reason_code": "A",
    "same_sex_officer": True,
    "result": "POSITIVE",
    "substances": ["HEROINE"],
    "agency": "Tổ tuần tra số 2",
}
DECISION = {
    "document_number": "15/QĐ-CAP",
    "decided_on": "2026-11-20",
    "signer_role": "CA_CHIEF",
    "signer_name": "Người Ký",
}
ACTS = "acts/user-management"
CLOSING = {"document_number": "20/QĐ-CAP", "signer_role": "CA_CHIEF", "signer_name": "Người Ký"}


@pytest.fixture
def program(console):
    return console.program("CA_OFFICER", scopes=sorted(PERMISSIONS.allowed_actions(["CA_OFFICER"])))


@pytest.fixture
def managed(registry):
    return registry.somebody_managed(on=TODAY)


def test_from_a_new_person_to_the_end_of_the_term(program, clock):
    made = program.send("POST", "/api/v1/people", PERSON)
    assert made.status_code == 201, made.json
    person = made.json
    assert made.headers["Location"] == f"/api/v1/people/{person['person_id']}"
    assert person["details"]["permanent_address"] == "Số 5 phố Hoa Lan"

    tested = program.send("POST", f"{made.headers['Location']}/test-results", TEST)
    assert tested.status_code == 201, tested.json
    assert tested.json["details"]["agency"] == "Tổ tuần tra số 2"
    duties = {duty["kind"]: duty for duty in program.get("/api/v1/duties").json["items"]}
    assert duties["DECIDE_ON_RESULT"]["due"] == "2026-11-21T08:00:00+07:00"
    assert duties["DECIDE_ON_RESULT"]["person"]["full_name"] == "Nguyễn Đức Ánh"

    decided = program.send("POST", f"{made.headers['Location']}/{ACTS}/management-decided", DECISION)
    assert decided.status_code == 201, decided.json
    assert decided.headers["Location"] == f"/api/v1/acts/{decided.json['act_id']}"
    assert program.get(decided.headers["Location"]).json["document_number"] == "15/QĐ-CAP"
    case = f"/api/v1/cases/{decided.json['case_id']}"
    assert decided.json["ends_on"] == "2027-11-20"
    assert program.get("/api/v1/duties").json["items"] == []

    clock.set(clock.now().replace(year=2027))
    program.headers = program.console.program(
        "CA_OFFICER", scopes=sorted(PERMISSIONS.allowed_actions(["CA_OFFICER"])), username="later"
    ).headers
    ended = program.send("POST", f"{made.headers['Location']}/{ACTS}/end-decided", CLOSING | {"ended_on": "2027-11-20"})
    assert ended.status_code == 201, ended.json
    assert program.get(case).json["state"] == "ENDED"
    assert program.get(made.headers["Location"]).json["state"] == "CLEARED"


def test_lists_and_single_records(program, managed):
    person, case = managed

    assert [found["full_name"] for found in program.get("/api/v1/people?q=duc%20anh").json["items"]] == [
        "Nguyễn Đức Ánh"
    ]
    assert program.get("/api/v1/people?q=khong").json == {"items": [], "next": None}
    (line,) = program.get("/api/v1/user-management-cases?show=all&sort=decided_on").json["items"]
    assert (line["case"]["case_id"], line["person"]["person_id"]) == (case.case_id, person.person_id)
    assert len(program.get(f"/api/v1/people/{person.person_id}/test-results").json["items"]) == 1
    (one,) = program.get(f"/api/v1/people/{person.person_id}/cases").json["items"]
    assert (one["case_id"], one["state"], one["ends_on"]) == (case.case_id, "MANAGED", "2027-11-20")
    decided, tested = program.get(f"/api/v1/people/{person.person_id}/acts").json["items"]
    assert (decided["event"], decided["signer_name"]) == ("ManagementDecided", "Người Ký")
    assert tested["event"] == "PositiveTest"


def test_reading_through_the_api_is_noted(program, registry, managed):
    person, case = managed
    before = len(registry.audited())

    for path in (
        "/api/v1/people",
        f"/api/v1/people/{person.person_id}",
        f"/api/v1/people/{person.person_id}/test-results",
        f"/api/v1/people/{person.person_id}/cases",
        f"/api/v1/people/{person.person_id}/acts",
        f"/api/v1/acts/{case.act_id}",
        "/api/v1/user-management-cases",
        f"/api/v1/cases/{case.case_id}",
    ):
        assert program.get(path).status_code == 200

    assert registry.audited()[before:] == [("person.read", person.person_id)] * 8


def test_pages_of_a_list_are_joined_by_cursors(program, registry):
    for count in range(3):
        registry.somebody(id_number=f"02709000{count:04}")

    first = program.get("/api/v1/people?limit=2").json
    rest = program.get(f"/api/v1/people?limit=2&cursor={first['next']}").json

    assert len({person["person_id"] for person in first["items"] + rest["items"]}) == 3
    assert rest["next"] is None
    assert program.get("/api/v1/people?cursor=zzz").status_code == 422


# -- corrections ---------------------------------------------------------------------------------------------------------------


def test_a_correction_names_the_version_and_only_what_changes(program, registry):
    person = registry.somebody()
    path = f"/api/v1/people/{person.person_id}"
    tag = program.get(path).headers["ETag"]

    corrected = program.send("PATCH", path, {"phone": "0912345678"}, {"If-Match": tag})

    assert corrected.status_code == 200, corrected.json
    assert corrected.json["details"]["phone"] == "0912345678"
    assert corrected.json["full_name"] == "Nguyễn Đức Ánh"
    assert corrected.headers["ETag"] != tag
    assert program.send("PATCH", path, {"phone": "0987654321"}, {"If-Match": tag}).status_code == 412
    assert program.send("PATCH", path, {"phone": "0987654321"}).status_code == 428


def test_the_personal_number_cannot_be_changed_and_the_sentence_says_so(program, registry):
    person = registry.somebody()
    path = f"/api/v1/people/{person.person_id}"
    before = registry.rows()

    answer = program.send("PATCH", path, {"id_number": "027090009999"}, {"If-Match": '"1"'})

    assert answer.status_code == 422
    (error,) = answer.json["errors"]
    assert error["field"] == "id_number"
    assert "không sửa ở đây được" in error["detail"]
    assert registry.rows() == before


def test_a_number_that_does_not_fit_is_taken_with_a_reason(program, registry):
    odd = PERSON | {"sex": "FEMALE"}

    asked = program.send("POST", "/api/v1/people", odd)
    assert (asked.status_code, asked.json["errors"][0]["field"]) == (422, "id_number")
    assert "giới tính" in asked.json["errors"][0]["detail"]
    confirmed = program.send("POST", "/api/v1/people", odd | {"confirm_reasons": {"id_number": "thẻ ghi như vậy"}})

    assert confirmed.status_code == 201, confirmed.json
    with registry.asking() as uow:
        kept = queries.person_record(uow, confirmed.json["person_id"]).identity["confirmed_warnings"]
    assert kept == {"id_number": "thẻ ghi như vậy"}


# -- refusals ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "status", "field", "says"),
    [
        ({"nickname": "x"}, 422, "nickname", "Không có mục"),
        ({"birth_date": "2026-02-30"}, 422, "birth_date", "không phải là ngày"),
        ({"birth_date": 1990}, 422, "birth_date", "không phải là ngày"),
        ({"sex": "OTHER"}, 422, "sex", "không có trong danh sách"),
        ({"full_name": ["An"]}, 422, "full_name", "ghi bằng chữ"),
        ({"full_name": "x" * 500}, 422, "full_name", "không quá"),
        ({"id_number": "12"}, 422, "id_number", "12 chữ số"),
        ({"full_name": None}, 422, "full_name", "hãy ghi mục này"),
    ],
)
def test_a_wrong_person_is_refused_by_field(program, registry, change, status, field, says):
    before = registry.rows()

    answer = program.send("POST", "/api/v1/people", PERSON | change)

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert says in answer.json["errors"][0]["detail"]
    assert registry.rows() == before


@pytest.mark.parametrize(
    ("change", "status", "field", "says"),
    [
        ({"signer_role": "UB_CHAIR"}, 409, "signer_role", "điểm a khoản 4 Điều 24"),
        ({"ends_on": "2027-11-19"}, 409, "ends_on", "khoản 2 Điều 24"),
        ({"decided_on": "2026-11-21"}, 422, "decided_on", "chưa đến"),
        ({"decided_on": "2026-11-19"}, 409, "decided_on", "20/11/2026"),
        ({"signer_role": None}, 422, "signer_role", "hãy ghi mục này"),
        ({"document_number": "không số"}, 422, "document_number", "ví dụ"),
        ({"signer_role": "SOMEBODY"}, 422, "signer_role", "không có trong danh sách"),
    ],
)
def test_a_decision_against_the_law_is_refused_by_field(program, registry, change, status, field, says):
    person, _test = registry.somebody_positive(on=TODAY)
    before = registry.rows()

    answer = program.send("POST", f"/api/v1/people/{person.person_id}/{ACTS}/management-decided", DECISION | change)

    assert answer.status_code == status, answer.json
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert says in answer.json["errors"][0]["detail"]
    assert registry.rows() == before


def test_the_worked_example_of_the_wrong_signer(program, registry, clock):
    clock.set(clock.now().replace(month=7, day=3))
    program.headers = program.console.program(
        "CA_OFFICER", scopes=sorted(PERMISSIONS.allowed_actions(["CA_OFFICER"])), username="in-july"
    ).headers
    person, _test = registry.somebody_positive(on=date(2026, 7, 1))

    answer = program.send(
        "POST",
        f"/api/v1/people/{person.person_id}/{ACTS}/management-decided",
        DECISION | {"decided_on": "2026-07-02", "signer_role": "UB_CHAIR"},
    )

    assert answer.status_code == 409
    assert "Trưởng Công an cấp xã" in answer.json["errors"][0]["detail"]


def test_a_stop_outside_the_law_is_refused(program, registry, managed):
    person, _act = managed
    before = registry.rows()
    path = f"/api/v1/people/{person.person_id}/{ACTS}/stop-decided"

    unknown = program.send("POST", path, CLOSING | {"stopped_on": "2026-11-20", "reason": "BORED"})
    earlier_law = program.send("POST", path, CLOSING | {"stopped_on": "2026-11-20", "reason": "GIAO_DUC_TAI_XA"})

    assert (unknown.status_code, earlier_law.status_code) == (422, 409)
    assert "khoản 5 Điều 24" in earlier_law.json["errors"][0]["detail"]
    unfounded = program.send("POST", path, CLOSING | {"stopped_on": "2026-11-20", "reason": "PRISON"})
    assert unfounded.status_code == 409
    assert "«Đang chấp hành án phạt tù»" in unfounded.json["errors"][0]["detail"]
    assert registry.rows() == before

    prison = {"kind": "PRISON", "since_on": "2026-11-18", "document_number": "12/2026/HS-ST"}
    program.send("POST", f"/api/v1/people/{person.person_id}/circumstances", prison)
    stopped = program.send("POST", path, CLOSING | {"stopped_on": "2026-11-20", "reason": "PRISON"})
    assert stopped.json["state"] == "STOPPED"


def test_a_draft_is_signed_by_the_decider_and_by_nobody_else(console, program, registry):
    person, _test = registry.somebody_positive(on=TODAY)

    drafted = program.send(
        "POST",
        f"/api/v1/people/{person.person_id}/{ACTS}/management-decided",
        DECISION | {"document_number": None, "how": "FOR_SIGNATURE"},
    )
    assert drafted.status_code == 201, drafted.json
    draft = drafted.headers["Location"]
    assert program.get(draft).json["state"] == "WAITING"
    assert program.send("POST", f"{draft}/signature", {"signer_name": "Người Ký"}).status_code == 403

    chief = console.program("CA_CHIEF", scopes=sorted(PERMISSIONS.allowed_actions(["CA_CHIEF"])), username="chief")
    signed = chief.send("POST", f"{draft}/signature", {"signer_name": "Người Ký"})

    assert signed.status_code == 201, signed.json
    assert (signed.json["state"], signed.json["ends_on"]) == ("MANAGED", "2027-11-20")
    assert program.get(draft).json["act_id"] == signed.json["act_id"]


def test_a_mistyped_large_number_is_confirmed_with_a_reason(program, registry):
    def decide(number, person_number, **more):
        person, _test = registry.somebody_positive(on=TODAY, id_number=person_number)
        path = f"/api/v1/people/{person.person_id}/{ACTS}/management-decided"
        return program.send("POST", path, DECISION | {"document_number": number} | more)

    assert decide("15/QĐ-CAP", "027090001201").status_code == 201

    refused = decide("1500/QĐ-CAP", "027090001202")
    assert (refused.status_code, refused.json["code"]) == (422, "needs_confirmation")
    assert "15/QĐ-CAP" in str(refused.json["errors"])
    assert "document_number" in str(refused.json["errors"][0])

    sure = {"document_number": "Sổ giấy đã dùng đến số này"}
    assert decide("1500/QĐ-CAP", "027090001203", confirm_reasons=sure).json["document_number"] == "1500/QĐ-CAP"
    assert decide(None, "027090001204").json["document_number"] == "1501/QĐ-CAP"


def test_a_repeated_key_repeats_the_answer_and_not_the_deed(program, registry):
    key = {"Idempotency-Key": "register-0001"}

    first = program.send("POST", "/api/v1/people", PERSON, key)
    again = program.send("POST", "/api/v1/people", PERSON, key)
    other = program.send("POST", "/api/v1/people", PERSON | {"full_name": "Trần Văn Bình"}, key)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json["person_id"] == again.json["person_id"]
    assert registry.announced() == ["registry.person.registered.v1"]


def test_another_units_program_finds_nothing(console, registry, managed):
    person, case = managed
    scopes = sorted(PERMISSIONS.allowed_actions(["CA_OFFICER"]))
    elsewhere = console.program("CA_OFFICER", scopes=scopes, username="elsewhere", unit="09379")
    before = registry.rows()

    assert elsewhere.get("/api/v1/people").json["items"] == []
    for path in (
        f"/api/v1/people/{person.person_id}",
        f"/api/v1/people/{person.person_id}/acts",
        f"/api/v1/cases/{case.case_id}",
        f"/api/v1/acts/{case.act_id}",
    ):
        assert elsewhere.get(path).status_code == 404
    for path, body in (
        (f"/api/v1/people/{person.person_id}/test-results", TEST),
        (
            f"/api/v1/people/{person.person_id}/{ACTS}/stop-decided",
            CLOSING | {"stopped_on": "2026-11-20", "reason": "PRISON"},
        ),
    ):
        assert elsewhere.send("POST", path, body).status_code == 404
    assert registry.rows() == before


@pytest.mark.parametrize("roles", [("DPO_AUDIT",), ("SYSADMIN",)])
def test_roles_without_business_here_read_nothing(console, registry, managed, roles):
    person, _case = managed
    visitor = console.signed_in(*roles, username="visitor")
    before = registry.rows()

    for path in (
        "/people",
        f"/people/{person.person_id}",
        "/user-management",
        "/api/v1/people",
        f"/api/v1/people/{person.person_id}",
        "/api/v1/duties",
    ):
        assert visitor.get(path).status_code == 403, path
    assert registry.rows() == before


def test_a_token_does_no_more_than_its_scopes(console, registry):
    reader = console.program("CA_OFFICER", scopes=["person.list"], username="reader")
    registry.somebody()

    assert reader.get("/api/v1/people").status_code == 200
    assert reader.send("POST", "/api/v1/people", PERSON).status_code == 403


def test_the_document_describes_everything(console):
    document = console.visitor().get("/api/v1/openapi.json").json

    validate(document)
    for event in ("management-decided", "stop-decided", "end-decided"):
        assert f"/api/v1/people/{{person_id}}/{ACTS}/{event}" in document["paths"]


def test_builders_and_api_speak_of_the_same_person(program, registry):
    registry.do(a_person())
    (found,) = program.get("/api/v1/people?q=027090001234").json["items"]
    registry.do(a_test(found["person_id"], on=TODAY))
    registry.do(a_decision(found["person_id"], on=TODAY))

    assert program.get(f"/api/v1/people/{found['person_id']}").json["state"] == "MANAGED_USER"
