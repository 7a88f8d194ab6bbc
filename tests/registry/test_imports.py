"""An office's old list comes into the register: understood, tried, entered, given back, taken back."""

import os
import random
import signal
from collections import Counter
from datetime import date
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from chassis.errors import NotUnderstood, RuleBroken
from chassis.service import Runtime
from services.registry.commands.imports import EnterRows
from services.registry.handlers import imports as handlers
from services.registry.handlers.imports import entering
from services.registry.queries import imports as asking
from services.registry.service import SERVICE
from services.registry.workbooks import SheetPlan, entry_of, read_workbook, unpacked
from services.registry.workbooks.headings import HEALTH, headings
from services.registry.workbooks.reading import ROWS_IN_PORTION
from services.registry.workbooks.refused import refused_rows
from tests.registry.builders import OFFICER, a_person, a_test, imprisoned
from tests.registry.old_books import Office, business_digest
from tests.registry.workbooks import (
    FAULTY,
    FIRST_LINE,
    HEADINGS,
    a_line,
    a_mixed_workbook,
    a_workbook,
    ods_of,
    sheet_of,
    workbook_of,
    xls_of,
)

TODAY = date(2026, 11, 20)


@pytest.fixture
def office(registry):
    return Office(registry)


def read_entries(content):
    read = read_workbook(content)
    plans = [
        SheetPlan(
            fields={one.index: one.means for one in sheet.columns if one.means and one.means != "-"},
            list_code=sheet.list_code,
        )
        for sheet in read.sheets
    ]
    rows = [row for portion in read.portions for row in unpacked(portion)]
    entries = [entry_of(row, plans[row.sheet], today=TODAY) for row in rows]
    return read, [entry for entry in entries if entry is not None]


# -- reading -------------------------------------------------------------------------------------------------------------------


WAYS_TO_WRITE_A_DAY = (
    lambda day: day,
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: f"{day.day}/{day.month}/{day.year}",
    lambda day: f"{day:%d-%m-%Y}",
    lambda day: f"{day:%d.%m.%Y}",
    lambda day: f"ngày {day.day} tháng {day.month} năm {day.year}",
    lambda day: day.isoformat(),
    lambda day: float((day - date(1899, 12, 30)).days),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    order=st.permutations(
        ["full_name", "birth_date", "sex", "id_number", "substances", "document_number", "starts_on", "ends_on"]
    ),
    ways=st.lists(st.sampled_from(WAYS_TO_WRITE_A_DAY), min_size=3, max_size=3),
    above=st.integers(0, 8),
    numbering=st.booleans(),
    make=st.sampled_from([workbook_of, ods_of, xls_of]),
)
def test_any_order_of_columns_and_any_way_to_write_a_day_read_to_the_same_rows(order, ways, above, numbering, make):
    lines = [a_line(place) for place in range(4)]
    typed = [
        {
            **line,
            **{name: way(line[name]) for name, way in zip(("birth_date", "starts_on", "ends_on"), ways, strict=True)},
        }
        for line in lines
    ]

    _plain, expected = read_entries(a_workbook([{name: line[name] for name in order} for line in lines]))
    _read, found = read_entries(
        make({"Danh sách": sheet_of([{name: line[name] for name in order} for line in typed],
                                    columns=order, above=above, numbering=numbering)})
    )  # fmt: skip

    assert [without_place(entry) for entry in found] == [without_place(entry) for entry in expected]
    assert not any(entry.faults for entry in found)


def without_place(entry):
    return {name: value for name, value in vars(entry).items() if name not in {"sheet", "number"}}


