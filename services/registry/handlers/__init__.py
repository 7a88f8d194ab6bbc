"""Carries out the orders of the commune police: one transaction each, with its events and its audit entries."""

from services.registry.handlers.management import decide_user_management, end_user_management, stop_user_management
from services.registry.handlers.persons import AlreadyRegistered, correct_person, register_person
from services.registry.handlers.tests import record_test_result

__all__ = [
    "AlreadyRegistered",
    "correct_person",
    "decide_user_management",
    "end_user_management",
    "record_test_result",
    "register_person",
    "stop_user_management",
]
