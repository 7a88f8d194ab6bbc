"""The statutory documents of the registry: what each form asks, how it is laid out, how it is sealed and checked.

Which forms there are, who signs each and which number it takes stands in `law/forms.yml`; what each says in `forms/<code>.yml`
beside this file; the layout is `chassis.paper`. A handler or page does this:

    from services.registry import documents, handlers

    data = documents.context_for(person.answers, facts, uow.unit)     # words for codes; facts by the names of `fields_of`
    documents.fields_of("ND163_PL3_M04")                               # which fields the form needs, with kind and label
    documents.missing_in("ND163_PL3_M04", data)                        # those of them that are not there yet
    handlers.issue_document(uow, form_code=…, issued_on=…, person_id=…, case_id=…, act_id=…, data=data,
                            signer_role="CA_CHIEF", signer_name="…", drafted_by=uow.by.account_id)   # -> DocumentRecord
    documents.preview_document(uow, form_code=…, issued_on=…, data=data, signer_role=…, signer_name=…)  # bytes; stores nothing
    handlers.annul_document(uow, document_id=…, issued_on=…, reason_text=…, signer_role=…, signer_name=…, drafted_by=…)

`facts` are plain values: dates, numbers, texts, codes. Beside the fields of the forms `context_for` understands the facts of the
track files that are called otherwise there (`to_commune`, `from_agency`, `original_ends_on` …) and derives `term`,
`remaining_days` and `effective_on` where they follow from the others. Numbers, hashes and signatures are never made here: see
`handlers/documents.py`, which does it in the transaction of the act.
"""

from services.registry.documents.act_facts import asked_of_the_officer, context_of_act, is_printed_here
from services.registry.documents.answers import context_for, needed_answers
from services.registry.documents.drafts import draft_document
from services.registry.documents.lists import LISTS, list_workbook
from services.registry.documents.members import members_written
from services.registry.documents.papers import (
    asked_on_paper,
    measure_of,
    names_the_measure,
    paper_context,
    papers,
    papers_on,
)
from services.registry.documents.printed_lists import printed_list
from services.registry.documents.printing import Issue, draft_issue, preview_document, render
from services.registry.documents.seals import (
    Verdict,
    data_fingerprint,
    public_key_of,
    sealed,
    verify_file,
    verify_text,
)
from services.registry.documents.sources import (
    AskedField,
    check_all_sources,
    fields_of,
    form_source,
    missing_in,
    names_somebody,
)

__all__ = [
    "LISTS",
    "AskedField",
    "Issue",
    "Verdict",
    "asked_of_the_officer",
    "asked_on_paper",
    "check_all_sources",
    "context_for",
    "context_of_act",
    "data_fingerprint",
    "draft_document",
    "draft_issue",
    "fields_of",
    "form_source",
    "is_printed_here",
    "list_workbook",
    "measure_of",
    "members_written",
    "missing_in",
    "names_somebody",
    "names_the_measure",
    "needed_answers",
    "paper_context",
    "papers",
    "papers_on",
    "preview_document",
    "printed_list",
    "public_key_of",
    "render",
    "sealed",
    "verify_file",
    "verify_text",
]
