"""What is due follows from the acts: settled it goes, annulled it comes back, and it is announced once."""

from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import select

from chassis.clock import LOCAL_ZONE
from services.registry import queries
from services.registry.commands import AnnulAct
from services.registry.domain.duties import duties_of
from services.registry.handlers.deadlines import announce_deadlines
from services.registry.law import law
from services.registry.tables import Duty, DutyAnnouncement, Person
from tests.registry.builders import a_decision, a_person, a_test, an_act, imprisoned
from tests.registry.tracks.people import ELSEWHERE
from tests.registry.tracks.test_stored_lives import StoredLife

TODAY = date(2026, 11, 20)
LONG = timedelta(days=800)


def due(registry, person):
    with registry.asking() as uow:
        return {duty.kind: duty for duty in queries.duties(uow, person_id=person.person_id, within=LONG)}


def detected(registry, **answers):
    person = registry.do(a_person(**answers))
    registry.do(a_test(person.person_id, on=TODAY))
    return person


def test_a_decision_settles_what_was_due_and_annulling_it_brings_it_back(registry):
    person = detected(registry)
    assert set(due(registry, person)) == {"VERIFY_RESIDENCE", "DECIDE_ON_RESULT"}

    decided = registry.do(a_decision(person.person_id, on=TODAY))
    assert set(due(registry, person)) == {"END", "CHECK_RESIDENCE"}

    registry.annul_document_of(decided, on=TODAY)
    registry.do(AnnulAct(act_id=decided.act_id, reason="ghi nhầm người"))
    assert set(due(registry, person)) == {"VERIFY_RESIDENCE", "DECIDE_ON_RESULT"}


def test_hours_run_from_the_end_of_a_past_day_whose_hour_is_not_known(registry, clock):
    person = detected(registry)
    clock.advance(timedelta(days=1))
    registry.do(an_act(person.person_id, "A", "ResidenceVerified", on=TODAY + timedelta(days=1), stable=True))
    clock.advance(timedelta(days=3))
    registry.do(
        an_act(person.person_id, "A", "NoticeReceived", on=TODAY + timedelta(days=2), document_number="12/TB-CAP")
    )

    (duty,) = due(registry, person).values()

    assert duty.kind == "DECIDE_ON_NOTICE"
    assert duty.row.due_at.astimezone(LOCAL_ZONE).date() == TODAY + timedelta(days=4)


def test_in_a_remote_area_the_residence_is_verified_within_48_hours_of_the_detection(registry, clock):
    def verified_by(person, **where):
        hours = {"taken_time": "08:00", "received_time": "15:00"}
        registry.do(a_test(person.person_id, on=TODAY, **hours, **where))
        return due(registry, person)["VERIFY_RESIDENCE"].row.due_at.astimezone(LOCAL_ZONE)

    clock.advance(timedelta(hours=12))

    assert f"{verified_by(registry.do(a_person())):%Y-%m-%d %H:%M}" == "2026-11-21 15:00"
    remote = verified_by(registry.do(a_person(id_number="027090001299")), remote=True)
    assert f"{remote:%Y-%m-%d %H:%M}" == "2026-11-22 08:00"


def test_the_law_of_2021_counts_the_verifying_of_the_residence_from_the_detection(registry, clock):
    clock.set(datetime(2024, 4, 24, 15, 0, tzinfo=LOCAL_ZONE))
    person = registry.do(a_person())
    registry.do(a_test(person.person_id, on=date(2024, 4, 22), received_on=date(2024, 4, 24)))

    duty = due(registry, person)["VERIFY_RESIDENCE"]

    end_of_the_25th = datetime(2024, 4, 26, tzinfo=LOCAL_ZONE)
    assert (duty.row.rule, duty.row.due_at.astimezone(LOCAL_ZONE)) == ("R1-RES-VERIFY", end_of_the_25th)


def test_what_is_near_and_what_is_missed_is_announced_once_each(registry, clock):
    detected(registry)
    assert announce_deadlines(registry.runtime) == 2
    assert announce_deadlines(registry.runtime) == 0

    clock.advance(timedelta(hours=30))
    assert announce_deadlines(registry.runtime) == 2
    assert announce_deadlines(registry.runtime) == 0

    said = [type_ for type_ in registry.announced() if type_.startswith("registry.deadline")]
    assert said == ["registry.deadline.neared.v1"] * 2 + ["registry.deadline.missed.v1"] * 2
    with registry.asking() as uow:
        assert len(list(uow.session.scalars(select(DutyAnnouncement)))) == 4


