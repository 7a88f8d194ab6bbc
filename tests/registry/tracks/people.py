"""People whose lives are told act by act, to the law alone: no database, no service."""

from dataclasses import replace
from datetime import date, datetime, time
from itertools import count

from chassis.clock import LOCAL_ZONE
from services.registry.domain.acts import judge
from services.registry.domain.duties import duties_of, facts_of_life
from services.registry.domain.history import Breach, Circumstance, Draft, History, TestFacts
from services.registry.domain.status import primary_status
from services.registry.domain.violations import next_step
from services.registry.law import law
from services.registry.law.violations import violation_law

LAW = law()
SITUATIONS = {situation.track: situation.code for situation in violation_law().situations}
UNIT, ELSEWHERE = "00004", "00008"
ADULT_BORN, MINOR_BORN = "1990-03-15", "2011-03-15"
FAR_FUTURE = datetime(2099, 1, 1, tzinfo=LOCAL_ZONE)


def at(text):
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=LOCAL_ZONE)


class Somebody:
    """One person; every act goes through the law, and what it refuses is not done."""

    def __init__(self, birth_date=ADULT_BORN):
        self.history = History(unit_code=UNIT, birth_date=birth_date)
        self.acts = []
        self.warnings = []
        self._ids = count(1)

    def did(self, name, when, *, signer=None, number="01", told=(), **facts):
        """Do ``D.Decided``; the decider of the day signs unless somebody else is named. Return the case."""
        track, _dot, _event = name.partition(".")
        draft = self.draft(name, when, signer=signer, number=number, told=told, **facts)
        allowed = judge(LAW, self.history, draft, now=FAR_FUTURE, new_id=lambda: f"id{next(self._ids)}")
        self.history, self.warnings = allowed.history, [str(said) for said in allowed.warnings]
        self.acts += [step.act for step in allowed.steps]
        return self.case(track)

    def draft(self, name, when, *, signer=None, number="01", told=(), **facts):
        track, event = name.split(".")
        moment = at(when) if isinstance(when, str) else when
        transition = LAW.tracks[track].transition(event)
        open_case = self.history.open_case(track)
        known = {**(open_case.facts if open_case else {}), **facts}
        under = transition.under_regime(LAW.regime_on(moment.date()).code, known)
        if signer is None and under is not None and under.deciders:
            signer = under.deciders[0]
        return Draft(
            track=track,
            event=event,
            happened_at=moment,
            facts=facts,
            document_number=number,
            signer_role=signer,
            told=frozenset(told),
        )

    def tested(self, when, result="POSITIVE"):
        moment = at(when)
        test = TestFacts(
            test_id=f"test{len(self.history.tests) + 1}", result=result, taken_at=moment, received_at=moment
        )
        self.history = History(**{**vars(self.history), "tests": (*self.history.tests, test)})
        return test.test_id

    def breached(self, kind, when, *, track="D", mended=None):
        """Enter minutes in the book of violations; they count in the running case of a track. Return the step that follows."""
        case, moment = self.history.open_case(track), at(when) if isinstance(when, str) else when
        before = [each for each in self.history.breaches if (each.case_ref, each.kind) == (case.case_id, kind)]
        step = next_step(
            violation_law().ladder(kind), situation=SITUATIONS[track], count=len(before) + 1, mended=mended
        )
        added = Breach(
            violation_id=f"breach{len(self.history.breaches) + 1}",
            case_ref=case.case_id,
            situation=SITUATIONS[track],
            kind=kind,
            committed_on=moment.date(),
            minutes_at=moment,
            step=step,
        )
        self.history = replace(self.history, breaches=(*self.history.breaches, added))
        return step

    def is_now(self, kind, since, until=None):
        added = Circumstance(
            kind=kind, since_on=date.fromisoformat(since), until_on=until and date.fromisoformat(until)
        )
        self.history = History(**{**vars(self.history), "circumstances": (*self.history.circumstances, added)})

    def is_no_more(self, kind, until):
        kept = tuple(
            Circumstance(kind=each.kind, since_on=each.since_on, until_on=until) if each.kind == kind else each
            for each in self.history.circumstances
        )
        self.history = History(**{**vars(self.history), "circumstances": kept})

    def case(self, track):
        """Return the latest case of a track."""
        return self.history.cases_of(track)[-1] if self.history.cases_of(track) else None

    def state(self, track):
        return self.case(track).state if self.case(track) else None

    def status(self, day):
        return primary_status(LAW.tracks, self.history, date.fromisoformat(day))

    def duties(self, track, day=None):
        """Return what is due on a track; on a day, what is known of death and prison is looked at."""
        more = facts_of_life(self.history, date.fromisoformat(day)) if day else None
        return {each.line.code: each for each in duties_of(LAW, self.history, more) if each.track == track}

    def due(self, track, code):
        """Return by when a duty is due: a day, or an instant as text."""
        found = self.duties(track)[code].due
        return found.day if found.whole_day else f"{found.latest:%Y-%m-%d %H:%M}"


