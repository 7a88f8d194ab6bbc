"""The edge of one service: what happens to every request, in which order, from the first byte to the last header.

correlation id → size → route → who asks → CSRF → may → the function, in one unit of work → headers. It speaks werkzeug's
request and response and no framework's, so tests and any server can call it.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map
from werkzeug.wrappers import Request as HTTPRequest
from werkzeug.wrappers import Response

from chassis import logs, metrics
from chassis.errors import NotSignedIn, NotUnderstood
from chassis.i18n import _, use_locale
from chassis.web import bodies, csrf, headers, idempotency, operations, problems, standard
from chassis.web.answers import Redirect, etag, json_answer
from chassis.web.cursors import MOST_ROWS_PER_PAGE, Page
from chassis.web.identity import Identities
from chassis.web.rendering import Pages
from chassis.web.request import PURPOSE_ARGUMENT, Request
from chassis.web.routing import FOR_ALL, PUBLIC, Route, Routes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chassis.service import Runtime

_CORRELATION_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_log = logging.getLogger(__name__)

FIRST_ERROR = 400
# Anybody may invent a method; a metric must not grow with what strangers send.
_KNOWN_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


class Application:
    """Answers the requests of one service. Raises ValueError when a route asks for an action that does not exist."""

    def __init__(self, runtime: Runtime, *, version: str = "") -> None:
        definition = runtime.definition
        self.runtime = runtime
        self.version = version
        self.routes = [*definition.routes.all, *standard.routes(runtime)]
        definition.permissions.check_actions({route.may for route in definition.routes.all} - FOR_ALL)
        self._map: Map = Routes(all=self.routes).url_map()
        self._pages = Pages(runtime, routes=self.routes, version=version)
        self._identities = Identities(runtime)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as a WSGI application."""
        return self.handle(HTTPRequest(environ))(environ, start_response)

    def handle(self, http: HTTPRequest) -> Response:
        """Answer one request. Never raises: what goes wrong is an answer, too."""
        started = time.perf_counter()
        request = Request(
            http,
            runtime=self.runtime,
            pages=self._pages,
            identities=self._identities,
            correlation_id=_correlation_id(http),
        )
        token = logs.correlation_id.set(request.correlation_id)
        try:
            with use_locale(self._identities.language(http, is_api=request.is_api)):
                response = self._answer(request)
        finally:
            logs.correlation_id.reset(token)
            http.close()
        self._observe(request, response, time.perf_counter() - started)
        return response

    def largest_file(self, http: HTTPRequest) -> int:
        """Return how large a file this request may bring: none, but to the few pages that take one."""
        try:
            place, _values = self._map.bind_to_environ(http.environ).match()
        except HTTPException:
            return 0
        return self.routes[place].largest_file

    # -- the order of things ---------------------------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Response:
        try:
            response = self._carry_out(request)
        except Exception as error:  # noqa: BLE001 - every failure is answered, with a sentence or with a reference
            response = self._refuse(request, error)
        if isinstance(response, Redirect) and response.flashed is not None:
            self._identities.keep_flash(response, response.flashed)
        self._identities.forget_flash(request, response)
        if request.form_shown:
            self._identities.keep_visitor(request, response)
        headers.complete(response, correlation_id=request.correlation_id, secure=self.runtime.settings.secure_cookies)
        return response

    def _carry_out(self, request: Request) -> Response:
        bodies.read_body(request.http, self.largest_file(request.http))
        if (preflight := self._find_route(request)) is not None:
            return preflight
        route = _found(request)
        if route.kind == "plain":
            return self._call(request, route)
        self._identities.recognise(request)
        self._identities.take_flash(request)
        if request.writes and not request.by_token:
            self._check_origin(request, route)
        self._check_right(request, route)
        self._read_query(request, route)
        return self._call_once(request, route)

    def _find_route(self, request: Request) -> Response | None:
        """Put the route into the request; an OPTIONS request is answered at once."""
        adapter = self._map.bind_to_environ(request.http.environ)
        if request.http.method == "OPTIONS":
            allowed = adapter.allowed_methods()
            if allowed:
                return Response(status=204, headers={"Allow": ", ".join(sorted({*allowed, "OPTIONS"}))})
        try:
            place, values = adapter.match()
        except HTTPException:
            if not request.is_api:  # the page that says so shows who is signed in
                self._identities.recognise(request)
            raise
        request.route, request.path_values = self.routes[place], dict(values)
        return None

    def _check_origin(self, request: Request, route: Route) -> None:
        """Changes by cookie, or by somebody who is not signed in yet, come from our own pages."""
        if request.actor is None and route.may != PUBLIC:
            raise NotSignedIn(_("Phiên làm việc đã hết. Hãy đăng nhập lại rồi gửi lại; chưa có gì được lưu."))
        try:
            csrf.check(request.http, request.csrf_token)
        except csrf.ForgedRequest as forged:
            self._check_right(request, route)
            raise operations.given_back(request, route, forged) from forged

    def _check_right(self, request: Request, route: Route) -> None:
        if route.may == PUBLIC:
            return
        actor = request.by
        if route.may not in FOR_ALL:
            self.runtime.definition.permissions.require(actor, route.may)
            request.check_purpose()

    def _read_query(self, request: Request, route: Route) -> None:
        """Read the query string strictly where the route says what it may hold: always in the API."""
        sent = dict(request.args.lists()) if route.kind == "api" or route.query else {}
        if self.runtime.definition.purpose_of is not None:
            sent.pop(PURPOSE_ARGUMENT, None)
        twice = [name for name, values in sent.items() if len(values) > 1]
        if twice and route.query is None:
            raise NotUnderstood(_("Tham số “%(name)s” được gửi hai lần.", name=twice[0][:60]), field=twice[0][:60])
        if route.many:
            request.cursor = sent.pop("cursor", [None])[0]
            request.limit = _limit(sent.pop("limit", [str(request.limit)])[0])
        if route.query is not None:
            channel = "query" if route.kind == "api" else "page"
            form = route.query(today=request.today, channel=channel, request=request)
            request.query = form.understand(form.typed_in_query(sent))
        elif sent:
            raise NotUnderstood(_("Địa chỉ này không nhận tham số “%(name)s”.", name=next(iter(sent))[:60]))

    # -- calling ---------------------------------------------------------------------------------------------------------------

    def _call_once(self, request: Request, route: Route) -> Response:
        """Call the function; with an Idempotency-Key once and never again."""
        operations.ask_first(request, route)
        key = operations.key_of(request, route)
        if key is None:
            return self._call(request, route)
        try:
            return self._call_with_key(request, route, key)
        except IntegrityError as error:
            # Somebody may have used the same key at the same moment: look again, once.
            request.roll_back(error)
            return self._call_with_key(request, route, key)

    def _call_with_key(self, request: Request, route: Route, key: str) -> Response:
        http = request.http
        fingerprint = idempotency.request_hash(
            http.method, http.path, http.query_string.decode("latin-1"), http.get_data()
        )
        kept = idempotency.kept_answer(request.uow, key, fingerprint)
        if kept is not None:
            request.roll_back(_Repeated())
            return Response(kept.body, status=kept.status, headers={**kept.headers, "Idempotency-Replayed": "true"})
        return self._call(request, route, key)

    def _call(self, request: Request, route: Route, key: str | None = None) -> Response:
        result = route.call(request, **request.path_values)
        response = result if isinstance(result, Response) else _dumped(request, route, result)
        if response.status_code >= FIRST_ERROR:
            request.roll_back(_Refused())
            return response
        if key is not None:
            idempotency.keep_answer(request.uow, key, _kept(response))
        request.commit()
        return response

    def _refuse(self, request: Request, error: Exception) -> Response:
        request.roll_back(error)
        try:
            return self._refusal(request, error)
        except Exception as again:  # noqa: BLE001 - drawing the refusal failed: the plainest answer is left
            _log.error("refusal could not be drawn", exc_info=again, extra={"correlation_id": request.correlation_id})
            return Response(f"{request.correlation_id}\n", status=500, mimetype="text/plain")
        finally:
            request.roll_back(error)

    def _refusal(self, request: Request, error: Exception) -> Response:
        if isinstance(error, operations.Redraw):
            try:
                return operations.redrawn(request, error)
            except Exception as again:  # noqa: BLE001 - what the form needs is away, too: the sentence alone is left
                request.roll_back(again)
                error = error.error
        return problems.answer(problems.understood(error, request), request)

    def _observe(self, request: Request, response: Response, seconds: float) -> None:
        service = self.runtime.definition.name
        rule = request.route.rule if request.route else "(none)"
        method = request.http.method if request.http.method in _KNOWN_METHODS else "OTHER"
        metrics.requests.labels(service, rule, method, str(response.status_code)).inc()
        metrics.request_seconds.labels(service, rule).observe(seconds)


