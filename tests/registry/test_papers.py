"""Papers that no act issues are drawn up from their own page, lists are printed, and a decision on a team names its members."""

import re
from datetime import date, datetime
from html import unescape
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from services.registry import documents
from services.registry.commands import books as orders
from services.registry.documents import asked_on_paper
from services.registry.forms.papers import hour_of
from services.registry.law.form_catalogue import form_catalogue
from services.registry.queries.documents import document_data
from tests.registry.books import Books, a_team
from tests.registry.builders import a_test, an_act
from tests.registry.documents.reading import watermarks_of, words_of
from tests.registry.documents.samples import FACTS, SIGNER

TODAY = date(2026, 11, 20)
DRAWN_UP = (
    "ND163_PL3_M01", "ND163_PL3_M02", "ND163_PL5_M20", "ND163_PL5_M24", "ND163_PL5_M33", "ND163_PL5_M34", "ND163_PL5_M51",
    "ND109_M03",
)  # fmt: skip
NUMBERED = {"ND163_PL3_M02": "01/TB-CAP", "ND163_PL5_M24": "01/BB-CAP", "ND163_PL5_M34": "01/BB-CAP"}
RIGHTS = ["document.issue", "document.read", "person.read"]


@pytest.fixture
def books(registry):
    return Books(registry)


@pytest.fixture
def officer(console):
    return console.signed_in("CA_OFFICER")


def page(answer):
    return unescape(answer.get_data(as_text=True))


def in_rehab(registry, books):
    person = registry.somebody()
    registry.do(a_test(person.person_id, on=date(2026, 11, 3)))
    books.case(
        person.person_id, "D", on=date(2026, 10, 1), ends_on=date(2027, 10, 1), decided_on=date(2026, 10, 1),
        document_number="07/QĐ-CAP", facts={"venue": "HOME_COMMUNITY", "rehab_sequence_no": 1},
    )  # fmt: skip
    return person


def typed(form_code):
    """What an officer types into an empty form."""
    answers = {
        "issued_on": "20/11/2026",
        "signer_role": form_catalogue().form(form_code).signers[0],
        "signer_name": SIGNER,
    }
    for each in asked_on_paper(form_code):
        value = FACTS.get(each.name, "")
        if isinstance(value, datetime):
            answers |= {each.name: f"{value:%d/%m/%Y}", hour_of(each.name): f"{value:%H:%M}"}
        else:
            answers[each.name] = f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
    return answers


def test_exactly_these_papers_stand_by_themselves(officer, registry):
    person = registry.somebody()

    html = page(officer.get(f"/people/{person.person_id}/papers"))

    assert {form.code for form in documents.papers()} == set(DRAWN_UP)
    assert set(re.findall(rf"/people/{person.person_id}/papers/(\w+)", html)) == set(DRAWN_UP)
    assert f"/people/{person.person_id}/papers" in page(officer.get(f"/people/{person.person_id}/acts"))


@pytest.mark.parametrize("form_code", DRAWN_UP)
def test_a_paper_is_drawn_up_on_its_page_and_its_file_holds_name_and_number(officer, registry, books, form_code):
    person = in_rehab(registry, books)

    saved = officer.submit(f"/people/{person.person_id}/papers/{form_code}", typed(form_code))

    assert saved.status_code == 303, page(saved)
    words = words_of(officer.get(saved.location.removesuffix("/about")).get_data())
    assert "NGUYỄN ĐỨC ÁNH" in words and SIGNER in words
    assert NUMBERED.get(form_code, "") in words
    assert person.person_id in page(officer.get(saved.location))


@pytest.mark.parametrize("form_code", DRAWN_UP)
def test_a_program_says_only_what_the_register_does_not_know(console, registry, books, form_code):
    person = in_rehab(registry, books)
    program = console.program("CA_OFFICER", scopes=RIGHTS)
    known = {
        "taken_at", "sample", "result", "substances", "tested_on", "venue", "sequence", "measure_text", "decision_number",
        "decision_on", "starts_on", "ends_on", "term", "completed_on", "officer_name",
    }  # fmt: skip
    sent = {
        name: "-".join(reversed(value.split("/"))) if re.fullmatch(r"\d\d/\d\d/\d{4}", value) else value
        for name, value in typed(form_code).items()
        if name not in known | {hour_of("taken_at")} and value
    }

    answer = program.send("POST", f"/api/v1/people/{person.person_id}/papers/{form_code}", sent)

    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert answer.json["form_code"] == form_code and answer.json["number"] == NUMBERED.get(form_code, "")


def test_what_the_register_knows_is_filled_in_first(officer, registry, books):
    person = in_rehab(registry, books)

    reception = page(officer.get(f"/people/{person.person_id}/papers/ND163_PL5_M24"))
    result = page(officer.get(f"/people/{person.person_id}/papers/ND163_PL3_M01"))

    for filled in ("07/QĐ-CAP", "01/10/2026", "01/10/2027"):
        assert f'value="{filled}"' in reception
    assert 'value="03/11/2026"' in result and 'value="08:00"' in result and "Dương tính" in result


def test_a_missing_field_refuses_the_paper_and_names_it(officer, registry):
    person = registry.somebody()
    answers = typed("ND163_PL5_M34") | {"breach_text": ""}

    refused = officer.submit(f"/people/{person.person_id}/papers/ND163_PL5_M34", answers)

    assert refused.status_code == 422
    assert "Nội dung sự việc: hãy ghi mục này" in page(refused)
    assert FACTS["witness_name"] in page(refused)


