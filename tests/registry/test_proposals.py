"""A draft goes to its decider, who signs it or gives it back; who drafts never signs."""

from datetime import date
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from chassis.errors import NotAllowed, RuleBroken
from chassis.testing import an_actor
from services.registry import handlers, queries
from services.registry.commands import ReturnProposal, SignProposal
from services.registry.documents import draft_document
from services.registry.pages import today
from services.registry.tables import Case, Proposal
from tests.registry.builders import OFFICER, a_decision, a_person, a_test

CHIEF = an_actor("registry", "CA_CHIEF", account_id="acc-chief")
TODAY = date(2026, 11, 20)


@pytest.fixture
def detected(registry):
    person = registry.do(a_person())
    registry.do(a_test(person.person_id, on=TODAY))
    return person


def propose(registry, person, *, by=OFFICER, **answers):
    with registry.runtime.unit_of_work(by) as uow:
        return handlers.propose(a_decision(person.person_id, on=TODAY, signer_name=None, **answers), uow)


def sign(registry, proposal_id, *, by=CHIEF):
    return registry.do(SignProposal(proposal_id=proposal_id, signer_name="Trần Văn Trưởng"), by=by)


def test_a_draft_waits_and_changes_nothing(registry, detected):
    proposal = propose(registry, detected)

    with registry.asking() as uow:
        assert queries.open_case_of(uow, detected.person_id, "A").state == "DETECTED"
        (waiting,) = queries.waiting_for_signature(uow).lines
        assert waiting.proposal.proposal_id == proposal.proposal_id
        assert waiting.person.person_id == detected.person_id
        with ZipFile(BytesIO(draft_document(uow, proposal.proposal_id))) as paper:
            assert "DỰ THẢO" in paper.read("word/document.xml").decode() + "".join(
                paper.read(name).decode() for name in paper.namelist() if name.startswith("word/header")
            )


def test_the_decider_signs_and_the_act_takes_the_next_number(registry, detected):
    proposal = propose(registry, detected)

    signed = sign(registry, proposal.proposal_id)

    assert (signed.state, signed.row.document_number, signed.signer_name) == ("MANAGED", "01/QĐ-CAP", "Trần Văn Trưởng")
    assert (signed.row.recorded_by, signed.row.signed_by) == (OFFICER.account_id, CHIEF.account_id)
    assert registry.announced()[-1] == "registry.user_management.decided.v1"
    with registry.asking() as uow:
        assert queries.waiting_for_signature(uow).count == 0
        assert uow.session.scalar(select(Proposal.act_id)) == signed.act_id


def test_who_drafted_does_not_sign(registry, detected):
    both = an_actor("registry", "CA_CHIEF", "CA_OFFICER", account_id="acc-both")
    proposal = propose(registry, detected, by=both)

    with pytest.raises(RuleBroken, match="không được ký văn bản do mình soạn"):
        sign(registry, proposal.proposal_id, by=both)
    assert sign(registry, proposal.proposal_id).state == "MANAGED"


@pytest.mark.parametrize("role", ["CA_OFFICER", "UB_CHAIR", "DPO_AUDIT", "SYSADMIN"])
def test_nobody_but_the_decider_signs(registry, detected, role):
    proposal = propose(registry, detected)

    with pytest.raises(NotAllowed):
        sign(registry, proposal.proposal_id, by=an_actor("registry", role, account_id="acc-other"))
    with registry.asking() as uow:
        assert uow.session.scalar(select(Case.state)) == "DETECTED"


def test_a_draft_that_is_given_back_is_settled(registry, detected):
    proposal = propose(registry, detected)

    returned = registry.do(ReturnProposal(proposal_id=proposal.proposal_id, reason="thiếu nơi cư trú"), by=CHIEF)

    assert (returned.row.state, returned.returned_because) == ("RETURNED", "thiếu nơi cư trú")
    with pytest.raises(RuleBroken, match="đã được ký hoặc đã trả lại"):
        sign(registry, proposal.proposal_id)


def test_what_the_law_forbids_is_refused_when_it_is_drafted(registry):
    person = registry.do(a_person())

    with pytest.raises(RuleBroken, match="Điều 24"):
        propose(registry, person)
    with registry.asking() as uow:
        assert uow.session.scalar(select(Proposal.proposal_id)) is None


def test_many_drafts_are_shown_page_by_page_and_counted_whole(registry, console, monkeypatch):
    monkeypatch.setattr(today, "LINES_ON_PAGE", 20)
    for number in range(27):
        name = "Người Cuối" if number == 26 else "Người Đầu"
        person = registry.do(a_person(full_name=name, id_number=f"0270900{number:05}"))
        registry.do(a_test(person.person_id, on=TODAY))
        propose(registry, person)
    chief = console.signed_in("CA_CHIEF")

    landing = unescape(chief.get("/").text)
    assert '>Chờ ký <span class="count">27</span>' in landing
    assert landing.count("Xem và ký") == 25 and "2 việc nữa" in landing and "/duties/signature" in landing
    assert "chờ ký, trình lúc 09:00 20/11/2026" in landing
    drafter = unescape(console.signed_in("CA_OFFICER", username="drafter").get("/").text)
    assert drafter.count("Xem dự thảo") == 25 and "Xem và ký" not in drafter

    first, second = (unescape(chief.get(f"/duties/signature{more}").text) for more in ("", "?from=20"))
    assert "27 việc" in first and "/duties/signature?from=20" in first
    assert (first.count("Xem và ký"), second.count("Xem và ký")) == (20, 7)
    assert "NGƯỜI CUỐI" in second and "NGƯỜI CUỐI" not in first and "Trang sau" not in second


def test_a_long_group_of_duties_says_how_many_there_are(registry, console):
    for number in range(30):
        person = registry.do(a_person(id_number=f"0270900{number:05}"))
        registry.do(a_test(person.person_id, on=TODAY))

    landing = unescape(console.signed_in("CA_OFFICER").get("/").text)
    assert '>Trong 24 giờ <span class="count">60</span>' in landing, "two duties for each"
    assert "35 việc nữa" in landing
