"""What the commune police announce; each book and each track of the law has its own module."""

from contracts.registry.determination import DeterminationNotified, DeterminationRequested, DeterminationWithdrawn
from contracts.registry.people import PersonCorrected, PersonRegistered, TestResultRecorded
from contracts.registry.user_management import UserManagementDecided, UserManagementEnded, UserManagementStopped

__all__ = [
    "DeterminationNotified",
    "DeterminationRequested",
    "DeterminationWithdrawn",
    "PersonCorrected",
    "PersonRegistered",
    "TestResultRecorded",
    "UserManagementDecided",
    "UserManagementEnded",
    "UserManagementStopped",
]
