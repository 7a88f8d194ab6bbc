"""Forming teams, and giving people into the care of a team or of one helper."""

from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.registry import AssignmentEnded, AssignmentOpened
from services.registry.commands.books import (
    AddTeamMember,
    AssignHelper,
    AssignTeam,
    EndAssignment,
    FormTeam,
    LeaveTeam,
)
from services.registry.domain.books import HELPER, TEAM, check_order
from services.registry.handlers.books.writing import check_past, noted, put_into, standing
from services.registry.permissions import PERMISSIONS
from services.registry.queries import books as queries
from services.registry.queries.books import EntryRecord
from services.registry.queries.persons import person_at_hand
from services.registry.tables import Person
from services.registry.tables.books import Assignment, Team, TeamMember


def form_team(command: FormTeam, uow: UnitOfWork) -> EntryRecord:
    """Enter a team with its decision."""
    PERMISSIONS.require(uow.by, "book.write")
    check_past(command.decided_on, uow, field="decided_on")
    row = put_into(
        Team,
        command.details,
        uow,
        twice=_("Tên tổ: tổ này với cùng quyết định đã có trong sổ."),
        name=command.name,
        kind=command.kind,
        decision_number=command.decision_number,
        decided_on=command.decided_on,
    )
    return noted(row, "team.form", uow, kind=row.kind)


def add_team_member(command: AddTeamMember, uow: UnitOfWork) -> EntryRecord:
    """Put somebody into a team; a team has one leader at a time."""
    PERMISSIONS.require(uow.by, "book.write")
    team = standing(Team, command.team_id, uow)
    check_order(team.decided_on, command.joined_on, field="joined_on", label=_("Từ ngày"))
    _check_account(command.account_id, uow)
    members = queries.members_of(uow, team.team_id)
    leads = [each for each in members if each.role == "TO_TRUONG" and each.left_on is None]
    if command.role == "TO_TRUONG" and leads:
        raise RuleBroken(_("Vai trò: tổ này đang có tổ trưởng."), field="role")
    row = put_into(
        TeamMember,
        command.details,
        uow,
        team_id=team.team_id,
        role=command.role,
        organisation=command.organisation,
        account_id=command.account_id,
        joined_on=command.joined_on,
        left_on=None,
    )
    return noted(row, "team.join", uow, role=row.role)


def leave_team(command: LeaveTeam, uow: UnitOfWork) -> EntryRecord:
    """Enter the last day of somebody in a team."""
    PERMISSIONS.require(uow.by, "book.write")
    row = standing(TeamMember, command.member_id, uow)
    if row.left_on is not None:
        raise RuleBroken(_("Người này đã rời tổ."), field="left_on")
    check_past(command.left_on, uow, field="left_on")
    check_order(row.joined_on, command.left_on, field="left_on", label=_("Ngày rời tổ"))
    row.left_on = command.left_on
    return noted(row, "team.leave", uow, role=row.role)


def assign_team(command: AssignTeam, uow: UnitOfWork) -> EntryRecord:
    """Give a person into the care of a team."""
    PERMISSIONS.require(uow.by, "book.write")
    person = person_at_hand(uow, command.person_id)
    team = standing(Team, command.team_id, uow)
    if queries.open_assignment(uow, person.person_id, team.team_id) is not None:
        raise RuleBroken(_("Tổ: người này đang được giao cho tổ này."), field="team_id")
    return _assign(command, person, uow, kind=TEAM, team_id=team.team_id)


def assign_helper(command: AssignHelper, uow: UnitOfWork) -> EntryRecord:
    """Give a person into the care of one helper."""
    PERMISSIONS.require(uow.by, "book.write")
    person = person_at_hand(uow, command.person_id)
    _check_account(command.account_id, uow)
    return _assign(command, person, uow, kind=HELPER, account_id=command.account_id)


def end_assignment(command: EndAssignment, uow: UnitOfWork) -> EntryRecord:
    """Enter the last day of a care."""
    PERMISSIONS.require(uow.by, "book.write")
    row = standing(Assignment, command.assignment_id, uow)
    if row.to_on is not None and row.to_on < uow.today():
        raise RuleBroken(_("Việc phân công này đã kết thúc."), field="to_on")
    check_past(command.to_on, uow, field="to_on")
    check_order(row.from_on, command.to_on, field="to_on", label=_("Đến ngày"))
    row.to_on = command.to_on
    person = uow.get(Person, row.person_id)
    uow.record(AssignmentEnded(assignment_id=row.assignment_id, person_key=person.person_key, ended_on=command.to_on))
    return noted(row, "assignment.end", uow, kind=row.kind)


def _assign(
    command: AssignTeam | AssignHelper,
    person: Person,
    uow: UnitOfWork,
    *,
    kind: str,
    team_id: str | None = None,
    account_id: str | None = None,
) -> EntryRecord:
    check_order(command.from_on, command.to_on, field="to_on", label=_("Đến ngày"))
    row = put_into(
        Assignment,
        command.details,
        uow,
        person_id=person.person_id,
        kind=kind,
        team_id=team_id,
        account_id=account_id,
        decision_number=command.decision_number,
        from_on=command.from_on,
        to_on=command.to_on,
    )
    uow.record(
        AssignmentOpened(
            assignment_id=row.assignment_id,
            person_key=person.person_key,
            opened_on=row.from_on,
            until_on=row.to_on,
            kind=row.kind,
        )
    )
    return noted(row, "assignment.open", uow, kind=row.kind)


def _check_account(account_id: str | None, uow: UnitOfWork) -> None:
    if account_id is not None and account_id not in queries.accounts(uow):
        raise NotUnderstood(_("Tài khoản: hãy chọn một tài khoản đang dùng của đơn vị."), field="account_id")
