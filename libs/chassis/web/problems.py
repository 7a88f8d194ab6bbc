"""Every way a request can fail, as an answer: a page for people, an RFC 9457 problem document for programs.

What is not foreseen is answered with a reference and nothing else; the log has the place where it happened, never its text.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from chassis.errors import NotFound, NotSignedIn, ProgrammeError, RuleBroken, StartRefused, Unavailable
from chassis.i18n import _
from chassis.web.answers import PROBLEM_TYPE, redirect, to_json

if TYPE_CHECKING:
    from chassis.web.request import Request

_log = logging.getLogger(__name__)

TITLES: Mapping[int, str] = {
    400: _("Yêu cầu không đọc được"),
    401: _("Cần đăng nhập"),
    403: _("Không được phép"),
    404: _("Không tìm thấy"),
    405: _("Không dùng cách này ở đây"),
    409: _("Trái quy tắc"),
    412: _("Hồ sơ đã thay đổi"),
    413: _("Gửi quá nhiều"),
    415: _("Kiểu nội dung không đọc được"),
    422: _("Có mục chưa đúng"),
    428: _("Cần cho biết bản đang sửa"),
    500: _("Có trục trặc"),
    503: _("Tạm thời chưa phục vụ được"),
}


class Unforeseen(ProgrammeError):
    """Something that nobody thought of; the person gets a reference."""

    code = "unforeseen"


class WrongRequest(ProgrammeError):
    """What HTTP itself forbids: an address that is not there, a method that is not allowed."""

    def __init__(self, message: object, *, status: int, code: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message, code=code)
        self.status = status
        self.headers = dict(headers or {})


def understood(error: Exception, request: Request) -> ProgrammeError:
    """Turn any exception into a situation with a sentence."""
    if isinstance(error, ProgrammeError):
        return error
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, IntegrityError):
        _note(error, request)
        return RuleBroken(
            _("Cùng lúc có người khác ghi điều trái với lần ghi này. Hãy mở lại trang để xem bản mới rồi ghi lại."),
            code="conflict",
        )
    if isinstance(error, StartRefused):
        _note(error, request)
        return Unavailable(_("Dịch vụ chưa sẵn sàng: người quản trị xem lý do ở /readyz. Chưa có gì được lưu."))
    if isinstance(error, OperationalError | PoolTimeout) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    ):
        _note(error, request)
        return Unavailable(_("Cơ sở dữ liệu tạm thời chưa trả lời. Chưa có gì được lưu; hãy thử lại sau ít phút."))
    _note(error, request)
    return Unforeseen(
        _(
            "Có lỗi ngoài dự kiến và chưa có gì được lưu. Hãy thử lại; nếu vẫn lỗi, báo mã %(reference)s cho người quản trị.",
            reference=request.correlation_id,
        )
    )


def _of_http(error: HTTPException) -> ProgrammeError:
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        return WrongRequest(
            _("Địa chỉ này không nhận cách gửi đó."), status=405, code="method_not_allowed", headers={"Allow": allowed}
        )
    if error.code == HTTPStatus.NOT_FOUND or isinstance(error, RequestRedirect):
        return NotFound(_("Không có trang này."))
    return WrongRequest(
        _("Yêu cầu gửi lên không đọc được; hãy tải lại trang rồi gửi lại."),
        status=error.code or 400,
        code="bad_request",
    )


def _note(error: Exception, request: Request) -> None:
    # The text of an exception may quote what a person typed; the log formatter keeps its kind and its place only.
    route = request.route.rule if request.route else ""
    _log.error("request failed", exc_info=error, extra={"route": route, "correlation_id": request.correlation_id})


def answer(error: ProgrammeError, request: Request) -> Response:
    """Answer a situation in the form the caller reads."""
    response = _problem(error, request) if request.is_api else _page(error, request)
    response.headers.update(getattr(error, "headers", {}))
    if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        response.headers["Connection"] = "close"  # the server would otherwise read the rest to reuse the connection
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "30"
    return response


def problem_document(error: ProgrammeError, request: Request) -> dict[str, Any]:
    """The RFC 9457 document; `errors` names each field with its sentence."""
    return {
        "type": f"urn:binhan:problem:{error.code}",
        "title": str(TITLES.get(error.status, TITLES[500])),
        "status": error.status,
        "detail": str(error.message),
        "code": error.code,
        "instance": request.path,
        "errors": [{"field": name, "detail": str(line)} for name, lines in error.fields.items() for line in lines],
        "correlation_id": request.correlation_id,
    }


def _problem(error: ProgrammeError, request: Request) -> Response:
    response = Response(to_json(problem_document(error, request)), status=error.status, content_type=PROBLEM_TYPE)
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _page(error: ProgrammeError, request: Request) -> Response:
    if isinstance(error, NotSignedIn) and request.http.method in {"GET", "HEAD"}:
        return redirect(sign_in_address(request))
    onward: dict[str, Any] = {}
    if isinstance(error, NotSignedIn):
        onward = {"next": {"label": _("Đăng nhập"), "href": "/sign-in"}}
    elif error.status == HTTPStatus.PRECONDITION_FAILED:
        onward = {"next": {"label": _("Mở lại bản mới"), "href": request.path}}
    return request.render(
        "error.html",
        status=error.status,
        title=TITLES.get(error.status, TITLES[500]),
        message=error.message,
        reference=request.correlation_id,
        fields=error.fields,
        **onward,
    )


def sign_in_address(request: Request) -> str:
    """Where to sign in, and come back from to the page that was asked for."""
    asked = request.http.full_path.rstrip("?")
    return f"/sign-in?next={quote(asked, safe='/')}" if asked != "/" else "/sign-in"
