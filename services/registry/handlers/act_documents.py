"""The document that an act issues: number from the register, bytes from the template, in the same transaction."""

from collections.abc import Mapping
from typing import Any

from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry import documents
from services.registry.domain.acts import Step
from services.registry.domain.tracks import Case as CaseFacts
from services.registry.handlers.documents import is_numbered_here, issue_document, keep_number
from services.registry.queries.documents import is_named_before
from services.registry.tables import Act, Case, Person


def issue_for(
    uow: UnitOfWork, person: Person, step: Step, *, row: Act, case: CaseFacts, sealed: Mapping[str, Any]
) -> str | None:
    """Issue what the act is proved by, where this office issues it; return the document's number, as given or as taken.

    A paper that was signed and numbered outside the program is recorded with its number, which takes its place in the series;
    it is drawn up only when nothing that it says is missing, and never when its symbol is that of another office. Without a
    number the document is drawn up here, or refused with the name of what is missing.
    """
    under, number = step.under, row.document_number
    if under.form is None or not under.issued_here or row.from_old_book:
        return number
    is_printed = documents.is_printed_here(under.form)
    if number is None and not is_printed:
        raise NotUnderstood(
            _("Số văn bản: mẫu này chưa in từ phần mềm; hãy ghi số của văn bản."), field="document_number"
        )
    data = _data(uow, person, step, row=row, case=case, sealed=sealed)
    if number is not None and not (is_printed and _is_to_be_drawn_up(uow, under.form, row, data)):
        return keep_number(
            uow,
            form_code=under.form,
            issued_on=row.happened_on,
            number=number,
            act_id=row.act_id,
            number_field="document_number",
            leap_reason=sealed.get("leap_reason"),
        )
    issued = issue_document(
        uow,
        form_code=under.form,
        issued_on=row.happened_on,
        person_id=person.person_id,
        case_id=row.case_id,
        act_id=row.act_id,
        data=data,
        signer_role=row.signer_role or under.deciders[0],
        signer_name=str(sealed.get("signer_name") or ""),
        number=number,
        number_field="document_number",
        leap_reason=sealed.get("leap_reason"),
        drafted_by=row.recorded_by,
    )
    row.document_id = issued.document_id
    return issued.shown_number


def _is_to_be_drawn_up(uow: UnitOfWork, form_code: str, row: Act, data: Mapping[str, Any]) -> bool:
    """A numbered paper is drawn up when nothing is missing; one decision that serves several people, only for the first."""
    if row.document_number and not is_numbered_here(uow, form_code, row.document_number):
        return False
    serves_again = not documents.names_somebody(form_code) and is_named_before(uow, row)
    return not serves_again and not documents.missing_in(form_code, data)


def _data(
    uow: UnitOfWork, person: Person, step: Step, *, row: Act, case: CaseFacts, sealed: Mapping[str, Any]
) -> dict[str, Any]:
    return documents.context_of_act(
        uow,
        person,
        step.act,
        uow.session.get(Case, row.case_id),
        transition=step.transition,
        judged=case,
        details=sealed.get("details", {}),
        drafted_by=row.recorded_by,
    )
