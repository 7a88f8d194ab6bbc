"""The JSON Schema of each event, read from the annotations of its class."""

import dataclasses
from datetime import date
from typing import Any

from contracts.base import Number, Shape, Word, paragraphs_of, shapes, type_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
JSON_TYPES = {str: "string", int: "integer", bool: "boolean", date: "string"}


def schema_of(fact: type[Any]) -> dict[str, Any]:
    """The schema of an event's data.

    Unknown fields stay allowed, because readers are tolerant. `x-subject` and `x-occurred-on` name
    the fields that identify the subject and date the fact: they belong to the promise too.
    """
    fields = shapes(fact)
    return {
        "$schema": DIALECT,
        "$id": f"urn:programme:event:{type_of(fact)}",
        "title": fact.__name__,
        "description": " ".join(paragraphs_of(fact)),
        "x-subject": fact.SUBJECT,
        "x-occurred-on": fact.ON,
        "type": "object",
        "properties": {name: _property(shape) for name, shape in fields.items()},
        "required": [name for name, shape in fields.items() if shape.required],
    }


def _property(shape: Shape) -> dict[str, Any]:
    schema = _value(shape)
    if shape.many:
        schema = {"type": "array", "items": schema}
    if shape.optional:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    if not shape.required:
        schema["default"] = list(shape.default) if shape.many and shape.default is not None else shape.default
    return schema


def _value(shape: Shape) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": JSON_TYPES[shape.base]}
    if shape.base is date:
        return schema | {"format": "date"}
    match shape.rule:
        case Word(kind=kind, one_of=(_, *_) as one_of):
            return schema | {"x-kind": kind, "enum": list(one_of)}
        case Word(kind=kind, pattern=pattern):
            return schema | {"x-kind": kind, "pattern": pattern}
        case Number() as number:
            return schema | dataclasses.asdict(number)
    return schema
