"""A long list: what is asked and in which order, for pages with numbers and for the API's cursors alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

Item = TypeVar("Item")
ROWS = 50


@dataclass(frozen=True)
class Listing(Generic[Item]):
    """Rows in the order of the columns ``by``, which together are unique and never empty."""

    asked: Select[Item]
    by: Sequence[InstrumentedAttribute[Any]]
    descending: bool = False

    def rows(self, session: Session, *, page: int = 1) -> Sequence[Item]:
        """Return the rows of one page, counted from 1."""
        order = [column.desc() if self.descending else column.asc() for column in self.by]
        return session.scalars(self.asked.order_by(*order).limit(ROWS).offset((page - 1) * ROWS)).all()

    def count(self, session: Session) -> int:
        """Return how many rows there are in all."""
        return session.scalar(select(func.count()).select_from(self.asked.subquery())) or 0
