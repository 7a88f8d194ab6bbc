"""The law asked about one act: may it happen now, by whom, with which document, for which term, and what follows from it.

Nothing is stored here: the answer is the acts to store, in their order. Every refusal names an article of the regime, or,
where the law has none, the invariant (``INV-1`` …).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from services.registry.domain.choices import CHOICES, WHY_CHOSEN
from services.registry.domain.codes import DECIDERS, ROLES
from services.registry.domain.derived import DERIVED
from services.registry.domain.guards import GUARDS
from services.registry.domain.history import Draft, History
from services.registry.domain.judgement import Attempt, RuleRefused
from services.registry.domain.regimes import Law
from services.registry.domain.term_of_status import rule_of, term_of
from services.registry.domain.tracks import SAME, START, Act, Case, Follow, Track, Transition, Under, matches
from services.registry.domain.warnings import WARNINGS

MOST_FOLLOWING = 12


class WrongStep(RuleRefused):
    """The act does not follow from the state in which the case is."""

    code = "wrong_step"


class NotInThisLaw(RuleRefused):
    """The regime of the day does not know this act."""

    code = "not_in_this_law"


class AlreadyOpen(RuleRefused):
    """Invariant 1: at most one open case per track and person."""

    code = "already_open"


class WrongSigner(RuleRefused):
    """The signer is not the decider of the regime in force on the day of signing."""

    code = "wrong_signer"


class ProofMissing(RuleRefused):
    """The document that proves the act is missing."""

    code = "proof_missing"


class WrongDay(RuleRefused):
    """The day does not follow from what came before."""

    code = "wrong_day"


class WrongReason(RuleRefused):
    """The regime does not know this reason."""

    code = "wrong_reason"


class PersonGone(RuleRefused):
    """Nothing begins or goes on for somebody who died, or was declared dead or missing."""

    code = "person_gone"


class ChoiceMissing(NotUnderstood):
    """The law leaves it to the officer, who has not said."""

    code = "choice_missing"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One act that the law allows, with what the record needs: its transition and what the regime says of it."""

    act: Act
    transition: Transition
    under: Under


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """What an act leads to: every act to store, in order, the one asked for among them, and the person's history after it.

    ``warnings`` are sentences for the officer, with their articles; they refuse nothing. Among them is what the law did not let
    come with the act.
    """

    steps: tuple[Step, ...]
    asked: Step
    history: History
    warnings: tuple[object, ...] = ()


NewId = Callable[[], str]


@dataclass(frozen=True, kw_only=True)
class _Following:
    """What came with an act so far, and the sentences about what the law did not let come with it."""

    new_id: NewId
    steps: list[Step] = field(default_factory=list)
    left_out: list[object] = field(default_factory=list)


def judge(law: Law, history: History, draft: Draft, *, now: datetime, new_id: NewId) -> Allowed:
    """Return what follows from an act that the law allows. ``now`` is local time.

    Raises RuleBroken naming the article, or NotUnderstood naming the fact that is missing.
    """
    transition = law.tracks[draft.track].transition(draft.event)
    so_far = _Following(new_id=new_id)
    under = _under(law, history, transition, draft)
    _check_day(law, history, transition, draft, under=under, now=now)
    attempt = _attempt(law, history, transition, under, draft)
    if not draft.from_old_book:
        _check_life(attempt)
        _check(attempt)
    warned = () if draft.from_old_book else _warned(attempt)
    known = {**(attempt.case.facts if attempt.case else {}), **draft.facts}
    for before in transition.first:
        history = _follow(law, history, before, replace(draft, facts=known), so_far)
    if attempt.case is None and history.open_case(draft.track) is not None:
        raise _already_open(law.tracks[draft.track], under)
    asked = _taken(law, replace(attempt, history=history), new_id)
    so_far.steps.append(asked)
    history = history.with_act(law.tracks, asked.act)
    for after in transition.then:
        standing = _as_case_stands(draft, history, asked.act)
        history = _follow(law, history, after, standing, so_far)
    return Allowed(steps=tuple(so_far.steps), asked=asked, history=history, warnings=(*warned, *so_far.left_out))


def proposed_term(law: Law, history: History, draft: Draft) -> tuple[date | None, date | None, str] | None:
    """Return the term that an act of this day would set, and the article of it; None for an act without a term.

    Raises RuleBroken or NotUnderstood where the term hangs on facts that are not known yet.
    """
    transition = law.tracks[draft.track].transition(draft.event)
    if transition.term is None:
        return None
    attempt = _attempt(law, history, transition, _under(law, history, transition, draft), draft)
    term = term_of(attempt)
    article = rule_of(attempt).article if transition.term.rules.get(attempt.governed_by) else attempt.article
    return term.get("starts_on"), term.get("ends_on"), article


