"""The rules of campaigns, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chassis.errors import RuleBroken
from services.campaigns.domain import (
    CANCELLED,
    DELIVERED,
    MEASURES,
    PLANNED,
    VERIFIED,
    NothingMeasured,
    OutOfOrder,
    OwnWorkVerified,
    PlaceClosed,
    SpansMonths,
    WrongState,
    broadcasts_of,
    check_cancellation,
    check_closing,
    check_correction,
    check_delivery,
    check_places_existed,
    check_rejection,
    check_verification,
    check_within_campaign,
    end_of_month,
)

DAY = date(2026, 11, 10)
people = st.sampled_from(["mai", "lan"])
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
LEADS_TO = {PLANNED: {DELIVERED, CANCELLED}, DELIVERED: {VERIFIED, CANCELLED}, VERIFIED: set(), CANCELLED: set()}


class LifeOfAnActivity(RuleBasedStateMachine):
    """Whatever people try, in any order: an activity only goes the ways that there are, and nobody vouches for themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.by, self.on, self.verified_by = PLANNED, None, None, None

    def attempt(self, check, *, to, **situation) -> bool:
        before = self.state
        try:
            check(state=before, **situation)
        except RuleBroken:
            return False
        assert to in LEADS_TO[before] or (before == to == DELIVERED)
        self.state = to
        return True

    @rule(by=people, amount=st.integers(0, 2), on=days)
    def deliver(self, by, amount, on):
        if self.attempt(check_delivery, to=DELIVERED, measures={"sessions": amount}):
            assert amount
            self.by, self.on = by, on

    @rule(by=people, amount=st.integers(0, 2), on=days)
    def correct(self, by, amount, on):
        if self.attempt(check_correction, to=DELIVERED, measures={"sessions": amount}):
            self.by, self.on = by, on

    @rule(by=people, on=days)
    def verify(self, by, on):
        if self.attempt(
            check_verification, to=VERIFIED, delivered_by=self.by, verified_by=by, delivered_on=self.on, verified_on=on
        ):
            assert on >= self.on
            self.verified_by = by

    @rule(on=days)
    def reject(self, on):
        self.attempt(check_rejection, to=CANCELLED, delivered_on=self.on, rejected_on=on)

    @rule()
    def cancel(self):
        self.attempt(check_cancellation, to=CANCELLED)

    @precondition(lambda self: self.state == VERIFIED)
    @invariant()
    def somebody_else_vouched(self):
        assert self.verified_by is not None
        assert self.verified_by != self.by

    @precondition(lambda self: self.state == DELIVERED)
    @invariant()
    def results_have_a_day_and_a_recorder(self):
        assert self.by is not None
        assert self.on is not None


TestLifeOfAnActivity = LifeOfAnActivity.TestCase


@pytest.mark.parametrize("measure", MEASURES)
def test_any_single_result_is_enough(measure):
    check_delivery(state=PLANNED, measures=dict.fromkeys(MEASURES, 0) | {measure: 1})


def test_results_that_say_nothing_are_refused():
    with pytest.raises(NothingMeasured):
        check_delivery(state=PLANNED, measures=dict.fromkeys(MEASURES, 0))


@pytest.mark.parametrize("state", [DELIVERED, VERIFIED, CANCELLED])
def test_results_are_recorded_once(state):
    with pytest.raises(WrongState):
        check_delivery(state=state, measures={"sessions": 1})


def test_nobody_verifies_their_own_results():
    with pytest.raises(OwnWorkVerified):
        check_verification(state=DELIVERED, delivered_by="mai", verified_by="mai", delivered_on=DAY, verified_on=DAY)


def test_verification_lies_on_or_after_the_day():
    before = DAY - timedelta(days=1)
    answers = {"state": DELIVERED, "delivered_by": "mai", "verified_by": "lan", "delivered_on": DAY}
    assert check_verification(**answers, verified_on=DAY) == DAY
    with pytest.raises(OutOfOrder) as refused:
        check_verification(**answers, verified_on=before)
    assert list(refused.value.fields) == ["verified_on"]


@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2026, 6, 30)])
def test_both_ends_of_a_campaign_belong_to_it(day):
    check_within_campaign(planned_on=day, starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30))


@pytest.mark.parametrize("day", [date(2026, 5, 31), date(2026, 7, 1)])
def test_a_day_outside_the_campaign_is_refused_with_its_days(day):
    with pytest.raises(OutOfOrder, match="01/06/2026 đến 30/06/2026"):
        check_within_campaign(planned_on=day, starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30))


@pytest.mark.parametrize(
    ("since", "closed", "existed"),
    [
        (DAY, None, True),
        (DAY + timedelta(days=1), None, False),
        (date(2020, 1, 1), DAY, False),
        (date(2020, 1, 1), DAY + timedelta(days=1), True),
    ],
)
def test_a_place_is_there_from_its_first_day_until_before_its_closing(since, closed, existed):
    lifetimes = {"T1": (since, closed)}
    if existed:
        check_places_existed(on=DAY, closed=lifetimes, places=["T1"])
        return
    with pytest.raises(PlaceClosed):
        check_places_existed(on=DAY, closed=lifetimes, places=["T1"])


def test_a_support_case_is_closed_once_and_not_before_it_was_opened():
    check_closing(opened_on=DAY, closed_on=DAY, already_closed=False)
    with pytest.raises(WrongState):
        check_closing(opened_on=DAY, closed_on=DAY, already_closed=True)
    with pytest.raises(OutOfOrder):
        check_closing(opened_on=DAY, closed_on=DAY - timedelta(days=1), already_closed=False)


def test_forty_broadcasts_are_twenty_days_twice_a_day():
    assert broadcasts_of(first_on=date(2026, 11, 1), last_on=date(2026, 11, 20), times_a_day=2) == 40


@given(first=days, length=st.integers(0, 40), times=st.integers(1, 24), silent=st.integers(0, 31))
def test_a_series_counts_its_days_on_air_and_stays_in_its_month(first, length, times, silent):
    last = first + timedelta(days=length)
    series = {"first_on": first, "last_on": last, "times_a_day": times, "silent_days": silent}
    if last > end_of_month(first):
        with pytest.raises(SpansMonths):
            broadcasts_of(**series)
    elif silent > length:
        with pytest.raises(NothingMeasured):
            broadcasts_of(**series)
    else:
        assert broadcasts_of(**series) == (length + 1 - silent) * times


def test_a_series_does_not_end_before_it_begins():
    with pytest.raises(OutOfOrder):
        broadcasts_of(first_on=DAY, last_on=DAY - timedelta(days=1), times_a_day=1)


@pytest.mark.parametrize(
    ("day", "last"),
    [(date(2026, 2, 1), 28), (date(2028, 2, 29), 29), (date(2026, 12, 31), 31), (date(2026, 11, 20), 30)],
)
def test_the_end_of_a_month(day, last):
    assert end_of_month(day) == day.replace(day=last)
