"""The registry's forms, in the order and the words of the paper ones, and the records that the API answers with."""

from services.registry.forms.management import DecisionForm, EndForm, StopForm
from services.registry.forms.people import CorrectionForm, PersonForm
from services.registry.forms.records import (
    DutyOut,
    ManagedOut,
    PersonLineOut,
    PersonOut,
    TestResultOut,
    UserManagementCaseOut,
)
from services.registry.forms.tests import TestResultForm

__all__ = [
    "CorrectionForm",
    "DecisionForm",
    "DutyOut",
    "EndForm",
    "ManagedOut",
    "PersonForm",
    "PersonLineOut",
    "PersonOut",
    "StopForm",
    "TestResultForm",
    "TestResultOut",
    "UserManagementCaseOut",
]
