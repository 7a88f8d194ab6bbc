"""Pages about issued documents: the register of outgoing documents, one document, its file, and the check that is open to all."""

from typing import Any
from urllib.parse import quote, urlencode

from chassis.errors import NotFound, NotUnderstood
from chassis.i18n import _
from chassis.units import unit
from chassis.web import PUBLIC, Menu, Operation, Request, Response, Routes, flash
from chassis.web.bodies import uploaded_file
from services.registry import documents as paper
from services.registry.domain.forms import SIGNER_ROLES
from services.registry.forms.documents import AnnulDocumentForm, DocumentOut
from services.registry.handlers.documents import annul_document_as_ordered
from services.registry.law import law
from services.registry.law.form_catalogue import form_catalogue
from services.registry.pages.people import pager
from services.registry.queries.documents import (
    ON_PAPER,
    WITHOUT_NUMBER,
    DocumentRecord,
    PaperRecord,
    Series,
    count_papers,
    count_register,
    document_data,
    document_file,
    document_of,
    papers_of_year,
    register,
    series_of,
    years_of,
)

routes = Routes()

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST_DOCUMENT = 2 * 1024 * 1024
LONGEST_SEAL = 1000
WRONG = 422


@routes.page("/documents", may="document.read", menu=Menu(_("Sổ văn bản đi"), icon="document", order=6))
def outgoing(request: Request) -> Response:
    """List the documents of a year by symbol, and say whether any number is missing."""
    year = _year(request)
    symbol, cursor = request.args.get("symbol") or None, request.args.get("cursor")
    rows, count, following = _listed(request, year, symbol, cursor)
    series = series_of(request.uow, year)
    asked = {"year": str(year)} | ({"symbol": symbol} if symbol else {})
    return request.render(
        "list.html",
        title=_("Sổ văn bản đi năm %(year)s", year=str(year)),
        intro=_gaps(series),
        chips=_chips(request, year, symbol, series),
        columns=[
            {"key": "number", "label": _("Số, ký hiệu"), "whole": True},
            {"key": "issued", "label": _("Ngày ký")},
            {"key": "name", "label": _("Tên văn bản")},
            {"key": "signer", "label": _("Người ký")},
            {"key": "state", "label": _("Tình trạng")},
        ],
        rows=rows,
        count=count,
        pager=pager("/documents", asked, cursor, following),
        empty=_("Chưa có văn bản nào trong năm này."),
        actions=[{"label": _("Kiểm tra văn bản"), "href": "/documents/verify", "icon": "shield"}],
    )


def line_of(record: DocumentRecord) -> dict[str, Any]:
    """Return a document as a line of a table on somebody's page: number, day, name, state, and where it opens."""
    return {"cells": _cells(record), "href": f"/documents/{record.document_id}/about"}


def section_of(records: list[DocumentRecord]) -> dict[str, Any]:
    """Return somebody's documents as a section of their page."""
    return {
        "heading": _("Văn bản"),
        "columns": [
            {"key": "number", "label": _("Số, ký hiệu"), "whole": True},
            {"key": "issued", "label": _("Ngày ký")},
            {"key": "name", "label": _("Tên văn bản")},
            {"key": "state", "label": _("Tình trạng")},
        ],
        "rows": [line_of(record) for record in records],
        "nothing": _("Chưa ban hành văn bản nào."),
    }


@routes.page("/documents/verify", may=PUBLIC, methods=["GET", "POST"], largest_file=LARGEST_DOCUMENT)
def verify(request: Request) -> Response:
    """Tell anybody whether a file, or the text of a picture on paper, was issued here. Nothing is read or kept."""
    key = paper.public_key_of(request.runtime.vault)
    verdict, problem = None, None
    if request.http.method == "POST":
        try:
            verdict = _verdict(request, key)
        except NotUnderstood as error:
            problem = error.message
    return request.render(
        "verify_document.html",
        status=WRONG if problem else 200,
        title=_("Kiểm tra văn bản"),
        public_key=key,
        problem=problem,
        verdict=verdict,
        facts=_verified(verdict) if verdict is not None and verdict.document_id else [],
    )


@routes.page("/documents/<document_id>", may="document.read")
def download(request: Request, document_id: str) -> Response:
    """Send the file, as it was issued; the reading is noted."""
    return as_file(*document_file(request.uow, document_id))


