"""That the law files know one another: the deadline rules and forms that a track names, and the acts that settle its duties."""

import re
from collections.abc import Iterator
from pathlib import Path

from chassis.documents import BrokenDocument, read_document
from services.registry.domain.forms import FormCatalogue
from services.registry.domain.regimes import Law
from services.registry.domain.tracks import DutyLine, Track, Transition

WITHOUT_A_RULE = "ON_DAY"
_STATUTORY = re.compile(r"(ND|TT)[0-9]+_")

Named = Iterator[tuple[str, str]]


def problems_of_references(folder: Path, law: Law, catalogue: FormCatalogue) -> Iterator[BrokenDocument]:
    """Yield each name in a track that leads nowhere, with its file and line."""
    for file in sorted((folder / "tracks").glob("*.yml")):
        track = read_document(file, Track)
        for number, line in enumerate(track.transitions):
            for key, reason in _of_transition(law, catalogue, line):
                yield BrokenDocument.at(file, f"transitions[{number}].{key}", f"{line.event}: {reason}")
        for number, duty in enumerate(track.duties):
            for key, reason in _of_duty(law, track, duty):
                yield BrokenDocument.at(file, f"duties[{number}].{key}", f"{duty.code}: {reason}")


def forms_nowhere(forms: tuple[str | None, ...], catalogue: FormCatalogue) -> list[str]:
    """Return the statutory forms among these that the catalogue does not have; other papers have names of their own."""
    return [form for form in forms if form and _STATUTORY.match(form) and form not in catalogue.forms]


def _of_transition(law: Law, catalogue: FormCatalogue, line: Transition) -> Named:
    for code in (code for codes in (line.term.rules.values() if line.term else ()) for code in codes):
        if code not in law.deadlines:
            yield "term", f"there is no deadline rule {code}"
    for place, under in enumerate(line.under):
        for form in forms_nowhere((under.form,), catalogue):
            yield f"under[{place}].form", f"{form} is not in the catalogue of forms"


def _of_duty(law: Law, track: Track, duty: DutyLine) -> Named:
    for state in duty.within:
        if state not in track.states:
            yield "within", f"there is no state {state} in track {track.track}"
    for regime, code in duty.rules.items():
        if code != WITHOUT_A_RULE and code not in law.deadlines:
            yield "rules", f"there is no deadline rule {code}"
        elif code != WITHOUT_A_RULE and not law.deadlines[code].is_counted:
            yield "rules", f"{code} does not run from an anchor, so nothing is due by it"
        if regime not in {each.code for each in law.regimes}:
            yield "rules", f"there is no regime {regime}"
    for regime in set(duty.counts_from_under) - {each.code for each in law.regimes}:
        yield "counts_from_under", f"there is no regime {regime}"
    if duty.settled_by is not None:
        letter, _dot, event = duty.settled_by.rpartition(".")
        if not _leads_somewhere(law, letter or track.track, event):
            yield "settled_by", f"there is no event {duty.settled_by}"


def _leads_somewhere(law: Law, track: str, event: str) -> bool:
    return track in law.tracks and event in {line.event for line in law.tracks[track].transitions}
