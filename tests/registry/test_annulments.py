"""Annulling in odd orders: what a term was moved by, and what another agency was asked for."""

from datetime import date

from chassis.errors import RuleBroken
from services.registry import queries
from services.registry.commands import AnnulAct
from services.registry.handlers.annulments import DocumentStands, OthersFollow
from services.registry.handlers.documents import NumberTaken
from services.registry.law import law
from services.registry.pages.documents import line_of
from services.registry.queries.documents import documents_of, series_of
from tests.registry.builders import a_decision, a_person, an_act
from tests.registry.test_handlers import CHIEF, TODAY, facts, refused

DECIDED = date(2026, 11, 2)


def absent(registry, person, since, until):
    away = {"absent_from": date(2026, 11, since), "absent_until": date(2026, 11, until)}
    return registry.do(an_act(person.person_id, "A", "AbsenceRecorded", on=date(2026, 11, until), **away))


def ends_on(registry, person):
    with registry.asking() as uow:
        return queries.cases_of(uow, person.person_id)[0].ends_on


def test_of_two_acts_that_moved_the_end_the_later_one_is_annulled_first(registry):
    person, _decided = registry.somebody_managed(on=DECIDED)
    first, second = absent(registry, person, 4, 6), absent(registry, person, 10, 13)
    assert ends_on(registry, person) == date(2027, 11, 7)

    with refused(registry, OthersFollow, "INV-8"):
        registry.do(AnnulAct(act_id=first.act_id, reason="nhầm"), by=CHIEF)
    registry.do(AnnulAct(act_id=second.act_id, reason="nhầm"), by=CHIEF)
    registry.do(AnnulAct(act_id=first.act_id, reason="nhầm"), by=CHIEF)

    assert ends_on(registry, person) == date(2027, 11, 2)


def test_the_station_hears_that_a_request_was_annulled(registry):
    person = registry.do(a_person())
    asked = registry.do(
        an_act(
            person.person_id, "B", "Requested", on=TODAY, ground="VOLUNTARY", requester="PERSON",
            document_number="1/DN", signer_role="PERSON", signer_name="Người Làm Đơn",
        )
    )  # fmt: skip

    registry.do(AnnulAct(act_id=asked.act_id, reason="nhầm người"), by=CHIEF)

    (fact,) = facts(registry, "registry.determination.withdrawn.v1")
    assert (fact["request_id"], fact["reason"]) == (asked.case_id, "MISTAKEN")


def test_whatever_is_announced_of_a_case_is_announced_anew_when_it_was_a_mistake():
    told = {track.track for track in law().tracks.values() if any(line.announces for line in track.transitions)}
    silent = {code for code in told if law().tracks[code].corrects is None}

    assert silent == {"B"}, "a request for a determination is withdrawn instead"


def test_an_entry_that_was_a_mistake_is_taken_back_from_every_list(registry):
    person = registry.do(a_person())
    taken = registry.do(
        an_act(person.person_id, "C", "TransferReceived", on=TODAY, from_commune="09400", concluded_on=TODAY)
    )

    registry.do(AnnulAct(act_id=taken.act_id, reason="nhầm người"), by=CHIEF)

    (fact,) = facts(registry, "registry.addict_list.corrected.v1")
    assert (fact["case_id"], fact["void"]) == (taken.case_id, True)


def test_an_act_that_issued_a_document_is_annulled_after_the_document_and_then_done_anew(registry):
    person, decided = registry.somebody_managed(on=DECIDED)
    before = registry.rows()

    with refused(registry, DocumentStands, "01/QĐ-CAP.*hủy bỏ văn bản đó trước"):
        registry.do(AnnulAct(act_id=decided.act_id, reason="nhầm người"), by=CHIEF)
    assert registry.rows() == before
    annulment = registry.annul_document_of(decided, on=TODAY)
    registry.do(AnnulAct(act_id=decided.act_id, reason="nhầm người"), by=CHIEF)
    again = registry.do(a_decision(person.person_id, on=DECIDED))

    assert (annulment.shown_number, again.row.document_number) == ("02/QĐ-CAP", "03/QĐ-CAP")
    with registry.asking() as uow:
        standing = [each.shown_number for each in documents_of(uow, person.person_id) if each.annulled_by is None]
    assert sorted(standing) == ["02/QĐ-CAP", "03/QĐ-CAP"]


def entered_from_paper(registry, person, on):
    return registry.do(a_decision(person.person_id, on=on, document_number="15/QĐ-CAP"))


def test_a_paper_entered_wrongly_is_entered_anew_under_its_number_without_a_decision(registry):
    person, _test = registry.somebody_positive(on=date(2026, 11, 1))
    wrong = entered_from_paper(registry, person, date(2026, 11, 3))

    registry.do(AnnulAct(act_id=wrong.act_id, reason="nhầm ngày"), by=CHIEF)
    with registry.asking() as uow:
        assert 15 in series_of(uow, 2026)[0].gaps
    right = entered_from_paper(registry, person, DECIDED)

    assert right.row.document_number == "15/QĐ-CAP"
    with registry.asking() as uow:
        found = {
            each.issued_on: (each.number, each.stands, each.annulled_by) for each in documents_of(uow, person.person_id)
        }
        assert found == {date(2026, 11, 3): (15, False, None), DECIDED: (15, True, None)}
        assert (series_of(uow, 2026)[0].last, series_of(uow, 2026)[0].count) == (15, 1)
    other, _test = registry.somebody_positive(on=date(2026, 11, 1), id_number="027090001299")
    with refused(registry, NumberTaken, "15/QĐ-CAP"):
        entered_from_paper(registry, other, DECIDED)


def test_what_was_voided_with_its_act_is_shown_so_and_is_not_annulled_once_more(registry):
    person, _test = registry.somebody_positive(on=date(2026, 11, 1))
    wrong = entered_from_paper(registry, person, date(2026, 11, 3))
    registry.do(AnnulAct(act_id=wrong.act_id, reason="nhầm ngày"), by=CHIEF)

    with refused(registry, RuleBroken, "đã bị hủy bỏ trước đây"):
        registry.annul_document_of(wrong, on=TODAY)
    with registry.asking() as uow:
        (line,) = [line_of(each) for each in documents_of(uow, person.person_id)]
    assert line["cells"]["state"]["word"] == "Đã hủy cùng việc ghi nhầm"