def test_headings_of_two_merged_rows_are_read_together():
    rows = [
        ["CÔNG AN PHƯỜNG ĐỒNG NGUYÊN"],
        ["DANH SÁCH NGƯỜI NGHIỆN MA TÚY"],
        ["TT", "Họ và tên", "Năm sinh", None, "Nơi ở", None, "Thời hạn", None, "Quyết định", None],
        [None, None, "Nam", "Nữ", "Thường trú", "Hiện tại", "Từ ngày", "Đến ngày", "Số", "Ngày ký"],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)"],
        [1, "Nguyễn Thị Hoa", None, 1990, "Số 1", "Số 2", date(2026, 1, 5), date(2027, 1, 5), "12/QĐ", "01/01/2026"],
        [2, "Trần Văn Bình", "05/1985", None, "Số 3", "Số 3", date(2026, 2, 5), None, "13/QĐ", "01/02/2026"],
        [3, "Lê Văn Ba", 1985.0, None, "Số 3", "Số 3", date(2026, 2, 5), None, "14/QĐ", "01/02/2026"],
    ]

    read, entries = read_entries(workbook_of({"Trang 1": rows}))

    assert read.sheets[0].list_code == "L2"
    assert [(one.full_name, one.sex, one.birth_date) for one in entries] == [
        ("Nguyễn Thị Hoa", "FEMALE", "1990"), ("Trần Văn Bình", "MALE", "1985"), ("Lê Văn Ba", "MALE", "1985"),
    ]  # fmt: skip
    assert entries[0].details == {"permanent_address": "Số 1", "current_abode": "Số 2"}
    assert (entries[0].starts_on, entries[0].ends_on) == (date(2026, 1, 5), date(2027, 1, 5))
    assert entries[0].document_number == "12/QĐ"


def test_the_statutory_list_of_users_is_understood_as_it_is_printed():
    rows = [
        ["DANH SÁCH NGƯỜI SỬ DỤNG TRÁI PHÉP CHẤT MA TÚY (Mẫu số 10)"],
        ["TT", "Họ và tên", "Số định danh cá nhân", "Ngày, tháng, năm sinh", "Giới tính", "Nơi thường trú/tạm trú",
         "Nơi ở hiện tại",
         "Loại ma túy", "Ngày đưa vào quản lý", "Ngày hết hạn", "Dừng/tạm đình chỉ/chấm dứt", "Tình hình cư trú"],
        [1, "Nguyễn Văn An", "027090000001", "01/05/1990", "Nam", "Số 1", "Số 2", "Heroin; ma túy đá", "05/07/2026", "05/07/2027",
         None, "Có mặt"],
    ]  # fmt: skip

    _read, (entry,) = read_entries(workbook_of({"M10": rows}))

    assert entry.substances == ("HEROINE", "AMPHETAMINE_METHAMPHETAMINE") and entry.status == "OPEN"
    assert entry.details == {"permanent_address": "Số 1", "current_abode": "Số 2"}
    assert [fault.code for fault in entry.faults] == ["no_document_column"] and not entry.is_refused


def test_every_sheet_that_is_a_list_is_read_and_the_others_are_named():
    read, entries = read_entries(
        workbook_of(
            {
                "SDTP": sheet_of([a_line(1)]),
                "Hướng dẫn": [["Ghi đủ các cột"], ["theo mẫu"]],
                "Sau cai": sheet_of([a_line(2)], title="DANH SÁCH"),
            }
        )
    )

    assert [(sheet.name, sheet.list_code) for sheet in read.sheets] == [("SDTP", "L1"), ("Sau cai", "L3")]
    assert read.skipped == ["Hướng dẫn"]
    assert [entry.list_code for entry in entries] == ["L1", "L3"]


def test_what_tells_of_health_is_named_and_kept_nowhere(office, registry):
    headings = {**HEADINGS, "hiv": "Tình trạng HIV", "arv": "Điều trị ARV", "home_town": "Quê quán"}
    lines = [
        a_line(1, hiv="Dương tính", arv="Từ 2020"),
        a_line(2, home_town="đang điều trị HIV"),
        a_line(3, home_town="Hà Nội"),
    ]
    content = a_workbook(lines, headings=headings)

    import_id = office.entered(content)

    with registry.asking() as uow:
        record = asking.import_record(uow, import_id)
        kept = [row for place in range(record.row.portions) for row in unpacked(asking.portion(uow, import_id, place))]
    assert record.sheets[0]["refused"] == ["Tình trạng HIV", "Điều trị ARV"]
    assert not any("HIV" in str(row.cells) or "Dương tính" in str(row.cells) for row in kept)
    assert office.faults(import_id) == {6: ["left_out"]}
    assert (
        "home_town"
        not in next(one for one in office.people() if one.identity["id_number"] == a_line(2)["id_number"]).details
    )


