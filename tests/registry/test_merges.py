"""Two records of one person become one and can be parted again; what was said is said anew under the right pseudonym."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from chassis.errors import NotUnderstood, RuleBroken
from services.registry import handlers, queries
from services.registry.commands import MergePeople, PartPeople, WithdrawTestResult
from services.registry.handlers.books import record_residence
from services.registry.queries.documents import documents_of
from services.registry.tables import Case, PersonMerge, TestResult
from tests.registry.books import a_residence
from tests.registry.builders import OFFICER, a_decision, a_person, a_stop, a_test, imprisoned
from tests.registry.health_says import a_result

TODAY = date(2026, 11, 20)
NUMBER = "027090005678"


def do(registry, handler, command):
    with registry.runtime.unit_of_work(OFFICER) as uow:
        return handler(command, uow)


def merge(registry, person, *, number=NUMBER):
    command = MergePeople(person_id=person.person_id, into_number=number, reason="cùng ảnh, cùng cha mẹ")
    return do(registry, handlers.merge_people, command)


@pytest.fixture
def two(registry):
    """Somebody without papers, under management, and the same person with papers."""
    without = registry.do(a_person(id_type="NONE", id_number=None, no_id_reason="mất giấy tờ"))
    registry.do(a_test(without.person_id, on=TODAY))
    registry.do(a_decision(without.person_id, on=TODAY))
    return without, registry.do(a_person(id_number=NUMBER))


def last_facts(registry, type_):
    import json

    outbox = registry.runtime.tables.outbox.outbox
    with registry.runtime.store.reading() as session:
        rows = session.execute(select(outbox.c.type, outbox.c.data).order_by(outbox.c.written))
        return [json.loads(row.data) for row in rows if row.type == type_]


def test_everything_goes_over_and_is_said_under_the_kept_key(registry, two):
    without, with_papers = two

    kept = merge(registry, without)

    assert kept.person_id == with_papers.person_id
    with registry.asking() as uow:
        (case,) = queries.cases_of(uow, with_papers.person_id)
        assert case.state == "MANAGED"
        assert queries.cases_of(uow, without.person_id) == []
        assert [test.person_id for test in uow.session.scalars(select(TestResult))] == [with_papers.person_id]
        assert queries.duties(uow, person_id=with_papers.person_id, within=timedelta(days=400))
        assert [person.person_id for person in queries.people(uow).items] == [with_papers.person_id]
    (said,) = last_facts(registry, "registry.user_management.corrected.v1")
    assert (said["person_key"], said["void"], said["ends_on"]) == (kept.person_key, False, "2027-11-20")


def test_a_merge_is_undone_to_what_was_there(registry, two):
    without, _with_papers = two
    merge(registry, without)
    with registry.asking() as uow:
        merge_id = uow.session.scalar(select(PersonMerge.merge_id))

    parted = do(registry, handlers.part_people, PartPeople(merge_id=merge_id))

    assert parted.person_id == without.person_id
    with registry.asking() as uow:
        assert [case.person_id for case in uow.session.scalars(select(Case))] == [without.person_id]
        history = queries.history_for(uow, without.person_id)
        assert history.open_case("A").state == "MANAGED"
        assert len(queries.people(uow).items) == 2
    assert last_facts(registry, "registry.user_management.corrected.v1")[-1]["person_key"] == without.person_key
    with pytest.raises(RuleBroken, match="đã được tách"):
        do(registry, handlers.part_people, PartPeople(merge_id=merge_id))


def test_two_open_cases_of_one_kind_do_not_merge(registry, two):
    without, with_papers = two
    registry.do(a_test(with_papers.person_id, on=TODAY))

    with pytest.raises(RuleBroken, match="INV-1"):
        merge(registry, without)
    with registry.asking() as uow:
        assert uow.session.scalar(select(PersonMerge.merge_id)) is None


def test_a_managed_user_does_not_merge_with_somebody_on_the_list_of_people_with_addiction(registry, two, clock):
    without, with_papers = two
    registry.runtime.inbox.receive([a_result(with_papers.person_key, addicted=True, on=TODAY, at=clock.now())])

    with pytest.raises(RuleBroken, match="INV-2"):
        merge(registry, without)


@pytest.mark.parametrize("number", ["027090009999", "027090001234"])
def test_a_number_that_is_nobodys_or_ones_own_is_refused(registry, number):
    person = registry.do(a_person(id_number="027090001234"))

    with pytest.raises(NotUnderstood, match="Số giấy tờ"):
        merge(registry, person, number=number)


def test_what_was_entered_in_a_case_since_the_merge_goes_back_with_it(registry, two, clock):
    """A test of the kept record that renewed use was entered by, and the decision that was issued, belong to the case."""
    without, with_papers = two
    merge(registry, without)
    later = TODAY + timedelta(days=2)
    clock.advance(timedelta(days=2))
    test = registry.do(a_test(with_papers.person_id, on=later))
    registry.do(imprisoned(with_papers.person_id, since=later))
    stopped = registry.do(a_stop(with_papers.person_id, on=later, document_number=None))
    with registry.asking() as uow:
        merge_id = uow.session.scalar(select(PersonMerge.merge_id))

    do(registry, handlers.part_people, PartPeople(merge_id=merge_id))

    with registry.asking() as uow:
        history = queries.history_for(uow, without.person_id)
        assert test.test_id in {each.test_id for each in history.tests}
        assert queries.history_for(uow, with_papers.person_id).tests == []
        documents = [each.row.document_id for each in documents_of(uow, without.person_id)]
        assert stopped.row.document_id in documents
    assert registry.do(WithdrawTestResult(test_id=test.test_id, reason="của người khác")).withdrawn_at is not None


def test_merges_are_undone_the_last_one_first(registry, two):
    without, with_papers = two
    merge(registry, without)
    third = registry.do(a_person(id_number="027090007777"))
    merge(registry, with_papers, number="027090007777")
    with registry.asking() as uow:
        first, second = uow.session.scalars(
            select(PersonMerge.merge_id).order_by(PersonMerge.merged_at, PersonMerge.merge_id)
        )

    with pytest.raises(RuleBroken, match="gộp tiếp"):
        do(registry, handlers.part_people, PartPeople(merge_id=first))
    do(registry, handlers.part_people, PartPeople(merge_id=second))
    do(registry, handlers.part_people, PartPeople(merge_id=first))

    with registry.asking() as uow:
        assert [case.person_id for case in uow.session.scalars(select(Case))] == [without.person_id]
        assert queries.cases_of(uow, third.person_id) == []


def test_nothing_is_entered_of_a_record_that_went_into_another(registry, two):
    without, _with_papers = two
    merge(registry, without)

    with pytest.raises(RuleBroken, match="đã gộp vào hồ sơ khác"):
        registry.do(a_test(without.person_id, on=TODAY))


def test_two_records_that_each_have_a_present_residence_say_which_line_is_in_the_way(registry, two):
    without, with_papers = two
    for person in (without, with_papers):
        do(registry, record_residence, a_residence(person.person_id, since=date(2020, 1, 1)))

    with pytest.raises(RuleBroken, match="nơi cư trú hiện tại"):
        merge(registry, without)
    with registry.asking() as uow:
        assert uow.session.scalar(select(PersonMerge.merge_id)) is None
