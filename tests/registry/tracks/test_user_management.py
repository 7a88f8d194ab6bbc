"""Track A by itself: a positive test, a decision by the right decider, one term, and one way out of it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chassis.errors import NotUnderstood
from services.registry.domain.acts import (
    AlreadyOpen,
    NotInThisLaw,
    ProofMissing,
    WrongDay,
    WrongReason,
    WrongSigner,
    WrongStep,
    possible,
)
from services.registry.domain.duties import duties_of
from services.registry.domain.guards.several_tracks import OutsideTerm, SameCommune
from services.registry.domain.guards.user_management import DetentionTooLong, NoPositiveTest
from services.registry.domain.judgement import RuleRefused
from services.registry.domain.term_of_status import WrongTerm
from services.registry.domain.tracks import fold
from services.registry.law import law
from tests.registry.tracks.lives import Life, at, morning

LAW = law()
CHIEF = {"signer_role": "CA_CHIEF", "document_number": "15/QĐ-CAP"}
CHAIR = {"signer_role": "UB_CHAIR", "document_number": "15/QĐ-UBND"}
REASONS = sorted({reason.code for reason in LAW.tracks["A"].transition("StopDecided").reasons})


def detected(moment="2026-07-03 16:00"):
    life = Life()
    life.tested(at(moment))
    return life


def decided(day="2026-07-05", **answers):
    life = detected()
    life.act("A", "ManagementDecided", at(day), **{**CHIEF, **answers})
    return life


def due(life, code):
    return next(each for each in duties_of(LAW, life.history) if each.line.code == code)


def codes(life):
    return {each.line.code for each in duties_of(LAW, life.history)}


# -- by when it is decided -----------------------------------------------------------------------------------------------------


def test_hours_run_through_the_weekend():
    duty = due(detected("2026-07-04 10:00"), "DECIDE_ON_RESULT")

    assert duty.due.latest == at("2026-07-05 10:00")
    assert "Điều 24" in duty.article


def test_before_july_2026_three_working_days_and_the_first_is_not_counted():
    duty = due(detected("2026-06-26 09:00"), "DECIDE_ON_RESULT")

    assert (duty.due.day, duty.due.whole_day) == (date(2026, 7, 1), True)
    assert "Điều 23" in duty.article


def test_the_worked_example_of_the_clock_from_the_test_to_the_decision():
    life = detected("2026-07-03 16:00")
    assert due(life, "VERIFY_RESIDENCE").due.latest == at("2026-07-04 16:00")

    life.act("A", "ResidenceVerified", at("2026-07-04 09:00"), stable=True)
    assert due(life, "NOTIFY").due.latest == at("2026-07-05 09:00")

    life.act("A", "NoticeReceived", at("2026-07-04 10:00"), document_number="3/TB-CAP")
    assert due(life, "DECIDE_ON_NOTICE").due.latest == at("2026-07-05 10:00")

    life.act("A", "ManagementDecided", at("2026-07-05 09:30"), **CHIEF)
    assert life.case("A").ends_on == date(2027, 7, 5)
    assert not [each for each in duties_of(LAW, life.history) if each.line.code.startswith("DECIDE")]


# -- deciding ------------------------------------------------------------------------------------------------------------------


def test_the_law_proposes_the_term_of_one_year():
    case = decided().case("A")

    assert (case.state, case.starts_on, case.ends_on) == ("MANAGED", date(2026, 7, 5), date(2027, 7, 5))
    assert (case.last.regime, case.last.form_code) == ("R4_L120", "ND163_PL3_M04")


@pytest.mark.parametrize("role", ["UB_CHAIR", "UB_VICE"])
def test_under_the_earlier_law_the_chair_decides_and_the_vice_chair_signs_for_the_chair(role):
    life = detected("2026-06-20 09:00")
    with pytest.raises(WrongSigner, match="khoản 4 Điều 23"):
        life.act("A", "ManagementDecided", at("2026-06-23"), **CHIEF)

    life.act("A", "ManagementDecided", at("2026-06-23"), **CHAIR | {"signer_role": role})

    assert life.case("A").last.form_code == "ND105_M07"


@pytest.mark.parametrize("role", ["UB_CHAIR", "UB_VICE", "CA_OFFICER", "SOMEBODY"])
def test_from_july_2026_only_the_chief_of_police_decides(role):
    with pytest.raises(WrongSigner, match="điểm a khoản 4 Điều 24") as refusal:
        detected().act("A", "ManagementDecided", at("2026-07-04"), signer_role=role, document_number="15")

    assert "01/07/2026" in str(refusal.value)
    assert list(refusal.value.fields) == ["signer_role"]
    assert refusal.value.article == "điểm a khoản 4 Điều 24 Luật Phòng, chống ma túy 2025"


@pytest.mark.parametrize(
    ("answers", "error", "field", "says"),
    [
        ({"moment": at("2026-07-02")}, WrongDay, "decided_on", "03/07/2026"),
        ({"moment": at("2026-07-07")}, WrongDay, "decided_on", "chưa đến thời điểm"),
        ({"starts_on": date(2026, 7, 6)}, WrongTerm, "starts_on", "khoản 2 Điều 24"),
        ({"ends_on": date(2027, 7, 4)}, WrongTerm, "ends_on", "05/07/2027"),
        ({"ends_on": date(2028, 7, 5)}, WrongTerm, "ends_on", "khoản 2 Điều 24"),
    ],
)
def test_what_the_law_forbids_is_refused_with_its_article(answers, error, field, says):
    given_ = {"moment": at("2026-07-05"), "now": at("2026-07-06 09:00"), **CHIEF, **answers}

    with pytest.raises(error) as refusal:
        detected().act("A", "ManagementDecided", **given_)

    assert field in refusal.value.fields
    assert says in str(refusal.value)
    assert "Điều 24" in refusal.value.article


def test_without_a_signer_the_decision_says_so():
    with pytest.raises(NotUnderstood, match="Người ký"):
        detected().act("A", "ManagementDecided", at("2026-07-05"))


def test_a_decision_of_another_office_needs_its_number():
    life = detected("2026-06-20 09:00")

    with pytest.raises(ProofMissing, match="khoản 4 Điều 23") as refusal:
        life.act("A", "ManagementDecided", at("2026-06-23"), signer_role="UB_CHAIR")

    assert list(refusal.value.fields) == ["document_number"]


def test_without_a_positive_test_there_is_nothing_to_manage():
    life = Life()
    negative = life.tested(at("2026-07-03 16:00"), result="NEGATIVE", opens=False)
    with pytest.raises(WrongStep, match="Điều 24"):
        life.act("A", "ManagementDecided", at("2026-07-05"), **CHIEF)

    life.act("A", "PositiveTest", at("2026-07-03 16:00"), test_id=negative)

    with pytest.raises(NoPositiveTest, match="Điều 24") as refusal:
        life.act("A", "ManagementDecided", at("2026-07-05"), **CHIEF)
    assert "test_id" in refusal.value.fields


def test_one_positive_test_leads_to_one_decision():
    life = decided()
    with pytest.raises(WrongStep, match="Điều 24"):
        life.act("A", "ManagementDecided", at("2026-07-06"), **CHIEF)

    life.is_now("PRISON", date(2026, 7, 6))
    life.act("A", "StopDecided", at("2026-07-06"), reason="PRISON", **CHIEF)

    with pytest.raises(WrongStep, match="Điều 24"):
        life.act("A", "ManagementDecided", at("2026-07-07"), **CHIEF)


def test_a_second_open_case_is_refused():
    life = decided()

    with pytest.raises(AlreadyOpen, match="INV-1"):
        life.tested(at("2026-07-06 10:00"))


@given(st.dates(date(2022, 1, 1), date(2099, 12, 31)))
def test_a_decision_by_the_decider_of_its_day_always_runs_one_year(day):
    regime = LAW.regime_on(day)
    life = Life()
    life.tested(morning(day))

    under = LAW.tracks["A"].transition("ManagementDecided").under_regime(regime.code)
    life.act("A", "ManagementDecided", morning(day), **CHIEF | {"signer_role": under.deciders[0]})

    case = life.case("A")
    assert case.last.regime == regime.code
    assert (case.starts_on, case.ends_on.year, case.ends_on.month) == (day, day.year + 1, day.month)


# -- the days of a term --------------------------------------------------------------------------------------------------------


def test_management_ends_on_its_last_day_or_later_and_never_earlier():
    with pytest.raises(OutsideTerm, match="05/07/2027"):
        decided().act("A", "EndDecided", at("2027-07-04"), **CHIEF)

    for day in ("2027-07-05", "2027-08-01"):
        life = decided()
        life.act("A", "EndDecided", at(day), **CHIEF)
        assert (life.case("A").state, life.case("A").last.form_code) == ("ENDED", "ND163_PL3_M09")


def test_management_stops_before_its_term_is_over():
    with pytest.raises(OutsideTerm, match="khoản 5 Điều 24"):
        decided().act("A", "StopDecided", at("2027-07-06"), reason="PRISON", **CHIEF)
    with pytest.raises(WrongDay, match="05/07/2026"):
        decided().act("A", "StopDecided", at("2026-07-04"), reason="PRISON", **CHIEF)


def test_a_reason_of_the_earlier_law_is_none_of_the_new_one():
    with pytest.raises(WrongReason, match="khoản 5 Điều 24"):
        decided().act("A", "StopDecided", at("2026-07-06"), reason="GIAO_DUC_TAI_XA", **CHIEF)


def test_an_absence_moves_the_end_by_the_days_away_and_counts_no_day_of_return():
    life = decided()

    life.act("A", "AbsenceRecorded", at("2026-09-20"), absent_from=date(2026, 9, 1), absent_until=date(2026, 9, 11))

    assert life.case("A").ends_on == date(2027, 7, 15)
    assert life.case("A").state == "MANAGED"


def test_an_absence_outside_the_term_is_refused():
    for since, until in ((date(2026, 7, 1), date(2026, 7, 9)), (date(2026, 9, 1), date(2026, 9, 1))):
        with pytest.raises(OutsideTerm, match="Điều 60"):
            decided().act("A", "AbsenceRecorded", at("2026-09-20"), absent_from=since, absent_until=until)


# -- detention -----------------------------------------------------------------------------------------------------------------


def test_detention_suspends_and_the_end_does_not_move():
    life = decided()

    life.act("A", "Detained", at("2026-10-01"), detained_on=date(2026, 9, 30), detention_days=60, **CHIEF)
    assert (life.case("A").state, life.case("A").last.form_code) == ("SUSPENDED", "ND163_PL3_M07")
    life.act("A", "Released", at("2026-11-29"))

    assert (life.case("A").state, life.case("A").ends_on) == ("MANAGED", date(2027, 7, 5))


def test_the_suspension_is_due_to_be_sent_within_24_hours_of_its_day_until_it_was():
    life = decided()
    life.act("A", "Detained", at("2026-10-01"), detained_on=date(2026, 9, 30), **CHIEF)
    duty = due(life, "SEND_SUSPENSION")
    assert (duty.due.latest, duty.rule) == (at("2026-10-03 00:00"), "R4-UM-SENDDEC")
    assert "khoản 4 Điều 63" in duty.article

    life.act("A", "DecisionSent", at("2026-10-02"))

    assert life.case("A").state == "SUSPENDED"
    assert "SEND_SUSPENSION" not in codes(life)
    life.act("A", "Released", at("2026-11-29"))
    life.act("A", "Detained", at("2026-12-10"), detained_on=date(2026, 12, 9), **CHIEF)
    assert due(life, "SEND_SUSPENSION").due.latest == at("2026-12-12 00:00")


def test_the_decision_to_stop_is_due_to_be_sent_though_the_case_is_closed():
    life = decided()
    life.is_now("PRISON", date(2026, 11, 1))
    life.act("A", "StopDecided", at("2026-11-02"), reason="PRISON", **CHIEF)
    duty = due(life, "SEND_STOP")
    assert (duty.due.latest, duty.rule) == (at("2026-11-04 00:00"), "R4-UM-SENDDEC")
    assert [line.event for line in possible(LAW, life.history, LAW.tracks["A"], date(2026, 11, 3))][
        -1
    ] == "DecisionSent"

    with pytest.raises(WrongDay):
        life.act("A", "DecisionSent", at("2026-11-01"))
    life.act("A", "DecisionSent", at("2026-11-03"))

    case = life.case("A")
    assert (case.state, case.is_open, case.closed_on) == ("STOPPED", False, date(2026, 11, 2))
    assert codes(life) == set()
    with pytest.raises(WrongStep):
        life.act("A", "DecisionSent", at("2026-11-04"))


def test_the_decision_to_end_of_a_former_case_is_sent_while_a_new_one_runs():
    life = decided()
    life.act("A", "EndDecided", at("2027-07-06"), **CHIEF)
    life.tested(at("2027-07-06 10:00"))

    life.act("A", "DecisionSent", at("2027-07-06"))

    former, running = life.history.cases_of("A")
    assert (former.state, former.facts["decision_sent_on"]) == ("ENDED", date(2027, 7, 6))
    assert (running.state, "decision_sent_on" in running.facts) == ("DETECTED", False)


def test_a_decision_to_stop_is_sent_anew_though_the_suspension_before_it_was_sent():
    life = decided()
    life.act("A", "Detained", at("2026-10-01"), detained_on=date(2026, 9, 30), **CHIEF)
    life.act("A", "DecisionSent", at("2026-10-02"))
    life.is_now("PRISON", date(2026, 11, 1))

    life.act("A", "StopDecided", at("2026-11-02"), reason="PRISON", **CHIEF)

    assert codes(life) == {"SEND_STOP"}


def test_under_the_old_law_the_decision_to_end_is_due_to_be_sent_within_three_working_days():
    life = Life()
    life.tested(at("2025-06-02 09:00"))
    life.act("A", "ManagementDecided", at("2025-06-04"), **CHAIR)
    life.act("A", "EndDecided", at("2026-06-05"), **CHAIR)

    duty = due(life, "SEND_END")

    assert (duty.due.day, duty.rule) == (date(2026, 6, 10), "R1-UM-STOPSEND")


def test_detention_as_long_as_the_rest_is_not_longer():
    life = decided()
    rest = (date(2027, 7, 5) - date(2026, 9, 30)).days

    with pytest.raises(DetentionTooLong, match="khoản 7 Điều 24"):
        life.act("A", "Detained", at("2026-10-01"), detained_on=date(2026, 9, 30), detention_days=rest + 1, **CHIEF)
    life.act("A", "Detained", at("2026-10-01"), detained_on=date(2026, 9, 30), detention_days=rest, **CHIEF)


def test_detention_known_to_be_longer_than_the_rest_stops_management_at_once():
    life = decided()
    asked = {"detained_on": date(2026, 9, 30), "reason": "DETENTION_EXCEEDS"}

    with pytest.raises(DetentionTooLong):
        life.act("A", "StopDecided", at("2026-10-01"), **asked, detention_days=100, **CHIEF)
    life.act("A", "StopDecided", at("2026-10-01"), **asked, detention_days=400, **CHIEF)

    assert life.case("A").state == "STOPPED"


def test_a_term_that_runs_out_in_detention_is_stopped_on_its_day():
    life = decided()
    life.act("A", "Detained", at("2026-10-01"), detained_on=date(2026, 9, 30), **CHIEF)
    assert due(life, "STOP_DETAINED").line.settled_by == "StopDecided"

    with pytest.raises(DetentionTooLong):
        life.act("A", "StopDecided", at("2027-07-04"), reason="DETENTION_EXCEEDS", **CHIEF)
    life.act("A", "StopDecided", at("2027-07-05"), reason="DETENTION_EXCEEDS", **CHIEF)

    assert life.case("A").state == "STOPPED"


def test_who_was_released_is_not_stopped_for_that_detention():
    life = decided()
    life.act("A", "Detained", at("2026-10-01"), detained_on=date(2026, 9, 30), **CHIEF)
    life.act("A", "Released", at("2026-11-29"))

    with pytest.raises(DetentionTooLong):
        life.act("A", "StopDecided", at("2027-07-06"), reason="DETENTION_EXCEEDS", **CHIEF)


def test_the_earlier_law_knows_no_suspension():
    life = detected("2026-06-01 09:00")
    life.act("A", "ManagementDecided", at("2026-06-03"), **CHAIR)

    with pytest.raises(NotInThisLaw, match="khoản 7 Điều 24"):
        life.act("A", "Detained", at("2026-06-10"), detained_on=date(2026, 6, 9), **CHAIR)


# -- moving --------------------------------------------------------------------------------------------------------------------


def test_a_case_is_handed_over_to_another_commune_only():
    life = decided()
    with pytest.raises(SameCommune, match="Điều 27"):
        life.act("A", "MovedAway", at("2026-08-01"), to_commune="09385", left_on=date(2026, 7, 30), **CHIEF)

    life.act("A", "MovedAway", at("2026-08-01"), to_commune="09379", left_on=date(2026, 7, 30), **CHIEF)

    assert life.case("A").state == "TRANSFERRED"


@pytest.mark.parametrize(
    ("day", "paper", "last"), [("2026-08-10", CHIEF, "2027-07-16"), ("2026-06-10", CHAIR, "2027-06-20")]
)
def test_who_comes_with_a_term_brings_what_is_left_of_it(day, paper, last):
    """Under the new law it runs from the new decision, under the earlier one the end stays (reading 17.11)."""
    life = Life()
    left, ends = {"2026-08-10": ("2026-07-30", "2027-07-05"), "2026-06-10": ("2026-06-01", "2027-06-20")}[day]
    came = {"from_commune": "09379", "left_on": date.fromisoformat(left), "original_ends_on": date.fromisoformat(ends)}

    life.act("A", "TransferReceived", at(day), **came, **paper)

    assert (life.case("A").state, life.case("A").ends_on) == ("MANAGED", date.fromisoformat(last))


# -- the one way through a case --------------------------------------------------------------------------------------------------


class CaseLife(RuleBasedStateMachine):
    """Whatever is tried in whatever order: a case is decided once, closed at most once, in order, and never again."""

    def __init__(self):
        super().__init__()
        self.today = date(2026, 7, 1)
        self.life = Life()
        self.tested_on = None
        self.decided_on = None
        self.state = None
        self.since = None
        self.closed_on = None
        self.detained_on = None

    @rule(days=st.integers(1, 200))
    def time_passes(self, days):
        self.today += timedelta(days=days)

    @precondition(lambda self: self.tested_on is None)
    @rule()
    def test(self):
        self.life.tested(morning(self.today))
        self.tested_on = self.since = self.today
        self.state = "DETECTED"

    @precondition(lambda self: self.tested_on is not None)
    @rule(stable=st.booleans(), back=st.integers(-1, 30))
    def verify(self, stable, back):
        on = self.today - timedelta(days=back)
        allowed = self.state == "DETECTED" and self.since <= on <= self.today
        self._try("ResidenceVerified", on, allowed, "VERIFIED", stable=stable)

    @precondition(lambda self: self.tested_on is not None)
    @rule(role=st.sampled_from(["CA_CHIEF", "UB_CHAIR"]), back=st.integers(-1, 30))
    def decide(self, role, back):
        on = self.today - timedelta(days=back)
        verified = self.life.case("A").did("ResidenceVerified")
        allowed = (
            self.state in {"DETECTED", "VERIFIED"}
            and role == "CA_CHIEF"
            and self.since <= on <= self.today
            and (verified is None or verified.facts["stable"])
        )
        if self._try("ManagementDecided", on, allowed, "MANAGED", signer_role=role):
            self.decided_on = on

    @precondition(lambda self: self.tested_on is not None)
    @rule(back=st.integers(-1, 300))
    def detain(self, back):
        on = self.today - timedelta(days=back)
        allowed = self.state == "MANAGED" and self.since <= on <= min(self.today, self._ends_on())
        if self._try("Detained", on, allowed, "SUSPENDED", detained_on=on, signer_role="CA_CHIEF"):
            self.detained_on = on

    @precondition(lambda self: self.tested_on is not None)
    @rule(back=st.integers(-1, 300))
    def release(self, back):
        on = self.today - timedelta(days=back)
        allowed = self.state == "SUSPENDED" and self.since <= on <= min(self.today, self._ends_on())
        if self._try("Released", on, allowed, "MANAGED"):
            self.detained_on = None

    @precondition(lambda self: self.tested_on is not None)
    @rule(back=st.integers(-5, 400), reason=st.sampled_from([*REASONS, "SOMETHING"]))
    def stop(self, back, reason):
        on = self.today - timedelta(days=back)
        known = reason == "DETENTION_EXCEEDS"  # nothing of what the other reasons stand on is on record in this life
        allowed = self.state in {"MANAGED", "SUSPENDED"} and known and self.since <= on <= self.today
        if allowed and reason == "DETENTION_EXCEEDS":
            allowed = self.state == "SUSPENDED" and on >= self._ends_on()
        elif allowed:
            allowed = on <= self._ends_on()
        if self._try("StopDecided", on, allowed, "STOPPED", reason=reason, signer_role="CA_CHIEF"):
            self.closed_on = on

    @precondition(lambda self: self.tested_on is not None)
    @rule(back=st.integers(-5, 400))
    def end(self, back):
        on = self.today - timedelta(days=back)
        allowed = self.state == "MANAGED" and max(self.since, self._ends_on()) <= on <= self.today
        if self._try("EndDecided", on, allowed, "ENDED", signer_role="CA_CHIEF"):
            self.closed_on = on

    def _ends_on(self):
        return self.life.case("A").ends_on

    def _try(self, event, on, allowed, state, **answers):
        before = self.life.history
        if not allowed:
            with pytest.raises(RuleRefused) as refusal:
                self.life.act("A", event, morning(on), now=morning(self.today), **answers)
            assert refusal.value.article
            assert refusal.value.article in str(refusal.value)
            assert self.life.history is before
            return False
        self.life.act("A", event, morning(on), now=morning(self.today), **answers)
        self.state, self.since = state, on
        return True

    @invariant()
    def nothing_is_impossible(self):
        if self.tested_on is None:
            return
        case = self.life.case("A")
        assert case.state == self.state
        assert len([one for one in self.life.history.cases if one.is_open]) <= 1
        assert fold(LAW.tracks["A"], case.acts) == case
        if self.decided_on is not None:
            assert (case.starts_on, case.ends_on) == (
                self.decided_on,
                self.decided_on.replace(year=self.decided_on.year + 1),
            )
        if self.closed_on is not None:
            assert case.state in {"STOPPED", "ENDED"}
            assert self.decided_on <= self.closed_on <= self.today
            assert case.state == "STOPPED" or self.closed_on >= case.ends_on


TestCaseLife = CaseLife.TestCase
