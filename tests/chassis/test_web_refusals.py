"""Bad input: each is refused with a sentence, keeps what was typed, and leaves state, outbox and audit as they were."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from chassis.clock import FrozenClock
from chassis.web.testing import TOO_LONG, Console, Program, Visitor, hidden_fields
from tests.chassis.sample import a_clinic

VISIT = {"person_key": "P1", "held_on": "5/7/2026", "kind": "Y_TE", "quantity": "3", "note": "giữ lại"}
SENT = {"person_key": "P1", "held_on": "2026-07-05", "kind": "Y_TE", "quantity": 3, "note": "giữ lại"}
BOTH = ["visit.read", "visit.write"]
API = "/api/v1/visits"


@pytest.fixture
def console(database: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Console]:
    with a_clinic(database=database, folder=tmp_path, clock=clock, units="09385,09247") as runtime:
        yield Console(runtime)


@pytest.fixture
def nurse(console: Console) -> Visitor:
    return console.signed_in("NURSE", username="nurse")


@pytest.fixture
def program(console: Console) -> Program:
    return console.program("NURSE", scopes=BOTH)


class Unchanged:
    """Inside the block nothing may be written."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def __enter__(self) -> None:
        self.before = self.console.rows()

    def __exit__(self, *error: object) -> None:
        assert self.console.rows() == self.before


def problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    document: dict[str, Any] = answer.json
    assert (document["status"], document["code"]) == (status, code)
    assert document["detail"] and document["title"] and document["correlation_id"]
    return document


