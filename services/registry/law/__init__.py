"""The law as data: reads and checks the files beside this one. Domain rules ask the result; nothing is decided here.

A jurist changes a rule by editing a file; a mistake stops the start with file, line and reason.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from chassis.documents import BrokenDocument, read_document
from services.registry.domain.deadlines import DeadlineRule
from services.registry.domain.regimes import Law, Regime, RegimeRow
from services.registry.domain.workdays import Calendar
from services.registry.law.files import (
    CalendarFile,
    DeadlinesFile,
    ExamplesFile,
    RegimesFile,
    SamplingFile,
    WorkedExample,
)
from services.registry.law.rules import mistakes_in
from services.registry.law.track_files import check_tracks, load_facts, load_tracks

FOLDER = Path(__file__).parent

__all__ = ["FOLDER", "deadline_rows", "law", "load_law", "worked_examples"]


@cache
def law() -> Law:
    """Return the law of this program, read once."""
    return load_law(FOLDER)


def load_law(folder: Path) -> Law:
    """Read and check a folder of law files. Raises BrokenDocument."""
    named = read_document(folder / "regimes.yml", RegimesFile)
    _check_regimes(folder / "regimes.yml", named)
    tracks, facts = load_tracks(folder), load_facts(folder)
    check_tracks(folder, tracks, facts, {row.code for row in named.regimes})
    return Law(
        regimes=_regimes(folder, named),
        calendar=_calendar(folder),
        bodies={body.code: body for body in named.bodies},
        transition_rules={rule.code: rule for rule in named.transition_rules},
        deadlines=_deadlines(folder, named),
        other_texts=named.other_texts,
        digest=digest_of(folder),
        tracks=tracks,
        facts=facts,
    )


def digest_of(folder: Path) -> str:
    """Return one digest over all law files, names and contents, in the order of their names."""
    digest = sha256()
    for file in sorted(folder.rglob("*.yml"), key=lambda each: each.relative_to(folder).as_posix()):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(folder).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def deadline_rows(folder: Path) -> Iterator[tuple[Path, int, DeadlineRule]]:
    """Yield every deadline rule with the file and the place in it at which it stands."""
    for file in sorted((folder / "deadlines").glob("*.yml")):
        for number, rule in enumerate(read_document(file, DeadlinesFile).rules):
            yield file, number, rule


def worked_examples(folder: Path) -> tuple[WorkedExample, ...]:
    """Return the worked examples of the specification, as they stand in ``examples.yml``."""
    return read_document(folder / "examples.yml", ExamplesFile).worked_examples


def _regimes(folder: Path, named: RegimesFile) -> tuple[Regime, ...]:
    """Return the regimes, each with what it says of taking samples."""
    file = folder / "sampling.yml"
    rules = {code: under.rules for under in read_document(file, SamplingFile).sampling for code in under.regimes}
    for row in named.regimes:
        if row.code not in rules:
            raise BrokenDocument(file, 1, f"{row.code} says nothing of taking samples")
    return tuple(Regime(**vars(row), sampling=rules[row.code]) for row in named.regimes)


def _calendar(folder: Path) -> Calendar:
    file = folder / "calendar.yml"
    read = read_document(file, CalendarFile)
    paths = [(f"holidays[{number}].code", row.code) for number, row in enumerate(read.holidays)]
    paths += [(f"yearly[{number}].code", row.code) for number, row in enumerate(read.yearly)]
    codes: set[str] = set()
    for path, code in paths:
        if code in codes:
            raise BrokenDocument.at(file, path, f"{code} is there twice")
        codes.add(code)
    return Calendar(holidays=read.holidays, yearly=read.yearly, immediate_hours=read.immediate_hours)


def _deadlines(folder: Path, named: RegimesFile) -> dict[str, DeadlineRule]:
    actors = {body.code for body in named.bodies} | {one.duty for row in named.regimes for one in row.competent}
    regimes = {row.code: row for row in named.regimes}
    found: dict[str, DeadlineRule] = {}
    for file, number, rule in deadline_rows(folder):
        if rule.code in found:
            raise BrokenDocument.at(file, f"rules[{number}].code", f"{rule.code} is there twice")
        for key, reason in mistakes_in(rule, regimes=regimes, actors=actors):
            raise BrokenDocument.at(file, f"rules[{number}].{key}", f"{rule.code}: {reason}")
        found[rule.code] = rule
    return found


def _check_regimes(file: Path, named: RegimesFile) -> None:
    """Every day from the first regime on has exactly one; only the last one is open; competent is only a body that is named."""
    if not named.regimes:
        raise BrokenDocument(file, 1, "there is no regime")
    for number, (earlier, later) in enumerate(pairwise(named.regimes), 1):
        if earlier.ends_on is None or earlier.ends_on + timedelta(days=1) != later.starts_on:
            reason = f"{later.code} does not begin on the day after {earlier.code} ends"
            raise BrokenDocument.at(file, f"regimes[{number}].starts_on", reason)
    last = len(named.regimes) - 1
    if named.regimes[last].ends_on is not None:
        reason = f"{named.regimes[last].code} is the last regime and has an end"
        raise BrokenDocument.at(file, f"regimes[{last}].ends_on", reason)
    _check_competences(file, named.regimes, {body.code for body in named.bodies})


def _check_competences(file: Path, rows: Collection[RegimeRow], bodies: Collection[str]) -> None:
    for number, row in enumerate(rows):
        duties: set[str] = set()
        for place, competence in enumerate(row.competent):
            path = f"regimes[{number}].competent[{place}]"
            if competence.body not in bodies:
                raise BrokenDocument.at(file, f"{path}.body", f"{competence.body} is not among the bodies")
            if competence.duty in duties:
                raise BrokenDocument.at(file, f"{path}.duty", f"{row.code} names {competence.duty} twice")
            duties.add(competence.duty)
