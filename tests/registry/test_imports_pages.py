"""Bringing an old list in by the console, in a browser without JavaScript."""

import re
from html import unescape
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from chassis.accounts.directory import disable_account
from services.registry.handlers.import_work import go_on_with_imports
from services.registry.handlers.imports import portions
from services.registry.tables import Person
from services.registry.workbooks import LARGEST_FILE
from tests.registry.workbooks import HEADINGS, a_line, a_workbook


def page(answer):
    return unescape(answer.get_data(as_text=True))


@pytest.fixture
def officer(console):
    return console.signed_in("CA_OFFICER")


def send(visitor, content, name="sổ cũ.xlsx"):
    """Send a file as a browser does; written out here, for the test client would lay a large one on the disk."""
    token = visitor.csrf("/imports")
    body = (
        f'--part\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n{token}\r\n'
        f'--part\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    ).encode() + content
    return visitor.client.post(
        "/imports", data=body + b"\r\n--part--\r\n", content_type="multipart/form-data; boundary=part", buffered=True
    )


def press(visitor, address, button, **answers):
    """Press a button of a page: send the form of that address with what stands in the page."""
    return visitor.client.post(f"{address}/{button}", data={"_csrf": visitor.csrf(address), **answers}, buffered=True)


def chosen(html):
    """What the selects of the page of columns stand at."""
    found = {}
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)">(.*?)</select>', html, re.DOTALL):
        selected = re.search(r'value="([^"]*)" selected', options)
        found[name] = selected[1] if selected else ("" if name.startswith("list") else "-")
    return found


def account_of(registry):
    account = registry.runtime.tables.accounts.account
    with registry.runtime.store.reading() as session:
        return session.scalars(select(account.c.account_id)).one()


def through_the_trial(visitor, content):
    columns = send(visitor, content).location
    answers = chosen(page(visitor.get(columns)))
    shown = visitor.client.post(columns, data={"_csrf": visitor.csrf(columns), **answers}).location
    assert press(visitor, shown, "work").location == shown
    return shown


