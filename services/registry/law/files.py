"""The shape of the law files; a key that is not here is refused."""

from dataclasses import dataclass
from datetime import date

from services.registry.domain.deadlines import DeadlineRule
from services.registry.domain.regimes import Body, OtherText, RegimeRow, Sampling, TransitionRule
from services.registry.domain.texts import Text
from services.registry.domain.workdays import Holiday, YearlyDays


@dataclass(frozen=True, kw_only=True)
class RegimesFile:
    """regimes.yml: the regimes, oldest first, the bodies they name, and what holds at their boundaries."""

    bodies: tuple[Body, ...]
    regimes: tuple[RegimeRow, ...]
    transition_rules: tuple[TransitionRule, ...]
    other_texts: tuple[OtherText, ...]


@dataclass(frozen=True, kw_only=True)
class SamplingUnder:
    """What some regimes say of taking samples."""

    regimes: tuple[str, ...]
    rules: Sampling


@dataclass(frozen=True, kw_only=True)
class SamplingFile:
    """sampling.yml: how samples are taken, by regime."""

    sampling: tuple[SamplingUnder, ...]


@dataclass(frozen=True, kw_only=True)
class CalendarFile:
    """calendar.yml: public holidays, what is decided each year, and after how long «ngay» raises an alarm."""

    immediate_hours: int
    holidays: tuple[Holiday, ...]
    yearly: tuple[YearlyDays, ...]


@dataclass(frozen=True, kw_only=True)
class DeadlinesFile:
    """deadlines/….yml: deadline rules of one matter under one law."""

    rules: tuple[DeadlineRule, ...]


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A row of the specification and the rules that carry it, or the reason why none does."""

    row: str
    rules: tuple[str, ...] = ()
    absent: str | None = None


@dataclass(frozen=True, kw_only=True)
class CoverageFile:
    """coverage.yml: every row of domain.md 2.2 to 2.4; ``beyond`` are rules that stand elsewhere in it."""

    rows: tuple[Carried, ...]
    beyond: tuple[Carried, ...]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What an act of a worked example leads to: a state with its term, a refusal, or a question to the officer."""

    state: str | None = None
    status: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    refused: str | None = None
    article: str | None = None
    asks: str | None = None
    opens_duties: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that happens in a worked example, as it is told to the registry.

    ``at`` is a day or an instant; ``form``, ``number`` and ``signer`` are those of the paper that proves it. ``expect`` is what
    follows.
    """

    track: str
    event: str
    at: str
    facts: dict[str, str | int | bool]
    expect: Expected
    form: str | None = None
    number: str | None = None
    signer: str | None = None


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A due date of a worked example, by the rule that gives it; ``amount`` is what a decision chose within the rule's bounds."""

    rule: str
    at: str
    due: str
    opens: str | None = None
    amount: int | None = None
    confirming: tuple[str, ...] = ()
    by_unconfirmed: str | None = None


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A signature of a worked example: who is competent for the duty on the day, and whether this signer is."""

    duty: str
    on: date
    signer: str
    competent: str
    refused: bool


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure of a worked example that another service computes: what it is given and what it must say."""

    of: str
    given: dict[str, str | int | bool]
    expect: dict[str, str | int | bool | None]


@dataclass(frozen=True, kw_only=True)
class WorkedExample:
    """One of the twelve worked examples of the specification.

    ``dues`` and ``signatures`` are proved by ``binhan law check``; ``proved_by`` are the tests that prove ``acts`` and
    ``figures``.
    """

    number: int
    title: Text
    says: Text
    proved_by: tuple[str, ...]
    dues: tuple[Counted, ...] = ()
    signatures: tuple[Signed, ...] = ()
    person: dict[str, str | int | bool] | None = None
    acts: tuple[Act, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ExamplesFile:
    """examples.yml: the worked examples, in the order of the specification."""

    worked_examples: tuple[WorkedExample, ...]
