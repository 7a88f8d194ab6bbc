"""What the first version of the program kept goes on: its decisions are acts, and nothing of it is said twice."""

from datetime import UTC, date, datetime

from sqlalchemy import delete, select

from services.registry import queries
from services.registry.handlers.adoption import adopt_first_cases
from services.registry.tables import Act, Case, Duty, FirstCase, first_case_context
from tests.registry.builders import OFFICER, a_person, a_test


def first_case(uow, person, test, *, number, closed_on=None, reason=None):
    case_id = uow.new_id()
    closing = {
        "closing": "STOPPED" if reason else "ENDED", "closed_on": closed_on, "closing_reason": reason,
        "closing_document_number": f"9{number}", "closing_signer_role": "CA_CHIEF", "closing_regime": "R4_L120",
        "closing_form_code": "ND163_PL3_M08", "closing_recorded_at": uow.now(), "closing_recorded_by": "acc-1",
    }  # fmt: skip
    answers = {"signer_name": "Người Ký", "details": {"note": "ghi chú"}}
    if closed_on:
        answers |= {"closing_signer_name": "Người Ký Sau", "closing_details": {}}
    uow.add(
        FirstCase(
            case_id=case_id, person_id=person.person_id, test_id=test.test_id, decided_on=date(2026, 10, 2),
            starts_on=date(2026, 10, 2), ends_on=date(2027, 10, 2), document_number=number, signer_role="CA_CHIEF",
            regime="R4_L120", form_code="ND163_PL3_M04", article="điểm a khoản 4 Điều 24 Luật Phòng, chống ma túy 2025",
            sealed=uow.vault.seal_answers(first_case_context(case_id), answers), decided_by="acc-1",
            recorded_at=datetime(2026, 10, 2, 3, 0, tzinfo=UTC), version=1, **(closing if closed_on else {}),
        )
    )  # fmt: skip
    return case_id


def as_the_first_version_left_it(registry, person):
    """Take away what this version made of the test, as if it had been recorded by the first one."""
    with registry.runtime.unit_of_work(OFFICER) as uow:
        for table in (Duty, Act, Case):
            uow.session.execute(delete(table).where(table.person_id == person.person_id))


def a_person_of_the_first_version(registry, number):
    person = registry.do(a_person(id_number=number))
    test = registry.do(a_test(person.person_id, on=date(2026, 10, 1)))
    as_the_first_version_left_it(registry, person)
    return person, test


def adopt(registry):
    with registry.runtime.unit_of_work(registry.runtime.itself("09385")) as uow:
        return adopt_first_cases(uow)


def test_a_decision_of_the_first_version_is_an_act_under_its_old_case(registry):
    person, test = a_person_of_the_first_version(registry, "027090001234")
    with registry.runtime.unit_of_work(OFFICER) as uow:
        case_id = first_case(uow, person, test, number="15/QĐ-CAP")
    said = registry.announced()

    assert adopt(registry) == 1

    with registry.asking() as uow:
        (case,) = queries.cases_of(uow, person.person_id)
        assert (case.case_id, case.state, case.ends_on, case.document_number) == (
            case_id, "MANAGED", date(2027, 10, 2), "15/QĐ-CAP",
        )  # fmt: skip
        acts = [queries.act_record(uow, row) for row in queries.standing_acts(uow, person.person_id)]
        assert [act.event for act in acts] == ["PositiveTest", "ManagementDecided"]
        assert (acts[1].signer_name, acts[1].details) == ("Người Ký", {"note": "ghi chú"})
        assert "END" in set(uow.session.scalars(select(Duty.code)))
    assert registry.announced() == said
    assert adopt(registry) == 0


def test_a_closed_case_and_an_undecided_result_are_taken_over_too(registry):
    stopped, test = a_person_of_the_first_version(registry, "027090001234")
    detected, _test = a_person_of_the_first_version(registry, "027090005678")
    with registry.runtime.unit_of_work(OFFICER) as uow:
        first_case(uow, stopped, test, number="16/QĐ-CAP", closed_on=date(2026, 11, 2), reason="PRISON")

    assert adopt(registry) == 2

    with registry.asking() as uow:
        (closed,) = queries.cases_of(uow, stopped.person_id)
        assert (closed.state, closed.closed_on, closed.closing_reason) == ("STOPPED", date(2026, 11, 2), "PRISON")
        (waiting,) = queries.cases_of(uow, detected.person_id)
        assert waiting.state == "DETECTED"


def test_what_the_first_version_closed_is_not_due_to_be_sent_now(registry):
    person, test = a_person_of_the_first_version(registry, "027090001234")
    with registry.runtime.unit_of_work(OFFICER) as uow:
        first_case(uow, person, test, number="15/QĐ-CAP", closed_on=date(2026, 11, 2), reason="PRISON")

    adopt(registry)

    with registry.asking() as uow:
        assert list(uow.session.scalars(select(Duty.code))) == []
