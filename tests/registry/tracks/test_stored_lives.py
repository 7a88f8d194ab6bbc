"""A life on the tracks as the database keeps it: acts, cases, duties and announcements, each with what follows from it."""

from datetime import date, datetime, time
from itertools import count

import pytest
from sqlalchemy import select

from chassis.clock import LOCAL_ZONE
from services.registry import queries
from services.registry.commands import RecordCircumstance
from services.registry.domain.acts import ChoiceMissing
from services.registry.domain.history import Draft
from services.registry.handlers.acts import enter
from services.registry.law import law
from services.registry.tables import Case, Duty, Person
from tests.registry.builders import OFFICER, a_test, an_act
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
    life.did("F.GroundFound", date(2026, 11, 2), ground="A_NOT_REG_START_SELFTERM", last_violation_on=date(2026, 11, 2))

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
