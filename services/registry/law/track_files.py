"""Reading the tracks and the facts that their acts ask, and what must hold of them for a case to be judged at all."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from chassis.documents import BrokenDocument, read_document
from contracts.base import CATALOGUE
from contracts.registry import UserManagementDecided  # noqa: F401 - with it every type of the registry is in the catalogue
from services.registry.domain.choices import CHOICES
from services.registry.domain.codes import DECIDERS
from services.registry.domain.derived import DERIVED
from services.registry.domain.guards import GUARDS
from services.registry.domain.status import PRIMARY_STATUSES
from services.registry.domain.tracks import SAME, START, FactKind, Track, Transition
from services.registry.domain.warnings import WARNINGS


@dataclass(frozen=True, kw_only=True)
class FactsFile:
    """facts.yml: what may be asked, by name."""

    facts: dict[str, FactKind]


def load_tracks(folder: Path) -> Mapping[str, Track]:
    """Return the tracks by their letters. Raises BrokenDocument."""
    found: dict[str, Track] = {}
    for file in sorted((folder / "tracks").glob("*.yml")):
        track = read_document(file, Track)
        if not file.name.startswith(f"{track.track.lower()}_"):
            raise BrokenDocument.at(
                file, "track", f"the file of track {track.track} begins with {track.track.lower()}_"
            )
        found[track.track] = track
    return found


def load_facts(folder: Path) -> Mapping[str, FactKind]:
    """Return what may be asked, by name. Raises BrokenDocument."""
    return read_document(folder / "facts.yml", FactsFile).facts


def check_tracks(
    folder: Path, tracks: Mapping[str, Track], facts: Mapping[str, FactKind], regimes: Collection[str]
) -> None:
    """Raise BrokenDocument for the first thing in a track that cannot work: a guard nobody wrote, a state nobody reaches."""
    for file in sorted((folder / "tracks").glob("*.yml")):
        track = tracks[file.name.partition("_")[0].upper()]
        for path, reason in _mistakes_in(track, tracks, facts, regimes):
            raise BrokenDocument.at(file, path, reason)


def _mistakes_in(
    track: Track, tracks: Mapping[str, Track], facts: Mapping[str, FactKind], regimes: Collection[str]
) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for number, line in enumerate(track.transitions):
        here = f"transitions[{number}]"
        if line.event in seen:
            yield f"{here}.event", f"{line.event} stands there twice"
        seen.add(line.event)
        for key, reason in _mistakes_of_line(line, track, tracks, facts, regimes):
            yield f"{here}.{key}", f"{line.event}: {reason}"
    for state in sorted(set(track.states) - _reached(track)):
        yield "states", f"nothing leads to the state {state}"
    for number, duty in enumerate(track.duties):
        settling = {line.event: line for line in track.transitions}.get(duty.settled_by or "")
        for state in duty.within:
            closed = state in track.states and not track.states[state].is_open
            if closed and (settling is None or state not in settling.origin):
                yield f"duties[{number}].within", f"{duty.code}: nothing settles it in {state}, which ends a case"
    for name, each in track.states.items():
        if each.stands_for is not None and each.stands_for not in PRIMARY_STATUSES:
            yield f"states.{name}", f"{each.stands_for} is no primary status"


def _mistakes_of_line(
    line: Transition,
    track: Track,
    tracks: Mapping[str, Track],
    facts: Mapping[str, FactKind],
    regimes: Collection[str],
) -> Iterator[tuple[str, str]]:
    known: tuple[tuple[str, Collection[str], Collection[str]], ...] = (
        ("guards", line.guards, GUARDS),
        ("choices", line.choices, CHOICES),
        ("choices", [CHOICES[code].fact for code in line.choices if code in CHOICES], facts),
        ("derives", line.derives, DERIVED),
        ("warns", line.warns, WARNINGS),
        ("asks", (*line.asks, *line.needs), facts),
        ("to", () if line.to == SAME else (line.to,), track.states),
        ("origin", [state for state in line.origin if state != START], track.states),
        ("announces", (line.announces,) if line.announces else (), CATALOGUE),
    )
    for key, names, there in known:
        for name in names:
            if name not in there:
                yield key, f"there is no {name}"
    if line.to != SAME and any(state in track.states and not track.states[state].is_open for state in line.origin):
        yield "to", "what is done after the end of a case leaves it as it is"
    if set(line.needs) - set(line.asks):
        yield "needs", "what must be given is asked"
    for follow in (*line.first, *line.then):
        target = tracks.get(follow.track)
        if target is None or follow.event not in {each.event for each in target.transitions}:
            yield "then", f"track {follow.track} has no event {follow.event}"
    yield from _mistakes_of_regimes(line, regimes)


def _mistakes_of_regimes(line: Transition, regimes: Collection[str]) -> Iterator[tuple[str, str]]:
    if not line.under:
        yield "under", "no regime knows this act"
    for place, under in enumerate(line.under):
        for name in (
            *(code for code in under.regimes if code not in regimes),
            *(d for d in under.deciders if d not in DECIDERS),
        ):
            yield f"under[{place}]", f"there is no {name}"
        if not under.article.strip():
            yield f"under[{place}]", "an act has its article"
    spoken = {code for under in line.under for code in under.regimes}
    always = {code for under in line.under if not under.when for code in under.regimes}
    for code in sorted(spoken - always if not line.by_system else ()):
        yield "under", f"under {code} some cases have no line; the last one is without `when`"
    for reason in line.reasons:
        if set(reason.regimes) - spoken:
            yield "reasons", f"{reason.code} belongs to a regime that does not know this act"
    for code in sorted(spoken if line.reasons else ()):
        if not any(code in reason.regimes for reason in line.reasons):
            yield "reasons", f"under {code} there is no reason at all"


def _reached(track: Track) -> set[str]:
    found: set[str] = {START}
    while True:
        more = {line.to for line in track.transitions if line.to != SAME and found & set(line.origin)} - found
        if not more:
            return found
        found |= more
