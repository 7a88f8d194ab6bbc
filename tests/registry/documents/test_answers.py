"""What is known of a person and a case becomes what a form prints, in Vietnamese, and no text can do more than be printed."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.errors import NotUnderstood
from chassis.i18n import use_locale
from services.registry import documents
from services.registry.documents.lists import harmless
from services.registry.documents.printing import Issue
from services.registry.law.form_catalogue import form_catalogue
from tests.registry.documents.reading import words_of
from tests.registry.documents.samples import FACTS, PERSON, SIGNER, data_for


def rendered(data, form_code="ND163_PL5_M33"):
    form = form_catalogue().form(form_code)
    issue = Issue(
        form_code=form_code, unit_code="09385", issued_on=date(2026, 11, 5), signer_role=form.signers[0],
        signer_name=SIGNER, number="05/QĐ-CAP", document_id="d-1",
    )  # fmt: skip
    return documents.render(issue, documents.needed_answers(form, data))


def test_codes_become_the_words_of_the_form_in_vietnamese_whatever_the_page_speaks():
    with use_locale("en"):
        found = documents.context_for(PERSON, FACTS, "09385")
        words = words_of(rendered(found, "ND163_PL3_M01"))

    assert found["full_name"] == "NGUYỄN ĐỨC ÁNH"
    assert found["birth_date"] == "01/05/1990"
    assert found["papers"] == "Căn cước công dân số 027090001234"
    assert (found["sex"], found["ethnic_group"], found["education"]) == ("Nam", "Kinh", "Trung học phổ thông")
    assert "Kết quả: Dương tính." in words and "Nước tiểu" in words and "Heroin, Amphetamin, methamphetamin" in words


@pytest.mark.parametrize(
    ("change", "papers"),
    [
        ({"id_type": "NONE", "id_number": None, "no_id_reason": "mất"}, "Không có giấy tờ (mất)"),
        ({"id_type": "NONE", "id_number": None}, "Không có giấy tờ"),
        ({"id_type": "CC"}, "Thẻ căn cước số 027090001234"),
    ],
)
def test_somebody_without_papers_is_printed_as_such(change, papers):
    assert documents.context_for(PERSON | change, {}, "09385")["papers"] == papers


def test_where_only_the_year_is_known_the_year_is_printed():
    assert documents.context_for(PERSON | {"birth_date": "1990"}, {}, "09385")["birth_date"] == "1990"


def test_the_facts_of_a_track_are_understood():
    facts = {"to_commune": "09379", "from_agency": "Công an phường Từ Sơn", "ends_on": date(2027, 7, 5),
             "left_on": date(2026, 11, 2), "decided_on": date(2026, 11, 5)}  # fmt: skip
    found = documents.context_for(PERSON, facts, "09385")

    assert found["new_residence"].startswith(("Phường ", "Xã "))
    assert found["recipient"] == "Công an phường Từ Sơn"
    assert found["remaining_days"] == 245
    assert found["effective_on"] == date(2026, 11, 5)


def test_moments_are_printed_in_the_time_of_viet_nam():
    data = data_for("ND163_PL3_M02", detected_at=datetime(2026, 11, 2, 23, 30, tzinfo=UTC))
    assert "06 giờ 30 phút, ngày 03 tháng 11 năm 2026" in words_of(rendered(data, "ND163_PL3_M02"))


@pytest.mark.parametrize(
    ("form_code", "field", "value"),
    [
        ("ND163_PL3_M04", "starts_on", "31/02/2026"),
        ("ND163_PL3_M02", "detected_at", "hôm qua"),
        ("ND163_PL3_M08", "reason", "BECAUSE"),
        ("ND163_PL3_M06", "remaining_days", "-4"),
        ("ND163_PL3_M06", "remaining_days", "４"),
        ("ND163_PL5_M55", "members", "mọi người"),
        ("ND163_PL3_M04", "residence", "x" * 4001),
    ],
)
def test_an_answer_of_the_wrong_kind_is_refused_by_its_name(form_code, field, value):
    with pytest.raises(NotUnderstood) as refusal:
        documents.needed_answers(form_catalogue().form(form_code), data_for(form_code) | {field: value})
    assert field in refusal.value.fields


def test_what_is_left_empty_is_dotted_room():
    data = data_for("ND163_PL5_M33")
    without = {name: value for name, value in data.items() if name not in {"father_name", "id_issued_on"}}
    words = words_of(rendered(without))
    assert "Cha: ……………" in words and "Ngày cấp: ……………" in words


def test_a_snapshot_holds_nothing_that_the_form_does_not_print():
    kept = documents.needed_answers(form_catalogue().form("ND163_PL3_M07"), data_for("ND163_PL3_M07"))
    assert "phone" not in kept and "father_name" not in kept


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(min_size=1, max_size=60).filter(lambda text: text.strip()))
def test_whatever_is_typed_is_printed_as_it_is_and_the_file_opens(text):
    first, again = (rendered(data_for("ND163_PL5_M33") | {"life_summary": text}) for _count in range(2))

    assert first == again
    said = words_of(first)
    printable = [word for word in text.split() if word.isprintable() and word.isalnum()]
    assert all(word in said for word in printable)
    assert SIGNER in said


@pytest.mark.parametrize(
    "text",
    ["<b>&amp;", "{{ full_name }}", "{% for x in y %}", "]]>", "a\nb\tc", "**đậm**", "&lt;", "{{ 7*7 }}", "\x00\x0b"],
)
def test_no_text_is_taken_for_a_command(text):
    said = words_of(rendered(data_for("ND163_PL5_M33") | {"life_summary": f"đầu {text} cuối"}))
    assert "đầu " + " ".join([*text.replace("\x00", " ").replace("\x0b", " ").split(), "cuối"]) in said


@pytest.mark.parametrize("typed", ["=1+1", "+84", "-1", "@SUM(A1)", "\tx", "\r=1", " =1", "=cmd|'/c calc'!A1"])
def test_no_cell_of_a_list_runs_as_a_formula(typed):
    assert harmless(typed).startswith("'")


def test_the_three_lists_are_workbooks_with_the_columns_of_the_paper():
    from python_calamine import CalamineWorkbook

    for code, form_code in documents.LISTS.items():
        rows = [row | {"note": "=1+1", "whereabouts": "=1+1"} for row in FACTS["people"]]
        first, again = (
            documents.list_workbook(code, rows, unit_code="09385", as_of=date(2026, 11, 5), demo=True)
            for _count in range(2)
        )
        from io import BytesIO

        read = CalamineWorkbook.from_filelike(BytesIO(first)).get_sheet_by_index(0).to_python()
        titles = [column.title for block in documents.form_source(form_code).body for column in block.columns]
        assert first == again
        assert [line for line in read if line[0] == "TT"] == [titles]
        assert len(read) == 5 + 30 and read[-1][1] == "NGUYỄN VĂN ẢNH 30"
        assert read[-1][-1] == "'=1+1"
        assert any("DỮ LIỆU MINH HOẠ" in str(cell) for line in read for cell in line)
