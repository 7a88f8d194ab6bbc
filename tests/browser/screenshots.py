"""Pictures of the main pages of the four consoles, for people to look at: `python -m tests.browser.screenshots [folder]`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.consoles import CONSOLES, PHONE, WIDE, Desk, Ward, a_browser, a_ward, at
from tests.browser.screens import DOOR, SCREENS


def take(browser: Browser, ward: Ward, folder: Path) -> int:
    """Take every page at both widths; return how many pictures there are now."""
    taken = 0
    for size in (WIDE, PHONE):
        for console in CONSOLES:
            door = at(browser, ward, console, size=size).open(DOOR)
            taken += _keep(door, folder / f"{console}-door-{size['width']}.png")
            desks = {}
            for screen in SCREENS:
                if screen.console != console:
                    continue
                if screen.username not in desks:
                    desks[screen.username] = at(browser, ward, console, size=size).sign_in(screen.username)
                screen.show(desks[screen.username])
                taken += _keep(desks[screen.username], folder / f"{console}-{screen.name}-{size['width']}.png")
            for desk in [door, *desks.values()]:
                desk.context.close()
    return taken


def _keep(desk: Desk, path: Path) -> int:
    """Take the whole page in a window as high as the page, so that what sticks to its end stands at its end."""
    page, size = desk.page, desk.page.viewport_size
    page.evaluate("document.fonts.ready")
    page.set_viewport_size(
        {**size, "height": max(size["height"], page.evaluate("document.documentElement.scrollHeight"))}
    )
    page.screenshot(path=path)
    page.set_viewport_size(size)
    return 1


def main() -> None:
    """Start a demo ward, take the pictures, and say where they are."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "var/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, a_ward(Path(data)) as ward, a_browser() as browser:
        print(f"{take(browser, ward, folder)} pictures in {folder}")


if __name__ == "__main__":
    main()
