"""An office of any service at work, made of nothing but what the service declares: two units, their records, its people.

The records are made through the service's own API, with answers that fit the kind of each question.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from marshmallow import fields
from sqlalchemy import select

from chassis.envelope import Envelope
from chassis.forms import DateAnswer, IntegerAnswer, SeveralAnswer, YesNoAnswer
from chassis.forms.asking import asked
from chassis.testing import START, running
from chassis.web import Operation
from chassis.web.routing import variables
from chassis.web.testing import Console, Program, Visitor
from contracts import CATALOGUE, base
from contracts.base import shapes
from tests.architecture.services_here import definition

HERE, ELSEWHERE = "09385", "09379"
TODAY = START.date().isoformat()

# What no kind of question tells by itself: numbers of papers, times, days that lie ahead, what a deed later needs.
FITTING: Mapping[str, Any] = {
    "birth_date": "1990",
    "choice_moved_old_case": "FROM_NEW_DECISION",
    "document_number": "45/QĐ-CAP",
    "expires_on": "2027-12-31",
    "from_commune": "09379",
    "full_name": "Trần Văn Mẫu",
    "guardian_present": True,
    "id_number": "027090000001",
    "id_type": "CCCD",
    "into_number": "027090000001",
    "period": "P-Q:2026-Q3",
    "permanent_address": "Số 5 phố Mẫu",
    "product_code": "TEST5",
    "result": "POSITIVE",
    "same_sex_officer": True,
    "sex": "MALE",
    "sessions": 1,
    "attendances": 30,
    "taken_time": "08:00",
    "to_commune": "09379",
    "dossier_time": "08:00",
    "received_time": "08:00",
    "handed_time": "08:00",
    "qualification": "TAM_THAN",
}
# Who helps is not who is helped.
OF_ONE_DEED: Mapping[str, Mapping[str, Any]] = {"add_team_member": {"full_name": "Lê Thị Giúp"}}
ANSWERED_THOUGH_OPTIONAL = {"substances", *FITTING}
ANOTHER_NUMBER = "027090000002"
FOR_SIGNATURE = {"how": "FOR_SIGNATURE"}
# Counted in transactions of their own: who knocks, and when a key was last used.
ABOUT_VISITS = {"session_token", "sign_in_failure", "api_token"}
# Figures are kept when somebody looks at them, also beside a form that is drawn again (decision 0005).
KEPT_WHEN_LOOKED_AT = {"indicator_value"}


@dataclass
class Office:
    """One service with two units. ``here`` and ``elsewhere`` hold a record of each kind, by the name it has in addresses."""

    console: Console
    program: Program
    clerk: Visitor
    here: dict[str, str] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)
    _without: dict[str, Visitor] = field(default_factory=dict)

    @property
    def operations(self) -> list[Operation]:
        """Return everything that can be done here."""
        declared = self.console.runtime.definition.routes.all
        return [route.operation for route in declared if route.operation and route.kind == "api"]

    def operation(self, name: str) -> Operation:
        """Return one of them."""
        return next(each for each in self.operations if each.name == name)

    def address(self, rule: str, *, of: str = HERE) -> str:
        """Return an address with the records of a unit in it."""
        known = self.here if of == HERE else self.elsewhere
        for name in variables(rule):
            rule = rule.replace(f"<{name}>", known[name])
        return rule

    def answers(self, operation: Operation, *, of: str = HERE) -> dict[str, Any]:
        """Return answers to all that must be answered."""
        known = self.here if of == HERE else self.elsewhere
        form = operation.form(today=START.date())
        answers = {
            name: _answer(name, question, known)
            for name, question in form.fields.items()
            if asked(question).needed or name in ANSWERED_THOUGH_OPTIONAL
        }
        return answers | OF_ONE_DEED.get(operation.name, {})

    def somebody_without(self, action: str) -> Visitor:
        """Return somebody signed in whose role may not do this."""
        if action not in self._without:
            permissions = self.console.runtime.definition.permissions
            lacking = sorted(set(permissions.roles) - set(permissions.roles_that_may(action)))
            self._without[action] = self.console.signed_in(*lacking[:1], username=f"without.{action}")
        return self._without[action]

    def everything(self) -> dict[str, str]:
        """Return a digest of each table: state, outbox, audit and all else that a refusal leaves as it was."""
        with self.console.runtime.store.reading() as session:
            return {
                table.name: hashlib.sha256(repr(sorted(map(repr, session.execute(select(table))))).encode()).hexdigest()
                for table in self.console.runtime.definition.metadata.sorted_tables
                if table.name not in ABOUT_VISITS | KEPT_WHEN_LOOKED_AT
            }


@contextmanager
def an_office(service: str, *, database: str, folder: Path) -> Iterator[Office]:
    """Run a service on an empty database and give both units records of every kind that addresses name."""
    with running(definition(service), database=database, folder=folder, units=f"{HERE},{ELSEWHERE}") as runtime:
        console = Console(runtime)
        clerk = console.signed_in(*console.runtime.definition.permissions.roles, username="clerk")
        office = Office(console, a_program(console, HERE), clerk)
        settle(office, office.program, HERE)
        settle(office, a_program(console, ELSEWHERE), ELSEWHERE)
        yield office


def a_program(console: Console, unit: str, *, signs: bool = True) -> Program:
    """Return a program with every role, or with those that sign nothing: who drafts a document is not who signs it."""
    permissions = console.runtime.definition.permissions
    to_sign = [action for action in permissions.actions if action.endswith(".sign") and not signs]
    signers = {role for action in to_sign for role in permissions.roles_that_may(action)}
    roles = sorted(set(permissions.roles) - signers)
    scopes = sorted(permissions.allowed_actions(roles))
    return console.program(*roles, scopes=scopes, username=f"program-{unit}{'' if signs else '-drafts'}", unit=unit)


def settle(office: Office, program: Program, unit: str) -> None:
    """Do what can be done until every record that an address names is there."""
    known = office.here if unit == HERE else office.elsewhere
    wanted = {name for operation in office.operations for name in variables(operation.api or "")}
    _hear_of(office, wanted - set(known), known, unit)
    if "merge_id" in wanted:
        known |= _merge_two(office, program, unit)
    drafter = a_program(office.console, unit, signs=False)
    refused: list[str] = []
    for _round in wanted:
        for operation in office.operations:
            if wanted <= set(known) or operation.load or not _asks_about(operation) <= set(known):
                continue
            answers, address = office.answers(operation, of=unit), office.address(operation.api or "", of=unit)
            if "proposal_id" in wanted - set(known) and FOR_SIGNATURE.keys() <= operation.form.declared().keys():
                answers |= FOR_SIGNATURE
            answer = program.send("POST", address, answers)
            if answer.status_code == 403:
                answer = drafter.send("POST", address, answers)
            if answer.status_code == 201:
                named = {name: value for name, value in answer.json.items() if name in wanted or name.endswith("_id")}
                known |= {name: value for name, value in named.items() if value is not None and name not in known}
            else:
                refused.append(f"{address} {answers}: {answer.text}")
    assert wanted <= set(known), "\n".join([f"no record for {sorted(wanted - set(known))}", *refused])


def _merge_two(office: Office, program: Program, unit: str) -> dict[str, str]:
    """Register somebody twice and say so; the record that goes is none of those that addresses name."""
    register, merge = office.operation("register_person"), office.operation("merge_people")
    answers = office.answers(register, of=unit)
    kept = program.send("POST", register.api or "", answers)
    other = program.send("POST", register.api or "", answers | {"id_number": ANOTHER_NUMBER})
    assert (kept.status_code, other.status_code) == (201, 201), other.text
    gone = (merge.api or "").replace("<person_id>", other.json["person_id"])
    merged = program.send("POST", gone, office.answers(merge, of=unit))
    assert merged.status_code == 201, merged.text
    (merge_of_both,) = program.get(f"/api/v1/people/{kept.json['person_id']}/merges").json["items"]
    return {"merge_id": merge_of_both["merge_id"], "person_id": kept.json["person_id"]}


def _hear_of(office: Office, wanted: set[str], known: dict[str, str], unit: str) -> None:
    """Hear of records that only another agency makes: for each kind the first event about one that the service listens to."""
    runtime = office.console.runtime
    for position, (type_, fact) in enumerate(CATALOGUE.items(), start=1):
        agency = type_.partition(".")[0]
        if fact.SUBJECT not in wanted - set(known):
            continue
        if not any(hears.service == agency and hears.wants(type_) for hears in runtime.definition.hears):
            continue
        known[fact.SUBJECT] = f"heard-{fact.SUBJECT}-{unit}"
        heard = fact(**{name: _told(name, shape, known) for name, shape in shapes(fact).items()})
        envelope = Envelope(
            event_id=f"{position}-{unit}", source=f"/units/{unit}/{agency}", type=type_, subject=base.subject_of(heard),
            recorded_at=START, position=position, subject_version=1, occurred_on=START.date(), unit=unit,
            data=msgspec.Raw(msgspec.json.encode(base.dump(heard))),
        )  # fmt: skip
        runtime.inbox.receive([envelope])


def _told(name: str, shape: base.Shape, known: Mapping[str, str]) -> Any:
    if shape.many:
        return ()
    if shape.base is date:
        return START.date()
    if shape.base is not str:
        return shape.base(1)
    one_of = shape.rule.one_of if isinstance(shape.rule, base.Word) else ()
    return known.get(name) or (one_of[0] if one_of else "MAU-01")


def _asks_about(operation: Operation) -> set[str]:
    """Return the kinds of records that must be there before this can be done."""
    questions = operation.form.declared()
    in_form = {name for name, question in questions.items() if asked(question).needed and name.endswith("_id")}
    return in_form | set(variables(operation.api or ""))


def _answer(name: str, question: fields.Field[Any], known: Mapping[str, str]) -> Any:
    if name in known:
        return known[name]
    of_several = {"places": "place_id", "staff": "staff_id"}.get(name)
    if of_several:
        return [known[of_several]] if of_several in known else []
    if name in FITTING:
        return FITTING[name]
    if isinstance(question, DateAnswer):
        return TODAY
    if isinstance(question, IntegerAnswer):
        return 1
    if isinstance(question, YesNoAnswer):
        return True
    choices = list(asked(question).offered(None))
    if isinstance(question, SeveralAnswer):
        return choices[:1]
    return choices[0] if choices else "MAU-01"