def choices_to_ask(law: Law, history: History, draft: Draft) -> list[str]:
    """Return the facts in which the officer has to choose, as far as an act without its further facts tells."""
    transition = law.tracks[draft.track].transition(draft.event)
    try:
        attempt = _attempt(law, history, transition, _under(law, history, transition, draft), draft)
    except RuleBroken:
        return []
    return [CHOICES[code].fact for code in transition.choices if CHOICES[code].arises(attempt)]


def possible(law: Law, history: History, track: Track, day: date) -> list[Transition]:
    """Return what an officer may enter next in a track, as far as state and regime tell; the guards are asked later."""
    case = history.open_case(track.track)
    left_over = [line for line in track.transitions if _is_closed(history.case_for(track.track, line))]
    lines = track.after(case.state) if case else track.after(START)
    replacing = [line for line in track.after(START) if _replaces(line, track.track)]
    if case is None:
        lines = [line for line in lines if line not in replacing]
    else:
        lines = [*lines, *(line for line in replacing if _can_be_replaced(track, line, case.state))]
    regime = law.regime_on(day).code
    facts = case.facts if case else {}
    return [line for line in (*lines, *left_over) if not line.by_system and line.under_regime(regime, facts)]


def _is_closed(case: Case | None) -> bool:
    return case is not None and not case.is_open


def _under(law: Law, history: History, transition: Transition, draft: Draft) -> Under:
    regime = law.regime_on(draft.happened_on)
    case = history.case_for(draft.track, transition)
    under = transition.under_regime(regime.code, {**(case.facts if case else {}), **draft.facts})
    if under is None:
        known = transition.under[0]
        raise NotInThisLaw(
            _("%(act)s: luật áp dụng ngày %(day)s không có việc này (chỉ có theo %(article)s).",
              act=str(transition.name), day=f"{draft.happened_on:%d/%m/%Y}", article=known.article),
            field=transition.on, article=known.article,
        )  # fmt: skip
    return under


def _check_day(
    law: Law, history: History, transition: Transition, draft: Draft, *, under: Under, now: datetime
) -> None:
    if draft.happened_at > now:
        raise WrongDay(
            _("Ngày thực hiện: chưa đến thời điểm này; hãy ghi hôm nay hoặc một ngày đã qua (%(article)s).",
              article=under.article),
            field=transition.on, article=under.article,
        )  # fmt: skip
    case = history.case_for(draft.track, transition)
    ended_on = None if _is_closed(case) else _former_case_ended_on(history, draft)
    if ended_on is not None and draft.happened_on < ended_on and not transition.by_system:
        raise WrongDay(
            _("Ngày thực hiện: hồ sơ trước cùng loại còn đến ngày %(day)s; mỗi người chỉ có một hồ sơ mỗi loại "
              "(INV-1, %(article)s).",
              day=f"{ended_on:%d/%m/%Y}", article=under.article),
            field=transition.on, article=under.article,
        )  # fmt: skip
    if case is not None and not _comes_after(law.tracks[draft.track], case, transition, draft):
        raise WrongDay(
            _("Ngày thực hiện: không thể trước việc đã ghi ngày %(day)s (%(article)s).",
              day=f"{case.last.happened_on:%d/%m/%Y}", article=under.article),
            field=transition.on, article=under.article,
        )  # fmt: skip


def _former_case_ended_on(history: History, draft: Draft) -> date | None:
    """Return when the latest closed case of this kind ended; what came from an old book is history and bars nothing."""
    closings = [case.closing for case in history.cases_of(draft.track) if case.closing is not None]
    return max((act.happened_on for act in closings if not act.from_old_book), default=None)


def _comes_after(track: Track, case: Case, transition: Transition, draft: Draft) -> bool:
    """By the day, and by the hour where both have one; what the program only notes in a case may come late."""
    if transition.by_system and transition.to == SAME:
        return True
    latest = max(act.happened_on for act in case.acts)
    if draft.happened_on != latest or not transition.timed or draft.happened_at.time() == time():
        return draft.happened_on >= latest
    same_day = (act for act in case.acts if act.happened_on == latest and track.transition(act.event).timed)
    return all(act.happened_at <= draft.happened_at for act in same_day)


def _attempt(law: Law, history: History, transition: Transition, under: Under, draft: Draft) -> Attempt:
    track = law.tracks[draft.track]
    case = history.case_for(draft.track, transition)
    state = case.state if case else START
    continues = case is not None and state in transition.origin
    if transition.opens and case is not None and not continues and not _replaces(transition, draft.track):
        raise _already_open(track, under)
    if state not in transition.origin and not (transition.opens and _replaces(transition, draft.track) and case):
        where = str(track.states[state].name) if state else str(_("chưa có hồ sơ"))
        raise WrongStep(
            _("%(act)s: hồ sơ đang ở bước «%(state)s» nên chưa làm được việc này (%(article)s).",
              act=str(transition.name), state=where, article=under.article),
            article=under.article,
        )  # fmt: skip
    return Attempt(
        law=law, history=history, track=track, transition=transition, under=under, draft=draft,
        case=case if continues else None, regime=law.regime_on(draft.happened_on),
    )  # fmt: skip


