"""The catalogue of events as documents: a page for people, an AsyncAPI 3 document for programs."""

import json
import sys
from pathlib import Path
from typing import Any

from contracts import CATALOGUE
from contracts.base import GRAMMAR, Shape, Word, paragraphs_of, shapes, type_of
from contracts.schemas import schema_of

EXCHANGE = "programme.events"
CONTENT_TYPE = "application/cloudevents+json"
VERSION = "1.0.0"
AGENCY_TITLES = {
    "registry": "Commune police (`registry`)",
    "health": "Health station (`health`)",
    "campaigns": "Culture and society office (`campaigns`)",
    "reporting": "People's committee (`reporting`)",
}

ENVELOPE: dict[str, Any] = {
    "title": "CloudEvents 1.0 envelope",
    "type": "object",
    "required": [
        "id",
        "source",
        "type",
        "subject",
        "time",
        "specversion",
        "datacontenttype",
        "position",
        "subjectversion",
        "occurredon",
        "unit",
        "data",
    ],
    "properties": {
        "id": {"type": "string", "format": "uuid", "description": "UUIDv7 of the announcement"},
        "source": {
            "type": "string",
            "pattern": "^/units/[0-9]{5}/[a-z]+$",
            "examples": ["/units/09385/health"],
        },
        "type": {"type": "string"},
        "subject": {"type": "string", "description": "<aggregate>/<id>"},
        "time": {"type": "string", "format": "date-time", "description": "when it was entered, UTC"},
        "specversion": {"const": "1.0"},
        "datacontenttype": {"const": "application/json"},
        "position": {"type": "integer", "minimum": 1, "description": "gap-free within the source"},
        "subjectversion": {"type": "integer", "minimum": 1, "description": "counts the events of a subject"},
        "occurredon": {"type": "string", "format": "date", "description": "the day of the fact"},
        "unit": {"type": "string", "pattern": "^[0-9]{5}$", "description": "code of the commune"},
        "causationid": {"type": ["string", "null"], "description": "what made the agency act"},
        "correlationid": {"type": ["string", "null"], "description": "the piece of work this belongs to"},
        "traceparent": {"type": ["string", "null"], "description": "W3C trace context"},
        "data": {"type": "object"},
    },
}


def events_page() -> str:
    """The page `docs/events.md`."""
    lines = [
        "# Events",
        "",
        "Generated from `libs/contracts` by `make docs`; do not edit.",
        "",
        "All events travel as CloudEvents 1.0 in JSON through the topic exchange",
        f"`{EXCHANGE}`, with the routing key `<unit>.<type>`. A *code* is a word from a list, a *key* an",
        "opaque identifier; there is no free text and nothing that names a person. Fields marked *optional*",
        "may be missing in older events.",
        "",
    ]
    for agency, title in AGENCY_TITLES.items():
        facts = [fact for fact in CATALOGUE.values() if _named(fact)["agency"] == agency]
        if facts:
            lines += [f"## {title}", ""]
        for fact in facts:
            lines += _event_section(fact)
    return "\n".join(lines)


def _event_section(fact: type[Any]) -> list[str]:
    meaning, silence = paragraphs_of(fact)
    named = _named(fact)
    fields = [f"| `{name}` | {_words(shape)} |" for name, shape in shapes(fact).items()]
    return [
        f"### `{type_of(fact)}`",
        "",
        meaning,
        "",
        silence,
        "",
        (
            f"Sent by `{named['agency']}`, class `{fact.__name__}`, dated by `{fact.ON}`. "
            f"Subject: `{named['aggregate']}/<{fact.SUBJECT}>`."
        ),
        "",
        "| field | holds |",
        "|---|---|",
        *fields,
        "",
    ]


def _words(shape: Shape) -> str:
    words = _kind(shape)
    if shape.many:
        words = f"list of: {words}"
    if shape.optional:
        words += ", or null"
    return words if shape.required else f"{words}; optional, otherwise `{json.dumps(shape.default)}`"


def _kind(shape: Shape) -> str:
    if isinstance(shape.rule, Word) and shape.rule.one_of:
        return f"{shape.rule.kind}: " + " ".join(f"`{word}`" for word in shape.rule.one_of)
    if isinstance(shape.rule, Word):
        return shape.rule.kind
    if shape.rule:
        return f"whole number from {shape.rule.minimum}"
    return {"date": "day", "bool": "yes or no"}.get(shape.base.__name__, shape.base.__name__)


