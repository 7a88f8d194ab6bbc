"""Questions about acts and cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from chassis.unit_of_work import UnitOfWork
from services.registry.domain.duties import facts_of_life
from services.registry.domain.history import History
from services.registry.law import law
from services.registry.queries.access import sight_of
from services.registry.queries.persons import PersonRecord, person_record
from services.registry.tables import Act, Case, Person, act_context
from services.registry.tables.books import ResidenceCheck


@dataclass(frozen=True, kw_only=True)
class ActRecord:
    """An act with its case as it stands, and what is sealed opened: who signed, and the answers that are only kept."""

    row: Act
    case: Case
    signer_name: str | None
    details: Mapping[str, Any]
    warnings: tuple[object, ...] = ()

    def __getattr__(self, name: str) -> Any:
        row = self.__dict__["row"]
        return getattr(row, name) if hasattr(row, name) else getattr(self.__dict__["case"], name)

    @property
    def name(self) -> str:
        """Return what happened, in words."""
        return str(law().tracks[self.row.track].transition(self.row.event).name)

    @property
    def state(self) -> str:
        """Return the state of the case now."""
        return self.case.state


def act_record(uow: UnitOfWork, row: Act) -> ActRecord:
    """Open one act."""
    case = uow.session.get(Case, row.case_id)
    if case is None:
        raise LookupError("an act without its case")
    answers = uow.vault.open_answers(act_context(row.act_id), row.sealed)
    return ActRecord(row=row, case=case, signer_name=answers.get("signer_name"), details=answers.get("details", {}))


def act_read(uow: UnitOfWork, act_id: str) -> tuple[ActRecord, PersonRecord]:
    """Return one act and its person, noted as read. Raises NotFound, and FieldHidden for a track that is not open."""
    row = uow.get(Act, act_id)
    person = person_record(uow, row.person_id)
    if sight_of(uow, row.person_id).sees_track(row.track, row.regime) != "WHOLE":
        sight_of(uow, row.person_id).refuse()
    return act_record(uow, row), person


def facts_of_other_books(uow: UnitOfWork, person: Person, history: History) -> Mapping[str, Mapping[str, Any]]:
    """Return, by case, what other books say that deadlines look at.

    The last residence check, else the start of management; since when somebody is dead or missing, or in prison.
    """
    checked_on: date | None = uow.session.scalar(
        select(func.max(ResidenceCheck.checked_on)).where(
            ResidenceCheck.person_id == person.person_id, ResidenceCheck.withdrawn_at.is_(None)
        )
    )
    of_life = facts_of_life(history, uow.today())
    return {
        case.case_id: {
            "residence_checked_on": max(day for day in (checked_on, case.starts_on, case.opened_on) if day),
            **of_life[case.case_id],
        }
        for case in history.cases
        if case.is_open
    }


def last_signer(uow: UnitOfWork, role: str) -> str | None:
    """Return the name that signed last in this office, as the first answer of the next form."""
    row = uow.session.scalar(
        select(Act).where(Act.signer_role == role).order_by(Act.recorded_at.desc(), Act.act_id.desc()).limit(1)
    )
    return act_record(uow, row).signer_name if row is not None else None
