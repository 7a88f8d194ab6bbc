"""Questions about drafts that wait for a signature."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.unit_of_work import UnitOfWork
from services.registry.law import law
from services.registry.queries.access import sight_of
from services.registry.queries.persons import PersonRecord, person_record
from services.registry.tables import Proposal, proposal_context


@dataclass(frozen=True, kw_only=True)
class ProposalRecord:
    """A draft with its answers opened."""

    row: Proposal
    answers: Mapping[str, Any]
    details: Mapping[str, Any]
    returned_because: str | None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["row"], name)

    @property
    def name(self) -> str:
        """Return what is proposed, in words."""
        return str(law().tracks[self.row.track].transition(self.row.event).name)


def proposal_record(uow: UnitOfWork, row: Proposal) -> ProposalRecord:
    """Open one draft."""
    answers = uow.vault.open_answers(proposal_context(row.proposal_id), row.sealed)
    return ProposalRecord(
        row=row,
        answers=answers["answers"],
        details=answers["details"],
        returned_because=answers.get("returned_because"),
    )


def proposal_read(uow: UnitOfWork, proposal_id: str) -> tuple[ProposalRecord, PersonRecord]:
    """Return one draft and its person, noted as read. Raises NotFound, and FieldHidden for whom the draft does not concern."""
    row = uow.get(Proposal, proposal_id)
    person = person_record(uow, row.person_id)
    sight_of(uow, row.person_id).require("case_facts")
    return proposal_record(uow, row), person