def test_a_column_whose_lower_heading_tells_of_health_is_refused_too():
    rows = [
        ["DANH SÁCH NGƯỜI SỬ DỤNG TRÁI PHÉP CHẤT MA TÚY"],
        [
            "TT",
            "Họ và tên",
            "Năm sinh",
            "Giới tính",
            "Ngày đưa vào quản lý",
            "Kết quả xét nghiệm",
            "Kết quả xét nghiệm",
        ],
        ["TT", "Họ và tên", "Năm sinh", "Giới tính", "Ngày đưa vào quản lý", "HIV", "Viêm gan C"],
        [1, "Nguyễn Văn An", "1990", "Nam", "05/07/2026", "Dương tính", "Dương tính"],
    ]

    read, _entries = read_entries(workbook_of({"A": rows}))

    assert read.sheets[0].refused == ("Kết quả xét nghiệm / HIV", "Kết quả xét nghiệm / Viêm gan C")
    kept = [row.cells for portion in read.portions for row in unpacked(portion)]
    assert kept and "Dương tính" not in str(kept)


@pytest.mark.parametrize("heading", ["HCV", "HBV", "Giang mai", "Nhiễm H", "H+", "Xét nghiệm H", "Viêm gan C"])
def test_a_heading_that_tells_of_health_is_known(heading):
    assert headings().meaning(heading) == HEALTH


@pytest.mark.parametrize(
    "heading",
    [
        "Số quyết định, ngày tháng năm",
        "Số, ngày tháng năm quyết định",
        "Ngày tháng năm đưa vào quản lý",
        "Ngày, tháng, năm vào danh sách",
    ],
)
def test_the_day_of_a_decision_is_no_birth_date(heading):
    assert headings().meaning(heading) != "birth_date"
    assert headings().meaning("Ngày, tháng, năm") == "birth_date"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Không còn quản lý", "CLOSED"),
        ("Hết thời gian quản lý", "CLOSED"),
        ("Thôi quản lý", "CLOSED"),
        ("Đã đưa ra khỏi diện quản lý", "CLOSED"),
        ("Không quản lý", "CLOSED"),
        ("chưa chấm dứt", "OPEN"),
        ("Chưa hết hạn", "OPEN"),
    ],
)
def test_what_is_said_of_the_state_is_understood_with_its_negations(words, status):
    closed = {"closed_on": date(2026, 8, 1), "closing_reason": "Hết thời hạn"} if status == "CLOSED" else {}
    _read, (entry,) = read_entries(a_workbook([a_line(1, status=words, **closed)], columns=list(HEADINGS)))

    assert entry.status == status


def test_a_row_that_is_under_management_and_has_a_day_of_its_end_is_refused():
    line = a_line(1, status="Đang quản lý", closed_on=date(2026, 8, 1))
    _read, (entry,) = read_entries(a_workbook([line], columns=list(HEADINGS)))

    assert "open_with_closing_day" in [fault.code for fault in entry.faults] and entry.is_refused


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "hãy chọn một tệp"),
        (b"not a workbook", "không đọc được"),
        (workbook_of({"A": [["Tên cột lạ", "B", "C"], [1, 2, 3]]}), "Không tìm thấy dòng tiêu đề"),
        (workbook_of({"A": [["Họ và tên", "Ngày sinh", "Giới tính"]]}), "không có dòng nào"),
    ],
)
def test_a_file_that_holds_no_list_is_refused_with_what_to_do(content, sentence):
    with pytest.raises(NotUnderstood, match=sentence):
        read_workbook(content)


# -- faults --------------------------------------------------------------------------------------------------------------------


DOUBTFUL = {
    "term_not_of_law": {"ends_on": date(2026, 12, 24)},
    "number_province": {"id_number": "999071000001"},
    "number_unlike": {"sex": "Nữ"},
    "zero_restored": {"id_number": 27071000001},
    "term_over": {"starts_on": date(2024, 3, 1), "ends_on": date(2025, 3, 1)},
}


@pytest.mark.parametrize(("code", "answers"), FAULTY.items(), ids=FAULTY)
def test_a_faulty_row_is_refused_with_its_reason(code, answers):
    _read, (entry,) = read_entries(a_workbook([a_line(1, **answers)], columns=list(HEADINGS)))

    assert code in [fault.code for fault in entry.faults]
    assert entry.is_refused
    said = next(fault.sentence for fault in entry.faults if fault.code == code)
    assert said[0].isupper() and said.endswith("."), "the sentence begins with the column and says what to write"


