"""The whole matrix of domain.md 13.3 against a running registry: every role, row, deed and state of the record, 0 cells differ.

``access_matrix.yml`` is the matrix as the specification prints it. What the service does is found by asking over HTTP: records,
lists, searches and every address behind a right. Where a right has no address of its own yet, the table of rights is asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis.accounts import find_by_username
from chassis.clock import FrozenClock
from chassis.testing import START, an_actor
from chassis.web.testing import Console, Visitor
from services.registry.domain.access import PersonFacts
from services.registry.law import law
from services.registry.permissions import MATRIX, PERMISSIONS
from services.registry.tables import Proposal
from tests.registry.access import LEGACY, R4, a_case, a_draft, in_care, restricted
from tests.registry.builders import OFFICER, Registry, a_registry

WRITTEN: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "access_matrix.yml").read_text("utf-8"))
ROLES, ROWS = list(WRITTEN["roles"]), list(WRITTEN["rows"])
STATES = ("plain", "assigned", "awaiting", "restricted")
DEEDS = ("W", "S", "P", "X", "C")
TRACKS = {
    "User management (R4)": ("A", R4, "MANAGED"),
    "User management (R1–R3 legacy)": ("A", LEGACY, "MANAGED"),
    "Determination": ("B", R4, "REQUESTED"),
    "Voluntary rehab": ("D", R4, "IN_REHAB"),
    "Compulsory dossier": ("F", R4, "DOSSIER_OPEN"),
    "Post-rehab": ("G", R4, "ACTIVE"),
    "E-monitoring": ("H", R4, "DECIDED"),
    "OST": ("E", R4, "ACTIVE"),
}  # fmt: skip
REGIMES = {row: regime for row, (_track, regime, _state) in TRACKS.items()}
POLICE = {"CA_CHIEF", "CA_DEPUTY", "CA_OFFICER"}
COMMITTEE = ["UB_CHAIR", "UB_VICE"]


@dataclass
class Ward:
    """A registry with one person for each row and state, and somebody signed in for each role."""

    registry: Registry
    console: Console
    people: dict[tuple[str, str], Any] = field(default_factory=dict)
    visitors: dict[str, Visitor] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    asked: set[tuple[str, str]] = field(default_factory=set)

    def get(self, role: str, path: str) -> Any:
        return self.visitors[role].get(path)

    def send(self, role: str, path: str, json: Any, method: str = "POST") -> Any:
        return self.visitors[role].client.open(
            path, method=method, json=json, headers={"X-CSRF-Token": self.tokens[role], "If-Match": '"1"'}
        )


@pytest.fixture(scope="module")
def ward(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    folder = tmp_path_factory.mktemp("access")
    with a_registry(database=database, folder=folder, clock=FrozenClock(START)) as registry:
        ward = Ward(registry, Console(registry.runtime))
        for role in ROLES:
            username = role.lower().replace("_", "-")
            ward.visitors[role] = ward.console.signed_in(role, username=username)
            ward.tokens[role] = ward.visitors[role].csrf("/password")
            with registry.runtime.store.reading() as session:
                ward.accounts[role] = find_by_username(session, registry.runtime.tables.accounts, username).account_id
        for place, row in enumerate(row for row in ROWS if row != "HIV, clinical notes"):
            for turn, state in enumerate(STATES):
                ward.people[row, state] = _a_person(ward, row, state, number=place * 10 + turn)
        yield ward


def _a_person(ward: Ward, row: str, state: str, *, number: int) -> Any:
    word = ["Kỳ", "Lân", "Phụng", "Quy", "Long", "Hạc", "Mai", "Trúc", "Cúc"][number // 10]
    name = f"Hoàng {word}{'abcd'[number % 10]} Minh"
    person = ward.registry.somebody(
        full_name=name,
        id_number=f"02709000{4000 + number:04}",
        details={"phone": "0912345678", "permanent_address": "Số 5 phố Hoa Lan", "father_name": "Hoàng Văn Cha"},
    )
    with ward.registry.runtime.unit_of_work(OFFICER) as uow:
        if row in TRACKS:
            track, regime, state_of_case = TRACKS[row]
            a_case(uow, person.person_id, track, regime, state=state_of_case, is_open=state != "restricted")
        if state == "assigned":
            in_care(uow, person.person_id, ward.accounts["HELPER"])
        if state == "awaiting":
            a_draft(uow, person.person_id, TRACKS.get(row, ("G",))[0], "Decided", COMMITTEE)
        if state == "restricted":
            restricted(uow, person.person_id)
    return person


# -- what is written -----------------------------------------------------------------------------------------------------------


def cell(role: str, row: str) -> Mapping[str, Any]:
    """What the specification gives to a role in a row, in the words of its meaning."""
    column = WRITTEN["roles"][role]
    if column == "NONE":
        return {}
    said = dict(WRITTEN["meanings"][WRITTEN["rows"][row][WRITTEN["columns"].index(column)]])
    if role == "CA_DEPUTY" and row == "E-monitoring":
        said["acts"] = [*said["acts"], "S"]
    return said


def written_reading(role: str, row: str, state: str) -> str:
    """R, r or – for a record in a state."""
    said = cell(role, row)
    read = said.get("read", "–")
    if state == "restricted":  # nobody's identity without breaking the glass; whoever may break it is told so
        return "–" if role in POLICE or role == "HELPER" or (role == "VHXH" and read == "R") else read.lower()
    return str(said.get(state, read))


def written_deed(role: str, row: str, deed: str) -> bool:
    return deed in cell(role, row).get("acts", [])


# -- what the service does -----------------------------------------------------------------------------------------------------


def seen_reading(ward: Ward, role: str, row: str, state: str) -> str:
    """Ask for the record and, in a track, for its case: R with the name, r without it, – not at all."""
    person = ward.people[row, state]
    answer = ward.get(role, f"/api/v1/people/{person.person_id}")
    page = ward.get(role, f"/people/{person.person_id}")
    assert answer.status_code == page.status_code or (answer.status_code, page.status_code) == (403, 403)
    if answer.status_code != 200:
        assert person.full_name.upper() not in page.text
        return "–"
    named = answer.json.get("full_name") == person.full_name
    assert (person.full_name.upper() in page.text) == named
    if not named:
        assert set(answer.json) <= {"person_id", "person_key", "state", "registered_on", "details"}
        assert answer.json.get("details", {}) == {}
    if row in TRACKS and not _case_of(ward, role, row, person.person_id):
        return "–"
    return "R" if named else "r"


def _case_of(ward: Ward, role: str, row: str, person_id: str) -> Mapping[str, Any] | None:
    answer = ward.get(role, f"/api/v1/people/{person_id}/cases")
    track, regime, _state = TRACKS[row]
    if answer.status_code != 200:
        return None
    return next((case for case in answer.json["items"] if (case["track"], case["regime"]) == (track, regime)), None)


def seen_right(ward: Ward, role: str, right: str, row: str) -> bool:
    """Ask every address behind a right, once; they agree with the table of rights."""
    regime = REGIMES.get(row) if right.endswith((".sign", ".prepare")) else None
    said = PERMISSIONS.may(an_actor("registry", role), right, regime)
    if (role, right) in ward.asked:
        return said
    ward.asked.add((role, right))
    for route in ward.console.application.routes:
        if route.may != right:
            continue
        for method in sorted(route.methods - {"HEAD"}):
            path = _filled(route.rule)
            answer = ward.get(role, path) if method == "GET" else ward.send(role, path, {}, method)
            assert answer.status_code < 500, f"{role} {method} {path}: {answer.status_code}"
            assert (answer.status_code != 403) == said, f"{role} {method} {path}: {answer.status_code}"
    return said


def _filled(rule: str) -> str:
    while "<" in rule:
        before, _open, rest = rule.partition("<")
        rule = f"{before}x{rest.partition('>')[2]}"
    return rule


def seen_deed(ward: Ward, role: str, row: str, deed: str) -> bool:
    rights = WRITTEN["rights"][row].get(deed, [])
    found = {right: seen_right(ward, role, right, row) for right in rights}
    assert len(set(found.values())) <= 1, f"{role} {row} {deed}: {found}"
    return bool(found) and all(found.values())


# -- the comparison ------------------------------------------------------------------------------------------------------------


def readings(ward: Ward) -> Iterator[tuple[str, str, str, str, str]]:
    for row in ROWS:
        for role in ROLES:
            for state in STATES:
                if (row, state) in ward.people and not (state == "awaiting" and not _committee_signs(row)):
                    yield (
                        row,
                        role,
                        f"read, {state}",
                        written_reading(role, row, state),
                        seen_reading(ward, role, row, state),
                    )


def _committee_signs(row: str) -> bool:
    return row == "Person, drug profile" or "S" in cell("UB_CHAIR", row).get("acts", [])


def deeds(ward: Ward) -> Iterator[tuple[str, str, str, str, str]]:
    for row in ROWS:
        for role in ROLES:
            for deed in DEEDS:
                written, seen = written_deed(role, row, deed), seen_deed(ward, role, row, deed)
                yield row, role, deed, deed if written else "–", deed if seen else "–"


@pytest.fixture(scope="module")
def compared(ward: Ward) -> list[tuple[str, str, str, str, str]]:
    return [*readings(ward), *deeds(ward)]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("row", ROWS)
def test_a_role_does_in_a_row_what_the_specification_says(compared, row, role):
    own = [each for each in compared if each[:2] == (row, role)]

    assert own
    assert [each for each in own if each[3] != each[4]] == []


def test_no_cell_differs(compared, tmp_path):
    """Prints the matrix and writes it into the folder of the test."""
    differing = [each for each in compared if each[3] != each[4]]
    lines = [f"access matrix: {len(compared)} cells, {len(differing)} differ", "", *_table(compared)]
    (tmp_path / "access_matrix.txt").write_text("\n".join(lines), "utf-8")
    print("\n".join(lines))

    assert differing == []
    assert len(compared) > 1500


def _table(compared: list[tuple[str, str, str, str, str]]) -> Iterator[str]:
    kinds = list(dict.fromkeys(each[2] for each in compared))
    found = {each[:3]: each[4] for each in compared}
    for row in ROWS:
        yield f"{row:32} {' '.join(f'{kind:>16}' for kind in kinds)}"
        for role in ROLES:
            letters = [found.get((row, role, kind), "") for kind in kinds]
            yield f"  {role:30} {' '.join(f'{letter:>16}' for letter in letters)}"


# -- signing -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("row", "form", "event"), [(row, *each) for row, forms in WRITTEN["forms"].items() for each in forms.items()]
)
def test_a_form_is_signed_by_whom_the_specification_says(ward, role, row, form, event):
    """The law's data names the deciders of the form, the matrix names who signs on the track; both must agree."""
    said = cell(role, row)
    expected = "S" in said.get("acts", []) and ("forms" not in said or form in said["forms"])
    if role in COMMITTEE and "forms" not in said:
        expected = False
    track, regime, _state = TRACKS[row]

    assert MATRIX.may_sign([role], track, regime=regime, form=form) == (expected or _signs_all(said, form))
    if event is None:
        return
    under = law().tracks[track].transition(event).under_regime(regime)
    person = ward.people[row, "plain"]
    with ward.registry.runtime.unit_of_work(OFFICER) as uow:
        draft = a_draft(uow, person.person_id, track, event, list(under.deciders))
        draft_id = draft.proposal_id
    answer = ward.send(role, f"/api/v1/proposals/{draft_id}/signature", {"signer_name": "Người Ký"})
    with ward.registry.runtime.unit_of_work(OFFICER) as uow:
        uow.session.delete(uow.get(Proposal, draft_id))
    assert under.form == form
    assert answer.status_code < 500, answer.text
    assert (answer.status_code not in {403, 404}) == expected, answer.text


