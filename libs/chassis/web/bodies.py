"""Reading what was sent: never more than is allowed, only of the announced kind, and nothing ambiguous."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from werkzeug.wrappers import Request as HTTPRequest

from chassis.errors import NotUnderstood, TooLarge
from chassis.i18n import _

LARGEST_BODY = 1024 * 1024
JSON_TYPES = frozenset({"application/json", "application/merge-patch+json"})
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class UnsupportedType(NotUnderstood):
    """The body is of a kind that is not read here."""

    status = 415
    code = "unsupported_type"


def read_body(http: HTTPRequest) -> bytes:
    """Read the whole body before anything else happens. Raises TooLarge past 1 MiB."""
    # One byte more than allowed, because a body of unknown length is cut at this limit without a word.
    http.max_content_length = LARGEST_BODY + 1
    http.max_form_memory_size = LARGEST_BODY
    if (http.content_length or 0) > LARGEST_BODY:
        _refuse_length()
    body = http.get_data(cache=True)
    if len(body) > LARGEST_BODY:
        _refuse_length()
    return body


def check_form(http: HTTPRequest) -> None:
    """Raise UnsupportedType unless a page's form was sent; no form here takes files."""
    if http.mimetype not in FORM_TYPES:
        raise UnsupportedType(_("Hãy gửi mẫu từ trang của hệ thống này."))
    if http.files:
        raise UnsupportedType(_("Mẫu này không nhận tệp đính kèm."))


def json_body(http: HTTPRequest) -> dict[str, Any]:
    """Return the JSON object that was sent. Raises UnsupportedType or NotUnderstood."""
    if http.mimetype not in JSON_TYPES:
        raise UnsupportedType(_("Hãy gửi JSON với Content-Type: application/json."))
    try:
        value = json.loads(
            http.get_data().decode("utf-8"), object_pairs_hook=_object_without_doubles, parse_constant=_no_constant
        )
    except NotUnderstood:
        raise
    except (ValueError, RecursionError):
        raise NotUnderstood(_("Nội dung gửi lên không phải là JSON đọc được."), code="not_json") from None
    if not isinstance(value, dict):
        raise NotUnderstood(_("Hãy gửi một đối tượng JSON có các mục của mẫu này."), code="not_json")
    return value


def _object_without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise NotUnderstood(_("Mục “%(name)s” được gửi hai lần.", name=name[:60]), code="doubled_key")
        found[name] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _refuse_length() -> NoReturn:
    raise TooLarge(_("Nội dung gửi lên dài quá 1 MiB; hãy gửi ít hơn."))