@pytest.mark.parametrize(("code", "answers"), DOUBTFUL.items(), ids=DOUBTFUL)
def test_a_doubtful_row_is_taken_with_a_warning(code, answers):
    _read, (entry,) = read_entries(a_workbook([a_line(1, **answers)]))

    assert [fault.code for fault in entry.faults] == [code]
    assert not entry.is_refused


def test_an_error_of_the_spreadsheet_does_not_pass_as_an_empty_cell():
    content = BytesIO()
    import xlsxwriter

    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("Danh sách & sổ")
    for number, row in enumerate(sheet_of([a_line(1)])):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_string(number, column, f"{value:%d/%m/%Y}")
            elif value is not None:
                sheet.write(number, column, value)
    sheet.write_formula(4, 6, "=1/0", None, "#DIV/0!")
    book.close()

    _read, (entry,) = read_entries(content.getvalue())

    assert [(fault.code, fault.field) for fault in entry.faults] == [("error_cell", "substances")]


def test_a_child_on_the_list_is_taken_when_the_row_says_why():
    headings = {**HEADINGS, "reason": "Lý do"}
    line = a_line(1, birth_date="01/01/2018", id_number=None, reason="có kết quả xét nghiệm, đã báo gia đình")

    _read, (entry,) = read_entries(a_workbook([line], headings=headings))

    assert [fault.code for fault in entry.faults] == ["under_12"]


# -- the trial -----------------------------------------------------------------------------------------------------------------


def test_a_trial_tells_new_known_changed_and_refused_and_writes_nothing(office, registry):
    registry.do(
        a_person(
            full_name=a_line(1)["full_name"],
            birth_date=a_line(1)["birth_date"].isoformat(),
            id_number=a_line(1)["id_number"],
        )
    )
    office.entered(a_workbook([a_line(2)]))
    before = business_digest(registry)

    import_id = office.tried(a_workbook([a_line(1), a_line(2), a_line(3), a_line(4, sex="?")]))

    assert office.counts(import_id) == {"NEW": 1, "KNOWN": 1, "CHANGED": 1, "REFUSED": 1}
    assert business_digest(registry) == before


def test_rows_are_held_against_the_file_and_the_register(office, registry):
    registry.do(a_person(full_name="Người Khác", birth_date="1955-01-01", id_number=a_line(3)["id_number"]))
    without = {"id_number": None, "father_name": "Nguyễn Cha", "mother_name": "Trần Mẹ"}
    headings = {**HEADINGS, "father_name": "Họ tên cha", "mother_name": "Họ tên mẹ"}
    lines = [a_line(1), a_line(1), a_line(3), a_line(4, **without), a_line(4, **without)]

    import_id = office.tried(a_workbook(lines, headings=headings))

    assert office.faults(import_id) == {
        6: ["number_twice"],
        7: ["number_of_another"],
        9: ["same_person_twice"],
    }


def test_a_number_that_was_missing_before_makes_no_second_person_unasked(office):
    line = a_line(1, id_number=None)
    office.entered(a_workbook([line]))

    import_id = office.tried(a_workbook([a_line(1)]))

    assert office.faults(import_id) == {5: ["known_without_number"]}


def test_somebody_may_stand_on_two_lists_of_a_file_but_not_under_two_names(office):
    other = a_line(1, full_name="Tên Khác")
    content = workbook_of(
        {
            "SDTP": sheet_of([a_line(1), a_line(2)]),
            "Sau cai": sheet_of([a_line(2)], title="NGƯỜI BỊ QUẢN LÝ SAU CAI"),
            "Nghiện": sheet_of([other], title="NGƯỜI NGHIỆN"),
        }
    )

    import_id = office.tried(content)

    assert office.counts(import_id) == {"NEW": 2, "KNOWN": 0, "CHANGED": 1, "REFUSED": 1}
    assert list(office.faults(import_id).values()) == [["number_of_another_row"]]


