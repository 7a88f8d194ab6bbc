"""What leaves an agency in a month, and what is logged and kept about it, names nobody."""

import json
from collections.abc import Iterator

import pytest
from marshmallow import fields

from chassis.forms.asking import asked
from services.health.forms.counselling import CounsellingForm
from services.health.forms.determination import ConclusionForm, ExaminationForm, HandOverForm, VolunteerForm
from services.health.forms.patients import PatientForm
from services.registry.forms import PersonForm, TestResultForm
from tests.privacy import canaries
from tests.privacy.canaries import ALL, found_in
from tests.privacy.canaries import canaries as canaries_of
from tests.privacy.month import KNOW_NOBODY, SERVICES, Month, a_month


@pytest.fixture(scope="module")
def month(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    with a_month(database=database, folder=tmp_path_factory.mktemp("month")) as month:
        yield month


def simulated(month: Month) -> list[canaries.Canary]:
    """The names and numbers of the simulator's people, opened."""
    found: dict[str, str] = {}
    for service in ("registry", "health"):
        runtime = month.runtime(service)
        for column in runtime.definition.sealed_columns:
            if column.table.name not in {"person", "patient"}:
                continue
            with runtime.store.reading() as session:
                for record_id, sealed in session.execute(
                    column.table.select().with_only_columns(column.id, column.sealed)
                ):
                    answers = runtime.vault.open_answers(column.context(record_id), sealed)
                    found |= {
                        f"{record_id}/{name}": answers[name] for name in answers if "name" in name or "number" in name
                    }
    return canaries_of({key: value for key, value in found.items() if value and len(value) > 8})


@pytest.mark.parametrize(
    ("form", "given"),
    [
        (PersonForm, canaries.PERSON | canaries.WITHOUT_PAPERS),
        (TestResultForm, canaries.TEST),
        (PatientForm, canaries.PATIENT),
        (CounsellingForm, canaries.COUNSELLING),
        (VolunteerForm, canaries.RECEPTION),
        (ExaminationForm, canaries.EXAMINATION),
        (ConclusionForm, canaries.CONCLUSION),
        (HandOverForm, canaries.HANDED_OVER),
    ],
)
def test_every_answer_that_is_written_freely_has_a_canary(form, given):
    free = {
        name
        for name, field in form._declared_fields.items()
        if isinstance(field, fields.String) and asked(field).choices is None and not name.endswith("_time")
    }
    assert free <= set(given)


def test_the_month_was_a_full_one(month):
    types = {json.loads(each)["type"].split(".")[0] for each in month.said}
    assert types == {"registry", "health", "campaigns"}
    assert len(month.said) > 50
    assert len(month.refused) > 20
    assert len(simulated(month)) > 20


def test_the_canaries_are_where_they_belong(month):
    page = month.clerk("registry").get(f"/people?q={canaries.PERSON['full_name']}").text
    assert canaries.PERSON["full_name"] in found_in(page)
    assert canaries.PATIENT["full_name"] in found_in(month.clerk("health").get("/patients?q=ngoeo").text)


def test_no_event_and_no_answer_of_a_feed_names_anybody(month):
    heard = b"\n".join(month.said)
    fed = "\n".join(month.fed())
    assert fed.count('"specversion"') == len(month.said)
    for haystack in (heard, fed):
        assert found_in(haystack, [*ALL, *simulated(month)]) == set()
        assert "HIV" not in str(haystack)


def test_no_log_line_names_anybody(month):
    log = month.log.getvalue()
    assert log.count("request failed") >= 2
    assert found_in(log, [*ALL, *simulated(month)]) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_no_metric_names_anybody(month, service):
    shown = month.consoles[service].visitor().get("/metrics").text
    assert "binhan" in shown or "_total" in shown
    assert found_in(shown, [*ALL, *simulated(month)]) == set()


@pytest.mark.parametrize("service", KNOW_NOBODY)
def test_reporting_and_campaigns_keep_nobody(month, service):
    tables = month.tables(service)
    assert tables["inbox" if service == "reporting" else "outbox"]
    for name, rows in tables.items():
        assert found_in(rows, [*ALL, *simulated(month)]) == set(), name


@pytest.mark.parametrize("service", ["registry", "health"])
def test_who_somebody_is_lies_sealed_in_the_database(month, service):
    tables = month.tables(service)
    assert tables["person" if service == "registry" else "patient"]
    for name, rows in tables.items():
        assert found_in(rows, [*ALL, *simulated(month)]) == set(), name


@pytest.mark.parametrize("service", SERVICES)
def test_nor_is_anybody_in_the_bytes_of_the_files(month, service):
    if month.runtime(service).store.is_sqlite:
        assert found_in(month.files(service), ALL) == set()
    else:
        assert month.files(service) == b""


def test_a_refusal_says_nothing_of_other_people(month):
    others = canaries_of(canaries.PERSON | {"birth_date": "x" * 20, "id_number": "x" * 20}, canaries.PATIENT)
    for answer in month.refused:
        assert found_in(answer, others) == set(), answer
