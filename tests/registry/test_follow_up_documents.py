"""Documents that follow a decision name that decision: its number, its day, and the measure that was carried out."""

from datetime import date, datetime, time, timedelta
from functools import partial

import pytest

from chassis.clock import LOCAL_ZONE
from chassis.errors import NotUnderstood
from chassis.testing import an_actor
from services.registry import queries
from services.registry.documents import asked_of_the_officer
from services.registry.domain.access import FieldHidden
from services.registry.domain.history import Draft
from services.registry.forms.acts import form_of
from services.registry.handlers.acts import enter
from services.registry.handlers.documents import NumberTaken
from services.registry.law import law
from services.registry.queries.documents import document_data
from services.registry.tables import Person
from tests.registry.builders import OFFICER, an_act
from tests.registry.documents.samples import data_for

VHXH = an_actor("registry", "VHXH", account_id="vhxh")


class Told:
    """Somebody whose documents the office draws up itself; what a form asks beyond the register is sample data."""

    def __init__(self, registry):
        self.registry = registry
        self.person_id = registry.somebody().person_id

    def did(self, name, on, at="08:00", number=None, typed=None, **facts):
        track, event = name.split(".")
        line = law().tracks[track].transition(event)
        with self.registry.asking() as uow:
            case = queries.history_of(uow, uow.get(Person, self.person_id)).open_case(track)
        under = line.under_regime(law().regime_on(on).code, {**(case.facts if case else {}), **facts})
        signer = {"signer_role": under.deciders[0], "signer_name": "Người Ký"} if under.deciders else {}
        if under.form and not under.issued_here:
            number = number or "77/GT"
        details = {}
        if under.issued_here and number is None:
            sample = data_for(under.form)
            details = {each.name: sample.get(each.name) for each in asked_of_the_officer(under.form, line)}
            details |= typed or {}
        return self.registry.do(
            an_act(
                self.person_id, track, event, on=on, happened_time=at if line.timed else None,
                document_number=number, details=details, **signer, **facts,
            )
        )  # fmt: skip

    def heard(self, name, on, at="08:00", **facts):
        track, event = name.split(".")
        moment = datetime.combine(on, time.fromisoformat(at), LOCAL_ZONE)
        with self.registry.runtime.unit_of_work(OFFICER) as uow:
            enter(
                uow, uow.get(Person, self.person_id), Draft(track=track, event=event, happened_at=moment, facts=facts)
            )

    def printed(self, record):
        with self.registry.asking() as uow:
            return document_data(uow, record.row.document_id)[1]["answers"]


@pytest.fixture
def told(registry):
    return Told(registry)


def in_rehab(told, day):
    told.heard("B.ResultAddicted", day, "06:00", concluded_on=day)
    told.did("B.NotifiedToPerson", day, "06:30")
    told.did("D.Registered", day, "07:00", venue="HOME_COMMUNITY")
    decided = told.did("D.Decided", day, "08:00")
    told.did("D.Received", day, "09:00", number="77/BB")
    return decided


def test_a_transfer_of_rehabilitation_names_the_decision_and_not_the_minutes(told):
    day = date(2026, 9, 7)
    decided = in_rehab(told, day)

    moved = told.did("D.MovedAway", date(2026, 9, 9), to_commune="00008")

    said = told.printed(moved)
    assert (said["decision_number"], said["decision_on"]) == (decided.row.document_number, day.isoformat())


def test_post_rehabilitation_is_proposed_and_decided_with_the_measure_that_was_carried_out(told, clock):
    day = date(2026, 9, 7)
    decided = in_rehab(told, day)
    ends = date(2028, 9, 7)
    clock.set(datetime.combine(ends, time(18), LOCAL_ZONE))
    told.did("D.EndNotified", ends - timedelta(days=35))
    proposed = told.did("G.Proposed", ends - timedelta(days=34))
    ordered = told.did("G.Decided", ends - timedelta(days=33))

    assert told.printed(proposed)["measure_text"] == "Cai nghiện ma túy tự nguyện"
    assert told.printed(proposed)["decision_number"] == decided.row.document_number
    assert told.printed(ordered)["measure_text"] == "Cai nghiện ma túy tự nguyện"


def test_the_decision_on_rehabilitation_says_the_planned_term_and_the_day_of_the_finding(told):
    day = date(2026, 9, 7)
    said = told.printed(in_rehab(told, day))

    assert (said["starts_on"], said["ends_on"], said["term"]) == ("2026-09-07", "2028-09-07", "24 tháng")
    assert said["determined_on"] == day.isoformat()


def test_the_decision_on_monitoring_names_the_measure_and_its_group(told):
    in_rehab(told, date(2026, 9, 7))

    said = told.printed(told.did("H.Decided", date(2026, 9, 8), em_basis="COMMUNITY_REHAB"))

    assert (said["measure_text"], said["monitored_group"]) == ("Cai nghiện ma túy tự nguyện", "HOME_COMMUNITY")
    assert said["term"] == "bằng thời hạn của biện pháp đang áp dụng"


def test_a_dossier_goes_to_court_with_the_day_on_which_the_notice_was_served_and_custody_with_its_first_day(told):
    in_rehab(told, date(2026, 9, 7))
    told.did("D.Violated", date(2026, 10, 5), reason="SELF_TERMINATED", absent_since=date(2026, 10, 1))
    told.did("F.DossierOpened", date(2026, 10, 6))
    held = told.did("K.Decided", date(2026, 10, 6))
    told.did("F.NoticeServed", date(2026, 10, 6))
    sent = told.did("F.SentToCourt", date(2026, 10, 12))

    assert told.printed(held)["starts_on"] == "2026-10-06"
    said = told.printed(sent)
    assert (said["served_on"], said["determined_on"]) == ("2026-10-06", "2026-09-07")


