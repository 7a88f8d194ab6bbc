"""The residence checks of a round are entered on one page, and what was due because of them is done."""

import re
from collections.abc import Callable

import pytest

from tests.browser.consoles import Desk

pytestmark = pytest.mark.browser

MONTH = "/books/residence-checks/month"
DUTY = "Kiểm tra việc cư trú trong tháng"
AT_ONCE = 3


def test_several_checks_are_entered_at_once_and_their_duties_go(desk_at: Callable[..., Desk]) -> None:
    police = desk_at("registry").sign_in("canbo")
    overdue = _overdue(police)
    assert len(overdue) >= AT_ONCE, "the demo ward has people whom nobody has looked after for a month"
    names = overdue[:AT_ONCE]

    police.open(MONTH)
    checked, managed = _progress(police)
    for number, name in enumerate(names, start=1):
        row = police.main.get_by_role("row").filter(has_text=re.compile(re.escape(name), re.IGNORECASE))
        row.get_by_role("combobox").select_option("PRESENT" if number > 1 else "ABSENT")
        row.get_by_role("textbox").first.fill(f"{number}/BB-CAP")
    police.press("Ghi các dòng đã chọn")

    assert _progress(police) == (checked + AT_ONCE, managed)
    shown = police.main.inner_text().upper()
    assert [name for name in names if name in shown] == []
    assert set(names).isdisjoint(_overdue(police))


def _overdue(police: Desk) -> list[str]:
    """Return who is overdue for a check, as today's work names them."""
    lines = police.open("/").main.locator("section.overdue li.duty").filter(has_text=DUTY)
    return [name.strip() for name in lines.locator(".duty-who").all_inner_texts()]


def _progress(police: Desk) -> tuple[int, int]:
    checked, managed = re.findall(r"Đã kiểm tra (\d+)/(\d+)", police.main.inner_text())[0]
    return int(checked), int(managed)
