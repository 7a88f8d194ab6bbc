"""A draft goes from who prepares it to who signs it, and its document can be printed; each page of the way is fit for all."""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.consoles import PHONE, WIDE, Desk
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser

TYPED = {
    "full_name": "Lê Văn Trình Ký",
    "sex": "MALE",
    "birth_date": "12/05/1990",
    "ethnic_group": "KINH",
    "id_number": "027090990088",
    "current_abode": "Tổ dân phố số 3",
}
TESTED = {"taken_time": "8:00", "reason_code": "A", "sample": "NUOC_TIEU", "same_sex_officer": "true",
          "result": "POSITIVE", "substances": "HEROINE"}  # fmt: skip


def test_a_draft_is_signed_by_another_and_printed(desk_at: Callable[..., Desk], axe: str, yesterday: str) -> None:
    officer, chief = desk_at("registry").sign_in("canbo"), desk_at("registry").sign_in("truongca")
    officer.open("/people/new").write(**TYPED)
    officer.press("Ghi, rồi nhập xét nghiệm")
    officer.write(taken_on=yesterday, **TESTED)
    officer.press("Ghi, rồi làm bước tiếp")
    found = list(_faults(officer, axe, "act form"))
    officer.write(signer_name="(minh hoạ)", how="FOR_SIGNATURE")
    officer.save()
    assert "Đã trình ký" in officer.said()
    officer.follow("Xem dự thảo")
    found += _faults(officer, axe, "draft")
    draft = officer.page.url
    assert officer.main.get_by_role("link", name="Ký", exact=True).count() == 0, "who drafts does not sign"

    chief.open("/")
    assert "LÊ VĂN TRÌNH KÝ" in chief.main.inner_text(), "it waits for the signature"
    chief.page.goto(draft)
    found += _faults(chief, axe, "draft of the chief")
    chief.page.goto(f"{draft}/sign")
    found += _faults(chief, axe, "signature")
    chief.write(signer_name="Người Ký Minh Hoạ")
    chief.save()
    person = chief.page.url
    assert "/QĐ-CAP" in chief.main.inner_text()
    chief.page.goto(chief.page.locator("main a[href$='/about']").first.evaluate("(link) => link.href"))
    found += _faults(chief, axe, "document")
    chief.page.goto(f"{person}/books")
    found += _faults(chief, axe, "books of a person")
    assert found == []


def _faults(desk: Desk, axe: str, name: str) -> Iterator[str]:
    """Yield what axe objects to and what is wider than the window, at both widths."""
    for size in (PHONE, WIDE):
        desk.page.set_viewport_size(size)
        for violation in violations(desk, axe):
            yield f"{name} at {size['width']}: {violation}"
        width = desk.page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            yield f"{name} is {width} wide at {size['width']}"
