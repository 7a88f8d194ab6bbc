"""A determination on the station's side: from the request that is heard to the result that everybody has, and back."""

import hashlib
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from chassis.documents import BrokenDocument
from chassis.errors import NotUnderstood, ProgrammeError, RuleBroken
from chassis.testing import an_actor
from chassis.unit_of_work import UnitOfWork
from services.health import commands, handlers
from services.health.domain import determination as rules
from services.health.domain.regimes import due_moment
from services.health.law import FOLDER, law, load_law
from services.health.queries import determination as queries
from services.health.queries import duties
from services.health.tables import Determination, DeterminationPaper, DeterminationRequest, DeterminationResult, Patient
from tests.health.builders import ELSEWHERE, NUMBER, TODAY, Station, a_patient
from tests.health.determinations import (
    ADDICTED,
    CLEAN,
    FILE,
    IDENTITY,
    IN_DOUBT,
    Case,
    notified,
    person_key,
    requested,
    withdrawn,
)

R4 = law().regime_on(date(2026, 11, 20)).determination


def rows(station: Station) -> list[tuple[object, ...]]:
    columns = list(DeterminationRequest.__table__.c)
    with station.runtime.store.reading() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(DeterminationRequest.request_id))]


def kinds(station: Station) -> list[str]:
    return [duty.kind for duty in station.ask(duties.determination_duties)]


# -- the whole way --------------------------------------------------------------------------------------------------------------


def test_from_the_request_to_the_result_in_everybodys_hands(station: Station):
    case = Case(station).concluded()
    assert station.announced() == ["health.determination.received.v1", "health.determination.concluded.v1"]
    assert kinds(station) == ["HAND_OVER_RESULT"]

    assert case.hand_over("REQUESTER").stage == "CONCLUDED"
    assert case.hand_over("PERSON").stage == "RETURNED"

    assert station.announced()[2:] == ["health.determination.returned.v1"] * 2
    assert kinds(station) == []
    with station.runtime.store.reading() as session:
        result = session.scalars(select(DeterminationResult)).one()
    assert (result.number, result.number_year, result.symbol) == (1, 2026, "PKQ-TYT")
    assert (result.regime, result.form_code) == ("R4_L120", "ND109_M05")
    assert (result.signed_by, result.approved_by) == ("doctor", "head")


def test_in_doubt_the_person_is_observed_and_the_criteria_are_judged_anew(station: Station):
    station.hear(requested(station))
    case = Case(station)
    case.receive()
    assert case.examine(IN_DOUBT).stage == "TO_OBSERVE"
    with pytest.raises(RuleBroken):
        case.conclude()
    assert case.observe().stage == "IN_OBSERVATION"
    assert case.observed({**IN_DOUBT, "c3": "MONTH"}).outcome == "ADDICTED"
    case.conclude()
    case.sign()
    assert case.approve().stage == "CONCLUDED"


def test_who_comes_by_themselves_has_the_result_with_the_doctors_signature(station: Station):
    case = Case(station)
    case.volunteer(a_patient(station))
    case.examine(CLEAN)
    case.conclude("NOT_ADDICTED")
    assert case.sign().stage == "CONCLUDED"
    assert case.hand_over("PERSON").stage == "RETURNED"
    with station.runtime.store.reading() as session:
        assert session.scalars(select(DeterminationResult.form_code)).one() == "ND109_M04"
    assert '"request_id":null' in station.told()
    with pytest.raises(RuleBroken):
        case.hand_over("REQUESTER")


def test_parents_of_somebody_under_eighteen_get_a_copy_too(station: Station):
    station.hear(requested(station))
    case = Case(station)
    case.receive(file={**FILE, "identity": {**IDENTITY, "birth_date": "2010-01-01"}})
    case.examine()
    case.conclude()
    case.sign()
    case.approve()
    case.hand_over("REQUESTER")
    assert case.hand_over("PERSON").stage == "CONCLUDED"
    assert case.hand_over("PARENTS").stage == "RETURNED"


# -- what is heard --------------------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.integers(0, 5), min_size=0, max_size=12))
def test_whatever_the_order_and_however_often_the_rows_come_out_the_same(station: Station, order: list[int]):
    facts = [
        requested(station, "r1"), withdrawn("r1"), withdrawn("r1", withdrawn_on=date(2026, 11, 17), reason="OTHER"),
        notified(station, "r1"), requested(station, "r2", requester="INVESTIGATOR"), notified(station, "r2"),
    ]  # fmt: skip
    heard = [*order, *(index for index in range(len(facts)) if index not in order)]
    _forget(station)
    station.hear(*(facts[index] for index in range(len(facts))))
    once = rows(station)
    _forget(station)
    station.hear(*(facts[index] for index in heard))
    assert rows(station) == once
    assert len(once) == 2


