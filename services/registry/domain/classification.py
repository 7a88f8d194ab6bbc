"""The worksheet of a commune's classification: what each criterion meets, and the class that follows (QĐ 28/2025 Đ4, Đ6).

It proposes; the People's Committee assesses and the province approves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.registry.domain.texts import Text


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One criterion: its measures, and from which value on it meets which class; one measure is enough."""

    code: str
    name: Text
    measures: tuple[str, ...]
    at_least: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class CommuneClass:
    """A class, and how many criteria have to meet it. The gravest comes first."""

    code: str
    needs: int


@dataclass(frozen=True, kw_only=True)
class KeyRoute:
    """The criterion of a commune on a key route: so many others of a class count as one more of a graver class."""

    code: str
    criteria: int
    of_class: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ClassificationLaw:
    """classification.yml: the criteria and the classes."""

    article: str
    zero_counts: bool
    classes: tuple[CommuneClass, ...]
    criteria: tuple[Criterion, ...]
    key_route: KeyRoute


@dataclass(frozen=True, kw_only=True)
class Situation:
    """The measures of one commune in one year. ``barring`` are people who keep it from being free of drugs."""

    population: int
    people_on_file: int
    barring: int
    hotspots: int
    offenders: int
    plants: int
    area: Decimal
    on_key_route: bool = False

    def measure(self, name: str) -> Decimal:
        """Return a measure by the name that the law file uses."""
        if name == "people_share":
            return Decimal(self.people_on_file) / self.population
        if name == "offenders_share":
            return Decimal(self.offenders) / self.population
        return Decimal(getattr(self, name))


@dataclass(frozen=True, kw_only=True)
class Worksheet:
    """What follows: the class that each criterion meets (None for none), whether the commune is free of drugs, and its class."""

    people_share: Decimal
    met: Mapping[str, str | None]
    drug_free: bool
    proposed: str | None


def worksheet(law: ClassificationLaw, situation: Situation) -> Worksheet:
    """Work out a commune's worksheet. It is free of drugs, or else of the gravest class whose criteria it meets, or of none."""
    grades = [each.code for each in law.classes]
    met = {each.code: _met(law, each, situation, grades) for each in law.criteria}
    if situation.on_key_route:
        met[law.key_route.code] = _met_on_route(law.key_route, met, grades)
    drug_free = situation.barring == 0 and situation.hotspots == 0 and situation.offenders == 0
    proposed = None if drug_free else _gravest(law, met, grades)
    return Worksheet(people_share=situation.measure("people_share"), met=met, drug_free=drug_free, proposed=proposed)


def _met(law: ClassificationLaw, criterion: Criterion, situation: Situation, grades: list[str]) -> str | None:
    for grade in grades:
        for name, least in criterion.at_least.get(grade, {}).items():
            value = situation.measure(name)
            if value >= Decimal(least) and (value > 0 or law.zero_counts):
                return grade
    return None


def _met_on_route(route: KeyRoute, met: Mapping[str, str | None], grades: list[str]) -> str | None:
    for grade, asked in route.of_class.items():
        if sum(_reaches(own, asked, grades) for own in met.values()) >= route.criteria:
            return grade
    return None


def _gravest(law: ClassificationLaw, met: Mapping[str, str | None], grades: list[str]) -> str | None:
    for each in law.classes:
        if sum(_reaches(own, each.code, grades) for own in met.values()) >= each.needs:
            return each.code
    return None


def _reaches(own: str | None, grade: str, grades: list[str]) -> bool:
    """A criterion that meets a class also meets the classes below it."""
    return own is not None and grades.index(own) <= grades.index(grade)
