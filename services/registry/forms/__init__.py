"""The registry's forms, in the order and the words of the paper ones, and the records that the API answers with."""

from services.registry.forms.acts import ActForm, ActOut, CaseOut, form_of
from services.registry.forms.cases import (
    AnnulForm,
    CircumstanceForm,
    CircumstanceOut,
    EndCircumstanceForm,
    ProposalOut,
    ReturnForm,
    SignForm,
)
from services.registry.forms.people import CorrectionForm, MergeForm, PartForm, PersonForm
from services.registry.forms.records import (
    DutyOut,
    ManagedOut,
    MergeOut,
    PersonLineOut,
    PersonOut,
    TestResultOut,
)
from services.registry.forms.tests import TestResultForm, TestWithdrawalForm

__all__ = [
    "ActForm",
    "ActOut",
    "AnnulForm",
    "CaseOut",
    "CircumstanceForm",
    "CircumstanceOut",
    "CorrectionForm",
    "DutyOut",
    "EndCircumstanceForm",
    "ManagedOut",
    "MergeForm",
    "MergeOut",
    "PartForm",
    "PersonForm",
    "PersonLineOut",
    "PersonOut",
    "ProposalOut",
    "ReturnForm",
    "SignForm",
    "TestResultForm",
    "TestResultOut",
    "TestWithdrawalForm",
    "form_of",
]
