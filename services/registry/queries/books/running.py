"""Which cases run: who is under management now, and in which case a breach counts."""

from sqlalchemy import Select, select

from chassis.unit_of_work import UnitOfWork
from services.registry.tables.cases import Case

USER_MANAGEMENT, MANAGED = "A", "MANAGED"


def managed_now() -> Select[str]:
    """Ask for the people who are under management today; while it is suspended there is no residence to look at."""
    return select(Case.person_id).where(Case.track == USER_MANAGEMENT, Case.state == MANAGED, Case.closed_on.is_(None))


def is_managed_now(uow: UnitOfWork, person_id: str) -> bool:
    """Tell whether somebody is under management today."""
    return uow.session.scalar(managed_now().where(Case.person_id == person_id)) is not None


def running_case(uow: UnitOfWork, person_id: str, track: str) -> str | None:
    """Return somebody's running case of a track, if the register holds one."""
    return uow.session.scalar(
        select(Case.case_id).where(Case.person_id == person_id, Case.track == track, Case.closed_on.is_(None))
    )
