"""Pages about teams, their members, and the people in their care or in a helper's."""

from typing import Any

from chassis.i18n import _
from chassis.web import Operation, Request, Routes, flash
from services.registry.domain.books import HELPER, MEMBER_ROLES, TEAM, TEAM_KINDS
from services.registry.forms.books.teams import (
    AssignmentOut,
    EndAssignmentForm,
    HelperAssignmentForm,
    LeaveTeamForm,
    TeamAssignmentForm,
    TeamForm,
    TeamMemberForm,
    TeamMemberOut,
    TeamOut,
)
from services.registry.handlers import books as handlers
from services.registry.pages.books.of_person import about_person, back_to_books, books_of
from services.registry.pages.books.shelf import Column, Shelf, about, about_line, put_up
from services.registry.queries import books as queries
from services.registry.queries.books import EntryRecord

routes = Routes()

CARE_KINDS = {TEAM: _("Tổ quản lý, hỗ trợ"), HELPER: _("Người giúp đỡ")}


def _team_acts(_request: Request, entry: EntryRecord) -> list[dict[str, Any]]:
    return [{"label": _("Thêm thành viên"), "href": f"/books/teams/{entry.team_id}/members/new", "primary": True}]


def _team_parts(request: Request, entry: EntryRecord) -> list[dict[str, Any]]:
    """Return who is in the team, and who is in its care."""
    may_write = request.may("book.write")
    return [
        {
            "heading": _("Thành viên"),
            "columns": [
                {"key": "name", "label": _("Họ và tên")},
                {"key": "role", "label": _("Vai trò")},
                {"key": "organisation", "label": _("Đơn vị, tổ chức")},
                {"key": "since", "label": _("Từ ngày")},
                {"key": "left", "label": _("Ngày rời tổ")},
            ],
            "rows": [_member(each, may_write=may_write) for each in queries.members_of(request.uow, entry.team_id)],
        },
        {
            "heading": _("Người được giao"),
            "columns": [
                {"key": "name", "label": _("Họ và tên")},
                {"key": "since", "label": _("Từ ngày")},
                {"key": "until", "label": _("Đến ngày")},
            ],
            "rows": [
                {
                    "cells": {"name": about(each), "since": each.from_on, "until": each.to_on},
                    "href": f"/books/assignments/{each.assignment_id}",
                }
                for each in queries.cared_for(request.uow, entry.team_id)
            ],
        },
    ]


def _member(each: EntryRecord, *, may_write: bool) -> dict[str, Any]:
    cells = {
        "name": each.details.get("full_name"),
        "role": MEMBER_ROLES[each.role],
        "organisation": each.organisation,
        "since": each.joined_on,
        "left": each.left_on,
    }
    still_there = each.left_on is None and may_write
    return {"cells": cells, "href": f"/books/team-members/{each.member_id}/leaving" if still_there else None}


def _care_acts(request: Request, entry: EntryRecord) -> list[dict[str, Any]]:
    if entry.to_on is not None and entry.to_on < request.today:
        return []
    return [
        {"label": _("Kết thúc phân công"), "href": f"/books/assignments/{entry.assignment_id}/end", "primary": True}
    ]


def _carer(entry: EntryRecord) -> Any:
    return entry.details.get("full_name") if entry.kind == HELPER else CARE_KINDS[TEAM]


TEAMS = Shelf(
    slug="teams",
    title=_("Tổ quản lý, hỗ trợ"),
    one=_("Tổ quản lý, hỗ trợ"),
    book=queries.TEAMS,
    asks=TeamForm,
    out=TeamOut,
    codes=TEAM_KINDS,
    columns=(
        Column(label=_("Tên tổ"), cell=lambda entry: entry.name),
        Column(label=_("Loại tổ"), cell=lambda entry: TEAM_KINDS[entry.kind]),
        Column(label=_("Số quyết định"), cell=lambda entry: entry.decision_number),
        Column(label=_("Ngày quyết định"), cell=lambda entry: entry.decided_on),
    ),
    new={"label": _("Ghi tổ quản lý, hỗ trợ"), "href": "/books/teams/new"},
    also=({"label": _("Phân công"), "href": "/books/assignments"},),
    acts=_team_acts,
    parts=_team_parts,
)
TEAM_MEMBERS = Shelf(
    slug="team-members",
    title=_("Thành viên tổ"),
    one=_("Thành viên tổ"),
    book=queries.TEAM_MEMBERS,
    asks=TeamMemberForm,
    out=TeamMemberOut,
    codes=MEMBER_ROLES,
    columns=(
        Column(label=_("Họ và tên"), cell=lambda entry: entry.details.get("full_name")),
        Column(label=_("Vai trò"), cell=lambda entry: MEMBER_ROLES[entry.role]),
        Column(label=_("Đơn vị, tổ chức"), cell=lambda entry: entry.organisation),
        Column(label=_("Từ ngày"), cell=lambda entry: entry.joined_on),
        Column(label=_("Ngày rời tổ"), cell=lambda entry: entry.left_on),
    ),
    new={"label": _("Các tổ"), "href": "/books/teams"},
)
ASSIGNMENTS = Shelf(
    slug="assignments",
    title=_("Phân công quản lý, giúp đỡ"),
    one=_("Phân công"),
    book=queries.ASSIGNMENTS,
    asks=HelperAssignmentForm,
    out=AssignmentOut,
    codes=CARE_KINDS,
    columns=(
        Column(label=_("Họ và tên"), cell=about),
        Column(label=_("Người, tổ phụ trách"), cell=_carer),
        Column(label=_("Từ ngày"), cell=lambda entry: entry.from_on),
        Column(label=_("Đến ngày"), cell=lambda entry: entry.to_on),
    ),
    acts=_care_acts,
)

