"""What the commune police can be asked to record: one order per deed, in the words of the form."""

from services.registry.commands.management import DecideUserManagement, EndUserManagement, StopUserManagement
from services.registry.commands.people import CorrectPerson, RecordTestResult, RegisterPerson

__all__ = [
    "CorrectPerson",
    "DecideUserManagement",
    "EndUserManagement",
    "RecordTestResult",
    "RegisterPerson",
    "StopUserManagement",
]
