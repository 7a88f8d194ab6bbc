"""That a change was asked for by our own page: a token in the form, and what the browser says of where it comes from."""

from __future__ import annotations

from hmac import compare_digest
from urllib.parse import urlsplit

from werkzeug.wrappers import Request as HTTPRequest

from chassis.errors import NotAllowed
from chassis.i18n import _
from chassis.web.bodies import FORM_TYPES

FIELD = "_csrf"
HEADER = "X-CSRF-Token"


class ForgedRequest(NotAllowed):
    """The change was not asked for by a page of ours, or its page is too old."""

    code = "csrf"


def check(http: HTTPRequest, expected: str) -> None:
    """Raise ForgedRequest unless the request carries the token and comes from our own origin."""
    given = http.headers.get(HEADER, "")
    if not given and http.mimetype in FORM_TYPES:
        given = http.form.get(FIELD, "")
    if not expected or not compare_digest(given.encode(), expected.encode()) or not comes_from_here(http):
        raise ForgedRequest(
            _(
                "Trang này đã cũ hoặc yêu cầu không đến từ trang của hệ thống. "
                "Hãy tải lại trang rồi gửi lại; chưa có gì được lưu."
            )
        )


def surely_comes_from_here(http: HTTPRequest) -> bool:
    """The browser itself says that our own page asked."""
    said_so = "Origin" in http.headers or http.headers.get("Sec-Fetch-Site") == "same-origin"
    return said_so and comes_from_here(http)


def comes_from_here(http: HTTPRequest) -> bool:
    """What the browser says: neither another site nor another port. Programs that say nothing still need the token."""
    if http.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = http.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == http.host
