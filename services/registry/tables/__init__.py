"""The registry's tables. Who somebody is lies sealed; what stays plain is what events may say of them anyway."""

from typing import Any

from chassis.vault import SealedColumn
from services.registry.tables.access import SEALED_IN_ACCESS, AccessNotice, BreakGlass, Restriction
from services.registry.tables.base import CHASSIS, Table
from services.registry.tables.books import SEALED_IN_BOOKS
from services.registry.tables.cases import Act, Case, Circumstance, Duty, DutyAnnouncement, Proposal
from services.registry.tables.disclosures import SEALED_IN_DISCLOSURES, DisclosedFile, Disclosure
from services.registry.tables.documents import SEALED_IN_DOCUMENTS, Document, NumberSeries
from services.registry.tables.first_cases import FirstCase, first_case_context
from services.registry.tables.imports import SEALED_IN_IMPORTS, HeadingRow, ImportPortion, ImportRow, WorkbookImport
from services.registry.tables.people import Person, PersonMerge, PersonSearchToken
from services.registry.tables.tests import TestResult

__all__ = [
    "CHASSIS",
    "SEALED",
    "AccessNotice",
    "Act",
    "BreakGlass",
    "Case",
    "Circumstance",
    "DisclosedFile",
    "Disclosure",
    "Document",
    "Duty",
    "DutyAnnouncement",
    "FirstCase",
    "HeadingRow",
    "ImportPortion",
    "ImportRow",
    "NumberSeries",
    "Person",
    "PersonMerge",
    "PersonSearchToken",
    "Proposal",
    "Restriction",
    "Table",
    "TestResult",
    "WorkbookImport",
    "act_context",
    "answers_of",
    "first_case_context",
    "merge_context",
    "person_context",
    "proposal_context",
    "test_context",
]


def person_context(person_id: str) -> str:
    """Return the place of somebody's sealed identity."""
    return f"person/{person_id}"


def test_context(test_id: str) -> str:
    """Return the place of a test's sealed answers."""
    return f"test_result/{test_id}"


def act_context(act_id: str) -> str:
    """Return the place of an act's sealed answers."""
    return f"act/{act_id}"


def proposal_context(proposal_id: str) -> str:
    """Return the place of a draft's sealed answers."""
    return f"proposal/{proposal_id}"


def merge_context(merge_id: str) -> str:
    """Return the place of a merge's sealed reason."""
    return f"person_merge/{merge_id}"


test_context.__test__ = False  # type: ignore[attr-defined]

SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(Table.metadata.tables["person"], "person_id", "sealed", person_context),
    SealedColumn(Table.metadata.tables["test_result"], "test_id", "sealed", test_context),
    SealedColumn(Table.metadata.tables["user_management_case"], "case_id", "sealed", first_case_context),
    SealedColumn(Table.metadata.tables["person_merge"], "merge_id", "sealed", merge_context),
    SealedColumn(Table.metadata.tables["act"], "act_id", "sealed", act_context),
    SealedColumn(Table.metadata.tables["proposal"], "proposal_id", "sealed", proposal_context),
    *SEALED_IN_ACCESS,
    *SEALED_IN_BOOKS,
    *SEALED_IN_DISCLOSURES,
    *SEALED_IN_DOCUMENTS,
    *SEALED_IN_IMPORTS,
)


def answers_of(row: Any) -> tuple[str, bytes]:
    """Return the context and the sealed answers of a row."""
    if isinstance(row, Person):
        return person_context(row.person_id), row.sealed
    if isinstance(row, TestResult):
        return test_context(row.test_id), row.sealed
    raise TypeError(f"{type(row).__name__} has no answers of its own")
