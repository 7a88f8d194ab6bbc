"""Tracks of the law as tables of transitions, and the fold that makes a case of its acts.

A person has independent cases on parallel tracks (A user management … H electronic monitoring). What happened in a case is a
sequence of acts; the state is what the sequence leads to and is stored nowhere as a truth of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal

from chassis.i18n import _
from services.registry.domain.texts import Text

START = ""
"""The state before a case: a transition from it opens one."""

SAME = "="
"""A transition to the state in which the case already is."""

HowTermRuns = Literal[
    "FIXED",
    "BY_SEQUENCE",
    "CHOSEN",
    "REMAINDER",
    "RESUMED",
    "GIVEN",
    "AFTER_BREAK",
    "KEEPS_END",
    "BY_BASIS",
    "MONITORING",
]
Waits = Literal["HEALTH", "COURT", "COMMITTEE", "PROVINCE", "FACILITY", "PERSON"]


class BrokenHistory(Exception):
    """Acts that the tables cannot follow; a mistake of the program or of a hand in the database, never of a user."""


@dataclass(frozen=True, kw_only=True)
class State:
    """A state of a case. ``stands_for`` is the primary status that an open case in it gives to the person."""

    name: Text
    is_open: bool = True
    stands_for: str | None = None


@dataclass(frozen=True, kw_only=True)
class Under:
    """What some regimes say of a transition: who decides, by which document, on what ground.

    ``deciders`` empty: nobody signs, the officer records what happened. ``form`` is the document that proves it; it is
    ``issued_here`` when it takes its number from this office's register, else its number comes with it. ``when`` limits the line
    to cases with one of these values of each fact named; the first line that fits holds.
    """

    regimes: tuple[str, ...]
    article: str
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deciders: tuple[str, ...] = ()
    form: str | None = None
    issued_here: bool = False


@dataclass(frozen=True, kw_only=True)
class TermOfStatus:
    """How a transition sets ``starts_on`` and ``ends_on``.

    ``how``: FIXED (the rule's amount), BY_SEQUENCE (first time or again), CHOSEN (months within the rule's bounds),
    REMAINDER (the days that were left, from the act), RESUMED (``ends_on`` moved by the days away), GIVEN (as printed),
    AFTER_BREAK (what was left on the day ``since`` runs from the act), KEEPS_END (the end of the old decision stays),
    BY_BASIS (post-rehabilitation management), MONITORING (electronic monitoring).
    ``rules`` names the deadline rules by the regime that governs the term; with BY_SEQUENCE the second one is for later times,
    with CHOSEN for people who were under 18. ``how_in`` is another way in some regimes.
    """

    how: HowTermRuns
    counts_from: str
    rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    how_in: Mapping[str, HowTermRuns] = field(default_factory=dict)
    since: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A reason that the law gives for a transition, in the regimes that know it."""

    code: str
    name: Text
    regimes: tuple[str, ...]
    article: str