def test_who_may_not_issue_documents_draws_up_nothing(console, registry):
    person = registry.somebody()
    auditor = console.signed_in("DPO_AUDIT", username="auditor")

    for address in ("papers", "papers/ND163_PL3_M01"):
        assert auditor.get(f"/people/{person.person_id}/{address}").status_code == 403
    assert "document.issue" not in dict(registry.audited())


# -- lists ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "track"), [("L1", "A"), ("L2", "C"), ("L3", "G")])
def test_a_list_is_printed_for_the_office_and_everybody_on_it_is_noted_as_read(
    officer, console, registry, books, code, track
):
    chief = console.signed_in("CA_CHIEF", username="chief-of-lists")
    people = [books.person(number) for number in range(2)]
    for person in people:
        books.case(person.person_id, track, on=date(2026, 9, 1), document_number="09/QĐ-CAP")
    shown = page(chief.get(f"/books/lists/{code}"))
    before = len(registry.audited())

    printed = officer.get(f"/books/lists/{code}/docx")
    workbook = chief.get(f"/books/lists/{code}/xlsx")

    assert f"/books/lists/{code}/docx" in shown and f"/books/lists/{code}/xlsx" in shown
    words = words_of(printed.get_data())
    assert words.count("NGUYỄN ĐỨC ÁNH") == len(people) and "Số 5 phố Hoa Lan" in words
    assert "DANH SÁCH" in words and "01/9/2026" in words.replace("01/09/2026", "01/9/2026")
    if code == "L1":  # the columns and totals of the form
        assert (
            "027" in words
            and "Tình hình cư trú" in words
            and "Đang quản lý: 2 người; loại khỏi danh sách từ ngày" in words
        )
    assert watermarks_of(printed.get_data()) == set()
    sheet = CalamineWorkbook.from_filelike(BytesIO(workbook.get_data())).get_sheet_by_index(0)
    cells = [cell for row in sheet.to_python() for cell in row]
    assert cells.count("NGUYỄN ĐỨC ÁNH") == len(people)
    read = registry.audited()[before:]
    assert all(read.count(("person.read", person.person_id)) == 2 for person in people)  # once for each file
    assert "document.issue" not in {action for action, _record in read}
    assert officer.get(f"/books/lists/{code}/xlsx").status_code == 403
    assert f"/books/lists/{code}/xlsx" not in page(officer.get(f"/books/lists/{code}"))


def test_a_list_that_does_not_exist_is_not_printed(officer):
    assert officer.get("/books/lists/L4/docx").status_code == 404
    assert officer.get("/books/lists/L1/pdf").status_code == 404


# -- the team ------------------------------------------------------------------------------------------------------------------


def team_assigned(person_id, **details):
    return an_act(
        person_id, "G", "TeamAssigned", on=TODAY, signer_role="UB_CHAIR", signer_name="Người Ký", details=details
    )


@pytest.fixture
def after_rehab(registry):
    person = registry.somebody()
    registry.do(
        an_act(
            person.person_id, "G", "TransferReceived", on=TODAY, document_number="9", from_commune="00008", basis="VOLUNTARY",
            original_starts_on=date(2026, 1, 5), original_ends_on=date(2027, 1, 5), signer_role="UB_CHAIR",
            signer_name="Người Ký",
        )
    )  # fmt: skip
    return person


def printed_members(registry, saved):
    with registry.asking() as uow:
        return document_data(uow, saved.row.document_id)[1]["answers"]["members"]


def test_the_decision_on_a_team_names_the_members_that_were_written(registry, after_rehab, officer):
    written = "Tổ trưởng; Trần Văn Tùng; Công an phường\nTổ viên; Đặng Thị Hường; Trạm Y tế"
    address = f"/people/{after_rehab.person_id}/acts/post-rehab/team-assigned"

    saved = officer.submit(
        address,
        {"team_assigned_on": "20/11/2026", "signer_role": "UB_CHAIR", "signer_name": SIGNER, "members": written},
    )

    assert saved.status_code == 303, page(saved)
    found = re.search(r"/documents/[0-9a-f-]{36}", page(officer.get(saved.location))).group()
    words = words_of(officer.get(found).get_data())
    assert "10/QĐ-UBND" in words and "Trần Văn Tùng" in words and "Trạm Y tế" in words


def test_without_written_members_the_decision_takes_those_of_the_team_in_whose_care_the_person_is(
    registry, books, after_rehab
):
    team = books.do(a_team())
    books.do(
        orders.AddTeamMember(
            team_id=team.team_id, role="TO_TRUONG", organisation="Công an phường", joined_on=TODAY,
            details={"full_name": "Bùi Quang Vũ"},
        )
    )  # fmt: skip
    books.do(orders.AssignTeam(person_id=after_rehab.person_id, team_id=team.team_id, from_on=TODAY))

    members = printed_members(registry, registry.do(team_assigned(after_rehab.person_id)))

    assert members == [{"full_name": "Bùi Quang Vũ", "position": "Công an phường", "role": "Tổ trưởng"}]


def test_a_line_that_names_no_member_is_refused_with_its_place(officer, after_rehab):
    refused = officer.submit(
        f"/people/{after_rehab.person_id}/acts/post-rehab/team-assigned",
        {"team_assigned_on": "20/11/2026", "signer_role": "UB_CHAIR", "signer_name": SIGNER,
         "members": "Tổ trưởng; A; B\nchỉ có tên"},
    )  # fmt: skip

    assert refused.status_code == 422
    assert "dòng 2" in page(refused)
