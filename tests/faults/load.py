"""Plausible facts by chance: people, spans and activities with corrections, from a seed, without end."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from contracts.campaigns import (
    ActivityCancelled,
    ActivityDelivered,
    ActivityPlanned,
    ActivityVerified,
    CampaignOpened,
    PlaceClosed,
    PlaceRegistered,
    SupportCaseClosed,
    SupportCaseOpened,
)
from contracts.health import (
    CounsellingHeld,
    OstTreatmentAdmitted,
    OstTreatmentEnded,
    OstTreatmentListed,
    TestKitDiscarded,
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
    UserManagementStopped,
)

FIRST_DAY = date(2026, 1, 1)
DAYS = 330
PEOPLE = 200
LAST_DAY = FIRST_DAY + timedelta(days=DAYS)
LOAD = "load"
"""The correlation id of everything that is recorded here."""
NEVER = "never-said"
"""Begins the keys of people who occur only in transactions that are rolled back."""
MOST_IN_ONE = 6
ACTIVITY_KINDS = ("TUYEN_TRUYEN_TRUC_TIEP", "TRUYEN_THANH", "TO_ROI", "TIN_BAI", "KY_CAM_KET")

Story = Iterator[object]
"""What happens to one thing, fact by fact, in its order."""


class Chance:
    """The choices of one load; ``name`` keeps its identifiers apart from those of every other load."""

    def __init__(self, name: str, seed: int) -> None:
        self.random = random.Random(f"{name}-{seed}")
        self._prefix = f"{name}-{seed}"
        self._made = 0

    def key(self) -> str:
        self._made += 1
        return f"{self._prefix}-{self._made}"

    def person(self) -> str:
        """Return one of the ward's people; the agencies speak of the same ones."""
        return f"person-{self.random.randrange(PEOPLE)}"

    def day(self) -> date:
        return FIRST_DAY + timedelta(days=self.random.randrange(DAYS))

    def later(self, than: date, most: int = 90) -> date:
        return than + timedelta(days=self.random.randint(1, most))

    def one_of(self, *words: str) -> str:
        return self.random.choice(words)

    def happens(self, share: float) -> bool:
        return self.random.random() < share


def facts(name: str, seed: int) -> Iterator[list[object]]:
    """Yield the facts of one transaction after another for a source; the stories of several things are mixed."""
    chance = Chance(name, seed)
    stories = [chance.random.choice(STORIES[name])(chance) for _ in range(8)]
    while True:
        together: list[object] = []
        wanted = chance.random.randint(1, MOST_IN_ONE)
        while len(together) < wanted:
            place = chance.random.randrange(len(stories))
            fact = next(stories[place], None)
            if fact is None:
                stories[place] = chance.random.choice(STORIES[name])(chance)
            else:
                together.append(fact)
        yield together


def registered(key: str) -> PersonRegistered:
    return PersonRegistered(person_key=key, sex="FEMALE", birth_year=1990, ethnic_group="KINH", registered_on=FIRST_DAY)


def corrected(key: str) -> PersonCorrected:
    return PersonCorrected(person_key=key, sex="FEMALE", birth_year=1991, ethnic_group="KINH", corrected_on=FIRST_DAY)


def _person(chance: Chance) -> Story:
    key, day = chance.person(), chance.day()
    about = {"sex": chance.one_of("MALE", "FEMALE"), "ethnic_group": chance.one_of("KINH", "KHAC")}
    yield PersonRegistered(person_key=key, birth_year=chance.random.randint(1950, 2008), registered_on=day, **about)
    for _ in range(chance.random.randrange(4)):
        day = chance.later(day)
        yield PersonCorrected(person_key=key, birth_year=chance.random.randint(1950, 2008), corrected_on=day, **about)


def _management(chance: Chance) -> Story:
    person, test, case, day = chance.person(), chance.key(), chance.key(), chance.day()
    regime = chance.one_of("R1", "R2", "R3")
    yield TestResultRecorded(test_id=test, person_key=person, taken_on=day, result="POSITIVE", substances=("HEROIN",))
    day = chance.later(day, 10)
    ends_on = day + timedelta(days=365)
    yield UserManagementDecided(
        case_id=case, person_key=person, decided_on=day, starts_on=day, ends_on=ends_on, regime=regime,
        decider_role="PVPC_CHAIR", form_code="M01", test_id=test,
    )  # fmt: skip
    if chance.happens(0.3):
        stopped_on = chance.later(day)
        yield UserManagementStopped(
            case_id=case, person_key=person, stopped_on=stopped_on, reason="REHAB", regime=regime, form_code="M02"
        )
    elif chance.happens(0.4):
        yield UserManagementEnded(case_id=case, person_key=person, ended_on=ends_on, regime=regime, form_code="M03")


