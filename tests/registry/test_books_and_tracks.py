"""The book of violations drives the tracks: what it asks is due, what it bears out may be done, what it takes back is gone."""

from datetime import date, datetime, time
from html import unescape

import pytest
from sqlalchemy import select

from chassis.clock import LOCAL_ZONE
from chassis.errors import NotUnderstood, RuleBroken
from services.registry import queries
from services.registry.commands import AnnulAct
from services.registry.commands import books as orders
from services.registry.domain.guards.electronic_monitoring import NotYetExempt
from services.registry.domain.guards.several_tracks import NoSuchReason
from services.registry.handlers.deadlines import announce_deadlines
from services.registry.tables import Act, Duty, DutyAnnouncement
from tests.registry.books import Books, a_violation
from tests.registry.builders import an_act
from tests.registry.test_handlers import CHIEF
from tests.registry.tracks.test_stored_lives import StoredLife, a_listed_addict

BREACHED = "registry.electronic_monitoring.breached.v1"


class BookedLife(StoredLife):
    """Somebody in the register, with the book of violations at hand."""

    def breached(self, on, **answers):
        return Books(self.registry).do(a_violation(self.person_id, on=on, **answers))

    def withdrew(self, breach):
        return Books(self.registry).do(orders.WithdrawEntry(violation_id=breach.violation_id, reason="Ghi nhầm người"))

    def due_at(self, track, code):
        with self.registry.runtime.store.reading() as session:
            asked = select(Duty.due_at).where(Duty.person_id == self.person_id, Duty.track == track, Duty.code == code)
            return session.scalars(asked).one().astimezone(LOCAL_ZONE)

    def acts_of_breaches(self):
        with self.registry.runtime.store.reading() as session:
            return session.scalars(
                select(Act).where(Act.person_id == self.person_id, Act.event == "ViolationRecorded")
            ).all()


@pytest.fixture
def at_home(registry):
    """Somebody in rehabilitation at home, monitored since 10:00 of 2 September."""
    life = BookedLife(registry)
    a_listed_addict(life, date(2026, 9, 1))
    life.did("D.Registered", date(2026, 9, 1), venue="HOME_COMMUNITY")
    life.did("D.Decided", date(2026, 9, 2))
    life.did("H.Decided", date(2026, 9, 2), "10:00", em_basis="COMMUNITY_REHAB")
    life.did("D.Received", date(2026, 9, 3))
    life.did("H.Fitted", date(2026, 9, 3), "10:00", device_serial="GS-1")
    return life


@pytest.fixture
def patient(registry):
    """Somebody in substitution treatment, monitored."""
    life = BookedLife(registry)
    a_listed_addict(life, date(2026, 9, 1))
    life.heard("E.Admitted", date(2026, 9, 2))
    life.did("H.Decided", date(2026, 9, 2), "10:00", em_basis="OST")
    life.did("H.Fitted", date(2026, 9, 3), "10:00", device_serial="GS-1")
    return life


def test_the_third_breach_is_due_to_end_rehabilitation_and_lets_it_end(at_home):
    for day in (5, 6):
        at_home.breached(date(2026, 10, day))
    with pytest.raises(NoSuchReason, match="khoản 4 Điều 47"):
        at_home.did("D.Violated", date(2026, 10, 7), reason="THIRD_VIOLATION")
    assert ("D", "END_AFTER_BREACHES") not in at_home.duties()
    at_home.breached(date(2026, 10, 7))

    assert ("D", "END_AFTER_BREACHES") in at_home.duties()
    at_home.did("D.Violated", date(2026, 10, 7), "16:00", reason="THIRD_VIOLATION")
    assert at_home.history().open_case("F").facts["ground"] == "DD_EM_OR_REPEAT"
    assert ("D", "END_AFTER_BREACHES") not in at_home.duties()


def test_a_withdrawn_third_breach_is_due_no_more_and_bears_nothing_out(at_home):
    *_before, third = [at_home.breached(date(2026, 10, day)) for day in (5, 6, 7)]
    at_home.withdrew(third)

    assert ("D", "END_AFTER_BREACHES") not in at_home.duties()
    with pytest.raises(NoSuchReason):
        at_home.did("D.Violated", date(2026, 10, 8), reason="THIRD_VIOLATION")


def test_minutes_for_which_a_case_ended_are_withdrawn_after_its_end_only(at_home):
    *_before, third = [at_home.breached(date(2026, 10, day)) for day in (5, 6, 7)]
    ended = at_home.did("D.Violated", date(2026, 10, 8), reason="THIRD_VIOLATION")

    with pytest.raises(RuleBroken, match=r"Cai nghiện ma túy tự nguyện.*INV-8"):
        at_home.withdrew(third)
    at_home.registry.do(AnnulAct(act_id=ended.act_id, reason="nhầm"), by=CHIEF)
    assert ("D", "END_AFTER_BREACHES") in at_home.duties()
    at_home.withdrew(third)
    assert ("D", "END_AFTER_BREACHES") not in at_home.duties()


