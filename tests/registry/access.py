"""Cases as the acts make them, without walking through a whole history: what the tests of access look at is who may see them."""

from datetime import date, timedelta
from typing import Any

from chassis.unit_of_work import UnitOfWork
from services.registry.law import law
from services.registry.tables import Act, Case, Proposal, Restriction, act_context, proposal_context
from services.registry.tables.books import Assignment, context_of

NOW = date(2026, 11, 20)
R4, LEGACY = "R4_L120", "R3_L73_2T"


def a_case(
    uow: UnitOfWork, person_id: str, track: str, regime: str = R4, *, state: str = "", is_open: bool = True
) -> None:
    """A case on a track with its first act."""
    case_id, act_id = uow.new_id(), uow.new_id()
    state = state or next(iter(law().tracks[track].states))
    uow.add(
        Case(
            case_id=case_id, unit_code=uow.unit, person_id=person_id, track=track, state=state, stands_for=None,
            opened_on=NOW, since_on=NOW, decided_on=NOW, starts_on=NOW, ends_on=NOW + timedelta(days=365),
            closed_on=None if is_open else NOW, document_number="15/QĐ-CAP", regime=regime,
            facts={"reason": "WRITTEN"}, version=1,
        )
    )  # fmt: skip
    uow.session.flush()
    uow.add(
        Act(
            act_id=act_id, unit_code=uow.unit, case_id=case_id, person_id=person_id, sequence=1, track=track,
            event=law().tracks[track].transitions[0].event, happened_at=uow.now(), happened_on=NOW, regime=regime,
            article="khoản 1", facts={}, law_digest="0", recorded_at=uow.now(), recorded_by="acc-1", from_old_book=False,
            sealed=uow.vault.seal_answers(act_context(act_id), {"signer_name": "Người Ký", "details": {}}),
        )
    )  # fmt: skip


def in_care(uow: UnitOfWork, person_id: str, account_id: str) -> None:
    """Somebody is given into the care of a helper."""
    key = uow.new_id()
    uow.add(
        Assignment(
            assignment_id=key, unit_code=uow.unit, person_id=person_id, kind="HELPER", account_id=account_id, from_on=NOW,
            sealed=uow.vault.seal_answers(context_of(Assignment, key), {}), recorded_at=uow.now(), recorded_by="acc-1",
        )
    )  # fmt: skip


def a_draft(uow: UnitOfWork, person_id: str, track: str, event: str, deciders: list[str]) -> Proposal:
    """A draft that waits for a signature."""
    key = uow.new_id()
    answers: dict[str, Any] = {"answers": {}, "details": {}, "signer_role": deciders[0] if deciders else None}
    return uow.add(
        Proposal(
            proposal_id=key, unit_code=uow.unit, person_id=person_id, track=track, event=event, decider_roles=deciders,
            state="WAITING", sealed=uow.vault.seal_answers(proposal_context(key), answers), drafted_at=uow.now(),
            drafted_by="acc-1", version=1,
        )
    )  # fmt: skip


def restricted(uow: UnitOfWork, person_id: str) -> None:
    """A record is archived."""
    uow.add(
        Restriction(
            restriction_id=uow.new_id(), unit_code=uow.unit, person_id=person_id, reason="ARCHIVED", since_on=NOW,
            restricted_at=uow.now(), restricted_by="acc-1",
        )
    )  # fmt: skip