def test_corrected_columns_are_remembered_for_the_next_file(office, registry):
    headings = {**HEADINGS, "permanent_address": "Chỗ của họ"}
    first = office.tried(a_workbook([a_line(1)], headings=headings), **{"Chỗ của họ": "permanent_address"})
    office.enter(first)

    second = office.upload(a_workbook([a_line(2)], headings=headings))

    with registry.asking() as uow:
        columns = asking.import_record(uow, second).sheets[0]["columns"]
    assert {one["heading"]: one["means"] for one in columns}["Chỗ của họ"] == "permanent_address"
    assert office.people()[0].details["permanent_address"] == a_line(1)["permanent_address"]


def test_one_field_cannot_stand_for_two_columns(office):
    import_id = office.upload(a_workbook([a_line(1)]))
    with pytest.raises(NotUnderstood, match="hai cột"):
        office.confirm(import_id, **{HEADINGS["substances"]: "full_name"})


# -- entering ------------------------------------------------------------------------------------------------------------------


def test_rows_with_a_warning_are_entered_with_a_reason_only(office):
    import_id = office.tried(a_workbook([a_line(1, sex="Nữ")]))

    with pytest.raises(NotUnderstood, match="1 dòng cần xác nhận"):
        office.enter(import_id)
    office.enter(import_id, reason="đã đối chiếu")

    (person,) = office.people()
    assert person.identity["confirmed_warnings"] == {"id_number": "đã đối chiếu"}


def test_a_list_without_numbers_of_decisions_is_entered_as_it_is(office, registry):
    line = {name: value for name, value in a_line(1).items() if name != "document_number"}
    office.entered(a_workbook([line]))

    assert [person.state for person in office.people()] == ["MANAGED_USER"]
    assert "registry.user_management.decided.v1" in registry.announced()


def test_the_same_file_again_and_the_same_rows_elsewhere_bring_nothing_new(office, registry):
    lines = [a_line(place) for place in range(5)] + [a_line(9, id_number=None)]
    office.entered(a_workbook(lines))
    before = business_digest(registry)

    again = office.entered(a_workbook(lines))
    elsewhere = office.entered(ods_of({"Khác": sheet_of(list(reversed(lines)), above=0)}))

    assert office.counts(again) == office.counts(elsewhere) == {"NEW": 0, "KNOWN": 6, "CHANGED": 0, "REFUSED": 0}
    assert business_digest(registry) == before


def test_work_that_was_interrupted_goes_on_where_it_stopped(office, registry, monkeypatch):
    lines = [a_line(place) for place in range(ROWS_IN_PORTION + 20)]
    import_id = office.upload(a_workbook(lines))
    office.confirm(import_id)
    assert office.work(import_id, portions=0) == "MAPPED"
    assert office.work(import_id) == "CHECKED"
    with office.working() as uow:
        handlers.begin_entering(EnterRows(import_id=import_id), uow)
    assert office.work(import_id, portions=0) == "COMMITTING"
    assert len(office.people()) == entering.ROWS_ENTERED_AT_ONCE

    killed = entering.enter_person
    calls = iter(range(10_000))

    def dies(command, uow):
        if next(calls) == entering.ROWS_ENTERED_AT_ONCE // 2:
            raise KeyboardInterrupt
        return killed(command, uow)

    monkeypatch.setattr(entering, "enter_person", dies)
    with pytest.raises(KeyboardInterrupt):
        office.work(import_id)
    assert len(office.people()) == entering.ROWS_ENTERED_AT_ONCE, "the step that was under way left nothing"
    monkeypatch.setattr(entering, "enter_person", killed)

    assert office.work(import_id) == "COMMITTED"
    assert len(office.people()) == len(lines)
    assert registry.announced().count("registry.person.registered.v1") == len(lines)


def test_a_portion_that_is_through_is_not_done_again(office):
    import_id = office.tried(a_workbook([a_line(1)]))
    with office.working() as uow:
        handlers.begin_entering(EnterRows(import_id=import_id), uow)
    office.work(import_id)
    with office.working() as uow:
        entering.enter_portion(uow, import_id, 0, [])
    assert len(office.people()) == 1


