"""The reporting console of one test, having heard a small ward: six managed people of whom five were counselled."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from chassis.clock import Clock
from chassis.service import Runtime
from chassis.testing import UNIT, running
from chassis.web.testing import Console
from contracts.campaigns import ActivityDelivered, ActivityVerified, CampaignOpened, PlaceRegistered
from contracts.health import CounsellingHeld, TestKitReceived
from contracts.registry import PersonRegistered, UserManagementDecided
from services.reporting.service import SERVICE
from tests.reporting.events import Log

ELSEWHERE = "09379"
JUNE = date(2026, 6, 10)


@dataclass
class Committee:
    """The committee's reporting: hear things, look at what is shown."""

    runtime: Runtime
    log: Log = field(default_factory=Log)

    @property
    def console(self) -> Console:
        return Console(self.runtime)

    def hear(self, *facts: object, unit: str = UNIT) -> None:
        self.runtime.inbox.receive(self.log.say_all(facts, unit=unit))


@contextmanager
def a_committee(*, database: str, folder: Path, clock: Clock | None = None) -> Iterator[Committee]:
    """Run reporting on an empty database, for this unit and another one."""
    with running(SERVICE, database=database, folder=folder, clock=clock, units=f"{UNIT},{ELSEWHERE}") as runtime:
        yield Committee(runtime)


def a_small_ward(committee: Committee) -> None:
    """Six people under management, five of them counselled; two residential groups, one of them reached in June."""
    for number in range(1, 7):
        committee.hear(registered(number), decided(number))
    for number in range(1, 6):
        committee.hear(counselled(number))
    committee.hear(
        *(PlaceRegistered(place_id=f"T{n}", kind="TDP", since_on=date(2020, 1, 1), size=200) for n in (1, 2)),
        CampaignOpened(campaign_id="K1", kind="THANG_HANH_DONG", starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30)),
        ActivityDelivered(
            activity_id="H1",
            campaign_id="K1",
            kind="SINH_HOAT_LONG_GHEP",
            delivered_on=JUNE,
            sessions=1,
            attendances=80,
        ),
        ActivityVerified(
            activity_id="H1",
            campaign_id="K1",
            kind="SINH_HOAT_LONG_GHEP",
            delivered_on=JUNE,
            verified_on=JUNE,
            places=("T1",),
        ),
        TestKitReceived(
            move_id="M1",
            product_code="TEST4",
            lot_id="L1",
            moved_on=date(2026, 3, 1),
            quantity=60,
            expires_on=date(2027, 3, 1),
        ),
    )


def registered(number: int) -> PersonRegistered:
    return PersonRegistered(
        person_key=f"P{number}",
        sex="FEMALE" if number == 1 else "MALE",
        birth_year=1990,
        ethnic_group="KINH",
        registered_on=date(2026, 2, 1),
    )


def decided(number: int) -> UserManagementDecided:
    return UserManagementDecided(
        case_id=f"C{number}",
        person_key=f"P{number}",
        decided_on=date(2026, 7, 5),
        starts_on=date(2026, 7, 5),
        ends_on=date(2027, 7, 5),
        regime="R4",
        decider_role="CA_CHIEF",
        form_code="PL3_M04",
        test_id=None,
    )


def counselled(number: int) -> CounsellingHeld:
    return CounsellingHeld(
        counselling_id=f"V{number}",
        person_key=f"P{number}",
        held_on=date(2026, 10, number),
        kind="Y_TE",
        group="NGUOI_SDTP",
    )
