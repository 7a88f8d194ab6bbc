"""Entering what an old list says of a person as a case of its track, and taking it back with the list.

An old record is history: a signer or a form that today's rules refuse is kept as it was, visibly, and is never produced anew
(domain.md 18). The law is therefore not asked; the case still follows the tables of its track.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import delete, select

from chassis.clock import LOCAL_ZONE
from chassis.errors import RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry.domain.history import Draft, History
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


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Somebody who was entered in the register just now, and what is known of them: nothing but the birth date."""

    person: Person
    birth_date: str

    @property
    def history(self) -> History:
        """Return the history of somebody who has none."""
        return History(unit_code=self.person.unit_code, birth_date=self.birth_date)


class TouchedSince(RuleBroken):
    """Something was recorded in the case after it came with the list."""

    code = "touched_since"


def enter_old_case(entry: OldCase, uow: UnitOfWork, *, import_id: str, newcomer: Newcomer | None = None) -> str:
    """Enter a case as history and return its identifier. Raises RuleBroken when the person has an open case of the kind.

    ``newcomer`` is the person, when they came into the register with this very line.
    """
    how = LISTS[entry.list_code]
    person = newcomer.person if newcomer else uow.get(Person, entry.person_id)
    facts = {"starts_on": entry.starts_on, "ends_on": entry.ends_on, "substances": list(entry.substances) or None}
    draft = _draft(how.track, how.opened, entry.starts_on, entry, facts)
    opened = enter(uow, person, draft, import_id=import_id, history=newcomer.history if newcomer else None)
    if entry.status == "SUSPENDED" and how.suspended:
        enter(uow, person, _draft(how.track, how.suspended, entry.starts_on, entry), import_id=import_id)
    if entry.status == "CLOSED" and entry.closed_on is not None:
        event = how.stopped if entry.closing_reason else how.ended
        reason = {"reason": entry.closing_reason or OLD_BOOK} if event == how.stopped else {}
        enter(uow, person, _draft(how.track, event, entry.closed_on, entry, reason), import_id=import_id)
    return str(opened.case_id)


def withdraw_old_cases(case_ids: Collection[str], uow: UnitOfWork, *, staying: Collection[str]) -> None:
    """Take cases that came with an old list out again, as if they had never come; whoever heard of them is told.

    ``staying`` are the people who remain in the register; what is due for them is worked out anew. Raises TouchedSince when
    something else was recorded in one of the cases.
    """
    if uow.session.scalar(select(Act.act_id).where(Act.case_id.in_(case_ids), Act.import_id.is_(None)).limit(1)):
        raise TouchedSince(_("Hồ sơ này đã có việc ghi thêm sau khi nhập; không rút lại được."))
    asked = select(Case, Person).join(Person, Person.person_id == Case.person_id).where(Case.case_id.in_(case_ids))
    found = uow.session.execute(asked.order_by(Person.person_id, Case.case_id)).all()
    for case, person in found:
        void_case(case)
        announce_case(uow, person, case)
        uow.session.expunge(case)
    for table in (Duty, DutyAnnouncement, Act, Case):
        uow.session.execute(
            delete(table).where(table.case_id.in_(case_ids)).execution_options(synchronize_session=False)
        )
    for person in {person.person_id: person for _case, person in found}.values():
        if person.person_id in staying:
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
