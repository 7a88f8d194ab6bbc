"""What the stories of the culture office are made of: an office at work, and orders with everything but what matters."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from chassis.clock import Clock
from chassis.service import Runtime
from chassis.testing import UNIT, an_actor, running
from chassis.web.testing import Console
from services.campaigns import commands, handlers
from services.campaigns.service import SERVICE
from services.campaigns.tables import Activity, Campaign, Place, SupportCase

ELSEWHERE = "09379"
TODAY = date(2026, 11, 20)
RECORDER, VERIFIER = "acc-recorder", "acc-verifier"


@dataclass
class Office:
    """The office of one test: do things, ask things, look at what was announced and noted."""

    runtime: Runtime

    @property
    def console(self) -> Console:
        return Console(self.runtime)

    def do(self, handle: Callable[..., Any], command: Any, *, by: str = RECORDER, unit: str = UNIT) -> Any:
        """Carry out one command in its own transaction."""
        with self.runtime.unit_of_work(an_actor("campaigns", "VHXH", unit=unit, account_id=by)) as uow:
            return handle(command, uow)

    def ask(self, question: Callable[..., Any], *answers: Any, unit: str = UNIT, **more: Any) -> Any:
        """Ask one of the queries in a transaction that only reads."""
        with self.runtime.unit_of_work(an_actor("campaigns", "VHXH", unit=unit), writes=False) as uow:
            return question(uow.session, *answers, **more)

    def now_is(self, model: type[Any], record_id: str, *, unit: str = UNIT) -> Any:
        """One record as it is kept."""
        with self.runtime.unit_of_work(an_actor("campaigns", "VHXH", unit=unit), writes=False) as uow:
            return uow.get(model, record_id)

    def announced(self, unit: str = UNIT) -> list[str]:
        """The types of the events announced so far."""
        return [row.type for row in self._outbox(unit)]

    def last_said(self, unit: str = UNIT) -> dict[str, Any]:
        """What the last event says."""
        return dict(json.loads(self._outbox(unit)[-1].data))

    def everything(self) -> dict[str, list[Any]]:
        """Every row of every table: what a refusal leaves as it was, outbox and audit log among them."""
        with self.runtime.store.reading() as session:
            return {
                table.name: [tuple(row) for row in session.execute(table.select().order_by(*table.primary_key))]
                for table in self.runtime.definition.metadata.sorted_tables
            }

    def noted(self) -> list[tuple[str, str]]:
        """The audit entries: action and record."""
        audit = self.runtime.tables.audit.audit_entry
        with self.runtime.store.reading() as session:
            return [(row.action, row.record_id) for row in session.execute(audit.select().order_by(audit.c.position))]

    def _outbox(self, unit: str) -> list[Any]:
        outbox = self.runtime.tables.outbox.outbox
        with self.runtime.store.reading() as session:
            return list(session.execute(outbox.select().where(outbox.c.unit_code == unit).order_by(outbox.c.written)))


@contextmanager
def an_office(*, database: str, folder: Path, clock: Clock | None = None) -> Iterator[Office]:
    """Run the office on an empty database, for this unit and another one."""
    with running(SERVICE, database=database, folder=folder, clock=clock, units=f"{UNIT},{ELSEWHERE}") as runtime:
        yield Office(runtime)


# -- orders --------------------------------------------------------------------------------------------------------------------


def a_place(office: Office, *, unit: str = UNIT, **changes: Any) -> Place:
    answers = {"kind": "TDP", "name": "Tổ dân phố số 1", "since_on": date(2020, 1, 1), "size": 200}
    return office.do(handlers.register_place, commands.RegisterPlace(**(answers | changes)), unit=unit)


def a_campaign(office: Office, *, unit: str = UNIT, **changes: Any) -> Campaign:
    answers = {
        "kind": "THUONG_XUYEN",
        "name": "Tuyên truyền năm 2026",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "plan_number": "190/KH-UBND",
    }
    return office.do(handlers.open_campaign, commands.OpenCampaign(**(answers | changes)), unit=unit)


def an_activity(office: Office, campaign: Campaign, **changes: Any) -> Activity:
    """An activity that is planned."""
    answers = {
        "campaign_id": campaign.campaign_id,
        "kind": "TUYEN_TRUYEN_TRUC_TIEP",
        "subject": "Nói chuyện tại nhà văn hóa",
        "organiser": "TDP",
        "planned_on": date(2026, 11, 10),
    }
    return office.do(handlers.plan_activity, commands.PlanActivity(**(answers | changes)))


def delivered(office: Office, activity: Activity, *, by: str = RECORDER, **changes: Any) -> Activity:
    answers = {"activity_id": activity.activity_id, "delivered_on": date(2026, 11, 10)}
    results = changes or {"sessions": 1, "attendances": 60}
    return office.do(handlers.deliver_activity, commands.DeliverActivity(**(answers | results)), by=by)


def verified(office: Office, activity: Activity, *, by: str = VERIFIER, on: date = date(2026, 11, 12)) -> Activity:
    command = commands.VerifyActivity(activity_id=activity.activity_id, verified_on=on)
    return office.do(handlers.verify_activity, command, by=by)


def rejected(office: Office, activity: Activity, *, on: date = date(2026, 11, 12)) -> Activity:
    command = commands.RejectResults(activity_id=activity.activity_id, cancelled_on=on)
    return office.do(handlers.reject_results, command, by=VERIFIER)


def cancelled(office: Office, activity: Activity) -> Activity:
    command = commands.CancelActivity(activity_id=activity.activity_id, cancelled_on=TODAY)
    return office.do(handlers.cancel_activity, command)


def a_support_case(office: Office, **changes: Any) -> SupportCase:
    answers = {
        "referral_ref": "GT-2026-0001",
        "need": "VAY_VON",
        "organisation": "MTTQ",
        "opened_on": date(2026, 11, 1),
    }
    return office.do(handlers.open_support_case, commands.OpenSupportCase(**(answers | changes)))
