"""What makes no sense in an indicator document, beyond its shape: each mistake with its place and a sentence."""

from collections.abc import Iterator

from services.reporting.domain import FACTS, SPANS
from services.reporting.indicators.definition import PERSON_DIMENSIONS, Definition, Part, Term

Mistakes = Iterator[tuple[str, str]]
"""(path, sentence), such as (``numerator.also[0].where.kind``, what is wrong with it)."""


def mistakes_in(definition: Definition, *, file_stem: str, period_codes: frozenset[str]) -> Mistakes:
    """Yield everything in the document that makes no sense."""
    if not file_stem.replace("_", "a").isalpha() or not file_stem.islower():
        yield "code", "the file is named after what is counted, in small letters and without numbers"
    if (definition.shown_as == "count") != (definition.denominator is None):
        yield "shown_as", "a count has no denominator; a percentage or a ratio needs one"
    yield from _in_periods(definition, period_codes)
    for name, part in (("numerator", definition.numerator), ("denominator", definition.denominator)):
        if part is not None:
            yield from _under(name, _in_part(part, definition))
    for number, dimension in enumerate(definition.dimensions):
        if wrong := _wrong_dimension(definition, dimension):
            yield f"dimensions[{number}]", wrong
    yield from _in_examples(definition)


def _in_periods(definition: Definition, period_codes: frozenset[str]) -> Mistakes:
    if not definition.periods:
        yield "periods", "name at least one kind of period"
    for number, code in enumerate(definition.periods):
        if code not in period_codes:
            yield f"periods[{number}]", f"there is no kind of period `{code}`"


def _in_examples(definition: Definition) -> Mistakes:
    if not definition.examples:
        yield "examples", "an indicator needs a worked example"
    for number, example in enumerate(definition.examples):
        if example.period[0] not in definition.periods:
            yield f"examples[{number}].period", f"this indicator has no period of kind `{example.period[0]}`"
        for dimension in example.breakdown:
            if dimension not in definition.dimensions:
                yield f"examples[{number}].breakdown.{dimension}", f"`{dimension}` is not among the dimensions"


def _in_part(part: Part, definition: Definition) -> Mistakes:
    yield from _in_counting(part)
    yield from _in_every(part)
    if not part.any_of:
        yield from _in_term(part, definition)
    for word, terms in (("any_of", part.any_of), ("also", part.also)):
        for number, term in enumerate(terms):
            yield from _under(f"{word}[{number}]", _in_term(term, definition))


def _in_counting(part: Part) -> Mistakes:
    if (part.count is None) == (part.sum is None):
        yield "", "say either `count` or `sum`"
    if part.any_of and part.kind:
        yield "", "say either one span or fact, or `any_of` several"
    if part.only_if is not None:
        yield "only_if", "a parameter decides about a term of `any_of` or `also`, not about the whole part"
    if part.divide_by < 1:
        yield "divide_by", "divide by 1 or more"
    if part.also and part.count not in ("people", "places"):
        yield "also", "`also` compares people or places; count these"
    for measure in part.measures:
        if any(measure not in term.published and not (measure == "amount" and term.fact) for term in part.base):
            yield "sum", f"there is no measure `{measure}`"


def _in_every(part: Part) -> Mistakes:
    if part.every and (part.count not in ("people", "places") or part.any_of):
        yield "every", "`every` asks about all rows of one term of a person or place"
    for name in part.every:
        if name not in part.published:
            yield f"every.{name}", f"a {part.kind} has no attribute `{name}`"


def _in_term(term: Term, definition: Definition) -> Mistakes:
    if (term.span is None) == (term.fact is None):
        yield "", "name one kind of `span` or `fact`"
        return
    if term.kind not in (SPANS if term.span else FACTS):
        yield "span" if term.span else "fact", f"nothing of kind `{term.kind}` is projected"
        return
    yield from _in_when(term)
    for name in term.where:
        if name not in term.published:
            yield f"where.{name}", f"a {term.kind} has no attribute `{name}`"
    if term.only_if is not None and term.only_if not in definition.parameters:
        yield "only_if", f"the definition has no parameter `{term.only_if}`"


def _in_when(term: Term) -> Mistakes:
    for_spans = [term.during, term.open_on, term.began_in, term.ended_in]
    for_facts = [term.happened_in, term.until, term.last_days]
    right, wrong = (for_spans, for_facts) if term.span else (for_facts, for_spans)
    if not any(right) or any(wrong):
        yield "", "say when: a span is open or begins or ends, a fact happens"
    if term.last_days is not None and term.last_days < 1:
        yield "last_days", "at least 1 day"


def _wrong_dimension(definition: Definition, dimension: str) -> str | None:
    parts = definition.parts
    if dimension in PERSON_DIMENSIONS:
        return None if all(part.count == "people" for part in parts) else "only people have this; count people"
    if dimension == "measure":
        fits = definition.denominator is None and len(definition.numerator.measures) > 1
        return None if fits else "`measure` breaks a sum of several measures down"
    for term in (term for part in parts for term in part.base):
        if dimension not in term.published:
            return f"a {term.kind} has no attribute `{dimension}`"
    return None


def _under(place: str, mistakes: Mistakes) -> Mistakes:
    for path, sentence in mistakes:
        yield f"{place}.{path}" if path else place, sentence
