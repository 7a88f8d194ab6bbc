"""Orders about the other books. ``details`` are the answers that are words; they are sealed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

Details = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class RecordResidence:
    """Enter where somebody lives. Without a commune it is the own one; ``stability`` is STABLE or the letter of the reason."""

    person_id: str
    kind: str
    stability: str
    valid_from: date
    verified_on: date
    valid_to: date | None = None
    verified_form: str | None = None
    commune_code: str | None = None
    elsewhere_code: str | None = None
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class EndResidence:
    """Somebody lives there no longer; the day is the last one there."""

    stay_id: str
    valid_to: date


@dataclass(frozen=True, kw_only=True)
class CheckResidence:
    """Enter one look whether somebody lives where the register says."""

    person_id: str
    checked_on: date
    outcome: str
    minutes_number: str | None = None
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CheckResidences:
    """Enter the looks of many people at once; each line is taken or refused by itself."""

    lines: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class RecordUseIncident:
    """Enter unlawful use that was found out. The time is "16:00", in the time of Việt Nam."""

    person_id: str
    occurred_on: date
    ground: str
    occurred_time: str | None = None
    commune_code: str | None = None
    elsewhere_code: str | None = None
    notice_number: str | None = None
    test_id: str | None = None
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FormTeam:
    """Enter a team with the decision that formed it."""

    name: str
    kind: str
    decision_number: str
    decided_on: date
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AddTeamMember:
    """Put somebody into a team. With an account they see the people in its care."""

    team_id: str
    role: str
    organisation: str
    joined_on: date
    account_id: str | None = None
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LeaveTeam:
    """Somebody leaves a team; the day is the last one in it."""

    member_id: str
    left_on: date


@dataclass(frozen=True, kw_only=True)
class AssignTeam:
    """Give a person into the care of a team."""

    person_id: str
    team_id: str
    from_on: date
    to_on: date | None = None
    decision_number: str | None = None
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AssignHelper:
    """Give a person into the care of one helper. With an account the helper sees them."""

    person_id: str
    from_on: date
    to_on: date | None = None
    decision_number: str | None = None
    account_id: str | None = None
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class EndAssignment:
    """The care of a team or a helper ends; the day is the last one."""

    assignment_id: str
    to_on: date


@dataclass(frozen=True, kw_only=True)
class RecordSupportVisit:
    """Enter a visit or a talk of support."""

    person_id: str
    visited_on: date
    kind: str
    outcome: str
    needs: Sequence[str] = ()
    minutes_number: str | None = None
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AssessProgress:
    """Enter how somebody gets on after rehabilitation."""

    person_id: str
    assessed_on: date
    grade: str
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RecordViolation:
    """Enter the minutes of a breach. Count and step are not asked: they follow from the law and the minutes before."""

    person_id: str
    situation: str
    kind: str
    committed_on: date
    minutes_number: str
    recorded_on: date | None = None
    recorded_time: str | None = None
    mended: str | None = None
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RecordHotspot:
    """Enter a place, an area or a vehicle that was found."""

    kind: str
    found_on: date
    border_commune_code: str | None = None
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ClearHotspot:
    """A known place exists no longer."""

    hotspot_id: str
    cleared_on: date


@dataclass(frozen=True, kw_only=True)
class RecordOffenderArrest:
    """Enter how many people were arrested on a day."""

    arrested_on: date
    offenders: int
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RecordIllicitPlant:
    """Enter a plot that was found. The area is in square metres."""

    found_on: date
    plants: int
    area: Decimal | None = None
    border_commune_code: str | None = None
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DestroyIllicitPlant:
    """Enter what of a plot was destroyed. Without an area it is the whole one that was found."""

    plot_id: str
    destroyed_on: date
    destroyed_plants: int
    destroyed_area: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class RecordTally:
    """Enter a count of offences, fines or tips of a day."""

    kind: str
    counted_on: date
    quantity: int
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class WithdrawEntry:
    """A line was entered by mistake: it counts nowhere any more. The one identifier that is given names the book."""

    reason: str
    stay_id: str | None = None
    check_id: str | None = None
    incident_id: str | None = None
    team_id: str | None = None
    member_id: str | None = None
    assignment_id: str | None = None
    visit_id: str | None = None
    assessment_id: str | None = None
    violation_id: str | None = None
    hotspot_id: str | None = None
    arrest_id: str | None = None
    plot_id: str | None = None
    tally_id: str | None = None
