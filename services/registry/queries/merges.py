"""Questions about records beside the cases: merges of one person's records, and circumstances of somebody's life."""

from collections.abc import Sequence

from sqlalchemy import select

from chassis.unit_of_work import UnitOfWork
from services.registry.queries.persons import PersonRecord, person_record
from services.registry.tables import Circumstance, Person, PersonMerge


def merges_into(uow: UnitOfWork, person_id: str) -> Sequence[PersonMerge]:
    """Return the merges by which other records went into somebody's, the newest first."""
    return list(
        uow.session.scalars(
            select(PersonMerge)
            .where(PersonMerge.into_id == person_id)
            .order_by(PersonMerge.merged_at.desc(), PersonMerge.merge_id.desc())
        )
    )


def merge_read(uow: UnitOfWork, merge_id: str) -> tuple[PersonMerge, PersonRecord]:
    """Return one merge and the person whose record was kept, noted as read. Raises NotFound."""
    merge = uow.get(PersonMerge, merge_id)
    return merge, person_record(uow, merge.into_id)


def circumstance_read(uow: UnitOfWork, circumstance_id: str) -> tuple[Circumstance, PersonRecord]:
    """Return one circumstance and its person, noted as read. Raises NotFound."""
    row = uow.get(Circumstance, circumstance_id)
    return row, person_record(uow, row.person_id)


def check_is_here(uow: UnitOfWork, person_id: str) -> None:
    """Raise NotFound for a person of whom this unit has no record; nothing of the record is opened."""
    uow.get(Person, person_id)
