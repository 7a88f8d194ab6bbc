"""What the stories of a determination are made of: what the registry says, and orders with everything but what matters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chassis.delivery import InProcess
from chassis.questions import Answer
from chassis.service import ServiceDefinition
from chassis.testing import an_actor
from contracts.registry import DeterminationNotified, DeterminationRequested, DeterminationWithdrawn
from services.health import commands, handlers
from services.health.domain.determination import CRITERIA
from tests.chassis.parties import SPEAKER_METADATA, SPEAKER_TABLES, a_definition
from tests.health.builders import NUMBER, TODAY, Station

DOCTOR = an_actor("health", "TYT_DOCTOR", account_id="doctor")
HEAD = an_actor("health", "TYT_HEAD", account_id="head")
IDENTITY = {
    "full_name": "Nguyễn Văn Đức",
    "sex": "MALE",
    "birth_date": "1990-05-01",
    "personal_number": NUMBER,
    "address": "Tổ dân phố số 4",
}
FILE = {
    "identity": IDENTITY,
    "test": {"taken_on": "2026-11-10", "substances": ["HEROINE"]},
    "summary": {"substance_used": "Heroin", "use_history": "Sử dụng lần đầu năm 2020"},
}
ADDICTED = dict.fromkeys(CRITERIA, "MONTH")
CLEAN = {**dict.fromkeys(CRITERIA, "NO"), "c1": "MONTH"}
IN_DOUBT = {**dict.fromkeys(CRITERIA, "NO"), "c1": "MONTH", "c2": "REPEATED"}


def person_key(station: Station, number: str | None = NUMBER) -> str:
    with station.runtime.unit_of_work(DOCTOR, writes=False) as uow:
        return uow.person_key(number, "registry-1")


def requested(station: Station, request_id: str = "r1", **changes: Any) -> DeterminationRequested:
    said: dict[str, Any] = {
        "request_id": request_id,
        "person_key": person_key(station),
        "requested_on": date(2026, 11, 16),
        "ground": "REUSE_MANAGED",
        "requester": "POLICE",
        "regime": "R4_L120",
    }
    return DeterminationRequested(**(said | changes))


def withdrawn(request_id: str = "r1", **changes: Any) -> DeterminationWithdrawn:
    return DeterminationWithdrawn(
        **({"request_id": request_id, "withdrawn_on": date(2026, 11, 18), "reason": "MISTAKE"} | changes)
    )


def notified(station: Station, request_id: str = "r1", **changes: Any) -> DeterminationNotified:
    said = {"request_id": request_id, "person_key": person_key(station), "notified_on": TODAY}
    return DeterminationNotified(**(said | changes))


@dataclass
class Case:
    """One determination and those who work on it."""

    station: Station
    determination_id: str = ""
    doctor: Any = DOCTOR
    head: Any = HEAD
    said: list[Any] = field(default_factory=list)

    def do(self, handle: Any, command: Any, by: Any = None) -> Any:
        with self.station.runtime.unit_of_work(by or self.doctor) as uow:
            done = handle(command, uow)
        self.determination_id = getattr(done, "determination_id", self.determination_id)
        return done

    def receive(self, request_id: str = "r1", file: Mapping[str, Any] = FILE, **changes: Any) -> Any:
        said = {"received_on": date(2026, 11, 17), "received_time": "08:00", "file": file} | changes
        command = commands.ReceiveRequestedPerson(request_id=request_id, **said)
        return self.do(handlers.receive_requested_person, command)

    def volunteer(self, patient: Any, **changes: Any) -> Any:
        said = {"received_on": date(2026, 11, 17), "received_time": "08:00"} | changes
        command = commands.ReceiveVolunteer(patient_id=patient.patient_id, **said)
        return self.do(handlers.receive_volunteer, command)

    def examine(self, marks: Mapping[str, str] = ADDICTED, **changes: Any) -> Any:
        said = {"examined_on": date(2026, 11, 17), "simultaneous": True, **marks} | changes
        return self.do(handlers.examine_person, commands.ExaminePerson(determination_id=self.determination_id, **said))

    def observe(self, **changes: Any) -> Any:
        said = {"sheet": "OPIOID", "observed_from": date(2026, 11, 17)} | changes
        return self.do(
            handlers.start_observation, commands.StartObservation(determination_id=self.determination_id, **said)
        )

    def observed(self, marks: Mapping[str, str] = ADDICTED, **changes: Any) -> Any:
        said = {"observed_until": date(2026, 11, 19), "simultaneous": True, **marks} | changes
        return self.do(
            handlers.end_observation, commands.EndObservation(determination_id=self.determination_id, **said)
        )

    def conclude(self, conclusion: str = "ADDICTED", **changes: Any) -> Any:
        said = {"concluded_on": date(2026, 11, 19), "qualification": "TAM_THAN"} | changes
        command = commands.ConcludeDetermination(determination_id=self.determination_id, conclusion=conclusion, **said)
        return self.do(handlers.conclude_determination, command)

    def sign(self, by: Any = None) -> Any:
        command = commands.SignDetermination(determination_id=self.determination_id)
        return self.do(handlers.sign_determination, command, by)

    def approve(self, by: Any = None) -> Any:
        command = commands.ApproveDetermination(determination_id=self.determination_id)
        return self.do(handlers.approve_determination, command, by or self.head)

    def send_back(self, by: Any = None) -> Any:
        command = commands.SendBackDetermination(determination_id=self.determination_id, reason="Xem lại")
        return self.do(handlers.send_back_determination, command, by or self.head)

    def hand_over(self, recipient: str, **changes: Any) -> Any:
        said = {"handed_on": TODAY, "handed_time": "08:30", "recipient": recipient} | changes
        return self.do(
            handlers.hand_over_result, commands.HandOverResult(determination_id=self.determination_id, **said)
        )

    def correct(self, marks: Mapping[str, str] = CLEAN, conclusion: str = "NOT_ADDICTED", **changes: Any) -> Any:
        said = {
            "reason": "Nhầm hồ sơ",
            "concluded_on": TODAY,
            "qualification": "TAM_THAN",
            "simultaneous": True,
            **marks,
        } | changes
        command = commands.CorrectDetermination(determination_id=self.determination_id, conclusion=conclusion, **said)
        return self.do(handlers.correct_determination, command)

    def cancel(self, **changes: Any) -> Any:
        said = {"cancelled_on": TODAY, "reason": "LEFT"} | changes
        return self.do(
            handlers.cancel_determination, commands.CancelDetermination(determination_id=self.determination_id, **said)
        )

    def concluded(self) -> "Case":
        """Go all the way to a result that is approved."""
        self.station.hear(requested(self.station))
        self.receive()
        self.examine()
        self.conclude()
        self.sign()
        self.approve()
        return self


def the_police(answer: Mapping[str, Any] | Exception = FILE) -> ServiceDefinition:
    """A registry that knows one file, and gives it as the real one does: to the station, for a determination."""

    def give(_uow: Any, arguments: Mapping[str, str]) -> Mapping[str, Any]:
        if isinstance(answer, Exception):
            raise answer
        return {**answer, "request": {"request_id": arguments["request_id"]}}

    answers = {"determination_file": Answer(give=give, to=("health",), purposes=("DETERMINATION",))}
    definition = a_definition("registry", SPEAKER_METADATA, SPEAKER_TABLES)
    return ServiceDefinition(**{**vars(definition), "answers": answers})


def join(station: Station, police: Any) -> None:
    """Let the station ask the police in this process."""
    InProcess([station.runtime, police])
