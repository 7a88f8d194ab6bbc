"""Withdrawing a test that was entered by mistake: it stays legible, counts nowhere, and takes along what it entered."""

from datetime import date, datetime

import pytest

from chassis.clock import LOCAL_ZONE
from chassis.errors import RuleBroken
from chassis.web.testing import Console
from services.registry import queries
from services.registry.commands import AnnulAct, MergePeople, WithdrawTestResult
from services.registry.commands.books import RecordUseIncident
from services.registry.domain.history import Draft
from services.registry.handlers import merge_people
from services.registry.handlers.acts import enter
from services.registry.handlers.annulments import OthersFollow
from services.registry.handlers.books import record_use_incident
from services.registry.tables import Person
from tests.registry.builders import OFFICER, a_decision, a_test
from tests.registry.test_handlers import CHIEF, facts, refused

ON, LATER = date(2026, 11, 2), date(2026, 11, 5)
REASON = "nhập nhầm sang người khác"


def withdraw(registry, test):
    return registry.do(WithdrawTestResult(test_id=test.test_id, reason=REASON))


def history(registry, person):
    with registry.asking() as uow:
        return queries.history_for(uow, person.person_id)


def entered(registry, person, track, event, moment, **answers):
    """Enter an act as another agency or an earlier day brings it."""
    with registry.runtime.unit_of_work(OFFICER) as uow:
        draft = Draft(
            track=track, event=event, happened_at=datetime(*moment, tzinfo=LOCAL_ZONE), document_number="01",
            signer_role=answers.pop("signer", None), facts=answers,
        )  # fmt: skip
        enter(uow, uow.get(Person, person.person_id), draft, sealed={"signer_name": "Người Ký", "details": {}})


def in_voluntary_treatment(registry):
    person = registry.somebody()
    request = {"signer": "PERSON", "ground": "VOLUNTARY", "requester": "PERSON"}
    entered(registry, person, "B", "Requested", (2026, 7, 10, 9), **request)
    entered(registry, person, "B", "ResultAddicted", (2026, 7, 10, 10), concluded_on=date(2026, 7, 10))
    entered(registry, person, "B", "NotifiedToPerson", (2026, 7, 10, 11))
    entered(registry, person, "D", "Registered", (2026, 7, 10, 12), venue="HOME_COMMUNITY")
    entered(registry, person, "D", "Decided", (2026, 7, 10, 15), signer="CA_CHIEF")
    entered(registry, person, "D", "Received", (2026, 7, 11, 9), signer="CA_CHIEF")
    return person


def test_the_case_that_a_mistake_opened_goes_with_it(registry):
    person, test = registry.somebody_positive(on=ON)

    withdrawn = withdraw(registry, test)

    after = history(registry, person)
    assert (after.tests, after.cases) == ([], ())
    assert withdrawn.details["withdrawal_reason"] == REASON
    (fact,) = facts(registry, "registry.test_result.withdrawn.v1")
    assert (fact["test_id"], fact["person_key"]) == (test.test_id, person.person_key)
    assert ("test_result.withdraw", person.person_id) in registry.audited()
    with registry.asking() as uow:
        assert queries.duties(uow, person_id=person.person_id) == []


def test_renewed_use_that_was_a_mistake_is_taken_out_of_the_treatment(registry):
    person = in_voluntary_treatment(registry)
    test = registry.do(a_test(person.person_id, on=LATER))
    assert history(registry, person).open_case("D").facts["reuse_test_id"] == test.test_id

    withdraw(registry, test)

    case = history(registry, person).open_case("D")
    assert "reuse_test_id" not in case.facts
    assert case.last.event == "Received"


def test_what_stands_on_the_test_is_annulled_first(registry):
    person, test = registry.somebody_positive(on=ON)
    registry.do(a_decision(person.person_id, on=ON))
    before = registry.rows()

    with refused(registry, OthersFollow, "INV-8"):
        withdraw(registry, test)

    assert registry.rows() == before
    assert len(history(registry, person).tests) == 1


def test_use_that_was_found_by_the_test_is_withdrawn_first(registry):
    person, test = registry.somebody_positive(on=ON)
    incident = RecordUseIncident(person_id=person.person_id, occurred_on=ON, ground="A", test_id=test.test_id)
    with registry.runtime.unit_of_work(OFFICER) as uow:
        record_use_incident(incident, uow)

    with refused(registry, OthersFollow, "huỷ dòng đó trước"):
        withdraw(registry, test)


def test_a_determination_that_was_asked_because_of_the_use_is_annulled_first(registry):
    person, _decided = registry.somebody_managed(on=ON)
    test = registry.do(a_test(person.person_id, on=LATER))
    entered(
        registry,
        person,
        "B",
        "Requested",
        (2026, 11, 6, 9),
        signer="CA_CHIEF",
        ground="REUSE_MANAGED",
        requester="POLICE",
    )

    with refused(registry, OthersFollow, "Đề nghị xác định"):
        withdraw(registry, test)


def test_a_later_result_opens_the_case_that_the_mistake_stood_in_the_way_of(registry):
    person, mistaken = registry.somebody_positive(on=ON)
    right = registry.do(a_test(person.person_id, on=LATER))

    withdraw(registry, mistaken)

    assert history(registry, person).open_case("A").facts["test_id"] == right.test_id


def test_what_was_withdrawn_is_not_said_anew_when_records_are_merged(registry):
    person, test = registry.somebody_positive(on=ON)
    registry.somebody(id_number="027090005678")
    withdraw(registry, test)

    with registry.runtime.unit_of_work(OFFICER) as uow:
        merge_people(MergePeople(person_id=person.person_id, into_number="027090005678", reason="một người"), uow)

    assert len(facts(registry, "registry.test_result.recorded.v1")) == 1


def test_a_test_is_withdrawn_once(registry):
    _person, test = registry.somebody_positive(on=ON)
    withdraw(registry, test)

    with refused(registry, RuleBroken, "đã được rút"):
        withdraw(registry, test)


def test_the_act_of_a_test_leads_to_the_test_and_not_to_a_refusal(registry):
    person, test = registry.somebody_positive(on=ON)
    (act,) = history(registry, person).open_case("A").acts
    with pytest.raises(RuleBroken):
        registry.do(AnnulAct(act_id=act.act_id, reason=REASON), by=CHIEF)
    officer = Console(registry.runtime).signed_in("CA_OFFICER")

    page = officer.get(f"/acts/{act.act_id}").text

    assert "/annul" not in page
    assert f"/books/tests/{test.test_id}/withdrawal" in page


def test_the_persons_page_says_what_was_withdrawn(registry):
    person, test = registry.somebody_positive(on=ON)
    officer = Console(registry.runtime).signed_in("CA_OFFICER")
    form = f"/books/tests/{test.test_id}/withdrawal"
    asked = officer.get(form).text
    for known in ("02/11/2026", "08:00", "Dương tính"):
        assert known in asked, "the page shows what is to be withdrawn"
    assert form in officer.get(f"/books/tests/{test.test_id}").text

    officer.submit(form, {"reason": REASON})

    assert "(đã rút)" in officer.get(f"/people/{person.person_id}").text
    assert REASON in officer.get(f"/books/tests/{test.test_id}").text
    listed = Console(registry.runtime).program("CA_OFFICER", scopes=["book.read"]).get("/api/v1/tests")
    assert listed.json["items"] == []
