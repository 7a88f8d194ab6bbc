"""«Lập văn bản»: the papers about somebody that no act issues, each with its form and its twin in the API."""

from collections.abc import Mapping
from typing import Any

from chassis.i18n import _
from chassis.web import Operation, Request, Response, Routes, flash
from services.registry import documents, queries
from services.registry.domain.forms import Form as PaperForm
from services.registry.forms.documents import DocumentOut
from services.registry.forms.papers import on_page, paper_form_of
from services.registry.handlers.papers import issue_paper
from services.registry.queries.documents import DocumentRecord

routes = Routes()

OF_THE_PERSON = "PERSON"
SECTIONS = {
    "ND163_PL3": _("Sử dụng trái phép chất ma túy"),
    "ND109": _("Xác định tình trạng nghiện"),
    "ND163_PL5": _("Cai nghiện, quản lý sau cai nghiện"),
}
OTHERS = _("Văn bản khác")


@routes.page("/people/<person_id>/papers", may="document.issue")
def papers(request: Request, person_id: str) -> Response:
    """List the forms of today's law that are drawn up by themselves; each leads to what it asks."""
    record = queries.person_record(request.uow, person_id)
    found: dict[str, list[PaperForm]] = {}
    for form in documents.papers_on(request.today):
        found.setdefault(_section(form), []).append(form)
    return request.render(
        "record.html",
        title=_("Lập văn bản về %(who)s", who=record.title),
        back={"label": record.title, "href": f"/people/{person_id}"},
        facts=[],
        sections=[
            {
                "heading": heading,
                "text": _("Văn bản ban hành cùng một việc được lập khi ghi việc đó."),
                "actions": [
                    {"label": form.name, "href": f"/people/{person_id}/papers/{form.code}"} for form in found[heading]
                ],
            }
            for heading in (*SECTIONS.values(), OTHERS)
            if heading in found
        ],
    )


def _section(form: PaperForm) -> str:
    return next((heading for start, heading in SECTIONS.items() if form.code.startswith(start)), OTHERS)


def _operation(form: PaperForm) -> Operation:
    address = f"/people/<person_id>/papers/{form.code}"
    return Operation(
        name=f"draw_up_{form.code.lower()}",
        title=form.name,
        may="document.issue",
        form=paper_form_of(form),
        handle=issue_paper,
        page=address,
        api=f"/api/v1{address}",
        out=DocumentOut,
        prefill=_prefill(form),
        context=_context(form),
        cancel=lambda _request, person_id: f"/people/{person_id}/papers",
        said=_said,
        done=lambda saved: f"/documents/{saved.document_id}/about",
    )


def _prefill(form: PaperForm) -> Any:
    def prefill(request: Request, person_id: str) -> Mapping[str, Any]:
        said = documents.paper_context(
            request.uow, person_id, form.code, drafted_by=request.uow.by.account_id, details={}
        )
        role = form.signers[0]
        name = said.get("full_name") if role == OF_THE_PERSON else queries.last_signer(request.uow, role)
        return {**on_page(form.code, said), "issued_on": request.today, "signer_role": role, "signer_name": name}

    return prefill


def _context(form: PaperForm) -> Any:
    def context(request: Request, person_id: str) -> Mapping[str, Any]:
        record = queries.person_record(request.uow, person_id)
        return {
            "back": {"label": record.title, "href": f"/people/{person_id}/papers"},
            "signing": [(_("Về người"), record.title), (_("Mẫu"), form.reference), (_("Căn cứ"), form.article)],
        }

    return context


def _said(saved: DocumentRecord) -> Any:
    what = saved.shown_number or saved.name
    return flash(_("Đã lập: %(what)s.", what=what), _("Tải văn bản (.docx)"), f"/documents/{saved.document_id}")


for _form in documents.papers():
    routes.add(_operation(_form))
