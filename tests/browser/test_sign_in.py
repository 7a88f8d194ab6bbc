"""The door: a sentence for a wrong password, a lock after five, no way in with a made-up session."""

from collections.abc import Callable

import pytest

from tests.browser.consoles import Desk

pytestmark = pytest.mark.browser

SESSION = "binhan_registry_session"


def test_a_wrong_password_is_told_and_five_lock_the_name(desk_at: Callable[..., Desk]) -> None:
    stranger = desk_at("registry", scripts=False)
    for _ in range(4):
        stranger.sign_in("nguoi-la", "sai-mat-khau-nhe")
        assert stranger.page.url.endswith("/sign-in")
        assert "Tên đăng nhập hoặc mật khẩu không đúng" in stranger.main.inner_text()
        assert stranger.page.get_by_label("Tên đăng nhập").input_value() == "nguoi-la"
    stranger.sign_in("nguoi-la", "sai-mat-khau-nhe")
    stranger.sign_in("nguoi-la", "sai-mat-khau-nhe")
    assert "Đã nhập sai nhiều lần. Hãy thử lại sau" in stranger.main.inner_text()


def test_a_made_up_session_opens_nothing(desk_at: Callable[..., Desk]) -> None:
    stranger = desk_at("registry")
    stranger.context.add_cookies([{"name": SESSION, "value": "A" * 43, "url": stranger.address}])
    stranger.open("/people")
    assert "/sign-in" in stranger.page.url
    assert "Nguyễn" not in stranger.main.inner_text()


def test_the_door_leads_on_to_the_page_that_was_asked_for(desk_at: Callable[..., Desk]) -> None:
    police = desk_at("registry").open("/user-management?show=closed")
    police.page.get_by_label("Tên đăng nhập").fill("canbo")
    police.page.get_by_label("Mật khẩu").fill("binh-an-minh-hoa")
    police.press("Đăng nhập")
    assert police.page.url.endswith("/user-management?show=closed")


def test_signing_out_ends_the_session_itself(desk_at: Callable[..., Desk]) -> None:
    police = desk_at("registry").sign_in("canbo")
    kept = next(cookie for cookie in police.context.cookies() if cookie["name"] == SESSION)
    assert kept["httpOnly"] and kept["sameSite"] == "Lax"
    police.page.locator("details.account summary").click()
    with police.page.expect_navigation():
        police.page.get_by_role("button", name="Đăng xuất").click()
    police.context.add_cookies([{"name": SESSION, "value": kept["value"], "url": police.address}])
    police.open("/people")
    assert "/sign-in" in police.page.url, "the cookie of a session that has ended opens nothing"


def test_each_console_has_its_own_session(desk_at: Callable[..., Desk]) -> None:
    police = desk_at("registry").sign_in("canbo")
    health = police.address.removesuffix("1") + "2"
    police.page.goto(f"{health}/patients")
    assert "/sign-in" in police.page.url
