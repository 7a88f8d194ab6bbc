"""How a value stands to its target, in exact arithmetic: 90 % is not more than 90 %."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

COMPARATORS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<=": operator.le,
    "<": operator.lt,
}


class Status(StrEnum):
    """The light beside a figure."""

    MET = "MET"
    NOT_MET = "NOT_MET"
    NO_TARGET = "NO_TARGET"
    NO_DATA = "NO_DATA"


class TargetLike(Protocol):
    """What comparing needs of a target. A target without a value was announced but not given: «chưa giao»."""

    @property
    def comparator(self) -> str: ...
    @property
    def value(self) -> Decimal | None: ...


def status(value: Fraction | Decimal | int | None, target: TargetLike | None) -> Status:
    """Return the light for an exact value, a share against a share; without a target there is none to meet."""
    if target is None or target.value is None:
        return Status.NO_TARGET
    if value is None:
        return Status.NO_DATA
    meets = COMPARATORS[target.comparator](Fraction(value), Fraction(target.value))
    return Status.MET if meets else Status.NOT_MET


def rounded(value: Fraction | None, places: int = 2) -> Decimal | None:
    """Return the value as a page shows it, halves rounded away from zero; None stays None («—»)."""
    if value is None:
        return None
    if value.denominator == 1:
        return Decimal(value.numerator)
    up = Fraction(1, 2) if value >= 0 else Fraction(-1, 2)
    return Decimal(int(value * 10**places + up)).scaleb(-places)
