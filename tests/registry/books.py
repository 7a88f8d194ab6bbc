"""Lines of the other books for the registry's tests: each builder gives everything but what the test is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from chassis.testing import an_actor
from services.registry.commands import books as orders
from services.registry.handlers import books as handlers
from services.registry.tables.cases import Case, Circumstance
from tests.registry.builders import Registry, a_person

OFFICER = an_actor("registry", "CA_OFFICER")
NEIGHBOUR = an_actor("registry", "CA_OFFICER", unit="09379")


class Books:
    """The other books of a registry, as tests speak to them."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def do(self, command: Any, *, by: Any = OFFICER) -> Any:
        name = "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in type(command).__name__).lstrip("_")
        with self.registry.runtime.unit_of_work(by) as uow:
            return getattr(handlers, name)(command, uow)

    @contextmanager
    def asking(self, *, by: Any = OFFICER) -> Iterator[Any]:
        with self.registry.asking(by=by) as uow:
            yield uow

    def person(self, number: int = 0, **answers: Any) -> Any:
        return self.registry.do(a_person(id_number=f"02709000{number:04}", **answers))

    def case(self, person_id: str, track: str, *, on: date, **columns: Any) -> str:
        """Put a case into the register as its acts would have made it."""
        given = {
            "A": {"state": "MANAGED", "stands_for": "MANAGED_USER", "starts_on": on},
            "C": {"state": "LISTED", "stands_for": "ADDICT_UNTREATED"},
            "D": {"state": "IN_REHAB", "stands_for": "IN_VOLUNTARY_REHAB", "starts_on": on},
            "E": {"state": "ACTIVE", "stands_for": "ON_OST", "starts_on": on},
            "F": {"state": "ADMITTED", "stands_for": "IN_COMPULSORY_REHAB", "starts_on": on},
            "G": {"state": "ACTIVE", "stands_for": "POST_REHAB", "starts_on": on},
        }[track]
        with self.registry.runtime.unit_of_work(OFFICER) as uow:
            case_id = uow.new_id()
            row = {"case_id": case_id, "person_id": person_id, "track": track, "opened_on": on, "since_on": on,
                   "regime": "R4_L120", "facts": {}, "version": 1, **given, **columns}  # fmt: skip
            uow.add(Case(unit_code=uow.unit, **row))
        return case_id

    def managed(self, number: int = 0, *, on: date = date(2026, 9, 1)) -> Any:
        person = self.person(number)
        self.case(person.person_id, "A", on=on, ends_on=on.replace(year=on.year + 1))
        return person

    def circumstance(self, person_id: str, kind: str, *, since: date) -> None:
        with self.registry.runtime.unit_of_work(OFFICER) as uow:
            uow.add(
                Circumstance(
                    circumstance_id=uow.new_id(),
                    unit_code=uow.unit,
                    person_id=person_id,
                    kind=kind,
                    since_on=since,
                    recorded_at=uow.now(),
                    recorded_by=uow.by.account_id,
                )
            )


def a_residence(person_id: str, *, since: date, **answers: Any) -> orders.RecordResidence:
    given = {"kind": "NOI_O", "stability": "STABLE", "verified_on": since, "details": {"address": "Số 5 phố Hoa Lan"}}
    return orders.RecordResidence(person_id=person_id, valid_from=since, **{**given, **answers})


def a_check(person_id: str, *, on: date, **answers: Any) -> orders.CheckResidence:
    given = {"outcome": "PRESENT", "details": {"note": "Gặp tại nhà"}}
    return orders.CheckResidence(person_id=person_id, checked_on=on, **{**given, **answers})


def an_incident(person_id: str, *, on: date, **answers: Any) -> orders.RecordUseIncident:
    given = {"ground": "A", "details": {"place": "Ngõ 7"}}
    return orders.RecordUseIncident(person_id=person_id, occurred_on=on, **{**given, **answers})


def a_team(**answers: Any) -> orders.FormTeam:
    given = {"name": "Tổ số 1", "kind": "HO_TRO", "decision_number": "12/QĐ-UBND", "decided_on": date(2026, 8, 1)}
    return orders.FormTeam(**{**given, **answers})


def a_member(team_id: str, **answers: Any) -> orders.AddTeamMember:
    given = {
        "role": "TO_VIEN",
        "organisation": "Hội Phụ nữ",
        "joined_on": date(2026, 8, 1),
        "details": {"full_name": "Trần Thị Hoa"},
    }
    return orders.AddTeamMember(team_id=team_id, **{**given, **answers})


def a_violation(person_id: str, *, on: date, **answers: Any) -> orders.RecordViolation:
    given = {"situation": "HOME_REHAB", "kind": "BEHAVIOUR", "minutes_number": "01/BB-CAP"}
    return orders.RecordViolation(person_id=person_id, committed_on=on, **{**given, **answers})


def a_hotspot(*, on: date, **answers: Any) -> orders.RecordHotspot:
    given = {"kind": "PLACE", "details": {"place": "Nhà trọ cuối ngõ"}}
    return orders.RecordHotspot(found_on=on, **{**given, **answers})


def some_plants(*, on: date, **answers: Any) -> orders.RecordIllicitPlant:
    return orders.RecordIllicitPlant(found_on=on, **{"plants": 120, **answers})
