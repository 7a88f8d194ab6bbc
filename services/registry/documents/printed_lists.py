"""The lists L1 to L3 as the office prints them for itself: neither issued nor handed out, everybody on them noted as read."""

from datetime import date
from typing import Any

from chassis.unit_of_work import UnitOfWork
from services.registry import queries
from services.registry.documents.answers import context_for, needed_answers, vietnamese
from services.registry.documents.lists import LISTS, list_workbook
from services.registry.documents.printing import Issue, is_demo, render
from services.registry.domain.books import WHEREABOUTS, Interval, classification_year, year_of_classification
from services.registry.domain.codes import SUBSTANCES
from services.registry.domain.status import PRIMARY_STATUSES
from services.registry.law import law
from services.registry.law.form_catalogue import form_catalogue
from services.registry.queries import PersonRecord, books
from services.registry.queries.books.lists import Seen
from services.registry.queries.facts import restored
from services.registry.tables import Case

DOCX, XLSX = "docx", "xlsx"
MANAGED = "MANAGED"


def printed_list(uow: UnitOfWork, code: str, kind: str) -> bytes:
    """Return a list of today as .docx or .xlsx; ``code`` is L1, L2 or L3. A person whose record is closed has no name on it."""
    rows = [_row(uow, case, person, seen) for case, person, seen in books.people_on_list(uow, code)]
    if kind == XLSX:
        return list_workbook(code, rows, unit_code=uow.unit, as_of=uow.today(), demo=is_demo(uow))
    form = form_catalogue().form(LISTS[code])
    issue = Issue(
        form_code=form.code,
        unit_code=uow.unit,
        issued_on=uow.today(),
        signer_role=form.signers[0],
        signer_name=queries.last_signer(uow, form.signers[0]) or "",
        demo=is_demo(uow),
        internal=True,
    )
    return render(issue, needed_answers(form, {"people": rows, "as_of": uow.today(), **_totals(uow, code)}))


def _totals(uow: UnitOfWork, code: str) -> dict[str, Any]:
    """Return the totals of the form M10, for the reporting year so far."""
    year = classification_year(year_of_classification(uow.today()))
    totals = books.list_totals(uow, code, Interval(first=year.first, last=uow.today()))
    return {"present": totals.present, "left": totals.left, "period_from": year.first}


def _row(uow: UnitOfWork, case: Case, person: PersonRecord, seen: Seen) -> dict[str, Any]:
    said = context_for(person.answers, {}, uow.unit)
    decided_on = case.decided_on or case.starts_on
    return {
        "full_name": said.get("full_name") or person.full_name,
        "birth_date": said.get("birth_date", ""),
        "sex": said.get("sex", ""),
        "id_number": person.id_number or "",
        "residence": said.get("residence", ""),
        "registered_at": said.get("permanent_address") or said.get("temporary_address") or "",
        "current_abode": said.get("current_abode", ""),
        "substances": ", ".join(vietnamese(SUBSTANCES.get(each, each)) for each in seen.substances),
        "in_on": _slashed(case.starts_on or case.opened_on),
        "ends_on": _slashed(case.ends_on),
        "standing": vietnamese(law().tracks[case.track].words_of(case.state)) if case.state != MANAGED else "",
        "whereabouts": vietnamese(WHEREABOUTS[seen.whereabouts]),
        "decision": ", ".join(part for part in (case.document_number, _slashed(decided_on)) if part),
        "term": f"{_slashed(case.starts_on)} – {_slashed(case.ends_on)}" if case.starts_on and case.ends_on else "",
        "determined_on": _slashed(restored(case.facts).get("concluded_on") or case.opened_on),
        "measure": vietnamese(PRIMARY_STATUSES[person.state]),
        "note": "",
    }


def _slashed(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
