"""Pages that bring an office's old list into the register: the file, its columns, a trial, entering, taking back."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import urlencode

from chassis.accounts import offload
from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from chassis.timers import Stint
from chassis.unit_of_work import UnitOfWork
from chassis.web import Menu, Request, Response, Routes, bodies, flash, redirect
from services.registry.commands.imports import ChooseColumns, EnterRows, SheetColumns
from services.registry.domain.old_books import ADDICTS, POST_REHAB, USERS
from services.registry.handlers import imports as handlers
from services.registry.pages.people import pager
from services.registry.queries import imports as queries
from services.registry.queries.imports import Counts, ImportRecord
from services.registry.workbooks import IGNORED, LARGEST_FILE, XLSX, as_faults, headings, read_workbook
from services.registry.workbooks.refused import refused_rows

routes = Routes()

MEBIBYTE = 1024 * 1024
SECONDS_AT_ONCE = 2.0
LONGEST_REASON = 300
WRONG = 422

LISTS = {
    USERS: _("Người sử dụng trái phép chất ma túy"),
    ADDICTS: _("Người nghiện ma túy"),
    POST_REHAB: _("Người bị quản lý sau cai nghiện"),
}
STATES = {
    "UPLOADED": {"tone": "warn", "word": _("Chờ xem các cột")},
    "MAPPED": {"tone": "info", "word": _("Đang kiểm tra thử")},
    "CHECKED": {"tone": "warn", "word": _("Đã kiểm tra, chưa nhập")},
    "COMMITTING": {"tone": "info", "word": _("Đang nhập")},
    "COMMITTED": {"tone": "good", "word": _("Đã nhập")},
    "UNDOING": {"tone": "info", "word": _("Đang rút lại")},
    "UNDONE": {"tone": "mute", "word": _("Đã rút lại")},
}
AT_WORK = {
    "MAPPED": _("Đang kiểm tra thử; chưa ghi gì vào sổ"),
    "COMMITTING": _("Đang nhập vào sổ"),
    "UNDOING": _("Đang rút lại danh sách"),
}
MAY_BE_UNDONE = ("COMMITTED", "COMMITTING")
VERDICTS = {
    "NEW": _("Người mới"),
    "CHANGED": _("Đã có trong sổ, thêm vào danh sách"),
    "KNOWN": _("Đã có cả người và danh sách"),
    "REFUSED": _("Không nhận"),
}


# -- the file ------------------------------------------------------------------------------------------------------------------


@routes.page("/imports", may=handlers.RIGHT, methods=["GET", "POST"], largest_file=LARGEST_FILE,
             menu=Menu(_("Nhập sổ cũ"), icon="document", order=40))  # fmt: skip
def imports(request: Request) -> Response:
    """List the files that were brought in, or read another one."""
    if request.http.method != "POST":
        return _imports_page(request)
    try:
        record = _uploaded(request)
    except NotUnderstood as wrong:
        request.roll_back(wrong)
        return _imports_page(request, fault=str(wrong), status=wrong.status)
    return redirect(f"/imports/{record.import_id}/columns")


def _uploaded(request: Request) -> ImportRecord:
    sent = bodies.uploaded_file(request.http, "file", largest=LARGEST_FILE)
    read = offload(read_workbook, sent.content)
    return handlers.upload_workbook(request.uow, file_name=sent.name, content=sent.content, read=read)


def _imports_page(request: Request, *, fault: str | None = None, status: int = 200) -> Response:
    cursor = request.args.get("cursor")
    found = queries.imports(request.uow, cursor=cursor)
    return request.render(
        "imports.html",
        status=status,
        title=_("Nhập sổ cũ"),
        fault=fault,
        most=LARGEST_FILE // MEBIBYTE,
        columns=[
            {"key": "name", "label": _("Tệp")},
            {"key": "rows", "label": _("Số dòng"), "numeric": True},
            {"key": "at", "label": _("Lúc gửi")},
            {"key": "state", "label": _("Tình trạng")},
        ],
        rows=[
            {
                "cells": {
                    "name": record.file_name,
                    "rows": record.row.rows,
                    "at": record.row.uploaded_at,
                    "state": STATES[record.state],
                },
                "href": f"/imports/{record.import_id}",
            }
            for record in found.items
        ],
        pager=pager("/imports", {}, cursor, found.next),
        empty=_("Chưa có danh sách nào được nhập."),
    )


# -- its columns ---------------------------------------------------------------------------------------------------------------


@routes.page("/imports/<import_id>/columns", may=handlers.RIGHT, methods=["GET", "POST"])
def import_columns(request: Request, import_id: str) -> Response:
    """Show how the columns are understood, or take the clerk's corrections and begin the trial."""
    record = queries.import_record(request.uow, import_id)
    if request.http.method != "POST":
        return _columns_page(request, record)
    bodies.check_form(request.http)
    try:
        handlers.choose_columns(ChooseColumns(import_id=import_id, sheets=_chosen(request, record)), request.uow)
    except (NotUnderstood, RuleBroken) as wrong:
        request.roll_back(wrong)
        record = queries.import_record(request.uow, import_id)
        return _columns_page(request, record, fault=str(wrong), status=wrong.status)
    return redirect(f"/imports/{import_id}")


