"""Determinations in a browser and through the API: who sees them, how reception asks the registry, every step as a form."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chassis.errors import NotFound, RuleBroken
from chassis.service import Runtime
from chassis.testing import database_url, running
from tests.health.builders import ELSEWHERE, NUMBER, Station, a_patient
from tests.health.determinations import ADDICTED, FILE, Case, join, requested, the_police, withdrawn

DAY = "20/11/2026"
RECEPTION = {"received_on": DAY, "received_time": "08:00"}


@contextmanager
def joined(station: Station, database: str, folder: Path, answer: Any = FILE) -> Iterator[Runtime]:
    url = database_url("path_police", database=database, folder=folder)  # the registry's own has other tables
    with running(the_police(answer), database=database, folder=folder, database_url=url) as police:
        join(station, police)
        yield police


def noted(runtime: Runtime, action: str) -> list[Any]:
    entry = runtime.tables.audit.audit_entry
    with runtime.store.reading() as session:
        return list(session.execute(entry.select().where(entry.c.action == action)))


# -- the whole way in a browser -------------------------------------------------------------------------------------------------


def test_doctor_and_head_go_the_whole_way_in_a_browser(station: Station, database, tmp_path):
    station.hear(requested(station))
    doctor = station.console.signed_in("TYT_DOCTOR", username="bacsi")
    head = station.console.signed_in("TYT_HEAD", username="truongtram")
    assert "Người được đề nghị xác định ngày 16/11/2026" in doctor.get("/").text
    with joined(station, database, tmp_path):
        page = doctor.get("/determinations/requests/r1/receive").text
        assert "Nguyễn Văn Đức" in page and NUMBER in page and "Heroin" in page and "HEROINE" not in page
        answer = doctor.submit("/determinations/requests/r1/receive", RECEPTION)
    here = answer.location
    assert answer.status_code == 303, answer.text
    record = doctor.get(here).text
    assert "Nguyễn Văn Đức" in record and "25/11/2026" in record and "Thông tư 18/2021/TT-BYT" in record

    for path, answers in (
        ("examination", {"examined_on": DAY, "simultaneous": "true", "examination_note": "Thăm khám", **ADDICTED}),
        ("conclusion", {"conclusion": "ADDICTED", "concluded_on": DAY, "qualification": "TAM_THAN"}),
    ):
        assert doctor.submit(f"{here}/{path}", answers).status_code == 303
    signing = doctor.get(f"{here}/signature").text
    assert "Mẫu số 05 Nghị định 109/2021/NĐ-CP" in signing and "Có nghiện ma túy" in signing
    assert doctor.submit(f"{here}/signature", {}).status_code == 303
    assert doctor.get(f"{here}/approval").status_code == 403
    assert "Duyệt kết quả" in head.get("/").text
    assert head.submit(f"{here}/approval", {}).status_code == 303

    record = doctor.get(here).text
    assert "01/PKQ-TYT" in record and "Cấp kết quả số 01/PKQ-TYT" in record
    paper = re.search(r"/determinations/results/[^/]+/paper", record)
    assert paper is not None
    first, again = doctor.get(paper.group()), head.get(paper.group())
    assert first.data == again.data and first.data[:2] == b"PK"
    copies = {"recipient": "REQUESTER", "handed_on": DAY, "handed_time": "08:10", "receiver_name": "Trần Văn An"}
    assert doctor.submit(f"{here}/copies/new", copies).status_code == 303
    assert doctor.submit(f"{here}/copies/new", copies | {"recipient": "PERSON"}).status_code == 303
    assert "Đã trả kết quả" in doctor.get(here).text
    assert "Không có việc nào đến hạn" in doctor.get("/").text
    assert "Trần Văn An" not in station.told() and "Thăm khám" not in station.told()


# -- asking the registry --------------------------------------------------------------------------------------------------------


def test_reception_asks_with_purpose_and_basis_and_both_sides_note_it(station: Station, database, tmp_path):
    station.hear(requested(station))
    doctor = station.console.signed_in("TYT_DOCTOR")
    with joined(station, database, tmp_path) as police:
        doctor.submit("/determinations/requests/r1/receive", RECEPTION)
        asked, answered = noted(station.runtime, "question.ask"), noted(police, "question.answer")
    assert len(asked) == len(answered) == 2  # the page that shows, the page that takes
    for entry in (*asked, *answered):
        assert entry.purpose == "DETERMINATION"
        assert (entry.facts["legal_basis"], entry.facts["request_id"]) == ("L120_D31", "r1")
    assert {entry.correlation_id for entry in asked} == {entry.correlation_id for entry in answered}


def test_a_wrong_answer_keeps_what_was_typed_and_still_shows_who_it_is(station: Station, database, tmp_path):
    station.hear(requested(station))
    doctor = station.console.signed_in("TYT_DOCTOR")
    with joined(station, database, tmp_path):
        answer = doctor.submit("/determinations/requests/r1/receive", RECEPTION | {"received_time": "25:00"})
    assert answer.status_code == 422
    assert "hãy ghi giờ dạng 16:00" in answer.text and "Nguyễn Văn Đức" in answer.text and "25:00" in answer.text


def test_without_the_registry_the_page_says_so_and_the_paper_road_is_open(station: Station):
    station.hear(requested(station))
    doctor = station.console.signed_in("TYT_DOCTOR")
    here = "/determinations/requests/r1"
    page = doctor.get(f"{here}/receive")
    assert page.status_code == 200 and "Công an chưa trả lời" in page.text and f"{here}/receive-on-paper" in page.text
    before = station.left()
    refused = doctor.submit(f"{here}/receive", RECEPTION | {"companion": "Mẹ"})
    assert refused.status_code == 503 and "Mẹ" in refused.text and f"{here}/receive-on-paper" in refused.text
    assert {**station.left(), "audit_entry": 0, "audit_head": 0} == {**before, "audit_entry": 0, "audit_head": 0}

    typed = RECEPTION | {"full_name": "Nguyễn Văn Đức", "sex": "MALE", "personal_number": "027090000099"}
    warned = doctor.submit(f"{here}/receive-on-paper", typed)
    assert warned.status_code == 422 and "không khớp với người trong đề nghị" in warned.text
    assert doctor.submit(f"{here}/receive-on-paper", typed | {"personal_number": NUMBER}).status_code == 303


@pytest.mark.parametrize("answer", [NotFound("Không có."), RuleBroken("Đề nghị đã đóng.", code="closed")])
def test_what_the_registry_refuses_is_said_on_the_form(station: Station, database, tmp_path, answer):
    station.hear(requested(station))
    doctor = station.console.signed_in("TYT_DOCTOR")
    with joined(station, database, tmp_path, answer):
        assert doctor.get("/determinations/requests/r1/receive").status_code == 200
        refused = doctor.submit("/determinations/requests/r1/receive", RECEPTION)
    assert refused.status_code == 409 and str(answer.message) in refused.text


def test_a_request_that_is_not_ours_is_not_there(station: Station, database, tmp_path):
    station.hear(requested(station), unit=ELSEWHERE)
    doctor = station.console.signed_in("TYT_DOCTOR")
    with joined(station, database, tmp_path) as police:
        assert doctor.get("/determinations/requests/r1/receive").status_code == 404
        assert noted(police, "question.answer") == []


# -- who may --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["TYT_COUNSELLOR", "TYT_STORE", "DPO_AUDIT", "SYSADMIN"])
def test_nobody_else_knows_of_any_determination(station: Station, role: str):
    case = Case(station).concluded()
    somebody = station.console.signed_in(role)
    for path in ("/determinations", f"/determinations/{case.determination_id}", "/determinations/requests/r1/receive"):
        assert somebody.get(path).status_code == 403
    scopes = sorted(station.runtime.definition.permissions.allowed_actions([role]))
    program = station.console.program(role, scopes=scopes)
    for path in ("/api/v1/determinations", f"/api/v1/determinations/{case.determination_id}"):
        assert program.get(path).status_code == 403
    if role == "TYT_COUNSELLOR":
        assert "xác định" not in somebody.get("/").text.lower()


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("TYT_DOCTOR", {"read", "write", "sign", "send_back"}),
        ("TYT_HEAD", {"read", "approve", "send_back"}),
        ("TYT_COUNSELLOR", set()),
        ("TYT_STORE", set()),
        ("DPO_AUDIT", set()),
        ("SYSADMIN", set()),
    ],
)
def test_the_roles_are_those_of_the_matrix(station: Station, role: str, may: set[str]):
    allowed = station.runtime.definition.permissions.allowed_actions([role])
    assert {action.partition(".")[2] for action in allowed if action.startswith("determination.")} == may


# -- lists and the API ----------------------------------------------------------------------------------------------------------


def test_the_queue_shows_each_one_where_it_is(station: Station):
    station.hear(requested(station), requested(station, "r2", person_key="K2"), withdrawn("r3"))
    case = Case(station)
    case.receive()
    doctor = station.console.signed_in("TYT_DOCTOR")
    queue = doctor.get("/determinations").text
    assert "Nguyễn Văn Đức" in queue and "/determinations/requests/r2" in queue and "r3" not in queue
    assert "Nguyễn Văn Đức" not in doctor.get("/determinations?show=waiting").text
    assert "Nguyễn Văn Đức" in doctor.get("/determinations?show=examination").text
    case.examine()
    case.conclude()
    assert "Nguyễn Văn Đức" in doctor.get("/determinations?show=signature").text
    assert "Nguyễn Văn Đức" not in doctor.get("/determinations?show=returned").text
    (registered,) = station.noted("patient.register")
    assert {entry.record_id for entry in station.noted("patient.read")} == {registered.record_id}


def test_a_program_goes_the_whole_way_too(station: Station):
    patient = a_patient(station)
    scopes = sorted(station.runtime.definition.permissions.allowed_actions(["TYT_DOCTOR"]))
    program = station.console.program("TYT_DOCTOR", scopes=scopes)
    made = program.send("POST", f"/api/v1/patients/{patient.patient_id}/determinations", {
        "received_on": "2026-11-20", "received_time": "08:00",
    })  # fmt: skip
    assert made.status_code == 201, made.text
    here = made.headers["Location"]
    for path, sent in (
        ("examination", {"examined_on": "2026-11-20", "simultaneous": True, **ADDICTED}),
        ("conclusion", {"conclusion": "ADDICTED", "concluded_on": "2026-11-20", "qualification": "TAM_THAN"}),
        ("signature", {}),
        ("copies", {"recipient": "PERSON", "handed_on": "2026-11-20", "handed_time": "08:30"}),
    ):
        answer = program.send("POST", f"{here}/{path}", sent)
        assert answer.status_code == 201, answer.text
    file = program.get(here).json
    assert (file["stage"], file["results"][0]["number"], file["copies"][0]["recipient"]) == ("RETURNED", 1, "PERSON")
    refused = program.send("POST", f"{here}/examination", {"examined_on": "2026-11-20", **ADDICTED})
    assert refused.status_code == 409
    assert program.get("/api/v1/determinations").json["items"][0]["determination_id"] in here


def test_an_overdue_result_stands_first_with_its_article(station: Station):
    station.hear(requested(station, requested_on=date(2026, 11, 2)))
    Case(station).receive(received_on=date(2026, 11, 9))
    page = station.console.signed_in("TYT_DOCTOR").get("/").text
    groups = dict(re.findall(r'<section class="duties (\w+)".*?<ul>(.*?)</ul>', page, re.DOTALL))
    assert "Nguyễn Văn Đức" in groups["overdue"] and "khoản 2 Điều 5 Thông tư 18/2021/TT-BYT" in groups["overdue"]
