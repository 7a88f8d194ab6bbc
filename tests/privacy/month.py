"""A month in the ward: the simulator's people, and people made of canaries whom clerks enter by page and by API."""

import io
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import select, text, update

from chassis import logs
from chassis.clock import FrozenClock
from chassis.delivery import InProcess
from chassis.envelope import Envelope, encode
from chassis.messaging import FeedRpc
from chassis.service import Runtime
from chassis.testing import START, UNIT, an_actor, running
from chassis.web.testing import Console, Program, Visitor
from contracts.registry import DeterminationRequested
from embedded.simulator import Scale
from embedded.ward import SERVICES, Ward, definition_of
from tests.architecture.offices import Office, settle
from tests.privacy import books, canaries

KNOW_NOBODY = ("campaigns", "reporting")
TODAY, TYPED_TODAY = date(2026, 11, 20), "20/11/2026"
SEVERAL_KINDS = 5
SCALE = Scale(people=20, months=1, seed=7)
PERSON_CODES = {"sex": "MALE", "ethnic_group": "KHAC", "id_type": "CCCD"}
TEST_CODES = {
    "taken_on": TYPED_TODAY, "taken_time": "08:00", "sample": "NUOC_TIEU", "reason_code": "A", "same_sex_officer": "true",
    "result": "POSITIVE", "substances": "HEROINE",
}  # fmt: skip
NOTICE_CODES = {"document_number": "3/TB-CAP", "notice_received_on": TYPED_TODAY}
DECISION_CODES = {"document_number": "41/QĐ-CAP", "decided_on": TYPED_TODAY, "signer_role": "CA_CHIEF"}
STOP_CODES = {"document_number": "42/QĐ-CAP", "stopped_on": TYPED_TODAY, "signer_role": "CA_CHIEF", "reason": "PRISON"}
CANCELLATION_CODES = {"issued_on": TYPED_TODAY, "signer_role": "CA_CHIEF"}


@dataclass
class Month:
    """The four services after the month, and everything that was written and said meanwhile."""

    ward: Ward
    consoles: Mapping[str, Console]
    log: io.StringIO
    said: list[bytes] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def runtime(self, service: str) -> Runtime:
        return self.ward.runtimes[service]

    def clerk(self, service: str) -> Visitor:
        """Somebody with every role of a service at a browser."""
        return self._once(f"clerk-{service}", lambda: self.consoles[service].signed_in(*self._roles(service)))

    def officer(self) -> Visitor:
        """Somebody who drafts what another one signs."""
        return self._once("officer", lambda: self.consoles["registry"].signed_in("CA_OFFICER", username="officer"))

    def program(self, service: str) -> Program:
        """A program that may do everything that the roles may."""
        scopes = sorted(self.runtime(service).definition.permissions.allowed_actions(self._roles(service)))
        return self._once(
            f"program-{service}", lambda: self.consoles[service].program(*self._roles(service), scopes=scopes)
        )

    def fed(self) -> list[str]:
        """What each service answers over RPC when somebody asks for its whole log."""
        pages = []
        for runtime in self.ward.runtimes.values():
            service = type("Service", (FeedRpc,), {"runtime": runtime})()
            pages += service.feed(UNIT, 0)["events"]
        return pages

    def tables(self, service: str) -> dict[str, bytes]:
        """Every row of every table, as the database gives it."""
        runtime = self.runtime(service)
        with runtime.store.engine.connect() as connection:
            return {
                table.name: b"\n".join(
                    b" ".join(_raw(value) for value in row)
                    for row in connection.execute(text(f'SELECT * FROM "{table.name}"'))
                )
                for table in runtime.definition.metadata.sorted_tables
            }

    def files(self, service: str) -> bytes:
        """The bytes of a service's database files: what is deleted and what is not written back yet, too."""
        database = Path(str(self.runtime(service).store.url.database))
        return b"\n".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))

    def ids(self, service: str, table: str, column: str) -> list[str]:
        found = self.runtime(service).definition.metadata.tables[table].c[column]
        with self.runtime(service).store.reading() as session:
            return list(session.scalars(select(found).order_by(found)))

    def _roles(self, service: str) -> list[str]:
        return sorted(self.runtime(service).definition.role_labels)

    def _once(self, name: str, make: Any) -> Any:
        known: dict[str, Any] = self.__dict__.setdefault("_known", {})
        if name not in known:
            known[name] = make()
        return known[name]


