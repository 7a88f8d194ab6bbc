"""Whoever was shown is in the audit log, and the log cannot be changed behind its back."""

import re
from collections.abc import Iterator, Mapping
from html import unescape

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, select, update

from chassis.cli import main
from chassis.testing import UNIT
from chassis.unit_of_work import UnitOfWork
from chassis.web.routing import Route
from tests.privacy import canaries
from tests.privacy.month import Month, a_month

PEOPLE = {"registry": ("person", "person_id"), "health": ("patient", "patient_id")}
TABLE_OF = {
    "person_id": "person",
    "case_id": "legal_case",
    "act_id": "act",
    "proposal_id": "proposal",
    "circumstance_id": "circumstance",
    "merge_id": "person_merge",
    "document_id": "document",
    "disclosure_id": "disclosure",
    "import_id": "workbook_import",
    "stay_id": "residence",
    "check_id": "residence_check",
    "incident_id": "use_incident",
    "test_id": "test_result",
    "team_id": "team",
    "member_id": "team_member",
    "assignment_id": "assignment",
    "visit_id": "support_visit",
    "assessment_id": "progress_assessment",
    "violation_id": "violation",
    "hotspot_id": "hotspot",
    "plot_id": "illicit_plant",
    "arrest_id": "offender_arrest",
    "tally_id": "tally",
    "patient_id": "patient",
    "counselling_id": "counselling",
    "treatment_id": "ost_treatment",
    "product_code": "kit_product",
    "lot_id": "kit_lot",
    "staff_id": "staff_member",
    "course_id": "training_course",
    "determination_id": "determination",
    "result_id": "determination_result",
    "request_id": "determination_request",
}
VALUES = {"group": ["overdue", "week", "waiting"], "code": ["L1", "L2", "L3"], "kind": ["docx", "xlsx"]}
ASKED = {"/api/v1/listed-people": "?code=L1", "/api/v1/classification-worksheet": "?population=12480"}
"""What an address must be asked."""
MADE_BY_A_FILE = {"import_id"}
"""Records that come with a file that somebody sends; their pages are walked in tests/registry/test_imports_pages.py."""
SEVERAL = 3
"""So many records of each kind are opened by every address that opens one."""


