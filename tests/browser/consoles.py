"""A ward of its own, started as anybody would start it, and people who sit down at its consoles in a real browser."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from embedded.demo import PASSWORD

CONSOLES = ("reporting", "registry", "health", "campaigns")
"""In the order of their ports."""

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
START_SECONDS = 180
CHROMIUM = os.environ.get("BINHAN_TEST_CHROMIUM", "/usr/bin/chromium")
QUIET = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run", "--lang=vi")


@dataclass(frozen=True)
class Ward:
    """A running ward and the seconds from its start until all four consoles answered."""

    base_port: int
    started_in: float
    log: Path

    def address(self, console: str) -> str:
        """Return where a console answers."""
        return f"http://127.0.0.1:{self.base_port + CONSOLES.index(console)}"


@contextmanager
def a_ward(folder: Path) -> Iterator[Ward]:
    """Start `binhan run` with the demo in this folder; it ends with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    base_port, log = _free_ports(), folder / "ward.log"
    command = [
        str(Path(sys.executable).with_name("binhan")),
        "run",
        "--data",
        str(folder / "data"),
        "--base-port",
        str(base_port),
    ]
    began = time.monotonic()
    with log.open("wb") as lines:
        process = subprocess.Popen(command, stdout=lines, stderr=subprocess.STDOUT)
    try:
        for offset in range(len(CONSOLES)):
            _wait_for(f"http://127.0.0.1:{base_port + offset}/healthz", process, log)
        yield Ward(base_port, time.monotonic() - began, log)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


def _free_ports() -> int:
    """Return the first of four ports in a row that nobody uses."""
    for base in range(20_000, 32_000, 10):
        with suppress(OSError):
            for offset in range(len(CONSOLES)):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", base + offset))
            return base
    raise RuntimeError("no four free ports in a row between 20000 and 32000")


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the ward ended at its start:\n{log.read_text()}")
        with suppress(URLError, OSError), urlopen(address, timeout=2) as answer:  # noqa: S310 - our own address
            if answer.status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{address} did not answer within {START_SECONDS} s:\n{log.read_text()}")


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Start the Chromium of this machine; nothing is ever downloaded."""
    if not Path(CHROMIUM).exists():
        raise RuntimeError(f"there is no {CHROMIUM}; `python deploy/dev install` installs Debian's package, "
                           "BINHAN_TEST_CHROMIUM names another")  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


class Desk:
    """One person at one console: what they open, press, write and see."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.page: Page = context.new_page()

    def open(self, path: str) -> "Desk":
        """Go to a path of this console."""
        self.page.goto(self.address + path)
        return self

    def sign_in(self, username: str, password: str = PASSWORD) -> "Desk":
        """Sign in by the form of the door."""
        self.open("/sign-in")
        self.page.get_by_label("Tên đăng nhập").fill(username)
        self.page.get_by_label("Mật khẩu").fill(password)
        self.press("Đăng nhập")
        return self

    @property
    def main(self) -> Locator:
        """Return what the page is about, without its frame."""
        return self.page.get_by_role("main")

    def press(self, words: str) -> None:
        """Press the one button that says this, and wait for the page that follows."""
        with self.page.expect_navigation():
            self.main.get_by_role("button", name=words, exact=True).click()

    def save(self) -> None:
        """Press the button at the end of a form, whatever its verb is."""
        with self.page.expect_navigation():
            self.main.locator("form.entry button.primary").click()

    def follow(self, words: str | re.Pattern[str]) -> None:
        """Follow the first link that says this."""
        with self.page.expect_navigation():
            self.main.get_by_role("link", name=words, exact=isinstance(words, str)).first.click()

    def write(self, **answers: str) -> None:
        """Fill in a form by the names of its fields, the way each field takes its answer."""
        for name, answer in answers.items():
            self._answer(name, answer)

    def _answer(self, name: str, answer: str) -> None:
        fields = self.main.locator(f"form.entry [name={name}]")
        kind = fields.first.evaluate("(field) => field.type")
        if kind in {"checkbox", "radio"}:
            self.main.locator(f"form.entry [name={name}][value='{answer}']").check()
        elif kind == "select-one":
            fields.select_option(answer)
        else:
            fields.fill(answer)

    def answer_in(self, name: str) -> str:
        """Return what stands in a field."""
        return self.main.locator(f"form.entry [name={name}]").first.input_value()

    def said(self) -> str:
        """Return the message that follows a deed."""
        return self.main.locator(".notice.success").first.inner_text()


def at(browser: Browser, ward: Ward, console: str, *, scripts: bool = True, size: Any = None) -> Desk:
    """Sit somebody down at a console in a browser window of their own."""
    context = browser.new_context(
        java_script_enabled=scripts, viewport=size or WIDE, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
    )
    context.set_default_timeout(15_000)
    return Desk(context, ward.address(console))
