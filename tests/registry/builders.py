"""Orders and people for the registry's tests: each builder gives everything but what the test is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from chassis.clock import Clock
from chassis.service import Runtime
from chassis.testing import an_actor, running
from chassis.unit_of_work import UnitOfWork
from services.registry import handlers
from services.registry.commands import (
    AnnulAct,
    CorrectPerson,
    EndCircumstance,
    PerformAct,
    RecordCircumstance,
    RecordTestResult,
    RegisterPerson,
    ReturnProposal,
    SignProposal,
    WithdrawTestResult,
)
from services.registry.service import SERVICE

OFFICER = an_actor("registry", "CA_OFFICER")
HANDLERS = {
    RegisterPerson: handlers.register_person,
    CorrectPerson: handlers.correct_person,
    RecordTestResult: handlers.record_test_result,
    WithdrawTestResult: handlers.withdraw_test_result,
    PerformAct: handlers.perform,
    AnnulAct: handlers.annul_act,
    SignProposal: handlers.sign_proposal,
    ReturnProposal: handlers.return_proposal,
    RecordCircumstance: handlers.record_circumstance,
    EndCircumstance: handlers.end_circumstance,
}


class Registry:
    """A registry at work, as tests speak to it."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def do(self, command: Any, *, by: Any = OFFICER) -> Any:
        with self.runtime.unit_of_work(by) as uow:
            return HANDLERS[type(command)](command, uow)

    @contextmanager
    def asking(self, *, by: Any = OFFICER) -> Iterator[UnitOfWork]:
        with self.runtime.unit_of_work(by, writes=False) as uow:
            yield uow

    def announced(self) -> list[str]:
        outbox = self.runtime.tables.outbox.outbox
        with self.runtime.store.reading() as session:
            return list(session.scalars(select(outbox.c.type).order_by(outbox.c.written)))

    def audited(self) -> list[tuple[str, str]]:
        entry = self.runtime.tables.audit.audit_entry
        with self.runtime.store.reading() as session:
            return [
                tuple(row)
                for row in session.execute(select(entry.c.action, entry.c.record_id).order_by(entry.c.position))
            ]

    def rows(self) -> dict[str, int]:
        with self.runtime.store.reading() as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in SERVICE.metadata.sorted_tables
            }

    def stop(self, person_id: str, *, on: date, **answers: Any) -> Any:
        """Stop management of somebody who was in prison on that day."""
        self.do(imprisoned(person_id, since=on, until=on))
        return self.do(a_stop(person_id, on=on, **answers))

    def annul_document_of(self, act: Any, *, on: date) -> Any:
        """Annul the document that an act issued, as it has to go before the act."""
        with self.runtime.unit_of_work(OFFICER) as uow:
            return handlers.annul_document(
                uow, document_id=act.row.document_id, issued_on=on, reason_text="ghi nhầm người", signer_role="CA_CHIEF",
                signer_name="Trần Thị Bích Hằng", drafted_by=OFFICER.account_id,
            )  # fmt: skip

    # -- whole stories ---------------------------------------------------------------------------------------------------------

    def somebody(self, **answers: Any) -> Any:
        return self.do(a_person(**answers))

    def somebody_positive(self, *, on: date, **answers: Any) -> tuple[Any, Any]:
        person = self.somebody(**answers)
        return person, self.do(a_test(person.person_id, on=on))

    def somebody_managed(self, *, on: date, **answers: Any) -> tuple[Any, Any]:
        person, _test = self.somebody_positive(on=on, **answers)
        return person, self.do(a_decision(person.person_id, on=on))


@contextmanager
def a_registry(*, database: str, folder: Path, clock: Clock, **overrides: Any) -> Iterator[Registry]:
    with running(SERVICE, database=database, folder=folder, clock=clock, **overrides) as runtime:
        yield Registry(runtime)


def a_person(**answers: Any) -> RegisterPerson:
    details = {"permanent_address": "Số 5 phố Hoa Lan", **answers.pop("details", {})}
    given = {
        "full_name": "Nguyễn Đức Ánh",
        "sex": "MALE",
        "birth_date": "1990-05-01",
        "ethnic_group": "KINH",
        "id_type": "CCCD",
        "id_number": "027090001234",
    }
    return RegisterPerson(**{**given, **answers}, details=details)


def a_test(person_id: str, *, on: date, **answers: Any) -> RecordTestResult:
    given = {
        "taken_time": "08:00",
        "sample": "NUOC_TIEU",
        "result": "POSITIVE",
        "substances": ("HEROINE",),
        "reason_code": "A",
        "same_sex_officer": True,
    }
    return RecordTestResult(person_id=person_id, taken_on=on, **{**given, **answers})


def an_act(person_id: str, track: str, event: str, *, on: date, **answers: Any) -> PerformAct:
    """An act; what the order has no field for are its facts."""
    known = {"document_number", "signer_role", "signer_name", "happened_time", "details"}
    own = {name: answers.pop(name) for name in known & set(answers)}
    return PerformAct(person_id=person_id, track=track, event=event, happened_on=on, answers=answers, **own)


def signed_by_the_chief(**answers: Any) -> dict[str, Any]:
    return {"signer_role": "CA_CHIEF", "signer_name": "Người Ký", **answers}


def a_decision(person_id: str, *, on: date, **answers: Any) -> PerformAct:
    return an_act(person_id, "A", "ManagementDecided", on=on, **signed_by_the_chief(**answers))


def a_stop(person_id: str, *, on: date, **answers: Any) -> PerformAct:
    return an_act(person_id, "A", "StopDecided", on=on, **signed_by_the_chief(**{"reason": "PRISON", **answers}))


def imprisoned(person_id: str, *, since: date, until: date | None = None) -> RecordCircumstance:
    return RecordCircumstance(person_id=person_id, kind="PRISON", since_on=since, until_on=until)


def an_end(person_id: str, *, on: date, **answers: Any) -> PerformAct:
    return an_act(person_id, "A", "EndDecided", on=on, **signed_by_the_chief(**answers))
