"""A determination between two agencies on their own pages: asked for by the police, made at the station, told by the police."""

import re
import time
from collections.abc import Callable

import pytest

from tests.browser.consoles import Desk

pytestmark = pytest.mark.browser

SOON = 5.0
NAME, NUMBER = "Vũ Văn Lang Thang", "027091990066"
PERSON = {
    "full_name": NAME,
    "sex": "MALE",
    "birth_date": "12/05/1991",
    "ethnic_group": "KINH",
    "id_number": NUMBER,
    "current_abode": "Gầm cầu Đồng Nguyên",
}
TESTED = {"taken_time": "00:00", "reason_code": "A", "sample": "MAU", "result": "POSITIVE", "substances": "HEROINE"}
CRITERIA = ("c1", "c2", "c3", "c4", "c5", "c6")
USE_HISTORY = "Khai sử dụng lần đầu năm 2023"


def test_a_determination_goes_there_and_back(desk_at: Callable[..., Desk]) -> None:
    police = desk_at("registry").sign_in("canbo")
    doctor, head = desk_at("health").sign_in("bacsi"), desk_at("health").sign_in("truongtram")
    waiting_before = _waiting(doctor)

    person = _find_somebody_without_residence(police)
    _ask_for_a_determination(police, person)
    assert "Đã đề nghị xác định" in police.open(person).main.inner_text()

    request = _see_it_in_the_queue(doctor, waiting_before)
    found = _receive(doctor, request)
    _until_shown(police, person, "Cơ sở y tế đang xác định")
    _examine_and_sign(doctor, found)
    assert "Kết quả: có nghiện" not in police.open(person).main.inner_text(), "nothing is told before the approval"
    _approve(head, found)

    told = _until_shown(police, person, "Kết quả: có nghiện")
    assert "Thông báo kết quả có nghiện cho người này" in told
    assert "Thông báo kết quả có nghiện cho người này" in _duties(police)
    told_at = _tell_the_person(police, person)

    assert "Đã thông báo kết quả có nghiện" in police.open(person).main.inner_text()
    duties = _duties(police)
    assert "Người nghiện đăng ký cai nghiện hoặc điều trị (chờ người có liên quan thực hiện)" in duties
    assert f"{told_at} ngày" in duties, "twenty-four hours after the person was told"
    assert "khoản 7 Điều 4 Nghị định 163/2026/NĐ-CP" in duties
    _until_shown(doctor, found, "Công an đã thông báo kết quả cho người được xác định")


# -- the police ----------------------------------------------------------------------------------------------------------------


def _find_somebody_without_residence(police: Desk) -> str:
    """Enter the person, the positive test and that no stable residence was found; return their page."""
    police.open("/people/new").write(**PERSON)
    police.save()
    person = police.page.url.removeprefix(police.address)
    police.follow("Ghi kết quả xét nghiệm")
    police.write(**TESTED)
    police.save()
    police.open(f"{person}/acts/user-management/residence-verified").write(stable="NO")
    police.save()
    return person


def _ask_for_a_determination(police: Desk, person: str) -> None:
    police.open(f"{person}/papers/ND109_M03")
    police.write(use_history=USE_HISTORY, signer_role="CA_CHIEF", signer_name="Người Ký Minh Hoạ")
    police.save()
    police.open(f"{person}/acts/determination/requested")
    police.write(ground="NO_STABLE_RESIDENCE", requester="POLICE", signer_role="CA_CHIEF", signer_name="(minh hoạ)")
    police.save()
    assert re.search(r"\d+/ĐN-CAP", police.said()), police.said()


def _tell_the_person(police: Desk, person: str) -> str:
    """Record now, to the minute, that the person was told; return the hour as it is shown."""
    police.open(person).follow("Thông báo kết quả có nghiện cho người này")
    now = police.page.evaluate("new Date().toTimeString().slice(0, 5)")
    police.write(notified_time=now)
    police.save()
    return str(now)


def _duties(police: Desk) -> str:
    """Return what today's work says about the person."""
    lines = police.open("/").main.locator("li.duty").filter(has_text=NAME.upper()).all_inner_texts()
    return "\n".join(lines)


# -- the station ---------------------------------------------------------------------------------------------------------------


def _waiting(station: Desk) -> set[str]:
    links = station.open("/determinations?show=waiting").main.locator("a[href*='/determinations/requests/']").all()
    return {str(link.get_attribute("href")) for link in links}


def _see_it_in_the_queue(doctor: Desk, before: set[str]) -> str:
    """Return the page of the request that has come; it names nobody."""
    until = time.monotonic() + SOON
    while not (new := _waiting(doctor) - before):
        assert time.monotonic() < until, "the request does not come"
    (request,) = new
    shown = doctor.open(request).main.inner_text()
    assert "Sử dụng trái phép chất ma túy mà không có nơi cư trú ổn định" in shown
    assert NAME not in shown and NUMBER not in shown
    return request


def _receive(doctor: Desk, request: str) -> str:
    """Receive the person, whom the registry names now; return the page of the determination."""
    doctor.open(request).follow("Tiếp nhận người")
    assert NAME in doctor.main.inner_text() and USE_HISTORY in doctor.main.inner_text()
    doctor.write(received_time="00:01", papers_checked="true")
    doctor.save()
    assert NAME in doctor.main.inner_text() and "Đang khám" in doctor.main.inner_text()
    return doctor.page.url.removeprefix(doctor.address)


def _examine_and_sign(doctor: Desk, found: str) -> None:
    doctor.open(f"{found}/examination").write(**dict.fromkeys(CRITERIA, "MONTH"), simultaneous="true")
    doctor.save()
    doctor.open(f"{found}/conclusion").write(conclusion="ADDICTED", qualification="TAM_THAN")
    doctor.save()
    doctor.open(f"{found}/signature")
    assert "Có nghiện ma túy" in doctor.main.locator(".signing").inner_text()
    doctor.save()
    assert "Chờ duyệt" in doctor.main.inner_text()


def _approve(head: Desk, found: str) -> None:
    assert NAME in head.open("/").main.inner_text(), "it waits for the head of the station"
    head.open(f"{found}/approval")
    head.save()
    assert "Đã duyệt và cấp số kết quả" in head.said()


def _until_shown(desk: Desk, path: str, words: str) -> str:
    """Open a page until it shows what the other agency has said; return what it shows."""
    until = time.monotonic() + SOON
    while words not in (shown := desk.open(path).main.inner_text()):
        assert time.monotonic() < until, f"{words!r} is not shown at {path}: {shown}"
        time.sleep(0.1)
    return shown
