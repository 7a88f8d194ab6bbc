"""Operations at work: the page that asks, the page that answers, and their twin in the API."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields as dataclass_fields
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from chassis.errors import NotFound, NotSignedIn, NotUnderstood, ProgrammeError, StaleVersion
from chassis.forms import Form, NeedsConfirmation, bind
from chassis.forms.form import FORM_HAS_FAULTS
from chassis.i18n import _
from chassis.ids import new_id
from chassis.web import bodies, csrf, idempotency, problems
from chassis.web.answers import etag, flash, json_answer, redirect, version_of
from chassis.web.routing import Loaded, Operation, Route

if TYPE_CHECKING:
    from chassis.web.request import Request

REASONS = "confirm_reasons"
ONCE = "_once"
VERSION = "_version"
ONWARD = "_onward"
LONGEST_ONCE = 64


class VersionMissing(NotUnderstood):
    """A change must say which version it changes."""

    status = 428
    code = "if_match_missing"


class Redraw(Exception):
    """The form goes back to the person as it was typed, with what is wrong; everything else is given up."""

    def __init__(
        self, operation: Operation, error: Exception, typed: Mapping[str, Any], reasons: Mapping[str, str]
    ) -> None:
        super().__init__(operation.name)
        self.operation = operation
        self.error = error
        self.typed = typed
        self.reasons = reasons


# -- routes --------------------------------------------------------------------------------------------------------------------


def page_route(operation: Operation, rule: str) -> Route:
    """The page of an operation: GET shows the form, POST takes it."""
    return Route(
        rule=rule,
        methods=frozenset({"GET", "POST"}),
        call=_page(operation),
        may=operation.may,
        kind="page",
        name=operation.name,
        menu=operation.menu,
        operation=operation,
    )


def api_route(operation: Operation, rule: str) -> Route:
    """The API of an operation."""
    return Route(
        rule=rule,
        methods=frozenset({operation.method}),
        call=_api(operation),
        may=operation.may,
        kind="api",
        name=operation.name,
        summary=str(operation.summary or operation.title or operation.form.title),
        out=operation.out,
        operation=operation,
    )


def key_of(request: Request, route: Route) -> str | None:
    """The key under which this request's answer is kept: a program's Idempotency-Key, or the mark of one drawn form.

    A form sent twice (a double click, a reload) is one deed. Sent again with other answers it is another one, so the answers
    are part of a form's key.
    """
    if request.http.method != "POST" or route.operation is None:
        return None
    if route.kind == "api":
        key = request.http.headers.get("Idempotency-Key")
        return None if key is None else idempotency.check_key(key)
    once = request.http.form.get(ONCE, "")
    if not once or len(once) > LONGEST_ONCE or not once.isascii() or not once.isprintable():
        return None
    return f"{once}:{hashlib.sha256(request.http.get_data()).hexdigest()}"


def given_back(request: Request, route: Route, forged: csrf.ForgedRequest) -> Exception:
    """What to raise for a form with a token that is not the session's.

    When the browser says that it comes from our own page (a session that ended and began anew meanwhile), the form goes back with
    what was typed and a new token; else it is refused.
    """
    operation = route.operation
    if operation is None or route.kind != "page" or not csrf.surely_comes_from_here(request.http):
        return forged
    form = operation.form(today=request.today, channel="page", request=request)
    stale = csrf.ForgedRequest(_("Trang này đã cũ. Hãy xem lại những gì đã ghi rồi gửi lại; chưa có gì được lưu."))
    return Redraw(operation, stale, form.typed_on_page(request.http.form), form.reasons_on_page(request.http.form))


def ask_first(request: Request, route: Route) -> None:
    """Ask another service what a deed needs, before its unit of work is opened; a refusal draws the form again.

    What is wrong by itself is refused before anybody is asked.
    """
    operation = route.operation
    if operation is None or operation.ask_first is None or not request.writes:
        return
    form = operation.form(today=request.today, channel=request.channel, request=request)
    typed, reasons = _sent(request, route, form)
    try:
        form.understand(typed)
        request.asked = {}
        request.asked = operation.ask_first(request, **request.path_values)
    except (NotFound, NotSignedIn):
        raise
    except Exception as error:
        if route.kind == "api":
            raise
        raise Redraw(operation, error, typed, reasons) from error


def _sent(request: Request, route: Route, form: Form) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was typed, and the reasons beside warnings."""
    if route.kind == "api":
        sent = bodies.json_body(request.http)
        return sent, _reasons(sent.pop(REASONS, {}))
    bodies.check_form(request.http)
    return form.typed_on_page(request.http.form), form.reasons_on_page(request.http.form)


# -- pages ---------------------------------------------------------------------------------------------------------------------


def _page(operation: Operation) -> Callable[..., Response]:
    def page(request: Request, **path: Any) -> Response:
        if request.http.method != "POST":
            return _empty_form(request, operation, path)
        bodies.check_form(request.http)
        form = operation.form(today=request.today, channel="page", request=request)
        typed, reasons = form.typed_on_page(request.http.form), form.reasons_on_page(request.http.form)
        try:
            version = _version_on_page(request, operation)
            saved = _save(request, operation, form, typed=typed, reasons=reasons, version=version)
            request.uow.session.flush()
            said = operation.said(saved) if operation.said else flash(_("Đã ghi: %(title)s.", title=_title(operation)))
            if request.http.form.get(ONWARD) and said.next_href:
                return redirect(said.next_href, flash(said.text, level=said.level))
            return redirect(operation.done(saved), said)
        except (NotFound, NotSignedIn):
            raise
        except Exception as error:
            raise Redraw(operation, error, typed, reasons) from error

    return page


