"""`binhan law check`: reads the law files, works out every example in them, and says how much of the law there is.

Each mistake is a line with file, line and reason; with one the command ends with 1.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import click

from chassis.documents import BrokenDocument, read_document
from services.registry.domain.deadlines import DeadlineRule, Due, Example, NotCounted, carried_end, due, holds
from services.registry.domain.forms import FormCatalogue
from services.registry.domain.regimes import Law
from services.registry.domain.terms import VIETNAM
from services.registry.domain.workdays import Calendar
from services.registry.law import FOLDER, deadline_rows, load_law, worked_examples
from services.registry.law.files import Carried, Counted, CoverageFile, Signed
from services.registry.law.form_catalogue import load_catalogue
from services.registry.law.references import forms_nowhere, problems_of_references

# What is counted, in the order in which it is printed; whatever else the law files get has its line here.
COUNTED: Mapping[str, Callable[[Law], int]] = {
    "regimes": lambda law: len(law.regimes),
    "bodies": lambda law: len(law.bodies),
    "transition rules": lambda law: len(law.transition_rules),
    "deadline rules": lambda law: len(law.deadlines),
    "tracks": lambda law: len(law.tracks),
    "transitions": lambda law: sum(len(track.transitions) for track in law.tracks.values()),
    "holidays and yearly decisions": lambda law: len(law.calendar.holidays) + len(law.calendar.yearly),
}

DAY_WRITTEN, INSTANT_WRITTEN = "%Y-%m-%d", "%Y-%m-%d %H:%M"


@click.group()
def command() -> None:
    """Look after the law files of the registry."""


@command.command()
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, help="Another folder of law files.")
def check(folder: Path) -> None:
    """Read the law files, work out every example in them, and print how much there is."""
    law = load_law(folder)
    counts = {**{name: count(law) for name, count in COUNTED.items()}, **contents_of(folder, law)}
    for name, count in counts.items():
        click.echo(f"{count:5} {name}")
    found = list(problems(folder, law))
    for problem in found:
        click.echo(str(problem), err=True)
    if found:
        raise SystemExit(1)
    click.echo(f"every example holds, every row is there or its absence explained; law {law.version}")


def contents_of(folder: Path, law: Law) -> Mapping[str, int]:
    """Return how many forms, examples and rows of the specification the files hold."""
    coverage = read_document(folder / "coverage.yml", CoverageFile)
    return {
        "forms": len(load_catalogue(folder / "forms.yml").forms),
        "examples of rules": sum(len(rule.examples) for rule in law.deadlines.values()),
        "worked examples": len(worked_examples(folder)),
        "rows of the specification": len(coverage.rows),
        "rows absent by name": sum(row.absent is not None for row in coverage.rows),
    }


def problems(folder: Path, law: Law) -> Iterator[BrokenDocument]:
    """Yield each example that does not hold, each name that leads nowhere and each row that nothing carries."""
    catalogue = load_catalogue(folder / "forms.yml")
    yield from problems_of_rules(folder, law, catalogue)
    yield from problems_of_references(folder, law, catalogue)
    yield from problems_of_worked_examples(folder, law)
    yield from problems_of_coverage(folder, law)


def problems_of_rules(folder: Path, law: Law, catalogue: FormCatalogue) -> Iterator[BrokenDocument]:
    """Yield each example of a rule that does not hold, and each form of one that nobody knows."""
    for file, number, rule in deadline_rows(folder):
        for form in forms_nowhere((rule.form, *rule.with_forms), catalogue):
            yield BrokenDocument.at(file, f"rules[{number}]", f"{rule.code}: {form} is not in the catalogue of forms")
        for place, example in enumerate(rule.examples):
            reason = mistake_of(law, rule, example)
            if reason:
                yield BrokenDocument.at(file, f"rules[{number}].examples[{place}]", f"{rule.code}: {reason}")


def mistake_of(law: Law, rule: DeadlineRule, example: Example) -> str | None:
    """Return why an example of a rule does not hold, or None."""
    if example.proved_by is not None:
        return None
    try:
        if example.holds is not None:
            return _mistake_of_guard(rule, example)
        if rule.how is not None:
            return _mistake_of_carried_end(rule, example)
        counted = Counted(
            rule=rule.code,
            at=example.at or "",
            due=example.due or "",
            opens=example.opens,
            confirming=example.confirming,
            by_unconfirmed=example.by_unconfirmed,
        )
        return mistake_of_due(law, rule, counted, remote=example.remote)
    except (NotCounted, ValueError) as error:
        return f"this cannot be worked out: {error}"


def mistake_of_due(law: Law, rule: DeadlineRule, counted: Counted, *, remote: bool = False) -> str | None:
    """Return why a due date is not the one that is written, or None."""
    calendar = _confirming(law.calendar, counted.confirming)
    if counted.amount is not None:
        if not rule.amount or not rule.amount <= counted.amount <= (rule.up_to or rule.amount):
            return f"{rule.code} does not allow {counted.amount}"
        rule = replace(rule, amount=counted.amount)
    found = due(rule, moment_of(counted.at), calendar, remote=remote)
    if written(found) != counted.due:
        return f"the rule gives {written(found)}, the example says {counted.due}"
    opens = f"{found.earliest:{INSTANT_WRITTEN}}" if found.earliest and rule.kind == "WINDOW_BEFORE" else None
    if opens != counted.opens:
        return f"the window opens at {opens}, the example says {counted.opens}"
    if counted.by_unconfirmed is None and found.decided_by_unconfirmed and not counted.confirming:
        return f"«{found.decided_by_unconfirmed.vi}» decides and is not confirmed; the example does not say so"
    if (
        counted.by_unconfirmed is not None
        and law.calendar.name_of(counted.by_unconfirmed) != found.decided_by_unconfirmed
    ):
        return f"{counted.by_unconfirmed} does not decide"
    return None


def moment_of(text: str) -> date | datetime:
    """Return the day or the instant that an example names, in the time of Việt Nam. Raises ValueError."""
    if ":" in text:
        return datetime.strptime(text, INSTANT_WRITTEN).replace(tzinfo=VIETNAM)
    return date.fromisoformat(text)


def written(found: Due) -> str:
    """Return a due date as the examples write it: a day at whose end it is due, or an instant."""
    return f"{found.moment:{DAY_WRITTEN if found.whole_day else INSTANT_WRITTEN}}"


def _mistake_of_guard(rule: DeadlineRule, example: Example) -> str | None:
    day = date.fromisoformat(example.at) if example.at else None
    found = holds(rule, count=example.count, day=day, ends_on=example.ends_on)
    return None if found == example.holds else f"the rule says {found}, the example {example.holds}"


def _mistake_of_carried_end(rule: DeadlineRule, example: Example) -> str | None:
    if example.ends_on is None:
        return "an example of a term that runs on has the end it had"
    found = carried_end(
        rule,
        ends_on=example.ends_on,
        left_on=example.left_on,
        resumed_on=date.fromisoformat(example.at) if example.at else None,
        absences=example.absences,
    )
    return None if f"{found}" == example.due else f"the rule gives {found}, the example says {example.due}"


def problems_of_worked_examples(folder: Path, law: Law) -> Iterator[BrokenDocument]:
    """Yield each due date and each signature of a worked example that is not as it says."""
    file = folder / "examples.yml"
    for number, example in enumerate(worked_examples(folder)):
        for place, counted in enumerate(example.dues):
            rule = law.deadlines.get(counted.rule)
            reason = mistake_of_due(law, rule, counted) if rule else f"there is no rule {counted.rule}"
            if reason:
                yield BrokenDocument.at(file, f"worked_examples[{number}].dues[{place}]", reason)
        for place, signed in enumerate(example.signatures):
            reason = mistake_of_signature(law, signed)
            if reason:
                yield BrokenDocument.at(file, f"worked_examples[{number}].signatures[{place}]", reason)


def mistake_of_signature(law: Law, signed: Signed) -> str | None:
    """Return why a signature is not treated as the example says, or None."""
    competence = law.competent_for(signed.duty, signed.on)
    if competence is None:
        return f"nobody is competent for {signed.duty} on {signed.on}"
    if competence.body != signed.competent:
        return f"{competence.body} is competent, the example says {signed.competent}"
    if (signed.signer != competence.body) != signed.refused:
        return f"a signature of {signed.signer} is refused: {signed.signer != competence.body}"
    return None


def problems_of_coverage(folder: Path, law: Law) -> Iterator[BrokenDocument]:
    """Yield each row of the specification that nothing carries, and each rule that carries none."""
    file = folder / "coverage.yml"
    coverage = read_document(file, CoverageFile)
    carried: set[str] = set()
    seen: set[str] = set()
    for name, rows in (("rows", coverage.rows), ("beyond", coverage.beyond)):
        for number, row in enumerate(rows):
            reason = _mistake_of_row(law, row, seen)
            if reason:
                yield BrokenDocument.at(file, f"{name}[{number}]", f"{row.row}: {reason}")
            carried.update(row.rules)
            seen.add(row.row)
    for code in sorted(law.deadlines.keys() - carried):
        yield BrokenDocument(file, 1, f"{code} carries no row; name the one it stands for")


def _mistake_of_row(law: Law, row: Carried, seen: set[str]) -> str | None:
    if row.row in seen:
        return "the row is there twice"
    if bool(row.rules) == bool(row.absent):
        return "a row has either rules or the reason why it is absent"
    missing = [code for code in row.rules if code not in law.deadlines]
    return f"there is no rule {', '.join(missing)}" if missing else None


def _confirming(calendar: Calendar, codes: tuple[str, ...]) -> Calendar:
    for code in codes:
        calendar = calendar.confirming(code)
    return calendar