def _already_open(track: Track, under: Under) -> AlreadyOpen:
    return AlreadyOpen(
        _("Người này đang có một hồ sơ «%(track)s» chưa kết thúc; mỗi người chỉ có một hồ sơ mỗi loại (INV-1, %(article)s).",
          track=str(track.name), article=under.article),
        article=under.article,
    )  # fmt: skip


def _can_be_replaced(track: Track, line: Transition, state: str) -> bool:
    own = [each.event for each in line.first if each.track == track.track]
    return all(state in track.transition(event).origin for event in own)


def _replaces(transition: Transition, track: str) -> bool:
    """Tell whether a transition first closes the open case of its own track."""
    return any(each.track == track for each in transition.first)


def _check(attempt: Attempt) -> None:
    _check_facts(attempt)
    _check_reason(attempt)
    for guard in attempt.transition.guards:
        GUARDS[guard](attempt)
    _check_signer(attempt)
    _check_proof(attempt)
    _check_choices(attempt)


def _check_life(attempt: Attempt) -> None:
    """Only what closes a case is done after a death; what the program hears from others is noted all the same."""
    transition = attempt.transition
    reached = attempt.track.states.get(transition.to)
    closes = (reached is not None and not reached.is_open) or _is_closed(attempt.case)
    if transition.by_system or closes or not attempt.history.is_gone(attempt.day):
        return
    raise _person_gone(attempt)


def _person_gone(attempt: Attempt) -> PersonGone:
    return PersonGone(
        _("Người này đã chết, hoặc bị tuyên bố chết hay mất tích; chỉ kết thúc hồ sơ, không mở hoặc tiếp tục biện pháp "
          "(%(article)s).", article=attempt.article),
        article=attempt.article, field=attempt.transition.on,
    )  # fmt: skip


def _check_facts(attempt: Attempt) -> None:
    for name in attempt.transition.needs:
        if attempt.fact(name) is None:
            kind = attempt.law.facts[name]
            raise NotUnderstood(_("%(fact)s: hãy ghi mục này.", fact=str(kind.name)), field=name)


def _check_reason(attempt: Attempt) -> None:
    transition = attempt.transition
    given = attempt.fact(transition.reasons_of)
    if not transition.reasons or given is None:
        return
    known = [each for each in transition.reasons if attempt.regime.code in each.regimes]
    if given not in {each.code for each in known}:
        raise WrongReason(
            _("Lý do: %(article)s không có lý do này.", article=attempt.under.article),
            field=transition.reasons_of, article=attempt.under.article,
        )  # fmt: skip


def _check_signer(attempt: Attempt) -> None:
    under, role = attempt.under, attempt.draft.signer_role
    if not under.deciders or role in under.deciders:
        return
    if role is None:
        raise NotUnderstood(_("Người ký: hãy chọn chức vụ người ký."), field="signer_role")
    decider = DECIDERS[under.deciders[0]]
    raise WrongSigner(
        _("Người ký: từ ngày %(since)s thẩm quyền thuộc về %(decider)s (%(article)s); văn bản ngày %(day)s do %(signer)s ký "
          "không được nhận. Hãy trình %(decider)s ký, rồi ghi số và ngày mới.",
          since=f"{attempt.regime.starts_on:%d/%m/%Y}", decider=decider, article=under.article,
          day=f"{attempt.draft.happened_on:%d/%m/%Y}", signer=DECIDERS.get(role, ROLES.get(role, role))),
        field="signer_role", article=under.article,
    )  # fmt: skip


def _check_proof(attempt: Attempt) -> None:
    under = attempt.under
    if under.form is None or under.issued_here or attempt.transition.by_system or attempt.draft.document_number:
        return
    raise ProofMissing(
        _("Số văn bản: việc này phải có văn bản chứng minh; hãy ghi số của văn bản (%(article)s).", article=under.article),
        field="document_number", article=under.article,
    )  # fmt: skip


def _check_choices(attempt: Attempt) -> None:
    for code in attempt.transition.choices:
        choice = CHOICES[code]
        if not choice.arises(attempt):
            continue
        answer = attempt.fact(choice.fact)
        if answer is None:
            raise ChoiceMissing(choice.question(attempt), field=choice.fact)
        if choice.needs_reason and WHY_CHOSEN not in attempt.draft.told:
            raise ChoiceMissing(
                _(
                    "Vì sao chọn như vậy: luật để cán bộ chọn, nên phải ghi lý do (%(article)s).",
                    article=attempt.article,
                ),
                field=WHY_CHOSEN,
            )