def _chosen(request: Request, record: ImportRecord) -> list[SheetColumns]:
    typed = request.http.form
    return [
        SheetColumns(
            fields=tuple(typed.get(f"column-{place}-{column}", IGNORED) for column in range(len(sheet["columns"]))),
            list_code=typed.get(f"list-{place}") or None,
        )
        for place, sheet in enumerate(record.sheets)
    ]


def _columns_page(request: Request, record: ImportRecord, *, fault: str | None = None, status: int = 200) -> Response:
    return request.render(
        "import_columns.html",
        status=status,
        title=_("Các cột của danh sách"),
        back={"label": _("Nhập sổ cũ"), "href": "/imports"},
        action=f"/imports/{record.import_id}/columns",
        record=record,
        sheets=[{"place": place, **sheet} for place, sheet in enumerate(record.sheets)],
        choices=headings().labels,
        lists=LISTS,
        fault=fault,
    )


# -- the trial, entering, taking back ------------------------------------------------------------------------------------------


@routes.page("/imports/<import_id>", may=handlers.RIGHT)
def import_shown(request: Request, import_id: str) -> Response:
    """Show how far a file is, and what became or would become of its rows."""
    return _import_page(request, import_id)


@routes.page("/imports/<import_id>/work", may=handlers.RIGHT, methods=["POST"])
def import_work(request: Request, import_id: str) -> Response:
    """Go on with a file for a moment, for a browser that does not wait for the registry to go on by itself."""
    bodies.check_form(request.http)

    def begin() -> AbstractContextManager[UnitOfWork]:
        return request.runtime.unit_of_work(request.by, correlation_id=request.correlation_id, purpose=handlers.RIGHT)

    handlers.work_on(import_id, begin, enough=Stint(seconds=SECONDS_AT_ONCE).is_over)
    return redirect(f"/imports/{import_id}")


@routes.page("/imports/<import_id>/enter", may=handlers.RIGHT, methods=["POST"])
def import_enter(request: Request, import_id: str) -> Response:
    """Begin to enter the accepted rows."""
    bodies.check_form(request.http)
    reason = " ".join(request.http.form.get("reason", "").split())[:LONGEST_REASON] or None
    try:
        handlers.begin_entering(EnterRows(import_id=import_id, reason=reason), request.uow)
    except (NotUnderstood, RuleBroken) as wrong:
        request.roll_back(wrong)
        return _import_page(request, import_id, fault=str(wrong), status=wrong.status)
    return redirect(f"/imports/{import_id}")


@routes.page("/imports/<import_id>/undo", may=handlers.RIGHT, methods=["GET", "POST"])
def import_undo(request: Request, import_id: str) -> Response:
    """Show what would be taken back with a file, or begin to take it back."""
    if request.http.method != "POST":
        return _undo_page(request, import_id)
    bodies.check_form(request.http)
    try:
        handlers.begin_undoing(import_id, request.uow)
    except RuleBroken as wrong:
        request.roll_back(wrong)
        return _undo_page(request, import_id, fault=str(wrong), status=wrong.status)
    return redirect(f"/imports/{import_id}", flash(_("Danh sách đang được rút lại."), level="info"))


def _undo_page(request: Request, import_id: str, *, fault: str | None = None, status: int = 200) -> Response:
    record = queries.import_record(request.uow, import_id)
    brought = queries.brought_by(request.uow, import_id)
    href = f"/imports/{import_id}"
    return request.render(
        "import_undo.html",
        status=status,
        title=_("Rút lại cả danh sách"),
        back={"label": _("Danh sách nhập"), "href": href},
        action=f"{href}/undo",
        record=record,
        fault=fault,
        may_undo=record.state in MAY_BE_UNDONE and brought.rows > 0,
        totals=[
            {"label": _("Dòng rút khỏi sổ"), "value": brought.rows},
            {"label": _("Hồ sơ người bị xóa vì chỉ có từ danh sách này"), "value": brought.people},
            {"label": _("Người ở lại sổ, chỉ bỏ phần nhập từ danh sách này"), "value": brought.staying},
        ],
    )


@routes.page("/imports/<import_id>/refused.xlsx", may=handlers.RIGHT)
def import_refused(request: Request, import_id: str) -> Response:
    """Give the office its refused rows back, each with what is wrong with it."""
    content = refused_rows(request.uow, queries.import_record(request.uow, import_id))
    request.uow.read("workbook_import", import_id, ("refused_rows",))
    return Response(
        content, mimetype=XLSX, headers={"Content-Disposition": 'attachment; filename="dong-khong-nhan.xlsx"'}
    )


