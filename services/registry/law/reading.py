"""Reads one YAML file into frozen dataclasses, strictly: every mistake is named with file, line and reason."""

from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

Shape = TypeVar("Shape")

_TAGS = {str: "tag:yaml.org,2002:str", int: "tag:yaml.org,2002:int", bool: "tag:yaml.org,2002:bool"}
_WORDS = {str: "text", int: "a whole number", bool: "true or false"}
_NULL = "tag:yaml.org,2002:null"


class LawMistake(ValueError):
    """A law file says something that it may not; the text names file, line and reason."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")


def read_file(file: Path, shape: type[Shape]) -> Shape:
    """Return the file's content as this dataclass. Raises LawMistake."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise LawMistake(file, 1, f"the file cannot be read: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise LawMistake(file, line, f"this is not YAML: {error.problem}") from error
    if node is None:
        raise LawMistake(file, 1, "the file is empty")
    value: Shape = _Reader(file).read(node, shape)
    return value


class _Reader:
    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self, node: yaml.Node, kind: Any) -> Any:
        origin = get_origin(kind)
        if origin in (Union, UnionType):
            return self._optional(node, kind)
        if origin is tuple:
            return self._several(node, get_args(kind)[0])
        if origin is Literal:
            return self._one_of(node, get_args(kind))
        if is_dataclass(kind):
            return self._record(node, kind)
        return self._date(node) if kind is date else self._scalar(node, kind)

    def _optional(self, node: yaml.Node, kind: Any) -> Any:
        if node.tag == _NULL:
            return None
        (inner,) = (part for part in get_args(kind) if part is not NoneType)
        return self.read(node, inner)

    def _several(self, node: yaml.Node, kind: Any) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            raise self._mistake(node, "expected a list")
        return tuple(self.read(item, kind) for item in node.value)

    def _one_of(self, node: yaml.Node, allowed: tuple[str, ...]) -> Any:
        value = self._scalar(node, str)
        if value not in allowed:
            raise self._mistake(node, f"{value!r} is not one of {', '.join(allowed)}")
        return value

    def _record(self, node: yaml.Node, shape: Any) -> Any:
        if not isinstance(node, yaml.MappingNode):
            raise self._mistake(node, f"expected the keys of {shape.__name__}")
        kinds = get_type_hints(shape)
        found: dict[str, Any] = {}
        for key, value in node.value:
            if key.value not in kinds:
                raise self._mistake(key, f"unknown key {key.value!r}; known are {', '.join(kinds)}")
            if key.value in found:
                raise self._mistake(key, f"the key {key.value!r} stands twice")
            found[key.value] = self.read(value, kinds[key.value])
        missing = [field.name for field in fields(shape) if field.default is MISSING and field.name not in found]
        if missing:
            raise self._mistake(node, f"{shape.__name__} lacks {', '.join(missing)}")
        return shape(**found)

    def _scalar(self, node: yaml.Node, kind: type) -> Any:
        if not isinstance(node, yaml.ScalarNode) or node.tag != _TAGS[kind] or node.value == "":
            raise self._mistake(node, f"expected {_WORDS[kind]}")
        if kind is bool:
            return node.value.lower() in {"true", "yes", "on"}
        return int(node.value) if kind is int else str(node.value)

    def _date(self, node: yaml.Node) -> date:
        try:
            return date.fromisoformat(str(node.value))
        except ValueError:
            raise self._mistake(node, f"{node.value!r} is not a date such as 2026-07-01") from None

    def _mistake(self, node: yaml.Node, reason: str) -> LawMistake:
        return LawMistake(self._file, node.start_mark.line + 1, reason)
