"""Orders about the management of users."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class DecideUserManagement:
    """Record a signed decision to manage a person. Dates of the term left out are those of the law."""

    person_id: str
    test_id: str
    decided_on: date
    document_number: str
    signer_role: str
    signer_name: str
    starts_on: date | None = None
    ends_on: date | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class StopUserManagement:
    """Record a signed decision to stop management before its term."""

    case_id: str
    stopped_on: date
    reason: str
    document_number: str
    signer_role: str
    signer_name: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class EndUserManagement:
    """Record a signed decision that management ended with its term."""

    case_id: str
    ended_on: date
    document_number: str
    signer_role: str
    signer_name: str
    details: Mapping[str, Any] = field(default_factory=dict)