@contextmanager
def a_month(*, database: str, folder: Path) -> Iterator[Month]:
    """Live a month and keep what it leaves."""
    with ExitStack() as stack:
        log = stack.enter_context(_logged())
        clock = FrozenClock(START)
        runtimes = [
            stack.enter_context(running(definition_of(name), database=database, folder=folder, clock=clock))
            for name in SERVICES
        ]
        ward = Ward(runtimes)
        month = Month(ward, {runtime.definition.name: Console(runtime) for runtime in runtimes}, log)
        stack.enter_context(_heard_by(month))
        ward.simulate(UNIT, SCALE)
        _at_the_police(month)
        _in_the_books(month)
        _at_the_station(month)
        _mistakes(month)
        _an_unforeseen_error(month)
        ward.deliver()
        yield month


# -- what people do ------------------------------------------------------------------------------------------------------------


def _at_the_police(month: Month) -> None:
    clerk, program = month.clerk("registry"), month.program("registry")
    here = _saved(clerk.submit("/people/new", canaries.PERSON | PERSON_CODES))
    _saved(clerk.submit(f"{here}/tests/new", canaries.TEST | TEST_CODES))
    cases, officer = f"{here}/acts/user-management", month.officer()
    verified = {"verified_on": TYPED_TODAY, "stable": "YES"}
    _saved(officer.submit(f"{cases}/residence-verified", canaries.VERIFIED | verified))
    _saved(officer.submit(f"{cases}/notice-received", canaries.NOTICE | NOTICE_CODES))
    _saved(officer.submit(f"{cases}/management-decided", canaries.DECISION | DECISION_CODES))
    _saved(officer.submit(f"{here}/circumstances/new", {"kind": "PRISON", "since_on": TYPED_TODAY}))
    _saved(officer.submit(f"{cases}/stop-decided", canaries.CLOSING | STOP_CODES))
    _annul(month, clerk)
    _draft(month, clerk, cases)
    corrected = {name: value for name, value in canaries.PERSON.items() if name != "id_number"}
    corrected |= {"sex": "MALE", "ethnic_group": "KINH"}
    _saved(clerk.submit(f"{here}/edit", corrected | {f"{name}_reason": "Đã xem lại" for name in corrected}))
    without = canaries.WITHOUT_PAPERS | PERSON_CODES | {"id_type": "NONE", "birth_date": "1988"}
    made = program.send("POST", "/api/v1/people", without, headers={"Idempotency-Key": "person-1"})
    assert made.status_code == 201, made.text


def _annul(month: Month, clerk: Visitor) -> None:
    acts = month.runtime("registry").definition.metadata.tables["act"]
    with month.runtime("registry").store.reading() as session:
        stop, document = session.execute(
            select(acts.c.act_id, acts.c.document_id)
            .where(acts.c.event == "StopDecided")
            .order_by(acts.c.act_id.desc())
            .limit(1)
        ).one()
    _saved(month.officer().submit(f"/documents/{document}/annul", canaries.CANCELLATION | CANCELLATION_CODES))
    _saved(clerk.submit(f"/acts/{stop}/annul", canaries.ANNULMENT))


def _draft(month: Month, clerk: Visitor, cases: str) -> None:
    """Two drafts for signature: one goes back unsigned, one waits."""
    draft = canaries.CLOSING | STOP_CODES | {"document_number": "", "how": "FOR_SIGNATURE"}
    for _once in range(2):
        _saved(month.officer().submit(f"{cases}/stop-decided", draft))
    waiting = month.ids("registry", "proposal", "proposal_id")[0]
    _saved(clerk.submit(f"/proposals/{waiting}/return", canaries.RETURNED))


