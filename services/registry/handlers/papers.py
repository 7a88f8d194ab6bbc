"""Drawing up the papers about somebody that no act issues."""

from chassis.errors import NotUnderstood
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry import documents
from services.registry.commands.documents import IssuePaper
from services.registry.handlers.documents import issue_document
from services.registry.permissions import PERMISSIONS
from services.registry.queries.documents import DocumentRecord


def issue_paper(command: IssuePaper, uow: UnitOfWork) -> DocumentRecord:
    """Issue a paper of what the register says and what the officer adds. Raises NotUnderstood naming what is missing."""
    PERMISSIONS.require(uow.by, "document.issue")
    if command.form_code not in {form.code for form in documents.papers()}:
        raise NotUnderstood(_("Mẫu này được lập cùng với việc của nó, không lập riêng."), field="form_code")
    data = documents.paper_context(
        uow, command.person_id, command.form_code, drafted_by=uow.by.account_id, details=command.details
    )
    measure = documents.measure_of(uow, command.person_id)
    return issue_document(
        uow,
        form_code=command.form_code,
        issued_on=command.issued_on,
        person_id=command.person_id,
        case_id=measure.case_id if measure is not None and documents.names_the_measure(command.form_code) else None,
        data=data,
        signer_role=command.signer_role,
        signer_name=command.signer_name,
        number=command.number,
        leap_reason=command.confirmed_warnings.get("number"),
        drafted_by=uow.by.account_id,
    )