def _forget(station: Station) -> None:
    with station.runtime.store.begin() as session:
        session.execute(delete(DeterminationRequest))


def test_a_withdrawn_request_leaves_the_queue(station: Station):
    station.hear(requested(station))
    assert kinds(station) == ["RECEIVE_PERSON"]
    station.hear(withdrawn())
    assert kinds(station) == []
    with pytest.raises(RuleBroken):
        Case(station).receive()


def test_a_withdrawal_heard_before_the_request_still_closes_it(station: Station):
    station.hear(withdrawn())
    with pytest.raises(RuleBroken):
        Case(station).receive()
    station.hear(requested(station))
    assert kinds(station) == []


def test_a_request_withdrawn_while_under_way_is_for_the_doctor_to_stop(station: Station):
    station.hear(requested(station))
    case = Case(station)
    case.receive()
    station.hear(withdrawn())
    assert kinds(station) == ["STOP_WITHDRAWN"]
    assert case.cancel(reason="WITHDRAWN").stage == "CANCELLED"
    assert station.announced()[-1] == "health.determination.cancelled.v1"
    assert kinds(station) == []


def test_another_units_request_is_not_ours(station: Station):
    station.hear(requested(station), unit=ELSEWHERE)
    assert kinds(station) == []


# -- who the person is ----------------------------------------------------------------------------------------------------------


def test_a_person_with_a_file_at_the_station_is_found_again(station: Station):
    patient = a_patient(station)
    station.hear(requested(station))
    assert Case(station).receive().patient_id == patient.patient_id


def test_somebody_without_a_number_takes_the_pseudonym_of_the_request(station: Station):
    station.hear(requested(station, person_key=person_key(station, None)))
    found = Case(station).receive(file={**FILE, "identity": {**IDENTITY, "personal_number": None}})
    with station.runtime.store.reading() as session:
        assert session.get(Patient, found.patient_id).person_key == found.person_key == person_key(station, None)


def test_who_came_before_the_request_was_heard_is_not_determined_twice(station: Station):
    patient = a_patient(station)
    case = Case(station)
    first = case.volunteer(patient)
    station.hear(requested(station))
    second = case.receive()
    assert second.determination_id == first.determination_id
    assert (second.request_id, second.requester) == ("r1", "POLICE")
    assert station.announced() == ["health.determination.received.v1"] * 2
    with pytest.raises(RuleBroken):
        case.volunteer(patient)


def on_paper(number: str | None, **changes: object) -> commands.ReceivePersonOnPaper:
    return commands.ReceivePersonOnPaper(
        request_id="r1", received_on=TODAY, received_time="08:00", full_name="Nguyễn Văn Đức", sex="MALE",
        personal_number=number, **changes,
    )  # fmt: skip


def test_typed_from_paper_the_number_must_be_the_one_of_the_request(station: Station):
    station.hear(requested(station))
    case = Case(station)
    for other in ("027090000099", None):
        with pytest.raises(NotUnderstood, match="không khớp"):
            case.do(handlers.receive_person_on_paper, on_paper(other))
    assert case.do(handlers.receive_person_on_paper, on_paper("0270 9000 0001")).person_key == person_key(station)


def test_another_number_is_taken_with_a_reason_and_the_request_stays_the_requests(station: Station):
    station.hear(requested(station))
    done = Case(station).do(
        handlers.receive_person_on_paper,
        on_paper("027090000099", confirmed_warnings={"personal_number": "Đổi căn cước"}),
    )
    assert (done.request_id, done.person_key) == ("r1", person_key(station))
    assert "căn cước" not in station.told()


def test_nobody_is_received_twice_for_one_request(station: Station):
    station.hear(requested(station))
    Case(station).receive()
    with pytest.raises(RuleBroken):
        Case(station).receive()


def test_a_request_for_which_nobody_comes_is_closed_and_said_so(station: Station):
    station.hear(requested(station))
    close = commands.CloseRequest(request_id="r1", closed_on=TODAY, reason="NOT_COME")
    Case(station).do(handlers.close_request, close)
    assert kinds(station) == []
    assert station.announced() == ["health.determination.cancelled.v1"]
    assert '"determination_id":"r1"' in station.told()
    with pytest.raises(RuleBroken):
        Case(station).do(handlers.close_request, close)


