"""Orders about records that are not open to everybody."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class BreakTheGlass:
    """Open a restricted record for some minutes. The chief and the auditor are told at once, with the reason."""

    person_id: str
    reason: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class RestrictRecord:
    """Put a record away: ARCHIVED after somebody left the lists, or MINOR to protect somebody who is under 18."""

    person_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class LiftRestriction:
    """A record is open again; only somebody who has it open may say so."""

    person_id: str
    confirmed: bool