def _signs_all(said: Mapping[str, Any], form: str) -> bool:
    return "S" in said.get("acts", []) and "forms" not in said


def test_under_the_earlier_law_the_committee_signed_and_under_the_new_one_the_chief():
    for role, regimes in {"CA_CHIEF": {R4}, "UB_CHAIR": {LEGACY}, "UB_VICE": {LEGACY}, "CA_DEPUTY": set()}.items():
        somebody = an_actor("registry", role)
        assert {each for each in (R4, LEGACY) if PERMISSIONS.may(somebody, "user_management.sign", each)} == regimes
        assert {each for each in (R4, LEGACY) if MATRIX.may_sign([role], "A", regime=each)} == regimes


# -- lists, searches, lines ----------------------------------------------------------------------------------------------------


def _everybody(ward: Ward, role: str, path: str) -> list[Mapping[str, Any]] | None:
    found: list[Mapping[str, Any]] = []
    cursor = ""
    while True:
        answer = ward.get(role, f"{path}{cursor}")
        if answer.status_code != 200:
            return None
        found += answer.json["items"]
        if answer.json["next"] is None:
            return found
        cursor = f"{'&' if '?' in path else '?'}cursor={answer.json['next']}"


@pytest.mark.parametrize("role", ROLES)
def test_the_list_says_no_more_than_the_record(ward, role):
    listed = _everybody(ward, role, "/api/v1/people")
    expected: dict[str, str] = {}
    for (_row, state), person in ward.people.items():
        if role in POLICE:
            expected[person.person_id] = "r" if state == "restricted" else "R"
        else:
            own = written_reading(role, "Person, drug profile", state)
            expected[person.person_id] = own

    if listed is None:
        assert set(expected.values()) <= {"–"} or role == "VHXH"
        return
    seen = {line["person_id"]: "R" if "full_name" in line else "r" for line in listed}
    names = {person.person_id: person.full_name for person in ward.people.values()}
    assert all(line["full_name"] == names[line["person_id"]] for line in listed if "full_name" in line)
    if role == "PROV_CA":  # counts by reference: identity of a dossier is asked for by its own address
        expected = dict.fromkeys(expected, "r")
    assert seen == {person_id: letter for person_id, letter in expected.items() if letter != "–"}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("by", ["name", "number"])