@dataclass(frozen=True, kw_only=True)
class Follow:
    """An act that comes with another one in the same transaction, where the other case's state admits it.

    ``given`` sets its facts, ``takes`` takes them from facts of this case under another name; ``when`` and ``unless`` look at
    facts of this case, ``*`` standing for any value; ``regimes`` limits it to acts under these regimes. Its own guards are asked,
    and nothing opens for the dead: what they refuse is not entered and said as a warning, while the act itself stands, for it
    happened. Where the law needs both, the guard stands with the act that is asked for.
    """

    track: str
    event: str
    given: Mapping[str, str] = field(default_factory=dict)
    takes: Mapping[str, str] = field(default_factory=dict)
    when: Mapping[str, str] = field(default_factory=dict)
    unless: Mapping[str, str] = field(default_factory=dict)
    regimes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One line of a track's table.

    ``on`` names the fact that holds the day; a ``timed`` one also has its hour, because the law counts hours from it. ``asks``
    are further facts that the officer gives (``law/facts.yml``), ``needs`` those of them that must be given; ``reasons`` are the
    values of the fact ``reasons_of``. ``choices`` are questions that the law leaves to the officer. ``first`` are acts that go
    before (the old case is replaced before the new one opens), ``then`` acts that follow. Nobody enters a ``by_system`` one.

    ``gives`` are facts that the act itself states, ``derives`` such as follow from the history (``domain/derived.py``),
    ``clears`` such as hold no longer. ``warns`` names what the officer is told without being refused (``domain/warnings.py``).
    With ``governs`` the regime of this act's day governs term, stages and certificate of the case from then on (readings 13,
    T1, T2).
    """

    event: str
    name: Text
    origin: tuple[str, ...]
    to: str
    on: str
    under: tuple[Under, ...]
    timed: bool = False
    asks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    reasons_of: str = "reason"
    gives: Mapping[str, str] = field(default_factory=dict)
    derives: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    governs: bool = False
    term: TermOfStatus | None = None
    first: tuple[Follow, ...] = ()
    then: tuple[Follow, ...] = ()
    announces: str | None = None
    by_system: bool = False

    def under_regime(self, code: str, facts: Mapping[str, Any] | None = None) -> Under | None:
        """Return what a regime says of this transition, for a case with these facts; None where it does not know it."""
        known = [under for under in self.under if code in under.regimes]
        if facts is None:
            return known[0] if known else None
        return next((under for under in known if _fits(under, facts)), None)

    @property
    def opens(self) -> bool:
        """Tell whether this transition opens a case."""
        return START in self.origin


@dataclass(frozen=True, kw_only=True)
class DutyLine:
    """What is due while a case stands in one of the states ``within``, counted from the fact ``counts_from``.

    ``rules`` names the deadline rule by the regime of the day it is counted from, or ON_DAY: due at the end of that very day.
    ``settled_by`` is the event whose form settles it, of this track or, as ``B.Requested``, of another one;
    ``when`` and ``unless`` look at facts of the case (a fact is given, or given with this value); ``waits_for`` says that another
    body has to act; what is made ``ahead`` of the window of its rule may be done before that opens. Where the fact ``remote``
    holds, a rule with a longer time for remote areas counts from ``remote_from``; the fact from which only some regimes count
    stands in ``counts_from_under``.
    """

    code: str
    name: Text
    within: tuple[str, ...]
    counts_from: str
    rules: Mapping[str, str]
    settled_by: str | None = None
    when: Mapping[str, str] = field(default_factory=dict)
    unless: Mapping[str, str] = field(default_factory=dict)
    waits_for: Waits | None = None
    ahead: bool = False
    remote_from: str | None = None
    counts_from_under: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Track:
    """One track of the law with its states, transitions and duties.

    ``right`` is what somebody needs to enter its acts; ``corrects`` the event that states a case anew after an act was annulled.
    """

    track: str
    slug: str
    name: Text
    right: str
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    duties: tuple[DutyLine, ...] = ()
    corrects: str | None = None

    def transition(self, event: str) -> Transition:
        """Return the line of an event. Raises KeyError."""
        return self._by_event[event]

    def words_of(self, state: str) -> str:
        """Return what a reader calls a state; a case whose opening was annulled stands in none of the table's."""
        known = self.states.get(state)
        return known.name.spoken if known else _("Đã hủy")

    def after(self, state: str) -> list[Transition]:
        """Return what may come next in a state, in the order of the table."""
        return [line for line in self.transitions if state in line.origin]

    @cached_property
    def _by_event(self) -> Mapping[str, Transition]:
        return {line.event: line for line in self.transitions}


