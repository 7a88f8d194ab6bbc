"""Issuing in tests: every document gets a drafter, a signer and all the facts its form asks for."""

from datetime import date
from typing import Any

from chassis.testing import an_actor
from services.registry import handlers
from services.registry.law.form_catalogue import form_catalogue
from tests.registry.documents.samples import SIGNER, data_for

TODAY = date(2026, 11, 20)
DRAFTER = an_actor("registry", "CA_OFFICER", account_id="drafter")


def issue(uow: Any, form_code: str = "ND163_PL3_M04", **given: Any) -> Any:
    form = form_catalogue().form(form_code)
    asked = {
        "form_code": form_code,
        "issued_on": TODAY,
        "data": data_for(form_code),
        "signer_role": form.signers[0],
        "signer_name": SIGNER,
        "drafted_by": uow.by.account_id,
    }
    return handlers.issue_document(uow, **(asked | given))


def issued(registry: Any, form_code: str = "ND163_PL3_M04", *, by: Any = DRAFTER, **given: Any) -> Any:
    with registry.runtime.unit_of_work(by) as uow:
        return issue(uow, form_code, **given)


def file_of(registry: Any, document_id: str, *, by: Any = DRAFTER) -> bytes:
    from services.registry.queries.documents import document_file

    with registry.asking(by=by) as uow:
        return document_file(uow, document_id)[1]
