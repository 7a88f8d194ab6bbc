"""Entering what an old list says of a person as a case of its track, and taking it back with the list.

An old record is history: a signer or a form that today's rules refuse is kept as it was, visibly, and is never produced anew
(domain.md 18). The law is therefore not asked; the case still follows the tables of its track.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import delete, select

from chassis.clock import LOCAL_ZONE
from chassis.errors import RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry.domain.history import Draft
from services.registry.domain.old_books import OldCase
from services.registry.handlers.acts import enter
from services.registry.handlers.annulments import announce_case, void_case
from services.registry.handlers.duties import work_out_duties
from services.registry.tables import Act, Case, Duty, DutyAnnouncement, Person

MIDDAY = time(12)
OLD_BOOK = "OLD_BOOK"
"""The reason of a line that says no reason of the law."""


@dataclass(frozen=True, kw_only=True)
class OldTrack:
    """How a list's lines enter their track: the event that opens, and those by which a line says that it closed."""

    track: str
    opened: str
    suspended: str | None
    ended: str
    stopped: str


LISTS: Mapping[str, OldTrack] = {
    "L1": OldTrack(
        track="A", opened="EnteredFromOldBook", suspended="SuspendedInOldBook",
        ended="EndedInOldBook", stopped="StoppedInOldBook",
    ),
    "L2": OldTrack(
        track="C", opened="EnteredFromOldBook", suspended=None, ended="RemovedInOldBook", stopped="RemovedInOldBook"
    ),
    "L3": OldTrack(
        track="G", opened="EnteredFromOldBook", suspended=None, ended="CompletedInOldBook", stopped="RemovedInOldBook"
    ),
}  # fmt: skip


class TouchedSince(RuleBroken):
    """Something was recorded in the case after it came with the list."""

    code = "touched_since"


def enter_old_case(entry: OldCase, uow: UnitOfWork, *, import_id: str) -> str:
    """Enter a case as history and return its identifier. Raises RuleBroken when the person has an open case of the kind."""
    how = LISTS[entry.list_code]
    person = uow.get(Person, entry.person_id)
    facts = {"starts_on": entry.starts_on, "ends_on": entry.ends_on}
    opened = enter(uow, person, _draft(how.track, how.opened, entry.starts_on, entry, facts), import_id=import_id)
    if entry.status == "SUSPENDED" and how.suspended:
        enter(uow, person, _draft(how.track, how.suspended, entry.starts_on, entry), import_id=import_id)
    if entry.status == "CLOSED" and entry.closed_on is not None:
        event = how.stopped if entry.closing_reason else how.ended
        reason = {"reason": entry.closing_reason or OLD_BOOK} if event == how.stopped else {}
        enter(uow, person, _draft(how.track, event, entry.closed_on, entry, reason), import_id=import_id)
    return str(opened.case_id)


def withdraw_old_case(case_id: str, uow: UnitOfWork) -> None:
    """Take a case that came with an old list out again, as if it had never come; whoever heard of it is told.

    Raises TouchedSince when something else was recorded in it.
    """
    case = uow.get(Case, case_id)
    if uow.session.scalar(select(Act.act_id).where(Act.case_id == case_id, Act.import_id.is_(None)).limit(1)):
        raise TouchedSince(_("Hồ sơ này đã có việc ghi thêm sau khi nhập; không rút lại được."))
    person = uow.get(Person, case.person_id)
    void_case(case)
    announce_case(uow, person, case)
    for table in (Duty, DutyAnnouncement, Act, Case):
        uow.session.execute(delete(table).where(table.case_id == case_id))
    uow.session.expunge(case)
    work_out_duties(uow, person)


def _draft(track: str, event: str, day: date, entry: OldCase, facts: Mapping[str, Any] | None = None) -> Draft:
    return Draft(
        track=track,
        event=event,
        happened_at=datetime.combine(day, MIDDAY, LOCAL_ZONE),
        facts={name: value for name, value in (facts or {}).items() if value is not None},
        document_number=entry.document_number,
        signer_role=entry.signer_role,
        from_old_book=True,
    )