def test_the_refused_rows_come_back_untouched_with_what_is_wrong_and_can_be_mended(office, registry):
    lines = [a_line(1), a_line(2, sex="?", permanent_address="+84 là số nhà"), a_line(3)]
    import_id = office.tried(a_workbook(lines))

    with registry.asking() as uow:
        content = refused_rows(uow, asking.import_record(uow, import_id))
    (_title, heads, row) = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()

    assert heads == ["STT", *(HEADINGS[name] for name in a_line()), "Lỗi"]
    shown = dict(zip(heads, row, strict=True))
    assert shown["Nơi thường trú"] == "+84 là số nhà" and shown["Giới tính"] == "?"
    assert shown["Ngày đưa vào quản lý"] == a_line(2)["starts_on"]
    assert shown["Lỗi"] == "Giới tính: không hiểu giới tính này; hãy ghi Nam hoặc Nữ."
    read, (mended,) = read_entries(content)
    assert read.sheets[0].list_code == "L1" and mended.full_name == a_line(2)["full_name"]


def test_a_large_list_of_all_kinds_of_faults_is_told_row_by_row_entered_repeated_and_taken_back(office, registry):
    office.entered(a_mixed_workbook(60, 6)[0])
    before = business_digest(registry)
    content, faults = a_mixed_workbook(300, 30, first=1_000)
    assert len(set(faults.values())) >= 15

    import_id = office.tried(content)

    assert business_digest(registry) == before
    found = office.refused(import_id)
    assert set(found) == set(faults)
    assert all(kind in found[row] for row, kind in faults.items())
    office.enter(import_id, reason="đã đối chiếu")
    after = business_digest(registry)
    assert office.counts(import_id)["REFUSED"] == 30
    again = office.entered(content)
    assert office.counts(again) == {"NEW": 0, "CHANGED": 0, "KNOWN": 270, "REFUSED": 30}
    assert business_digest(registry) == after
    office.undone(import_id)
    assert business_digest(registry) == before


# -- taking back ---------------------------------------------------------------------------------------------------------------


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(seed=st.integers(0, 10_000))
def test_taking_an_import_back_leaves_the_register_as_it_was(office, registry, seed):
    chance = random.Random(seed)
    before = business_digest(registry)
    places = chance.sample(range(500), 12)
    lines = [
        a_line(place, **chance.choice([{}, {}, {"id_number": None}, {"sex": "?"}, {"sex": "Nữ"}])) for place in places
    ]

    import_id = office.entered(a_workbook(lines))
    office.undone(import_id)

    assert business_digest(registry) == before
    heard = Counter(registry.announced())
    assert heard["registry.person.registered.v1"] == heard["registry.person.withdrawn.v1"]


def test_after_taking_back_the_same_file_can_come_again(office):
    content = a_workbook([a_line(place) for place in range(3)])
    office.undone(office.entered(content))

    again = office.entered(content)

    assert office.counts(again)["NEW"] == 3
    assert len(office.people()) == 3


def test_an_import_is_not_taken_back_once_something_was_recorded_about_its_people(office, registry):
    import_id = office.entered(a_workbook([a_line(1), a_line(2)]))
    person = office.people()[0]
    registry.do(a_test(person.person_id, on=TODAY))
    before = business_digest(registry)

    with pytest.raises(RuleBroken, match=f"1 người, ở hồ sơ /people/{person.person_id}"):
        office.undone(import_id)
    assert business_digest(registry) == before


def somebody_known_imported_with_others(office, registry, others):
    """Somebody of the register stands on the first line of an imported file; return the import and their identifier."""
    line = a_line(0)
    known = registry.do(
        a_person(full_name=line["full_name"], birth_date=line["birth_date"].isoformat(), id_number=line["id_number"])
    )
    lines = [line, *(a_line(place) for place in range(1, others + 1))]
    return office.entered(a_workbook(lines)), known.person_id


def test_an_import_is_not_taken_back_once_something_was_recorded_in_its_case_of_somebody_known_before(office, registry):
    import_id, person_id = somebody_known_imported_with_others(office, registry, others=57)
    registry.stop(person_id, on=TODAY)
    before = business_digest(registry)

    with pytest.raises(RuleBroken) as refused:
        office.undone(import_id)

    assert f"/people/{person_id} (trang «Danh sách», dòng {FIRST_LINE})" in str(refused.value)
    assert "sửa hoặc hủy" in str(refused.value), "the sentence says the way out"
    assert business_digest(registry) == before


def test_what_is_recorded_elsewhere_of_somebody_known_before_keeps_no_import_in(office, registry):
    import_id, person_id = somebody_known_imported_with_others(office, registry, others=1)
    registry.do(imprisoned(person_id, since=TODAY))

    office.undone(import_id)

    assert [person.person_id for person in office.people()] == [person_id]