def test_who_may_not_read_a_field_cannot_search_by_it(ward, role, by):
    for (row, state), person in ward.people.items():
        asked = person.full_name if by == "name" else person.id_number
        answer = ward.get(role, f"/api/v1/people?q={asked}")
        page = ward.get(role, f"/people?q={asked}")
        found = answer.status_code == 200 and [line["person_id"] for line in answer.json["items"]] == [person.person_id]
        expected = state != "restricted" and (
            role in POLICE
            or (role in COMMITTEE and state == "awaiting")
            or (role == "HELPER" and state == "assigned" and by == "name")
        )
        assert found == expected, (role, row, state)
        assert (f"/people/{person.person_id}" in page.text) == expected
        assert answer.status_code == (200 if PERMISSIONS.may(an_actor("registry", role), "person.list") else 403)


@pytest.mark.parametrize("role", ROLES)
def test_the_list_of_managed_people_follows_the_rows_of_user_management(ward, role):
    listed = _everybody(ward, role, "/api/v1/user-management-cases?show=all")
    seen = {line["person"]["person_id"]: "full_name" in line["person"] for line in listed or []}
    may = PERMISSIONS.may(an_actor("registry", role), "user_management.list")

    assert (listed is not None) == may
    for row in ("User management (R4)", "User management (R1–R3 legacy)"):
        for state in ("plain", "assigned"):
            person_id = ward.people[row, state].person_id
            written = written_reading(role, row, state)
            if written == "–":
                assert person_id not in seen or role in COMMITTEE
            else:
                assert seen.get(person_id) == (written == "R"), (row, state)


