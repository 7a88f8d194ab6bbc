"""Showing people: whoever's name a page shows, the audit log notes it; and long lists in numbered pages."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from chassis.accounts import accounts_of
from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.web import Request
from services.health.domain.codes import SEXES, label
from services.health.queries import patients as queries
from services.health.queries.listing import ROWS, Listing
from services.health.queries.patients import PatientFile, patient_file

Item = TypeVar("Item")
IN_A_LIST = ("full_name", "birth_date")
IN_FULL = ("full_name", "sex", "birth_date", "personal_number", "details")
MOST_PAGES = 10_000


def opened(request: Request, patient: Any, fields: Sequence[str] = IN_FULL) -> PatientFile:
    """Open a patient's identity and note who read which part of it."""
    request.uow.read("patient", patient.patient_id, fields)
    return patient_file(patient, request.uow.vault)


def opened_by_id(request: Request, patient_ids: Collection[str]) -> dict[str, PatientFile]:
    """Open the names of several patients for a list; each is noted once."""
    found = queries.patients_by_id(request.uow.session, patient_ids)
    return {patient_id: opened(request, patient, IN_A_LIST) for patient_id, patient in found.items()}


def patient_number(patient: PatientFile) -> str:
    """Return the number under which the station files a patient."""
    return f"BN {patient.patient_number:04d}"


def in_a_line(patient: PatientFile) -> str:
    """Return what tells a patient from one of the same name: number, sex, birth year."""
    birth = _("sinh %(year)s", year=patient.birth_date[:4]) if patient.birth_date else ""
    return " · ".join(str(part) for part in (patient_number(patient), label(SEXES, patient.sex), birth) if part)


def names_of_accounts(request: Request) -> dict[str, str]:
    """Return the names of the unit's accounts: who recorded something."""
    tables = request.runtime.tables.accounts
    return {each.account_id: each.display_name for each in accounts_of(request.uow.session, tables, request.uow.unit)}


def numbered(request: Request, listing: Listing[Item], **kept: str) -> tuple[Sequence[Item], dict[str, Any]]:
    """Return the rows of the page asked for, and the count and pager of the list template."""
    page = _page(request.args.get("page", "1"))
    count = listing.count(request.uow.session)
    pages = max(1, -(-count // ROWS))

    def href(number: int) -> str | None:
        if not 1 <= number <= pages or number == page:
            return None
        asked = {name: value for name, value in kept.items() if value} | ({"page": str(number)} if number > 1 else {})
        return f"{request.path}?{urlencode(asked)}" if asked else request.path

    text = _("Trang %(page)s/%(pages)s", page=page, pages=pages)
    pager: Mapping[str, Any] = {"prev": href(page - 1), "next": href(page + 1), "text": text}
    return listing.rows(request.uow.session, page=page), {"count": count, "pager": pager}


def _page(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and 1 <= int(typed[:6]) <= MOST_PAGES):
        raise NotUnderstood(_("Không có trang này của danh sách."), field="page")
    return int(typed)
