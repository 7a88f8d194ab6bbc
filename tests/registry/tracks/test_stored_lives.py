"""A life on the tracks as the database keeps it: acts, cases, duties and announcements, each with what follows from it."""

from datetime import date, datetime, time
from itertools import count

import pytest
from sqlalchemy import select

from chassis.clock import LOCAL_ZONE
from services.registry import queries
from services.registry.commands import AnnulAct, RecordCircumstance
from services.registry.domain.acts import ChoiceMissing
from services.registry.domain.duties import duties_of
from services.registry.domain.history import Draft
from services.registry.handlers.acts import enter
from services.registry.handlers.annulments import OthersFollow
from services.registry.law import law
from services.registry.tables import Case, Duty, Person
from tests.registry.builders import OFFICER, a_test, an_act
from tests.registry.test_handlers import CHIEF
from tests.registry.tracks.people import ELSEWHERE

NUMBERS = count(1)  # one number, one paper, whosever life it is


@pytest.fixture
def life(registry):
    return StoredLife(registry)


class StoredLife:
    """Somebody in the register; ``did`` is the officer, ``heard`` is another agency."""

    def __init__(self, registry, **answers):
        self.registry = registry
        self.person_id = registry.somebody(**answers).person_id

    def did(self, name, on, at="08:00", **answers):
        track, event = name.split(".")
        line = law().tracks[track].transition(event)
        open_case = self.history().open_case(track)
        under = line.under_regime(law().regime_on(on).code, {**(open_case.facts if open_case else {}), **answers})
        signer = {"signer_role": under.deciders[0], "signer_name": "Người Ký"} if under.deciders else {}
        number = next(NUMBERS)
        given = {"document_number": str(number) if under.issued_here else f"{number}/GT"} if under.form else {}
        return self.registry.do(
            an_act(self.person_id, track, event, on=on, happened_time=at, **{**signer, **given, **answers})
        )

    def heard(self, name, on, at="08:00", **facts):
        track, event = name.split(".")
        moment = datetime.combine(on, time.fromisoformat(at), LOCAL_ZONE)
        with self.registry.runtime.unit_of_work(OFFICER) as uow:
            person = uow.get(Person, self.person_id)
            return enter(uow, person, Draft(track=track, event=event, happened_at=moment, facts=facts))

    def case(self, track):
        with self.registry.runtime.store.reading() as session:
            return session.scalars(
                select(Case).where(Case.person_id == self.person_id, Case.track == track).order_by(Case.opened_on)
            ).all()[-1]

    def duties(self):
        with self.registry.runtime.store.reading() as session:
            return {
                (row.track, row.code) for row in session.scalars(select(Duty).where(Duty.person_id == self.person_id))
            }

    def history(self):
        with self.registry.asking() as uow:
            return queries.history_of(uow, uow.get(Person, self.person_id))


def test_from_the_request_to_rehabilitation_at_home_and_monitoring(life):
    day = date(2026, 9, 7)
    life.did("B.Requested", day, ground="VOLUNTARY", requester="PERSON")
    life.heard("B.Received", day)
    life.heard("B.ResultAddicted", day, "10:00", concluded_on=day)
    life.did("B.NotifiedToPerson", day, "11:00")
    assert life.duties() == {("C", "REGISTER")}
    life.did("D.Registered", day, "12:00", venue="HOME_COMMUNITY")
    life.did("D.Decided", day, "14:00")
    life.did("D.Received", date(2026, 9, 8))
    life.did("D.StageCompleted", date(2026, 9, 10), stage=1, stage_began_on=date(2026, 9, 8))

    case = life.case("D")
    assert (case.state, case.starts_on, case.ends_on) == ("IN_REHAB", date(2026, 9, 8), date(2028, 9, 8))
    assert ("D", "DECIDE_MONITORING") in life.duties()
    life.did("H.Decided", date(2026, 9, 10), "09:00", em_basis="COMMUNITY_REHAB")
    assert {code for track, code in life.duties() if track == "H"} == {"FIT"}
    assert ("D", "DECIDE_MONITORING") not in life.duties()
    assert {
        "registry.determination.requested.v1",
        "registry.determination.notified.v1",
        "registry.addict_list.listed.v1",
        "registry.voluntary_rehab.registered.v1",
        "registry.voluntary_rehab.decided.v1",
        "registry.voluntary_rehab.started.v1",
        "registry.voluntary_rehab.advanced.v1",
        "registry.electronic_monitoring.decided.v1",
    } <= set(life.registry.announced())