@pytest.mark.parametrize("role", ROLES)
def test_a_helper_sees_name_and_contact_and_the_others_what_their_files_need(ward, role):
    answer = ward.get(role, f"/api/v1/people/{ward.people['Person, drug profile', 'assigned'].person_id}")
    if role == "HELPER":
        assert set(answer.json) == {"person_id", "person_key", "full_name", "details"}
        assert answer.json["details"] == {"phone": "0912345678"}
    elif role in POLICE:
        assert {"id_number", "birth_date", "sex"} <= set(answer.json)
        assert answer.json["details"]["father_name"] == "Hoàng Văn Cha"
    else:
        assert "full_name" not in (answer.json if answer.status_code == 200 else {})


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("row", TRACKS)
def test_what_was_written_in_a_case_is_open_only_with_who_it_is_about(ward, role, row):
    person_id = ward.people[row, "plain"].person_id
    case = _case_of(ward, role, row, person_id)
    acts = ward.get(role, f"/api/v1/people/{person_id}/acts")
    whole = written_reading(role, row, "plain") == "R" and not cell(role, row).get("lines_only")

    assert ("facts" in (case or {})) == whole
    assert bool(acts.status_code == 200 and acts.json["items"]) == whole
    if case:
        assert ward.get(role, f"/api/v1/cases/{case['case_id']}").status_code == 200


# -- the function itself -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("purpose", [*MATRIX.purposes, "CURIOSITY"])
def test_for_a_purpose_that_is_not_the_roles_nothing_is_open(role, purpose):
    facts = PersonFacts(assigned=True, awaiting=frozenset({role}))
    fields = MATRIX.fields_for([role], facts, purpose)

    if purpose not in MATRIX.purposes_of([role]):
        assert fields == frozenset()
    if purpose == "STATISTICS":
        assert fields <= {"reference", "status", "dates"}
    assert all(MATRIX.may_see([role], facts, name, purpose) == (name in fields) for name in MATRIX.fields)


def test_clinical_answers_are_no_field_at_all():
    answers = {answer for answers in MATRIX.fields.values() for answer in answers}

    assert answers.isdisjoint(MATRIX.never)
    assert {MATRIX.field_of("hiv"), MATRIX.field_of("nobody sorted this")} == {"other"}
