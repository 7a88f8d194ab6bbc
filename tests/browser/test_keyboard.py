"""Working without the mouse: `/` searches, Enter moves on, `h` is today, Ctrl+Enter saves, Esc goes back."""

from collections.abc import Callable

import pytest

from tests.browser.consoles import Desk

pytestmark = pytest.mark.browser

FOCUS = "document.activeElement.id"


def test_the_slash_goes_to_the_search(desk_at: Callable[..., Desk]) -> None:
    police = desk_at("registry").sign_in("canbo")
    police.page.keyboard.press("/")
    assert police.page.evaluate(FOCUS) == "search"
    with police.page.expect_navigation():
        police.page.keyboard.type("ng")
        police.page.keyboard.press("Enter")
    assert police.page.url.endswith("/people?q=ng")
    police.main.locator("#asked").focus()
    police.page.keyboard.press("End")
    police.page.keyboard.press("/")
    assert police.main.locator("#asked").input_value() == "ng/", "inside a field it is a letter like any other"


def test_a_record_is_made_by_keys_alone(desk_at: Callable[..., Desk]) -> None:
    culture = desk_at("campaigns").sign_in("vanhoa").open("/places/new")
    keys = culture.page.keyboard
    culture.main.locator("[name=name]").focus()
    keys.type("Tổ dân phố gõ bằng phím")
    keys.press("Enter")
    assert culture.page.evaluate(FOCUS) == "since_on", "Enter moves on"
    keys.press("h")
    assert culture.answer_in("since_on") == culture.main.locator("#since_on").get_attribute("data-date")
    culture.main.locator("[name=kind]").first.evaluate("(field) => field.focus()")
    culture.write(kind="TDP")
    with culture.page.expect_navigation():
        keys.press("Control+Enter")
    assert "Tổ dân phố gõ bằng phím" in culture.said()


def test_escape_asks_only_when_something_was_typed(desk_at: Callable[..., Desk]) -> None:
    culture = desk_at("campaigns").sign_in("vanhoa").open("/places/new")
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    culture.page.on("dialog", stay)
    culture.main.locator("[name=name]").fill("Chưa xong")
    culture.page.keyboard.press("Escape")
    assert asked == ["Bỏ những gì vừa ghi?"]
    assert culture.answer_in("name") == "Chưa xong"

    culture.open("/places/new")
    culture.main.locator("[name=name]").focus()
    with culture.page.expect_navigation():
        culture.page.keyboard.press("Escape")
    assert asked == ["Bỏ những gì vừa ghi?"], "nothing was typed, nothing is asked"
    assert culture.page.url.endswith("/places")


def test_the_first_stop_leads_past_the_menu(desk_at: Callable[..., Desk]) -> None:
    nurse = desk_at("health").sign_in("dieuduong").open("/patients")
    nurse.page.keyboard.press("Tab")
    assert nurse.page.evaluate("document.activeElement.textContent") == "Đến nội dung chính"
    nurse.page.keyboard.press("Enter")
    nurse.page.keyboard.press("Tab")
    assert nurse.page.evaluate("document.activeElement.closest('main') !== null")