def _empty_form(request: Request, operation: Operation, path: Mapping[str, Any]) -> Response:
    answers: Mapping[str, Any] = {}
    version = None
    if operation.load is not None:
        loaded = operation.load(request, **path)
        answers, version = loaded.answers, loaded.version
    elif operation.prefill is not None:
        answers = operation.prefill(request, **path)
    form = operation.form(today=request.today, channel="page", request=request)
    bound = bind(
        form,
        action=request.path,
        typed=answers,
        version=version,
        cancel=_cancel(request, operation, path),
        once=new_id(),
    )
    return _drawn(request, operation, bound, path, 200)


def redrawn(request: Request, redraw: Redraw) -> Response:
    """Draw the form again after a refusal, in a fresh unit of work that will be given up."""
    operation, path = redraw.operation, request.path_values
    error = problems.understood(redraw.error, request)
    form = operation.form(today=request.today, channel="page", request=request)
    warned = isinstance(error, NeedsConfirmation)
    bound = bind(
        form,
        action=request.path,
        typed=redraw.typed,
        faults={} if warned else _faults(error),
        warnings=error.fields if warned else {},
        reasons=redraw.reasons,
        version=version_of(request.http.form.get(VERSION, "")),
        cancel=_cancel(request, operation, path),
        once=new_id(),
        summary=error.message,
    )
    return _drawn(request, operation, bound, path, error.status)


def _faults(error: ProgrammeError) -> dict[str, list[object]]:
    """What to say where; a situation that names no field is said above the form."""
    return dict(error.fields) or {"": [error.message]}


def _drawn(request: Request, operation: Operation, bound: Any, path: Mapping[str, Any], status: int) -> Response:
    bound.title, bound.onward = _title(operation), str(operation.onward)
    more = operation.context(request, **path) if operation.context else {}
    return request.render(operation.template, status=status, form=bound, **more)


def _title(operation: Operation) -> str:
    return str(operation.title or operation.form.title)


def _cancel(request: Request, operation: Operation, path: Mapping[str, Any]) -> str:
    if callable(operation.cancel):
        return operation.cancel(request, **path)
    return operation.cancel or request.path.rpartition("/")[0] or "/"


def _version_on_page(request: Request, operation: Operation) -> int | None:
    if operation.load is None:
        return None
    version = version_of(request.http.form.get(VERSION, ""))
    if version is None:
        raise VersionMissing(_("Trang này đã cũ. Hãy mở lại trang rồi ghi lại."))
    return version


# -- API -----------------------------------------------------------------------------------------------------------------------


def _api(operation: Operation) -> Callable[..., Response]:
    def api(request: Request, **path: Any) -> Response:
        version = _version_asked(request, operation)
        sent = bodies.json_body(request.http)
        reasons = _reasons(sent.pop(REASONS, {}))
        form = operation.form(today=request.today, channel="api", request=request)
        if operation.method == "PATCH" and operation.load is not None:
            sent = form.plain(operation.load(request, **path).answers) | sent
        saved = _save(request, operation, form, typed=sent, reasons=reasons, version=version)
        request.uow.session.flush()
        return _saved(operation, saved)

    return api


def _saved(operation: Operation, saved: Any) -> Response:
    body = operation.out().dump(saved) if operation.out else {}
    made = operation.method == "POST"
    response = json_answer(body, status=201 if made else 200)
    if made:
        response.headers["Location"] = (operation.location or operation.done)(saved)
    version = getattr(saved, "version", None)
    if isinstance(version, int):
        response.headers["ETag"] = etag(version)
    return response


def _version_asked(request: Request, operation: Operation) -> int | None:
    if operation.load is None:
        return None
    given = request.http.headers.get("If-Match")
    if given is None:
        raise VersionMissing(_("Hãy gửi If-Match với ETag của bản đang sửa."))
    version = version_of(given)
    if version is None:
        raise StaleVersion(_STALE)
    return version


def _reasons(given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(reason, str) for reason in given.values()):
        raise NotUnderstood(_("confirm_reasons: hãy gửi một đối tượng mục → lý do."), field=REASONS)
    return given


# -- both ----------------------------------------------------------------------------------------------------------------------

_STALE = _("Hồ sơ đã được người khác sửa sau khi bạn mở. Hãy mở lại để xem bản mới rồi ghi lại.")


def _save(
    request: Request,
    operation: Operation,
    form: Form,
    *,
    typed: Mapping[str, Any],
    reasons: Mapping[str, str],
    version: int | None,
) -> Any:
    """Read the answers, make the command, carry it out."""
    path = request.path_values
    if operation.load is not None:
        _check_version(operation.load(request, **path), version)
    _check_reasons(form, reasons)
    data = form.understand(typed)
    confirmed = form.confirm(data, reasons)
    known = {field.name for field in dataclass_fields(form.command)} if form.command else set()
    more = {name: value for name, value in (request.asked or {}).items() if name in known}
    more |= {"version": version} if version is not None and "version" in known else {}
    return operation.handle(form.to_command(data, confirmed=confirmed, **path, **more), request.uow)


def _check_version(loaded: Loaded, version: int | None) -> None:
    if loaded.version != version:
        raise StaleVersion(_STALE)


def _check_reasons(form: Form, reasons: Mapping[str, str]) -> None:
    unknown = [name for name in reasons if name not in form.fields]
    if unknown:
        name = unknown[0][:60]
        sentence = _("Không có mục “%(name)s” trong mẫu này; hãy bỏ mục đó.", name=name)
        raise NotUnderstood(FORM_HAS_FAULTS, fields={name: [sentence]})
