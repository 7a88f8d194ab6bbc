"""A form with mistakes comes back as it was typed, says what to write, and lets a doubt be confirmed with a reason."""

from collections.abc import Callable

import pytest

from tests.browser.consoles import Desk

pytestmark = pytest.mark.browser

TYPED = {
    "full_name": "Trần Thị Mẫu",
    "sex": "FEMALE",
    "birth_date": "31/02/1990",
    "ethnic_group": "KINH",
    "id_type": "CCCD",
    "id_number": "027190990001",
    "id_issued_on": "30/02/2021",
    "current_abode": "Tổ dân phố số 3",
}
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])


@SCRIPTS
def test_mistakes_are_named_and_nothing_typed_is_lost(desk_at: Callable[..., Desk], scripts: bool) -> None:
    police = desk_at("registry", scripts=scripts).sign_in("canbo").open("/people/new")
    police.write(**TYPED)
    police.save()

    assert police.page.title().startswith("Cần sửa")
    assert police.answer_in("full_name") == TYPED["full_name"]
    assert police.answer_in("birth_date") == TYPED["birth_date"]
    assert police.answer_in("id_number") == TYPED["id_number"]
    assert police.answer_in("current_abode") == TYPED["current_abode"]
    assert police.main.locator("[name=sex][value=FEMALE]").is_checked()

    summary = police.main.get_by_role("alert")
    assert "Chưa có gì được lưu" in summary.inner_text()
    assert summary.get_by_role("link").count() == 2
    assert police.main.locator("#birth_date").get_attribute("aria-invalid") == "true"
    focused = police.page.evaluate("document.activeElement.name") if scripts else None
    assert focused in {None, "birth_date"}, "the first wrong field has the focus"

    police.write(
        birth_date="28/02/1990", id_issued_on="01/03/2021", id_number="027190123458" if scripts else "027190123459"
    )
    police.save()
    assert "Trần Thị Mẫu".upper() in police.main.inner_text()
    assert "28/02/1990" in police.main.inner_text()


@SCRIPTS
def test_a_doubt_is_confirmed_with_a_reason(desk_at: Callable[..., Desk], scripts: bool) -> None:
    police = desk_at("registry", scripts=scripts).sign_in("canbo").open("/people/new")
    of_a_man = "027090123451" if scripts else "027090123452"
    police.write(**{**TYPED, "birth_date": "1990", "id_number": of_a_man, "id_issued_on": "01/03/2021"})
    police.save()
    assert police.answer_in("id_number") == of_a_man

    doubt = police.main.locator("#id_number-warning")
    assert doubt.is_visible()
    doubt.get_by_role("textbox").fill("Đã đối chiếu với thẻ")
    police.save()
    assert of_a_man in police.main.inner_text()