def test_a_list_goes_from_the_file_to_the_register_and_out_again(officer, registry):
    content = a_workbook([a_line(1), a_line(2, sex="Nữ"), a_line(3, sex="?")])

    columns = send(officer, content).location
    asked = page(officer.get(columns))
    assert "Trang «Danh sách»" in asked
    assert chosen(asked)["column-0-1"] == "full_name" and chosen(asked)["list-0"] == "L1"

    shown = officer.client.post(columns, data={"_csrf": officer.csrf(columns), **chosen(asked)}).location
    assert "Đang kiểm tra thử; chưa ghi gì vào sổ" in page(officer.get(shown))
    press(officer, shown, "work")
    tried = page(officer.get(shown))
    assert "Giới tính: không hiểu giới tính này" in tried
    assert "Lý do nhận 1 dòng cần xác nhận" in tried
    assert "không khớp với giới tính" in page(officer.get(f"{shown}?show=warned"))

    refused = press(officer, shown, "enter")
    assert refused.status_code == 422 and "1 dòng cần xác nhận" in page(refused)
    assert press(officer, shown, "enter", reason="đã đối chiếu").location == shown
    press(officer, shown, "work")
    assert "Đã nhập" in page(officer.get("/imports"))
    people = page(officer.get("/people"))
    assert a_line(1)["full_name"] in people and a_line(3)["full_name"] not in people

    back = officer.get(f"{shown}/refused.xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(back.data)).get_sheet_by_index(0).to_python()
    assert rows[1][-1] == "Lỗi" and len(rows) == 3

    asked = page(officer.get(f"{shown}/undo"))
    assert "Dòng rút khỏi sổ" in asked and re.findall(r'class="big">(\d+)<', asked) == ["2", "2", "0"]
    press(officer, shown, "undo")
    press(officer, shown, "work")
    assert "Đã rút lại" in page(officer.get("/imports"))
    assert a_line(1)["full_name"] not in page(officer.get("/people"))


def test_work_that_a_clerk_left_goes_on_by_itself_in_their_name(officer, registry):
    shown = through_the_trial(officer, a_workbook([a_line(1), a_line(2)]))
    press(officer, shown, "enter")
    assert "Việc này tự chạy tiếp" in page(officer.get(shown))

    assert go_on_with_imports(registry.runtime) == 1

    assert "Đã nhập" in page(officer.get("/imports"))
    with registry.runtime.store.reading() as session:
        assert set(session.scalars(select(Person.registered_by))) == {account_of(registry)}
    assert go_on_with_imports(registry.runtime) == 0


def test_work_waits_when_its_clerk_may_no_longer_do_it(officer, console, registry):
    shown = through_the_trial(officer, a_workbook([a_line(1)]))
    press(officer, shown, "enter")
    runtime = registry.runtime
    with runtime.store.begin() as session:
        disable_account(session, runtime.tables.accounts, account_of(registry), clock=runtime.clock)

    assert go_on_with_imports(runtime) == 0

    successor = console.signed_in("CA_OFFICER", username="successor")
    press(successor, shown, "work")
    assert "Đã nhập" in page(successor.get("/imports"))


def test_a_file_that_fails_keeps_no_other_waiting_and_is_logged_without_a_name(officer, registry, monkeypatch, caplog):
    broken = through_the_trial(officer, a_workbook([a_line(1)]))
    sound = through_the_trial(officer, a_workbook([a_line(2)]))
    for shown in (broken, sound):
        press(officer, shown, "enter")
    entering = portions.enter_portion

    def fails(uow, import_id, *more):
        if import_id in broken:
            raise ValueError(a_line(1)["full_name"])
        return entering(uow, import_id, *more)

    monkeypatch.setitem(portions._STEPS, "COMMITTING", fails)
    assert go_on_with_imports(registry.runtime) == 1

    assert "Đang nhập" in page(officer.get(broken)) and "Đã nhập" in page(officer.get(sound))
    assert [record.reason for record in caplog.records if record.message == "import waits"] == ["ValueError"]
    assert a_line(1)["full_name"] not in caplog.text


def test_a_file_that_is_no_list_is_sent_back_with_a_sentence(officer, console):
    before = console.rows()

    answer = send(officer, b"PK nothing")

    assert answer.status_code == 422
    assert "Tệp này không đọc được" in page(answer)
    assert console.rows() == before


def test_a_file_that_is_too_large_is_refused_with_the_limit(officer):
    answer = send(officer, b"x" * (LARGEST_FILE + 1))
    assert answer.status_code == 413
    assert "8 MiB" in page(answer)


def test_columns_about_health_are_named_on_the_page(officer):
    content = a_workbook([a_line(1, hiv="x")], headings={**HEADINGS, "hiv": "Tình trạng HIV"})
    asked = page(officer.get(send(officer, content).location))
    assert "đã bỏ: Tình trạng HIV" in asked


def test_columns_that_cannot_be_are_asked_again(officer):
    columns = send(officer, a_workbook([a_line(1)])).location
    answers = {**chosen(page(officer.get(columns))), "column-0-2": "full_name"}
    again = officer.client.post(columns, data={"_csrf": officer.csrf(columns), **answers})
    assert again.status_code == 422 and "hai cột" in page(again)


def test_the_same_file_again_is_told(officer):
    content = a_workbook([a_line(1)])
    shown = through_the_trial(officer, content)
    press(officer, shown, "enter")
    press(officer, shown, "work")

    again = page(officer.get(through_the_trial(officer, content)))

    assert "Tệp này đã được nhập trước đây" in again
    assert "Không có dòng nào mới để nhập" in again


def test_no_page_of_imports_opens_to_who_may_not_bring_lists_in(console):
    for place, role in enumerate(("UB_CHAIR", "DPO_AUDIT", "SYSADMIN")):
        visitor = console.signed_in(role, username=f"somebody{place}")
        assert visitor.get("/imports").status_code == 403, role


def test_a_file_of_another_unit_is_not_there(console):
    officer = console.signed_in("CA_OFFICER")
    shown = through_the_trial(officer, a_workbook([a_line(1)]))
    stranger = console.signed_in("CA_OFFICER", username="stranger", unit="09379")
    assert stranger.get(shown).status_code == 404
    assert stranger.get(f"{shown}/refused.xlsx").status_code == 404
