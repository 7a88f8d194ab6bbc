"""Orders about people and their tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RegisterPerson:
    """Enter a person in the register. ``birth_date`` is ISO text, "1990-05-01" or only "1990"; ``details`` are sealed too."""

    full_name: str
    sex: str
    birth_date: str
    ethnic_group: str
    id_type: str
    id_number: str | None = None
    no_id_reason: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    confirmed_warnings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CorrectPerson:
    """Put a person's details right; the values replace all earlier ones. The personal number stays."""

    person_id: str
    version: int
    full_name: str
    sex: str
    birth_date: str
    ethnic_group: str
    details: Mapping[str, Any] = field(default_factory=dict)
    confirmed_warnings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RecordTestResult:
    """Enter the result of a test for drugs in the body. Times are "16:00", in the time of Việt Nam.

    ``received_on`` and ``received_time`` say when the police had the result; they begin the time for deciding. Left out, the
    result was known when the sample was taken. ``remote`` gives the longer time for verifying the residence.
    """

    person_id: str
    taken_on: date
    taken_time: str
    sample: str
    result: str
    reason_code: str
    substances: Sequence[str] = ()
    received_on: date | None = None
    received_time: str | None = None
    same_sex_officer: bool = False
    guardian_present: bool = False
    remote: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class WithdrawTestResult:
    """A test was entered by mistake: of somebody else, or with another result. It counts nowhere any more."""

    test_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class MergePeople:
    """Declare that a record and the one with ``into_number`` are one person; everything goes over to the latter."""

    person_id: str
    into_number: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PartPeople:
    """Declare that a merge was a mistake: what went over goes back."""

    merge_id: str
