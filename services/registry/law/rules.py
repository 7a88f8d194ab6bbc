"""The sense that one deadline rule must make, beyond its shape: what its kind asks for, and codes that exist."""

from collections.abc import Collection, Iterator, Mapping

from services.registry.domain.deadlines import DeadlineRule, Example
from services.registry.domain.regimes import RegimeRow

ENOUGH_EXAMPLES = 2


def mistakes_in(
    rule: DeadlineRule, *, regimes: Mapping[str, RegimeRow], actors: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield the key and the reason of each mistake in a rule."""
    yield from _mistakes_of_reference(rule, regimes, actors)
    yield from _mistakes_of_amount(rule)
    yield from _mistakes_of_examples(rule)


def _mistakes_of_reference(
    rule: DeadlineRule, regimes: Mapping[str, RegimeRow], actors: Collection[str]
) -> Iterator[tuple[str, str]]:
    for number, code in enumerate(rule.regimes):
        if code not in regimes:
            yield f"regimes[{number}]", f"there is no regime {code}"
    if not rule.regimes:
        yield "regimes", "the rule belongs to no regime"
    if rule.actor is not None and rule.actor not in actors:
        yield "actor", f"{rule.actor} is neither a body nor a duty of regimes.yml"
    if not rule.article.strip():
        yield "article", "a rule names its article"
    known = [regimes[code] for code in rule.regimes if code in regimes]
    if known and rule.effective_from < min(row.starts_on for row in known):
        yield "effective_from", "the rule begins before its first regime"
    if known and all(row.ends_on for row in known) and rule.effective_to is None:
        yield "effective_from", "its regimes have ended, but the rule has not"
    if rule.effective_to is not None and rule.effective_to < rule.effective_from:
        yield "effective_to", "the rule ends before it begins"


def _mistakes_of_amount(rule: DeadlineRule) -> Iterator[tuple[str, str]]:
    is_immediate = rule.unit == "IMMEDIATE"
    if is_immediate and rule.amount is not None:
        yield "amount", "what is immediate has no amount"
    if rule.unit is not None and not is_immediate and rule.amount is None:
        yield "unit", f"there is a unit {rule.unit} and no amount"
    if rule.kind == "COUNT" and (rule.amount is None or rule.unit is not None):
        yield "kind", "a count has an amount and no unit"
    if rule.kind not in {"GUARD", "COUNT"} and rule.unit is None and rule.how is None:
        yield "kind", f"a {rule.kind} needs amount and unit, or how it is worked out"
    if rule.kind == "WINDOW_BEFORE" and rule.direction != "BEFORE":
        yield "kind", "a window before an end has the direction BEFORE"
    if rule.kind == "RECURRING" and rule.unit != "MONTH":
        yield "kind", "what recurs is counted in months of the calendar"
    if rule.kind == "ELIGIBILITY" and rule.direction == "BEFORE":
        yield "direction", "what opens after a time has the direction AFTER"
    if rule.up_to is not None and (rule.amount is None or rule.up_to < rule.amount):
        yield "up_to", "the upper bound is below the lower one"
    if rule.remote is not None and rule.remote.unit == rule.unit and rule.remote.amount <= (rule.amount or 0):
        yield "remote", "remote areas have no more time than others"


def _mistakes_of_examples(rule: DeadlineRule) -> Iterator[tuple[str, str]]:
    is_guard = rule.kind in {"GUARD", "COUNT"}
    if len(rule.examples) < (1 if is_guard else ENOUGH_EXAMPLES):
        yield "code", f"a rule of this kind has at least {1 if is_guard else ENOUGH_EXAMPLES} worked examples"
    for number, example in enumerate(rule.examples):
        if not _says_what_must_come_out(example):
            yield f"examples[{number}]", "the example says neither what is due, nor whether it holds, nor who proves it"


def _says_what_must_come_out(example: Example) -> bool:
    return example.due is not None or example.holds is not None or example.proved_by is not None
