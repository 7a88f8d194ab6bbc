"""The primary status of people, derived from their open cases and circumstances; nobody stores it."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select

from chassis.unit_of_work import UnitOfWork
from services.registry.domain.history import DECEASED, IMPRISONED
from services.registry.domain.status import CLEARED, NONE, PRIMARY_STATUSES
from services.registry.tables import Case, Circumstance

NOTHING = NONE
PRIORITY = list(PRIMARY_STATUSES)

STATUS_OF_CIRCUMSTANCE = {DECEASED: "DECEASED", IMPRISONED: "IMPRISONED"}


def states_of(uow: UnitOfWork, person_ids: Sequence[str]) -> dict[str, str]:
    """Return each person's primary status; who never had a case is not in the answer."""
    if not person_ids:
        return {}
    found: dict[str, set[str]] = {}
    cases = select(Case.person_id, Case.stands_for).where(Case.person_id.in_(person_ids), Case.state != "ANNULLED")
    for person_id, stands_for in uow.session.execute(cases):
        found.setdefault(person_id, {CLEARED}).add(stands_for or CLEARED)
    for person_id, kind in uow.session.execute(_circumstances(uow, person_ids)):
        found.setdefault(person_id, set()).add(STATUS_OF_CIRCUMSTANCE[kind])
    return {person_id: min(statuses, key=PRIORITY.index) for person_id, statuses in found.items()}


def _circumstances(uow: UnitOfWork, person_ids: Sequence[str]) -> Select[tuple[str, str]]:
    today = uow.today()
    return select(Circumstance.person_id, Circumstance.kind).where(
        Circumstance.person_id.in_(person_ids),
        Circumstance.kind.in_(STATUS_OF_CIRCUMSTANCE),
        Circumstance.since_on <= today,
        or_(Circumstance.until_on.is_(None), Circumstance.until_on >= today),
    )