def _taken(law: Law, attempt: Attempt, new_id: NewId) -> Step:
    draft, transition = attempt.draft, attempt.transition
    case = attempt.case
    term = {} if draft.from_old_book else term_of(attempt)
    derived = _derived(attempt)
    act = Act(
        act_id=new_id(),
        case_id=case.case_id if case else new_id(),
        track=draft.track,
        event=draft.event,
        happened_at=draft.happened_at,
        regime=attempt.regime.code,
        facts={**draft.facts, **_moments(transition, draft), **transition.gives, **derived, **term},
        form_code=attempt.under.form,
        document_number=draft.document_number,
        signer_role=draft.signer_role,
        from_old_book=draft.from_old_book,
    )
    return Step(act=act, transition=transition, under=attempt.under)


def _derived(attempt: Attempt) -> Mapping[str, Any]:
    """What follows from the history: whether the person is of age, which time it is, which law governs from now on."""
    transition = attempt.transition
    found = {name: DERIVED[name](attempt) for name in transition.derives}
    if transition.governs:
        found["governed_by"] = attempt.fact("original_regime") or attempt.regime.code
    return {name: value for name, value in found.items() if value is not None}


def _warned(attempt: Attempt) -> tuple[object, ...]:
    said = (WARNINGS[name](attempt) for name in attempt.transition.warns)
    return tuple(each for each in said if each is not None)


def _as_case_stands(draft: Draft, history: History, act: Act) -> Draft:
    """The act for those that follow from it: they look at all facts of its case."""
    case = next(case for case in history.cases if case.case_id == act.case_id)
    return replace(draft, facts=case.facts)


def _moments(transition: Transition, draft: Draft) -> Mapping[str, Any]:
    """The day of an act under its own name, and its instant where the law counts hours from it."""
    day: dict[str, Any] = {transition.on: draft.happened_on}
    if transition.timed:
        day[transition.on.removesuffix("_on") + "_at"] = draft.happened_at
    return day


def _follow(law: Law, history: History, follow: Follow, draft: Draft, so_far: "_Following") -> History:
    """Take the act that comes with another one, where the state of its case admits it; else leave everything as it is."""
    regime = law.regime_on(draft.happened_on)
    if follow.regimes and regime.code not in follow.regimes:
        return history
    if not all(matches(draft.facts.get(name), value) for name, value in follow.when.items()):
        return history
    if any(matches(draft.facts.get(name), value) for name, value in follow.unless.items()):
        return history
    if len(so_far.steps) > MOST_FOLLOWING:
        raise RuntimeError(f"{follow.track} {follow.event}: the tables follow in a circle")
    track = law.tracks[follow.track]
    transition = track.transition(follow.event)
    case = history.open_case(follow.track)
    taken = {name: draft.facts[other] for name, other in follow.takes.items() if draft.facts.get(other) is not None}
    facts = {name: draft.facts[name] for name in transition.asks if name in draft.facts} | taken | dict(follow.given)
    under = transition.under_regime(regime.code, {**(case.facts if case else {}), **facts})
    if under is None or (case.state if case else START) not in transition.origin:
        return history
    if case is not None and draft.happened_on < case.opened_on:
        return history
    own = replace(
        draft,
        track=follow.track,
        event=follow.event,
        facts=facts,
        document_number=draft.document_number,
        signer_role=None,
    )
    attempt = Attempt(
        law=law, history=history, track=track, transition=transition, under=under, draft=own, case=case, regime=regime
    )
    if not draft.from_old_book and (refusal := _refusal_of_following(attempt)) is not None:
        so_far.left_out.append(_("Không ghi kèm «%(act)s»: %(why)s", act=str(transition.name), why=refusal.message))
        return history
    step = _taken(law, attempt, so_far.new_id)
    so_far.steps.append(step)
    history = history.with_act(law.tracks, step.act)
    for after in transition.then:
        standing = _as_case_stands(own, history, step.act)
        history = _follow(law, history, after, standing, so_far)
    return history


def _refusal_of_following(attempt: Attempt) -> RuleBroken | None:
    """Return why the law does not let this act come with another one; what happened stands all the same.

    Papers, signers and choices belong to the act that was asked for. What holds is what the invariants ask: the guards, and
    that nothing begins for the dead.
    """
    try:
        if attempt.case is None and attempt.history.is_gone(attempt.day):
            raise _person_gone(attempt)
        for guard in attempt.transition.guards:
            GUARDS[guard](attempt)
    except RuleBroken as refusal:
        return refusal
    return None