# -- on pages ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"colour": "red"}, "Không có mục “colour” trong mẫu này"),
        (
            {"held_on": "31/02/2026"},
            "ngày 31/02/2026 không có trong lịch; ghi theo dạng ngày/tháng/năm, ví dụ 05/07/2026.",
        ),
        ({"quantity": "ba"}, "Số lượng: hãy ghi một số nguyên từ 1 trở lên."),
        ({"quantity": ""}, "Số lượng: hãy ghi mục này."),
        ({"kind": "KHAC"}, "Loại: “KHAC” không có trong danh sách"),
        ({"held_on": "21/11/2026"}, "chưa đến ngày này"),
    ],
)
def test_a_wrong_answer_is_named_and_everything_typed_is_kept(console, nurse, typed, sentence):
    with Unchanged(console):
        answer = nurse.submit("/visits/new", {**VISIT, **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "giữ lại</textarea>" in answer.text and 'value="P1"' in answer.text
    assert answer.text.count('autofocus="autofocus"') <= 1


def test_a_broken_rule_is_told_in_the_form(console, nurse):
    with Unchanged(console):
        answer = nurse.submit("/visits/new", {**VISIT, "person_key": "refused"})
    assert answer.status_code == 409
    assert "Người này đã có lượt khác." in answer.text and "giữ lại</textarea>" in answer.text


def test_a_signer_without_the_role_is_refused_in_the_form(console, nurse):
    with Unchanged(console):
        answer = nurse.submit("/visits/new", {**VISIT, "person_key": "forbidden"})
    assert answer.status_code == 403
    assert "Việc này dành cho: bác sĩ." in answer.text and "giữ lại</textarea>" in answer.text


def test_who_lacks_the_role_does_not_reach_the_form(console):
    reader = console.signed_in("READER", username="reader")
    with Unchanged(console):
        seen = reader.get("/visits/new")
        sent = reader.client.post("/visits/new", data={**VISIT, "_csrf": reader.csrf("/visits")})
    assert (seen.status_code, sent.status_code) == (403, 403)
    assert "Việc này dành cho: Y sĩ." in sent.text


def test_an_oversized_form_is_refused_unread(console, nurse):
    with Unchanged(console):
        answer = nurse.submit("/visits/new", {**VISIT, "note": TOO_LONG})
    assert answer.status_code == 413
    assert "1 MiB" in answer.text


def test_a_stale_version_is_refused_and_keeps_what_was_typed(console, nurse):
    href = nurse.submit("/visits/new", VISIT).location
    answers = {"held_on": "6/7/2026", "kind": "TAM_LY", "quantity": "4", "note": "bản của tôi"}
    opened = hidden_fields(nurse.get(f"{href}/edit").text)
    nurse.submit(f"{href}/edit", answers)
    with Unchanged(console):
        answer = nurse.client.post(f"{href}/edit", data={**opened, **answers, "note": "bản khác"})
    assert answer.status_code == 412
    assert "bản khác</textarea>" in answer.text


def test_a_change_without_its_version_is_refused(console, nurse):
    href = nurse.submit("/visits/new", VISIT).location
    token = nurse.csrf("/visits/new")
    answers = {"held_on": "6/7/2026", "kind": "TAM_LY", "quantity": "4", "_csrf": token}
    with Unchanged(console):
        assert nurse.client.post(f"{href}/edit", data=answers).status_code == 428


@pytest.mark.parametrize("token", [None, "", "wrong", "é"])
def test_a_missing_or_wrong_csrf_token_is_refused(console, nurse, token):
    data = VISIT if token is None else {**VISIT, "_csrf": token}
    with Unchanged(console):
        answer = nurse.client.post("/visits/new", data=data)
    assert answer.status_code == 403
    assert "chưa có gì được lưu" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8001"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_origin_is_refused_even_with_the_token(console, nurse, headers):
    with Unchanged(console):
        answer = nurse.submit("/visits/new", VISIT, headers=headers)
    assert answer.status_code == 403


def test_our_own_origin_is_let_in(nurse):
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert nurse.submit("/visits/new", VISIT, headers=headers).status_code == 303


def test_another_sessions_csrf_token_is_refused(console, nurse):
    other = console.signed_in("NURSE", username="other")
    with Unchanged(console):
        answer = nurse.client.post("/visits/new", data={**VISIT, "_csrf": other.csrf("/visits/new")})
    assert answer.status_code == 403


def test_a_form_of_an_older_session_comes_back_with_what_was_typed(console, nurse):
    opened = hidden_fields(nurse.get("/visits/new").text)
    nurse.client.post("/sign-out", data={"_csrf": opened["_csrf"]})
    nurse.sign_in("nurse")
    with Unchanged(console):
        answer = nurse.client.post("/visits/new", data={**opened, **VISIT}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 403
    assert "giữ lại</textarea>" in answer.text and "Trang này đã cũ" in answer.text
    again = nurse.client.post("/visits/new", data={**hidden_fields(answer.text), **VISIT})
    assert again.status_code == 303


def test_the_door_too_wants_its_token(console):
    console.account("NURSE")
    with Unchanged(console):
        answer = console.visitor().client.post("/sign-in", data={"username": "someone", "password": "x"})
    assert answer.status_code == 403


@pytest.mark.parametrize("forged", ["", "x", "a" * 43, "ba_" + "a" * 43, "x" * 3000, "é"])
def test_a_forged_session_is_nobody(console, forged):
    visitor = console.visitor()
    visitor.client.set_cookie("binhan_health_session", forged)
    with Unchanged(console):
        seen = visitor.get("/visits")
        sent = visitor.client.post("/visits/new", data={**VISIT, "_csrf": "x"})
    assert (seen.status_code, seen.location) == (303, "/sign-in?next=/visits")
    assert sent.status_code == 401


def test_another_units_record_is_not_there(console, nurse):
    href = nurse.submit("/visits/new", VISIT).location
    stranger = console.signed_in("NURSE", username="stranger", unit="09247")
    data = {"held_on": "6/7/2026", "kind": "TAM_LY", "quantity": "4", "_version": "1"}
    with Unchanged(console):
        assert stranger.get(href).status_code == 404
        assert stranger.get(f"{href}/edit").status_code == 404
        answer = stranger.client.post(f"{href}/edit", data={**data, "_csrf": stranger.csrf("/visits/new")})
    assert answer.status_code == 404
    assert "P1" not in answer.text
    assert href not in stranger.get("/visits").text


def test_a_form_of_another_kind_is_refused(console, nurse):
    token = {"X-CSRF-Token": nurse.csrf("/visits/new")}
    with Unchanged(console):
        as_json = nurse.client.post("/visits/new", json=SENT, headers=token)
        with_file = nurse.submit("/visits/new", {**VISIT, "scan": (io.BytesIO(b"x"), "scan.png")})
    assert (as_json.status_code, with_file.status_code) == (415, 415)


def test_two_who_write_the_same_at_once_get_one_row_and_one_sentence(console, nurse):
    nurse.submit("/visits/new", VISIT)
    with Unchanged(console):
        answer = nurse.submit("/visits/new", VISIT)
    assert answer.status_code == 409
    assert "Cùng lúc có người khác ghi" in answer.text and "giữ lại</textarea>" in answer.text


def test_what_nobody_foresaw_is_answered_with_a_reference_only(console, nurse, caplog):
    with Unchanged(console):
        page = nurse.get("/broken")
        form = nurse.submit("/visits/new", {**VISIT, "person_key": "broken"})
    for answer in (page, form):
        assert answer.status_code == 500
        assert answer.headers["X-Correlation-Id"] in answer.text
        assert "Nguyễn Văn A" not in answer.text and "Traceback" not in answer.text
    assert all("Nguyễn" not in record.getMessage() for record in caplog.records)


def test_a_database_that_is_away_is_said(console, nurse):
    with console.runtime.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE visit RENAME TO visit_away"))
    try:
        answer = nurse.get("/visits")
    finally:
        with console.runtime.store.engine.begin() as connection:
            connection.execute(text("ALTER TABLE visit_away RENAME TO visit"))
    assert answer.status_code in {500, 503}
    assert "chưa có gì được lưu" in answer.text or "Chưa có gì được lưu" in answer.text


# -- in the API ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({**SENT, "colour": "red"}, "colour"),
        ({**SENT, "held_on": "2026-02-30"}, "held_on"),
        ({**SENT, "held_on": "05/07/2026"}, "held_on"),
        ({**SENT, "quantity": "3"}, "quantity"),
        ({**SENT, "quantity": 3.5}, "quantity"),
        ({**SENT, "quantity": True}, "quantity"),
        ({**SENT, "person_key": {"a": 1}}, "person_key"),
        ({**SENT, "kind": ["Y_TE"]}, "kind"),
        ({**SENT, "note": "a\x00b"}, "note"),
        ({name: value for name, value in SENT.items() if name != "kind"}, "kind"),
        ({**SENT, "confirm_reasons": {"colour": "x"}}, "colour"),
        ({**SENT, "confirm_reasons": ["x"]}, "confirm_reasons"),
    ],
)
def test_a_program_hears_which_field_is_wrong(console, program, sent, field):
    with Unchanged(console):
        document = problem(program.send("POST", API, sent), 422, "not_understood")
    assert [error["field"] for error in document["errors"]] == [field]
    assert all(error["detail"] for error in document["errors"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"quantity": 3, "quantity": 4}', "doubled_key"),
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"[]", "not_json"),
        (b'"x"', "not_json"),
        (b'{"quantity": NaN}', "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"quantity": ' + b"9" * 5000 + b"}", "not_json"),
    ],
)
def test_what_is_not_our_json_is_refused(console, program, body, code):
    headers = {**program.headers, "Content-Type": "application/json"}
    with Unchanged(console):
        problem(program.client.post(API, data=body, headers=headers), 422, code)


