"""Signing in and out, and changing one's password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from chassis.accounts import Refused
from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.web import bodies
from chassis.web.answers import flash, is_own_path, redirect
from chassis.web.routing import PUBLIC, SIGNED_IN, Routes

if TYPE_CHECKING:
    from chassis.web.request import Request

LONGEST_USERNAME = 100
TOO_MANY = 429
WRONG = 422

routes = Routes()


@routes.page("/sign-in", may=PUBLIC, methods=["GET", "POST"])
def sign_in(request: Request) -> Response:
    """Show the door, or open it. Failures are counted in a transaction of their own."""
    if request.http.method != "POST":
        if request.actor is not None:
            return redirect(_onward(request, request.args.get("next", "")))
        return _door(request, onward=request.args.get("next", ""))
    bodies.check_form(request.http)
    typed = request.http.form
    username, onward = typed.get("username", "")[:LONGEST_USERNAME], typed.get("next", "")
    found = request.identities.door.sign_in(
        username, typed.get("password", ""), previous=request.session_token, correlation_id=request.correlation_id
    )
    if isinstance(found, Refused):
        return _door(
            request,
            onward=onward,
            username=username,
            problem=found.sentence,
            status=TOO_MANY if found.locked_until else WRONG,
        )
    response = redirect(_onward(request, onward))
    request.identities.sign_in(response, found.token)
    return response


@routes.page("/sign-out", may=SIGNED_IN, methods=["POST"])
def sign_out(request: Request) -> Response:
    """End the session on the server, then in the browser."""
    if request.session_token:
        request.identities.door.sign_out(request.session_token, correlation_id=request.correlation_id)
    response = redirect("/sign-in")
    request.identities.sign_out(response)
    return response


@routes.page("/password", may=SIGNED_IN, methods=["GET", "POST"])
def password(request: Request) -> Response:
    """Change one's own password; every other session of the account ends."""
    if request.http.method != "POST":
        return request.render("change_password.html")
    bodies.check_form(request.http)
    typed = request.http.form
    if typed.get("new_password", "") != typed.get("new_password_again", ""):
        return _again(request, errors={"new_password_again": [_("Hai lần ghi mật khẩu mới không giống nhau.")]})
    try:
        found = request.identities.door.change_password(
            request.by,
            old=typed.get("current_password", ""),
            new=typed.get("new_password", ""),
            correlation_id=request.correlation_id,
        )
    except NotUnderstood as unfit:
        return _again(request, errors={"new_password": [unfit.message]})
    if isinstance(found, Refused):
        return _again(request, errors={"current_password": [found.sentence]})
    response = redirect(request.service.routes.home, flash(_("Đã đổi mật khẩu. Các phiên làm việc khác đã kết thúc.")))
    request.identities.sign_in(response, found.token)
    return response


def _door(
    request: Request, *, onward: str, username: str = "", problem: str | None = None, status: int = 200
) -> Response:
    demo = request.service.routes.demo_accounts if request.runtime.settings.demo else ()
    return request.render(
        "sign_in.html",
        status=status,
        next=onward if is_own_path(onward) else "",
        username=username,
        problem=problem,
        demo_accounts=list(demo),
    )


def _again(request: Request, *, errors: Mapping[str, Sequence[object]]) -> Response:
    return request.render("change_password.html", status=WRONG, errors=errors)


def _onward(request: Request, asked: str) -> str:
    """Where to go after signing in: only ever to a page of this very service."""
    return asked if is_own_path(asked) and not asked.startswith("/sign-") else request.service.routes.home
