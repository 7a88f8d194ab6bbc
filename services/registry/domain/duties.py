"""What the law asks for next in a person's cases, worked out of the facts at each asking; never stored as a truth."""

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.registry.domain.deadlines import DeadlineRule, Due, due
from services.registry.domain.facts_beside import facts_beside
from services.registry.domain.history import CRIMINAL_CASE, DECEASED, IMPRISONED, IN_EDUCATION, MISSING, History
from services.registry.domain.regimes import Law
from services.registry.domain.terms import counted_from, end_of_day
from services.registry.domain.tracks import Case, DutyLine, Track

ON_DAY = "ON_DAY"
REMOTE = "remote"
DIED, IMPRISONED_ON, TERM_OVER = "deceased_on", "imprisoned_on", "term_over_on"
CRIMINAL_ON, IN_EDUCATION_ON = "criminal_case_on", "in_education_on"
GOES_FIRST = frozenset({IMPRISONED_ON, CRIMINAL_ON, IN_EDUCATION_ON})
OF_LIFE = frozenset({DIED, *GOES_FIRST})
"""Facts of a person's life from which duties count while they hold."""
ENDED_BY_TERM = frozenset({"A", "G"})
"""Tracks in which a term that ran out before a death or prison ended by itself, and is declared ended."""


@dataclass(frozen=True, kw_only=True)
class CaseDuty:
    """Something due in a case: which line of its track, under which rule, on what ground, and by when."""

    case_id: str
    track: str
    line: DutyLine
    rule: str
    article: str
    due: Due


def duties_of(law: Law, history: History, more: Mapping[str, Mapping[str, Any]] | None = None) -> list[CaseDuty]:
    """Return what is due in somebody's cases; what an old book tells of a closed one is settled.

    ``more`` gives facts that other books keep, by case: the day of the last residence check.
    """
    found: list[CaseDuty] = []
    for case in history.cases:
        if case.closing is None or not case.closing.from_old_book:
            track = law.tracks[case.track]
            facts = {**case.facts, **facts_beside(history, case), **(more or {}).get(case.case_id, {})}
            own = [each for line in track.duties if (each := _duty(law, track, case, line, facts)) is not None]
            found += _what_goes_first(own, facts)
    return found


def facts_of_life(history: History, today: date) -> Mapping[str, Mapping[str, date]]:
    """Return, by case, since when somebody is dead or missing, in prison, in education or in a criminal case, and its term over.

    Nothing of it is so before the case began.
    """
    found = {}
    for case in history.cases:
        if case.is_open:
            days = {
                DIED: _since(history, case, (DECEASED, MISSING), today),
                IMPRISONED_ON: _since(history, case, (IMPRISONED,), today),
                CRIMINAL_ON: _since(history, case, (CRIMINAL_CASE,), today),
                IN_EDUCATION_ON: _since(history, case, (IN_EDUCATION,), today),
                TERM_OVER: case.ends_on if case.ends_on is not None and case.ends_on < today else None,
            }
            found[case.case_id] = {name: day for name, day in days.items() if day is not None}
    return found


def _since(history: History, case: Case, kinds: tuple[str, ...], today: date) -> date | None:
    held = [each.since_on for each in history.circumstances if each.kind in kinds and each.holds_on(today)]
    if DECEASED in kinds:
        held += [day for day in history.deaths_told() if day <= today]
    since = min(held, default=None)
    if since is None:
        return None
    if case.track in ENDED_BY_TERM and case.ends_on is not None and since > case.ends_on:
        return None
    return max(since, case.opened_on)


def _what_goes_first(found: list[CaseDuty], facts: Mapping[str, Any]) -> list[CaseDuty]:
    """Nothing is due to the dead but that the case ends; what prison and the like stop is stopped before anything else."""
    if facts.get(DIED) is not None:
        return [each for each in found if each.line.counts_from == DIED]
    return [each for each in found if each.line.counts_from in GOES_FIRST] or found


def _duty(law: Law, track: Track, case: Case, line: DutyLine, facts: Mapping[str, Any]) -> CaseDuty | None:
    if case.state not in line.within or not _arises(line, facts):
        return None
    anchor = _anchor(_counted_from(law, line, facts), facts)
    if anchor is None:
        return None
    day = _day_of(anchor)
    if day < law.regimes[0].starts_on:
        return None
    regime = law.regime_on(day).code
    code = line.rules.get(regime)
    if code is None:
        return None
    if code == ON_DAY:
        until = Due(latest=end_of_day(day), whole_day=True)
        return CaseDuty(
            case_id=case.case_id,
            track=case.track,
            line=line,
            rule=ON_DAY,
            article=_article(law, track, line, regime),
            due=until,
        )
    rule = law.deadlines[code]
    return CaseDuty(
        case_id=case.case_id,
        track=case.track,
        line=line,
        rule=code,
        article=rule.article,
        due=_due(law, rule, anchor, facts),
    )


def _due(law: Law, rule: DeadlineRule, anchor: date | datetime, facts: Mapping[str, Any]) -> Due:
    if rule.kind == "RECURRING":
        return Due(latest=end_of_day(_end_of_next_month(anchor)), whole_day=True)
    return due(rule, anchor, law.calendar, remote=facts.get(REMOTE) is True)


def _end_of_next_month(anchor: date | datetime) -> date:
    """What is done in every month is due in the month after the one in which it was last done."""
    day = _day_of(anchor)
    following = day.replace(day=1) + timedelta(days=32)
    return following.replace(day=months.monthrange(following.year, following.month)[1])


def _counted_from(law: Law, line: DutyLine, facts: Mapping[str, Any]) -> str:
    """A law, and the longer time in remote areas, may count from another moment; where that is not known, from the usual one."""
    if line.remote_from is not None and facts.get(REMOTE) is True and facts.get(line.remote_from) is not None:
        return line.remote_from
    for regime, name in line.counts_from_under.items():
        anchor = _anchor(name, facts)
        if anchor is not None and law.regime(regime).covers(_day_of(anchor)):
            return name
    return line.counts_from


def _day_of(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _anchor(name: str, facts: Mapping[str, Any]) -> date | datetime | None:
    found = facts.get(name)
    if found is None and name.endswith("_at"):
        found = facts.get(name.removesuffix("_at") + "_on")
    return counted_from(found) if isinstance(found, date) else None


def _arises(line: DutyLine, facts: Mapping[str, Any]) -> bool:
    return all(_is(facts.get(name), value) for name, value in line.when.items()) and not any(
        _is(facts.get(name), value) for name, value in line.unless.items()
    )


def _is(value: Any, wanted: str) -> bool:
    if wanted == "*":
        return value is not None
    return (str(value).lower() if isinstance(value, bool) else str(value)) == wanted


def _article(law: Law, track: Track, line: DutyLine, regime: str) -> str:
    """The ground of what is due on a day that no rule counts: that of the act which settles it."""
    if line.settled_by is None:
        return ""
    of_track, _dot, event = line.settled_by.rpartition(".")
    transition = (law.tracks[of_track] if of_track else track).transition(event)
    under = transition.under_regime(regime) or transition.under[0]
    return under.article
