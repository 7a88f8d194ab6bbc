"""Every example that stands in the law files, each as a test of its own, and that every row of the specification is carried."""

from datetime import date
from pathlib import Path

import pytest

from chassis.documents import read_document
from chassis.errors import NotUnderstood, RuleBroken
from services.registry.domain.deadlines import NotCounted, carried_end, due, holds
from services.registry.domain.duties import duties_of
from services.registry.domain.status import primary_status
from services.registry.law import FOLDER, deadline_rows, law, worked_examples
from services.registry.law.check import mistake_of, mistake_of_due, mistake_of_signature, moment_of
from services.registry.law.files import CoverageFile
from tests.registry.tracks.people import Somebody

ROOT = Path(__file__).parents[2]
WORKED = worked_examples(FOLDER)
COVERAGE = read_document(FOLDER / "coverage.yml", CoverageFile)
ROWS_OF_THE_SPECIFICATION = {"R4": 58, "R1": 31, "H": 9}


def each_example():
    for _file, _number, rule in deadline_rows(FOLDER):
        for place, example in enumerate(rule.examples, 1):
            yield pytest.param(rule, example, id=f"{rule.code}-{place}")


def each_due():
    for example in WORKED:
        for place, counted in enumerate(example.dues, 1):
            yield pytest.param(counted, id=f"{example.number}-{counted.rule}-{place}")


def each_signature():
    for example in WORKED:
        for place, signed in enumerate(example.signatures, 1):
            yield pytest.param(signed, id=f"{example.number}-{signed.duty}-{place}")


@pytest.mark.parametrize(("rule", "example"), [*each_example()])
def test_the_example_of_a_rule_holds(rule, example):
    assert mistake_of(law(), rule, example) is None


@pytest.mark.parametrize("counted", [*each_due()])
def test_the_due_date_of_a_worked_example_holds(counted):
    assert mistake_of_due(law(), law().deadline(counted.rule), counted) is None


@pytest.mark.parametrize("signed", [*each_signature()])
def test_the_signature_of_a_worked_example_is_treated_as_it_says(signed):
    assert mistake_of_signature(law(), signed) is None


def test_there_are_twelve_worked_examples_and_each_is_proved_somewhere():
    assert [example.number for example in WORKED] == list(range(1, 13))
    for example in WORKED:
        assert example.proved_by
        assert example.dues or example.signatures or example.acts or example.figures
        for act in example.acts:
            assert moment_of(act.at)
            assert act.expect.state or act.expect.refused
            assert {*act.expect.opens_duties} <= law().deadlines.keys()


def test_a_refusal_of_a_worked_example_names_its_article():
    refused = [act for example in WORKED for act in example.acts if act.expect.refused]

    assert refused
    assert all(act.expect.article or act.expect.asks for act in refused)


def test_what_cannot_be_counted_is_proved_by_a_test_that_is_there():
    named = [example.proved_by for rule in law().deadlines.values() for example in rule.examples if example.proved_by]

    assert named
    assert all((ROOT / name).is_file() for name in named)


def test_every_row_of_the_specification_is_carried_or_its_absence_explained():
    counts = dict.fromkeys(ROWS_OF_THE_SPECIFICATION, 0)
    for row in COVERAGE.rows:
        counts[row.row.split("-")[0]] += 1
        assert bool(row.rules) != bool(row.absent)

    assert counts == ROWS_OF_THE_SPECIFICATION
    assert {row.row for row in COVERAGE.rows if row.absent} == {"H-HIV-NOTICE", "H-RPT-Q", "H-RPT-Y", "H-METH-DRUG"}
    carried = {code for row in (*COVERAGE.rows, *COVERAGE.beyond) for code in row.rules}
    assert carried == law().deadlines.keys()


# -- guards that a case decides, not a count -----------------------------------------------------------------------------------


def test_a_term_runs_from_the_minutes_of_reception_not_from_the_decision():
    term = law().deadline("R4-VR-TERM1")

    assert law().deadline("R4-VR-ANCHOR").anchor == term.anchor == "RECEPTION"
    assert due(term, date(2026, 8, 31), law().calendar).day == date(2028, 8, 31)
    assert due(term, date(2026, 8, 28), law().calendar).day == date(2028, 8, 28)


def test_a_violation_after_rehabilitation_is_fined_and_not_counted_towards_compulsion():
    rule = law().deadline("R4-EM-VIOL-POST")

    assert rule.kind == "GUARD"
    assert rule.amount is None
    with pytest.raises(NotCounted):
        holds(rule, count=3)


def test_the_two_laws_disagree_on_what_a_move_does_to_the_term():
    moved = {"ends_on": date(2027, 7, 5), "left_on": date(2026, 10, 1), "resumed_on": date(2026, 10, 5)}

    assert carried_end(law().deadline("R4-UM-XFER-TERM"), **moved) == date(2027, 7, 9)
    assert carried_end(law().deadline("R1-UM-XFER-TERM"), **moved) == date(2027, 7, 5)


# -- the acts of the worked examples, judged by the law alone --------------------------------------------------------------------


def each_life():
    return [pytest.param(example, id=str(example.number)) for example in WORKED if example.acts]


def told(somebody, act):
    """Let one act of an example happen; return what it was refused for."""
    facts = {
        name: date.fromisoformat(value) if name.endswith("_on") and isinstance(value, str) else value
        for name, value in act.facts.items()
        if name != "result"
    }
    if act.event == "PositiveTest":
        facts["test_id"] = somebody.tested(act.at)
    try:
        somebody.did(f"{act.track}.{act.event}", act.at, signer=act.signer, number=act.number, **facts)
    except (RuleBroken, NotUnderstood) as refusal:
        return refusal
    return None


@pytest.mark.parametrize("example", each_life())
def test_the_acts_of_a_worked_example_lead_where_it_says(example):
    somebody = Somebody()

    for act in example.acts:
        refusal, expect = told(somebody, act), act.expect
        if expect.refused:
            assert refusal is not None
            assert refusal.code == expect.refused
            assert (expect.article or "") in str(refusal)
            continue
        assert refusal is None, (act.event, refusal)
        case = somebody.case(act.track)
        assert case.state == expect.state
        status = primary_status(law().tracks, somebody.history, moment_of(act.at[:10]))
        assert status == (expect.status or status)
        assert (case.starts_on, case.ends_on) == (
            expect.starts_on or case.starts_on,
            expect.ends_on or case.ends_on,
        )
        assert {*expect.opens_duties} <= {duty.rule for duty in duties_of(law(), somebody.history)}
