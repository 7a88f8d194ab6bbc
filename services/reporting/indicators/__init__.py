"""The catalogue of indicators: one document each, loaded and checked at start."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from chassis.documents import BrokenDocument, read_document
from services.reporting.indicators.checks import mistakes_in
from services.reporting.indicators.definition import Definition
from services.reporting.indicators.touched import Touched
from services.reporting.periods import the_calendar

FOLDER = Path(__file__).parent / "catalogue"

__all__ = ["BrokenDocument", "Catalogue", "Definition", "load_catalogue", "the_catalogue"]


@dataclass(frozen=True)
class Catalogue:
    """The definitions by code."""

    definitions: Mapping[str, Definition]
    _by_kind: Mapping[str, tuple[tuple[str, bool], ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_kind", _uses(self.definitions.values()))

    def __iter__(self) -> Iterator[Definition]:
        return iter(self.definitions.values())

    def __getitem__(self, code: str) -> Definition:
        return self.definitions[code]

    def __contains__(self, code: object) -> bool:
        return code in self.definitions

    def touched_by(self, touched: Touched) -> dict[tuple[str, str], tuple[date, date]]:
        """Return the figures that changed rows touch: (unit, code) → windows that meet these days, both included."""
        found: dict[tuple[str, str], tuple[date, date]] = {}
        for (unit, kind), (first, last) in touched.days.items():
            for code, only_within_window in self._by_kind.get(kind, ()):
                until = last if only_within_window else date.max
                before = found.get((unit, code))
                found[unit, code] = (min(first, before[0]), max(until, before[1])) if before else (first, until)
        return found


def _uses(definitions: Iterable[Definition]) -> dict[str, tuple[tuple[str, bool], ...]]:
    """Return kind → (code, whether it is only asked for within the window itself)."""
    uses: dict[str, dict[str, bool]] = {}
    for definition in definitions:
        for term in (term for part in definition.parts for term in part.terms):
            within = term.fact is not None and term.until is None and term.last_days is None
            of_kind = uses.setdefault(term.kind, {})
            of_kind[definition.code] = of_kind.get(definition.code, True) and within
    return {kind: tuple(sorted(codes.items())) for kind, codes in uses.items()}


def load_catalogue(folder: Path = FOLDER, parameters: Mapping[str, Mapping[str, bool]] | None = None) -> Catalogue:
    """Return the definitions of a folder with the parameters that an office decided, by code.

    Raises :class:`BrokenDocument` with file, line and reason for the first mistake.
    """
    decided = parameters or {}
    definitions: dict[str, Definition] = {}
    codes = frozenset(the_calendar().kinds)
    for file in sorted(folder.glob("*.yml")):
        definition = read_document(file, Definition)
        for path, sentence in mistakes_in(definition, file_stem=file.stem, period_codes=codes):
            raise BrokenDocument.at(file, path, sentence)
        if definition.code in definitions:
            raise BrokenDocument.at(file, "code", f"there is another indicator {definition.code}")
        try:
            definitions[definition.code] = definition.with_parameters(decided.get(definition.code, {}))
        except KeyError as error:
            raise BrokenDocument.at(file, "parameters", str(error.args[0])) from error
    if unknown := set(decided) - set(definitions):
        raise BrokenDocument(folder, 1, f"parameters are set for unknown indicators: {', '.join(sorted(unknown))}")
    return Catalogue(dict(sorted(definitions.items())))


@cache
def the_catalogue() -> Catalogue:
    """Return the shipped catalogue, read once."""
    return load_catalogue()
