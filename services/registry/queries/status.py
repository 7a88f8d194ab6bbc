"""The primary status of people, derived from their open cases and circumstances; nobody stores it."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select

from chassis.unit_of_work import UnitOfWork
from services.registry.domain.history import DECEASED, IMPRISONED, MISSING
from services.registry.domain.status import NONE, status_of
from services.registry.law import law
from services.registry.tables import Case, Circumstance

NOTHING = NONE


def states_of(uow: UnitOfWork, person_ids: Sequence[str]) -> dict[str, str]:
    """Return each person's primary status; who never had a case nor a circumstance is not in the answer."""
    if not person_ids:
        return {}
    standing: dict[str, dict[str, str]] = {}
    cases = select(Case.person_id, Case.track, Case.state, Case.closed_on).where(
        Case.person_id.in_(person_ids), Case.state != "ANNULLED"
    )
    for person_id, track, state, closed_on in uow.session.execute(cases):
        own = standing.setdefault(person_id, {})
        if closed_on is None:
            own[track] = state
    had_cases = set(standing)
    circumstances: dict[str, set[str]] = {}
    for person_id, kind in uow.session.execute(_circumstances(uow, person_ids)):
        circumstances.setdefault(person_id, set()).add(kind)
    return {
        person_id: status_of(
            law().tracks,
            standing.get(person_id, {}),
            circumstances.get(person_id, set()),
            had_cases=person_id in had_cases,
        )
        for person_id in had_cases | set(circumstances)
    }


def _circumstances(uow: UnitOfWork, person_ids: Sequence[str]) -> Select[str, str]:
    today = uow.today()
    return select(Circumstance.person_id, Circumstance.kind).where(
        Circumstance.person_id.in_(person_ids),
        Circumstance.kind.in_((DECEASED, MISSING, IMPRISONED)),
        Circumstance.since_on <= today,
        or_(Circumstance.until_on.is_(None), Circumstance.until_on >= today),
    )
