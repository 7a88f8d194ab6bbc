"""Vietnamese first, English at one click, in all four consoles and for as long as one likes."""

import re
from collections.abc import Callable

import pytest

from tests.browser.consoles import CONSOLES, Desk

pytestmark = pytest.mark.browser

SOMEBODY = {"reporting": "lanhdao", "registry": "canbo", "health": "truongtram", "campaigns": "vanhoa"}
LISTS = {"reporting": "/table", "registry": "/user-management", "health": "/treatments", "campaigns": "/activities"}
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
FRAME = "nav.menu, main h1, main thead, main .chips, main .actions, main form.entry label, .foot p:last-child"


@pytest.mark.parametrize("console", CONSOLES)
def test_a_console_speaks_english_when_asked(desk_at: Callable[..., Desk], console: str) -> None:
    desk = desk_at(console).sign_in(SOMEBODY[console])
    assert desk.page.locator("html").get_attribute("lang") == "vi"
    in_vietnamese = desk.page.locator("nav.menu").inner_text()
    assert VIETNAMESE.search(in_vietnamese)

    with desk.page.expect_navigation():
        desk.page.get_by_role("navigation", name="Ngôn ngữ").get_by_role("link", name="EN").click()
    for path in ("/", LISTS[console]):
        desk.open(path)
        assert desk.page.locator("html").get_attribute("lang") == "en"
        left = [text for text in desk.page.locator(FRAME).all_inner_texts() if VIETNAMESE.search(text)]
        assert left == [], f"{path} of {console} is not all English"

    with desk.page.expect_navigation():
        desk.page.get_by_role("link", name="VI", exact=True).click()
    assert desk.page.url.endswith(LISTS[console]), "one stays on the page"
    assert desk.page.locator("nav.menu").inner_text() == in_vietnamese
