"""Teams, their members, and the people in their care or in a helper's."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from chassis.forms import DateAnswer, DetailsOf, Form, Group, ask
from chassis.i18n import _
from services.registry.commands.books import (
    AddTeamMember,
    AssignHelper,
    AssignTeam,
    EndAssignment,
    FormTeam,
    LeaveTeam,
)
from services.registry.domain.books import MEMBER_ROLES, TEAM_KINDS
from services.registry.forms.books.asking import EntryOut, note
from services.registry.queries import books as queries


def _accounts(request: Any) -> Mapping[str, str]:
    return {} if request is None else queries.accounts(request.uow)


def _teams(request: Any) -> Mapping[str, str]:
    return {} if request is None else queries.team_names(request.uow)


def _account() -> Any:
    return ask(
        fields.String,
        _("Tài khoản"),
        max_length=36,
        choices=_accounts,
        hint=_("Có tài khoản thì người này xem được những người được giao"),
    )


def _decision() -> Any:
    return ask(fields.String, _("Số quyết định phân công"), max_length=60)


class TeamForm(Form):
    """A team with the decision that formed it."""

    title = _("Ghi tổ quản lý, hỗ trợ")
    command = FormTeam

    name = ask(fields.String, _("Tên tổ"), needed=True, max_length=120)
    kind = ask(fields.String, _("Loại tổ"), needed=True, choices=TEAM_KINDS)
    decision_number = ask(fields.String, _("Số quyết định"), needed=True, max_length=60)
    decided_on = ask(DateAnswer, _("Ngày quyết định"), needed=True, not_future=True)
    note = note()


class TeamOut(EntryOut):
    """A team."""

    team_id = fields.String()
    name = fields.String()
    kind = fields.String()
    decision_number = fields.String()
    decided_on = fields.Date()
    details = DetailsOf(TeamForm)


class TeamMemberForm(Form):
    """Somebody joins a team."""

    title = _("Thêm thành viên của tổ")
    command = AddTeamMember

    full_name = ask(fields.String, _("Họ và tên"), needed=True, max_length=120)
    role = ask(fields.String, _("Vai trò"), needed=True, choices=MEMBER_ROLES)
    organisation = ask(fields.String, _("Đơn vị, tổ chức"), needed=True, max_length=120)
    joined_on = ask(DateAnswer, _("Từ ngày"), needed=True)
    phone = ask(fields.String, _("Số điện thoại"), max_length=20)
    account_id = _account()


class LeaveTeamForm(Form):
    """Somebody leaves a team."""

    title = _("Ghi thành viên rời tổ")
    command = LeaveTeam
    left_on = ask(DateAnswer, _("Ngày rời tổ"), needed=True, not_future=True)


class TeamMemberOut(EntryOut):
    """Somebody in a team."""

    member_id = fields.String()
    team_id = fields.String()
    role = fields.String()
    organisation = fields.String()
    account_id = fields.String(allow_none=True)
    joined_on = fields.Date()
    left_on = fields.Date(allow_none=True)
    details = DetailsOf(TeamMemberForm)


class TeamAssignmentForm(Form):
    """A person is given into the care of a team."""

    title = _("Giao cho tổ quản lý, hỗ trợ")
    command = AssignTeam

    team_id = ask(fields.String, _("Tổ"), needed=True, max_length=36, choices=_teams)
    from_on = ask(DateAnswer, _("Từ ngày"), needed=True)
    to_on = ask(DateAnswer, _("Đến ngày"), hint=_("Để trống: chưa định ngày kết thúc"))
    decision_number = _decision()
    note = note()


class HelperAssignmentForm(Form):
    """A person is given into the care of one helper."""

    title = _("Phân công người giúp đỡ")
    intro = _("Phân công theo mẫu số 59, 60 Phụ lục V Nghị định 163/2026/NĐ-CP.")
    command = AssignHelper
    groups = (
        Group(_("Người giúp đỡ"), ["full_name", "organisation", "phone", "account_id"]),
        Group(_("Phân công"), ["from_on", "to_on", "decision_number", "note"]),
    )

    full_name = ask(fields.String, _("Họ và tên người giúp đỡ"), needed=True, max_length=120)
    organisation = ask(fields.String, _("Đơn vị, tổ chức"), max_length=120)
    phone = ask(fields.String, _("Số điện thoại"), max_length=20)
    account_id = _account()
    from_on = ask(DateAnswer, _("Từ ngày"), needed=True)
    to_on = ask(DateAnswer, _("Đến ngày"), hint=_("Để trống: chưa định ngày kết thúc"))
    decision_number = _decision()
    note = note()


class EndAssignmentForm(Form):
    """A care ends."""

    title = _("Kết thúc phân công")
    command = EndAssignment
    to_on = ask(DateAnswer, _("Đến ngày"), needed=True, not_future=True, hint=_("Ngày cuối cùng còn phụ trách"))


class AssignmentOut(EntryOut):
    """A care of a team or a helper for somebody."""

    assignment_id = fields.String()
    person_id = fields.String()
    kind = fields.String()
    team_id = fields.String(allow_none=True)
    account_id = fields.String(allow_none=True)
    decision_number = fields.String(allow_none=True)
    from_on = fields.Date()
    to_on = fields.Date(allow_none=True)
    details = DetailsOf(HelperAssignmentForm)
