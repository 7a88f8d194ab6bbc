"""The OpenAPI document of the service, for programs and, drawn, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from chassis import openapi
from chassis.web.answers import json_answer
from chassis.web.routing import PUBLIC, Routes

if TYPE_CHECKING:
    from chassis.web.request import Request

routes = Routes()


@routes.page("/api/v1/openapi.json", may=PUBLIC)
def document(request: Request) -> Response:
    """The document itself; it holds no data of anybody."""
    return json_answer(openapi.document(request.service))


@routes.page("/api/docs", may=PUBLIC)
def docs(request: Request) -> Response:
    """The same document as a page."""
    return request.render("api_docs.html", spec=openapi.document(request.service))