routes.add(Operation(
    name="form_team", title=_("Ghi tổ quản lý, hỗ trợ"), may="book.write", form=TeamForm, handle=handlers.form_team,
    page="/books/teams/new", api="/api/v1/teams", out=TeamOut, cancel=TEAMS.address,
    prefill=lambda request: {"decided_on": request.today}, done=lambda saved: f"/books/teams/{saved.team_id}",
    said=lambda saved: flash(_("Đã ghi tổ."), _("Thêm thành viên"), f"/books/teams/{saved.team_id}/members/new"),
    location=lambda saved: f"/api/v1/teams/{saved.team_id}",
))  # fmt: skip
for shelf in (TEAMS, TEAM_MEMBERS, ASSIGNMENTS):
    put_up(routes, shelf)
routes.add(Operation(
    name="add_team_member", title=_("Thêm thành viên của tổ"), may="book.write", form=TeamMemberForm,
    handle=handlers.add_team_member, page="/books/teams/<team_id>/members/new", api="/api/v1/teams/<team_id>/members",
    out=TeamMemberOut, cancel=lambda _request, team_id: f"/books/teams/{team_id}", context=about_line(TEAMS),
    prefill=lambda request, team_id: {"joined_on": request.today}, done=lambda saved: f"/books/teams/{saved.team_id}",
    said=lambda saved: flash(_("Đã thêm thành viên."), _("Thêm người nữa"), f"/books/teams/{saved.team_id}/members/new"),
    location=lambda saved: f"/api/v1/team-members/{saved.member_id}",
))  # fmt: skip
routes.add(Operation(
    name="leave_team", title=_("Ghi thành viên rời tổ"), may="book.write", form=LeaveTeamForm, handle=handlers.leave_team,
    page="/books/team-members/<member_id>/leaving", api="/api/v1/team-members/<member_id>/leaving", out=TeamMemberOut,
    context=about_line(TEAM_MEMBERS), prefill=lambda request, member_id: {"left_on": request.today},
    cancel=lambda _request, member_id: f"/books/team-members/{member_id}",
    done=lambda saved: f"/books/teams/{saved.team_id}", said=lambda _saved: flash(_("Đã ghi thành viên rời tổ.")),
    location=lambda saved: f"/api/v1/team-members/{saved.member_id}",
))  # fmt: skip
routes.add(Operation(
    name="assign_team", title=_("Giao cho tổ quản lý, hỗ trợ"), may="book.write", form=TeamAssignmentForm,
    handle=handlers.assign_team, page="/people/<person_id>/team-assignments/new",
    api="/api/v1/people/<person_id>/team-assignments", out=AssignmentOut,
    prefill=lambda request, person_id: {"from_on": request.today}, context=about_person, cancel=back_to_books, done=books_of,
    said=lambda _saved: flash(_("Đã giao cho tổ.")), location=lambda saved: f"/api/v1/assignments/{saved.assignment_id}",
))  # fmt: skip
routes.add(Operation(
    name="assign_helper", title=_("Phân công người giúp đỡ"), may="book.write", form=HelperAssignmentForm,
    handle=handlers.assign_helper, page="/people/<person_id>/helper-assignments/new",
    api="/api/v1/people/<person_id>/helper-assignments", out=AssignmentOut,
    prefill=lambda request, person_id: {"from_on": request.today}, context=about_person, cancel=back_to_books, done=books_of,
    said=lambda _saved: flash(_("Đã phân công.")), location=lambda saved: f"/api/v1/assignments/{saved.assignment_id}",
))  # fmt: skip
routes.add(Operation(
    name="end_assignment", title=_("Kết thúc phân công"), may="book.write", form=EndAssignmentForm,
    handle=handlers.end_assignment, page="/books/assignments/<assignment_id>/end",
    api="/api/v1/assignments/<assignment_id>/end", out=AssignmentOut, context=about_line(ASSIGNMENTS),
    prefill=lambda request, assignment_id: {"to_on": request.today},
    cancel=lambda _request, assignment_id: f"/books/assignments/{assignment_id}", done=books_of,
    said=lambda _saved: flash(_("Đã kết thúc phân công.")),
    location=lambda saved: f"/api/v1/assignments/{saved.assignment_id}",
))  # fmt: skip
