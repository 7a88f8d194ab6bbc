"""What the headings of an office's list mean: a table of words that a person can review, and how a heading is looked up in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from chassis.errors import StartRefused
from chassis.fold import fold
from chassis.i18n import current_locale

FILE = Path(__file__).with_name("headings.yml")
IGNORED = "-"
HEALTH = "HEALTH"
_PARTS = {"fields", "whole_only", "health", "health_whole", "health_in_cells", "ignored", "lists", "values"}


@dataclass(frozen=True, kw_only=True)
class Headings:
    """The table of words, folded; ``names`` are the fields in the order of the file, by language."""

    names: Mapping[str, Mapping[str, str]]
    field_of: Mapping[str, str]
    whole_only: frozenset[str]
    health: tuple[str, ...]
    health_whole: frozenset[str]
    health_in_cells: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, str]]

    @property
    def labels(self) -> Mapping[str, str]:
        """Return the name of each field in the language of the request."""
        return {field: name[current_locale()] for field, name in self.names.items()}

    def meaning(self, heading: str) -> str | None:
        """Return the field that a heading names, HEALTH for one that is refused, IGNORED, or None for an unknown one."""
        words = fold(heading)
        if words in self.health_whole or any(_contains(words, word) for word in self.health):
            return HEALTH
        if words in self.field_of:
            return self.field_of[words]
        parts = [known for known in self.field_of if " " in known and known not in self.whole_only]
        longer = [known for known in parts if _contains(words, known)]
        return self.field_of[max(longer, key=len)] if longer else None

    def value(self, kind: str, text: str, *, whole: bool = False) -> str | None:
        """Return the code of what stands in a cell: the words themselves or, unless ``whole``, words it contains."""
        words, known = fold(text), self.values[kind]
        if words in known or whole:
            return known.get(words)
        inside = [word for word in known if _contains(words, word)]
        return known[max(inside, key=len)] if inside else None

    def list_of(self, text: str) -> str | None:
        """Return which list a title, a sheet's name or a cell speaks of; None when it names none or several."""
        words = fold(text).replace("cai nghien", "cai")
        named = [code for code, known in self.lists.items() if any(_contains(words, word) for word in known)]
        return named[0] if len(named) == 1 else None

    def tells_of_health(self, text: str) -> bool:
        """Tell whether a cell holds what a police workbook may not hold."""
        words = fold(text)
        return any(_contains(words, word) for word in self.health_in_cells)


@cache
def headings() -> Headings:
    """Return the table of words, read and checked once. Raises StartRefused for a mistake in the file."""
    read: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    if set(read) != _PARTS:
        raise StartRefused(f"{FILE.name}: unknown or missing parts: {sorted(_PARTS ^ set(read))}")
    fields = read["fields"]
    known = [(name, word) for name, said in fields.items() for word in said["headings"]]
    known += [(IGNORED, word) for word in read["ignored"]]
    return Headings(
        names={field: said["label"] for field, said in fields.items()},
        field_of=_table(known),
        whole_only=frozenset(_folded(read["whole_only"])),
        health=_folded(read["health"]),
        health_whole=frozenset(_folded(read["health_whole"])),
        health_in_cells=_folded(read["health_in_cells"]),
        lists={code: _folded(words) for code, words in read["lists"].items()},
        values={
            kind: _table([(code, word) for code, words in codes.items() for word in words])
            for kind, codes in read["values"].items()
        },
    )


def _table(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, word in pairs:
        words = fold(str(word))
        if found.setdefault(words, name) != name:
            raise StartRefused(f"{FILE.name}: «{word}» stands for {found[words]} and for {name}")
    return found


def _folded(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(fold(str(word)) for word in words)


def _contains(words: str, phrase: str) -> bool:
    return f" {phrase} " in f" {words} "
