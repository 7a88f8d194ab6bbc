"""How a deed holds its record, so that two people at the same moment do not both do it."""

from typing import TypeVar

from chassis.unit_of_work import UnitOfWork
from services.campaigns.tables import Activity, Place, SupportCase

Kept = TypeVar("Kept", Place, Activity, SupportCase)


def locked(model: type[Kept], record_id: str, uow: UnitOfWork) -> Kept:
    """Return a record that nobody else changes until this deed is done, so that no deed is done twice."""
    record = uow.get(model, record_id)
    uow.session.refresh(record, with_for_update=True)
    return record