# -- criteria -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("present", [set(each) for each in product(*[("", name) for name in rules.CRITERIA])])
def test_step_three_follows_the_circular_for_every_choice_of_criteria(present):
    found = {name for name in present if name}
    marks = {name: "MONTH" if name in found else "NO" for name in rules.CRITERIA}
    outcome = rules.outcome_of(marks, simultaneous=True)
    if len(found) >= 3:
        assert outcome == "ADDICTED"
    elif len(found) == 2 and "c6" not in found:
        assert outcome == "INCONCLUSIVE"
    else:
        assert outcome == "NOT_ADDICTED"
    assert rules.outcome_of(marks, simultaneous=True, unclear=True) == "INCONCLUSIVE"
    assert rules.outcome_after_observation(marks, simultaneous=True) == (
        "ADDICTED" if len(found) >= 3 else "NOT_ADDICTED"
    )


@pytest.mark.parametrize(
    ("mark", "simultaneous", "outcome"),
    [
        ("MONTH", True, "ADDICTED"),
        ("REPEATED", True, "ADDICTED"),
        ("SHORTER", True, "INCONCLUSIVE"),
        ("MONTH", False, "INCONCLUSIVE"),
    ],
)
def test_three_criteria_count_for_long_enough_and_at_the_same_time(mark, simultaneous, outcome):
    marks = {**dict.fromkeys(rules.CRITERIA, "NO"), "c1": mark, "c2": mark, "c3": mark}
    assert rules.outcome_of(marks, simultaneous=simultaneous) == outcome


# -- who concludes, signs and approves ------------------------------------------------------------------------------------------


def ready(station: Station, **more: object) -> Case:
    station.hear(requested(station, **more))
    case = Case(station)
    case.receive()
    case.examine()
    return case


def test_a_conclusion_against_the_criteria_is_refused_with_the_article(station: Station):
    with pytest.raises(RuleBroken, match="Thông tư 18/2021/TT-BYT"):
        ready(station).conclude("NOT_ADDICTED")


def test_who_may_determine_follows_the_law(station: Station):
    case = ready(station)
    for qualification in ("DA_KHOA", "NOI", "YHCT", "YHGD"):
        with pytest.raises(NotUnderstood, match="chứng chỉ"):
            case.conclude(qualification=qualification)
    with pytest.raises(NotUnderstood, match="Điều 3 Nghị định 109"):
        case.conclude(qualification="RANG_HAM_MAT")
    assert case.conclude(qualification="YHGD", certificate_number="12/2026").stage == "FOR_SIGNATURE"


def test_family_medicine_counts_from_july_2026_only():
    old = law().regime_on(date(2026, 6, 30)).determination
    with pytest.raises(NotUnderstood):
        rules.check_doctor(old, qualification="YHGD", certificate="12/2026")
    rules.check_doctor(R4, qualification="YHGD", certificate="12/2026")


def test_only_the_doctor_who_concluded_signs(station: Station):
    case = ready(station)
    case.conclude()
    with pytest.raises(RuleBroken):
        case.sign(an_actor("health", "TYT_DOCTOR", account_id="another"))


def test_who_signed_does_not_approve(station: Station):
    case = ready(station)
    case.conclude()
    case.sign()
    with pytest.raises(RuleBroken, match="Điều 5 Nghị định 109"):
        case.approve(an_actor("health", "TYT_HEAD", "TYT_DOCTOR", account_id="doctor"))
    assert station.announced() == ["health.determination.received.v1"]


def test_the_head_sends_back_and_the_doctor_begins_the_conclusion_anew(station: Station):
    case = ready(station)
    case.conclude()
    case.sign()
    assert case.send_back().stage == "TO_CONCLUDE"
    case.conclude()
    case.sign()
    assert case.approve().stage == "CONCLUDED"


@pytest.mark.parametrize("step", ["examine", "observe", "observed", "conclude", "sign", "approve", "correct"])
def test_no_step_is_taken_out_of_turn(station: Station, step: str):
    station.hear(requested(station))
    case = Case(station)
    case.receive()
    case.examine()
    case.conclude()
    if step == "sign":
        case.sign()
    before = station.left()
    with pytest.raises(RuleBroken):
        getattr(case, step)()
    assert station.left() == before


