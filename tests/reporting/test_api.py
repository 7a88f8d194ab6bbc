"""Figures for programs: exact parts, and the events behind them."""

import pytest

from services.reporting.permissions import PERMISSIONS
from tests.reporting.console import a_committee, a_small_ward

ALL = sorted(PERMISSIONS.allowed_actions(["UB_CHAIR"]))


@pytest.fixture
def committee(database, tmp_path, clock):
    with a_committee(database=database, folder=tmp_path, clock=clock) as committee:
        a_small_ward(committee)
        yield committee


@pytest.fixture
def program(committee):
    return committee.console.program("UB_CHAIR", scopes=ALL)


def test_one_figure_with_its_exact_parts_and_its_light(program):
    figure = program.get("/api/v1/figures/HLT-02").json
    assert (figure["numerator"], figure["denominator"], figure["status"]) == (5, 6, "NOT_MET")
    assert (figure["comparator"], figure["value"]) == (">", "83.33")
    assert figure["first_day"] <= "2026-11-20" <= figure["last_day"]


def test_all_figures_in_their_usual_periods_and_in_one(program):
    usual = {figure["code"]: figure for figure in program.get("/api/v1/figures").json["items"]}
    assert (usual["CAM-01"]["numerator"], usual["CAM-01"]["denominator"]) == (1, 2)
    year = program.get("/api/v1/figures?period=P-Y:2026").json["items"]
    assert {figure["period"] for figure in year} == {"P-Y:2026"}


def test_the_events_behind_each_part(program):
    numerator = program.get("/api/v1/figures/HLT-02/events").json["items"]
    denominator = program.get("/api/v1/figures/HLT-02/events?part=denominator").json["items"]
    assert sum(event["type"] == "health.counselling.held.v1" for event in numerator) == 5
    assert sum(event["type"] == "registry.user_management.decided.v1" for event in denominator) == 6
    assert all(event["source"].startswith("/units/09385/") for event in numerator + denominator)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/figures?period=P-Q:2026-Q9", 404),
        ("/api/v1/figures/NO-SUCH", 404),
        ("/api/v1/figures/HLT-02?period=nonsense", 404),
        ("/api/v1/figures/HLT-02/events?part=middle", 422),
        ("/api/v1/figures?colour=red", 422),
    ],
)
def test_what_does_not_exist_is_a_problem_document(program, path, status):
    answer = program.get(path)
    assert answer.status_code == status
    assert answer.content_type.startswith("application/problem+json")


def test_a_token_may_no_more_than_its_scopes_and_nobody_without_one(committee):
    reader = committee.console.program("UB_CHAIR", scopes=["figure.read"], username="reader")
    assert reader.get("/api/v1/figures/HLT-02").status_code == 200
    assert reader.get("/api/v1/figures/HLT-02/events").status_code == 403
    assert committee.console.visitor().get("/api/v1/figures").status_code == 401


def test_reading_figures_changes_nothing_that_was_heard(program, committee):
    def heard():
        rows = committee.console.rows()
        return {name: rows[name] for name in ("inbox", "parked_event", "outbox", "person", "span", "fact")}

    before = heard()
    program.get("/api/v1/figures")
    assert heard() == before