def test_what_was_stored_is_read_back_as_it_was_judged(life):
    day = date(2026, 9, 7)
    life.heard("B.ResultAddicted", day, "10:00", concluded_on=day)
    life.did("B.NotifiedToPerson", day, "11:00")
    life.did("D.Registered", day, "12:00", venue="PRIVATE_FACILITY")
    life.did("D.Decided", day, "14:00")
    life.did("D.Received", date(2026, 9, 8))
    life.did("D.MoveReported", date(2026, 9, 9), to_commune=ELSEWHERE)

    facts = life.history().open_case("D").facts
    assert facts["decided_at"] == datetime(2026, 9, 7, 14, tzinfo=LOCAL_ZONE)
    assert (facts["ends_on"], facts["adult"], facts["rehab_sequence_no"]) == (date(2028, 9, 8), True, 1)
    assert facts["moved_at"].hour == 8


def test_a_violation_opens_the_ground_in_the_same_transaction(life):
    day = date(2026, 9, 7)
    life.heard("B.ResultAddicted", day, "10:00", concluded_on=day)
    life.did("B.NotifiedToPerson", day, "11:00")
    life.did("D.Registered", day, "12:00", venue="HOME_COMMUNITY")
    life.did("D.Decided", day, "14:00")
    life.did("D.Received", date(2026, 9, 8))
    life.did("D.Violated", date(2026, 10, 5), reason="SELF_TERMINATED", absent_since=date(2026, 10, 1))

    assert (life.case("D").state, life.case("F").state) == ("VIOLATED", "GROUND_FOUND")
    assert ("F", "OPEN_DOSSIER") in life.duties()
    life.did("F.DossierOpened", date(2026, 10, 6))
    life.did("F.NoticeServed", date(2026, 10, 6))
    life.did("F.SentToCourt", date(2026, 10, 12))
    life.did("F.CourtApproved", date(2026, 10, 20))
    life.did("F.ExecutionAsked", date(2026, 10, 20), "09:00")
    life.did("F.FacilityAssigned", date(2026, 10, 21))
    life.did("F.Admitted", date(2026, 10, 21))
    case = life.case("F")
    assert (case.state, case.ends_on) == (
        "ADMITTED",
        date(2029, 10, 21),
    )  # the second time: voluntary rehabilitation had begun
    assert life.case("C").state == "REMOVED"


def test_the_end_of_a_measure_on_which_an_admission_stands_is_annulled_after_it(life):
    """Voluntary and compulsory rehabilitation never run at once, whatever is annulled."""
    a_listed_addict(life, date(2026, 9, 7))
    life.did("B.NotifiedToPerson", date(2026, 9, 7))
    life.did("F.GroundFound", date(2026, 9, 10), ground="A_NOT_REG_START_SELFTERM", last_violation_on=date(2026, 9, 8))
    life.did("F.DossierOpened", date(2026, 9, 11))
    life.did("F.NoticeServed", date(2026, 9, 11))
    life.did("F.SentToCourt", date(2026, 9, 17))
    life.did("D.Registered", date(2026, 9, 18), venue="HOME_COMMUNITY")
    life.did("D.Decided", date(2026, 9, 18), "10:00")
    life.did("D.Received", date(2026, 9, 19))
    life.did("F.CourtApproved", date(2026, 9, 28))
    ended = life.did("D.Closed", date(2026, 9, 28), "09:00", reason="COMPULSORY")
    life.did("F.ExecutionAsked", date(2026, 9, 28), "15:00")
    life.did("F.FacilityAssigned", date(2026, 9, 29))
    admitted = life.did("F.Admitted", date(2026, 9, 30))

    with pytest.raises(OthersFollow, match="tiếp nhận"):
        life.registry.do(AnnulAct(act_id=ended.act_id, reason="sai ngày"), by=CHIEF)
    assert (life.case("D").state, life.case("F").state) == ("CLOSED", "ADMITTED")

    life.registry.do(AnnulAct(act_id=admitted.act_id, reason="sai ngày"), by=CHIEF)
    life.registry.do(AnnulAct(act_id=ended.act_id, reason="sai ngày"), by=CHIEF)
    assert (life.case("D").state, life.case("F").state) == ("IN_REHAB", "FACILITY_ASSIGNED")


def a_listed_addict(life, on):
    life.did("B.Requested", on, "06:00", ground="VOLUNTARY", requester="PERSON")
    life.heard("B.Received", on, "06:10")
    life.heard("B.ResultAddicted", on, "06:20", concluded_on=on)


def test_a_positive_result_of_a_listed_addict_opens_no_case_of_a_user(life):
    a_listed_addict(life, date(2026, 11, 2))

    life.registry.do(a_test(life.person_id, on=date(2026, 11, 10)))

    assert {case.track for case in life.history().cases} == {"B", "C"}
    assert not {("A", "VERIFY_RESIDENCE"), ("A", "DECIDE_ON_RESULT")} & life.duties()


