"""What goes back: redirects, one-time messages, JSON. Nothing here knows who asks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Response

from chassis.i18n import spoken

PROBLEM_TYPE = "application/problem+json"


@dataclass(frozen=True, kw_only=True)
class Flash:
    """A message for the next page: what happened, and the likely next step. No name of a person in it."""

    text: str
    level: str = "success"
    next_label: str = ""
    next_href: str = ""

    def drawn(self) -> dict[str, Any]:
        """The message as templates take it."""
        onward = {"label": self.next_label, "href": self.next_href} if self.next_href else None
        return {"level": self.level, "text": self.text, "next": onward}


def flash(text: str, next_label: str = "", next_href: str = "", *, level: str = "success") -> Flash:
    """Return a message for the next page. `level` is success, info, warning or error."""
    return Flash(text=str(text), level=level, next_label=str(next_label), next_href=next_href)


class Redirect(Response):
    """A 303 to another page of this service, with a message to be shown there."""

    def __init__(self, href: str, flashed: Flash | None = None) -> None:
        if not is_own_path(href):
            raise ValueError(f"{href!r} is no address of this service")
        super().__init__(status=303, headers={"Location": href})
        self.flashed = flashed


def redirect(href: str, flash: Flash | None = None) -> Response:
    """Go to another page of this service. Raises ValueError for an address elsewhere."""
    return Redirect(href, flash)


def is_own_path(href: str) -> bool:
    """Whether this is a path on this very origin: what `next` after signing in may name."""
    if not href.startswith("/") or href.startswith("//") or "\\" in href or not href.isprintable():
        return False
    parts = urlsplit(href)
    return not parts.scheme and not parts.netloc


def json_answer(value: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Send a value as JSON, its texts in the language of the request."""
    return Response(to_json(value), status=status, headers=headers, mimetype="application/json")


def to_json(value: Any) -> str:
    """Write a value as JSON, its texts in the language of the request."""
    return json.dumps(spoken(value), ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def etag(version: int) -> str:
    """The ETag of a record in this version."""
    return f'"{version}"'


def version_of(tag: str) -> int | None:
    """The version that an If-Match names, or None when it names none."""
    text = tag.strip().removeprefix("W/").strip('"')
    return int(text) if text.isdecimal() and len(text) <= len("999999999") else None