def test_a_patients_second_refusal_asks_for_monitoring_anew_at_the_hour_of_its_minutes(patient):
    refused = {"situation": "OST", "kind": "EM_REFUSED"}
    patient.breached(date(2026, 10, 5), **refused, mended="YES")
    assert ("H", "DECIDE_ANEW") not in patient.duties()
    second = patient.breached(date(2026, 10, 10), recorded_time="16:40", **refused)

    due_at = patient.due_at("H", "DECIDE_ANEW")
    assert (due_at.date(), due_at.time()) == (date(2026, 10, 11), time(16, 40))
    patient.withdrew(second)
    assert ("H", "DECIDE_ANEW") not in patient.duties()
    patient.breached(date(2026, 10, 10), recorded_time="16:40", **refused)
    patient.did("H.DecidedAnew", date(2026, 10, 11), "08:00", em_basis="OST")
    assert {code for track, code in patient.duties() if track == "H"} == {"FIT"}


def test_minutes_about_the_device_are_an_act_of_the_monitoring_and_said_once(at_home):
    assert ("H", "MAY_EXEMPT_ADULT") in at_home.duties()

    at_home.breached(date(2026, 10, 5), kind="EM_BATTERY", mended="YES", recorded_time="09:30", minutes_number="07/BB")

    (act,) = at_home.acts_of_breaches()
    assert (act.case_id, act.document_number) == (at_home.case("H").case_id, "07/BB")
    assert act.happened_at.astimezone(LOCAL_ZONE).time() == time(9, 30)
    assert at_home.registry.announced().count(BREACHED) == 1
    assert ("H", "MAY_EXEMPT_ADULT") not in at_home.duties()
    with pytest.raises(NotYetExempt):
        at_home.did("H.Exempted", date(2026, 11, 20))


def test_what_the_law_only_allows_is_never_overdue_nor_announced_as_missed(at_home, clock, console):
    registry = at_home.registry
    clock.set(datetime(2028, 9, 23, 9, 0, tzinfo=LOCAL_ZONE))
    announce_deadlines(registry.runtime)

    with registry.asking() as uow:
        groups = {group.key: {line.kind for line in group.lines} for group in queries.today(uow)}
    assert groups["may"] == {"MAY_EXEMPT_ADULT"}
    assert all("MAY_EXEMPT_ADULT" not in kinds for key, kinds in groups.items() if key != "may")
    with registry.runtime.store.reading() as session:
        assert "MAY_EXEMPT_ADULT" not in set(session.scalars(select(DutyAnnouncement.code)))
    officer = console.signed_in("CA_OFFICER")
    shown = unescape(officer.get("/duties/may").get_data(as_text=True))
    assert "Xem xét miễn giám sát: có thể làm từ ngày 03/09/2027" in shown
    assert "Quá hạn" not in shown
    (said,) = [line for line in _api_duties(console) if line["kind"] == "MAY_EXEMPT_ADULT"]
    assert (said["due"], said["may_from"]) == (None, "2027-09-03")


def test_what_the_law_will_allow_one_day_is_not_shown_before(at_home, clock):
    clock.set(datetime(2027, 9, 2, 23, 0, tzinfo=LOCAL_ZONE))

    with at_home.registry.asking() as uow:
        assert {group.key: group.count for group in queries.today(uow)}["may"] == 0
    assert ("H", "MAY_EXEMPT_ADULT") in at_home.duties()


def _api_duties(console):
    return console.program("CA_OFFICER", scopes=["today.read"]).get("/api/v1/duties").json["items"]


def test_withdrawing_the_minutes_annuls_the_act_of_the_monitoring(at_home):
    breach = at_home.breached(date(2026, 10, 5), kind="EM_BATTERY", mended="YES")
    at_home.withdrew(breach)

    (act,) = at_home.acts_of_breaches()
    assert act.annulled_at is not None
    assert "violated_on" not in at_home.history().open_case("H").facts
    assert ("H", "MAY_EXEMPT_ADULT") in at_home.duties()
    assert "registry.electronic_monitoring.corrected.v1" in at_home.registry.announced()


@pytest.mark.parametrize(
    ("on", "kind"),
    [
        pytest.param(date(2026, 9, 1), "EM_BATTERY", id="before the monitoring"),
        pytest.param(date(2026, 10, 5), "BEHAVIOUR", id="not about the device"),
    ],
)
def test_other_minutes_are_no_act_of_the_monitoring(at_home, on, kind):
    at_home.breached(on, kind=kind)

    assert at_home.acts_of_breaches() == []
    assert ("H", "MAY_EXEMPT_ADULT") in at_home.duties()
    assert BREACHED not in at_home.registry.announced()


def test_nobody_enters_the_act_of_the_monitoring_by_hand(at_home):
    with pytest.raises(NotUnderstood, match="không nhập bằng tay"):
        at_home.registry.do(
            an_act(at_home.person_id, "H", "ViolationRecorded", on=date(2026, 10, 5), document_number="7/BB")
        )


def test_the_act_of_the_monitoring_is_annulled_through_the_book(at_home):
    at_home.breached(date(2026, 10, 5), kind="EM_BATTERY", mended="YES")
    (act,) = at_home.acts_of_breaches()

    with pytest.raises(RuleBroken, match="hủy việc gốc"):
        at_home.registry.do(AnnulAct(act_id=act.act_id, reason="nhầm"), by=CHIEF)


def test_minutes_are_not_written_at_an_hour_to_come(at_home):
    with pytest.raises(NotUnderstood, match="chưa đến giờ này"):
        at_home.breached(date(2026, 11, 20), recorded_time="23:00")