def test_use_in_voluntary_rehabilitation_is_to_be_put_on_record_and_leads_to_its_ground(life):
    a_listed_addict(life, date(2026, 11, 2))
    life.did("D.Registered", date(2026, 11, 3), venue="HOME_COMMUNITY")
    life.did("D.Decided", date(2026, 11, 4))
    life.did("D.Received", date(2026, 11, 5))

    before = life.registry.do(a_test(life.person_id, on=date(2026, 11, 4)))
    assert ("D", "RECORD_VIOLATION") not in life.duties()
    life.registry.do(a_test(life.person_id, on=date(2026, 11, 10)))

    assert before.result == "POSITIVE"
    assert life.history().cases_of("A") == []
    assert ("D", "RECORD_VIOLATION") in life.duties()
    life.did("D.Violated", date(2026, 11, 11), reason="REUSE")
    assert life.history().open_case("F").facts["ground"] == "B_REUSE_IN_VOLUNTARY"
    assert ("D", "RECORD_VIOLATION") not in life.duties()


def test_use_in_substitution_treatment_is_noted_there_and_opens_no_case_of_a_user(life):
    a_listed_addict(life, date(2026, 11, 2))
    life.heard("E.Admitted", date(2026, 11, 3))

    again = life.registry.do(a_test(life.person_id, on=date(2026, 11, 10)))

    assert life.history().open_case("E").facts["reuse_test_id"] == again.test_id
    assert life.history().cases_of("A") == []


def test_use_under_compulsory_rehabilitation_opens_no_case_of_a_user(life):
    a_listed_addict(life, date(2026, 10, 1))
    life.did("B.NotifiedToPerson", date(2026, 10, 1))
    life.did("F.GroundFound", date(2026, 11, 2), ground="A_NOT_REG_START_SELFTERM", last_violation_on=date(2026, 10, 2))

    life.registry.do(a_test(life.person_id, on=date(2026, 11, 10)))

    assert life.history().cases_of("A") == []


def test_a_death_that_is_noted_calls_at_once_for_the_act_that_ends_the_case(life):
    a_listed_addict(life, date(2026, 11, 2))
    death = RecordCircumstance(
        person_id=life.person_id, kind="DECEASED", since_on=date(2026, 11, 5), document_number="12/TLKT"
    )

    life.registry.do(death)

    assert {code for track, code in life.duties() if track == "C"} == {"REMOVE_DECEASED"}
    life.did("C.Removed", date(2026, 11, 6), reason="DEAD_OR_MISSING")
    assert ("C", "REMOVE_DECEASED") not in life.duties()


def test_why_a_minor_stays_or_moves_is_kept_and_shown(registry, console):
    life = StoredLife(registry, birth_date="2011-03-15")
    told = date(2026, 1, 12)
    life.heard("B.ResultAddicted", told, "10:00", concluded_on=told)
    life.did("B.NotifiedToPerson", told, "11:00")
    ground = {"ground": "A_NOT_REG_START_SELFTERM", "last_violation_on": date(2026, 2, 2)}
    life.did("F.GroundFound", date(2026, 2, 2), **ground)
    life.did("F.DossierOpened", date(2026, 2, 3))
    life.did("F.NoticeServed", date(2026, 2, 3))
    life.did("F.SentToCourt", date(2026, 2, 11))
    life.did("F.CourtApproved", date(2026, 3, 2), term_months=12)
    life.did("F.Admitted", date(2026, 3, 10))

    with pytest.raises(ChoiceMissing, match="khoản 6 Điều 151"):
        life.did("F.VenueReviewed", date(2026, 7, 5), choice_t4="MOVE", details={"choice_reason": ""})
    reviewed = life.did(
        "F.VenueReviewed", date(2026, 7, 5), choice_t4="STAY", details={"choice_reason": "Gần nhà, đang học nghề"}
    )

    shown = console.signed_in("CA_OFFICER").get(f"/acts/{reviewed.act_id}").get_data(as_text=True)
    assert "Ở lại cơ sở công lập" in shown
    assert "Gần nhà, đang học nghề" in shown


def test_the_form_asks_whether_an_evasion_ended_and_keeps_why(registry, console):
    life = StoredLife(registry)
    a_listed_addict(life, date(2026, 7, 10))
    life.did("B.NotifiedToPerson", date(2026, 7, 10), "11:00")
    ground = {"ground": "A_NOT_REG_START_SELFTERM", "last_violation_on": date(2026, 7, 11)}
    life.did("F.GroundFound", date(2026, 7, 13), **ground)
    officer = console.signed_in("CA_OFFICER")
    form = f"/people/{life.person_id}/acts/compulsory-rehab/dossier-opened"
    answers = {
        "opened_on": "20/11/2026",
        "last_violation_on": "19/11/2026",
        "document_number": "3/BC",
        "signer_role": "CA_CHIEF",
        "signer_name": "Người Ký",
    }
    assert 'name="choice_evasion"' not in officer.get(form).get_data(as_text=True)

    asked = officer.submit(form, answers)
    evaded = {"choice_evasion": "EVASION_ENDED", "choice_reason": "Bỏ đi khỏi nơi cư trú, ngày 19/11 mới trở về"}
    opened = officer.submit(form, answers | evaded)

    assert (asked.status_code, opened.status_code) == (422, 303)
    assert 'name="choice_evasion"' in asked.get_data(as_text=True)
    assert "hết trốn tránh" in asked.get_data(as_text=True)
    assert life.case("F").state == "DOSSIER_OPEN"
    act_id = life.history().open_case("F").last.act_id
    assert "ngày 19/11 mới trở về" in officer.get(f"/acts/{act_id}").get_data(as_text=True)


