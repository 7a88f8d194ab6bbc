"""Entering acts: the law is asked, what it allows is stored with documents and events, and what is due is worked out anew."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any, cast

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from chassis.clock import LOCAL_ZONE
from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.base import CATALOGUE, shapes
from services.registry import queries
from services.registry.commands import PerformAct
from services.registry.domain.acts import Step, judge
from services.registry.domain.history import Draft, History, told_in
from services.registry.domain.terms import time_of_day
from services.registry.domain.tracks import Act as ActFacts
from services.registry.domain.tracks import Case as CaseFacts
from services.registry.domain.tracks import Transition
from services.registry.domain.use import acts_on_kept_use
from services.registry.handlers.act_documents import issue_for
from services.registry.handlers.duties import work_out_duties
from services.registry.law import law
from services.registry.permissions import PERMISSIONS
from services.registry.queries import ActRecord
from services.registry.queries.facts import stored
from services.registry.queries.persons import person_at_hand
from services.registry.tables import Act, Case, Person, act_context

START_OF_DAY = time(0)
OF_A_DECISION = frozenset({"decided_on", "court_decided_on"})
"""The days of acts that decide a measure; minutes of reception and of fitting only begin its term."""


class ActAtTheSameTime(RuleBroken):
    """Somebody else entered an act for this person at the same moment."""

    code = "act_at_the_same_time"


def perform(command: PerformAct, uow: UnitOfWork) -> ActRecord:
    """Enter an act that an officer gives, with everything that follows from it. Raises RuleBroken naming the article."""
    track = law().tracks[command.track]
    PERMISSIONS.require(uow.by, track.right)
    transition = track.transition(command.event)
    if transition.by_system:
        raise NotUnderstood(_("Việc này do phần mềm tự ghi khi có căn cứ; không nhập bằng tay."), field="event")
    person = person_at_hand(uow, command.person_id)
    draft = Draft(
        track=command.track,
        event=command.event,
        happened_at=moment_of(command, transition, uow),
        facts=dict(command.answers),
        document_number=command.document_number,
        signer_role=command.signer_role,
        told=told_in(command.details),
    )
    sealed = {"signer_name": command.signer_name, "details": dict(command.details)}
    if leap_reason := command.confirmed_warnings.get("document_number"):
        sealed["leap_reason"] = leap_reason
    return enter(uow, person, draft, sealed=sealed)


def enter(
    uow: UnitOfWork,
    person: Person,
    draft: Draft,
    *,
    sealed: Mapping[str, Any] | None = None,
    signed_by: str | None = None,
    drafted_by: str | None = None,
    import_id: str | None = None,
    history: History | None = None,
    caused_by: str | None = None,
) -> ActRecord:
    """Store what the law makes of a draft, for an officer or for the program itself; return the act that was asked for.

    ``history`` is what is known of the person, where the caller knows it: of somebody who was entered just now it is nothing.
    ``caused_by`` is the act without which this one would not be, and with which it is annulled.
    """
    history = history or queries.history_of(uow, person)
    allowed = judge(law(), history, draft, now=uow.now().astimezone(LOCAL_ZONE), new_id=uow.new_id)
    sequence = _next_sequence(uow, person)
    rows: list[Act] = []
    for offset, step in enumerate(allowed.steps):
        own = step is allowed.asked
        row = act_row(
            uow,
            person,
            step.act,
            sequence=sequence + offset,
            article=step.under.article,
            sealed=(sealed or {}) if own else {},
        )
        row.caused_by = caused_by if own else allowed.asked.act.act_id
        row.signed_by, row.import_id = signed_by if own else None, import_id
        if drafted_by is not None and own:
            row.recorded_by = drafted_by
        rows.append(row)
    cases = _store_cases(uow, person, allowed.history, rows)
    for row, step in zip(rows, allowed.steps, strict=True):
        if step is allowed.asked:
            case = next(case for case in allowed.history.cases if case.case_id == row.case_id)
            row.document_number = issue_for(uow, person, step, row=row, case=case, sealed=sealed or {})
        _show_number(cases[row.case_id], row, step)
        _announce(uow, person, step, row, allowed.history)
    work_out_duties(uow, person, allowed.history)
    asked = next(row for row in rows if row.act_id == allowed.asked.act.act_id)
    uow.wrote(
        f"{law().tracks[draft.track].slug}.{draft.event}", "person", person.person_id,
        case_id=asked.case_id, act_id=asked.act_id, regime=asked.regime,
    )  # fmt: skip
    for later in [] if draft.from_old_book else acts_on_kept_use(history, allowed.history):
        enter(uow, person, later, caused_by=asked.act_id)
    return replace(queries.act_record(uow, asked), warnings=allowed.warnings)


def moment_of(command: PerformAct, transition: Transition, uow: UnitOfWork) -> datetime:
    """Return the instant of an act: as typed, now when it is today's, else the beginning of its day.

    Who types the minute that it is now means now: what this minute has brought already came before.
    """
    now = uow.now().astimezone(LOCAL_ZONE)
    if command.happened_time:
        typed = time_of_day(command.happened_time)
        if typed is None:
            raise NotUnderstood(
                _("Giờ: hãy ghi giờ và phút, ví dụ 16:00."), field=f"{transition.on.removesuffix('_on')}_time"
            )
        moment = datetime.combine(command.happened_on, typed, LOCAL_ZONE)
        return now if moment == now.replace(second=0, microsecond=0) else moment
    if command.happened_on == now.date():
        return now
    return datetime.combine(command.happened_on, START_OF_DAY, LOCAL_ZONE)


def _next_sequence(uow: UnitOfWork, person: Person) -> int:
    # The person's row is held (uow.get), so acts of one person are entered one after the other.
    return (uow.session.scalar(select(func.max(Act.sequence)).where(Act.person_id == person.person_id)) or 0) + 1


def act_row(
    uow: UnitOfWork, person: Person, act: ActFacts, *, sequence: int, article: str, sealed: Mapping[str, Any]
) -> Act:
    """Return an act as it is stored: recorded now, by the account that acts."""
    return Act(
        act_id=act.act_id,
        unit_code=uow.unit,
        case_id=act.case_id,
        person_id=person.person_id,
        sequence=sequence,
        track=act.track,
        event=act.event,
        happened_at=act.happened_at,
        happened_on=act.happened_on,
        regime=act.regime,
        form_code=act.form_code,
        article=article,
        document_number=act.document_number,
        signer_role=act.signer_role,
        facts=stored(act.facts),
        sealed=uow.vault.seal_answers(act_context(act.act_id), sealed),
        law_digest=law().digest,
        recorded_at=uow.now(),
        recorded_by=uow.by.account_id,
        from_old_book=act.from_old_book,
    )


def _store_cases(uow: UnitOfWork, person: Person, history: History, rows: Sequence[Act]) -> dict[str, Case]:
    # Closing comes before opening: the constraint allows one open case per track at any moment.
    touched = {row.case_id for row in rows}
    cases = sorted((case for case in history.cases if case.case_id in touched), key=lambda case: case.is_open)
    stored_cases = {}
    try:
        for case in cases:
            stored_cases[case.case_id] = store_case(uow, person, case)
            uow.session.flush()
        for row in rows:
            uow.add(row)
        uow.session.flush()
    except IntegrityError:
        raise ActAtTheSameTime(
            _("Hồ sơ này vừa có người khác ghi thêm; hãy mở lại hồ sơ để xem rồi ghi lại (INV-1).")
        ) from None
    return stored_cases


def store_case(uow: UnitOfWork, person: Person, facts: CaseFacts) -> Case:
    """Write down what the acts have made of a case."""
    case = uow.session.get(Case, facts.case_id)
    if case is None:
        case = uow.add(Case(case_id=facts.case_id, unit_code=uow.unit, person_id=person.person_id, version=0))
    track = law().tracks[facts.track]
    state = track.states[facts.state]
    case.track, case.state = facts.track, facts.state
    case.stands_for = state.stands_for if facts.is_open else None
    case.opened_on, case.since_on = facts.opened_on, facts.closed_on or facts.last.happened_on
    case.decided_on = facts.facts.get("decided_on")
    case.starts_on, case.ends_on = facts.starts_on, facts.ends_on
    case.closed_on = facts.closed_on
    case.closing_event = facts.closing.event if facts.closing else None
    case.closing_reason = facts.closing.facts.get("reason") if facts.closing else None
    case.regime = facts.decided_under
    case.test_id = facts.facts.get("test_id")
    case.facts = stored(facts.facts)
    case.version = (case.version or 0) + 1
    return case


def _show_number(case: Case, row: Act, step: Step) -> None:
    """The number that lists and later papers name is that of the decision, else of the act which gave the case its term."""
    if row.document_number is None or (step.transition.term is None and step.transition.on not in OF_A_DECISION):
        return
    if step.transition.on in OF_A_DECISION or case.document_number is None:
        case.document_number = row.document_number


def _announce(uow: UnitOfWork, person: Person, step: Step, row: Act, history: History) -> None:
    if step.transition.announces is None:
        return
    fact = CATALOGUE[step.transition.announces]
    case = next(case for case in history.cases if case.case_id == row.case_id)
    known = {
        **case.facts,
        **step.act.facts,
        "case_id": row.case_id,
        "request_id": row.case_id,
        "act_id": row.act_id,
        "person_key": person.person_key,
        "regime": row.regime,
        "decided_under": case.decided_under,
        "form_code": row.form_code,
        "decider_role": step.under.deciders[0] if step.under.deciders else None,
        "state": case.state,
        "from_old_book": row.from_old_book,
    }
    uow.record(
        cast("Any", fact)(
            **{
                name: known.get(name)
                for name in shapes(fact)
                if known.get(name) is not None or shapes(fact)[name].optional
            }
        )
    )
