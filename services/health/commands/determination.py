"""Orders about determinations of addiction, from the papers of a request to the result and its corrections.

Times are "16:00", in the time of Việt Nam.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RecordDossier:
    """The papers of a request arrived; ``on_site``: staff of the station go to where the person is."""

    request_id: str
    dossier_on: date
    dossier_time: str
    on_site: bool = False


@dataclass(frozen=True, kw_only=True)
class CloseRequest:
    request_id: str
    closed_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReceiveRequestedPerson:
    """``file`` is what the registry gave for this request: who the person is, the test, the summary."""

    request_id: str
    received_on: date
    received_time: str
    file: Mapping[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ReceivePersonOnPaper:
    """The registry did not answer; who the person is was typed from the papers of the request."""

    request_id: str
    received_on: date
    received_time: str
    full_name: str
    sex: str
    birth_date: str | None = None
    personal_number: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    confirmed_warnings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ReceiveVolunteer:
    patient_id: str
    received_on: date
    received_time: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ExaminePerson:
    determination_id: str
    examined_on: date
    c1: str
    c2: str
    c3: str
    c4: str
    c5: str
    c6: str
    simultaneous: bool = False
    unclear: bool = False
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class StartObservation:
    determination_id: str
    sheet: str
    observed_from: date
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class EndObservation:
    determination_id: str
    observed_until: date
    c1: str
    c2: str
    c3: str
    c4: str
    c5: str
    c6: str
    simultaneous: bool = False
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ConcludeDetermination:
    determination_id: str
    conclusion: str
    concluded_on: date
    qualification: str
    certificate_number: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SignDetermination:
    determination_id: str


@dataclass(frozen=True, kw_only=True)
class ApproveDetermination:
    determination_id: str


@dataclass(frozen=True, kw_only=True)
class SendBackDetermination:
    determination_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CorrectDetermination:
    """A new version of a result that was issued; the values replace the earlier ones, which stay legible."""

    determination_id: str
    reason: str
    c1: str
    c2: str
    c3: str
    c4: str
    c5: str
    c6: str
    conclusion: str
    concluded_on: date
    qualification: str
    certificate_number: str | None = None
    simultaneous: bool = False
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class HandOverResult:
    determination_id: str
    recipient: str
    handed_on: date
    handed_time: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CancelDetermination:
    determination_id: str
    cancelled_on: date
    reason: str
    details: dict[str, Any] = field(default_factory=dict)
