"""Projecting: what the service does with events it hears, inside the transaction that stores them.

Events become rows of person, span and fact. In the same transaction the kept figures that these rows touch are thrown
away and the unit's clock moves on, so a kept figure is never older than the rows it was worked out from.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection
from sqlalchemy.event import listen
from sqlalchemy.orm import Session

from services.reporting.indicators import Catalogue
from services.reporting.indicators.touched import Touched
from services.reporting.indicators.values import forget, forget_other_definitions, move_clock_on
from services.reporting.projections import in_sets, reference
from services.reporting.projections.fold import Folded, HeardEvent, fold
from services.reporting.projections.sentences import PROJECTIONS
from services.reporting.tables import KEPT, PROJECTED, KeptTables, ReportingTables

__all__ = ["PROJECTIONS", "Folded", "HeardEvent", "Projector", "fold"]

Store = Callable[[Folded, Connection, ReportingTables], Touched]


class Projector:
    """The effect of hearing events: hand it to the inbox."""

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        projected: ReportingTables = PROJECTED,
        kept: KeptTables = KEPT,
        store: Store = in_sets.store,
    ) -> None:
        self._catalogue = catalogue
        self._projected = projected
        self._kept = kept
        self._store = store
        self._knows_all_that_is_kept = False

    def __call__(self, events: Sequence[HeardEvent], session: Session) -> None:
        if not self._knows_all_that_is_kept:
            self._forget_other_definitions(session)
        self.project(events, session.connection())

    def _forget_other_definitions(self, session: Session) -> None:
        forget_other_definitions(session.connection(), self._kept, self._catalogue)

        def remember(_session: Session) -> None:
            self._knows_all_that_is_kept = True

        listen(session, "after_commit", remember, once=True)

    def project(self, events: Sequence[HeardEvent], connection: Connection) -> None:
        """Fold new events into the tables, in any order and any split into batches.

        An event whose data cannot be read raises and nothing of the batch is written; the inbox finds and parks it.
        """
        if not events:
            return
        folded = fold(events)
        # The clocks first: their rows are the locks under which a unit's figures are worked out and thrown away.
        move_clock_on(connection, self._kept, events)
        touched = self._store(folded, connection, self._projected)
        forget(connection, self._kept, self._catalogue, touched)


reference_store: Store = reference.store
