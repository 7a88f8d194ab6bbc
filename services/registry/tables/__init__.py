"""The registry's tables. Who somebody is lies sealed; what stays plain is what events may say of them anyway."""

from typing import Any

from chassis.vault import SealedColumn
from services.registry.tables.base import CHASSIS, Table
from services.registry.tables.cases import UserManagementCase
from services.registry.tables.people import Person, PersonSearchToken
from services.registry.tables.tests import TestResult

__all__ = [
    "CHASSIS",
    "SEALED",
    "Person",
    "PersonSearchToken",
    "Table",
    "TestResult",
    "UserManagementCase",
    "answers_of",
    "case_context",
    "person_context",
    "test_context",
]


def person_context(person_id: str) -> str:
    """Return the place of somebody's sealed identity."""
    return f"person/{person_id}"


def test_context(test_id: str) -> str:
    """Return the place of a test's sealed answers."""
    return f"test_result/{test_id}"


def case_context(case_id: str) -> str:
    """Return the place of a case's sealed answers."""
    return f"user_management_case/{case_id}"


test_context.__test__ = False  # type: ignore[attr-defined]

SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(Table.metadata.tables["person"], "person_id", "sealed", person_context),
    SealedColumn(Table.metadata.tables["test_result"], "test_id", "sealed", test_context),
    SealedColumn(Table.metadata.tables["user_management_case"], "case_id", "sealed", case_context),
)


def answers_of(row: Any) -> tuple[str, bytes]:
    """Return the context and the sealed answers of a row."""
    if isinstance(row, Person):
        return person_context(row.person_id), row.sealed
    if isinstance(row, TestResult):
        return test_context(row.test_id), row.sealed
    return case_context(row.case_id), row.sealed