def test_a_result_is_never_cancelled(station: Station):
    case = Case(station).concluded()
    with pytest.raises(RuleBroken):
        case.cancel()
    case.correct()
    with pytest.raises(RuleBroken):
        case.cancel()


# -- numbers, paper, corrections ------------------------------------------------------------------------------------------------


def test_numbers_of_a_year_have_no_gap_even_when_a_deed_is_given_up(station: Station):
    for turn in range(3):
        case = Case(station)
        case.volunteer(a_patient(station, personal_number=f"02709000001{turn}"))
        case.examine()
        case.conclude()
        with pytest.raises(LookupError):
            case.do(_sign_and_fail, commands.SignDetermination(determination_id=case.determination_id))
        case.sign()
    with station.runtime.store.reading() as session:
        assert list(session.scalars(select(DeterminationResult.number).order_by(DeterminationResult.number))) == [
            1,
            2,
            3,
        ]


def _sign_and_fail(command: commands.SignDetermination, uow: UnitOfWork) -> None:
    handlers.sign_determination(command, uow)
    raise LookupError


def test_the_paper_is_kept_sealed_and_a_reprint_is_the_same_file(station: Station):
    case = Case(station).concluded()
    with station.runtime.store.reading() as session:
        paper = session.scalars(select(DeterminationPaper)).one()
        printed = queries.file_of(paper, station.runtime.vault)
    assert hashlib.sha256(printed).hexdigest() == paper.sha256
    assert "Đức".encode() not in paper.sealed
    text = zipfile.ZipFile(io.BytesIO(printed)).read("word/document.xml").decode()
    for words in ("Nguyễn Văn Đức", "01/PKQ-TYT", "Có nghiện ma túy", "TRẠM Y TẾ PHƯỜNG ĐỒNG NGUYÊN", "20 tháng 11"):
        assert words in text
    assert "HIV" not in text and "tiêu chí" not in text
    case.correct()
    case.sign()
    case.approve()
    with station.runtime.store.reading() as session:
        assert queries.file_of(session.get(DeterminationPaper, paper.result_id), station.runtime.vault) == printed


def test_a_correction_is_a_new_version_that_is_signed_approved_and_handed_over_anew(station: Station):
    case = Case(station).concluded()
    case.hand_over("REQUESTER")
    case.hand_over("PERSON")
    assert case.correct().stage == "FOR_SIGNATURE"
    assert "health.determination.corrected.v1" not in station.announced()
    case.sign()
    corrected = case.approve()
    assert (corrected.stage, corrected.result_version) == ("CONCLUDED", 2)
    assert station.announced()[-1] == "health.determination.corrected.v1"
    assert "Nhầm" not in station.told()
    case.hand_over("PERSON")
    assert case.hand_over("REQUESTER").stage == "RETURNED"


def test_a_correction_that_is_sent_back_leaves_the_result_as_it_was(station: Station):
    case = Case(station).concluded()
    case.hand_over("REQUESTER")
    case.hand_over("PERSON")
    case.correct()
    assert case.send_back().stage == "RETURNED"
    with station.runtime.store.reading() as session:
        assert session.scalars(select(DeterminationResult.conclusion)).all() == ["ADDICTED"]


# -- time -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 17), date(2026, 11, 23)),  # the 22nd is a Sunday
        (date(2026, 11, 18), date(2026, 11, 23)),
        (date(2026, 8, 28), date(2026, 9, 3)),  # 2 September is a holiday
        (date(2026, 6, 29), date(2026, 7, 6)),  # under the old law, ends on a Saturday
    ],
)
def test_the_result_is_due_five_days_after_the_person_came(received, due):
    rules_then = law().regime_on(received).determination
    assert law().due_day(received, rules_then.result) == due


def test_staff_go_out_within_a_day_and_the_duty_says_until_when(station: Station):
    station.hear(requested(station))
    station.runtime.clock.advance(timedelta(hours=3))
    dossier = commands.RecordDossier(request_id="r1", dossier_on=TODAY, dossier_time="10:30", on_site=True)
    Case(station).do(handlers.record_dossier, dossier)
    (duty,) = station.ask(duties.determination_duties)
    assert (duty.kind, duty.due_at.astimezone(UTC)) == ("SEND_STAFF", datetime(2026, 11, 21, 3, 30, tzinfo=UTC))
    assert due_moment(datetime(2026, 11, 20, 3, 30, tzinfo=UTC), R4.staff) == duty.due_at


