"""Working out anew what is due for a person; the rows are an index over the acts, written in the same transaction."""

from typing import Any

from sqlalchemy import delete, insert, or_

from chassis.unit_of_work import UnitOfWork
from services.registry import queries
from services.registry.domain.duties import CaseDuty, duties_of
from services.registry.domain.history import History
from services.registry.law import law
from services.registry.tables import Duty, Person


def work_out_duties(uow: UnitOfWork, person: Person, history: History | None = None) -> None:
    """Put what is due for somebody in place of what was; to be called after whatever the duties are worked out of."""
    history = history or queries.history_of(uow, person)
    found = duties_of(law(), history, queries.facts_of_other_books(uow, person, history))
    # A case may have changed hands (a merge), so what was due in it goes too.
    cases = [case.case_id for case in history.cases]
    former = delete(Duty).where(or_(Duty.person_id == person.person_id, Duty.case_id.in_(cases)))
    uow.session.execute(former.execution_options(synchronize_session=False))
    if found:
        uow.session.execute(insert(Duty), [_row(uow, person, each) for each in found])


def _row(uow: UnitOfWork, person: Person, due: CaseDuty) -> dict[str, Any]:
    return {
        "case_id": due.case_id,
        "code": due.line.code,
        "unit_code": uow.unit,
        "person_id": person.person_id,
        "track": due.track,
        "rule": due.rule,
        "due_at": due.due.latest,
        "whole_day": due.due.whole_day,
        "earliest_at": due.due.earliest,
        "unconfirmed_holiday": due.due.decided_by_unconfirmed is not None,
        "waits_for": due.line.waits_for,
        "law_digest": law().digest,
    }
