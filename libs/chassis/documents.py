"""Reading a YAML document of law, periods, indicators or targets into a strict shape.

A mistake names file, line and reason, and stops the start of the service that reads the document.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import msgspec.inspect
import yaml

from chassis.errors import StartRefused

Shape = TypeVar("Shape")

# The parser in C where it was built: eight times faster, and law files are read at every start.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+|\.\.\.)\]")


class BrokenDocument(StartRefused):
    """A data file is not what its shape asks for. The service does not start with it."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason

    @classmethod
    def at(cls, file: Path, path: str, reason: str) -> "BrokenDocument":
        """Return the mistake that stands at a path, such as ``numerator.also[0].where``."""
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=Loader)
        return cls(file, line_of(node, f".{path}"), f"{path}: {reason}")


def read_document(file: Path, shape: type[Shape]) -> Shape:
    """Return the document as the shape; raise :class:`BrokenDocument` for an unknown key, a missing one, a wrong value."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=Loader)
    except OSError as error:
        raise BrokenDocument(file, 1, f"the file cannot be read: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BrokenDocument(file, line, f"this is not YAML: {error.problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BrokenDocument(file, 1, f"this is not YAML: {error}") from error
    if node is None:
        raise BrokenDocument(file, 1, "the file is empty")
    _refuse_repeated_keys(file, node)
    _refuse_impossible_days(file, node)
    _refuse_unknown_keys(file, node, msgspec.inspect.type_info(shape))
    content = yaml.load(file.read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506 - the safe one
    try:
        return msgspec.convert(content, shape)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `")
        raise BrokenDocument(file, line_of(node, path.rstrip("`"), reason), reason) from error


def line_of(node: yaml.Node | None, path: str, reason: str = "") -> int:
    """Return the line on which the value at this path stands, or the unknown key that the reason names."""
    if node is None:
        return 1
    for name, index in _STEP.findall(path):
        found = _child(node, name, index)
        if found is None:
            break
        node = found
    unknown = re.search(r"unknown field `(.+)`", reason)
    if unknown and isinstance(node, yaml.MappingNode):
        for key, _value in node.value:
            if key.value == unknown.group(1):
                return int(key.start_mark.line) + 1
    return int(node.start_mark.line) + 1


def _child(node: yaml.Node, name: str, index: str) -> yaml.Node | None:
    if name and isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == name), None)
    if index.isdigit() and isinstance(node, yaml.SequenceNode) and int(index) < len(node.value):
        found: yaml.Node = node.value[int(index)]
        return found
    return None


def _refuse_repeated_keys(file: Path, node: yaml.Node) -> None:
    """A key written twice would silently win over the first."""
    if isinstance(node, yaml.MappingNode):
        seen: set[Any] = set()
        for key, value in node.value:
            if key.value in seen and key.value != "<<":
                raise BrokenDocument(file, key.start_mark.line + 1, f"`{key.value}` is written twice")
            seen.add(key.value)
            _refuse_repeated_keys(file, value)
    if isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_repeated_keys(file, value)


def _refuse_impossible_days(file: Path, node: yaml.Node) -> None:
    """What looks like a day and is none, such as 2026-02-30, would stop the reader without a line."""
    if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:timestamp":
        try:
            yaml.SafeLoader("").construct_object(node)
        except ValueError as error:
            raise BrokenDocument(file, node.start_mark.line + 1, f"{node.value} is no day: {error}") from error
    if isinstance(node, yaml.MappingNode):
        for _key, value in node.value:
            _refuse_impossible_days(file, value)
    if isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_impossible_days(file, value)


def _values_within(node: yaml.Node, kind: msgspec.inspect.Type) -> Iterator[tuple[yaml.Node, msgspec.inspect.Type]]:
    """Yield what a value of several kinds, a list or a table by name holds, each with the kind it must be of."""
    if isinstance(kind, msgspec.inspect.UnionType):
        yield from ((node, one) for one in kind.types)
    if isinstance(kind, msgspec.inspect.ListType | msgspec.inspect.VarTupleType) and isinstance(
        node, yaml.SequenceNode
    ):
        yield from ((value, kind.item_type) for value in node.value)
    if isinstance(kind, msgspec.inspect.DictType) and isinstance(node, yaml.MappingNode):
        yield from ((value, kind.value_type) for _key, value in node.value)


def _refuse_unknown_keys(file: Path, node: yaml.Node, kind: msgspec.inspect.Type) -> None:
    """A dataclass cannot forbid unknown keys by itself, as a ``Struct`` can; a misspelt key must not be passed over."""
    for value, one in _values_within(node, kind):
        _refuse_unknown_keys(file, value, one)
    if isinstance(kind, msgspec.inspect.DataclassType | msgspec.inspect.StructType) and isinstance(
        node, yaml.MappingNode
    ):
        known = {field.encode_name: field.type for field in kind.fields}
        for key, value in node.value:
            if key.value in known:
                _refuse_unknown_keys(file, value, known[key.value])
            elif isinstance(kind, msgspec.inspect.DataclassType) and key.value != "<<":
                reason = f"unknown key `{key.value}`; known are {', '.join(known)}"
                raise BrokenDocument(file, key.start_mark.line + 1, reason)