def asyncapi_document() -> dict[str, Any]:
    """The document `docs/asyncapi.json`: one channel, one message and two operations per event type."""
    facts = list(CATALOGUE.values())
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Bình An: events between the agencies of a commune",
            "version": VERSION,
            "description": "Generated from libs/contracts by `make docs`. No event names a person.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {type_of(fact): _channel(fact) for fact in facts},
        "operations": {
            f"{action}.{type_of(fact)}": _operation(fact, action) for fact in facts for action in ("send", "receive")
        },
        "components": {
            "messages": {type_of(fact): _message(fact) for fact in facts},
            "schemas": {"envelope": ENVELOPE} | {type_of(fact): _data_schema(fact) for fact in facts},
            "parameters": {
                "unit": {
                    "description": "Code of the commune, five digits",
                    "examples": ["09385"],
                    "location": "$message.payload#/unit",
                }
            },
            "tags": {agency: {"name": agency, "description": title} for agency, title in AGENCY_TITLES.items()},
        },
    }


def _channel(fact: type[Any]) -> dict[str, Any]:
    return {
        "address": f"{{unit}}.{type_of(fact)}",
        "messages": {fact.__name__: {"$ref": f"#/components/messages/{type_of(fact)}"}},
        "parameters": {"unit": {"$ref": "#/components/parameters/unit"}},
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {
                    "name": EXCHANGE,
                    "type": "topic",
                    "durable": True,
                    "autoDelete": False,
                    "vhost": "/",
                },
                "bindingVersion": "0.3.0",
            }
        },
    }


def _operation(fact: type[Any], action: str) -> dict[str, Any]:
    type_ = type_of(fact)
    binding = {"deliveryMode": 2} if action == "send" else {"ack": True}
    sentence = f"{_named(fact)['agency']} announces it" if action == "send" else "any agency may listen"
    return {
        "action": action,
        "summary": sentence,
        "channel": {"$ref": f"#/channels/{type_}"},
        "messages": [{"$ref": f"#/channels/{type_}/messages/{fact.__name__}"}],
        "tags": [{"$ref": f"#/components/tags/{_named(fact)['agency']}"}],
        "bindings": {"amqp": binding | {"bindingVersion": "0.3.0"}},
    }


def _message(fact: type[Any]) -> dict[str, Any]:
    meaning, silence = paragraphs_of(fact)
    type_ = type_of(fact)
    return {
        "name": type_,
        "title": fact.__name__,
        "summary": meaning,
        "description": silence,
        "contentType": CONTENT_TYPE,
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/envelope"},
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": type_},
                        "subject": {"type": "string", "pattern": f"^{_named(fact)['aggregate']}/"},
                        "data": {"$ref": f"#/components/schemas/{type_}"},
                    },
                },
            ]
        },
        "bindings": {"amqp": {"messageType": type_, "contentEncoding": "utf-8", "bindingVersion": "0.3.0"}},
    }


def _data_schema(fact: type[Any]) -> dict[str, Any]:
    # AsyncAPI brings its own dialect; the schema itself uses only what both dialects share.
    return {key: value for key, value in schema_of(fact).items() if key not in ("$schema", "$id")}


def _named(fact: type[Any]) -> dict[str, str]:
    found = GRAMMAR.fullmatch(type_of(fact))
    return found.groupdict() if found else {}


def documents() -> dict[str, str]:
    """All generated documents: file name to text."""
    return {
        "events.md": events_page(),
        "asyncapi.json": json.dumps(asyncapi_document(), ensure_ascii=False, indent=2) + "\n",
    }


def main(arguments: list[str]) -> int:
    """Write the documents into a folder; with `--check`, only say which of them are out of date."""
    checking = "--check" in arguments
    folder = Path(next((word for word in arguments if not word.startswith("-")), "docs"))
    behind = [name for name, text in documents().items() if _read(folder / name) != text]
    for name in behind:
        if checking:
            sys.stderr.write(f"{folder / name} is out of date; run `make docs` and commit it\n")
        else:
            (folder / name).write_text(documents()[name], "utf-8")
    return 1 if checking and behind else 0


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
