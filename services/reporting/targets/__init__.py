"""The targets a unit was given: read from one file per unit, each with the sentence of the plan it comes from.

A file that is not understood stops the start with its path, the line and the reason.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import yaml

from chassis.documents import BrokenDocument, line_of, read_document
from chassis.errors import NotFound
from chassis.units import unit as unit_of
from services.reporting.periods import the_calendar

FOLDER = Path(__file__).parent
COMPARISONS = {">": gt, ">=": ge, "=": eq, "<=": le, "<": lt}


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """What a unit is to reach, and who said so.

    `value` is a share from 0 to 1 or a count, in the measure of the indicator; None means that none was given («chưa
    giao chỉ tiêu»). The target belongs to the periods of kind `period` that lie from `first_day` to `last_day`.
    `sentence` is as printed, misprints included; `section` are its headings, outermost first; `reading` says how we
    understand a sentence that leaves something open, else it is empty. `awaits_indicator` marks a target whose
    indicator is not counted yet. `agency` is the service responsible, `responsible` its name in this unit.
    """

    unit: str
    indicator: str
    period: str
    first_day: date
    last_day: date
    comparator: str
    value: Decimal | None
    document_number: str
    document_on: date
    section: str
    sentence: str
    reading: str
    agency: str
    responsible: str
    awaits_indicator: bool

    def reached(self, figure: Decimal | None) -> bool | None:
        """Whether a figure satisfies the target; None when there is no figure or no value to hold it against."""
        if figure is None or self.value is None:
            return None
        return bool(COMPARISONS[self.comparator](figure, self.value))


# -- the file --------------------------------------------------------------------------------------------------------

Text = Annotated[str, msgspec.Meta(pattern=r"\S")]


class Agencies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each agency is called in this unit."""

    registry: Text
    health: Text
    campaigns: Text
    reporting: Text


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The plan or decision that gives the targets."""

    number: Text
    issued_on: date
    title: Text


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"first_day": "from", "last_day": "to"}):
    """One target as the file has it."""

    indicator: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}-[0-9]{2}$")]
    period: str
    first_day: date
    last_day: date
    comparator: Literal[">", ">=", "=", "<=", "<"]
    value: Decimal | None
    section: Text
    sentence: Text
    responsible: Literal["registry", "health", "campaigns", "reporting"]
    reading: str = ""
    awaits_indicator: bool = False


class UnitFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file of one unit."""

    unit: Text
    agencies: Agencies
    document: Document
    targets: tuple[Line, ...]


def load_targets(folder: Path = FOLDER, *, indicators: Collection[str] | None = None) -> tuple[Target, ...]:
    """The targets of all units that have a file in the folder, in the order of the files.

    With the codes of the indicators that exist, a target of an unknown one is refused unless it says that it awaits it.
    Raises BrokenDocument.
    """
    return tuple(target for file in sorted(folder.glob("*.yml")) for target in targets_of(file, indicators=indicators))


def targets_of(file: Path, *, indicators: Collection[str] | None = None) -> tuple[Target, ...]:
    """The targets in one file. Raises BrokenDocument."""
    content = read_document(file, UnitFile)
    _check_unit(file, content.unit)
    for place, line in enumerate(content.targets):
        _check_line(file, f"$.targets[{place}]", line, indicators)
        if any(_same_target(line, earlier) for earlier in content.targets[:place]):
            raise _mistake(file, f"$.targets[{place}]", f"{line.indicator} already has a target for this period")
    return tuple(_target(content, line) for line in content.targets)


def _check_unit(file: Path, code: str) -> None:
    if code != file.stem:
        raise _mistake(file, "$.unit", f"the file of unit {code} must be called {code}.yml")
    try:
        unit_of(code)
    except NotFound:
        raise _mistake(file, "$.unit", f"there is no unit with the code {code}") from None


def _check_line(file: Path, place: str, line: Line, indicators: Collection[str] | None) -> None:
    if line.period not in the_calendar().kinds:
        raise _mistake(file, f"{place}.period", f"there is no period {line.period} in periods.yml")
    if line.last_day < line.first_day:
        raise _mistake(file, f"{place}.to", f"`to` lies before `from` ({line.first_day})")
    if line.value is not None and not (line.value.is_finite() and line.value >= 0):
        raise _mistake(file, f"{place}.value", f"`value` must be zero or more, not {line.value}")
    if indicators is not None and line.indicator not in indicators and not line.awaits_indicator:
        reason = f"there is no indicator {line.indicator}; while it is awaited, add `awaits_indicator: true`"
        raise _mistake(file, f"{place}.indicator", reason)


def _same_target(one: Line, other: Line) -> bool:
    return (one.indicator, one.period, one.first_day) == (other.indicator, other.period, other.first_day)


def _target(content: UnitFile, line: Line) -> Target:
    return Target(
        unit=content.unit,
        indicator=line.indicator,
        period=line.period,
        first_day=line.first_day,
        last_day=line.last_day,
        comparator=line.comparator,
        value=line.value,
        document_number=content.document.number,
        document_on=content.document.issued_on,
        section=line.section,
        sentence=line.sentence,
        reading=line.reading,
        agency=line.responsible,
        responsible=getattr(content.agencies, line.responsible),
        awaits_indicator=line.awaits_indicator,
    )


def _mistake(file: Path, place: str, reason: str) -> BrokenDocument:
    # Read once more, because only a file with a mistake needs its lines.
    node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    line = line_of(node, place) if node else 1
    return BrokenDocument(file, line, reason)
