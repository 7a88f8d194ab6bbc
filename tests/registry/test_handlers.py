"""Stories of the register: what is recorded, what is announced, and that a refusal leaves nothing behind."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import msgspec
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from chassis.clock import LOCAL_ZONE
from chassis.errors import NotAllowed, NotFound, NotUnderstood, ProgrammeError, RuleBroken, StaleVersion
from chassis.testing import an_actor
from chassis.vault import Vault, reseal
from services.registry import handlers, queries
from services.registry.commands import (
    AnnulAct,
    CorrectPerson,
    EndCircumstance,
    RecordCircumstance,
    ReturnProposal,
    SignProposal,
)
from services.registry.domain.access import DrafterMaySign
from services.registry.domain.acts import ChoiceMissing, ProofMissing, WrongSigner, WrongStep
from services.registry.handlers import AlreadyRegistered
from services.registry.handlers.annulments import OthersFollow
from services.registry.handlers.proposals import ProposalSettled
from services.registry.law import law
from services.registry.tables import Person
from tests.registry.builders import (
    OFFICER,
    a_decision,
    a_person,
    a_stop,
    a_test,
    an_act,
    an_end,
    imprisoned,
    signed_by_the_chief,
)

TODAY = date(2026, 11, 20)
CHIEF = an_actor("registry", "CA_CHIEF", account_id="acc-2")
BY_THE_CHAIR = {"signer_role": "UB_CHAIR", "document_number": "7/QĐ-UBND"}


@contextmanager
def refused(registry, error, match=None):
    """Whatever is refused leaves state, outbox and audit as they were."""
    before = registry.rows()
    with pytest.raises(error, match=match) as refusal:
        yield refusal
    assert registry.rows() == before


def facts(registry, type_):
    outbox = registry.runtime.tables.outbox.outbox
    with registry.runtime.store.reading() as session:
        rows = session.scalars(select(outbox.c.data).where(outbox.c.type == type_).order_by(outbox.c.written))
        return [msgspec.json.decode(row) for row in rows]


def a_correction(person, **answers):
    given = {
        "full_name": person.full_name,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "ethnic_group": person.ethnic_group,
        "details": dict(person.details),
    }
    return CorrectPerson(person_id=person.person_id, version=person.version, **{**given, **answers})


# -- people --------------------------------------------------------------------------------------------------------------------


def test_a_person_is_registered_and_only_a_pseudonym_leaves(registry):
    person = registry.somebody()

    assert person.full_name == "Nguyễn Đức Ánh"
    assert person.details["permanent_address"] == "Số 5 phố Hoa Lan"
    assert facts(registry, "registry.person.registered.v1") == [
        {
            "person_key": person.person_key,
            "sex": "MALE",
            "birth_year": 1990,
            "ethnic_group": "KINH",
            "registered_on": "2026-11-20",
        }
    ]
    assert registry.audited() == [("person.register", person.person_id)]


def test_nothing_that_names_somebody_lies_open_in_the_database(registry):
    person, _test = registry.somebody_positive(
        on=TODAY, details={"phone": "0912345678", "father_name": "Nguyễn Văn Cha"}
    )
    registry.do(a_decision(person.person_id, on=TODAY, signer_name="Trần Thị Ký"))

    with registry.runtime.store.reading() as session:
        stored = " ".join(
            repr(tuple(row))
            for table in registry.runtime.definition.metadata.sorted_tables
            for row in session.execute(select(table))
        )
    for canary in (
        "Nguyễn",
        "Đức",
        "nguyen",
        "027090001234",
        "090001234",
        "0912345678",
        "Hoa Lan",
        "Trần",
        "1990-05-01",
    ):
        assert canary not in stored


def test_the_same_number_again_is_refused_with_the_record_that_has_it(registry):
    person = registry.somebody()

    with refused(registry, AlreadyRegistered, person.person_id) as refusal:
        registry.do(a_person(full_name="Trần Văn Bình", id_number="027 090 001 234"))

    assert "id_number" in refusal.value.fields


def test_people_without_papers_get_keys_of_their_own(registry):
    nobody = {"id_type": "NONE", "id_number": None, "no_id_reason": "chưa từng làm giấy tờ"}

    one, other = registry.somebody(**nobody), registry.somebody(**nobody)

    assert one.person_key != other.person_key
    assert one.id_number is None


def test_a_passport_is_known_once_too(registry):
    registry.somebody(id_type="HC", id_number="C1234567")

    with refused(registry, AlreadyRegistered):
        registry.do(a_person(id_type="HC", id_number="c 1234567"))


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"id_number": "123"}, "id_number"),
        ({"id_number": None}, "id_number"),
        ({"id_type": "NONE", "id_number": None}, "no_id_reason"),
        ({"full_name": "123"}, "full_name"),
        ({"details": {"phone": "12"}}, "phone"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(registry, answers, field):
    with refused(registry, NotUnderstood) as refusal:
        registry.do(a_person(**answers))

    assert field in refusal.value.fields


def test_a_correction_of_what_statistics_know_is_announced(registry):
    person = registry.somebody(birth_date="1990")

    corrected = registry.do(a_correction(person, birth_date="1991-02-03", ethnic_group="KHAC"))

    assert (corrected.version, corrected.birth_date, corrected.id_number) == (2, "1991-02-03", "027090001234")
    assert corrected.person_key == person.person_key
    assert [fact["birth_year"] for fact in facts(registry, "registry.person.corrected.v1")] == [1991]


def test_a_correction_of_a_name_or_an_address_stays_in_the_registry(registry):
    person = registry.somebody()

    registry.do(a_correction(person, full_name="Nguyễn Đức Anh", details={"permanent_address": "Số 7"}))

    assert registry.announced() == ["registry.person.registered.v1"]
    assert registry.audited()[-1] == ("person.correct", person.person_id)


def test_a_stale_correction_is_refused(registry):
    person = registry.somebody()
    registry.do(a_correction(person, full_name="Nguyễn Đức Anh"))

    with refused(registry, StaleVersion):
        registry.do(a_correction(person, full_name="Nguyễn Đức An"))


# -- tests ---------------------------------------------------------------------------------------------------------------------


def test_a_test_is_announced_without_what_names_somebody(registry):
    person, test = registry.somebody_positive(on=TODAY)

    assert facts(registry, "registry.test_result.recorded.v1") == [
        {
            "test_id": test.test_id,
            "person_key": person.person_key,
            "taken_on": "2026-11-20",
            "result": "POSITIVE",
            "substances": ["HEROINE"],
        }
    ]


def test_a_result_without_its_own_time_was_known_at_once(registry):
    _person, test = registry.somebody_positive(on=TODAY)

    assert test.received_at == test.taken_at
    assert test.taken_at == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def test_a_sample_against_the_law_is_refused(registry):
    child = registry.somebody(birth_date="2012-01-01", id_number="027212001234")

    with refused(registry, RuleBroken, "người giám hộ"):
        registry.do(a_test(child.person_id, on=TODAY, sample="MAU"))
    with refused(registry, RuleBroken, "cùng giới"):
        registry.do(a_test(child.person_id, on=TODAY, same_sex_officer=False))
    with refused(registry, RuleBroken, "chưa đến thời điểm"):
        registry.do(a_test(child.person_id, on=TODAY, taken_time="23:00"))
    with refused(registry, NotUnderstood, "giờ và phút"):
        registry.do(a_test(child.person_id, on=TODAY, taken_time="tám giờ"))


# -- deciding ------------------------------------------------------------------------------------------------------------------


def test_a_positive_result_opens_a_case_and_a_negative_one_does_not(registry):
    person, test = registry.somebody_positive(on=TODAY)
    other = registry.somebody(id_number="027090005678")
    registry.do(a_test(other.person_id, on=TODAY, result="NEGATIVE", substances=()))

    with registry.asking() as uow:
        (case,) = queries.cases_of(uow, person.person_id)
        assert queries.cases_of(uow, other.person_id) == []
    assert (case.track, case.state, case.test_id, case.ends_on) == ("A", "DETECTED", test.test_id, None)


def test_a_decision_runs_one_year_from_its_day(registry):
    person, test = registry.somebody_positive(on=TODAY)

    case = registry.do(a_decision(person.person_id, on=TODAY))

    assert (case.starts_on, case.ends_on, case.state) == (TODAY, date(2027, 11, 20), "MANAGED")
    (fact,) = facts(registry, "registry.user_management.decided.v1")
    assert (
        fact
        | {
            "case_id": case.case_id,
            "person_key": person.person_key,
            "decided_on": "2026-11-20",
            "starts_on": "2026-11-20",
            "ends_on": "2027-11-20",
            "regime": "R4_L120",
            "decider_role": "CA_CHIEF",
            "form_code": "ND163_PL3_M04",
            "test_id": test.test_id,
        }
        == fact
    )


def test_the_law_under_which_an_act_was_judged_is_kept_with_it(registry):
    _person, act = registry.somebody_managed(on=TODAY)

    assert act.row.law_digest == law().digest
    assert act.row.article == "điểm a khoản 4 Điều 24 Luật Phòng, chống ma túy 2025"


def test_the_worked_example_of_july_2026(registry, clock):
    clock.set(clock.now().replace(year=2026, month=7, day=5, hour=9))
    person = registry.somebody()
    registry.do(
        a_test(
            person.person_id,
            on=date(2026, 7, 3),
            taken_time="16:00",
            received_on=date(2026, 7, 4),
            received_time="10:00",
        )
    )

    with registry.asking() as uow:
        duties = {duty.kind: duty.due.isoformat() for duty in queries.duties(uow)}
    assert duties["DECIDE_ON_RESULT"] == "2026-07-05T10:00:00+07:00"

    with refused(registry, WrongSigner, "điểm a khoản 4 Điều 24"):
        registry.do(a_decision(person.person_id, on=date(2026, 7, 4), signer_role="UB_CHAIR"))
    case = registry.do(a_decision(person.person_id, on=date(2026, 7, 5)))
    assert case.ends_on == date(2027, 7, 5)


def test_a_decision_signed_before_the_boundary_keeps_the_earlier_law(registry):
    person, _test = registry.somebody_positive(on=date(2026, 6, 26))

    case = registry.do(a_decision(person.person_id, on=date(2026, 6, 30), **BY_THE_CHAIR))

    assert (case.row.regime, case.row.form_code) == ("R3_L73_2T", "ND105_M07")
    (fact,) = facts(registry, "registry.user_management.decided.v1")
    assert (fact["decider_role"], fact["regime"]) == ("UB_CHAIR", "R3_L73_2T")


def test_a_result_before_the_boundary_and_a_signature_after_it_is_the_new_deciders_and_the_officer_says_so(registry):
    person, _test = registry.somebody_positive(on=date(2026, 6, 26))

    with refused(registry, WrongSigner, "Trưởng Công an cấp xã"):
        registry.do(a_decision(person.person_id, on=date(2026, 7, 1), **BY_THE_CHAIR))
    with refused(registry, ChoiceMissing, "01/07/2026") as refusal:
        registry.do(a_decision(person.person_id, on=date(2026, 7, 1)))
    assert "choice_t5" in refusal.value.fields
    case = registry.do(a_decision(person.person_id, on=date(2026, 7, 1), choice_t5="NEW_LAW"))

    assert (case.row.regime, case.row.form_code) == ("R4_L120", "ND163_PL3_M04")
    assert (case.row.facts["choice_t5"], case.row.recorded_by) == ("NEW_LAW", OFFICER.account_id)


def test_without_a_positive_test_there_is_nothing_to_manage(registry):
    person = registry.somebody()
    registry.do(a_test(person.person_id, on=TODAY, result="NEGATIVE", substances=()))

    with refused(registry, WrongStep, "Điều 24"):
        registry.do(a_decision(person.person_id, on=TODAY))


def test_somebody_elses_test_is_no_ground(registry):
    registry.somebody_positive(on=TODAY)
    person = registry.somebody(id_number="027090005678")

    with refused(registry, WrongStep, "Điều 24"):
        registry.do(a_decision(person.person_id, on=TODAY))


def test_a_second_open_case_is_refused(registry):
    person, _act = registry.somebody_managed(on=TODAY)
    registry.do(a_test(person.person_id, on=TODAY))

    with refused(registry, WrongStep, "Điều 24"):
        registry.do(a_decision(person.person_id, on=TODAY))


def test_what_the_program_enters_by_itself_nobody_enters_by_hand(registry):
    person = registry.somebody()

    with refused(registry, NotUnderstood, "không nhập bằng tay"):
        registry.do(an_act(person.person_id, "A", "PositiveTest", on=TODAY))


@pytest.mark.parametrize(
    "wrong",
    [
        {"signer_role": None},
        {"signer_role": "UB_CHAIR"},
        {"signer_role": "CA_OFFICER"},
        {"ends_on": date(2027, 11, 19)},
        {"starts_on": date(2026, 11, 21)},
        {"on": date(2026, 11, 21)},
        {"on": date(2026, 11, 18)},
    ],
)
def test_a_decision_against_the_law_leaves_nothing(registry, wrong):
    person, _test = registry.somebody_positive(on=date(2026, 11, 19))

    with refused(registry, ProgrammeError):
        registry.do(a_decision(person.person_id, **{"on": TODAY, **wrong}))


def test_a_decision_of_another_office_is_not_taken_without_its_number(registry):
    person, _test = registry.somebody_positive(on=date(2026, 6, 26))

    with refused(registry, ProofMissing, "khoản 4 Điều 23"):
        registry.do(a_decision(person.person_id, on=date(2026, 6, 30), signer_role="UB_CHAIR"))


def test_two_clerks_at_once_make_one_case(registry):
    person, _test = registry.somebody_positive(on=TODAY)
    start, outcomes = Barrier(2), []

    def decide():
        start.wait()
        try:
            registry.do(a_decision(person.person_id, on=TODAY))
            outcomes.append("done")
        except RuleBroken:
            outcomes.append("refused")

    clerks = [Thread(target=decide) for _clerk in range(2)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()

    assert sorted(outcomes) == ["done", "refused"]
    assert registry.announced().count("registry.user_management.decided.v1") == 1


# -- closing -------------------------------------------------------------------------------------------------------------------


def test_management_stops_for_a_reason_of_the_law(registry):
    person, act = registry.somebody_managed(on=date(2026, 11, 10))

    stopped = registry.stop(person.person_id, on=TODAY)

    assert (stopped.state, stopped.closed_on, stopped.signer_name) == ("STOPPED", TODAY, "Người Ký")
    (fact,) = facts(registry, "registry.user_management.stopped.v1")
    assert (
        fact
        | {
            "case_id": act.case_id,
            "person_key": person.person_key,
            "stopped_on": "2026-11-20",
            "reason": "PRISON",
            "regime": "R4_L120",
            "form_code": "ND163_PL3_M08",
        }
        == fact
    )


def test_management_ends_with_its_term_and_not_before(registry, clock):
    person, _act = registry.somebody_managed(on=TODAY)
    with refused(registry, RuleBroken, "20/11/2027"):
        registry.do(an_end(person.person_id, on=TODAY))

    clock.advance(timedelta(days=365))
    ended = registry.do(an_end(person.person_id, on=date(2027, 11, 20)))

    assert (ended.state, ended.row.form_code, ended.closing_reason) == ("ENDED", "ND163_PL3_M09", None)
    assert "registry.user_management.ended.v1" in registry.announced()


def test_what_is_closed_stays_closed(registry):
    person, _act = registry.somebody_managed(on=TODAY)
    registry.stop(person.person_id, on=TODAY)

    with refused(registry, WrongStep, "khoản 5 Điều 24"):
        registry.do(a_stop(person.person_id, on=TODAY))
    with refused(registry, WrongStep, "khoản 3 Điều 63"):
        registry.do(an_end(person.person_id, on=TODAY))


def test_an_old_case_is_stopped_under_the_law_of_the_day_of_signing(registry):
    person, _test = registry.somebody_positive(on=date(2026, 6, 26))
    registry.do(a_decision(person.person_id, on=date(2026, 6, 29), **BY_THE_CHAIR))

    with refused(registry, RuleBroken, "khoản 5 Điều 24"):
        registry.do(a_stop(person.person_id, on=date(2026, 7, 2), reason="GIAO_DUC_TAI_XA"))
    registry.do(imprisoned(person.person_id, since=date(2026, 7, 2)))
    with refused(registry, WrongSigner, "khoản 5 Điều 24"):
        registry.do(a_stop(person.person_id, on=date(2026, 7, 2), **BY_THE_CHAIR))
    stopped = registry.do(
        a_stop(
            person.person_id,
            on=date(2026, 6, 30),
            reason="GIAO_DUC_TAI_XA",
            **BY_THE_CHAIR | {"signer_role": "UB_VICE"},
        )
    )

    assert (stopped.row.regime, stopped.row.form_code) == ("R3_L73_2T", "ND105_M09")
    assert stopped.ends_on == date(2027, 6, 29)


def test_after_a_stop_a_new_positive_test_opens_a_new_case(registry):
    person, first = registry.somebody_managed(on=date(2026, 11, 10))
    registry.stop(person.person_id, on=date(2026, 11, 12))

    with refused(registry, WrongStep, "Điều 24"):
        registry.do(a_decision(person.person_id, on=TODAY))
    registry.do(a_test(person.person_id, on=TODAY))
    again = registry.do(a_decision(person.person_id, on=TODAY))

    assert again.case_id != first.case_id
    assert registry.announced().count("registry.user_management.decided.v1") == 2


def test_use_during_management_is_noted_in_the_case_and_opens_no_other(registry):
    person, act = registry.somebody_managed(on=date(2026, 11, 10))

    again = registry.do(a_test(person.person_id, on=TODAY))

    with registry.asking() as uow:
        (case,) = queries.cases_of(uow, person.person_id)
    assert (case.case_id, case.state, case.facts["reuse_test_id"]) == (act.case_id, "MANAGED", again.test_id)


def test_a_result_that_comes_late_is_entered_whatever_happened_since(registry):
    person, _act = registry.somebody_managed(on=date(2026, 11, 10))
    absence = {"absent_from": date(2026, 11, 12), "absent_until": date(2026, 11, 14)}
    registry.do(an_act(person.person_id, "A", "AbsenceRecorded", on=date(2026, 11, 19), **absence))

    before = registry.do(a_test(person.person_id, on=date(2026, 11, 9)))
    with registry.asking() as uow:
        assert "reuse_test_id" not in queries.cases_of(uow, person.person_id)[0].facts
    during = registry.do(a_test(person.person_id, on=date(2026, 11, 15)))

    with registry.asking() as uow:
        assert queries.cases_of(uow, person.person_id)[0].facts["reuse_test_id"] == during.test_id
        assert {test.test_id for test in queries.tests_of(uow, person.person_id)} >= {before.test_id, during.test_id}


# -- use after the term --------------------------------------------------------------------------------------------------------


def managed_over_its_term(registry, clock, *, used_on):
    """Management of 5 July 2026, whose end nobody declared, and a positive test."""
    clock.set(datetime(2027, 7, 20, 3, tzinfo=UTC))
    person, _act = registry.somebody_managed(on=date(2026, 7, 5))
    return person, registry.do(a_test(person.person_id, on=used_on))


def test_use_after_the_term_is_no_renewed_use_and_leads_to_a_new_case_when_the_end_is_declared(registry, clock):
    person, used = managed_over_its_term(registry, clock, used_on=date(2027, 7, 15))
    asked = {"ground": "REUSE_MANAGED", "requester": "POLICE", **signed_by_the_chief()}
    with pytest.raises(RuleBroken, match="INV-4"):
        registry.do(an_act(person.person_id, "B", "Requested", on=date(2027, 7, 16), **asked))

    registry.do(an_end(person.person_id, on=date(2027, 7, 16)))

    with registry.asking() as uow:
        new, old = sorted(queries.cases_of(uow, person.person_id), key=lambda case: case.state)
        due = {(line.row.case_id, line.row.code) for line in queries.duties(uow, person_id=person.person_id)}
    assert (old.state, "reuse_test_id" in old.facts) == ("ENDED", False)
    assert (new.state, new.test_id, new.facts["received_at"]) == ("DETECTED", used.test_id, "2027-07-15T08:00:00+07:00")
    assert (new.case_id, "DECIDE_ON_RESULT") in due
    registry.do(a_decision(person.person_id, on=date(2027, 7, 16)))
    assert ("MANAGED", date(2028, 7, 16), None) in cases(registry, person)


def test_the_end_may_be_declared_of_its_last_day_though_use_after_it_is_known(registry, clock):
    person, _used = managed_over_its_term(registry, clock, used_on=date(2027, 7, 15))

    end = registry.do(an_end(person.person_id, on=date(2027, 7, 5)))

    assert [state for state, *_days in cases(registry, person)] == ["DETECTED", "ENDED"]
    registry.annul_document_of(end, on=date(2027, 7, 16))
    registry.do(AnnulAct(act_id=end.act_id, reason="Ghi nhầm"))
    assert sorted(state for state, *_days in cases(registry, person)) == ["ANNULLED", "MANAGED"]


def test_use_on_the_last_day_of_the_term_is_renewed_use(registry, clock):
    person, used = managed_over_its_term(registry, clock, used_on=date(2027, 7, 5))

    with registry.asking() as uow:
        assert queries.cases_of(uow, person.person_id)[0].facts["reuse_test_id"] == used.test_id
    with pytest.raises(RuleBroken, match="INV-4"):
        registry.do(an_end(person.person_id, on=date(2027, 7, 16)))


def test_use_that_an_absence_brings_into_the_term_is_renewed_use(registry, clock):
    person, used = managed_over_its_term(registry, clock, used_on=date(2027, 7, 8))
    absence = {"absent_from": date(2027, 6, 1), "absent_until": date(2027, 6, 11)}

    registry.do(an_act(person.person_id, "A", "AbsenceRecorded", on=date(2027, 7, 12), **absence))

    with registry.asking() as uow:
        (case,) = queries.cases_of(uow, person.person_id)
    assert (case.ends_on, case.facts["reuse_test_id"]) == (date(2027, 7, 15), used.test_id)


# -- mistakes ------------------------------------------------------------------------------------------------------------------


def cases(registry, person):
    with registry.asking() as uow:
        return [(case.state, case.ends_on, case.closed_on) for case in queries.cases_of(uow, person.person_id)]


def test_a_stop_that_was_a_mistake_is_annulled_and_the_case_runs_on(registry):
    person, _act = registry.somebody_managed(on=date(2026, 11, 10))
    before = cases(registry, person)
    stopped = registry.stop(person.person_id, on=TODAY)

    registry.annul_document_of(stopped, on=TODAY)
    annulled = registry.do(AnnulAct(act_id=stopped.act_id, reason="nhầm người"), by=CHIEF)

    assert cases(registry, person) == before
    assert annulled.row.annulled_by == CHIEF.account_id
    assert registry.announced()[-1] == "registry.user_management.corrected.v1"
    (fact,) = facts(registry, "registry.user_management.corrected.v1")
    assert (fact["state"], fact["ends_on"], fact["void"]) == ("MANAGED", "2027-11-10", False)


def test_an_act_on_which_later_ones_stand_is_not_annulled_before_them(registry):
    person, decided = registry.somebody_managed(on=date(2026, 11, 10))
    registry.stop(person.person_id, on=TODAY)

    with refused(registry, OthersFollow, "INV-8"):
        registry.do(AnnulAct(act_id=decided.act_id, reason="nhầm"), by=CHIEF)


def test_an_act_is_annulled_once_and_by_whoever_may(registry):
    person, _act = registry.somebody_managed(on=date(2026, 11, 10))
    stopped = registry.stop(person.person_id, on=TODAY)
    registry.annul_document_of(stopped, on=TODAY)

    with refused(registry, NotAllowed):
        registry.do(AnnulAct(act_id=stopped.act_id, reason="nhầm"), by=an_actor("registry", "DPO_AUDIT"))
    registry.do(AnnulAct(act_id=stopped.act_id, reason="nhầm"), by=CHIEF)
    with refused(registry, RuleBroken, "đã được hủy"):
        registry.do(AnnulAct(act_id=stopped.act_id, reason="nhầm"), by=CHIEF)


# -- drafts for signature ------------------------------------------------------------------------------------------------------


def propose(registry, command, by=OFFICER):
    with registry.runtime.unit_of_work(by) as uow:
        return handlers.propose(command, uow)


def test_an_officer_drafts_and_the_decider_signs_today(registry):
    person, _test = registry.somebody_positive(on=TODAY)

    draft = propose(registry, a_decision(person.person_id, on=TODAY))
    assert "registry.user_management.decided.v1" not in registry.announced()
    signed = registry.do(SignProposal(proposal_id=draft.proposal_id, signer_name="Người Ký"), by=CHIEF)

    assert (signed.state, signed.ends_on, signed.row.signer_role) == ("MANAGED", date(2027, 11, 20), "CA_CHIEF")
    assert (signed.row.recorded_by, signed.row.signed_by) == (OFFICER.account_id, CHIEF.account_id)
    with refused(registry, ProposalSettled):
        registry.do(SignProposal(proposal_id=draft.proposal_id, signer_name="Người Ký"), by=CHIEF)


def test_who_drafts_does_not_sign(registry):
    person, _test = registry.somebody_positive(on=TODAY)
    draft = propose(registry, a_decision(person.person_id, on=TODAY), by=CHIEF)

    with refused(registry, DrafterMaySign):
        registry.do(SignProposal(proposal_id=draft.proposal_id, signer_name="Người Ký"), by=CHIEF)
    with refused(registry, NotAllowed):
        registry.do(SignProposal(proposal_id=draft.proposal_id, signer_name="Người Ký"))


def test_what_the_law_refuses_is_refused_when_it_is_drafted(registry):
    person, _test = registry.somebody_positive(on=TODAY)

    with refused(registry, WrongSigner, "điểm a khoản 4 Điều 24"):
        propose(registry, a_decision(person.person_id, on=TODAY, signer_role="UB_CHAIR"))


def test_a_draft_goes_back_with_what_is_to_be_mended(registry):
    person, _test = registry.somebody_positive(on=TODAY)
    draft = propose(registry, a_decision(person.person_id, on=TODAY))

    returned = registry.do(ReturnProposal(proposal_id=draft.proposal_id, reason="thiếu ngày xác minh"), by=CHIEF)

    assert returned.row.state == "RETURNED"
    assert returned.returned_because == "thiếu ngày xác minh"
    assert "registry.user_management.decided.v1" not in registry.announced()


# -- circumstances -------------------------------------------------------------------------------------------------------------


def test_a_criminal_case_bars_management_until_it_is_over(registry):
    person, _test = registry.somebody_positive(on=date(2026, 11, 18))
    noted = registry.do(
        RecordCircumstance(person_id=person.person_id, kind="CRIMINAL_CASE", since_on=date(2026, 11, 18))
    )

    with refused(registry, RuleBroken, "INV-7"):
        registry.do(a_decision(person.person_id, on=TODAY))
    registry.do(EndCircumstance(circumstance_id=noted.circumstance_id, until_on=date(2026, 11, 19)))

    assert registry.do(a_decision(person.person_id, on=TODAY)).state == "MANAGED"
    with refused(registry, NotUnderstood, "Đến ngày"):
        registry.do(EndCircumstance(circumstance_id=noted.circumstance_id, until_on=date(2026, 11, 17)))


# -- who may -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["UB_CHAIR", "UB_VICE", "DPO_AUDIT", "SYSADMIN", "NOBODY"])
def test_whoever_has_no_business_here_may_do_nothing(registry, role):
    person, _test = registry.somebody_positive(on=TODAY)
    managed, _act = registry.somebody_managed(on=TODAY, id_number="027090005678")
    somebody = an_actor("registry", role)

    for command in (
        a_person(id_number="027090009999"),
        a_correction(person),
        a_test(person.person_id, on=TODAY),
        a_decision(person.person_id, on=TODAY),
        a_stop(managed.person_id, on=TODAY),
        an_end(managed.person_id, on=TODAY),
    ):
        with refused(registry, NotAllowed):
            registry.do(command, by=somebody)


def test_another_units_records_are_not_there(registry):
    person, _test = registry.somebody_positive(on=TODAY)
    managed, _act = registry.somebody_managed(on=TODAY, id_number="027090005678")
    elsewhere = an_actor("registry", "CA_OFFICER", unit="09379")

    for command in (
        a_correction(person),
        a_test(person.person_id, on=TODAY),
        a_decision(person.person_id, on=TODAY),
        a_stop(managed.person_id, on=TODAY),
        an_end(managed.person_id, on=TODAY),
    ):
        with refused(registry, NotFound):
            registry.do(command, by=elsewhere)


def test_the_same_number_in_two_units_is_two_records_with_one_key(registry):
    person = registry.somebody()
    elsewhere = an_actor("registry", "CA_OFFICER", unit="09379")

    other = registry.do(a_person(), by=elsewhere)

    assert other.person_id != person.person_id
    assert other.person_key == person.person_key


# -- the tables hold what the rules say ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE legal_case SET closed_on = '2020-01-01'",
        "UPDATE legal_case SET ends_on = '2020-01-01'",
        "UPDATE act SET annulled_at = '2026-11-20 00:00:00'",
        "UPDATE act SET sequence = 1",
        "UPDATE person SET sex = 'OTHER'",
        "UPDATE test_result SET result = 'MAYBE'",
    ],
)
def test_a_row_that_breaks_a_rule_cannot_be_written(registry, change):
    registry.somebody_managed(on=TODAY)

    with pytest.raises(IntegrityError), registry.runtime.store.begin() as session:
        session.execute(text(change))


def test_old_keys_can_be_retired(registry):
    person, _case = registry.somebody_managed(on=TODAY)
    ring = registry.runtime.keys.rotate()
    vault = Vault(ring)

    resealed = reseal(registry.runtime.store.begin, vault, registry.runtime.definition.sealed_columns)

    assert resealed == 6  # the person, the test, the two acts, the decision's data and its bytes
    ring = ring.remove(1)
    with registry.runtime.store.reading() as session:
        row = session.get(Person, person.person_id)
        assert Vault(ring).open_answers(f"person/{row.person_id}", row.sealed)["full_name"] == "Nguyễn Đức Ánh"


def test_the_minute_that_is_typed_as_now_is_now(registry, clock):
    person, _test = registry.somebody_positive(on=date(2026, 11, 19))
    clock.set(datetime(2026, 11, 20, 9, 0, 20, tzinfo=LOCAL_ZONE))
    registry.do(an_act(person.person_id, "A", "ResidenceVerified", on=date(2026, 11, 20), stable=True))
    clock.set(datetime(2026, 11, 20, 9, 0, 40, tzinfo=LOCAL_ZONE))

    decided = registry.do(a_decision(person.person_id, on=date(2026, 11, 20), happened_time="09:00"))

    assert decided.state == "MANAGED"
    assert decided.row.happened_at == clock.now()
