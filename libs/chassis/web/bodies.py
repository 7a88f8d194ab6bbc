"""Reading what was sent: never more than is allowed, only of the announced kind, and nothing ambiguous."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NoReturn

from werkzeug.wrappers import Request as HTTPRequest

from chassis.errors import NotUnderstood, TooLarge
from chassis.i18n import _

MEBIBYTE = 1024 * 1024
LARGEST_BODY = MEBIBYTE
JSON_TYPES = frozenset({"application/json", "application/merge-patch+json"})
WITH_FILES = "multipart/form-data"
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", WITH_FILES})


class UnsupportedType(NotUnderstood):
    """The body is of a kind that is not read here."""

    status = 415
    code = "unsupported_type"


@dataclass(frozen=True, kw_only=True)
class UploadedFile:
    """A file that was sent with a form; ``name`` is what the sender's machine calls it, without a folder."""

    name: str
    content: bytes


def read_body(http: HTTPRequest, largest_file: int = 0) -> bytes:
    """Read the whole body before anything else happens. Raises TooLarge past 1 MiB, or past that and the file it may bring."""
    largest = LARGEST_BODY + (largest_file if http.mimetype == WITH_FILES else 0)
    # One byte more than allowed, because a body of unknown length is cut at this limit without a word.
    http.max_content_length = largest + 1
    http.max_form_memory_size = LARGEST_BODY
    # A file may name people: it waits in memory and never in a temporary file of the machine.
    http._get_file_stream = _in_memory  # type: ignore[method-assign]  # noqa: SLF001 - werkzeug's place for this choice
    if (http.content_length or 0) > largest:
        _refuse_length(largest)
    body = http.get_data(cache=True)
    if len(body) > largest:
        _refuse_length(largest)
    return body


def check_form(http: HTTPRequest) -> None:
    """Raise UnsupportedType unless a page's form was sent, without files."""
    _check_form_type(http)
    if http.files:
        raise UnsupportedType(_("Mẫu này không nhận tệp đính kèm."))


def uploaded_file(http: HTTPRequest, field: str, *, largest: int) -> UploadedFile:
    """Return the one file that a page's form brought. Raises NotUnderstood without one, TooLarge past ``largest`` bytes."""
    _check_form_type(http)
    sent = http.files.get(field)
    if sent is None or not sent.filename or len(http.files) > 1:
        raise NotUnderstood(_("Hãy chọn một tệp."), field=field)
    content = sent.stream.read()
    if len(content) > largest:
        _refuse_length(largest, field)
    return UploadedFile(name=sent.filename.replace("\\", "/").rpartition("/")[2][:200], content=content)


def _check_form_type(http: HTTPRequest) -> None:
    if http.mimetype not in FORM_TYPES:
        raise UnsupportedType(_("Hãy gửi mẫu từ trang của hệ thống này."))


def _in_memory(*_said: object, **_more: object) -> BytesIO:
    return BytesIO()


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


def _refuse_length(largest: int, field: str | None = None) -> NoReturn:
    raise TooLarge(_("Nội dung gửi lên dài quá %(most)s MiB; hãy gửi ít hơn.", most=largest // MEBIBYTE), field=field)
