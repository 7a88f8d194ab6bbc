"""Carries out the orders of the commune police: one transaction each, with its events and its audit entries."""

from services.registry.handlers.acts import perform
from services.registry.handlers.annulments import annul_act
from services.registry.handlers.circumstances import end_circumstance, record_circumstance
from services.registry.handlers.documents import annul_document, issue_document
from services.registry.handlers.merges import merge_people, part_people
from services.registry.handlers.persons import AlreadyRegistered, correct_person, register_person
from services.registry.handlers.proposals import propose, return_proposal, sign_proposal
from services.registry.handlers.tests import record_test_result, withdraw_test_result

__all__ = [
    "AlreadyRegistered",
    "annul_act",
    "annul_document",
    "correct_person",
    "end_circumstance",
    "issue_document",
    "merge_people",
    "part_people",
    "perform",
    "propose",
    "record_circumstance",
    "record_test_result",
    "register_person",
    "return_proposal",
    "sign_proposal",
    "withdraw_test_result",
]
