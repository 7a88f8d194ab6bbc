"""Handing out a list: the file, and beside it for good who had it made, for whom, for what and on which ground."""

import hashlib
from collections.abc import Iterator
from typing import Any

from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry.commands.disclosures import DiscloseList
from services.registry.domain import identity
from services.registry.domain.codes import SEXES
from services.registry.domain.disclosing import DISCLOSED_LISTS, check_disclosure
from services.registry.permissions import PERMISSIONS
from services.registry.queries import PersonRecord
from services.registry.queries import disclosures as asking
from services.registry.queries.disclosures import DisclosureRecord
from services.registry.tables import Case, DisclosedFile, Disclosure
from services.registry.tables.disclosures import disclosed_file_context, disclosure_context
from services.registry.workbooks import csv_lines, new_workbook

RIGHT = "person.export"
DEMO_MARK = _("Dữ liệu minh hoạ")
HEADINGS = (
    _("TT"),
    _("Họ và tên"),
    _("Số định danh"),
    _("Ngày sinh"),
    _("Giới tính"),
    _("Nơi thường trú"),
    _("Nơi ở hiện tại"),
    _("Số quyết định"),
    _("Ngày đưa vào quản lý"),
    _("Ngày hết hạn"),
)


def disclose_list(command: DiscloseList, uow: UnitOfWork) -> DisclosureRecord:
    """Make the file of a list and note the disclosure; both stand or fall together."""
    PERMISSIONS.require(uow.by, RIGHT)
    check_disclosure(
        list_code=command.list_code,
        asked=command.asked,
        with_minors=command.with_minors,
        minors_reason=command.minors_reason,
    )
    lines = _Lines(command, uow)
    content = _workbook(command, uow, lines) if command.file_kind == "xlsx" else b"".join(csv_lines(_all(uow, lines)))
    disclosure_id = uow.new_id()
    row = Disclosure(
        disclosure_id=disclosure_id,
        unit_code=uow.unit,
        list_code=command.list_code,
        file_kind=command.file_kind,
        purpose=command.purpose,
        people=lines.people,
        with_minors=command.with_minors,
        sha256=hashlib.sha256(content).hexdigest(),
        sealed=uow.vault.seal_answers(
            disclosure_context(disclosure_id),
            {
                "recipient": command.recipient,
                "legal_basis": command.legal_basis,
                "document_number": command.document_number,
                "asked": command.asked,
                "minors_reason": command.minors_reason,
            },
        ),
        made_at=uow.now(),
        made_by=uow.by.account_id,
    )
    uow.add(row)
    uow.add(
        DisclosedFile(
            disclosure_id=disclosure_id,
            unit_code=uow.unit,
            sealed=uow.vault.seal(disclosed_file_context(disclosure_id), content),
        )
    )
    uow.wrote(
        "list.disclose",
        "disclosure",
        disclosure_id,
        list=command.list_code,
        purpose=command.purpose,
        people=lines.people,
    )
    return asking.opened_disclosure(uow, row)


class _Lines:
    """The lines of a list, made while they are written; ``people`` counts them."""

    def __init__(self, command: DiscloseList, uow: UnitOfWork) -> None:
        self._command = command
        self._uow = uow
        self.people = 0

    def __iter__(self) -> Iterator[list[Any]]:
        today = self._uow.today()
        for person, case in asking.people_of_list(self._uow, self._command.list_code, self._command.asked):
            if not person.sees("name"):  # a restricted record is not handed out
                continue
            if not self._command.with_minors and identity.is_minor(person.birth_date, today):
                continue
            self.people += 1
            yield _line(self.people, person, case)


def _line(place: int, person: PersonRecord, case: Case | None) -> list[Any]:
    return [
        place,
        person.full_name,
        person.id_number,
        "/".join(reversed(person.birth_date.split("-"))),
        str(SEXES[person.sex]),
        person.details.get("permanent_address"),
        person.details.get("current_abode"),
        case.document_number if case else None,
        case.starts_on if case else None,
        case.ends_on if case else None,
    ]


def _head(uow: UnitOfWork) -> list[list[str]]:
    mark = [[str(DEMO_MARK).upper()]] if asking.is_demo(uow) else []
    return [*mark, [str(heading) for heading in HEADINGS]]


def _all(uow: UnitOfWork, lines: _Lines) -> Iterator[list[Any]]:
    yield from _head(uow)
    yield from lines


def _workbook(command: DiscloseList, uow: UnitOfWork, lines: _Lines) -> bytes:
    with new_workbook() as book:
        book.sheet(str(_("Danh sách")))
        book.row([str(DISCLOSED_LISTS[command.list_code])], bold=True)
        for heading in _head(uow):
            book.row(heading, bold=True)
        for line in lines:
            book.row(line)
        return book.finish()
