"""Noting what bears on a measure in a person's life: prison, a criminal case, pregnancy, death."""

from datetime import date

from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry.commands import EndCircumstance, RecordCircumstance
from services.registry.handlers.duties import work_out_duties
from services.registry.permissions import PERMISSIONS
from services.registry.queries.persons import person_at_hand
from services.registry.tables import Circumstance, Person


def record_circumstance(command: RecordCircumstance, uow: UnitOfWork) -> Circumstance:
    """Note a circumstance from a day on, with the document that tells of it."""
    PERMISSIONS.require(uow.by, "person.write")
    person = person_at_hand(uow, command.person_id)
    _check_days(command.since_on, command.until_on)
    row = uow.add(
        Circumstance(
            circumstance_id=uow.new_id(),
            unit_code=uow.unit,
            person_id=person.person_id,
            kind=command.kind,
            since_on=command.since_on,
            until_on=command.until_on,
            document_number=command.document_number,
            recorded_at=uow.now(),
            recorded_by=uow.by.account_id,
        )
    )
    uow.session.flush()
    work_out_duties(uow, person)
    uow.wrote("circumstance.record", "person", person.person_id, kind=command.kind)
    return row


def end_circumstance(command: EndCircumstance, uow: UnitOfWork) -> Circumstance:
    """Note the last day of a circumstance."""
    PERMISSIONS.require(uow.by, "person.write")
    row = uow.get(Circumstance, command.circumstance_id)
    _check_days(row.since_on, command.until_on)
    row.until_on = command.until_on
    uow.session.flush()
    work_out_duties(uow, uow.get(Person, row.person_id))
    uow.wrote("circumstance.end", "person", row.person_id, kind=row.kind)
    return row


def _check_days(since_on: date, until_on: date | None) -> None:
    if until_on is not None and until_on < since_on:
        raise NotUnderstood(_("Đến ngày: hãy ghi từ ngày bắt đầu trở đi."), field="until_on")
