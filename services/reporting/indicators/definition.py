"""What an indicator document may say: the closed vocabulary, its shape, and the sense that one sentence must make.

A term asks for rows of one kind of span or fact within the window, a part counts what the terms find:

* ``count``: ``people`` or ``places``, each once, or ``rows``; ``sum``: a measure, or several of them together
* ``span``/``fact`` (kind), or ``any_of`` several terms; ``also``: the same person or place is in this term, too
* when, for spans: ``during: window`` (at some time in it), ``open_on: end`` (at the cut-off day's 24:00) or ``start``,
  ``began_in: window``, ``ended_in: window``
* when, for facts: ``happened_in: window``, ``until: end`` (ever, up to the cut-off day), ``last_days: n`` (up to it)
* ``where``: a published attribute is this, or one of these; ``only_if``: a parameter of the definition is true
* ``every``: all rows found for a person or place also have this
* ``divide_by``: a plain number below the fraction stroke, such as the days of a mean

A word that is missing is added to the engine, with a name, a test and a line here; never as SQL in a document.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

import msgspec

from services.reporting.domain import FACTS, SPANS
from services.reporting.periods import Words

ENGINE_VERSION = 1
"""Grows when a word of the vocabulary changes its meaning, so that figures kept under the old meaning are dropped."""

PERSON_DIMENSIONS = ("sex", "ethnic_group", "age_band")
COLUMNS_OF_SPANS = frozenset({"place", "end_reason"})
COLUMNS_OF_FACTS = frozenset({"place"})

Choice = str | tuple[str, ...]


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Rows of one kind, at a time, with some attributes."""

    span: str | None = None
    fact: str | None = None
    during: Literal["window"] | None = None
    open_on: Literal["start", "end"] | None = None
    began_in: Literal["window"] | None = None
    ended_in: Literal["window"] | None = None
    happened_in: Literal["window"] | None = None
    until: Literal["end"] | None = None
    last_days: int | None = None
    where: dict[str, Choice] = {}
    only_if: str | None = None

    @property
    def kind(self) -> str:
        """Return the kind of span or fact."""
        return self.span or self.fact or ""

    @property
    def published(self) -> frozenset[str]:
        """Return the attributes and columns of this kind that a document may ask for."""
        if self.span:
            return SPANS.get(self.kind, frozenset()) | COLUMNS_OF_SPANS
        return FACTS.get(self.kind, frozenset()) | COLUMNS_OF_FACTS

    @property
    def asks_for_the_ending(self) -> bool:
        """Tell whether the event that ended a span decides whether it is found."""
        return self.ended_in is not None or "end_reason" in self.where


class Part(Term, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A numerator or a denominator."""

    count: Literal["people", "places", "rows"] | None = None
    sum: Choice | None = None
    any_of: tuple[Term, ...] = ()
    also: tuple[Term, ...] = ()
    every: dict[str, Choice] = {}
    divide_by: int = 1

    @property
    def base(self) -> tuple[Term, ...]:
        """Return the terms whose rows are counted."""
        return self.any_of or (self,)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return every term of the part."""
        return (*self.base, *self.also)

    @property
    def measures(self) -> tuple[str, ...]:
        """Return what is summed."""
        if self.sum is None:
            return ()
        return (self.sum,) if isinstance(self.sum, str) else self.sum


class Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event of an example. ``numbered: [1, 9]`` says it nine times; ``#`` in its data becomes the number."""

    event: str
    data: dict[str, Any]
    numbered: tuple[int, int] = (0, 0)
    unit: str = "09385"
    version: int | None = None


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The figure of one unit. ``value`` is written as a page shows it, and ``against`` as a plan does: ``> 90`` (%)."""

    numerator: int
    denominator: int | None = None
    value: str | None = None
    against: str | None = None
    status: Literal["MET", "NOT_MET", "NO_TARGET", "NO_DATA"] | None = None


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Events, a period, and the figures that must come out."""

    says: str
    period: tuple[str, str]
    given: tuple[Given, ...]
    expect: dict[str, Expected]
    first_day: date | None = None
    parameters: dict[str, bool] = {}
    breakdown: dict[str, dict[str, int]] = {}


class Definition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """One indicator document."""

    code: str
    name: Words
    definition: Words
    unit_of_measure: Words
    shown_as: Literal["count", "percent", "ratio"]
    periods: tuple[str, ...]
    numerator: Part
    denominator: Part | None = None
    dimensions: tuple[str, ...] = ()
    parameters: dict[str, bool] = {}
    owner: str
    sources: tuple[str, ...]
    checked_by: str
    review_by: date
    footnotes: tuple[Words, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the numerator and, where there is one, the denominator."""
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)

    @cached_property
    def digest(self) -> str:
        """Return a fingerprint of what is counted; a kept figure of another fingerprint is no longer true."""
        meaning = (ENGINE_VERSION, self.code, self.numerator, self.denominator, self.dimensions)
        return sha256(msgspec.json.encode(meaning, order="sorted")).hexdigest()[:16]

    def with_parameters(self, parameters: Mapping[str, bool]) -> "Definition":
        """Return the definition with these parameters decided and their terms resolved; raise ``KeyError`` for others."""
        if unknown := set(parameters) - set(self.parameters):
            raise KeyError(f"{self.code} has no parameter {', '.join(sorted(unknown))}")
        decided = {**self.parameters, **parameters}
        return msgspec.structs.replace(
            self,
            parameters=decided,
            numerator=_resolved(self.numerator, decided),
            denominator=self.denominator and _resolved(self.denominator, decided),
        )


def _resolved(part: Part, parameters: Mapping[str, bool]) -> Part:
    def stays(term: Term) -> bool:
        return term.only_if is None or parameters[term.only_if]

    return msgspec.structs.replace(
        part,
        any_of=tuple(term for term in part.any_of if stays(term)),
        also=tuple(term for term in part.also if stays(term)),
    )


def value_of(definition: Definition, numerator: int | None, denominator: int | None) -> Fraction | None:
    """Return the exact value, a share where the indicator is shown in percent; None when there is nothing to divide by."""
    if numerator is None:
        return None
    above = Fraction(numerator, definition.numerator.divide_by)
    if definition.denominator is None:
        return above
    if not denominator:
        return None
    return above / Fraction(denominator, definition.denominator.divide_by)
