"""For tests: somebody at a browser, or a program with a token, before the application of one service, without a server."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from html import unescape
from typing import Any

from sqlalchemy import func, select
from werkzeug.test import Client, TestResponse

from chassis import accounts
from chassis.service import Runtime
from chassis.testing import UNIT
from chassis.web.application import Application
from chassis.web.bodies import LARGEST_BODY

PASSWORD = "một câu dễ nhớ của tôi"  # noqa: S105 - the password of people who do not exist


class Console:
    """The application of a service, and people with accounts in it."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.application = Application(runtime, version="test")

    def account(self, *roles: str, username: str = "someone", unit: str = UNIT) -> str:
        """Make an account with these roles; return its id."""
        password = accounts.hash_password(PASSWORD, username=username)
        with self.runtime.store.begin() as session:
            made = accounts.create_account(
                session,
                self.runtime.tables.accounts,
                unit=unit,
                username=username,
                display_name=username.title(),
                roles=roles,
                password=password,
                clock=self.runtime.clock,
            )
        return made.account_id

    def visitor(self) -> Visitor:
        """Somebody who is not signed in."""
        return Visitor(self)

    def signed_in(self, *roles: str, username: str = "someone", unit: str = UNIT) -> Visitor:
        """Somebody new with these roles, signed in through the door."""
        self.account(*roles, username=username, unit=unit)
        visitor = self.visitor()
        answer = visitor.sign_in(username)
        assert answer.location, answer.get_data(as_text=True)  # noqa: S101 - this is a test's tool
        return visitor

    def token(self, account_id: str, scopes: Sequence[str]) -> str:
        """Give an account an API token."""
        with self.runtime.store.begin() as session:
            token, _known = accounts.issue_api_token(
                session,
                self.runtime.tables.accounts,
                account_id,
                name="test",
                scopes=scopes,
                allowed=scopes,
                life=timedelta(days=1),
                clock=self.runtime.clock,
            )
        return token

    def program(self, *roles: str, scopes: Sequence[str], username: str = "program", unit: str = UNIT) -> Program:
        """A program that speaks for a new account with these roles."""
        return Program(self, self.token(self.account(*roles, username=username, unit=unit), scopes))

    def rows(self) -> dict[str, int]:
        """How many rows each table of the service holds: what a refused request must leave as it was.

        Sessions and counted sign-in failures are left out: they are about who knocks, not about what is kept.
        """
        left_out = {"session_token", "sign_in_failure"}
        with self.runtime.store.reading() as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in self.runtime.definition.metadata.sorted_tables
                if table.name not in left_out
            }


class Visitor:
    """A browser without JavaScript."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.client = Client(console.application)

    def get(self, path: str, **more: Any) -> TestResponse:
        """Open an address and read the answer to its end, so that no file stays open."""
        return self.client.get(path, buffered=True, **more)

    def sign_in(self, username: str, password: str = PASSWORD, *, onward: str = "") -> TestResponse:
        """Go through the door as a person would: open it, fill it in."""
        return self.submit("/sign-in", {"username": username, "password": password, "next": onward})

    def submit(
        self, path: str, answers: Mapping[str, object], *, action: str | None = None, **more: Any
    ) -> TestResponse:
        """Open the page, fill in its form and send it, with what the page itself put there unseen."""
        hidden = hidden_fields(self.get(path).get_data(as_text=True))
        return self.client.post(action or path, data={**hidden, **answers}, **more)

    def csrf(self, path: str) -> str:
        """The token that this page's forms carry."""
        return hidden_fields(self.get(path).get_data(as_text=True)).get("_csrf", "")


class Program:
    """A program with a Bearer token."""

    def __init__(self, console: Console, token: str) -> None:
        self.console = console
        self.client = Client(console.application, use_cookies=False)
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, headers: Mapping[str, str] | None = None, **more: Any) -> TestResponse:
        return self.client.get(path, headers={**self.headers, **(headers or {})}, **more)

    def send(
        self, method: str, path: str, json: Any, headers: Mapping[str, str] | None = None, **more: Any
    ) -> TestResponse:
        return self.client.open(path, method=method, json=json, headers={**self.headers, **(headers or {})}, **more)


_INPUT = re.compile(r"<input[^>]*type=\"hidden\"[^>]*>")
_ATTRIBUTE = re.compile(r"(name|value)=\"([^\"]*)\"")


def hidden_fields(html: str) -> dict[str, str]:
    """The hidden fields of the last form of a page that has some, by name."""
    form = html.rpartition("<form")[2] if "<form" in html else html
    main = html.partition("<main")[2] or form
    found: dict[str, str] = {}
    for tag in _INPUT.findall(main):
        attributes = dict(_ATTRIBUTE.findall(tag))
        found[attributes.get("name", "")] = unescape(attributes.get("value", ""))
    return found or _csrf_of(html)


def _csrf_of(html: str) -> dict[str, str]:
    """Pages without a form of their own still have the one that signs out."""
    for tag in _INPUT.findall(html):
        attributes = dict(_ATTRIBUTE.findall(tag))
        if attributes.get("name") == "_csrf":
            return {"_csrf": unescape(attributes.get("value", ""))}
    return {}


TOO_LONG = "x" * (LARGEST_BODY + 1)
"""A body that no service reads."""
