"""What the stories of the health station are made of: a station at work, and orders with everything but what matters."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from chassis.clock import Clock
from chassis.envelope import Envelope
from chassis.service import Runtime
from chassis.testing import START, UNIT, an_actor, running
from chassis.web.testing import Console
from contracts import base
from contracts.registry import UserManagementDecided, UserManagementEnded, UserManagementStopped
from services.health import commands, handlers
from services.health.service import SERVICE

ELSEWHERE = "09400"
NUMBER = "027090000001"
TODAY = date(2026, 11, 20)


@dataclass
class Station:
    """The station of one test: do things, ask things, look at what was announced and noted."""

    runtime: Runtime
    _heard: int = 0

    @cached_property
    def console(self) -> Console:
        return Console(self.runtime)

    def do(self, handle: Callable[..., Any], command: Any, *, unit: str = UNIT) -> Any:
        """Carry out one command in its own transaction, as the head of the station."""
        with self.runtime.unit_of_work(an_actor("health", "TYT_HEAD", unit=unit)) as uow:
            return handle(command, uow)

    def ask(self, question: Callable[..., Any], *answers: Any, unit: str = UNIT, **more: Any) -> Any:
        """Ask one of the queries in a transaction that only reads."""
        with self.runtime.unit_of_work(an_actor("health", "TYT_HEAD", unit=unit), writes=False) as uow:
            return question(uow.session, *answers, **more)

    def announced(self, unit: str = UNIT) -> list[str]:
        """The types of the events announced so far."""
        return [row.type for row in self._outbox(unit)]

    def told(self, unit: str = UNIT) -> str:
        """Everything announced so far, as it is sent."""
        return "\n".join(row.data for row in self._outbox(unit))

    def hear(self, *facts: Any, unit: str = UNIT) -> None:
        """Hear facts of the registry through the inbox, in this order, one delivery each."""
        for fact in facts:
            self._heard += 1
            self.runtime.inbox.receive([_an_envelope(fact, unit, self._heard)])

    def hear_versions(self, *said: tuple[Any, int]) -> None:
        """Hear facts that are these versions of their subject, in this order."""
        for fact, version in said:
            self._heard += 1
            envelope = _an_envelope(fact, UNIT, self._heard)
            self.runtime.inbox.receive([msgspec.structs.replace(envelope, subject_version=version)])

    def left(self) -> dict[str, int]:
        """How many rows each table holds: what a refusal leaves as it was."""
        return self.console.rows()

    def noted(self, action: str) -> list[Any]:
        """The audit entries of one action."""
        audit = self.runtime.tables.audit.audit_entry
        with self.runtime.store.reading() as session:
            return list(session.execute(audit.select().where(audit.c.action == action)))

    def _outbox(self, unit: str) -> list[Any]:
        outbox = self.runtime.tables.outbox.outbox
        with self.runtime.store.reading() as session:
            return list(session.execute(outbox.select().where(outbox.c.unit_code == unit).order_by(outbox.c.written)))


@contextmanager
def a_station(*, database: str, folder: Path, clock: Clock | None = None, **overrides: Any) -> Iterator[Station]:
    """Run the station on an empty database, for this unit and another one."""
    settings = {"units": f"{UNIT},{ELSEWHERE}"} | overrides
    with running(SERVICE, database=database, folder=folder, clock=clock, **settings) as runtime:
        yield Station(runtime)


# -- orders --------------------------------------------------------------------------------------------------------------------


def a_patient(station: Station, *, unit: str = UNIT, **changes: Any) -> Any:
    answers = {"full_name": "Nguyễn Văn Đức", "sex": "MALE", "birth_date": "1990", "personal_number": NUMBER}
    return station.do(handlers.register_patient, commands.RegisterPatient(**(answers | changes)), unit=unit)


def a_treatment(station: Station, patient: Any, *, unit: str = UNIT, **changes: Any) -> Any:
    answers = {"patient_id": patient.patient_id, "admitted_on": date(2026, 10, 1), "facility_code": "CS_METHADONE_01"}
    return station.do(handlers.admit_to_ost, commands.AdmitToOst(**(answers | changes)), unit=unit)


def a_session(station: Station, patient: Any, *, unit: str = UNIT, **changes: Any) -> Any:
    answers = {"patient_id": patient.patient_id, "held_on": TODAY, "kind": "Y_TE", "group": "NGUOI_SDTP"}
    return station.do(handlers.record_counselling, commands.RecordCounselling(**(answers | changes)), unit=unit)


def a_product(station: Station, *, unit: str = UNIT, **changes: Any) -> Any:
    answers = {"product_code": "TEST4", "name": "Test nhanh 4 chất", "panel": ["MOR", "MET"], "minimum_stock": 10}
    return station.do(handlers.register_kit_product, commands.RegisterKitProduct(**(answers | changes)), unit=unit)


def a_receipt(station: Station, *, unit: str = UNIT, **changes: Any) -> Any:
    answers = {
        "product_code": "TEST4",
        "lot_number": "L1",
        "expires_on": date(2027, 6, 30),
        "moved_on": date(2026, 11, 1),
        "quantity": 50,
    }
    return station.do(handlers.receive_kits, commands.ReceiveKits(**(answers | changes)), unit=unit)


def a_use(station: Station, lot_id: str, **changes: Any) -> Any:
    answers = {"lot_id": lot_id, "moved_on": TODAY, "quantity": 1}
    return station.do(handlers.use_kits, commands.UseKits(**(answers | changes)))


def a_course(station: Station, *staff: str, unit: str = UNIT, **changes: Any) -> Any:
    answers = {"name": "Tập huấn tư vấn", "organiser": "Sở Y tế", "held_on": date(2026, 11, 2), "staff": list(staff)}
    return station.do(handlers.open_course, commands.OpenCourse(**(answers | changes)), unit=unit)


def a_colleague(station: Station, *, unit: str = UNIT, name: str = "Trần Thị Mai") -> str:
    member = station.do(
        handlers.register_staff, commands.RegisterStaff(full_name=name, position="DIEU_DUONG"), unit=unit
    )
    return str(member.staff_id)


# -- what the registry says ----------------------------------------------------------------------------------------------------


def decided(person_key: str, *, case_id: str = "case-1", starts_on: date = date(2026, 9, 1)) -> UserManagementDecided:
    return UserManagementDecided(
        case_id=case_id,
        person_key=person_key,
        decided_on=starts_on,
        starts_on=starts_on,
        ends_on=starts_on.replace(year=starts_on.year + 1),
        regime="R4",
        decider_role="CA_CHIEF",
        test_id=None,
        form_code="PL3_M04",
    )


def stopped(person_key: str, *, stopped_on: date, case_id: str = "case-1") -> UserManagementStopped:
    return UserManagementStopped(
        case_id=case_id,
        person_key=person_key,
        stopped_on=stopped_on,
        reason="ADDICTED",
        regime="R4",
        form_code="PL3_M07",
    )


def ended(person_key: str, *, ended_on: date, case_id: str = "case-1") -> UserManagementEnded:
    return UserManagementEnded(
        case_id=case_id, person_key=person_key, ended_on=ended_on, regime="R4", form_code="PL3_M06"
    )


def _an_envelope(fact: Any, unit: str, position: int) -> Envelope:
    return Envelope(
        event_id=f"event-{position}",
        source=f"/units/{unit}/registry",
        type=base.type_of(fact),
        subject=base.subject_of(fact),
        recorded_at=START,
        position=position,
        subject_version=position,
        occurred_on=base.happened_on(fact),
        unit=unit,
        data=msgspec.Raw(msgspec.json.encode(base.dump(fact))),
    )
