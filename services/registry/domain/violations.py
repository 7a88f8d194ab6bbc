"""The ladder of breaches: which one this is, what the law asks next, what stands on it. The rungs stand in a law file."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from services.registry.domain.history import Breach, History
from services.registry.domain.texts import Text
from services.registry.domain.tracks import Case

COMPULSORY, NEW_MONITORING = "COMPULSORY", "NEW_MONITORING"
"""The steps that the tracks act upon: the measure ends and compulsory rehabilitation is asked for; monitoring is decided anew."""

BEHAVIOUR, OF_MONITORING = "BEHAVIOUR", "EM_"
"""Breaches are of the rules of rehabilitation, or of monitoring: the kinds that begin so."""


@dataclass(frozen=True, kw_only=True)
class Rung:
    """What follows from the breach with this count; the last rung also holds for every later one."""

    count: int
    step: str


@dataclass(frozen=True, kw_only=True)
class Example:
    """A worked example: breaches one after the other, each mended in time or not, and the steps that follow."""

    situation: str
    mended: tuple[bool | None, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """The rungs of one kind of breach.

    ``steps_by_situation`` says what stands for ``LAST`` for whom. Where ``hours_to_mend`` is given, a breach that was not put
    right within them goes to the last rung at once.
    """

    code: str
    name: Text
    article: str
    situations: tuple[str, ...]
    rungs: tuple[Rung, ...]
    last: Mapping[str, str]
    examples: tuple[Example, ...]
    hours_to_mend: int | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """What the law asks after a breach."""

    code: str
    name: Text
    article: str


@dataclass(frozen=True, kw_only=True)
class Situation:
    """In which course of a person's life the ladder holds; ``track`` is the running case."""

    code: str
    name: Text
    track: str


@dataclass(frozen=True, kw_only=True)
class ViolationLaw:
    """The ladders in force since a day."""

    effective_from: date
    article: str
    situations: tuple[Situation, ...]
    steps: tuple[Step, ...]
    ladders: tuple[Ladder, ...]

    def ladder(self, kind: str) -> Ladder:
        """Return the ladder of a kind of breach. Raises NotUnderstood."""
        found = next((ladder for ladder in self.ladders if ladder.code == kind), None)
        if found is None:
            raise NotUnderstood(_("Hành vi vi phạm: không có hành vi này trong luật."), field="kind")
        return found

    def step(self, code: str) -> Step:
        """Return a step."""
        return next(step for step in self.steps if step.code == code)

    def situation(self, code: str) -> Situation:
        """Return a situation."""
        return next(situation for situation in self.situations if situation.code == code)


LAST = "LAST"


def next_step(ladder: Ladder, *, situation: str, count: int, mended: bool | None) -> str:
    """Return the code of the step after the ``count``-th breach."""
    rung = max((rung for rung in ladder.rungs if rung.count <= count), key=lambda rung: rung.count)
    skips = ladder.hours_to_mend is not None and mended is False
    return ladder.last[situation] if skips or rung.step == LAST else rung.step


def check_violation(
    law: ViolationLaw, ladder: Ladder, *, situation: str, committed_on: date, recorded_on: date
) -> None:
    """The ladder must be in force and meant for this situation. Raises NotUnderstood, RuleBroken."""
    if recorded_on < committed_on:
        raise NotUnderstood(_("Ngày lập biên bản: không thể trước ngày vi phạm."), field="recorded_on")
    if committed_on < law.effective_from:
        raise RuleBroken(
            _(
                "Các bậc xử lý này áp dụng cho vi phạm từ ngày %(since)s (%(article)s).",
                since=f"{law.effective_from:%d/%m/%Y}", article=law.article,
            ),
            field="committed_on",
        )  # fmt: skip
    if situation not in ladder.situations:
        raise RuleBroken(
            _("Hành vi này không thuộc diện đã chọn (%(article)s).", article=ladder.article), field="situation"
        )


def is_of_monitoring(kind: str) -> bool:
    """Tell whether a kind of breach is one of electronic monitoring."""
    return kind.startswith(OF_MONITORING)


def breaches_behind(history: History, case: Case, *, reason: str | None, day: date) -> list[Breach]:
    """Return the minutes on which a reason to end a case stands: the last rung of the ladder, reached by that day."""
    bears_out = _KINDS_OF_REASONS.get(reason or "")
    if bears_out is None:
        return []
    found = history.breaches_in(case, COMPULSORY)
    return [breach for breach in found if bears_out(breach.kind) and breach.recorded_on <= day]


def stands_on_breaches(reason: str | None) -> bool:
    """Tell whether a reason to end a case follows from the book of violations alone."""
    return reason in _KINDS_OF_REASONS


def rests_on(history: History, violation_id: str) -> Case | None:
    """Return the case that ended for a reason which this breach alone bears out."""
    for case in history.cases:
        if case.closing is not None:
            reason, day = case.closing.facts.get("reason"), case.closing.happened_on
            behind = breaches_behind(history, case, reason=reason, day=day)
            if [breach.violation_id for breach in behind] == [violation_id]:
                return case
    return None


_KINDS_OF_REASONS: Mapping[str, Callable[[str], bool]] = {
    "EM_REFUSED": is_of_monitoring,
    "THIRD_VIOLATION": lambda kind: kind == BEHAVIOUR,
}


def faults_of(law: ViolationLaw) -> Collection[str]:
    """Return a sentence for each thing in the ladders that does not fit, examples that do not hold among them."""
    steps, situations = {step.code for step in law.steps}, {situation.code for situation in law.situations}
    found = [f"no step {step}, on which the tracks act" for step in (COMPULSORY, NEW_MONITORING) if step not in steps]
    for ladder in law.ladders:
        named = {rung.step for rung in ladder.rungs} - {LAST} | set(ladder.last.values())
        if named - steps:
            found.append(f"{ladder.code}: unknown steps {', '.join(sorted(named - steps))}")
        if set(ladder.situations) - situations or set(ladder.situations) != set(ladder.last):
            found.append(f"{ladder.code}: `last` and `situations` name the same known situations")
            continue
        if ladder.code != BEHAVIOUR and not is_of_monitoring(ladder.code):
            found.append(f"{ladder.code}: a breach is {BEHAVIOUR}, or of monitoring: {OF_MONITORING}…")
        if [rung.count for rung in ladder.rungs] != list(range(1, len(ladder.rungs) + 1)):
            found.append(f"{ladder.code}: rungs are counted 1, 2, 3 …")
            continue
        found += [fault for example in ladder.examples if (fault := _fault_of(ladder, example))]
    return found


def _fault_of(ladder: Ladder, example: Example) -> str:
    got = tuple(
        next_step(ladder, situation=example.situation, count=count, mended=mended)
        for count, mended in enumerate(example.mended, start=1)
    )
    return "" if got == example.steps else f"{ladder.code}: an example expects {example.steps} and gets {got}"
