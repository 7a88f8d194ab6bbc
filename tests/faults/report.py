"""The table at the end, and whether the run was a success."""

from collections import Counter
from collections.abc import Mapping

from tests.faults.scenario import Outcome

WIDTH = 48
SERVICES = ("serve", "embedded")


def table(outcomes: Mapping[str, Outcome], caught: Mapping[str, bool]) -> str:
    """Return everything that was injected and what came of it, one line each."""
    lines = []
    for name, outcome in outcomes.items():
        lines += ["", f"{name}, {outcome.seconds:.0f} s", *_outcome_lines(outcome)]
    lines += [
        "",
        *(f"{f'mutation {name}':<{WIDTH}}{'caught' if well else 'NOT CAUGHT'}" for name, well in caught.items()),
    ]
    return "\n".join(lines)


def shortcomings(outcomes: Mapping[str, Outcome], caught: Mapping[str, bool], *, kills: int, hits: int) -> list[str]:
    """Return a sentence for everything that is not as it must be: nothing means success.

    ``kills`` is the least number of kills over all, ``hits`` the least number of deaths at each named step.
    """
    found = [f"mutation {name} was not caught" for name, well in caught.items() if not well]
    total = sum(outcome.tally.kills for outcome in outcomes.values())
    if total < kills:
        found.append(f"only {total} kills of {kills}")
    for name, outcome in outcomes.items():
        found += [f"{name}: {what} {count}" for what, count in outcome.verdict.failures.items()]
        found += [f"{name}: {detail}" for detail in (*outcome.verdict.details, *outcome.verdict.trouble)]
        if found:
            found += [f"{name}: {who} gave up, last with: {words}" for who, words in outcome.tally.last_words.items()]
        rare = [step for step in outcome.steps if outcome.tally.step_kills[step] < hits]
        found += [f"{name}: nobody died often enough at {step}" for step in rare]
    return found


def _outcome_lines(outcome: Outcome) -> list[str]:
    tally, verdict = outcome.tally, outcome.verdict
    services = sum(tally.random_kills[role] for role in SERVICES)
    fates: Counter[str] = Counter()
    fates["services killed at random moments"] = services
    fates["loads killed at random moments"] = tally.random_kills.total() - services
    fates.update({f"services killed at {step}": tally.step_kills[step] for step in outcome.steps})
    fates.update(tally.other)
    fates["workers that gave up and were started again"] = tally.ended_by_itself.total()
    facts = {
        "kills": tally.kills,
        "events": verdict.events,
        "set aside": verdict.set_aside,
        "lost": verdict.lost,
        "doubled": verdict.doubled,
        "out of order": verdict.out_of_order,
        "half done": verdict.half_done,
        "published and unconfirmed": verdict.unconfirmed,
        "rebuilt equals grown": "no" if verdict.rebuilt_differs else "yes",
        "oracle agrees on figures": f"{verdict.figures - verdict.wrong_figures} of {verdict.figures}",
    }
    return [f"  {what:<{WIDTH - 2}}{count}" for what, count in [*fates.items(), *facts.items()]]
