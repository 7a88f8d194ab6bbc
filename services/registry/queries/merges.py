"""Questions about records that were found to be one person."""

from collections.abc import Sequence

from sqlalchemy import select

from chassis.unit_of_work import UnitOfWork
from services.registry.tables import PersonMerge


def merges_into(uow: UnitOfWork, person_id: str) -> Sequence[PersonMerge]:
    """Return the merges by which other records went into somebody's, the newest first."""
    return list(
        uow.session.scalars(
            select(PersonMerge)
            .where(PersonMerge.into_id == person_id)
            .order_by(PersonMerge.merged_at.desc(), PersonMerge.merge_id.desc())
        )
    )