def test_a_reception_in_the_future_or_before_the_request_is_refused(station: Station):
    station.hear(requested(station))
    with pytest.raises(NotUnderstood):
        Case(station).receive(received_on=TODAY, received_time="23:00")
    with pytest.raises(RuleBroken):
        Case(station).receive(received_on=date(2026, 11, 15))


def test_what_was_found_never_leaves_the_station(station: Station):
    station.hear(requested(station))
    case = Case(station)
    case.receive(details={"reception_note": "BÍ MẬT MỘT"})
    case.examine(ADDICTED, details={"examination_note": "BÍ MẬT HAI"})
    case.conclude()
    case.sign()
    case.approve()
    told = station.told()
    for secret in ("BÍ MẬT", "Đức", NUMBER, "c1", "MONTH", "OPIOID"):
        assert secret not in told
    with station.runtime.store.reading() as session:
        found = session.scalars(select(Determination)).one()
    assert "BÍ MẬT".encode() not in found.sealed


# -- any history ----------------------------------------------------------------------------------------------------------------

STEPS = (
    "examine", "in_doubt", "observe", "observed", "conclude", "clean", "sign", "approve", "send_back", "correct",
    "cancel", "hand_over", "tell", "withdraw",
)  # fmt: skip


def _take(case: Case, step: str, station: Station, request_id: str) -> None:
    steps = {
        "in_doubt": lambda: case.examine(IN_DOUBT),
        "clean": lambda: case.conclude("NOT_ADDICTED"),
        "hand_over": lambda: case.hand_over("REQUESTER"),
        "tell": lambda: case.hand_over("PERSON"),
        "withdraw": lambda: station.hear(withdrawn(request_id)),
    }
    take = steps[step] if step in steps else getattr(case, step)
    take()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(STEPS), min_size=4, max_size=16), number=st.integers(0, 999_999))
def test_whatever_is_tried_the_record_stays_whole_and_each_result_is_said_once(station, steps, number):
    request_id = f"r-{number}-{len(station.announced())}"
    personal = f"027090{number:06}"
    station.hear(requested(station, request_id, person_key=person_key(station, personal)))
    case = Case(station)
    try:
        case.receive(request_id, file={**FILE, "identity": {**IDENTITY, "personal_number": personal}})
    except RuleBroken:
        return  # the same person as in an earlier example, whose determination is still under way
    before = len(station.announced())
    for step in steps:
        left = station.left()
        try:
            _take(case, step, station, request_id)
        except ProgrammeError:
            assert station.left() == left
    with station.runtime.store.reading() as session:
        found = session.get(Determination, case.determination_id)
        results = queries.results_of(session, case.determination_id)
    said = station.announced()[before:]
    issued = [result for result in results if result.number is not None]
    assert found.result_version == len(issued)
    assert said.count("health.determination.concluded.v1") == min(len(issued), 1)
    assert said.count("health.determination.corrected.v1") == max(len(issued) - 1, 0)
    assert said.count("health.determination.cancelled.v1") == (found.stage == "CANCELLED")
    assert (found.stage in rules.WITH_RESULT) <= bool(issued)
    assert all(result.signed_by != result.approved_by for result in issued)
    assert len([result for result in results if result.number is None]) <= 1


def test_a_mistake_in_the_law_stops_the_start_and_names_the_file(tmp_path):
    for name in ("determination.yml", "calendar.yml"):
        (tmp_path / name).write_text((FOLDER / name).read_text("utf-8"), "utf-8")
    assert load_law(tmp_path) == law()
    broken = (
        (tmp_path / "determination.yml")
        .read_text("utf-8")
        .replace("voluntary_ground: VOLUNTARY", "voluntary_ground: X")
    )
    (tmp_path / "determination.yml").write_text(broken, "utf-8")
    with pytest.raises(BrokenDocument, match=r"determination\.yml"):
        load_law(tmp_path)


def test_what_was_not_found_in_a_text_says_so():
    assert R4.result.certainty == R4.staff.certainty == R4.papers_certainty == "KNOWLEDGE"
    old = law().regime_on(date(2026, 6, 30)).determination
    assert old.result.certainty == old.staff.certainty == old.papers_certainty == "TEXT"
    assert (R4.result.amount, R4.staff.amount, R4.copies) == (5, 24, 2)
