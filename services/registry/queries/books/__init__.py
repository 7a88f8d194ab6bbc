"""The questions that the other books answer."""

from services.registry.queries.books.classification import (
    ClassificationInputs,
    classification_inputs,
    classification_worksheet,
)
from services.registry.queries.books.lists import (
    TRACKS,
    ListAsked,
    ListLine,
    count_list,
    list_lines,
    list_totals,
    on_a_list,
    people_on_list,
)
from services.registry.queries.books.reading import (
    Asked,
    Book,
    EntryRecord,
    count_by_code,
    count_entries,
    entries,
    entries_of,
    entry,
    written,
)
from services.registry.queries.books.residences import (
    MonthOfChecks,
    is_checked_on,
    month_of_checks,
    residence_intervals,
    residences_on,
    unchecked_people,
)
from services.registry.queries.books.running import is_managed_now, managed_now, running_case
from services.registry.queries.books.teams import (
    accounts,
    assigned_to,
    cared_for,
    count_of_team,
    members_of,
    open_assignment,
    team_names,
    team_of,
)
from services.registry.queries.books.violations import breaches_before, case_of_breach
from services.registry.tables import TestResult
from services.registry.tables.books import (
    Assignment,
    Hotspot,
    IllicitPlant,
    OffenderArrest,
    ProgressAssessment,
    Residence,
    ResidenceCheck,
    SupportVisit,
    Tally,
    Team,
    TeamMember,
    UseIncident,
    Violation,
)

RESIDENCES = Book(model=Residence, on=Residence.valid_from, code=Residence.kind)
RESIDENCE_CHECKS = Book(model=ResidenceCheck, on=ResidenceCheck.checked_on, code=ResidenceCheck.outcome)
USE_INCIDENTS = Book(model=UseIncident, on=UseIncident.occurred_on, code=UseIncident.ground)
TESTS = Book(model=TestResult, on=TestResult.taken_on, code=TestResult.result)
TEAMS = Book(model=Team, on=Team.decided_on, code=Team.kind)
TEAM_MEMBERS = Book(model=TeamMember, on=TeamMember.joined_on, code=TeamMember.role)
ASSIGNMENTS = Book(model=Assignment, on=Assignment.from_on, code=Assignment.kind)
SUPPORT_VISITS = Book(model=SupportVisit, on=SupportVisit.visited_on, code=SupportVisit.kind)
PROGRESS = Book(model=ProgressAssessment, on=ProgressAssessment.assessed_on, code=ProgressAssessment.grade)
VIOLATIONS = Book(model=Violation, on=Violation.recorded_on, code=Violation.kind)
HOTSPOTS = Book(model=Hotspot, on=Hotspot.found_on, code=Hotspot.kind)
ARRESTS = Book(model=OffenderArrest, on=OffenderArrest.arrested_on)
ILLICIT_PLANTS = Book(model=IllicitPlant, on=IllicitPlant.found_on)
TALLIES = Book(model=Tally, on=Tally.counted_on, code=Tally.kind)

__all__ = [
    "ARRESTS",
    "ASSIGNMENTS",
    "HOTSPOTS",
    "ILLICIT_PLANTS",
    "PROGRESS",
    "RESIDENCES",
    "RESIDENCE_CHECKS",
    "SUPPORT_VISITS",
    "TALLIES",
    "TEAMS",
    "TEAM_MEMBERS",
    "TESTS",
    "TRACKS",
    "USE_INCIDENTS",
    "VIOLATIONS",
    "Asked",
    "Book",
    "ClassificationInputs",
    "EntryRecord",
    "ListAsked",
    "ListLine",
    "MonthOfChecks",
    "accounts",
    "assigned_to",
    "breaches_before",
    "cared_for",
    "case_of_breach",
    "classification_inputs",
    "classification_worksheet",
    "count_by_code",
    "count_entries",
    "count_list",
    "count_of_team",
    "entries",
    "entries_of",
    "entry",
    "is_checked_on",
    "is_managed_now",
    "list_lines",
    "list_totals",
    "managed_now",
    "members_of",
    "month_of_checks",
    "on_a_list",
    "open_assignment",
    "people_on_list",
    "residence_intervals",
    "residences_on",
    "running_case",
    "team_names",
    "team_of",
    "unchecked_people",
    "written",
]
