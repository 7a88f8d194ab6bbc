"""Working out anew what is due for a person; the rows are an index over the acts, written in the same transaction."""

from sqlalchemy import delete, or_

from chassis.unit_of_work import UnitOfWork
from services.registry import queries
from services.registry.domain.duties import duties_of
from services.registry.domain.history import History
from services.registry.law import law
from services.registry.tables import Duty, Person


def work_out_duties(uow: UnitOfWork, person: Person, history: History | None = None) -> None:
    """Put what is due for somebody in place of what was; to be called after whatever the duties are worked out of."""
    history = history or queries.history_of(uow, person)
    found = duties_of(law(), history, queries.facts_of_other_books(uow, person, history))
    # A case may have changed hands (a merge), so what was due in it goes too.
    cases = [case.case_id for case in history.cases]
    uow.session.execute(delete(Duty).where(or_(Duty.person_id == person.person_id, Duty.case_id.in_(cases))))
    uow.session.add_all(
        Duty(
            case_id=each.case_id,
            code=each.line.code,
            unit_code=uow.unit,
            person_id=person.person_id,
            track=each.track,
            rule=each.rule,
            due_at=each.due.latest,
            whole_day=each.due.whole_day,
            earliest_at=each.due.earliest,
            unconfirmed_holiday=each.due.decided_by_unconfirmed is not None,
            waits_for=each.line.waits_for,
            law_digest=law().digest,
        )
        for each in found
    )
    uow.session.flush()
