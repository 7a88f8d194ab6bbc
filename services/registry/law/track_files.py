"""Reading the tracks and the facts that their acts ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chassis.documents import read_document
from services.registry.domain.tracks import FactKind, Track


@dataclass(frozen=True, kw_only=True)
class FactsFile:
    """facts.yml: what may be asked, by name."""

    facts: dict[str, FactKind]


def load_tracks(folder: Path) -> Mapping[str, Track]:
    """Return the tracks by their letters. Raises BrokenDocument."""
    found = [read_document(file, Track) for file in sorted((folder / "tracks").glob("*.yml"))]
    return {track.track: track for track in found}


def load_facts(folder: Path) -> Mapping[str, FactKind]:
    """Return what may be asked, by name. Raises BrokenDocument."""
    return read_document(folder / "facts.yml", FactsFile).facts
