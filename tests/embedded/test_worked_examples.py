"""The worked examples that cross the agencies, each told to the running services through their APIs and read off a figure.

What is given and expected stands in the registry's law files; `tests/registry/test_worked_examples.py` tells the others.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import LOCAL_ZONE, FrozenClock
from chassis.testing import UNIT, running
from chassis.web.testing import Console, Program
from embedded.ward import SERVICES, Ward, definition_of
from services.registry.law import FOLDER, worked_examples
from services.reporting import figures
from services.reporting.targets import FOLDER as TARGETS
from services.reporting.targets import load_targets
from services.reporting.targets.in_force import targets_by_period

FIGURES = {example.number: example.figures for example in worked_examples(FOLDER)}
POSITIVE_AT, DECIDED_AT = datetime(2026, 8, 3, 8, 0, tzinfo=LOCAL_ZONE), datetime(2026, 8, 4, 15, 0, tzinfo=LOCAL_ZONE)
ROLES = {"registry": "CA_OFFICER", "health": "TYT_HEAD", "reporting": "UB_CHAIR"}


class Agencies:
    """Registry, station and committee of one ward, as a program of each speaks to them."""

    def __init__(self, ward: Ward, clock: FrozenClock) -> None:
        self.ward, self.clock = ward, clock
        self.consoles = {name: Console(ward.runtimes[name]) for name in ROLES}
        self.accounts = {name: self.consoles[name].account(ROLES[name], username="program") for name in ROLES}
        self.office = self.consoles["reporting"].account("VHXH", username="office")

    def program(self, service: str) -> Program:
        """A program with a token of this hour."""
        console = self.consoles[service]
        scopes = sorted(console.runtime.definition.permissions.allowed_actions([ROLES[service]]))
        return Program(console, console.token(self.accounts[service], scopes))

    def post(self, service: str, path: str, **answers: Any) -> Mapping[str, Any]:
        answer = self.program(service).send("POST", f"/api/v1/{path}", answers)
        assert answer.status_code == 201, answer.text
        recorded: Mapping[str, Any] = answer.json
        return recorded

    def figure(self, code: str, period: str) -> Mapping[str, Any]:
        self.ward.deliver()
        answer = self.program("reporting").get(f"/api/v1/figures/{code}?period={period}")
        assert answer.status_code == 200, answer.text
        shown: Mapping[str, Any] = answer.json
        return shown

    def signed_report(self, period: str, **answers: Any) -> Mapping[str, Any]:
        """The report of a period as it stands, reviewed by the focal office and signed by the chair."""
        self.ward.deliver()
        office = Program(self.consoles["reporting"], self.consoles["reporting"].token(self.office, ["report.review"]))
        reviewed = office.send("POST", "/api/v1/reports", {"period": period, **answers})
        assert reviewed.status_code == 201, reviewed.text
        address = f"reports/{reviewed.json['report_id']}"
        self.post("reporting", f"{address}/signature")
        opened: Mapping[str, Any] = self.program("reporting").get(f"/api/v1/{address}").json
        return opened

    def detected(self, number: int) -> str:
        """Somebody of the ward with a positive test, whose residence was verified and announced; return their address."""
        person = self.post(
            "registry", "people",
            full_name="Trần Văn Mẫu", sex="MALE", birth_date="1990-01-15", ethnic_group="KINH",
            id_type="CCCD", id_number=id_number(number), permanent_address="Số 1 phố Mẫu",
        )  # fmt: skip
        address = f"people/{person['person_id']}"
        day = self.clock.now().astimezone(LOCAL_ZONE)
        self.post(
            "registry", f"{address}/test-results",
            taken_on=f"{day:%Y-%m-%d}", taken_time=f"{day:%H:%M}", sample="NUOC_TIEU", result="POSITIVE",
            substances=["HEROINE"], reason_code="A", same_sex_officer=True,
        )  # fmt: skip
        return address

    def decided(self, address: str, *, at: datetime, number: str) -> None:
        verified, announced = at - timedelta(minutes=20), at - timedelta(minutes=10)
        acts = f"{address}/acts/user-management"
        self.post(
            "registry", f"{acts}/residence-verified",
            verified_on=f"{verified:%Y-%m-%d}", verified_time=f"{verified:%H:%M}", stable="YES",
        )  # fmt: skip
        self.post(
            "registry", f"{acts}/notice-received",
            notice_received_on=f"{announced:%Y-%m-%d}", notice_received_time=f"{announced:%H:%M}",
            document_number=f"{number}/TB-CAP",
        )  # fmt: skip
        self.post(
            "registry", f"{acts}/management-decided",
            decided_on=f"{at:%Y-%m-%d}", document_number=f"{number}/QĐ-CAP", signer_role="CA_CHIEF", signer_name="Người Ký",
        )  # fmt: skip

    def patient(self, number: int) -> str:
        patient = self.post(
            "health", "patients", full_name="Trần Văn Mẫu", sex="MALE", personal_number=id_number(number)
        )
        return f"patients/{patient['patient_id']}"

    def counselled(self, address: str) -> None:
        self.post("health", f"{address}/counselling", kind="Y_TE", held_on="2026-08-10", group="NGUOI_SDTP")


def id_number(number: int) -> str:
    return f"0270900{number:05}"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(POSITIVE_AT)


@pytest.fixture
def agencies(database: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Agencies]:
    with ExitStack() as stack:
        runtimes = [
            stack.enter_context(running(definition_of(name), database=database, folder=tmp_path, clock=clock))
            for name in SERVICES
        ]
        yield Agencies(Ward(runtimes), clock)


@pytest.mark.parametrize("figure", FIGURES[8], ids=lambda figure: f"{figure.given['counselled']} counselled")
def test_example_8_people_of_both_groups_count_once_and_more_than_90_percent_are_asked(agencies, clock, figure):
    given, expect = figure.given, figure.expect
    users, patients = range(given["users"]), range(given["users"] - given["in_both"], given["users"] + given["ost"])
    met = [agencies.detected(number) for number in users]
    clock.set(DECIDED_AT)
    for number, address in enumerate(met, 1):
        agencies.decided(address, at=DECIDED_AT, number=f"{number:02}")
    clock.set(DECIDED_AT + timedelta(days=10))
    everybody = range(expect["denominator"])
    files = {number: agencies.patient(number) for number in everybody}
    for number in patients[: given["ost"]]:
        agencies.post(
            "health", f"{files[number]}/treatments", facility_code="CS_METHADONE_01", admitted_on="2026-08-05"
        )
    for number in everybody[: given["counselled"]]:
        agencies.counselled(files[number])

    shown = agencies.figure("HLT-02", "P-Q:2026-Q3")

    assert (shown["numerator"], shown["denominator"]) == (expect["numerator"], expect["denominator"])
    assert Decimal(shown["value"]) == Decimal(expect["value"].removesuffix(" %").replace(",", "."))
    assert (shown["comparator"], shown["status"]) == (">", expect["status"])


def test_example_7_what_is_recorded_after_the_signature_is_version_2_of_its_years_report(agencies, clock):
    (figure,) = FIGURES[7]
    expect, decided_at = figure.expect, datetime.fromisoformat(figure.given["occurred_at"]).replace(tzinfo=LOCAL_ZONE)
    year = expect["period"].replace(" ", ":")
    clock.set(decided_at - timedelta(hours=3))
    address = agencies.detected(1)
    clock.set(decided_at + timedelta(hours=10))
    first = agencies.signed_report(year)

    clock.set(datetime.fromisoformat(f"{figure.given['recorded_on']} 09:00").replace(tzinfo=LOCAL_ZONE))
    agencies.decided(address, at=decided_at, number="15")
    second = agencies.signed_report(year, reason="Ghi nhận sau khi ký")

    assert (first["report"]["number"], second["report"]["number"]) == (1, expect["version"])
    assert second["previous"] == first["report"]["digest"]
    moved = {each["code"]: each for each in second["moved"]}
    assert moved["REG-02-IN"]["difference"] == expect["delta"]
    (event,) = moved["REG-02-IN"]["events"]
    assert (event["type"], event["occurred_on"]) == ("registry.user_management.decided.v1", f"{decided_at:%Y-%m-%d}")
    assert agencies.figure("REG-02-IN", year)["numerator"] == moved["REG-02-IN"]["after"]["numerator"]
    assert agencies.figure("REG-02-IN", "P-Y:2027")["numerator"] == 0


def test_example_10_a_target_left_blank_is_no_target_and_no_percentage(agencies, tmp_path, monkeypatch):
    (figure,) = FIGURES[10]
    plan = (TARGETS / f"{UNIT}.yml").read_text(encoding="utf-8")
    (tmp_path / f"{UNIT}.yml").write_text(plan.replace("value: 0.90", "value: null", 1), encoding="utf-8")
    monkeypatch.setattr(figures, "target_of", targets_by_period(load_targets(tmp_path)))

    shown = agencies.figure("HLT-02", "P-Y:2026")

    assert (shown["target"], shown["status"]) == (figure.expect["value"], figure.expect["status"])
    assert shown["value"] is None
