"""From a new person to the printed decision by keys alone, one page a step, in less time than the mission gives."""

import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as DocxDocument

from tests.browser.consoles import Desk

pytestmark = pytest.mark.browser

MISSION_SECONDS = 76
KEY_DELAY = 60  # milliseconds between two keys of somebody who types well
STEPS = 4  # the person, the result, the decision, the printed form
NAME, NUMBER, SIGNER = "Đặng Thị Mẫu Đơn", "027190990077", "Người Ký Minh Hoạ"
YESTERDAY = f"{date.today() - timedelta(days=1):%d%m%Y}"  # noqa: DTZ011 - digits as a clerk types them


class Typist:
    """Somebody who works a console with the keyboard alone and counts the pages that are loaded."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.keys = desk.page.keyboard
        self.pages = 0
        desk.page.on("load", lambda _page: self._loaded())

    def _loaded(self) -> None:
        self.pages += 1

    @property
    def at(self) -> str:
        """Return the name of the field that has the focus."""
        return str(self.desk.page.evaluate("document.activeElement.name || ''"))

    def write(self, text: str) -> None:
        """Type into the field that has the focus."""
        self.keys.type(text, delay=KEY_DELAY)

    def press(self, key: str) -> None:
        """Press one key."""
        self.keys.press(key, delay=KEY_DELAY)

    def go_to(self, name: str) -> None:
        """Press Tab until the field has the focus."""
        for _stop in range(60):
            if self.at == name:
                return
            self.press("Tab")
        raise AssertionError(f"{name} cannot be reached by Tab; the focus is on {self.at!r}")

    def tick(self, name: str) -> None:
        """Tick the box, or the first choice, that has the focus."""
        self.go_to(name)
        self.press("Space")

    def save(self, *, and_go_on: bool = False) -> None:
        """Save the form and wait for the page that follows."""
        with self.desk.page.expect_navigation():
            self.press("Control+Shift+Enter" if and_go_on else "Control+Enter")

    def fetch_by_the_message(self) -> bytes:
        """Go past the menu to the message above the page and follow its link to a file."""
        self.press("Tab")
        self.press("Enter")
        self.press("Tab")
        with self.desk.page.expect_download() as fetched:
            self.press("Enter")
        return Path(fetched.value.path()).read_bytes()


def test_a_clerk_prints_a_decision_within_the_time_of_the_mission(desk_at: Callable[..., Desk]) -> None:
    desk = desk_at("registry").sign_in("canbo")
    clerk = Typist(desk)
    began = time.monotonic()

    desk.open("/people/new")
    assert clerk.at == "full_name", "one types at once"
    clerk.write(NAME)
    clerk.go_to("sex")
    clerk.press("ArrowDown")
    clerk.go_to("birth_date")
    clerk.write("12/05/1990")
    clerk.tick("ethnic_group")
    clerk.go_to("id_number")
    clerk.write(NUMBER)
    clerk.go_to("current_abode")
    clerk.write("Tổ dân phố số 3")
    clerk.save(and_go_on=True)

    assert desk.page.url.endswith("/tests/new"), "the result comes next"
    assert clerk.at == "taken_time"
    clerk.press("Shift+Tab")
    clerk.write(YESTERDAY)
    clerk.go_to("taken_time")
    clerk.write("8:00")
    clerk.go_to("reason_code")
    clerk.press("ArrowDown")
    clerk.tick("sample")
    clerk.tick("same_sex_officer")
    clerk.tick("result")
    clerk.tick("substances")
    clerk.save(and_go_on=True)

    assert desk.page.url.endswith("/acts/user-management/management-decided"), "the decision comes next"
    clerk.go_to("signer_name")
    clerk.write(SIGNER)
    clerk.save()
    number = _number_in(desk.said())
    printed = clerk.fetch_by_the_message()

    seconds = time.monotonic() - began
    print(f"from a new person to the printed decision: {seconds:.1f} s of {MISSION_SECONDS} s, {clerk.pages} pages")
    words = _words_of(printed)
    assert NAME.upper() in words
    assert number in words
    assert SIGNER in words
    assert clerk.pages == STEPS
    assert seconds < MISSION_SECONDS


def _number_in(said: str) -> str:
    found = re.search(r"\d+/QĐ-CAP", said)
    assert found is not None, said
    return found.group()


def _words_of(document: bytes) -> str:
    """Return the text of a Word file, which a reader opens without complaint."""
    return "\n".join(paragraph for paragraph in _paragraphs(Document(BytesIO(document))))


def _paragraphs(document: DocxDocument) -> list[str]:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells
