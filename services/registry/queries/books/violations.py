"""Questions about breaches: in which case they count, and how many there were."""

from sqlalchemy import func, select

from chassis.unit_of_work import UnitOfWork
from services.registry.domain.violations import Situation
from services.registry.queries.books.running import running_case
from services.registry.tables.books import Violation


def case_of_breach(uow: UnitOfWork, person_id: str, situation: Situation) -> str:
    """Return the case in which a breach counts; where the register holds none, all breaches of the situation count together."""
    return running_case(uow, person_id, situation.track) or f"track-{situation.track}"


def breaches_before(uow: UnitOfWork, person_id: str, case_ref: str, kind: str) -> int:
    """Return how many breaches of a kind were recorded in a case, those that were withdrawn left out."""
    asked = select(func.count()).where(
        Violation.person_id == person_id,
        Violation.case_ref == case_ref,
        Violation.kind == kind,
        Violation.withdrawn_at.is_(None),
    )
    return uow.session.scalar(asked) or 0
