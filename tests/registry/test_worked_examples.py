"""The worked examples of the specification, told to a running registry through its API, each act at its own time.

What the law files expect of an act (state, status, term, what is due next, or the refusal with its article) must be what the
registry answers. Results of determinations come as the station's events do; everything else is entered as an officer enters it.
"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from chassis.clock import LOCAL_ZONE
from chassis.envelope import Envelope
from chassis.testing import UNIT
from chassis.web.testing import Program
from services.registry.domain.history import Draft
from services.registry.handlers.acts import enter
from services.registry.law import FOLDER, law, worked_examples
from services.registry.pages.acts import event_slug
from services.registry.permissions import PERMISSIONS
from services.registry.tables import Case, Person
from tests.registry.builders import OFFICER
from tests.registry.health_says import a_result

ROLE = "CA_OFFICER"
TOLD = [example for example in worked_examples(FOLDER) if example.acts]


def at(text: str) -> datetime:
    """An act of a day alone is entered at noon of it."""
    moment = datetime.fromisoformat(text)
    return (moment if len(text) > len("2026-07-05") else moment.replace(hour=12)).replace(tzinfo=LOCAL_ZONE)


class Story:
    """One worked example under way."""

    def __init__(self, registry: Any, console: Any, clock: Any, example: Any) -> None:
        self.registry, self.clock, self.example = registry, clock, example
        clock.set(at(example.acts[0].at) - timedelta(minutes=1))
        self.console, self.account = console, console.account(ROLE, username="officer")
        self.person = self._person()

    @property
    def program(self) -> Program:
        """The officer's program, with a token of this hour: years pass between the acts."""
        scopes = sorted(PERMISSIONS.allowed_actions([ROLE]))
        return Program(self.console, self.console.token(self.account, scopes))

    def _person(self) -> dict[str, Any]:
        first = at(self.example.acts[0].at)
        born = first.year - int((self.example.person or {}).get("age", 25))
        answer = self.program.send(
            "POST", "/api/v1/people",
            {"full_name": "Trần Văn Mẫu", "sex": "MALE", "birth_date": f"{born}-01-15", "ethnic_group": "KINH",
             "id_type": "NONE", "no_id_reason": "minh hoạ", "permanent_address": "Số 1 phố Mẫu"},
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json
        return found

    def tell(self, act: Any) -> Any:
        """Enter an act at its time; return the API's answer, None for what was heard."""
        self.clock.set(at(act.at) + timedelta(minutes=1))
        if act.event == "PositiveTest":
            return self._test(act)
        if act.event in {"ResultAddicted", "ResultNotAddicted"}:
            return self._hear(act)
        if law().tracks[act.track].transition(act.event).by_system:
            return self._by_itself(act)
        return self._enter(act)

    def _test(self, act: Any) -> Any:
        moment = at(act.at)
        return self.program.send(
            "POST", f"/api/v1/people/{self.person['person_id']}/test-results",
            {"taken_on": moment.date().isoformat(), "taken_time": f"{moment:%H:%M}", "sample": "NUOC_TIEU", "result": "POSITIVE",
             "substances": ["HEROINE"], "reason_code": "A", "same_sex_officer": True},
        )  # fmt: skip

    def _hear(self, act: Any) -> None:
        addicted = act.event == "ResultAddicted"
        envelope: Envelope = a_result(
            self.person["person_key"], addicted=addicted, on=at(act.at).date(), at=self.clock.now()
        )
        assert self.registry.runtime.inbox.receive([envelope]) == 1

    def _by_itself(self, act: Any) -> None:
        """What follows from another act in life and stands alone in the example is entered as the program enters it."""
        facts = {
            name: date.fromisoformat(value) if name.endswith("_on") else value for name, value in act.facts.items()
        }
        draft = Draft(track=act.track, event=act.event, happened_at=at(act.at), facts=facts)
        runtime = self.registry.runtime
        with runtime.unit_of_work(runtime.itself(UNIT)) as uow:
            enter(uow, uow.get(Person, self.person["person_id"]), draft)

    def _enter(self, act: Any) -> Any:
        track = law().tracks[act.track]
        transition, moment = track.transition(act.event), at(act.at)
        answers: dict[str, Any] = {
            transition.on: moment.date().isoformat(),
            **{k: _answer(k, v) for k, v in act.facts.items()},
        }
        if transition.timed:
            answers[f"{transition.on.removesuffix('_on')}_time"] = f"{moment:%H:%M}"
        if act.number:
            answers["document_number"] = act.number
        if act.signer:
            answers |= {"signer_role": act.signer, "signer_name": "Người Ký"}
        address = f"/api/v1/people/{self.person['person_id']}/acts/{track.slug}/{event_slug(act.event)}"
        return self.program.send("POST", address, answers)

    def duties(self) -> dict[str, set[str]]:
        """What is due, as the API lists it: by rule, a day or an instant written as in the examples."""
        found: dict[str, set[str]] = {}
        for line in self.program.get("/api/v1/duties?within_days=1500").json["items"]:
            found.setdefault(line["rule"], set()).add(written(line["due"]))
        return found

    def case(self, track: str) -> dict[str, Any]:
        cases = self.program.get(f"/api/v1/people/{self.person['person_id']}/cases").json["items"]
        return next(case for case in cases if case["track"] == track)

    def status(self) -> str:
        found: str = self.program.get(f"/api/v1/people/{self.person['person_id']}").json["state"]
        return found


def _answer(name: str, value: Any) -> Any:
    kind = law().facts.get(name)
    if kind is not None and kind.kind == "FLAG":
        return "YES" if value else "NO"
    return value.isoformat() if isinstance(value, date) else value


def written(due: str) -> str:
    """A day stays as it is; an instant loses its seconds and its zone, which is that of Việt Nam."""
    return (
        due if len(due) == len("2026-07-05") else f"{datetime.fromisoformat(due).astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"
    )


def stated_due(example: Any, act: Any, rule: str) -> str | None:
    """By when, as the example states it of this rule: counted from this act where the rule stands there more than once."""
    stated = [each for each in example.dues if each.rule == rule and not each.confirming]
    if len(stated) > 1:
        stated = [each for each in stated if each.at == act.at]
    return stated[0].due if stated else None


def _wanted(story: Story, act: Any) -> None:
    """Check what an accepted act must have led to."""
    expect = act.expect
    case = story.case(act.track)
    assert case["state"] == expect.state
    if expect.status:
        assert story.status() == expect.status
    for name in ("starts_on", "ends_on"):
        wanted = getattr(expect, name)
        if wanted is not None:
            assert case[name] == wanted.isoformat(), name
    due = story.duties()
    assert set(expect.opens_duties) <= set(due)
    for rule in expect.opens_duties:
        stated = stated_due(story.example, act, rule)
        assert stated is None or due[rule] == {stated}, rule


@pytest.mark.parametrize("example", TOLD, ids=lambda example: f"example {example.number}")
def test_a_worked_example_gives_exactly_its_dates_statuses_and_refusals(registry, console, clock, example):
    story = Story(registry, console, clock, example)

    for act in example.acts:
        answer = story.tell(act)
        if act.expect.refused:
            assert answer.status_code in {409, 422}, f"{act.event}: {answer.text}"
            assert answer.json["code"] == act.expect.refused, answer.text
            if act.expect.article:
                assert act.expect.article in answer.json["detail"]
        else:
            assert answer is None or answer.status_code == 201, f"{act.event}: {answer.text}"
            _wanted(story, act)


# -- example 9: a classification -------------------------------------------------------------------------------------------------


def in_state(uow: Any, person: Person, track: str, state: str, **facts: Any) -> None:
    """A case as far as the lists look at it."""
    uow.add(
        Case(case_id=uow.new_id(), unit_code=uow.unit, person_id=person.person_id, track=track, state=state,
             opened_on=date(2026, 3, 2), since_on=date(2026, 3, 2), starts_on=date(2026, 3, 2), regime="R4_L120",
             facts=facts, version=1)
    )  # fmt: skip


def test_the_worked_example_of_a_classification(registry, console):
    (example,) = [each for each in worked_examples(FOLDER) if each.number == 9]
    given, expect = example.figures[0].given, example.figures[0].expect
    people = [registry.somebody(id_number=f"0270900{number:05}") for number in range(14)]
    addicts, users, after = people[:9], people[9:12], people[12:]
    assert (len(addicts), len(users), len(after)) == (given["addicts"], given["users"], given["post_rehab"])
    with registry.runtime.unit_of_work(OFFICER) as uow:
        rows = {row.person_id: row for row in uow.session.scalars(select(Person))}
        for person in addicts:
            in_state(uow, rows[person.person_id], "C", "LISTED")
        for person in addicts[: given["ost"]]:
            in_state(uow, rows[person.person_id], "E", "ACTIVE")
        for person in addicts[given["ost"] : given["ost"] + given["home_rehab"]]:
            in_state(uow, rows[person.person_id], "D", "IN_REHAB", venue="HOME_COMMUNITY")
        for person in users:
            in_state(uow, rows[person.person_id], "A", "MANAGED")
        for person in after:
            in_state(uow, rows[person.person_id], "G", "ACTIVE")
    program = console.program("CA_CHIEF", scopes=sorted(PERMISSIONS.allowed_actions(["CA_CHIEF"])))

    inputs = program.get("/api/v1/classification-inputs").json
    sheet = program.get(f"/api/v1/classification-worksheet?population={given['population']}").json

    assert inputs["people_on_file"] == expect["numerator"]
    assert f"{float(sheet['people_share']) * 100:.4f} %".replace(".", ",") == expect["share"]
    assert sheet["met"]["a"] == expect["band"].removesuffix("-a")
    assert (sheet["drug_free"], sheet["proposed"]) == (expect["drug_free"], expect["class"])