def _in_the_books(month: Month) -> None:
    """A record of every kind that addresses name, and a line in each book in which all that is written freely is a canary."""
    office = Office(month.consoles["registry"], month.program("registry"), month.clerk("registry"))
    settle(office, office.program, UNIT)
    hand_out = office.operation("disclose_list")
    handed = office.program.send("POST", hand_out.api or "", office.answers(hand_out))
    assert handed.status_code == 201, handed.text
    kept = set()
    for operation in office.operations:
        if operation.form.__module__.startswith(books.BOOKS) and operation.form.command:
            written = books.written_freely(operation.form)
            answer = office.program.send(
                "POST", office.address(operation.api or ""), office.answers(operation) | written
            )
            kept |= set(written) if answer.status_code == 201 else set()
    assert len(kept) >= SEVERAL_KINDS, kept


def _at_the_station(month: Month) -> None:
    clerk, program = month.clerk("health"), month.program("health")
    here = _saved(clerk.submit("/patients/new", canaries.PATIENT | {"sex": "FEMALE"}))
    talk = {"held_on": TYPED_TODAY, "group": "NGUOI_SDTP"}
    _saved(clerk.submit(f"{here}/counselling/new", canaries.COUNSELLING | talk | {"kind": "TAM_LY"}))
    patient_id = here.rpartition("/")[2]
    hiv = canaries.HIV | {"held_on": str(TODAY), "group": "NGUOI_SDTP", "kind": "HIV"}
    sent = program.send("POST", f"/api/v1/patients/{patient_id}/counselling", hiv, headers={"Idempotency-Key": "hiv-1"})
    assert sent.status_code == 201, sent.text
    _at_the_doctors(month, here)
    staff = program.send("POST", "/api/v1/staff", canaries.STAFF | {"position": "DIEU_DUONG"})
    assert staff.status_code == 201, staff.text


def _at_the_doctors(month: Month, here: str) -> None:
    """Somebody has their addiction determined, up to the result in their hands; another one is asked for and does not come."""
    clerk = month.clerk("health")
    received = {"received_on": TYPED_TODAY, "received_time": "07:00"}
    case = _saved(clerk.submit(f"{here}/determinations/new", canaries.RECEPTION | received))
    marks = dict.fromkeys(("c1", "c2", "c3", "c4", "c5", "c6"), "MONTH")
    examined = {"examined_on": TYPED_TODAY, "simultaneous": "true"} | marks
    _saved(clerk.submit(f"{case}/examination", canaries.EXAMINATION | examined))
    concluded = {"conclusion": "ADDICTED", "concluded_on": TYPED_TODAY, "qualification": "DA_KHOA"}
    _saved(clerk.submit(f"{case}/conclusion", canaries.CONCLUSION | concluded))
    _saved(clerk.submit(f"{case}/signature", {}))
    handed = {"recipient": "PERSON", "handed_on": TYPED_TODAY, "handed_time": "07:30"}
    _saved(clerk.submit(f"{case}/copies/new", canaries.HANDED_OVER | handed))
    asked = DeterminationRequested(
        request_id="request-1",
        person_key="K1",
        requested_on=TODAY,
        ground="REUSE_MANAGED",
        requester="POLICE",
        regime="R4_L120",
    )
    with month.runtime("registry").unit_of_work(an_actor("registry")) as uow:
        uow.record(asked)
    month.ward.deliver()


