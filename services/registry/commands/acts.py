"""Orders about cases: enter an act, annul one, propose one for signature, sign or return what was proposed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class PerformAct:
    """Enter something that happened in a case of a person, or that opens one.

    ``track`` and ``event`` name the line of the law. ``happened_time`` is "16:00" where the law counts hours. ``answers`` are
    the facts that the line asks, by name, as Python values. Left out, ``document_number`` is the next one of the office's own
    register. ``details`` are sealed: they may name somebody. ``confirmed_warnings`` gives the reason for what was confirmed.
    """

    person_id: str
    track: str
    event: str
    happened_on: date
    happened_time: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    document_number: str | None = None
    signer_role: str | None = None
    signer_name: str | None = None
    for_signature: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)
    confirmed_warnings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AnnulAct:
    """Declare an act mistaken: it stays legible, and the case is again what the other acts make it. ``reason`` is sealed."""

    act_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SignProposal:
    """Sign what an officer drafted: it becomes an act of today, with the next number of the register."""

    proposal_id: str
    signer_name: str


@dataclass(frozen=True, kw_only=True)
class ReturnProposal:
    """Give a draft back unsigned, with what is to be mended."""

    proposal_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RecordCircumstance:
    """Note something about a person's life that opens or bars a measure, from a day on."""

    person_id: str
    kind: str
    since_on: date
    until_on: date | None = None
    document_number: str | None = None


@dataclass(frozen=True, kw_only=True)
class EndCircumstance:
    """Note the last day of a circumstance."""

    circumstance_id: str
    until_on: date
