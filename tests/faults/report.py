"""The table at the end, and whether the run was a success."""

from collections import Counter
from collections.abc import Mapping

from tests.faults.determinations import SagaOutcome
from tests.faults.scenario import Outcome

WIDTH = 48
SERVICES = ("serve", "embedded")


def table(outcomes: Mapping[str, Outcome], sagas: Mapping[str, SagaOutcome], caught: Mapping[str, bool]) -> str:
    """Return everything that was injected and what came of it, one line each."""
    lines = []
    for name, outcome in outcomes.items():
        lines += ["", f"{name}, {outcome.seconds:.0f} s", *_outcome_lines(outcome)]
    for name, saga in sagas.items():
        lines += ["", f"determinations, {name}, {saga.seconds:.0f} s", *_saga_lines(saga)]
    lines += [
        "",
        *(f"{f'mutation {name}':<{WIDTH}}{'caught' if well else 'NOT CAUGHT'}" for name, well in caught.items()),
    ]
    return "\n".join(lines)


def shortcomings(
    outcomes: Mapping[str, Outcome],
    sagas: Mapping[str, SagaOutcome],
    caught: Mapping[str, bool],
    *,
    kills: int,
    hits: int,
) -> list[str]:
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
    for name, saga in sagas.items():
        found += [f"determinations, {name}: {what} {count}" for what, count in saga.verdict.failures.items()]
        found += [f"determinations, {name}: {what}" for what in (*saga.verdict.details, *saga.verdict.trouble)]
        if not (saga.at_the_police and saga.at_the_station):
            found.append(f"determinations, {name}: a side on which nobody was killed proves nothing")
    return found


def _saga_lines(saga: SagaOutcome) -> list[str]:
    tally, verdict = saga.tally, saga.verdict
    ended = "each ended once" if not verdict.failures else "NOT each ended once"
    kills = f"{saga.at_the_police} kills on the registry's side, {saga.at_the_station} on the station's"
    facts: Counter[str] = Counter(tally.other)
    facts["kills"] = tally.kills
    facts["events"] = verdict.events
    facts["lost"], facts["doubled"] = verdict.lost, verdict.doubled
    facts["not ended once"] = verdict.not_ended_once
    facts["on which the sides differ"] = verdict.sides_differ
    facts["people with derived rows that differ"] = verdict.derived_differ
    lines = [f"  {what:<{WIDTH - 2}}{count}" for what, count in facts.items()]
    return [f"  {verdict.determinations} determinations, {kills}, {ended}", *lines]


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
