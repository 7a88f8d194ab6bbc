"""Questions about teams, helpers and the people in their care."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from chassis.unit_of_work import UnitOfWork
from services.registry.queries.books.reading import EntryRecord, opened, written
from services.registry.queries.persons import count_of
from services.registry.tables.books import Assignment, Team, TeamMember


def assigned_to(uow: UnitOfWork, account_id: str) -> set[str]:
    """Return the people whom an account may see today: given to it as a helper, or to a team it is a member of."""
    today = uow.today()
    teams = select(TeamMember.team_id).where(
        TeamMember.account_id == account_id,
        TeamMember.withdrawn_at.is_(None),
        *_on(today, TeamMember.joined_on, TeamMember.left_on),
    )
    rows = select(Assignment.person_id).where(
        or_(Assignment.account_id == account_id, Assignment.team_id.in_(teams)),
        Assignment.withdrawn_at.is_(None),
        *_on(today, Assignment.from_on, Assignment.to_on),
    )
    return set(uow.session.scalars(rows))


def _on(day: date, first: Any, last: Any) -> tuple[ColumnElement[bool], ...]:
    """The day lies between the first and the last one, both counted; without a last one it goes on."""
    return first <= day, or_(last.is_(None), last >= day)


def team_names(uow: UnitOfWork) -> Mapping[str, str]:
    """Return the names of all teams, the newest first."""
    rows = uow.session.scalars(
        select(Team).where(Team.withdrawn_at.is_(None)).order_by(Team.decided_on.desc(), Team.team_id.desc())
    )
    return {row.team_id: row.name for row in rows}


def members_of(uow: UnitOfWork, team_id: str) -> list[EntryRecord]:
    """Return who is or was in a team, the leader first."""
    rows = uow.session.scalars(
        select(TeamMember)
        .where(TeamMember.team_id == team_id, TeamMember.withdrawn_at.is_(None))
        .order_by(TeamMember.joined_on, TeamMember.member_id)
    )
    order = ("TO_TRUONG", "TO_PHO", "TO_VIEN")
    return [written(uow, row) for row in sorted(rows, key=lambda row: order.index(row.role))]


def cared_for(uow: UnitOfWork, team_id: str) -> list[EntryRecord]:
    """Return who is or was in a team's care, the newest first; each is noted as read."""
    rows = uow.session.scalars(
        select(Assignment)
        .where(Assignment.team_id == team_id, Assignment.withdrawn_at.is_(None))
        .order_by(Assignment.from_on.desc(), Assignment.assignment_id.desc())
    )
    return opened(uow, list(rows))


def open_assignment(uow: UnitOfWork, person_id: str, team_id: str) -> Assignment | None:
    """Return the running care of a team for somebody."""
    return uow.session.scalar(
        select(Assignment).where(
            Assignment.person_id == person_id,
            Assignment.team_id == team_id,
            Assignment.withdrawn_at.is_(None),
            or_(Assignment.to_on.is_(None), Assignment.to_on >= uow.today()),
        )
    )


def team_of(uow: UnitOfWork, person_id: str, day: date) -> str | None:
    """Return the team in whose care somebody is on a day, the latest where there are several."""
    return uow.session.scalar(
        select(Assignment.team_id)
        .where(
            Assignment.person_id == person_id,
            Assignment.team_id.is_not(None),
            Assignment.withdrawn_at.is_(None),
            *_on(day, Assignment.from_on, Assignment.to_on),
        )
        .order_by(Assignment.from_on.desc(), Assignment.assignment_id.desc())
        .limit(1)
    )


def count_of_team(uow: UnitOfWork, book: type[TeamMember | Assignment], team_id: str) -> int:
    """Return how many lines of a book stand on a team."""
    return count_of(uow, select(book).where(book.team_id == team_id, book.withdrawn_at.is_(None)))


def accounts(uow: UnitOfWork) -> Mapping[str, str]:
    """Return the accounts of the unit that can still be used, by their display names."""
    account = uow.tables.accounts.account
    rows = uow.session.execute(
        select(account.c.account_id, account.c.display_name)
        .where(account.c.unit_code == uow.unit, account.c.disabled_at.is_(None))
        .order_by(account.c.display_name)
    )
    return {row.account_id: row.display_name for row in rows}
