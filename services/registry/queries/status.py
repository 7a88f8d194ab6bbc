"""The primary status of people, derived from their open cases and circumstances; nobody stores it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, or_, select

from chassis.unit_of_work import UnitOfWork
from services.registry.domain.history import DECEASED, IMPRISONED, MISSING
from services.registry.domain.rehabilitation import COMPLETED, FINISHED_BY, has_finished
from services.registry.domain.status import NONE, status_of
from services.registry.law import law
from services.registry.tables import Case, Circumstance

NOTHING = NONE


def states_of(uow: UnitOfWork, person_ids: Sequence[str]) -> dict[str, str]:
    """Return each person's primary status; who never had a case nor a circumstance is not in the answer."""
    if not person_ids:
        return {}
    standing: dict[str, dict[str, str]] = {}
    addicted: dict[str, date] = {}
    completed: dict[str, date] = {}
    found_again_on = Case.facts["found_again_on"].as_string()
    cases = select(Case.person_id, Case.track, Case.state, Case.opened_on, Case.closed_on, found_again_on).where(
        Case.person_id.in_(person_ids), Case.state != "ANNULLED"
    )
    for person_id, track, state, opened_on, closed_on, again_on in uow.session.execute(cases):
        own = standing.setdefault(person_id, {})
        if closed_on is None:
            own[track] = state
        if closed_on is None and track == "C":
            addicted[person_id] = date.fromisoformat(again_on) if again_on else opened_on
        if closed_on is not None and track in FINISHED_BY and state == COMPLETED:
            completed[person_id] = max(closed_on, completed.get(person_id, closed_on))
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
            finished=has_finished(
                standing.get(person_id, {}),
                addicted_on=addicted.get(person_id),
                completed_on=completed.get(person_id),
            ),
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