def in_post_rehab(life, *, starts_on=date(2026, 5, 1), ends_on=date(2027, 5, 1)):
    term = {"original_starts_on": starts_on, "original_ends_on": ends_on}
    life.did("G.TransferReceived", date(2026, 9, 1), from_commune=ELSEWHERE, basis="VOLUNTARY", **term)


def determined(life, event, on):
    life.did("B.Requested", on, "07:00", ground="USE_POST_REHAB", requester="POLICE")
    life.heard("B.Received", on, "07:30")
    life.heard(f"B.{event}", on, "09:00", concluded_on=on)


def test_use_after_rehabilitation_of_somebody_not_addicted_is_decided_on_from_the_result(life):
    in_post_rehab(life)
    used = life.registry.do(a_test(life.person_id, on=date(2026, 10, 5)))
    assert life.history().cases_of("A") == []

    determined(life, "ResultNotAddicted", date(2026, 10, 8))

    assert life.case("A").test_id == used.test_id
    assert ("A", "DECIDE_ON_RESULT") in life.duties()
    due = next(each for each in duties_of(law(), life.history()) if each.line.code == "DECIDE_ON_RESULT")
    assert due.due.latest == datetime(2026, 10, 9, 9, tzinfo=LOCAL_ZONE), "reading 6: from the result"
    life.did("A.ManagementDecided", date(2026, 10, 8), "10:00")
    assert (life.case("A").state, life.case("G").state) == ("MANAGED", "ACTIVE")


def test_use_after_rehabilitation_of_somebody_addicted_opens_no_case_of_a_user(life):
    in_post_rehab(life)
    life.registry.do(a_test(life.person_id, on=date(2026, 10, 5)))

    determined(life, "ResultAddicted", date(2026, 10, 8))

    assert life.history().cases_of("A") == []
    assert (life.case("G").state, life.history().open_case("F").facts["ground"]) == (
        "REMOVED",
        "D_ADDICTED_IN_POST_REHAB",
    )


def test_one_use_after_rehabilitation_is_decided_on_once(life):
    in_post_rehab(life)
    life.registry.do(a_test(life.person_id, on=date(2026, 10, 5)))
    determined(life, "ResultNotAddicted", date(2026, 10, 8))
    life.did("A.ClosedWithoutDecision", date(2026, 10, 9), reason="OTHER_COMMUNE")

    determined(life, "ResultNotAddicted", date(2026, 10, 12))

    assert [case.state for case in life.history().cases_of("A")] == ["NOT_MANAGED"]


def test_lists_call_nobody_untreated_who_completed_management_while_the_old_law_listed_them(life):
    day = date(2025, 8, 1)
    life.heard("B.ResultAddicted", day, "10:00", concluded_on=day)
    life.did("B.NotifiedToPerson", day, "11:00")
    assert shown(life) == "ADDICT_UNTREATED"
    life.heard("E.Admitted", date(2025, 8, 4))
    life.heard("E.Completed", date(2026, 2, 3))

    assert (life.case("C").state, shown(life)) == ("LISTED", "CLEARED")
    again = date(2026, 3, 2)
    life.heard("B.ResultAddicted", again, "10:00", concluded_on=again)
    life.did("B.NotifiedToPerson", again, "11:00")
    assert (life.case("C").state, shown(life)) == ("LISTED", "ADDICT_UNTREATED")


def shown(life):
    with life.registry.asking() as uow:
        return queries.person_record(uow, life.person_id).state


def test_use_after_the_last_day_of_management_is_first_use(life):
    in_post_rehab(life, starts_on=date(2025, 11, 1), ends_on=date(2026, 11, 1))

    used = life.registry.do(a_test(life.person_id, on=date(2026, 11, 10)))

    assert "reuse_test_id" not in life.case("G").facts
    assert life.case("A").test_id == used.test_id
    life.did("A.ManagementDecided", date(2026, 11, 11))
    life.did("G.Completed", date(2026, 11, 12))
    assert (life.case("A").state, life.case("G").state) == ("MANAGED", "COMPLETED")