def test_a_step_that_another_body_has_to_take_is_announced_with_who_is_waited_for(registry, clock):
    person = registry.do(a_person())
    asked = {"ground": "VOLUNTARY", "requester": "PERSON", "document_number": "3/ĐN", "signer_role": "PERSON"}
    registry.do(an_act(person.person_id, "B", "Requested", on=TODAY, **asked, signer_name="Nguyễn Đức Ánh"))
    assert due(registry, person)["AWAIT_RECEPTION"].row.waits_for == "HEALTH"

    clock.advance(timedelta(days=30))
    assert announce_deadlines(registry.runtime) == 1
    assert announce_deadlines(registry.runtime) == 0

    outbox = registry.runtime.tables.outbox.outbox
    with registry.runtime.store.reading() as session:
        data = session.scalar(select(outbox.c.data).where(outbox.c.type == "registry.deadline.missed.v1"))
    said = msgspec.json.decode(data)
    assert (said["duty"], said["waits_for"]) == ("AWAIT_RECEPTION", "HEALTH")


def test_management_is_decided_ahead_of_the_window_in_which_the_decision_is_handed_over(registry, console, clock):
    clock.advance(timedelta(hours=6))
    life = StoredLife(registry)
    life.heard("G.Noticed", TODAY, basis="VOLUNTARY", completes_on=date(2026, 12, 18))
    life.did("G.Proposed", TODAY)

    with registry.asking() as uow:
        (duty,) = queries.duties(uow, person_id=life.person_id, within=LONG)

    assert (duty.kind, duty.due, duty.row.waits_for) == ("DECIDE_TO_HAND_OVER", date(2026, 12, 18), "COMMITTEE")
    assert duty.row.earliest_at.astimezone(LOCAL_ZONE) == datetime(2026, 12, 18, tzinfo=LOCAL_ZONE)
    record = console.signed_in("CA_OFFICER").get(f"/people/{life.person_id}").get_data(as_text=True)
    assert f"/people/{life.person_id}/acts/post-rehab/decided" in record


def test_a_device_is_no_longer_owed_in_the_round_after_the_term_ended(registry, clock):
    life = StoredLife(registry)
    received = {"from_commune": ELSEWHERE, "original_starts_on": TODAY, "original_ends_on": TODAY + timedelta(days=9)}
    life.did("D.TransferReceived", TODAY, original_regime="R4_L120", venue="HOME_COMMUNITY", **received)
    life.did("H.Decided", TODAY, em_basis="COMMUNITY_REHAB")
    life.heard("H.RehabTermSet", TODAY, ends_on=TODAY + timedelta(days=9))
    assert {code for track, code in life.duties() if track == "H"} == {"FIT", "TERMINATE"}

    clock.advance(timedelta(days=12))
    announce_deadlines(registry.runtime)

    assert {code for track, code in life.duties() if track == "H"} == {"TERMINATE"}


def test_the_index_of_duties_equals_what_the_acts_give(registry):
    people = [detected(registry, id_number=f"0270900012{number}") for number in range(30, 36)]
    for person in people[:3]:
        registry.do(a_decision(person.person_id, on=TODAY))

    with registry.asking() as uow:
        stored = {(row.case_id, row.code, row.due_at) for row in uow.session.scalars(select(Duty))}
        anew = set()
        for person in uow.session.scalars(select(Person)):
            history = queries.history_of(uow, person)
            found = duties_of(law(), history, queries.facts_of_other_books(uow, person, history))
            anew |= {(each.case_id, each.line.code, each.due.latest) for each in found}
    assert stored == anew


def test_when_prison_is_over_what_it_hid_is_due_again(registry, clock):
    person, _decided = registry.somebody_managed(on=TODAY)
    registry.do(imprisoned(person.person_id, since=TODAY, until=TODAY + timedelta(days=11)))
    assert set(due(registry, person)) == {"STOP_IMPRISONED"}

    clock.advance(timedelta(days=40))
    announce_deadlines(registry.runtime)

    assert set(due(registry, person)) == {"CHECK_RESIDENCE", "END"}
