"""The OpenAPI 3.1 document of a service, made from its routes, forms and output schemas.

One converter (apispec) turns marshmallow into JSON Schema; what `ask` says of an answer (label, choices, bounds) is added to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import RAISE, Schema, fields

from chassis.forms import Asked, DateAnswer, DecimalAnswer, Form, SeveralAnswer, YearOrDateAnswer, asked
from chassis.forms.asking import LARGEST_NUMBER, LONGEST_LINE, LONGEST_TEXT
from chassis.i18n import _, spoken
from chassis.web.cursors import MOST_ROWS_PER_PAGE, ROWS_PER_PAGE
from chassis.web.routing import FOR_ALL, PUBLIC, Route

if TYPE_CHECKING:
    from chassis.service import ServiceDefinition

VERSION = "1"
PROBLEM = "application/problem+json"
JSON = "application/json"


def document(definition: ServiceDefinition) -> dict[str, Any]:
    """Return the document of one service, its sentences in the language of the request."""
    return _Document(definition).made()


class _Document:
    def __init__(self, definition: ServiceDefinition) -> None:
        about = _(
            "Trao đổi dữ liệu với %(title)s; mỗi yêu cầu cần phiên đăng nhập hoặc mã truy cập.", title=definition.title
        )
        self._plugin = MarshmallowPlugin(schema_name_resolver=_name_of)
        self._spec = APISpec(
            title=f"Bình An · {definition.title!s}",
            version=VERSION,
            openapi_version="3.1.0",
            plugins=[self._plugin],
            info={"description": str(about)},
        )
        self._converter.add_attribute_function(_said_of_answer)
        self._routes = [route for route in definition.routes.all if route.kind == "api"]
        self._tags = definition.name
        self._says_purpose = definition.purpose_of is not None

    @property
    def _converter(self) -> OpenAPIConverter:
        converter = self._plugin.converter
        if converter is None:  # init_spec, called by APISpec, sets it
            raise RuntimeError("the marshmallow plugin was not initialised")
        return converter

    def made(self) -> dict[str, Any]:
        self._add_shared()
        for route in self._routes:
            self._add_route(route)
        document: dict[str, Any] = spoken(self._spec.to_dict())
        return document

    def _add_shared(self) -> None:
        components = self._spec.components
        components.schema("Problem", schema=Problem)
        components.security_scheme("token", {"type": "http", "scheme": "bearer"})
        components.security_scheme(
            "session", {"type": "apiKey", "in": "cookie", "name": f"binhan_{self._tags}_session"}
        )
        problem = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for status, sentence in _REFUSALS.items():
            components.response(_refusal(status), {"description": str(sentence), "content": problem})

    def _add_route(self, route: Route) -> None:
        method = next(iter(route.methods)).lower()
        described: dict[str, Any] = {
            "operationId": f"{route.name}",
            "summary": str(route.summary or route.name),
            "tags": [self._tags],
            "responses": self._responses(route, method),
            "security": [] if route.may == PUBLIC else [{"token": []}, {"session": []}],
        }
        if parameters := self._parameters(route, method):
            described["parameters"] = parameters
        if route.operation is not None:
            described["requestBody"] = {"required": True, "content": {JSON: {"schema": self._body(route)}}}
            described["description"] = (route.operation.form.__doc__ or "").strip().partition("\n")[0]
        self._spec.path(path=_RULE_VARIABLE.sub(r"{\g<name>}", route.rule), operations={method: described})

    def _body(self, route: Route) -> Mapping[str, Any]:
        """The form as a program sends it; a change needs only the answers that change."""
        form = route.operation.form if route.operation else Form
        if form.__name__ not in self._spec.components.schemas:
            plain = self._converter.schema2jsonschema(_plain(form))
            closed = {"additionalProperties": False, "properties": self._answers(form)}
            self._spec.components.schema(form.__name__, {**plain, **closed})
        reference = {"$ref": f"#/components/schemas/{form.__name__}"}
        if "PATCH" not in route.methods:
            return reference
        changes = f"{form.__name__}Changes"
        if changes not in self._spec.components.schemas:
            self._spec.components.schema(
                changes, {"type": "object", "additionalProperties": False, "properties": self._answers(form)}
            )
        return {"$ref": f"#/components/schemas/{changes}"}

    def _answers(self, form: type[Form]) -> dict[str, Any]:
        properties = dict(self._converter.schema2jsonschema(_plain(form)).get("properties", {}))
        properties["confirm_reasons"] = {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": str(_("Lý do cho từng mục cần xác nhận: mục → lý do.")),
        }
        return properties

    def _parameters(self, route: Route, method: str) -> list[dict[str, Any]]:
        found = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _RULE_VARIABLE.findall(route.rule)
        ]
        if route.query is not None:
            properties = self._converter.schema2jsonschema(_plain(route.query)).get("properties", {})
            found += [
                {"name": name, "in": "query", "required": asked(route.query.declared()[name]).needed, "schema": schema}
                for name, schema in properties.items()
            ]
        if route.many:
            found += [_CURSOR, _LIMIT]
        if self._says_purpose and route.may not in FOR_ALL:
            found.append(_PURPOSE)
        if method == "post" and route.operation is not None:
            found.append(_IDEMPOTENCY_KEY)
        if route.operation is not None and route.operation.load is not None:
            found.append(_IF_MATCH)
        return found

    def _responses(self, route: Route, method: str) -> dict[str, Any]:
        made = method == "post" and route.operation is not None
        schema = self._answer(route)
        good: dict[str, Any] = {"description": str(_("Đã ghi")) if made else "OK"}
        if schema is not None:
            good["content"] = {JSON: {"schema": schema}}
        statuses = [401, 403, 404, 422, 503]
        if route.operation is not None:
            statuses += [409, 413, 415]
        if route.operation is not None and route.operation.load is not None:
            statuses += [412, 428]
        refused = {str(status): {"$ref": f"#/components/responses/{_refusal(status)}"} for status in sorted(statuses)}
        return {"201" if made else "200": good} | refused

    def _answer(self, route: Route) -> Mapping[str, Any] | None:
        if route.out is None:
            return None
        name = _name_of(route.out)
        if name not in self._spec.components.schemas:
            self._spec.components.schema(name, schema=route.out)
        reference = {"$ref": f"#/components/schemas/{name}"}
        if not route.many:
            return reference
        return {
            "type": "object",
            "required": ["items", "next"],
            "properties": {"items": {"type": "array", "items": reference}, "next": {"type": ["string", "null"]}},
        }


def _plain(form: type[Form]) -> type[Schema]:
    """The answers of a form without the form: apispec makes an instance, and a form wants to know what day it is."""
    return Schema.from_dict(dict(form.declared()), name=form.__name__)


class _Fault(Schema):
    """One field with its sentence."""

    field = fields.String(required=True)
    detail = fields.String(required=True)


class Problem(Schema):
    """What went wrong, after RFC 9457."""

    class Meta:
        unknown = RAISE

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    instance = fields.String(required=True)
    errors = fields.List(fields.Nested(_Fault), required=True)
    correlation_id = fields.String(required=True)


_RULE_VARIABLE = re.compile(r"<(?:[a-z]+(?:\([^)]*\))?:)?(?P<name>[a-z_][a-z0-9_]*)>")

_REFUSALS: Mapping[int, str] = {
    401: _("Cần đăng nhập hoặc mã truy cập"),
    403: _("Không được phép"),
    404: _("Không tìm thấy trong đơn vị này"),
    409: _("Trái quy tắc của chương trình"),
    412: _("Hồ sơ đã thay đổi"),
    413: _("Gửi quá nhiều"),
    415: _("Kiểu nội dung không đọc được"),
    422: _("Có mục chưa đúng; errors nêu từng mục"),
    428: _("Thiếu If-Match"),
    503: _("Tạm thời chưa phục vụ được"),
}

_CURSOR = {"name": "cursor", "in": "query", "schema": {"type": "string"}}
_LIMIT = {
    "name": "limit",
    "in": "query",
    "schema": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS_PER_PAGE, "default": ROWS_PER_PAGE},
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
_PURPOSE = {
    "name": "X-Purpose",
    "in": "header",
    "required": False,
    "description": _("Mục đích của yêu cầu; để trống thì theo vai trò và nội dung được hỏi."),
    "schema": {"type": "string", "maxLength": 20},
}
_IF_MATCH = {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}


def _refusal(status: int) -> str:
    return f"Refused{status}"


def _name_of(schema: Any) -> str:
    cls = schema if isinstance(schema, type) else type(schema)
    return cls.__name__.lstrip("_")


def _said_of_answer(_converter: Any, field: fields.Field[Any], **_more: Any) -> dict[str, Any]:
    """What the declaration of an answer adds to its JSON schema."""
    said = field.metadata.get("asked")
    if not isinstance(said, Asked):
        return {}
    found: dict[str, Any] = {"title": str(said.label)}
    if said.hint:
        found["description"] = str(said.hint)
    return found | _choices(field, said) | _bounds(field, said)


def _choices(field: fields.Field[Any], said: Asked) -> dict[str, Any]:
    # Choices that depend on who asks are told by the service when it refuses.
    if said.choices is None or callable(said.choices):
        return {}
    codes: list[Any] = list(said.choices)
    if isinstance(field, SeveralAnswer):
        return {"items": {"type": "string", "enum": codes}, "uniqueItems": True}
    return {"enum": codes if said.needed else [*codes, None]}


def _bounds(field: fields.Field[Any], said: Asked) -> dict[str, Any]:
    if isinstance(field, fields.Integer):
        lowest = -LARGEST_NUMBER if said.minimum is None else said.minimum
        return {"minimum": lowest, "maximum": LARGEST_NUMBER if said.maximum is None else said.maximum}
    if isinstance(field, DateAnswer | DecimalAnswer):
        bounds = [
            f"{word} {_iso(bound)}" for word, bound in (("≥", said.minimum), ("≤", said.maximum)) if bound is not None
        ]
        return {"x-bounds": bounds} if bounds else {}
    if isinstance(field, YearOrDateAnswer):
        return {"pattern": r"^[0-9]{4}(-[0-9]{2}-[0-9]{2})?$"}
    if isinstance(field, fields.String) and said.choices is None:
        return {"maxLength": said.max_length or (LONGEST_TEXT if said.long else LONGEST_LINE)}
    return {}


def _iso(bound: Any) -> str:
    return bound.isoformat() if isinstance(bound, date) else str(bound)