def _mistakes(month: Month) -> None:
    """Send what is wrong, to every service, with a canary in each place where somebody could write one."""
    wrong = canaries.WRONG
    for service in SERVICES:
        clerk, program = month.clerk(service), month.program(service)
        before = month.consoles[service].rows()
        for route in list(month.runtime(service).definition.routes.all):
            for method in sorted(route.methods - {"GET", "HEAD"}):
                path = _filled(route.rule, wrong["number"])
                answers = {wrong["name"]: wrong["number"], "note": wrong["note"], "phone": wrong["phone"]}
                answer = (
                    program.send(method, path, answers, headers={"If-Match": '"1"'})
                    if route.kind == "api"
                    else clerk.client.post(path, data=answers)
                )
                assert 400 <= answer.status_code < 500, f"{method} {path}: {answer.status_code}"
                month.refused.append(answer.text)
        for path in (f"/api/v1/{wrong['number']}", f"/{wrong['name']}", f"/api/v1/people?{wrong['name']}=1"):
            month.refused.append(clerk.get(path, headers={"X-Correlation-Id": wrong["phone"]}).text)
        month.refused.append(program.client.post("/api/v1/people", data=wrong["name"].encode()).text)
        clerk.client.post("/sign-in", data={"username": wrong["name"], "password": wrong["note"]})
        assert month.consoles[service].rows() == before | {"audit_entry": month.consoles[service].rows()["audit_entry"]}
    referred = {"need": "VIEC_LAM", "organisation": "VHXH", "opened_on": str(TODAY)}
    for value in (wrong["name"], wrong["number"], wrong["phone"], wrong["name"].replace(" ", "_")):
        answer = month.program("campaigns").send("POST", "/api/v1/support_cases", referred | {"referral_ref": value})
        assert answer.status_code == 422, answer.text
    twice = canaries.PERSON | PERSON_CODES | {"full_name": "Người Khác", "birth_date": "1991-03-05"}
    known = month.program("registry").send("POST", "/api/v1/people", twice)
    assert known.status_code == 409, known.text
    month.refused.append(known.text)


def _an_unforeseen_error(month: Month) -> None:
    """Somebody damaged a row: opening it fails where nobody thought of it, and with a canary in hand."""
    for service, table in (("registry", "person"), ("health", "patient")):
        runtime = month.runtime(service)
        sealed = runtime.definition.metadata.tables[table]
        with runtime.store.begin() as session:
            whole = {row[0]: row[1] for row in session.execute(select(sealed.c[f"{table}_id"], sealed.c.sealed))}
            session.execute(update(sealed).values(sealed=b"\x00\x01\x00broken"))
        path = "/people" if service == "registry" else "/patients"
        answer = month.clerk(service).get(f"{path}?q=")
        assert answer.status_code == 500, answer.status_code
        month.refused.append(answer.text)
        with runtime.store.begin() as session:
            for record_id, value in whole.items():
                session.execute(update(sealed).where(sealed.c[f"{table}_id"] == record_id).values(sealed=value))


# -- keeping what is said and written ------------------------------------------------------------------------------------------


@contextmanager
def _heard_by(month: Month) -> Iterator[None]:
    """Keep everything that one service says to another, whoever carries it."""
    carry = InProcess.deliver_from

    def deliver(joined: InProcess, service: str, envelopes: Sequence[Envelope]) -> None:
        month.said.extend(encode(envelope) for envelope in envelopes)
        carry(joined, service, envelopes)

    with patch.object(InProcess, "deliver_from", deliver):
        yield


@contextmanager
def _logged() -> Iterator[io.StringIO]:
    """Log as a serving process does, at its most talkative, into memory."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(service="ward", level="DEBUG")
    kept = io.StringIO()
    for handler in root.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(kept)
    try:
        yield kept
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def _saved(answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return str(answer.location).partition("?")[0]


def _filled(rule: str, value: str) -> str:
    while "<" in rule:
        before, _open, rest = rule.partition("<")
        rule = f"{before}{value}{rest.partition('>')[2]}"
    return rule


def _raw(value: object) -> bytes:
    if isinstance(value, memoryview):
        return bytes(value)
    return value if isinstance(value, bytes) else str(value).encode()