@routes.page("/documents/<document_id>/reprint", may="document.read")
def reprint(request: Request, document_id: str) -> Response:
    """Send the very same bytes again; that it was printed once more is noted apart."""
    record, content = document_file(request.uow, document_id)
    request.uow.read("document_reprint", document_id)
    return as_file(record, content)


@routes.page("/documents/<document_id>/about", may="document.read")
def about(request: Request, document_id: str) -> Response:
    """Show what the register says of a document and lead to its file."""
    record, data = document_data(request.uow, document_id)
    return request.render(
        "record.html",
        title=record.shown_number or record.name,
        lead=record.name if record.shown_number else None,
        state=_state(record),
        back={"label": _("Sổ văn bản đi"), "href": f"/documents?year={record.year}"},
        actions=_actions(request, record),
        facts=[
            (_("Mẫu"), record.form.reference),
            (_("Ngày ký"), record.issued_on),
            (_("Người ký"), f"{SIGNER_ROLES.get(record.signer_role, record.signer_role)} {data['signer_name']}"),
            (_("Căn cứ"), record.form.article),
            (_("Chế độ pháp luật"), law().regime(record.regime).law),
            (_("Ghi vào sổ lúc"), record.recorded_at),
            (_("Mã băm SHA-256"), record.sha256),
            (_("Mã văn bản"), record.document_id),
        ],
        sections=_linked(request, record),
    )


def as_file(record: DocumentRecord, content: bytes) -> Response:
    """Return a document as a file to keep."""
    return docx_answer(content, record.file_name)


def docx_answer(content: bytes, file_name: str) -> Response:
    """Return a Word file under a name; a preview uses it, too."""
    return Response(
        content,
        mimetype=DOCX,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file_name)}"},
    )


# -- parts ---------------------------------------------------------------------------------------------------------------------


def _year(request: Request) -> int:
    typed = request.args.get("year", "")
    is_year = typed.isascii() and typed.isdecimal() and len(typed) == len("2026") and typed != "0000"
    return int(typed) if is_year else request.today.year


def _listed(
    request: Request, year: int, symbol: str | None, cursor: str | None
) -> tuple[list[dict[str, Any]], int, str | None]:
    """Return the lines of a part of the register, how many it has in all, and the cursor of what follows."""
    if symbol == ON_PAPER:
        papers = papers_of_year(request.uow, year=year, cursor=cursor)
        return [_line_of_paper(each) for each in papers.items], count_papers(request.uow, year), papers.next
    found = register(request.uow, year=year, symbol=symbol, cursor=cursor)
    return [line_of(each) for each in found.items], count_register(request.uow, year=year, symbol=symbol), found.next


def _chips(request: Request, year: int, symbol: str | None, series: list[Series]) -> list[dict[str, Any]]:
    years = sorted({*years_of(request.uow), request.today.year, year}, reverse=True)
    found: list[dict[str, Any]] = [
        {"label": str(each), "href": f"/documents?year={each}", "on": each == year and symbol is None} for each in years
    ]
    symbols: list[tuple[str, object, int]] = [(each.symbol, each.symbol, each.count) for each in series]
    without = count_register(request.uow, year=year, symbol=WITHOUT_NUMBER)
    apart = [
        (WITHOUT_NUMBER, _("Không lấy số"), without),
        (ON_PAPER, _("Chưa in từ phần mềm"), count_papers(request.uow, year)),
    ]
    for code, label, count in [*symbols, *apart]:
        href = f"/documents?{urlencode({'year': year, 'symbol': code})}"
        found.append({"label": label, "href": href, "on": code == symbol, "count": count})
    return found


def _gaps(series: list[Series]) -> object:
    """Say in one sentence whether the numbers of a year are whole."""
    broken = [each for each in series if not each.is_whole]
    if not broken:
        return _("Các số của năm này liền nhau, không thiếu số nào.")
    said = "; ".join(f"{each.symbol}: {', '.join(str(gap) for gap in each.gaps)}" for each in broken)
    return _("Còn thiếu số (số đã ghi trên giấy mà chưa nhập): %(said)s.", said=said)


def _cells(record: DocumentRecord) -> dict[str, Any]:
    return {
        "number": record.shown_number or None,
        "issued": record.issued_on,
        "name": {"text": record.name, "sub": record.form.reference},
        "signer": SIGNER_ROLES.get(record.signer_role, record.signer_role),
        "state": _state(record),
    }


