"""Every main page at both widths: nothing that axe objects to, nothing wider than the window, nothing heavy."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.consoles import CONSOLES, PHONE, WIDE, Desk
from tests.browser.screens import DOOR, SCREENS, Screen

pytestmark = pytest.mark.browser

AT_TWICE_THE_SIZE = {"width": 640, "height": 450}
"""What is left of 1280 by 900 when everything is shown at 200 %."""

LIGHTEST, HEAVIEST = 10_000, 100_000


def screens_of(console: str, desk_at: Callable[..., Desk], **how: Any) -> Any:
    """Bring up the door and every main page of a console, one after the other."""
    yield DOOR, desk_at(console, **how).open(DOOR)
    desks: dict[str, Desk] = {}
    for screen in SCREENS:
        if screen.console == console:
            desk = desks.setdefault(screen.username, desk_at(console, **how))
            _sign_in_once(desk, screen)
            screen.show(desk)
            yield screen.name, desk


def _sign_in_once(desk: Desk, screen: Screen) -> None:
    if desk.page.url == "about:blank":
        desk.sign_in(screen.username)


@pytest.mark.parametrize("console", CONSOLES)
def test_every_page_is_fit_for_a_phone(desk_at: Callable[..., Desk], axe: str, console: str) -> None:
    found = {}
    for name, desk in screens_of(console, desk_at, size=PHONE):
        found[name] = [*violations(desk, axe), *_too_wide(desk, PHONE)]
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize("console", CONSOLES)
def test_every_page_is_fit_for_a_desk(desk_at: Callable[..., Desk], axe: str, console: str) -> None:
    found = {}
    for name, desk in screens_of(console, desk_at, size=WIDE):
        found[name] = [*_too_heavy(desk), *violations(desk, axe)]
        desk.page.set_viewport_size(AT_TWICE_THE_SIZE)
        found[name] += _too_wide(desk, AT_TWICE_THE_SIZE)
        desk.page.set_viewport_size(WIDE)
    assert {name: what for name, what in found.items() if what} == {}


def violations(desk: Desk, axe: str) -> list[str]:
    """Run axe inside the page by the debugger, because our policy lets no foreign script in."""
    debugger = desk.context.new_cdp_session(desk.page)
    debugger.send("Runtime.evaluate", {"expression": axe})
    answer = debugger.send(
        "Runtime.evaluate",
        {"expression": "axe.run().then((found) => found.violations)", "awaitPromise": True, "returnByValue": True},
    )
    debugger.detach()
    return [
        f"{violation['id']} ({violation['impact']}): {node['html']}"
        for violation in answer["result"]["value"]
        for node in violation["nodes"]
    ]


def _too_wide(desk: Desk, size: dict[str, int]) -> list[str]:
    width = desk.page.evaluate("document.documentElement.scrollWidth")
    return [f"{width} pixels wide in a window of {size['width']}"] if width > size["width"] else []


def _too_heavy(desk: Desk) -> list[str]:
    """Load the page again with nothing kept, and weigh what comes over the wire besides the font."""
    network = desk.context.new_cdp_session(desk.page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    fonts: set[str] = set()
    bytes_of: dict[str, int] = {}
    network.on(
        "Network.responseReceived", lambda told: fonts.add(told["requestId"]) if told["type"] == "Font" else None
    )
    network.on(
        "Network.loadingFinished", lambda told: bytes_of.update({told["requestId"]: int(told["encodedDataLength"])})
    )
    if desk.page.locator("[data-live]").count():
        with desk.page.expect_response("**/htmx.min.js") as htmx:
            desk.page.reload()
        htmx.value.finished()
    else:
        desk.page.reload()
    network.detach()
    weight = sum(size for request, size in bytes_of.items() if request not in fonts)
    assert weight > LIGHTEST, "the network was not listened to"
    return [f"{weight} bytes"] if weight >= HEAVIEST else []