# -- ways of life that many tests begin with ------------------------------------------------------------------------------------


def found_addicted(when="2026-07-10 09:00", birth_date=ADULT_BORN):
    """Somebody whom the health station found addicted and who was told at the same moment."""
    one = Somebody(birth_date)
    one.did("B.Requested", when, ground="VOLUNTARY", requester="PERSON")
    one.did("B.Received", when)
    one.did("B.ResultAddicted", when, concluded_on=at(when).date())
    one.did("B.NotifiedToPerson", when)
    return one


def in_voluntary_rehab(
    decided="2026-08-30 09:00", started="2026-08-31 09:00", *, venue="HOME_COMMUNITY", months=None, one=None
):
    one = one or found_addicted(f"{decided[:10]} 06:00")
    one.did("D.Registered", f"{decided[:10]} 07:00", venue=venue)
    one.did("D.Decided", decided, **({"term_months": months} if months else {}))
    one.did("D.Received", started)
    return one


def with_all_stages(one, *, noticed=None):
    """Go through the five stages of the law, which end as late as the term allows; the notice comes before the last two end."""
    case = one.case("D")
    starts, ends = case.starts_on, case.ends_on
    steps = [
        (1, starts, _later(starts, 2)),
        (2, _later(starts, 2), _later(starts, 12)),
        (3, _later(starts, 12), _later(starts, 120)),
    ]
    steps += [(4, _later(starts, 12), _later(ends, -1)), (5, _later(ends, -30), _later(ends, -1))]
    for stage, since, until in steps:
        if stage == 4 and noticed:
            one.did("D.EndNotified", noticed)
        one.did("D.StageCompleted", datetime.combine(until, time(), LOCAL_ZONE), stage=stage, stage_began_on=since)
    return one


def _later(day, days):
    return date.fromordinal(day.toordinal() + days)


def with_ground(when="2026-09-10 09:00", birth_date=ADULT_BORN):
    """Somebody who was told of the result and did not register: a ground for compulsory rehabilitation."""
    day = date.fromordinal(at(when).date().toordinal() - 20)
    one = found_addicted(f"{day} 09:00", birth_date)
    # The time to register is over after a day; under the law of 2021, of which no limitation runs, after five working days.
    since = _later(day, 1 if LAW.regime_on(day).code == "R4_L120" else 10)
    one.did("F.GroundFound", when, ground="A_NOT_REG_START_SELFTERM", last_violation_on=since)
    return one


def before_the_court(one, opened, sent):
    """Open the dossier, serve the notice, and send it to the court by the way of the day."""
    one.did("F.DossierOpened", opened)
    one.did("F.NoticeServed", opened)
    if LAW.regime_on(at(sent).date()).code in {"R1_L73", "R2_L73_BCA"}:
        one.did("F.Forwarded", sent)
    one.did("F.SentToCourt", sent)
    return one


def in_compulsory_rehab(one, approved, admitted, **facts):
    one.did("F.CourtApproved", approved, **facts)
    if LAW.regime_on(at(admitted).date()).code == "R4_L120":
        one.did("F.ExecutionAsked", admitted)
        one.did("F.FacilityAssigned", admitted)
    one.did("F.Admitted", admitted)
    return one


def a_minor_in_a_public_facility(term_months=12):
    """Somebody under 18, admitted to a public facility under the old law."""
    one = with_ground("2025-11-01 09:00", birth_date=MINOR_BORN)
    before_the_court(one, "2025-11-05", "2025-11-13")
    return in_compulsory_rehab(one, "2025-12-01", "2025-12-10", term_months=term_months)


def admitted(birth_date=ADULT_BORN, admitted_on="2026-10-01", **facts):
    """Somebody in compulsory rehabilitation under the new law."""
    one = with_ground("2026-09-10 09:00", birth_date)
    before_the_court(one, "2026-09-11", "2026-09-17")
    one.did("F.CourtApproved", "2026-09-28 09:00")
    one.did("F.ExecutionAsked", "2026-09-28 15:00")
    one.did("F.FacilityAssigned", "2026-09-29 10:00")
    one.did("F.Admitted", admitted_on, **facts)
    return one


def managed(decided="2028-08-31 08:00"):
    """Somebody in management after voluntary rehabilitation."""
    one = in_voluntary_rehab("2026-08-31 08:00", "2026-08-31 09:00")
    with_all_stages(one)
    one.did("D.EndNotified", "2028-08-31 07:00")
    one.did("D.Completed", "2028-08-31")
    one.did("G.Proposed", "2028-08-31")
    one.did("G.Decided", decided)
    return one