class _Repeated(Exception):
    """The request was carried out before; its transaction is given up."""


class _Refused(Exception):
    """The function itself answered that it refuses; its transaction is given up."""


def _found(request: Request) -> Route:
    if request.route is None:
        raise RuntimeError("no route was matched")
    return request.route


def _correlation_id(http: HTTPRequest) -> str:
    given = http.headers.get("X-Correlation-Id", "")
    return given if _CORRELATION_ID.fullmatch(given) else str(uuid.uuid4())


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:6]) <= MOST_ROWS_PER_PAGE:
        raise NotUnderstood(_("limit: hãy ghi một số từ 1 đến %(most)s.", most=MOST_ROWS_PER_PAGE), field="limit")
    return int(text)


def _dumped(request: Request, route: Route, result: Any) -> Response:
    """Send what an API function returned, as its schema says."""
    if route.many and not isinstance(result, Page):
        raise TypeError(f"{route.name} says many=True and returned no Page")
    if isinstance(result, Page):
        schema = route.out() if route.out else None
        items = schema.dump(result.items, many=True) if schema else list(result.items)
        return json_answer({"items": items, "next": result.next})
    response = json_answer(route.out().dump(result) if route.out else result)
    version = getattr(result, "version", None)
    if isinstance(version, int):
        response.headers["ETag"] = etag(version)
        if request.http.method in {"GET", "HEAD"} and request.http.headers.get("If-None-Match") == etag(version):
            return Response(status=304, headers={"ETag": etag(version)})
    return response


def _kept(response: Response) -> idempotency.KeptAnswer:
    kept = {name: value for name, value in response.headers.items() if name in {"Location", "ETag", "Content-Type"}}
    return idempotency.KeptAnswer(status=response.status_code, headers=kept, body=response.get_data(as_text=True))