def test_another_content_type_is_refused(console, program):
    with Unchanged(console):
        problem(program.client.post(API, data=VISIT, headers=program.headers), 415, "unsupported_type")


def test_an_oversized_body_is_refused(console, program):
    with Unchanged(console):
        problem(program.send("POST", API, {**SENT, "note": TOO_LONG}), 413, "too_large")


def test_a_stale_if_match_is_refused(console, program):
    href = program.send("POST", API, SENT).location
    program.send("PATCH", href, {"quantity": 4}, headers={"If-Match": '"1"'})
    with Unchanged(console):
        for stale in ('"1"', '"9"', "*", "x", ""):
            problem(program.send("PATCH", href, {"quantity": 5}, headers={"If-Match": stale}), 412, "stale_version")
        problem(program.send("PATCH", href, {"quantity": 5}), 428, "if_match_missing")
    assert program.get(href).json["quantity"] == 4


def test_a_key_used_for_another_request_is_refused(console, program):
    key = {"Idempotency-Key": "k1"}
    program.send("POST", API, SENT, headers=key)
    with Unchanged(console):
        problem(program.send("POST", API, {**SENT, "person_key": "P2"}, headers=key), 422, "idempotency_key_reused")
        problem(program.send("POST", API, SENT, headers={"Idempotency-Key": "x" * 201}), 422, "not_understood")