def a_dossier_served(told, served_on):
    in_rehab(told, date(2026, 9, 7))
    told.did("D.Violated", date(2026, 9, 10), reason="SELF_TERMINATED", absent_since=date(2026, 9, 8))
    told.did("F.DossierOpened", date(2026, 9, 11))
    return told.did("F.NoticeServed", served_on, typed={"read_until": date(2026, 9, 12)})


def test_the_reading_period_is_printed_as_the_law_counts_it_whatever_somebody_wrote(told):
    served = a_dossier_served(told, date(2026, 9, 11))  # a Friday: the third working day is Wednesday the 16th
    sent = told.did("F.SentToCourt", date(2026, 9, 18), typed={"read_until": date(2026, 9, 13)})

    assert told.printed(served)["read_until"] == "2026-09-16"
    assert told.printed(sent)["read_until"] == "2026-09-16"
    for event in ("NoticeServed", "SentToCourt"):
        form = form_of(law().tracks["F"], law().tracks["F"].transition(event))
        assert "read_until" not in {name for group in form.groups for name in group.names}


def test_the_decision_on_management_names_its_proposal_and_the_day_of_completion_as_the_register_has_them(told, clock):
    in_rehab(told, date(2026, 9, 7))
    ends = date(2028, 9, 7)
    clock.set(datetime.combine(ends, time(18), LOCAL_ZONE))
    told.did("D.EndNotified", ends - timedelta(days=35))
    proposed = told.did("G.Proposed", ends - timedelta(days=34))
    typed = {"proposal_number": "99/ĐN-QLSC", "proposal_on": date(2028, 1, 1), "completed_on": date(2028, 1, 1)}
    ordered = told.did("G.Decided", ends - timedelta(days=33), typed=typed)

    said = told.printed(ordered)
    assert said["proposal_number"] == proposed.row.document_number == "01/ĐN-QLSC"
    assert (said["proposal_on"], said["completed_on"]) == ("2028-08-04", ends.isoformat())


def test_who_moves_takes_the_stages_that_were_completed_along(told, clock):
    in_rehab(told, date(2026, 9, 7))
    clock.set(datetime(2026, 12, 1, 18, tzinfo=LOCAL_ZONE))
    told.did("D.StageCompleted", date(2026, 9, 20), stage=1, stage_began_on=date(2026, 9, 7))
    told.did("D.StageCompleted", date(2026, 11, 20), stage=2, stage_began_on=date(2026, 9, 20))

    moved = told.did("D.MovedAway", date(2026, 11, 30), to_commune="00008")

    assert told.printed(moved)["stage_text"] == "1, 2"


def test_a_document_that_is_to_be_drawn_up_names_what_it_lacks_and_a_paper_of_its_own_number_is_kept(told):
    managed, _decided = told.registry.somebody_managed(on=date(2026, 9, 1), id_number="027090001299")
    held = partial(an_act, managed.person_id, "A", "Detained", on=date(2026, 9, 2), detained_on=date(2026, 9, 2),
                   signer_role="CA_CHIEF", signer_name="Người Ký")  # fmt: skip

    with pytest.raises(NotUnderstood) as refusal:
        told.registry.do(held())
    kept = told.registry.do(held(document_number="31/QĐ-CAP"))

    assert set(refusal.value.fields) == {"detention_body"}
    assert (kept.row.document_number, kept.row.document_id) == ("31/QĐ-CAP", None)


@pytest.mark.parametrize("members", [None, "Tổ trưởng; Trần Văn Tùng; Công an phường"])
def test_one_decision_on_a_team_serves_several_people_and_nothing_else_has_its_number(registry, members):
    day, made = date(2026, 10, 6), []
    for place in range(3):
        person_id = registry.somebody(id_number=f"02709000140{place}").person_id
        by = {"signer_role": "UB_CHAIR", "signer_name": "Người Ký"}
        registry.do(
            an_act(
                person_id, "G", "TransferReceived", on=day, from_commune="00008", basis="VOLUNTARY",
                original_starts_on=date(2026, 1, 5), original_ends_on=date(2027, 1, 5),
                document_number=f"{place + 1}/QĐ-UBND", **by,
            )
        )  # fmt: skip
        details = {"members": members} if members else {}
        assign = partial(an_act, person_id, "G", "TeamAssigned", on=day, details=details, **by)
        with pytest.raises(NumberTaken):
            registry.do(assign(document_number="1/QĐ-UBND"))
        made.append(registry.do(assign(document_number="15/QĐ-UBND")))

    assert [each.row.document_number for each in made] == ["15/QĐ-UBND"] * 3
    assert [each.row.document_id is not None for each in made] == [members is not None, False, False]


def test_who_prepares_management_after_rehabilitation_does_not_open_the_dossier_for_the_court(told, clock):
    in_rehab(told, date(2026, 9, 7))
    told.did("D.Violated", date(2026, 10, 5), reason="SELF_TERMINATED", absent_since=date(2026, 10, 1))
    told.did("F.DossierOpened", date(2026, 10, 6))
    served = told.did("F.NoticeServed", date(2026, 10, 6))
    told.did("G.TransferReceived", date(2026, 10, 6), number="9", from_commune="00008", basis="VOLUNTARY",
             original_starts_on=date(2026, 1, 5), original_ends_on=date(2027, 1, 5))  # fmt: skip

    with pytest.raises(FieldHidden), told.registry.asking(by=VHXH) as uow:
        document_data(uow, served.row.document_id)
