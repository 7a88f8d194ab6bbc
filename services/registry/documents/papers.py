"""Papers about somebody that no act issues: which there are, and what the register already says of each."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from chassis.clock import LOCAL_ZONE
from chassis.unit_of_work import UnitOfWork
from services.registry import queries
from services.registry.documents.act_facts import OF_THE_RECORD, sequence_in_words, term_in_words
from services.registry.documents.answers import context_for
from services.registry.documents.lists import LISTS
from services.registry.documents.sources import AskedField, FieldKind, fields_of
from services.registry.domain.codes import POSITIVE
from services.registry.domain.forms import Form
from services.registry.law import law
from services.registry.law.form_catalogue import form_catalogue
from services.registry.queries import books
from services.registry.queries.facts import restored

MEASURES = ("D", "F", "E", "G")
ANY_RESULT = frozenset({"ND163_PL3_M01"})
"""The paper that says what a test found, whatever it found; every other one is about a positive test."""

NOT_ABOUT_SOMEBODY = frozenset({*LISTS.values(), "OWN_ANNUL_CA", "OWN_ANNUL_UB"})


@cache
def papers() -> tuple[Form, ...]:
    """Return the forms that are printed here about somebody and that no act issues, in the order of the catalogue."""
    of_acts = {
        under.form
        for track in law().tracks.values()
        for line in track.transitions
        for under in line.under
        if under.issued_here
    }
    return tuple(
        form
        for form in form_catalogue().forms.values()
        if form.printed and form.code not in of_acts and form.code not in NOT_ABOUT_SOMEBODY
    )


def papers_on(day: date) -> list[Form]:
    """Return those of them that the law of a day has."""
    regime = law().regime_on(day).code
    return [form for form in papers() if regime in (form.printed_in or form.regimes)]


def asked_on_paper(form_code: str) -> list[AskedField]:
    """Return what a paper says that is not kept in somebody's record."""
    return [each for each in fields_of(form_code) if each.name not in OF_THE_RECORD and each.kind is not FieldKind.ROWS]


def names_the_measure(form_code: str) -> bool:
    """Tell whether a paper speaks of the measure that somebody is under, so that it opens with that case."""
    return any(each.name in {"decision_number", "measure_text"} for each in fields_of(form_code))


def paper_context(
    uow: UnitOfWork, person_id: str, form_code: str, *, drafted_by: str, details: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a paper prints: the record, the latest test and the running measure, then what the officer wrote.

    The whole record is opened, and noted as read. Raises FieldHidden for whom it is not open as a whole.
    """
    record = queries.whole_record(uow, person_id)
    facts: dict[str, Any] = {
        **_of_the_test(uow, person_id, form_code),
        **_of_the_cases(uow, person_id),
        "stability": _stability(uow, person_id),
        "officer_name": queries.recorders(uow, [drafted_by]).get(drafted_by),
        **details,
    }
    said = context_for(record.answers, {name: value for name, value in facts.items() if value is not None}, uow.unit)
    return {name: value for name, value in said.items() if name not in details or details[name] is not None}


def measure_of(uow: UnitOfWork, person_id: str) -> Any:
    """Return the measure that somebody is under, as far as it is open to the acting person: the case, or None."""
    found = [case for case in queries.cases_of(uow, person_id) if case.closed_on is None and hasattr(case, "facts")]
    return next((case for track in MEASURES for case in found if case.track == track), None)


def _of_the_test(uow: UnitOfWork, person_id: str, form_code: str) -> dict[str, Any]:
    wanted = [
        test for test in queries.tests_of(uow, person_id) if form_code in ANY_RESULT or test.result == POSITIVE
    ]  # the newest first
    if not wanted:
        return {}
    test = wanted[0]
    return {
        "tested_on": test.received_at.astimezone(LOCAL_ZONE).date(),
        "taken_at": test.taken_at,
        "sample": test.sample,
        "result": test.result,
        "substances": test.substances,
        "substance_used": context_for({}, {"substances": test.substances}, uow.unit).get("substances"),
        "test_ground": test.reason_code,
    }


def _of_the_cases(uow: UnitOfWork, person_id: str) -> dict[str, Any]:
    cases = [case for case in queries.cases_of(uow, person_id) if hasattr(case, "facts")]
    found = [restored(case.facts).get("concluded_on") for case in cases if case.track in {"B", "C"}]
    determined = {"determined_on": max((day for day in found if isinstance(day, date)), default=None)}
    case = measure_of(uow, person_id)
    if case is None:
        return determined
    facts = restored(case.facts)
    said = {
        **determined,
        "venue": facts.get("venue"),
        "sequence": sequence_in_words(facts),
        "measure_text": law().tracks[case.track].name.vi,
        "decision_number": case.document_number,
        "decision_on": case.decided_on,
        "starts_on": case.starts_on,
        "ends_on": case.ends_on,
        "completed_on": case.ends_on,
    }
    return {**said, "term": term_in_words({**said, "rehab_sequence_no": facts.get("rehab_sequence_no")})}


def _stability(uow: UnitOfWork, person_id: str) -> str | None:
    stay = books.residences_on(uow, [person_id], uow.today()).get(person_id)
    if stay is None:
        return None
    return "STABLE" if stay.stable else "NOT_STABLE"