def _treatment(chance: Chance) -> Story:
    person, treatment, day = chance.person(), chance.key(), chance.day()
    yield OstTreatmentAdmitted(treatment_id=treatment, person_key=person, admitted_on=day, facility_code="F01")
    if chance.happens(0.8):
        yield OstTreatmentListed(treatment_id=treatment, person_key=person, listed_on=chance.later(day, 20))
    if chance.happens(0.4):
        ended_on = chance.later(day)
        reason = chance.one_of("TERMINATED", "COMPLETED", "TRANSFERRED", "LEFT")
        yield OstTreatmentEnded(treatment_id=treatment, person_key=person, ended_on=ended_on, reason=reason)


def _counselling(chance: Chance) -> Story:
    kind = chance.one_of("Y_TE", "TAM_LY", "XA_HOI", "PHAP_LY")
    group = chance.one_of("NGUOI_SDTP", "OST", "CAI_NGHIEN", "SAU_CAI")
    yield CounsellingHeld(
        counselling_id=chance.key(), person_key=chance.person(), held_on=chance.day(), kind=kind, group=group
    )


def _test_kits(chance: Chance) -> Story:
    lot, day = chance.key(), chance.day()
    yield TestKitReceived(
        move_id=chance.key(),
        product_code="MULTI4",
        lot_id=lot,
        moved_on=day,
        quantity=100,
        expires_on=chance.later(day),
    )
    for _ in range(chance.random.randrange(3)):
        day = chance.later(day, 20)
        yield TestKitUsed(move_id=chance.key(), product_code="MULTI4", lot_id=lot, moved_on=day, quantity=7)
    if chance.happens(0.3):
        day = chance.later(day)
        yield TestKitDiscarded(
            move_id=chance.key(), product_code="MULTI4", lot_id=lot, moved_on=day, quantity=9, reason="EXPIRED"
        )


def _training(chance: Chance) -> Story:
    course, staff, day = chance.key(), chance.key(), chance.day()
    yield TrainingRequired(course_id=course, staff_id=staff, held_on=day)
    if chance.happens(0.7):
        fully = chance.happens(0.8)
        yield TrainingAttended(course_id=course, staff_id=staff, held_on=day, attended_on=day, fully=fully)


def _place(chance: Chance) -> Story:
    place, day = chance.key(), chance.day()
    kind = chance.one_of("TDP", "SCHOOL", "WORKPLACE")
    yield PlaceRegistered(place_id=place, kind=kind, since_on=day, size=chance.random.randint(20, 400))
    if chance.happens(0.1):
        yield PlaceClosed(place_id=place, closed_on=chance.later(day))


def _activity(chance: Chance) -> Story:
    campaign, activity, day = chance.key(), chance.key(), chance.day()
    kind = chance.one_of(*ACTIVITY_KINDS)
    yield CampaignOpened(campaign_id=campaign, kind="THUONG_XUYEN", starts_on=day, ends_on=day + timedelta(days=60))
    yield ActivityPlanned(activity_id=activity, campaign_id=campaign, kind=kind, planned_on=day, organiser="VHXH")
    if chance.happens(0.1):
        yield ActivityCancelled(activity_id=activity, cancelled_on=chance.later(day))
        return
    for _ in range(1 + chance.happens(0.2)):
        yield ActivityDelivered(
            activity_id=activity, campaign_id=campaign, kind=kind, delivered_on=day, sessions=1,
            attendances=chance.random.randint(10, 90), leaflets=chance.random.randint(0, 300),
        )  # fmt: skip
    places = tuple(chance.key() for _ in range(chance.random.randint(1, 3)))
    yield ActivityVerified(
        activity_id=activity, campaign_id=campaign, kind=kind, delivered_on=day,
        verified_on=chance.later(day, 10), places=places,
    )  # fmt: skip


def _support(chance: Chance) -> Story:
    case, day = chance.key(), chance.day()
    yield SupportCaseOpened(
        case_id=case, referral_ref=chance.key(), need=chance.one_of("DAY_NGHE", "VIEC_LAM"), opened_on=day
    )
    if chance.happens(0.6):
        outcome = chance.one_of("SUCCESS", "PARTIAL", "WITHDRAWN")
        yield SupportCaseClosed(case_id=case, closed_on=chance.later(day), outcome=outcome)


STORIES: dict[str, tuple[Callable[[Chance], Story], ...]] = {
    "registry": (_person, _person, _management),
    "health": (_treatment, _counselling, _counselling, _test_kits, _training),
    "campaigns": (_place, _activity, _activity, _support),
}
