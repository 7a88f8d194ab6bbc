"""What the edge promises: one order for every request, one unit of work, one way back from every page."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from chassis.clock import FrozenClock
from chassis.envelope import Envelope
from chassis.outbox import assign_positions
from chassis.service import Runtime
from chassis.web import Routes, redirect
from chassis.web.answers import is_own_path
from chassis.web.application import Application
from chassis.web.testing import PASSWORD, Console
from tests.chassis.sample import VisitForm, a_clinic

VISIT = {"person_key": "P1", "held_on": "5/7/2026", "kind": "Y_TE", "quantity": "3", "note": "Đ"}
SENT = {"person_key": "P1", "held_on": "2026-07-05", "kind": "Y_TE", "quantity": 3, "note": "Đ"}
BOTH = ["visit.read", "visit.write"]


@pytest.fixture
def clinic(database: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Runtime]:
    with a_clinic(database=database, folder=tmp_path, clock=clock) as runtime:
        yield runtime


@pytest.fixture
def console(clinic: Runtime) -> Console:
    return Console(clinic)


def clinic_log(clinic: Runtime) -> list[Envelope]:
    """Everything the clinic said, as others hear it."""
    with clinic.store.begin() as session:
        assign_positions(session.connection(), clinic.tables.outbox, limit=100)
    return clinic.feed("09385", 0).envelopes


# -- pages ---------------------------------------------------------------------------------------------------------------------


def test_a_deed_leaves_its_row_its_event_and_its_audit_entry_and_says_so(console):
    nurse = console.signed_in("NURSE")
    before = console.rows()
    answer = nurse.submit("/visits/new", VISIT)
    assert answer.status_code == 303
    after = console.rows()
    changed = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    audited = {"audit_entry": 1}
    assert changed == {"visit": 1, "outbox": 1, "subject_version": 1, "idempotency": 1} | audited
    page = nurse.get(answer.location)
    assert "Đã ghi lượt" in page.text and 'href="/visits/new"' in page.text
    assert "05/07/2026" in page.text
    assert "Đã ghi lượt" not in nurse.get(answer.location).text, "a message is shown once"


def test_reading_a_person_is_audited_though_the_page_only_reads(console):
    nurse = console.signed_in("NURSE")
    href = nurse.submit("/visits/new", VISIT).location
    before = console.rows()["audit_entry"]
    assert nurse.get(href).status_code == 200
    assert console.rows()["audit_entry"] == before + 1


def test_a_form_sent_twice_is_one_deed(console):
    nurse = console.signed_in("NURSE")
    page = nurse.get("/visits/new").text
    from chassis.web.testing import hidden_fields

    answers = {**hidden_fields(page), **VISIT}
    first, second = (nurse.client.post("/visits/new", data=answers) for _turn in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert console.rows()["visit"] == 1
    other = nurse.client.post("/visits/new", data={**answers, "person_key": "P2"})
    assert other.status_code == 303
    assert console.rows()["visit"] == 2


def test_a_warning_is_confirmed_with_a_reason(console):
    nurse = console.signed_in("NURSE")
    answer = nurse.submit("/visits/new", {**VISIT, "quantity": "500"})
    assert answer.status_code == 422
    assert "nhiều hơn thường lệ" in answer.text and 'name="quantity_reason"' in answer.text
    assert 'value="500"' in answer.text
    assert console.rows()["visit"] == 0
    assert nurse.submit("/visits/new", {**VISIT, "quantity": "500", "quantity_reason": "đếm lại"}).status_code == 303


def test_a_change_carries_its_version(console):
    nurse = console.signed_in("NURSE")
    href = nurse.submit("/visits/new", VISIT).location
    page = nurse.get(f"{href}/edit").text
    assert 'name="_version" value="1"' in page and 'value="05/07/2026"' in page and "Đ</textarea>" in page
    changed = {"held_on": "6/7/2026", "kind": "TAM_LY", "quantity": "4"}
    assert nurse.submit(f"{href}/edit", changed).status_code == 303
    assert "06/07/2026" in nurse.get(href).text
    stale = nurse.submit(f"{href}/edit", {**changed, "_version": "1", "note": "giữ lại"})
    assert stale.status_code == 412
    assert "giữ lại" in stale.text and "người khác sửa" in stale.text


def test_the_menu_shows_what_one_may_open(console):
    reader = console.signed_in("READER", username="reader")
    page = reader.get("/visits").text
    assert 'href="/visits"' in page and 'href="/visits/new"' not in page and 'href="/audit"' not in page
    assert 'href="/audit"' in console.signed_in("DPO_AUDIT", username="auditor").get("/audit").text


def test_every_answer_carries_the_safe_headers(console):
    nurse = console.signed_in("NURSE")
    for path in ("/visits", "/healthz", "/nowhere", "/api/v1/visits", "/sign-in", "/static/binhan.css"):
        headers = nurse.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self'; img-src 'self' data:")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Correlation-Id"]
    assert nurse.get("/visits").headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in nurse.get("/visits").headers


def test_cookies_are_locked_down_where_the_site_is_served_over_tls(database, tmp_path):
    with a_clinic(database=database, folder=tmp_path, secure_cookies=True) as runtime:
        console = Console(runtime)
        console.account("NURSE")
        visitor = console.visitor()
        opened = visitor.get("/sign-in", base_url="https://localhost")
        cookie = opened.headers["Set-Cookie"]
        assert cookie.startswith("__Host-binhan_health_visitor=")
        assert "Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
        assert opened.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",) * 2,
        ("00-Nguyen-Van-Duc-01", None),
    ],
)
def test_the_trace_of_the_caller_goes_on_in_the_event(console, clinic, given, told):
    answer = console.program("NURSE", scopes=BOTH).send("POST", "/api/v1/visits", SENT, headers={"traceparent": given})
    assert answer.status_code == 201
    assert [envelope.traceparent for envelope in clinic_log(clinic)] == [told]


def test_the_correlation_id_of_the_caller_is_kept_when_it_is_one(console):
    visitor = console.visitor()
    assert visitor.get("/healthz", headers={"X-Correlation-Id": "abcd-1234"}).headers["X-Correlation-Id"] == "abcd-1234"
    odd = visitor.get("/healthz", headers={"X-Correlation-Id": "<script>"}).headers["X-Correlation-Id"]
    assert odd != "<script>"


def test_methods_are_told(console):
    nurse = console.signed_in("NURSE")
    refused = nurse.client.delete("/visits", headers={"X-CSRF-Token": nurse.csrf("/visits/new")})
    assert refused.status_code == 405
    assert refused.headers["Allow"] == "GET, HEAD"
    asked = nurse.client.options("/visits/new")
    assert (asked.status_code, asked.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    head = nurse.client.head("/visits")
    assert (head.status_code, head.get_data()) == (200, b"")


def test_the_language_is_chosen_once_and_kept(console):
    nurse = console.signed_in("NURSE")
    assert "Đăng xuất" in nurse.get("/visits").text
    answer = nurse.get("/language?to=en&next=/visits")
    assert (answer.status_code, answer.location) == (303, "/visits")
    assert "Sign out" in nurse.get("/visits").text
    assert nurse.get("/language?to=xx&next=//evil.example").location == "/"


# -- the door ------------------------------------------------------------------------------------------------------------------


def test_who_is_not_signed_in_comes_back_to_the_page_after_the_door(console):
    console.account("NURSE")
    visitor = console.visitor()
    answer = visitor.get("/visits?x=1&y=2")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/visits%3Fx%3D1%26y%3D2")
    assert 'value="/visits?x=1&amp;y=2"' in visitor.get(answer.location).text
    assert visitor.sign_in("someone", onward="/visits?x=1&y=2").location == "/visits?x=1&y=2"
    assert visitor.get("/sign-in").location == "/visits", "who is signed in does not stand before the door"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\nb", ""]
)
def test_the_door_leads_nowhere_else(console, elsewhere):
    console.account("NURSE")
    assert console.visitor().sign_in("someone", onward=elsewhere).location == "/visits"
    assert not is_own_path(elsewhere)
    with pytest.raises(ValueError, match="no address of this service"):
        redirect(elsewhere)


def test_wrong_passwords_are_counted_and_then_the_door_rests(console, clock):
    console.account("NURSE")
    visitor = console.visitor()
    answers = [visitor.sign_in("someone", "sai mật khẩu rồi") for _turn in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
    assert 'value="someone"' in answers[0].text, "the name that was typed is kept"
    assert visitor.sign_in("someone").status_code == 429
    clock.advance(timedelta(minutes=16))
    assert visitor.sign_in("someone").status_code == 303


def test_signing_out_ends_the_session_on_the_server(console):
    nurse = console.signed_in("NURSE")
    cookie = nurse.client.get_cookie("binhan_health_session")
    assert cookie is not None
    assert nurse.client.post("/sign-out", data={"_csrf": nurse.csrf("/visits/new")}).location == "/sign-in"
    thief = console.visitor()
    thief.client.set_cookie("binhan_health_session", cookie.value)
    assert thief.get("/visits").status_code == 303


def test_a_session_ends_by_idleness(console, clock):
    nurse = console.signed_in("NURSE")
    clock.advance(timedelta(minutes=29))
    assert nurse.get("/visits").status_code == 200
    clock.advance(timedelta(minutes=31))
    assert nurse.get("/visits").status_code == 303


def test_a_password_is_changed_and_other_sessions_end(console):
    nurse = console.signed_in("NURSE")
    elsewhere = console.visitor()
    elsewhere.sign_in("someone")
    new = "một câu khác cũng dễ nhớ"
    wrong = nurse.submit("/password", {"current_password": "x", "new_password": new, "new_password_again": new})
    assert wrong.status_code == 422
    short = nurse.submit("/password", {"current_password": PASSWORD, "new_password": "a", "new_password_again": "a"})
    assert "ít nhất 12 ký tự" in short.text
    unlike = nurse.submit("/password", {"current_password": PASSWORD, "new_password": new, "new_password_again": "b"})
    assert "không giống nhau" in unlike.text
    done = nurse.submit("/password", {"current_password": PASSWORD, "new_password": new, "new_password_again": new})
    assert done.location == "/visits"
    assert "Đã đổi mật khẩu" in nurse.get("/visits").text
    assert elsewhere.get("/visits").status_code == 303


def test_made_up_accounts_are_shown_only_where_the_people_are_made_up(database, tmp_path):
    for demo in (True, False):
        with a_clinic(database=database, folder=tmp_path / str(demo), demo=demo) as runtime:
            page = Console(runtime).visitor().get("/sign-in").text
            assert ("<code>demo</code>" in page) is demo


# -- API -----------------------------------------------------------------------------------------------------------------------


def test_a_program_records_reads_and_changes(console):
    program = console.program("NURSE", scopes=BOTH)
    made = program.send("POST", "/api/v1/visits", SENT)
    assert made.status_code == 201
    assert made.headers["ETag"] == '"1"'
    assert made.json == {
        "id": made.json["id"], "held_on": "2026-07-05", "kind": "Y_TE", "quantity": 3, "details": {"note": "Đ"}, "version": 1,
    }  # fmt: skip
    read = program.get(made.location)
    assert (read.status_code, read.json, read.headers["ETag"]) == (200, made.json, '"1"')
    assert program.get(made.location, headers={"If-None-Match": '"1"'}).status_code == 304
    changed = program.send("PATCH", made.location, {"quantity": 5, "note": None}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200
    assert changed.json == made.json | {"quantity": 5, "details": {}, "version": 2}
    assert changed.headers["ETag"] == '"2"'


def test_a_repeated_key_is_answered_once_and_the_same(console):
    program = console.program("NURSE", scopes=BOTH)
    key = {"Idempotency-Key": "k1"}
    first = program.send("POST", "/api/v1/visits", SENT, headers=key)
    rows = console.rows()
    again = program.send("POST", "/api/v1/visits", SENT, headers=key)
    assert (again.status_code, again.json, again.location) == (201, first.json, first.location)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["ETag"] == first.headers["ETag"]
    assert console.rows() == rows
    other = console.program("NURSE", scopes=BOTH, username="other")
    assert other.send("POST", "/api/v1/visits", {**SENT, "person_key": "P2"}, headers=key).status_code == 201


def test_kept_answers_are_sealed_and_go_after_a_day(console, clinic, clock):
    from sqlalchemy import select

    program = console.program("NURSE", scopes=BOTH)
    program.send("POST", "/api/v1/visits", {**SENT, "note": "Nguyễn"}, headers={"Idempotency-Key": "k1"})
    with clinic.store.reading() as session:
        (kept,) = session.scalars(select(clinic.tables.idempotency.c.answer))
    assert "Nguyễn".encode() not in kept
    clock.advance(timedelta(hours=23))
    program.send("POST", "/api/v1/visits", {**SENT, "person_key": "P2"}, headers={"Idempotency-Key": "k2"})
    assert console.rows()["idempotency"] == 2


def test_a_refused_request_does_not_use_up_its_key(console):
    program = console.program("NURSE", scopes=BOTH)
    key = {"Idempotency-Key": "k1"}
    assert program.send("POST", "/api/v1/visits", {**SENT, "quantity": 0}, headers=key).status_code == 422
    assert program.send("POST", "/api/v1/visits", SENT, headers=key).status_code == 201


def test_a_program_confirms_with_reasons(console):
    program = console.program("NURSE", scopes=BOTH)
    many = {**SENT, "quantity": 500}
    asked = program.send("POST", "/api/v1/visits", many)
    assert (asked.status_code, asked.json["code"]) == (422, "needs_confirmation")
    assert asked.json["errors"] == [{"field": "quantity", "detail": "Số lượng: nhiều hơn thường lệ."}]
    assert program.send("POST", "/api/v1/visits", {**many, "confirm_reasons": {"quantity": "ok"}}).status_code == 201


def test_a_long_list_comes_in_pages_that_meet_without_a_gap(console):
    program = console.program("NURSE", scopes=BOTH)
    for day in range(1, 8):
        program.send(
            "POST", "/api/v1/visits", {**SENT, "held_on": f"2026-07-{(day + 1) // 2:02}", "person_key": f"P{day}"}
        )
    seen: list[str] = []
    cursor = ""
    while True:
        page = program.get(f"/api/v1/visits?limit=3{cursor}").json
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == len(set(seen)) == 7
    assert len(program.get("/api/v1/visits?since=2026-07-04").json["items"]) == 1


def test_a_page_uses_the_api_with_its_own_session(console):
    nurse = console.signed_in("NURSE")
    token = nurse.csrf("/visits/new")
    made = nurse.client.post("/api/v1/visits", json=SENT, headers={"X-CSRF-Token": token})
    assert made.status_code == 201


def test_problems_speak_the_language_the_program_accepts(console):
    program = console.program("NURSE", scopes=BOTH)
    assert program.get("/api/v1/visits/none", headers={"Accept-Language": "en"}).json["title"] == "Not found"
    assert program.get("/api/v1/visits/none").json["title"] == "Không tìm thấy"


# -- standard pages ------------------------------------------------------------------------------------------------------------


def test_health_readiness_and_metrics_need_nobody(console, clinic):
    visitor = console.visitor()
    assert visitor.get("/healthz").json == {"status": "ok", "service": "health"}
    ready = visitor.get("/readyz")
    assert (ready.status_code, ready.json["ready"]) == (200, True)
    clinic.checks["broker"] = lambda: (False, "the broker does not answer")
    unready = visitor.get("/readyz")
    assert (unready.status_code, unready.json["checks"]["broker"]["says"]) == (503, "the broker does not answer")
    visitor.get("/visits/secret-number")
    text = visitor.get("/metrics").text
    assert 'route="/visits/<visit_id>"' in text and "secret-number" not in text
    visitor.client.open("/healthz", method="INVENTED")
    assert "INVENTED" not in visitor.get("/metrics").text


def test_static_texts_are_compressed_for_whoever_can_read_it(console):
    visitor = console.visitor()
    plain = visitor.get("/static/binhan.css?v=1")
    small = visitor.get("/static/binhan.css?v=1", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(small.data) == plain.data and len(small.data) < len(plain.data) / 3
    assert small.headers["Content-Encoding"] == "gzip" and plain.headers.get("Content-Encoding") is None
    assert "Accept-Encoding" in small.headers["Vary"] and "Accept-Encoding" in plain.headers["Vary"]
    assert small.headers["ETag"] != plain.headers["ETag"]
    again = visitor.get(
        "/static/binhan.css?v=1", headers={"Accept-Encoding": "gzip", "If-None-Match": small.headers["ETag"]}
    )
    assert again.status_code == 304


def test_static_files_are_kept_and_only_they_are_served(console):
    visitor = console.visitor()
    css = visitor.get("/static/binhan.css?v=1")
    assert css.status_code == 200 and "immutable" in css.headers["Cache-Control"]
    assert visitor.get("/static/binhan.css?v=1", headers={"If-None-Match": css.headers["ETag"]}).status_code == 304
    assert "immutable" not in visitor.get("/static/binhan.css").headers["Cache-Control"]
    for path in ("../errors.py", "%2e%2e/errors.py", "..%2ferrors.py", "/etc/passwd", "none.css", "vendor"):
        assert visitor.get(f"/static/{path}").status_code in {404, 308, 303}
        assert "class ProgrammeError" not in visitor.get(f"/static/{path}").text


def test_the_auditor_sees_the_chain_and_who_did_what(console):
    console.signed_in("NURSE").submit("/visits/new", VISIT)
    page = console.signed_in("DPO_AUDIT", username="auditor").get("/audit")
    assert "visit.recorded" in page.text and "Chuỗi nguyên vẹn" in page.text and "someone" in page.text
    assert console.signed_in("NURSE", username="nosy").get("/audit").status_code == 403


def test_parked_events_are_settled_on_their_page(console, clinic):
    operator = console.signed_in("OPERATOR")
    assert "Không có sự kiện nào" in operator.get("/parked").text
    token = operator.csrf("/parked")
    assert operator.client.post("/parked/MSAvdW5pdHM/retry", data={"_csrf": token}).status_code == 404
    assert operator.client.post("/parked/x/retry", data={"_csrf": token}).status_code == 404


def test_a_service_with_a_slip_in_its_permissions_does_not_start(clinic):
    clinic.definition.routes.page("/odd", may="visit.raed")(lambda _request: None)
    try:
        with pytest.raises(ValueError, match=r"visit\.raed"):
            Application(clinic)
    finally:
        clinic.definition.routes.all.pop()


def test_an_api_address_says_its_version():
    with pytest.raises(ValueError, match="/api/v"):
        Routes().api("GET", "/visits", may="visit.read")


def test_the_form_of_the_sample_is_the_documented_one(console):
    document = console.visitor().get("/api/v1/openapi.json").json
    assert set(document["components"]["schemas"]["VisitForm"]["properties"]) == {
        *VisitForm.declared(), "confirm_reasons"
    }  # fmt: skip
    assert json.dumps(document)
    assert "POST" in console.visitor().get("/api/docs").text
