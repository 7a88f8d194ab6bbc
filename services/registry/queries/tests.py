"""Questions about tests for drugs in the body."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, or_, select

from chassis.unit_of_work import UnitOfWork
from services.registry.domain.codes import POSITIVE
from services.registry.tables import TestResult, UserManagementCase, answers_of


@dataclass(frozen=True, kw_only=True)
class TestRecord:
    """A test with its sealed answers opened."""

    __test__ = False

    row: TestResult
    details: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def tests_of(uow: UnitOfWork, person_id: str) -> list[TestRecord]:
    """Return somebody's tests, the newest first."""
    rows = uow.session.scalars(
        select(TestResult)
        .where(TestResult.person_id == person_id)
        .order_by(TestResult.taken_at.desc(), TestResult.test_id)
    )
    return [test_record(uow, row) for row in rows]


def test_record(uow: UnitOfWork, row: TestResult) -> TestRecord:
    """Open one test."""
    return TestRecord(row=row, details=uow.vault.open_answers(*answers_of(row)))


def undecided_tests(uow: UnitOfWork, person_id: str) -> list[TestResult]:
    """Return somebody's positive tests without a decision, the newest first."""
    asked = select(TestResult).where(TestResult.person_id == person_id, TestResult.result == POSITIVE, ~_is_used())
    return list(uow.session.scalars(asked.order_by(TestResult.taken_at.desc(), TestResult.test_id)))


def is_used(uow: UnitOfWork, test_id: str) -> bool:
    """Tell whether a decision stands on this test already."""
    return bool(uow.session.scalar(select(exists().where(UserManagementCase.test_id == test_id))))


def _is_used() -> Any:
    return exists().where(UserManagementCase.test_id == TestResult.test_id)


def undecided() -> Select[TestResult]:
    """Positive tests that ask for a decision: none stands on them, and their person is not managed anyway.

    Use during management asks for a determination first (L120 article 31), which is not this list's business.
    """
    managed = exists().where(
        UserManagementCase.person_id == TestResult.person_id,
        or_(UserManagementCase.closed_on.is_(None), UserManagementCase.decided_on >= TestResult.taken_on),
    )
    return select(TestResult).where(TestResult.result == POSITIVE, ~_is_used(), ~managed)
