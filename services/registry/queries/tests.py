"""Questions about tests for drugs in the body."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from chassis.unit_of_work import UnitOfWork
from services.registry.queries.access import sight_of
from services.registry.tables import TestResult, answers_of


@dataclass(frozen=True, kw_only=True)
class TestRecord:
    """A test with its sealed answers opened."""

    __test__ = False

    row: TestResult
    details: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def tests_of(uow: UnitOfWork, person_id: str) -> list[TestRecord]:
    """Return somebody's tests, the newest first; none when they are not open to the acting person."""
    if not sight_of(uow, person_id).sees("tests"):
        return []
    rows = uow.session.scalars(
        select(TestResult)
        .where(TestResult.person_id == person_id)
        .order_by(TestResult.taken_at.desc(), TestResult.test_id)
    )
    return [test_record(uow, row) for row in rows]


def test_record(uow: UnitOfWork, row: TestResult) -> TestRecord:
    """Open one test."""
    return TestRecord(row=row, details=uow.vault.open_answers(*answers_of(row)))