@pytest.mark.parametrize("token", ["", "x", "ba_" + "a" * 43, "é"])
def test_a_forged_token_is_refused(console, token):
    visitor = console.visitor()
    with Unchanged(console):
        answer = visitor.client.post(
            API, json=SENT, headers={"Authorization": f"Bearer {token}".encode().decode("latin-1")}
        )
    problem(answer, 401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_does_no_more_than_its_scopes(console):
    reader = console.program("NURSE", scopes=["visit.read"], username="reading")
    with Unchanged(console):
        problem(reader.send("POST", API, SENT), 403, "not_allowed")
    assert reader.get(API).status_code == 200


def test_a_token_opens_no_page(console, program):
    assert program.get("/visits").status_code == 303


def test_a_role_without_the_right_is_refused(console):
    reader = console.program("READER", scopes=BOTH, username="reading")
    with Unchanged(console):
        document = problem(reader.send("POST", API, SENT), 403, "not_allowed")
    assert "Y sĩ" in document["detail"]


def test_a_session_without_its_csrf_token_changes_nothing_in_the_api(console, nurse):
    with Unchanged(console):
        problem(nurse.client.post(API, json=SENT), 403, "csrf")


def test_another_units_record_is_not_there_for_programs(console, program):
    href = program.send("POST", API, SENT).location
    stranger = console.program("NURSE", scopes=BOTH, username="stranger", unit="09247")
    with Unchanged(console):
        problem(stranger.get(href), 404, "not_found")
        problem(stranger.send("PATCH", href, {"quantity": 9}, headers={"If-Match": '"1"'}), 404, "not_found")
    assert stranger.get(API).json["items"] == []


@pytest.mark.parametrize(
    "query",
    ["colour=red", "since=yesterday", "since=05/07/2026", "at_least=x", "limit=0", "limit=201", "limit=x", "cursor=x",
     "cursor=W10", "cursor=WyJ4IiwieSJd", "since=2026-07-05&since=2026-07-06"],
)  # fmt: skip
def test_a_query_that_is_not_understood_is_refused(program, query):
    assert problem(program.get(f"{API}?{query}"), 422, "not_understood")["detail"]


def test_what_nobody_foresaw_is_a_problem_with_a_reference_only(console, program):
    with Unchanged(console):
        document = problem(program.send("POST", API, {**SENT, "person_key": "broken"}), 500, "unforeseen")
    assert document["correlation_id"] in document["detail"]
    assert "Nguyễn" not in str(document)


def test_the_second_of_two_equal_rows_is_a_conflict(console, program):
    program.send("POST", API, SENT)
    with Unchanged(console):
        problem(program.send("POST", API, SENT), 409, "conflict")
        problem(program.send("POST", API, SENT, headers={"Idempotency-Key": "k9"}), 409, "conflict")
