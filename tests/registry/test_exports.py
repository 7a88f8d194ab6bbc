"""Lists leave the register: as files that run nothing, noted with recipient, purpose and ground, without minors by default."""

import csv
import hashlib
from datetime import date
from html import unescape
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import insert

from services.registry.workbooks.writing import neutral
from tests.registry.builders import a_person
from tests.registry.test_imports import Office
from tests.registry.workbooks import a_line, a_workbook, sheet_of, workbook_of

ASKED = {
    "list_code": "L1",
    "file_kind": "xlsx",
    "recipient": "Công an tỉnh Bắc Ninh",
    "purpose": "INSPECTION",
    "legal_basis": "khoản 2 Điều 10",
    "document_number": "45/CAT-PC04",
}


def page(answer):
    return unescape(answer.get_data(as_text=True))


@pytest.fixture
def chief(console):
    return console.signed_in("CA_CHIEF")


@pytest.fixture
def managed(registry):
    """Five users under management, one of them a minor."""
    child = a_line(4, birth_date=date(2010, 5, 5), id_number="027210000004")
    Office(registry).entered(a_workbook([*(a_line(place) for place in range(4)), child]))
    return registry


def handed_out(visitor, **answers):
    made = visitor.submit("/disclosures/new", {**ASKED, **answers})
    assert made.status_code == 303, page(made)
    return visitor.get(f"{made.location}/file")


def names(answer):
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    head = next(place for place, row in enumerate(rows) if "Họ và tên" in row)
    return [row[rows[head].index("Họ và tên")] for row in rows[head + 1 :]]


def test_a_list_is_handed_out_and_noted_for_good(chief, managed, console):
    file = handed_out(chief)

    assert sorted(names(file)) == sorted(a_line(place)["full_name"] for place in range(4))
    auditor = console.signed_in("DPO_AUDIT", username="auditor")
    log = page(auditor.get("/disclosures"))
    for said in (ASKED["recipient"], ASKED["legal_basis"], ASKED["document_number"], "Thanh tra, kiểm tra"):
        assert said in log
    assert hashlib.sha256(file.data).hexdigest() in log
    assert not any(name in log for name in names(file)), "the log names lists, not people"
    assert ("list.disclose") in [action for action, _record in managed.audited()]


def test_minors_are_left_out_unless_there_is_a_reason(chief, managed):
    refused = chief.submit("/disclosures/new", {**ASKED, "with_minors": "true"})
    assert refused.status_code == 422 and "hãy ghi lý do" in page(refused)

    file = handed_out(chief, with_minors="true", minors_reason="theo đề nghị của Viện kiểm sát")

    assert a_line(4)["full_name"] in names(file) and len(names(file)) == 5


def test_each_list_holds_its_own_people(chief, managed):
    post_rehab = workbook_of({"Sau cai": sheet_of([a_line(7)], title="NGƯỜI BỊ QUẢN LÝ SAU CAI")})
    Office(managed).entered(post_rehab)

    assert names(handed_out(chief, list_code="L3")) == [a_line(7)["full_name"]]
    assert names(handed_out(chief, list_code="L2")) == []


def test_who_was_searched_for_is_handed_out_as_text(chief, registry):
    registry.do(a_person(details={"permanent_address": "=HYPERLINK(1)"}))

    file = handed_out(chief, list_code="SEARCH", asked="nguyen duc", file_kind="csv")

    head, line = csv.reader(StringIO(file.data.decode("utf-8-sig")))
    assert dict(zip(head, line, strict=True))["Họ và tên"] == "Nguyễn Đức Ánh"
    assert dict(zip(head, line, strict=True))["Nơi thường trú"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_like_a_formula(start):
    assert neutral(f"{start}1+1") == f"'{start}1+1"
    assert neutral("A=1") == "A=1" and neutral(5) == 5


def test_made_up_people_are_marked_as_such(chief, managed):
    with managed.runtime.store.begin() as session:
        session.execute(insert(managed.runtime.tables.trait).values(name="demo", value="1"))
    rows = CalamineWorkbook.from_filelike(BytesIO(handed_out(chief).data)).get_sheet_by_index(0).to_python()
    assert any("DỮ LIỆU MINH HOẠ" in row for row in rows)


def test_only_the_chief_hands_lists_out_and_only_the_maker_fetches_the_file(console, managed):
    officer = console.signed_in("CA_OFFICER")
    assert officer.get("/disclosures/new").status_code == 403
    chief = console.signed_in("CA_CHIEF", username="chief")
    made = chief.submit("/disclosures/new", ASKED)
    assert chief.get(made.location).status_code == 200
    other = console.signed_in("CA_CHIEF", username="other")
    assert other.get(f"{made.location}/file").status_code == 404
    assert officer.get("/disclosures").status_code == 403


def test_what_is_asked_is_asked_for(chief, managed, console):
    before = console.rows()
    for missing in ("recipient", "purpose", "legal_basis", "document_number"):
        answers = {name: value for name, value in ASKED.items() if name != missing}
        assert chief.submit("/disclosures/new", answers).status_code == 422, missing
    assert console.rows() == before


def test_every_person_of_a_list_is_noted_as_read(chief, managed):
    before = len([action for action, _record in managed.audited() if action == "person.read"])
    handed_out(chief)
    after = len([action for action, _record in managed.audited() if action == "person.read"])
    assert after - before == 5, "the minor was opened to see the age"
