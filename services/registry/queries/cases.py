"""Questions about decisions of user management, and the list of the people under it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select

from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from chassis.web.cursors import ROWS_PER_PAGE, Page, page_of
from services.registry.queries.persons import PersonRecord, count_of, people_by_id, person_record
from services.registry.tables import UserManagementCase, answers_of

NEAR_END = timedelta(days=30)
FILTERS = ("all", "near_end", "overdue", "closed")
SORTS = {"ends_on": (UserManagementCase.ends_on, False), "decided_on": (UserManagementCase.decided_on, True)}


@dataclass(frozen=True, kw_only=True)
class CaseRecord:
    """A case with what is sealed opened: who signed, and the answers that are only kept."""

    row: UserManagementCase
    signer_name: str
    closing_signer_name: str | None
    details: Mapping[str, Any]
    closing_details: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


@dataclass(frozen=True, kw_only=True)
class Managed:
    """A line of the list of people under management."""

    case: UserManagementCase
    person: PersonRecord


def open_case_of(uow: UnitOfWork, person_id: str) -> UserManagementCase | None:
    """Return somebody's open case."""
    return uow.session.scalar(
        select(UserManagementCase).where(
            UserManagementCase.person_id == person_id, UserManagementCase.closed_on.is_(None)
        )
    )


def cases_of(uow: UnitOfWork, person_id: str) -> list[CaseRecord]:
    """Return somebody's cases, the newest first, signers opened."""
    rows = uow.session.scalars(
        select(UserManagementCase)
        .where(UserManagementCase.person_id == person_id)
        .order_by(UserManagementCase.decided_on.desc(), UserManagementCase.case_id.desc())
    )
    return [case_record(uow, row) for row in rows]


def case_record(uow: UnitOfWork, row: UserManagementCase) -> CaseRecord:
    """Open one case."""
    answers = uow.vault.open_answers(*answers_of(row))
    return CaseRecord(
        row=row,
        signer_name=str(answers["signer_name"]),
        closing_signer_name=answers.get("closing_signer_name"),
        details=answers["details"],
        closing_details=answers.get("closing_details", {}),
    )


def case_read(uow: UnitOfWork, case_id: str) -> tuple[CaseRecord, PersonRecord]:
    """Return one case and its person, noted as read. Raises NotFound."""
    case = uow.get(UserManagementCase, case_id)
    return case_record(uow, case), person_record(uow, case.person_id)


def managed(
    uow: UnitOfWork, *, show: str = "all", sort: str = "ends_on", cursor: str | None = None, limit: int = ROWS_PER_PAGE
) -> Page[Managed]:
    """Return cases with their people: those under management, or one part of them. Raises NotUnderstood."""
    if sort not in SORTS:
        raise NotUnderstood(_("Thứ tự: không có cách xếp này."), field="sort")
    column, descending = SORTS[sort]
    page = page_of(
        uow.session,
        _shown(uow, show),
        by=[column, UserManagementCase.case_id],
        cursor=cursor,
        limit=limit,
        descending=descending,
    )
    return Page([Managed(case=case, person=person) for case, person in _with_people(uow, page.items)], page.next)


def count_managed(uow: UnitOfWork) -> dict[str, int]:
    """Return how many cases each part of the list holds."""
    return {show: count_of(uow, _shown(uow, show)) for show in FILTERS}


def _shown(uow: UnitOfWork, show: str) -> Select[UserManagementCase]:
    today = uow.today()
    is_open = UserManagementCase.closed_on.is_(None)
    parts = {
        "all": (is_open,),
        "near_end": (is_open, UserManagementCase.ends_on >= today, UserManagementCase.ends_on <= today + NEAR_END),
        "overdue": (is_open, UserManagementCase.ends_on < today),
        "closed": (UserManagementCase.closed_on.is_not(None),),
    }
    if show not in parts:
        raise NotUnderstood(_("Bộ lọc: không có danh sách này."), field="show")
    return select(UserManagementCase).where(*parts[show])


def _with_people(
    uow: UnitOfWork, cases: Sequence[UserManagementCase]
) -> Iterable[tuple[UserManagementCase, PersonRecord]]:
    known = people_by_id(uow, {case.person_id for case in cases})
    return [(case, known[case.person_id]) for case in cases]
