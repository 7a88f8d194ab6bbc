"""Who is in the team that a decision forms: as the officer wrote it, else as the book of teams has it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry.documents.answers import vietnamese
from services.registry.domain.books import MEMBER_ROLES
from services.registry.queries import books

PARTS_OF_A_LINE = 3


def members_written(typed: str) -> list[dict[str, str]]:
    """Read one member a line, «role; name; agency». Raises NotUnderstood naming the line."""
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    return [_member(count, line) for count, line in enumerate(lines, start=1)]


def members_of_team(
    uow: UnitOfWork, person_id: str, day: date, written: str | Sequence[Any] | None
) -> list[dict[str, str]] | None:
    """Return the members as a form prints them; None when nobody wrote them and no team has the person in its care."""
    if isinstance(written, str):
        return members_written(written)
    if written is not None:
        return list(written)
    team_id = books.team_of(uow, person_id, day)
    if team_id is None:
        return None
    members = [each for each in books.members_of(uow, team_id) if each.row.left_on is None or each.row.left_on >= day]
    return [
        {
            "full_name": str(each.details.get("full_name") or ""),
            "position": each.row.organisation,
            "role": vietnamese(MEMBER_ROLES[each.row.role]),
        }
        for each in members
    ] or None


def _member(count: int, line: str) -> dict[str, str]:
    parts = [part.strip() for part in line.split(";")]
    if len(parts) != PARTS_OF_A_LINE or not all(parts):
        raise NotUnderstood(
            _("dòng %(count)s: hãy ghi vai trò; họ tên; cơ quan, ví dụ Tổ trưởng; Trần Văn Tùng; Công an phường.", count=count),
            field="members",
        )  # fmt: skip
    role, full_name, position = parts
    return {"full_name": full_name, "position": position, "role": role}