def _import_page(request: Request, import_id: str, *, fault: str | None = None, status: int = 200) -> Response:
    record = queries.import_record(request.uow, import_id)
    counts = queries.count_rows(request.uow, import_id)
    show, cursor = request.args.get("show", "refused"), request.args.get("cursor")
    found = queries.rows_to_look_at(request.uow, import_id, refused=show != "warned", cursor=cursor)
    href = f"/imports/{import_id}"
    return request.render(
        "import.html",
        status=status,
        title=_("Danh sách nhập"),
        back={"label": _("Nhập sổ cũ"), "href": "/imports"},
        actions=_actions(record, counts),
        record=record,
        state=STATES[record.state],
        href=href,
        fault=fault,
        notices=_notices(request, record, counts),
        progress=_progress(record),
        totals=_totals(record, counts),
        may_enter=record.state == "CHECKED" and counts.to_enter > 0,
        reason_needed=counts.warned,
        chips=[
            {"label": label, "href": f"{href}?{urlencode({'show': key})}", "on": key == show, "count": count}
            for key, label, count in (
                ("refused", _("Không nhận"), counts.by_verdict["REFUSED"]),
                ("warned", _("Cần xác nhận"), counts.warned),
            )
        ],
        columns=[
            {"key": "sheet", "label": _("Trang")},
            {"key": "number", "label": _("Dòng"), "numeric": True},
            {"key": "what", "label": _("Lỗi") if show != "warned" else _("Cần xác nhận")},
        ],
        rows=[
            {
                "cells": {
                    "sheet": record.sheets[row.sheet]["name"],
                    "number": row.number,
                    "what": " ".join(fault.sentence for fault in as_faults(row.faults)),
                }
            }
            for row in found.items
        ],
        pager=pager(href, {"show": show}, cursor, found.next),
    )


def _actions(record: ImportRecord, counts: Counts) -> list[dict[str, Any]]:
    href = f"/imports/{record.import_id}"
    actions: list[dict[str, Any]] = []
    if counts.by_verdict["REFUSED"] and record.state in ("CHECKED", "COMMITTED"):
        actions.append({"label": _("Tải các dòng không nhận"), "href": f"{href}/refused.xlsx", "icon": "download"})
    if record.state == "CHECKED":
        actions.append({"label": _("Sửa các cột"), "href": f"{href}/columns"})
    if record.state == "UPLOADED":
        actions.append({"label": _("Xem các cột"), "href": f"{href}/columns", "primary": True})
    if record.state in MAY_BE_UNDONE and counts.entered:
        actions.append({"label": _("Rút lại cả danh sách"), "href": f"{href}/undo"})
    return actions


def _notices(request: Request, record: ImportRecord, counts: Counts) -> list[Mapping[str, str]]:
    notices: list[Mapping[str, str]] = []
    refused = [heading for sheet in record.sheets for heading in sheet["refused"]]
    if refused:
        sentence = _("Cột về sức khỏe không được giữ trong sổ của Công an, đã bỏ: %(names)s.", names="; ".join(refused))
        notices.append({"level": "warning", "text": str(sentence)})
    same = queries.same_file(request.uow, record.row.file_mark)
    if same is not None and same.import_id != record.import_id:
        notices.append(
            {"level": "info", "text": str(_("Tệp này đã được nhập trước đây; dòng đã có không nhập lần nữa."))}
        )
    if record.state == "COMMITTED" and record.row.entered < record.row.portions:
        sentence = _(
            "Việc rút lại đã dừng giữa chừng vì có việc khác được ghi cho người trong danh sách; dòng chưa rút vẫn ở trong sổ."
        )
        notices.append({"level": "warning", "text": str(sentence)})
    if record.state == "CHECKED" and counts.to_enter == 0:
        notices.append({"level": "info", "text": str(_("Không có dòng nào mới để nhập."))})
    return notices


def _progress(record: ImportRecord) -> dict[str, Any] | None:
    if record.state not in AT_WORK:
        return None
    row = record.row
    done = {"MAPPED": row.checked, "COMMITTING": row.entered, "UNDOING": row.portions - row.entered}[record.state]
    return {"done": done, "of": row.portions, "sentence": AT_WORK[record.state], "share": 100 * done // row.portions}


def _totals(record: ImportRecord, counts: Counts) -> list[dict[str, Any]]:
    totals: list[dict[str, Any]] = [
        {"label": label, "value": counts.by_verdict[code]} for code, label in VERDICTS.items()
    ]
    if record.state in ("COMMITTED", "UNDONE"):
        totals.insert(0, {"label": _("Dòng đang ở trong sổ"), "value": counts.entered})
    return totals
