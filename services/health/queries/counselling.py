"""Who was counselled when, and who was not yet in a quarter. Lists never hold HIV counselling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.unit_of_work import UnitOfWork
from chassis.vault import Vault
from services.health.domain.counselling import ANNOUNCED_COUNSELLING, COUNTED_COUNSELLING, Window
from services.health.queries.listing import Listing
from services.health.queries.patients import managed_on
from services.health.queries.treatments import treated_on
from services.health.tables import Counselling, Patient


@dataclass(frozen=True)
class Coverage:
    """Who is to be counselled in a window: all of them, and those who were not yet; pseudonyms in a steady order."""

    wanted: Sequence[str]
    missing: Sequence[str]

    @property
    def done(self) -> int:
        """Return how many of them were counselled."""
        return len(self.wanted) - len(self.missing)


def session_held(uow: UnitOfWork, counselling_id: str) -> Counselling:
    """Return one of the unit; raise :class:`NotFound`."""
    return uow.get(Counselling, counselling_id)


def counselling_details(counselling: Counselling, vault: Vault) -> dict[str, Any]:
    """Open what was said in a counselling session. Whoever shows it notes the reading in the audit log."""
    return vault.open_answers(f"counselling/{counselling.counselling_id}", counselling.sealed)


def counselling_of(session: Session, patient_id: str) -> Sequence[Counselling]:
    """Return a patient's counselling of every kind, the newest first: for those who may read clinical notes."""
    return session.scalars(
        select(Counselling)
        .where(Counselling.patient_id == patient_id)
        .order_by(Counselling.held_on.desc(), Counselling.counselling_id.desc())
    ).all()


def counselling_between(first: date, last: date, *, kind: str | None = None) -> Listing[Counselling]:
    """List the counselling of a span of days, the newest first; HIV counselling is in no list."""
    kinds = ANNOUNCED_COUNSELLING if kind is None else ANNOUNCED_COUNSELLING & {kind}
    return Listing(
        select(Counselling).where(Counselling.held_on.between(first, last), Counselling.kind.in_(sorted(kinds))),
        by=[Counselling.held_on, Counselling.counselling_id],
        descending=True,
    )


def coverage(session: Session, window: Window, today: date) -> Coverage:
    """Return who is under management or in treatment today, and who of them was not counselled in the window."""
    wanted = set(session.scalars(managed_on(today))) | set(session.scalars(treated_on(today)))
    counselled = set(session.scalars(_counselled(window)))
    return Coverage(wanted=sorted(wanted), missing=sorted(wanted - counselled))


def _counselled(window: Window) -> Select[str]:
    return (
        select(Patient.person_key)
        .join(Counselling, Counselling.patient_id == Patient.patient_id)
        .where(Counselling.held_on.between(window.first, window.last), Counselling.kind.in_(COUNTED_COUNSELLING))
        .distinct()
    )
