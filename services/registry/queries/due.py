"""What the law asks the police to do, by when and on what ground; computed from the facts at each asking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from chassis.clock import LOCAL_ZONE
from chassis.unit_of_work import UnitOfWork
from services.registry.domain.management import decision_due
from services.registry.law import law
from services.registry.queries.persons import PersonRecord, people_by_id
from services.registry.queries.tests import undecided
from services.registry.tables import TestResult, UserManagementCase

THIS_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Duty:
    """What the law asks the police to do for one person, by when and on what ground."""

    kind: str
    person: PersonRecord
    due: datetime | date
    article: str
    test_id: str | None = None
    case_id: str | None = None


def duties(uow: UnitOfWork, *, person_id: str | None = None, within: timedelta = THIS_WEEK) -> list[Duty]:
    """Return what must be done now or within this time, the most urgent first; computed from the facts at each asking."""
    tests = list(uow.session.scalars(_only(undecided(), TestResult.person_id, person_id)))
    ending = select(UserManagementCase).where(
        UserManagementCase.closed_on.is_(None), UserManagementCase.ends_on <= uow.today() + within
    )
    cases = list(uow.session.scalars(_only(ending, UserManagementCase.person_id, person_id)))
    known = people_by_id(uow, {row.person_id for row in [*tests, *cases]})
    found = [_duty_to_decide(known, test) for test in _first_of_each(tests)]
    found += [_duty_to_end(known, case) for case in cases]
    return sorted(found, key=lambda duty: (last_instant(duty.due), duty.person.person_id))


def last_instant(due: datetime | date) -> datetime:
    """Return the instant at which a duty becomes late: a date is due at the end of its day in Việt Nam."""
    if isinstance(due, datetime):
        return due
    return datetime(due.year, due.month, due.day, tzinfo=LOCAL_ZONE) + timedelta(days=1)


def _only(statement: Select[Any], column: Any, person_id: str | None) -> Select[Any]:
    return statement if person_id is None else statement.where(column == person_id)


def _first_of_each(tests: Sequence[TestResult]) -> list[TestResult]:
    """One duty per person: the oldest undecided result began the time."""
    first: dict[str, TestResult] = {}
    for test in sorted(tests, key=lambda test: test.received_at):
        first.setdefault(test.person_id, test)
    return list(first.values())


def _duty_to_decide(known: Mapping[str, PersonRecord], test: TestResult) -> Duty:
    due, article = decision_due(law(), test.received_at.astimezone(LOCAL_ZONE))
    return Duty(kind="DECIDE", person=known[test.person_id], due=due, article=article, test_id=test.test_id)


def _duty_to_end(known: Mapping[str, PersonRecord], case: UserManagementCase) -> Duty:
    article = law().regime_on(case.ends_on).user_management.end.article
    return Duty(kind="END", person=known[case.person_id], due=case.ends_on, article=article, case_id=case.case_id)
