"""Drafts on their way to the decider: the officer proposes, the decider signs or gives back; they are two people."""

from collections.abc import Mapping
from typing import Any

from chassis.clock import LOCAL_ZONE
from chassis.errors import NotAllowed, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry import queries
from services.registry.commands import PerformAct, ReturnProposal, SignProposal
from services.registry.domain.access import check_separate
from services.registry.domain.acts import judge
from services.registry.domain.history import Draft, told_in
from services.registry.handlers.acts import enter, moment_of
from services.registry.law import law
from services.registry.permissions import MATRIX, PERMISSIONS
from services.registry.queries import ActRecord, ProposalRecord
from services.registry.queries.facts import restored, stored
from services.registry.queries.persons import person_at_hand
from services.registry.tables import Person, Proposal, proposal_context

WAITING, SIGNED, RETURNED = "WAITING", "SIGNED", "RETURNED"


class ProposalSettled(RuleBroken):
    """A draft is signed or given back once."""

    code = "proposal_settled"


def propose(command: PerformAct, uow: UnitOfWork) -> ProposalRecord:
    """Keep a draft for its decider. What the law would refuse today is refused now, not at the signature."""
    track = law().tracks[command.track]
    PERMISSIONS.require(uow.by, track.right)
    transition = track.transition(command.event)
    person = person_at_hand(uow, command.person_id)
    draft = _draft(command, command.signer_role, moment_of(command, transition, uow))
    history = queries.history_of(uow, person)
    allowed = judge(law(), history, draft, now=uow.now().astimezone(LOCAL_ZONE), new_id=uow.new_id)
    proposal_id = uow.new_id()
    proposal = uow.add(
        Proposal(
            proposal_id=proposal_id,
            unit_code=uow.unit,
            person_id=person.person_id,
            track=command.track,
            event=command.event,
            decider_roles=list(allowed.asked.under.deciders),
            state=WAITING,
            sealed=uow.vault.seal_answers(
                proposal_context(proposal_id),
                {
                    "answers": stored(command.answers),
                    "details": dict(command.details),
                    "signer_role": command.signer_role,
                },
            ),
            drafted_at=uow.now(),
            drafted_by=uow.by.account_id,
            version=1,
        )
    )
    uow.wrote("proposal.draft", "person", person.person_id, proposal_id=proposal_id)
    return queries.proposal_record(uow, proposal)


def sign_proposal(command: SignProposal, uow: UnitOfWork) -> ActRecord:
    """Sign a draft: it becomes an act of now, judged by the law of now, with its document and the next number."""
    proposal, role = _to_settle(uow, command.proposal_id)
    check_separate(drafted_by=proposal.drafted_by, signed_by=uow.by.account_id)
    answers = uow.vault.open_answers(proposal_context(proposal.proposal_id), proposal.sealed)
    person = uow.get(Person, proposal.person_id)
    draft = Draft(
        track=proposal.track,
        event=proposal.event,
        happened_at=uow.now().astimezone(LOCAL_ZONE),
        facts=restored(answers["answers"]),
        signer_role=role,
        told=told_in(answers["details"]),
    )
    _check_form(person, draft, uow)
    signed = enter(
        uow,
        person,
        draft,
        sealed={"signer_name": command.signer_name, "details": answers["details"]},
        signed_by=uow.by.account_id,
        drafted_by=proposal.drafted_by,
    )
    _settle(uow, proposal, SIGNED)
    proposal.act_id = signed.row.act_id
    uow.wrote("proposal.sign", "person", person.person_id, proposal_id=proposal.proposal_id, act_id=signed.row.act_id)
    return signed


def _check_form(person: Person, draft: Draft, uow: UnitOfWork) -> None:
    """Some offices sign only some papers of a track (a deputy those of electronic monitoring). Raises NotAllowed."""
    case = queries.history_of(uow, person).open_case(draft.track)
    regime = law().regime_on(draft.happened_on).code
    under = (
        law()
        .tracks[draft.track]
        .transition(draft.event)
        .under_regime(regime, {**(case.facts if case else {}), **draft.facts})
    )
    if under is not None and not MATRIX.may_sign(uow.by.roles, draft.track, regime=regime, form=under.form):
        raise NotAllowed(_("Văn bản này chờ người có thẩm quyền khác ký."))


def return_proposal(command: ReturnProposal, uow: UnitOfWork) -> ProposalRecord:
    """Give a draft back unsigned; the reason stays with it, sealed."""
    proposal, _role = _to_settle(uow, command.proposal_id)
    answers = uow.vault.open_answers(proposal_context(proposal.proposal_id), proposal.sealed)
    proposal.sealed = uow.vault.seal_answers(
        proposal_context(proposal.proposal_id), {**answers, "returned_because": command.reason}
    )
    _settle(uow, proposal, RETURNED)
    uow.wrote("proposal.return", "person", proposal.person_id, proposal_id=proposal.proposal_id)
    return queries.proposal_record(uow, proposal)


def _to_settle(uow: UnitOfWork, proposal_id: str) -> tuple[Proposal, str]:
    """Return a waiting draft and the role in which the acting person may settle it."""
    proposal = uow.get(Proposal, proposal_id)
    track = law().tracks[proposal.track]
    PERMISSIONS.require(uow.by, track.right.removesuffix(".write") + ".sign")
    if proposal.state != WAITING:
        raise ProposalSettled(_("Dự thảo này đã được ký hoặc đã trả lại."))
    role = next((role for role in proposal.decider_roles if role in uow.by.roles), None)
    if role is None:
        raise NotAllowed(_("Dự thảo này chờ người có thẩm quyền khác ký."))
    return proposal, role


def _settle(uow: UnitOfWork, proposal: Proposal, state: str) -> None:
    proposal.state, proposal.settled_at, proposal.settled_by = state, uow.now(), uow.by.account_id
    proposal.version += 1


def _draft(command: PerformAct, signer_role: str | None, moment: Any) -> Draft:
    facts: Mapping[str, Any] = dict(command.answers)
    return Draft(
        track=command.track,
        event=command.event,
        happened_at=moment,
        facts=facts,
        signer_role=signer_role,
        told=told_in(command.details),
    )