@pytest.fixture(scope="module")
def month(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    with a_month(database=database, folder=tmp_path_factory.mktemp("month")) as month:
        yield month


def addresses(month: Month, service: str) -> list[tuple[Route, str]]:
    """Every address of a service that shows something, filled with the newest records."""
    found = []
    for route in month.runtime(service).definition.routes.all:
        if "GET" in route.methods:
            found += [(route, path + ASKED.get(path, "")) for path in _filled(month, service, route.rule)]
    return found


def _filled(month: Month, service: str, rule: str) -> list[str]:
    names = re.findall(r"<(?:\w+:)?(\w+)>", rule)
    known = {name: VALUES.get(name) or month.ids(service, TABLE_OF[name], name)[-SEVERAL:] for name in names}
    if any(not values and name in MADE_BY_A_FILE for name, values in known.items()):
        return []
    assert all(known.values()), f"{rule}: no record for {[name for name, values in known.items() if not values]}"
    paths = []
    for turn in range(SEVERAL if names else 1):
        path = rule
        for name, values in known.items():
            path = re.sub(rf"<(?:\w+:)?{name}>", values[min(turn, len(values) - 1)], path)
        paths.append(path)
    return paths


def noted(month: Month, service: str, correlation_id: str) -> set[str]:
    """Who was noted as read in one request."""
    entry = month.runtime(service).tables.audit.audit_entry
    record_type, _column = PEOPLE[service]
    with month.runtime(service).store.reading() as session:
        asked = select(entry.c.record_id).where(
            entry.c.correlation_id == correlation_id, entry.c.record_type == record_type, entry.c.action.like("%.read")
        )
        return set(session.scalars(asked))


def names_of(month: Month, service: str) -> Mapping[str, set[str]]:
    """The people of a service by their names and numbers; what two of them share tells nobody apart."""
    runtime = month.runtime(service)
    table, _column = PEOPLE[service]
    (column,) = [each for each in runtime.definition.sealed_columns if each.table.name == table]
    known: dict[str, set[str]] = {}
    with runtime.store.reading() as session:
        for record_id, sealed in session.execute(select(column.id, column.sealed)):
            answers = runtime.vault.open_answers(column.context(record_id), sealed)
            for name in ("full_name", "id_number", "personal_number", "phone"):
                if answers.get(name):
                    known.setdefault(answers[name], set()).add(record_id)
    return known


def walked(month: Month, service: str) -> tuple[set[str], list[str]]:
    """Open every address; return who was shown at all, and a sentence for each showing that the log does not know."""
    people = set(month.ids(service, *PEOPLE[service]))
    names = names_of(month, service)
    clerk, program = month.clerk(service), month.program(service)
    shown_at_all: set[str] = set()
    unknown: list[str] = []
    for route, path in addresses(month, service):
        answer = program.get(path) if route.kind == "api" else clerk.get(path)
        # 403: a record that is closed even to somebody with every role shows nobody, which is looked at like the rest.
        assert answer.status_code in {200, 303, 403, 404, 409}, f"{path}: {answer.status_code} {answer.text[:300]}"
        page = unescape(answer.get_data().decode("utf-8", "replace"))  # a file is no text
        in_log = noted(month, service, answer.headers["X-Correlation-Id"])
        shown = {person_id for person_id in people if person_id in page and person_id not in path}
        shown_at_all |= shown
        unknown += [f"{path} shows {person_id}" for person_id in shown - in_log]
        unknown += [f"{path} shows {name}" for name, ids in names.items() if name in page and not ids & in_log]
    return shown_at_all, unknown


@pytest.mark.parametrize("service", PEOPLE)
def test_every_read_of_a_person_is_in_the_log(month, service):
    shown, unknown = walked(month, service)
    assert unknown == []
    assert len(shown) > SEVERAL


@pytest.mark.parametrize("service", PEOPLE)
def test_the_walk_would_find_a_read_that_is_not(month, service, monkeypatch):
    monkeypatch.setattr(UnitOfWork, "read", lambda *_anything, **_more: None)
    shown, unknown = walked(month, service)
    assert len(unknown) >= len(shown) > SEVERAL


@pytest.mark.parametrize(
    ("service", "path", "record"),
    [
        ("registry", "/people?q=nguech", "full_name"),
        ("registry", "/people?q=027091739284", "full_name"),
        ("registry", "/api/v1/people?q=khuyu", "full_name"),
        ("health", "/patients?q=ngoan", "full_name"),
        ("health", "/api/v1/patients?q=027192648173", "full_name"),
    ],
)
def test_who_is_found_by_a_search_is_in_the_log_and_what_was_typed_is_not(month, service, path, record):
    particulars = canaries.PERSON if service == "registry" else canaries.PATIENT
    answer = (month.program(service) if "/api/" in path else month.clerk(service)).get(path)
    assert particulars[record] in unescape(answer.text)
    (found,) = noted(month, service, answer.headers["X-Correlation-Id"])
    assert found in month.ids(service, *PEOPLE[service])
    assert path.partition("=")[2].encode() not in month.tables(service)["audit_entry"]


@pytest.fixture
def administrator(month: Month, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    settings = month.runtime("registry").settings
    for name, value in {"UNITS": UNIT, "DATABASE_URL": settings.database_url, "KEYS": str(settings.keys)}.items():
        monkeypatch.setenv(f"BINHAN_{name}", value)
    return CliRunner()


def test_a_changed_and_a_removed_line_of_the_log_are_detected(month, administrator):
    entry = month.runtime("registry").tables.audit.audit_entry
    store = month.runtime("registry").store
    whole = administrator.invoke(main, ["audit", "verify", "registry"])
    assert whole.exit_code == 0, whole.output
    assert whole.output.rstrip().endswith("whole")

    with store.reading() as session:
        read = entry.c.action == "person.read"
        row = session.execute(select(entry).where(read).order_by(func.random()).limit(1)).mappings().one()
    here = (entry.c.unit_code == row["unit_code"]) & (entry.c.position == row["position"])

    with store.begin() as session:
        session.execute(update(entry).where(here).values(account_id="somebody else"))
    changed = administrator.invoke(main, ["audit", "verify", "registry"])
    assert changed.exit_code == 1
    assert f"broken at {row['position']}" in changed.output

    with store.begin() as session:
        session.execute(update(entry).where(here).values(account_id=row["account_id"]))
    assert administrator.invoke(main, ["audit", "verify", "registry"]).exit_code == 0

    with store.begin() as session:
        session.execute(delete(entry).where(here))
    removed = administrator.invoke(main, ["audit", "verify", "registry"])
    assert removed.exit_code == 1
    assert f"broken at {row['position']}" in removed.output