def test_taking_back_stops_where_a_case_of_somebody_known_before_was_gone_on_with_meanwhile(office, registry):
    import_id, person_id = somebody_known_imported_with_others(office, registry, others=2 * ROWS_IN_PORTION - 1)
    with office.working() as uow:
        handlers.begin_undoing(import_id, uow)
    assert office.work(import_id, portions=0) == "UNDOING"
    registry.stop(person_id, on=TODAY)

    assert office.work(import_id) == "COMMITTED"
    assert len(office.people()) == ROWS_IN_PORTION
    with pytest.raises(RuleBroken, match="1 người"):
        office.undone(import_id)


# -- a process that dies -------------------------------------------------------------------------------------------------------


def killed_at(registry, import_id, statement, count):
    """Work on a file in a process of its own that is killed when it comes to such a statement for the ``count``-th time."""
    child = os.fork()
    if child == 0:
        left = iter(range(count - 1))

        def kill(*told):
            if statement in (told[2] if len(told) > 1 else "COMMIT") and next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        runtime = Runtime(SERVICE, registry.runtime.settings, clock=registry.runtime.clock)
        event.listen(runtime.store.engine, "before_cursor_execute", kill)
        event.listen(runtime.store.engine, "commit", kill)
        handlers.work_on(import_id, lambda: runtime.unit_of_work(OFFICER), enough=lambda: False)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, "the work ended before it was killed"


# eventlet, once another test has loaded it, warns of every fork; the child here uses no green thread
@pytest.mark.filterwarnings("ignore:Using fork:DeprecationWarning")
def test_whenever_the_process_is_killed_each_row_is_entered_once_and_taken_back_once(office, registry):
    office.entered(a_workbook([a_line(place) for place in range(700, 710)]))
    before, entered_before = business_digest(registry), Counter(registry.announced())
    lines = [a_line(place) for place in range(ROWS_IN_PORTION + 25)]
    import_id = office.tried(a_workbook(lines))
    with office.working() as uow:
        handlers.begin_entering(EnterRows(import_id=import_id), uow)

    for statement, count in (("INSERT INTO person ", 7), ("INSERT INTO outbox", 50), ("COMMIT", 1), ("COMMIT", 4)):
        killed_at(registry, import_id, statement, count)
    assert office.work(import_id) == "COMMITTED"

    assert Counter(person.id_number for person in office.people()).most_common(1)[0][1] == 1
    assert len(office.people()) == 10 + len(lines)
    heard = Counter(registry.announced()) - entered_before
    assert heard == {"registry.person.registered.v1": len(lines), "registry.user_management.decided.v1": len(lines)}

    with office.working() as uow:
        handlers.begin_undoing(import_id, uow)
    for statement, count in (("DELETE FROM act", 1), ("INSERT INTO outbox", 30), ("COMMIT", 2), ("COMMIT", 2)):
        killed_at(registry, import_id, statement, count)
    assert office.work(import_id) == "UNDONE"

    assert business_digest(registry) == before
    assert registry.announced().count("registry.person.withdrawn.v1") == len(lines)


def test_taking_back_stops_where_somebody_recorded_something_meanwhile(office, registry):
    import_id = office.entered(a_workbook([a_line(place) for place in range(2 * ROWS_IN_PORTION)]))
    with office.working() as uow:
        handlers.begin_undoing(import_id, uow)
    assert office.work(import_id, portions=0) == "UNDOING"
    registry.do(a_test(office.people()[0].person_id, on=TODAY))

    assert office.work(import_id) == "COMMITTED"
    assert len(office.people()) == ROWS_IN_PORTION
    with pytest.raises(RuleBroken, match="1 người"):
        office.undone(import_id)


def test_an_officer_of_the_committee_brings_nothing_in(registry):
    from chassis.errors import NotAllowed
    from chassis.testing import an_actor

    chair = an_actor("registry", "UB_CHAIR")
    with pytest.raises(NotAllowed), registry.runtime.unit_of_work(chair) as uow:
        handlers.upload_workbook(uow, file_name="a", content=b"", read=read_workbook(a_workbook([a_line(1)])))
