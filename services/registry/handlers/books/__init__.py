"""Carries out the orders about the other books: one line each, with its event and its audit entry."""

from services.registry.handlers.books.places import (
    clear_hotspot,
    destroy_illicit_plant,
    record_hotspot,
    record_illicit_plant,
    record_offender_arrest,
    record_tally,
)
from services.registry.handlers.books.residences import (
    LineResult,
    check_residence,
    check_residences,
    end_residence,
    record_residence,
)
from services.registry.handlers.books.support import assess_progress, record_support_visit
from services.registry.handlers.books.teams import (
    add_team_member,
    assign_helper,
    assign_team,
    end_assignment,
    form_team,
    leave_team,
)
from services.registry.handlers.books.use_incidents import record_use_incident
from services.registry.handlers.books.violations import record_violation
from services.registry.handlers.books.withdrawals import withdraw_entry

__all__ = [
    "LineResult",
    "add_team_member",
    "assess_progress",
    "assign_helper",
    "assign_team",
    "check_residence",
    "check_residences",
    "clear_hotspot",
    "destroy_illicit_plant",
    "end_assignment",
    "end_residence",
    "form_team",
    "leave_team",
    "record_hotspot",
    "record_illicit_plant",
    "record_offender_arrest",
    "record_residence",
    "record_support_visit",
    "record_tally",
    "record_use_incident",
    "record_violation",
    "withdraw_entry",
]
