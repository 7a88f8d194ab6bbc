"""What a version of a report holds, in one canonical form with a digest."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

import msgspec

from services.reporting.indicators.definition import Definition, value_of
from services.reporting.indicators.verdict import Status, status
from services.reporting.queries import EventBehind
from services.reporting.targets import Target


class ReportedFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure as it was when the report was made, with what it was held against and the definition it was counted by."""

    code: str
    numerator: int
    denominator: int | None
    comparator: str | None
    target: str | None
    status: Status
    definition: str


class MovedFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that is no longer what the version before says; None where it was not, or is no longer, in the report."""

    code: str
    before: ReportedFigure | None
    after: ReportedFigure | None
    events: tuple[EventBehind, ...]

    @property
    def difference(self) -> int:
        """Return by how much the count moved: above the stroke, where there is one."""
        return (self.after.numerator if self.after else 0) - (self.before.numerator if self.before else 0)


class HeardFrom(msgspec.Struct, frozen=True, kw_only=True):
    """How far an agency's log had been heard; ``missing`` are the positions below that had not taken effect yet."""

    source: str
    through: int
    missing: tuple[int, ...]


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """One version of the report of one period. ``previous`` is the digest of the signed version that it corrects."""

    unit: str
    period_kind: str
    period_label: str
    first_day: date
    last_day: date
    number: int
    reason: str | None
    previous: str | None
    heard: tuple[HeardFrom, ...]
    figures: tuple[ReportedFigure, ...]
    moved: tuple[MovedFigure, ...]


def written(content: Content) -> str:
    """Return the canonical text of a version: the same content is the same text."""
    return msgspec.json.encode(content, order="sorted").decode()


def read(text: str) -> Content:
    """Return the content of a canonical text."""
    return msgspec.json.decode(text, type=Content)


def digest_of(text: str) -> str:
    """Return the SHA-256 of a canonical text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def figure(definition: Definition, numerator: int, denominator: int | None, target: Target | None) -> ReportedFigure:
    """Return a figure as a report keeps it; the light is decided on the exact value."""
    return ReportedFigure(
        code=definition.code,
        numerator=numerator,
        denominator=denominator,
        comparator=target.comparator if target else None,
        target=None if target is None or target.value is None else str(target.value),
        status=status(value_of(definition, numerator, denominator), target),
        definition=definition.digest,
    )


def differing(
    before: Iterable[ReportedFigure], after: Iterable[ReportedFigure]
) -> list[tuple[str, ReportedFigure | None, ReportedFigure | None]]:
    """Return code, old and new of every figure that is not the same, by code."""
    old, new = ({each.code: each for each in figures} for figures in (before, after))
    return [
        (code, old.get(code), new.get(code))
        for code in sorted({*old, *new})
        if _counts(old, code) != _counts(new, code)
    ]


def _counts(figures: dict[str, ReportedFigure], code: str) -> tuple[int, int | None, Status] | None:
    found = figures.get(code)
    return None if found is None else (found.numerator, found.denominator, found.status)
