"""Pages on which lists leave the register, and the log of what left it."""

from typing import Any

from chassis.errors import NotFound
from chassis.i18n import _
from chassis.web import Menu, Operation, Request, Response, Routes, flash
from services.registry.domain.disclosing import DISCLOSED_LISTS, DISCLOSURE_PURPOSES
from services.registry.forms.imports import DisclosureForm, DisclosureOut
from services.registry.handlers import disclosures as handlers
from services.registry.pages.people import pager
from services.registry.queries import disclosures as queries
from services.registry.queries import recorders
from services.registry.queries.disclosures import DisclosureRecord
from services.registry.workbooks import CSV, XLSX

routes = Routes()

SEE_LOG = "audit_log.read"
TYPES = {"xlsx": XLSX, "csv": CSV}


@routes.page("/disclosures", may=SEE_LOG, menu=Menu(_("Nhật ký cung cấp thông tin"), icon="shield", order=92))
def disclosures(request: Request) -> Response:
    """Show the auditor what left the register: when, by whom, to whom, for what, on which ground, how many people."""
    cursor = request.args.get("cursor")
    found = queries.disclosures(request.uow, cursor=cursor)
    names = recorders(request.uow, [record.row.made_by for record in found.items])
    return request.render(
        "list.html",
        title=_("Nhật ký cung cấp thông tin"),
        columns=[
            {"key": "at", "label": _("Lúc")},
            {"key": "by", "label": _("Người lập")},
            {"key": "list", "label": _("Danh sách")},
            {"key": "people", "label": _("Số người"), "numeric": True},
            {"key": "recipient", "label": _("Người, cơ quan nhận")},
            {"key": "purpose", "label": _("Mục đích")},
            {"key": "basis", "label": _("Căn cứ pháp lý")},
            {"key": "digest", "label": _("Mã kiểm của tệp")},
        ],
        rows=[{"cells": _cells(record, names)} for record in found.items],
        pager=pager("/disclosures", {}, cursor, found.next),
        empty=_("Chưa có danh sách nào được xuất."),
    )


def _cells(record: DisclosureRecord, names: Any) -> dict[str, Any]:
    row = record.row
    what = {
        "text": DISCLOSED_LISTS[row.list_code],
        "sub": _("gồm cả người chưa đủ 18 tuổi") if row.with_minors else None,
    }
    return {
        "at": row.made_at,
        "by": names.get(row.made_by, row.made_by),
        "list": what,
        "people": row.people,
        "recipient": record.recipient,
        "purpose": DISCLOSURE_PURPOSES[row.purpose],
        "basis": {"text": record.legal_basis, "sub": record.document_number},
        "digest": row.sha256,
    }


@routes.page("/disclosures/<disclosure_id>", may=handlers.RIGHT)
def disclosure(request: Request, disclosure_id: str) -> Response:
    """Show whoever made a list what it is, with the file to fetch."""
    record = _own(request, disclosure_id)
    row = record.row
    return request.render(
        "record.html",
        title=DISCLOSED_LISTS[row.list_code],
        lead=_("%(count)s người", count=row.people),
        actions=[
            {
                "label": _("Tải tệp"),
                "href": f"/disclosures/{disclosure_id}/file",
                "primary": True,
                "icon": "download",
            }
        ],
        facts=[
            (_("Người, cơ quan nhận"), record.recipient),
            (_("Mục đích"), DISCLOSURE_PURPOSES[row.purpose]),
            (_("Căn cứ pháp lý"), record.legal_basis),
            (_("Số văn bản đề nghị"), record.document_number),
            (_("Từ tìm"), record.asked),
            (_("Lý do gồm cả người chưa đủ 18 tuổi"), record.minors_reason),
            (_("Mã kiểm của tệp"), row.sha256),
        ],
    )


@routes.page("/disclosures/<disclosure_id>/file", may=handlers.RIGHT)
def disclosure_file(request: Request, disclosure_id: str) -> Response:
    """Give the very file to whoever had it made."""
    record = _own(request, disclosure_id)
    content = queries.disclosed_file(request.uow, disclosure_id)
    request.uow.read("disclosure", disclosure_id, ("file",))
    kind = record.row.file_kind
    name = f"danh-sach-{record.row.list_code.lower()}.{kind}"
    return Response(
        content, content_type=TYPES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _own(request: Request, disclosure_id: str) -> DisclosureRecord:
    record = queries.disclosure_record(request.uow, disclosure_id)
    if record.row.made_by != request.by.account_id:
        raise NotFound(_("Không tìm thấy hồ sơ này trong đơn vị."))
    return record


def _place(saved: DisclosureRecord) -> str:
    return f"/disclosures/{saved.disclosure_id}"


routes.add(Operation(
    name="disclose_list", title=_("Xuất danh sách"), may=handlers.RIGHT, form=DisclosureForm, handle=handlers.disclose_list,
    page="/disclosures/new", api="/api/v1/disclosures", out=DisclosureOut, cancel="/",
    prefill=lambda request: {
        "list_code": request.args.get("list", "L1"), "asked": request.args.get("q", ""), "file_kind": "xlsx",
    },
    said=lambda saved: flash(_("Đã lập tệp và ghi nhật ký cung cấp thông tin.")),
    done=_place, menu=Menu(_("Xuất danh sách"), icon="download", order=41),
))  # fmt: skip
