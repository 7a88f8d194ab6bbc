"""Withdrawing a line that was entered by mistake: it stays in the book, legible, and counts nowhere."""

from typing import Any

from chassis.errors import RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.registry import BookEntryWithdrawn
from services.registry.commands.books import WithdrawEntry
from services.registry.domain.violations import rests_on
from services.registry.handlers.annulments import annul
from services.registry.handlers.books.writing import noted, standing
from services.registry.handlers.duties import work_out_duties
from services.registry.law import law
from services.registry.permissions import PERMISSIONS
from services.registry.queries import books as queries
from services.registry.queries.books import EntryRecord
from services.registry.queries.history import act_of_breach, history_for
from services.registry.tables import Person
from services.registry.tables.books import (
    BOOKS,
    Assignment,
    ResidenceCheck,
    Team,
    TeamMember,
    Violation,
    context_of,
    key_of,
)

REASON = "withdrawal_reason"
DUTIES_LOOK_AT = frozenset({ResidenceCheck, Violation})


def withdraw_entry(command: WithdrawEntry, uow: UnitOfWork) -> EntryRecord:
    """Withdraw one line. Breaches are withdrawn from the last one on, so that the counts of the others stay true."""
    PERMISSIONS.require(uow.by, "book.write")
    book, key = next((book, key) for book in BOOKS if (key := getattr(command, key_of(book))))
    row = standing(book, key, uow)
    _check_what_stands_on_it(row, uow)
    details = {**uow.vault.open_answers(context_of(book, key), row.sealed), REASON: command.reason}
    row.sealed = uow.vault.seal_answers(context_of(book, key), details)
    row.withdrawn_at, row.withdrawn_by = uow.now(), uow.by.account_id
    uow.session.flush()
    person = uow.get(Person, row.person_id) if hasattr(row, "person_id") else None
    uow.record(
        BookEntryWithdrawn(
            entry_id=key,
            book=book.__tablename__.upper(),
            person_key=person.person_key if person is not None else None,
            withdrawn_on=uow.today(),
        )
    )
    if isinstance(row, Violation):
        _take_out_of_monitoring(row, command.reason, uow)
    if person is not None and book in DUTIES_LOOK_AT:
        work_out_duties(uow, person)
    return noted(row, "book_entry.withdraw", uow, book=book.__tablename__)


def _take_out_of_monitoring(row: Violation, reason: str, uow: UnitOfWork) -> None:
    act = act_of_breach(uow, row.person_id, row.violation_id)
    if act is not None:
        annul(uow, act, reason)


def _check_what_stands_on_it(row: Any, uow: UnitOfWork) -> None:
    if isinstance(row, Violation):
        _check_no_case_ended_for_it(row, uow)
    if isinstance(row, Violation) and queries.breaches_before(uow, row.person_id, row.case_ref, row.kind) > row.count:
        raise RuleBroken(_("Hãy huỷ biên bản của lần vi phạm sau trước."), field="reason")
    if isinstance(row, Team) and (
        queries.count_of_team(uow, TeamMember, row.team_id) or queries.count_of_team(uow, Assignment, row.team_id)
    ):
        raise RuleBroken(
            _("Tổ này có thành viên hoặc đang được giao người; hãy huỷ các dòng đó trước."), field="reason"
        )


def _check_no_case_ended_for_it(row: Violation, uow: UnitOfWork) -> None:
    ended = rests_on(history_for(uow, row.person_id), row.violation_id)
    if ended is not None:
        raise RuleBroken(
            _("Hồ sơ «%(track)s» đã kết thúc do vi phạm này; hãy hủy việc đó trước (INV-8).",
              track=str(law().tracks[ended.track].name)),
            field="reason",
        )  # fmt: skip
