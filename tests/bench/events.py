"""What the measured programmes hear: plausible logs of many wards, made of the contracts' own events, quickly.

One ward's log is made up event by event from a seed. The other wards' logs are the same text with their own code in every
key, so that a million events take seconds to write.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache

import msgspec

from chassis.envelope import Envelope, encode, source_of
from contracts.base import dump, happened_on, subject_of, type_of
from contracts.campaigns import (
    ActivityCancelled,
    ActivityDelivered,
    ActivityPlanned,
    ActivityVerified,
    PlaceRegistered,
    SupportCaseClosed,
    SupportCaseOpened,
)
from contracts.health import (
    CounsellingHeld,
    OstTreatmentAdmitted,
    OstTreatmentEnded,
    OstTreatmentListed,
    TestKitReceived,
    TestKitUsed,
    TrainingAttended,
    TrainingRequired,
)
from contracts.registry import (
    PersonCorrected,
    PersonRegistered,
    TestResultRecorded,
    UserManagementDecided,
    UserManagementEnded,
)

SEED = 17
# Stands for the ward's code in the text of the first log; no event can contain it by chance.
ANY_WARD = "UNITX"
FIRST_DAY = date(2025, 1, 6)
FIRST_INSTANT = datetime(2025, 1, 6, 1, 0, tzinfo=UTC)
DAYS = 680


def ward_codes(count: int) -> list[str]:
    """Return the codes of made-up wards."""
    return [f"{99_000 + number}" for number in range(count)]


def bodies(events: int, *, wards: int) -> list[bytes]:
    """Return envelopes as they travel, the wards' logs taken in turns; each source's positions have no gaps."""
    log = [encode(each) for each in one_ward(-(-events // wards))]
    codes = [code.encode() for code in ward_codes(wards)]
    in_turns = (body.replace(ANY_WARD.encode(), code) for body in log for code in codes)
    return [body for body, _number in zip(in_turns, range(events), strict=False)]


@cache
def one_ward(events: int) -> Sequence[Envelope]:
    """Return the log of one ward, whose code is ``ANY_WARD``."""
    made_up = Life(random.Random(SEED))
    positions: dict[str, int] = {}
    versions: dict[str, int] = {}
    envelopes = []
    for number in range(events):
        fact = made_up.fact(FIRST_DAY + timedelta(days=number * DAYS // events))
        type_, subject = type_of(fact), subject_of(fact)
        source = source_of(unit=ANY_WARD, service=type_.partition(".")[0])
        positions[source] = positions.get(source, 0) + 1
        versions[subject] = versions.get(subject, 0) + 1
        envelopes.append(
            Envelope(
                event_id=f"00000000-0000-7000-8000-{ANY_WARD}{number:07d}",
                source=source,
                type=type_,
                subject=subject,
                recorded_at=FIRST_INSTANT + timedelta(seconds=number * 60),
                position=positions[source],
                subject_version=versions[subject],
                occurred_on=happened_on(fact),
                unit=ANY_WARD,
                correlation_id=f"c0ffee00-0000-4000-8000-{number:012d}",
                data=msgspec.Raw(msgspec.json.encode(dump(fact))),
            )
        )
    return envelopes


class Life:
    """What happens in a ward, one fact after another; what ends has begun."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._number = 0
        self._persons: list[str] = []
        self._places: list[str] = []
        self._open: dict[str, list[str]] = {}
        self._first = self._beginnings()
        self._kinds = list(_HOW_OFTEN)
        self._weights = list(_HOW_OFTEN.values())

    def fact(self, day: date) -> object:
        """Return the next fact of this day."""
        beginning = next(self._first, None)
        if beginning is not None:
            return beginning(day)
        while True:
            (kind,) = self._chance.choices(self._kinds, self._weights)
            fact = kind(self, day)
            if fact is not None:
                return fact

    def _beginnings(self) -> Iterator[Callable[[date], object]]:
        """A ward has places, some people and a first lot before anything else."""
        yield from [self._place] * 12
        yield from [self.person] * 8
        yield self.kits_come

    def _new(self, letter: str) -> str:
        self._number += 1
        return f"{letter}-{ANY_WARD}-{self._number}"

    def _begin(self, letter: str) -> str:
        key = self._new(letter)
        self._open.setdefault(letter, []).append(key)
        return key

    def _end(self, letter: str) -> str | None:
        begun = self._open.get(letter)
        return begun.pop(self._chance.randrange(len(begun))) if begun else None

    def _one(self, *choices: str) -> str:
        return self._chance.choice(choices)

    def _person(self) -> str:
        return self._chance.choice(self._persons)

    def _place(self, day: date) -> object:
        self._places.append(self._new("place"))
        return PlaceRegistered(place_id=self._places[-1], kind="TDP", since_on=day, size=self._chance.randint(80, 400))

    def person(self, day: date) -> object:
        self._persons.append(self._new("p"))
        return PersonRegistered(
            person_key=self._persons[-1],
            sex=self._one("MALE", "MALE", "FEMALE"),
            birth_year=self._chance.randint(1960, 2010),
            ethnic_group=self._one("KINH", "KHAC"),
            registered_on=day,
        )

    def correction(self, day: date) -> object:
        return PersonCorrected(
            person_key=self._person(), sex="MALE", birth_year=1990, ethnic_group="KINH", corrected_on=day
        )

    def test(self, day: date) -> object:
        return TestResultRecorded(
            test_id=self._new("test"),
            person_key=self._person(),
            taken_on=day,
            result=self._one("POSITIVE", "NEGATIVE"),
            substances=("HEROIN", "MA_TUY_TONG_HOP"),
        )

    def decision(self, day: date) -> object:
        return UserManagementDecided(
            case_id=self._begin("case"),
            person_key=self._person(),
            decided_on=day,
            starts_on=day,
            ends_on=day + timedelta(days=365),
            regime="R4",
            decider_role="TRUONG_CAX",
            form_code="M04",
            test_id=None,
        )

    def decision_ends(self, day: date) -> object | None:
        case = self._end("case")
        if case is None:
            return None
        return UserManagementEnded(case_id=case, person_key=self._person(), ended_on=day, regime="R4", form_code="M07")

    def admission(self, day: date) -> object:
        treatment = self._begin("ost")
        self._open.setdefault("listing", []).append(treatment)
        return OstTreatmentAdmitted(
            treatment_id=treatment, person_key=self._person(), admitted_on=day, facility_code="CS01"
        )

    def listing(self, day: date) -> object | None:
        treatment = self._end("listing")
        if treatment is None:
            return None
        return OstTreatmentListed(treatment_id=treatment, person_key=self._person(), listed_on=day)

    def treatment_ends(self, day: date) -> object | None:
        treatment = self._end("ost")
        if treatment is None:
            return None
        return OstTreatmentEnded(
            treatment_id=treatment, person_key=self._person(), ended_on=day, reason=self._one("COMPLETED", "LEFT")
        )

    def counselling(self, day: date) -> object:
        return CounsellingHeld(
            counselling_id=self._new("talk"),
            person_key=self._person(),
            held_on=day,
            kind=self._one("Y_TE", "TAM_LY", "XA_HOI", "PHAP_LY"),
            group=self._one("NGUOI_SDTP", "OST"),
        )

    def kits_come(self, day: date) -> object:
        return TestKitReceived(
            move_id=self._new("move"),
            product_code="TEST4",
            lot_id=self._begin("lot"),
            moved_on=day,
            quantity=self._chance.randint(50, 500),
            expires_on=day + timedelta(days=720),
        )

    def kits_used(self, day: date) -> object:
        return TestKitUsed(
            move_id=self._new("move"),
            product_code="TEST4",
            lot_id=self._chance.choice(self._open["lot"]),
            moved_on=day,
            quantity=self._chance.randint(1, 9),
        )

    def training(self, day: date) -> object:
        return TrainingRequired(course_id=self._begin("course"), staff_id="S1", held_on=day)

    def training_met(self, day: date) -> object | None:
        course = self._end("course")
        if course is None:
            return None
        return TrainingAttended(course_id=course, staff_id="S1", held_on=day, attended_on=day, fully=True)

    def plan(self, day: date) -> object:
        return ActivityPlanned(
            activity_id=self._begin("plan"),
            campaign_id="D1",
            kind="TUYEN_TRUYEN_TRUC_TIEP",
            planned_on=day,
            organiser="VHXH",
        )

    def activity(self, day: date) -> object | None:
        activity = self._end("plan")
        if activity is None:
            return None
        self._open.setdefault("done", []).append(activity)
        return ActivityDelivered(
            activity_id=activity,
            campaign_id="D1",
            kind="TUYEN_TRUYEN_TRUC_TIEP",
            delivered_on=day,
            sessions=1,
            attendances=self._chance.randint(10, 300),
            leaflets=self._chance.randint(0, 200),
        )

    def verification(self, day: date) -> object | None:
        activity = self._end("done")
        if activity is None:
            return None
        return ActivityVerified(
            activity_id=activity,
            campaign_id="D1",
            kind="TUYEN_TRUYEN_TRUC_TIEP",
            delivered_on=day,
            verified_on=day,
            places=tuple(sorted(self._chance.sample(self._places, 2))),
        )

    def cancellation(self, day: date) -> object | None:
        activity = self._end("plan")
        return None if activity is None else ActivityCancelled(activity_id=activity, cancelled_on=day)

    def support(self, day: date) -> object:
        return SupportCaseOpened(
            case_id=self._begin("support"), referral_ref=self._new("ref"), need="VIEC_LAM", opened_on=day
        )

    def support_ends(self, day: date) -> object | None:
        case = self._end("support")
        return None if case is None else SupportCaseClosed(case_id=case, closed_on=day, outcome="SUCCESS")


_HOW_OFTEN: dict[Callable[[Life, date], object | None], int] = {
    Life.counselling: 32,
    Life.kits_used: 14,
    Life.test: 10,
    Life.person: 8,
    Life.correction: 1,
    Life.decision: 6,
    Life.decision_ends: 4,
    Life.admission: 3,
    Life.listing: 3,
    Life.treatment_ends: 2,
    Life.kits_come: 1,
    Life.training: 1,
    Life.training_met: 1,
    Life.plan: 5,
    Life.activity: 4,
    Life.verification: 4,
    Life.cancellation: 1,
    Life.support: 1,
    Life.support_ends: 1,
}
