"""The pages that every service has: health, readiness, metrics, static files, language, and where the others are declared."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound as NoSuchFile
from werkzeug.utils import send_from_directory
from werkzeug.wrappers import Response

from chassis import metrics
from chassis.i18n import LOCALES
from chassis.web import door, oversight, specification
from chassis.web.answers import is_own_path, json_answer, redirect
from chassis.web.routing import PUBLIC, Route, Routes

if TYPE_CHECKING:
    from chassis.service import Runtime
    from chassis.web.request import Request

STATIC = Path(__file__).resolve().parent.parent / "static"
TEXTS = (".css", ".js", ".svg")
A_YEAR = 365 * 24 * 3600
AN_HOUR = 3600
_GET = frozenset({"GET"})


def routes(runtime: Runtime) -> list[Route]:
    """The standard routes of a service; a service that declares one of these addresses itself has its own."""
    table = Routes()
    table.add(oversight.setting_aside(runtime))
    for part in (door.routes, oversight.routes, specification.routes):
        table.include(part)
    table.page("/language", may=PUBLIC)(language)
    for rule, call in _PLAIN.items():
        table.all.append(Route(rule=rule, methods=_GET, call=call, may=PUBLIC, kind="plain", name=rule))
    own = {route.rule for route in runtime.definition.routes.all}
    return [route for route in table.all if route.rule not in own]


def health(request: Request) -> Response:
    """The process answers; nothing more is asked."""
    return json_answer({"status": "ok", "service": request.service.name})


def readiness(request: Request) -> Response:
    """Whether everything the service needs is there, with a sentence for each."""
    found = {name: check() for name, check in request.runtime.checks.items()}
    ready = all(well for well, _sentence in found.values())
    checks = {name: {"ok": well, "says": sentence} for name, (well, sentence) in found.items()}
    return json_answer(
        {"ready": ready, "service": request.service.name, "checks": checks}, status=200 if ready else 503
    )


def exposition(_request: Request) -> Response:
    """The metrics of this process."""
    return Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE)


def static(request: Request, name: str) -> Response:
    """A file of ours, kept for long by the browser when its address says which version it is."""
    versioned = name.startswith("vendor/") or bool(request.args.get("v"))
    smaller = name.endswith(TEXTS) and request.http.accept_encodings.quality("gzip") > 0
    try:
        response = send_from_directory(
            STATIC, name, request.http.environ, max_age=A_YEAR if versioned else AN_HOUR, conditional=not smaller
        )
    except NoSuchFile:
        return Response("404\n", status=404, mimetype="text/plain")
    if name.endswith(TEXTS):
        response.vary.add("Accept-Encoding")
    if smaller:
        response = _compressed(response).make_conditional(request.http.environ)
    if versioned:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def _compressed(file: Response) -> Response:
    """Return a file compressed; pages are not, because their size would tell about what is typed beside their tokens."""
    etag, _is_weak = file.get_etag()
    file.direct_passthrough = False
    file.set_data(gzip.compress(file.get_data(), mtime=0))
    file.content_encoding = "gzip"
    file.set_etag(f"{etag}-gzip")
    return file


def language(request: Request) -> Response:
    """Speak another language from now on, and go back."""
    wanted, back = request.args.get("to", ""), request.args.get("next", "")
    response = redirect(back if is_own_path(back) else "/")
    if wanted in LOCALES:
        request.identities.keep_language(response, wanted)
    return response


_PLAIN: Mapping[str, Callable[..., Response]] = {
    "/healthz": health,
    "/readyz": readiness,
    "/metrics": exposition,
    "/static/<path:name>": static,
}
