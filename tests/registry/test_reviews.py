"""What the law of 01/07/2026 leaves to be looked at once reaches the officer, and only for those whom it concerns."""

from datetime import date
from html import unescape

from services.registry import queries
from services.registry.domain.status import to_review
from services.registry.law import law
from tests.registry.tracks.test_stored_lives import StoredLife

BEFORE, AFTER = date(2026, 5, 4), date(2026, 9, 7)


def listed(registry, on, **answers):
    life = StoredLife(registry, **answers)
    life.heard("B.ResultAddicted", on, "10:00", concluded_on=on)
    return life


def at_home(registry, on, **answers):
    life = listed(registry, on, **answers)
    life.did("D.Registered", on, "12:00", venue="HOME_COMMUNITY")
    life.did("D.Decided", on, "14:00", term_months=12)
    life.did("D.Received", on, "15:00")
    return life


def counts(registry):
    with registry.asking() as uow:
        return queries.count_reviews(uow)


def found(registry, code):
    with registry.asking() as uow:
        return [line.person.person_id for line in queries.reviews(uow, code=code, limit=10)]


def test_entries_of_the_old_list_are_to_be_reviewed_and_those_of_the_new_one_are_not(registry):
    old = listed(registry, BEFORE)
    listed(registry, AFTER, id_number="027090005678")

    assert found(registry, "LIST_ENTRY") == [old.person_id]
    old.did("C.ReviewedUnderNewLaw", AFTER, review_outcome="KEEP")
    assert counts(registry) == {"LIST_ENTRY": 0, "MONITORING_T3": 0, "VENUE_T4": 0}


def test_rehabilitation_at_home_from_before_is_to_be_monitored_but_not_that_of_minors(registry):
    adult = at_home(registry, BEFORE)
    minor = at_home(registry, BEFORE, id_number="027090005678", birth_date="2012-05-01")
    grown_up = at_home(registry, BEFORE, id_number="027090009999", birth_date="2008-08-01")

    assert set(found(registry, "MONITORING_T3")) == {adult.person_id, grown_up.person_id}
    with registry.asking() as uow:
        assert to_review(law(), queries.history_for(uow, minor.person_id), uow.today()) == ["LIST_ENTRY"]
    adult.did("H.Decided", AFTER, em_basis="COMMUNITY_REHAB")
    assert found(registry, "MONITORING_T3") == [grown_up.person_id]


def test_a_minor_in_a_facility_from_before_is_to_have_the_venue_chosen(registry):
    def in_facility(**answers):
        life = listed(registry, date(2026, 3, 2), **answers)
        life.did("B.NotifiedToPerson", date(2026, 3, 2), "11:00")
        life.did(
            "F.GroundFound", date(2026, 3, 30), ground="A_NOT_REG_START_SELFTERM", last_violation_on=date(2026, 3, 30)
        )
        life.did("F.DossierOpened", date(2026, 3, 30))
        life.did("F.NoticeServed", date(2026, 3, 30))
        life.did("F.SentToCourt", date(2026, 4, 14))
        life.did("F.CourtApproved", date(2026, 4, 20), term_months=12)
        life.did("F.Admitted", date(2026, 4, 28))
        return life

    minor = in_facility(birth_date="2011-05-01")
    in_facility(id_number="027090005678")

    assert found(registry, "VENUE_T4") == [minor.person_id]


def test_todays_work_leads_to_the_reviews_and_each_line_to_its_form(registry, console):
    officer = console.signed_in("CA_OFFICER")
    assert "/reviews" not in officer.get("/").get_data(as_text=True)
    life = listed(registry, BEFORE)

    assert 'href="/reviews"' in officer.get("/").get_data(as_text=True)
    shown = unescape(officer.get("/reviews").get_data(as_text=True))
    assert "khoản 3 Điều 48 Luật Phòng, chống ma túy 2025" in shown
    form = f"/people/{life.person_id}/acts/addict-list/reviewed-under-new-law"
    assert form in shown
    assert officer.get(form).status_code == 200