@dataclass(frozen=True, kw_only=True)
class FactKind:
    """What one fact of an act is: how it is asked and what it may be.

    ``kind``: DAY, COUNT, CODE (one of ``choices``), FLAG, COMMUNE (code of a unit), NUMBER (of a document, kept plain), TEXT
    (kept sealed: it may name somebody). The hour of a timed act is asked beside its day.
    """

    kind: Literal["DAY", "COUNT", "CODE", "FLAG", "COMMUNE", "NUMBER", "TEXT"]
    name: Text
    hint: Text | None = None
    choices: Mapping[str, Text] = field(default_factory=dict)
    minimum: int | None = None
    maximum: int | None = None
    not_future: bool = True


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that happened in a case. ``happened_at`` is local time; ``facts`` are codes, numbers, days and instants."""

    act_id: str
    case_id: str
    track: str
    event: str
    happened_at: datetime
    regime: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    form_code: str | None = None
    document_number: str | None = None
    signer_role: str | None = None
    from_old_book: bool = False

    @property
    def happened_on(self) -> date:
        """Return the day in Việt Nam."""
        return self.happened_at.date()


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case as its acts have made it; ``facts`` are those of all acts, later ones over earlier ones."""

    case_id: str
    track: str
    state: str
    is_open: bool
    acts: tuple[Act, ...]
    facts: Mapping[str, Any]
    closing: Act | None = None
    """The act that closed the case; what is still done about it, such as sending the decision, comes after."""

    @property
    def opened_on(self) -> date:
        """Return the day of the first act."""
        return self.acts[0].happened_on

    @property
    def last(self) -> Act:
        """Return the latest act."""
        return self.acts[-1]

    @property
    def starts_on(self) -> date | None:
        """Return the first day of the term."""
        return self.facts.get("starts_on")

    @property
    def ends_on(self) -> date | None:
        """Return the last day of the term."""
        return self.facts.get("ends_on")

    @property
    def decided_under(self) -> str:
        """Return the regime of the act that gave the case its term; of its first act while there is none."""
        deciding = (act for act in reversed(self.acts) if "starts_on" in act.facts)
        return next(deciding, self.acts[0]).regime

    @property
    def closed_on(self) -> date | None:
        """Return the day on which the case left its last open state."""
        return self.closing.happened_on if self.closing else None

    def did(self, event: str) -> Act | None:
        """Return the latest act of this event."""
        return next((act for act in reversed(self.acts) if act.event == event), None)

    def holds(self, wanted: Mapping[str, str]) -> bool:
        """Tell whether every fact named has this value; ``*`` stands for any value."""
        return all(matches(self.facts.get(name), value) for name, value in wanted.items())


def fold(track: Track, acts: Sequence[Act]) -> Case:
    """Return the case that these acts make, in their order. Raises BrokenHistory when one does not follow from the others."""
    case: Case | None = None
    for act in acts:
        case = follow(track, case, act)
    if case is None:
        raise BrokenHistory("a case without an act")
    return case


def follow(track: Track, case: Case | None, act: Act) -> Case:
    """Return the case after one more act. Raises BrokenHistory."""
    state = case.state if case else START
    try:
        transition = track.transition(act.event)
    except KeyError:
        raise BrokenHistory(f"track {track.track} has no {act.event}") from None
    if state not in transition.origin:
        raise BrokenHistory(f"{track.track} {act.event} does not follow from {state or 'the beginning'}")
    reached = state if transition.to == SAME else transition.to
    is_open = track.states[reached].is_open
    closing = None if is_open else (case.closing if case else None) or act
    if case is None:
        return Case(
            case_id=act.case_id,
            track=track.track,
            state=reached,
            is_open=is_open,
            acts=(act,),
            facts=dict(act.facts),
            closing=closing,
        )
    kept = {name: value for name, value in case.facts.items() if name not in transition.clears}
    return replace(
        case, state=reached, is_open=is_open, acts=(*case.acts, act), facts={**kept, **act.facts}, closing=closing
    )


def fold_all(tracks: Mapping[str, Track], acts: Iterable[Act]) -> tuple[Case, ...]:
    """Return the cases of one person from all acts, in the order in which they were opened."""
    grouped: dict[str, list[Act]] = {}
    for act in acts:
        grouped.setdefault(act.case_id, []).append(act)
    return tuple(fold(tracks[own[0].track], own) for own in grouped.values())


def _fits(under: Under, facts: Mapping[str, Any]) -> bool:
    return all(any(matches(facts.get(name), each) for each in wanted) for name, wanted in under.when.items())


def matches(value: Any, wanted: str) -> bool:
    """Tell whether a fact has the value that a track file names; ``*`` stands for any value."""
    if wanted == "*":
        return value is not None
    if isinstance(value, bool):
        return str(value).lower() == wanted
    return str(value) == wanted
