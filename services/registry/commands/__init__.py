"""What the commune police can be asked to record: one order per deed, in the words of the form."""

from services.registry.commands.acts import (
    AnnulAct,
    EndCircumstance,
    PerformAct,
    RecordCircumstance,
    ReturnProposal,
    SignProposal,
)
from services.registry.commands.people import (
    CorrectPerson,
    MergePeople,
    PartPeople,
    RecordTestResult,
    RegisterPerson,
    WithdrawTestResult,
)

__all__ = [
    "AnnulAct",
    "CorrectPerson",
    "EndCircumstance",
    "MergePeople",
    "PartPeople",
    "PerformAct",
    "RecordCircumstance",
    "RecordTestResult",
    "RegisterPerson",
    "ReturnProposal",
    "SignProposal",
    "WithdrawTestResult",
]