def _line_of_paper(record: PaperRecord) -> dict[str, Any]:
    """Return a paper that was not drawn up here as a line of the register; it opens the act that names it."""
    row = record.row
    state = {"tone": "warn", "word": _("Chưa in từ phần mềm")}
    return {
        "cells": {
            "number": row.document_number,
            "issued": row.happened_on,
            "name": {"text": record.form.name, "sub": record.form.reference},
            "signer": SIGNER_ROLES.get(row.signer_role or "", row.signer_role),
            "state": state if record.stands else {"tone": "mute", "word": _("Đã hủy")},
        },
        "href": f"/acts/{row.act_id}",
    }


def _state(record: DocumentRecord) -> dict[str, Any]:
    if record.voided_at:
        return {"tone": "mute", "word": _("Đã hủy cùng việc ghi nhầm")}
    if record.annulled_by:
        return {"tone": "mute", "word": _("Đã bị hủy bỏ")}
    return {"tone": "good", "word": _("Đã ban hành")}


def _actions(request: Request, record: DocumentRecord) -> list[dict[str, Any]]:
    here = f"/documents/{record.document_id}"
    found: list[dict[str, Any]] = [
        {"label": _("Tải văn bản (.docx)"), "href": here, "icon": "download", "primary": True},
        {"label": _("In lại"), "href": f"{here}/reprint", "icon": "print"},
    ]
    if record.stands and record.annuls is None and request.may("document.issue"):
        found.append({"label": _("Hủy bỏ văn bản"), "href": f"{here}/annul", "icon": "cross"})
    return found


def _linked(request: Request, record: DocumentRecord) -> list[dict[str, Any]]:
    actions: list[dict[str, Any]] = []
    if record.person_id:
        actions.append({"label": _("Hồ sơ của người có tên"), "href": f"/people/{record.person_id}", "icon": "person"})
    for label, other in ((_("Hủy bỏ văn bản"), record.annuls), (_("Bị hủy bỏ bởi"), record.annulled_by)):
        if other:
            number = document_of(request.uow, other).shown_number
            actions.append({"label": f"{label} {number}", "href": f"/documents/{other}/about", "icon": "document"})
    if not actions:
        return []
    return [{"heading": _("Liên quan"), "actions": actions, "text": _("Các hồ sơ gắn với văn bản này.")}]


def _verdict(request: Request, key: str) -> paper.Verdict:
    text = request.http.form.get("text", "").strip()
    if text:
        return paper.verify_text(text[:LONGEST_SEAL], key)
    return paper.verify_file(uploaded_file(request.http, "file", largest=LARGEST_DOCUMENT).content, key)


def _verified(verdict: paper.Verdict) -> list[tuple[object, Any]]:
    return [
        (_("Số, ký hiệu"), verdict.number or None),
        (_("Ngày ký"), verdict.issued_on),
        (_("Tên văn bản"), _name_of(verdict.form_code)),
        (_("Đơn vị"), _unit_name(verdict.unit_code)),
        (_("Mã văn bản"), verdict.document_id),
    ]


def _name_of(form_code: str) -> str:
    form = form_catalogue().forms.get(form_code)
    return f"{form.name} ({form.reference})" if form else form_code


def _unit_name(code: str) -> str:
    try:
        return unit(code).title
    except NotFound:
        return code


def _prefill(request: Request, document_id: str) -> dict[str, Any]:
    record = document_of(request.uow, document_id)
    signer = record.signer_role if record.signer_role in {"CA_CHIEF", "UB_CHAIR", "UB_VICE"} else "CA_CHIEF"
    return {"issued_on": request.today, "signer_role": signer}


def _about(request: Request, document_id: str) -> dict[str, Any]:
    record = document_of(request.uow, document_id)
    return {"back": {"label": record.shown_number or record.name, "href": f"/documents/{document_id}/about"}}


routes.add(Operation(
    name="annul_document", title=_("Hủy bỏ văn bản"), may="document.issue", form=AnnulDocumentForm,
    handle=annul_document_as_ordered, page="/documents/<document_id>/annul", api="/api/v1/documents/<document_id>/annulment",
    out=DocumentOut, prefill=_prefill, context=_about, cancel=lambda _request, document_id: f"/documents/{document_id}/about",
    said=lambda saved: flash(
        _("Đã lập quyết định hủy bỏ số %(number)s.", number=saved.shown_number),
        _("Tải văn bản (.docx)"), f"/documents/{saved.document_id}",
    ),
    done=lambda saved: f"/documents/{saved.document_id}/about",
))  # fmt: skip
