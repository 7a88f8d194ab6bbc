"""Pages about user management: who is under it, and the forms that record its decisions."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from chassis.errors import RuleBroken
from chassis.i18n import _
from chassis.web import Menu, Operation, Request, Response, Routes, flash
from services.registry import handlers, queries
from services.registry.domain.codes import CASE_STATES, ROLES
from services.registry.domain.regimes import Paper, Regime
from services.registry.domain.terms import end_of_term
from services.registry.forms import DecisionForm, EndForm, StopForm, UserManagementCaseOut
from services.registry.law import law
from services.registry.pages.people import birth, pager
from services.registry.queries import CaseRecord, Managed

routes = Routes()

SHOWN = {
    "all": _("Đang quản lý"),
    "near_end": _("Hết thời hạn trong 30 ngày"),
    "overdue": _("Quá thời hạn"),
    "closed": _("Đã dừng, đã chấm dứt"),
}
CASE_TONES = {"MANAGED": "info", "STOPPED": "mute", "ENDED": "good"}


@routes.page("/user-management", may="user_management.list", menu=Menu(_("Đang quản lý"), icon="list", order=3))
def user_management(request: Request) -> Response:
    """List the people under management: all, those near the end of their term, those past it, those no longer."""
    show = request.args.get("show", "all")
    sort = request.args.get("sort", "ends_on")
    cursor = request.args.get("cursor")
    found = queries.managed(request.uow, show=show, sort=sort, cursor=cursor)
    counts = queries.count_managed(request.uow)
    return request.render(
        "list.html",
        title=_("Người đang quản lý"),
        chips=[
            {"label": label, "href": _address(show=key, sort=sort), "on": key == show, "count": counts[key]}
            for key, label in SHOWN.items()
        ],
        columns=[
            {"key": "name", "label": _("Họ và tên")},
            {"key": "birth", "label": _("Ngày sinh")},
            {"key": "decided", "label": _("Ngày quyết định")} | _sorting("decided_on", "descending", show, sort),
            {"key": "number", "label": _("Số quyết định")},
            {"key": "ends", "label": _("Đến ngày")} | _sorting("ends_on", "ascending", show, sort),
            {"key": "state", "label": _("Tình trạng")},
        ],
        rows=[{"cells": _cells(line), "href": f"/people/{line.person.person_id}"} for line in found.items],
        count=counts[show],
        pager=pager("/user-management", {"show": show, "sort": sort}, cursor, found.next),
        empty=_("Không có ai trong danh sách này."),
    )


def _address(**asked: str) -> str:
    return f"/user-management?{urlencode(asked)}"


def _sorting(key: str, direction: str, show: str, sort: str) -> dict[str, str]:
    return {"sort_href": _address(show=show, sort=key)} | ({"sorted": direction} if sort == key else {})


def _cells(line: Managed) -> dict[str, Any]:
    case = line.case
    state = {"tone": CASE_TONES[case.state], "word": CASE_STATES[case.state]}
    return {
        "name": line.person.full_name,
        "birth": birth(line.person),
        "decided": case.decided_on,
        "number": case.document_number,
        "ends": {"due": case.ends_on} if case.closed_on is None else case.ends_on,
        "state": state,
    }


# -- deciding ------------------------------------------------------------------------------------------------------------------


def signing_day(request: Request, field: str) -> date:
    """Return the day of signing that was typed, in the form or in the address; today when there is none."""
    typed = request.http.form.get(field) or request.args.get(field) or ""
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(typed.strip(), shape).date()  # noqa: DTZ007 - a day of the calendar, not an instant
        except ValueError:
            continue
    return request.today


def _regime_of(day: date, request: Request) -> Regime:
    """Return the law of the day of signing; a day before all laws we know shows today's, and is refused on saving."""
    try:
        return law().regime_on(day)
    except RuleBroken:
        return law().regime_on(request.today)


def _on_paper(regime: Regime, paper: Paper) -> list[tuple[str, Any]]:
    decider = ROLES[regime.user_management.decider_role]
    return [(_("Căn cứ"), paper.article), (_("Người có thẩm quyền ký"), decider), (_("Mẫu"), paper.form_name)]


def _before_deciding(request: Request, person_id: str) -> Mapping[str, Any]:
    record = queries.person_record(request.uow, person_id)
    day = signing_day(request, "decided_on")
    regime = _regime_of(day, request)
    term = regime.user_management.term
    until = end_of_term(day, term.amount, term.unit)
    runs = _("từ %(since)s đến %(until)s, 01 năm", since=f"{day:%d/%m/%Y}", until=f"{until:%d/%m/%Y}")
    return {
        "back": {"label": record.title, "href": f"/people/{person_id}"},
        "decided_on": day,
        "has_result": bool(queries.undecided_tests(request.uow, person_id)),
        "signing": [
            (_("Người được quản lý"), record.title),
            *_on_paper(regime, regime.user_management.decision),
            (_("Thời hạn nếu ký ngày %(day)s", day=f"{day:%d/%m/%Y}"), {"text": runs, "sub": term.article}),
            (
                _("Ai được biết"),
                _("Người được quản lý, tổ quản lý và Ủy ban nhân dân cấp xã; báo cáo thống kê chỉ nhận mã số"),
            ),
        ],
    }


def _first_answers(request: Request, person_id: str) -> Mapping[str, Any]:
    day = signing_day(request, "decided_on")
    tests = [test.test_id for test in queries.undecided_tests(request.uow, person_id)]
    asked = request.args.get("test", "")
    return {
        "test_id": asked if asked in tests else next(iter(tests), None),
        "decided_on": day,
        "signer_role": _regime_of(day, request).user_management.decider_role,
    }


def _decided(saved: CaseRecord) -> Any:
    return flash(
        _("Đã ghi nhận quyết định quản lý số %(number)s, thời hạn đến %(until)s.",
          number=saved.document_number, until=f"{saved.ends_on:%d/%m/%Y}"),
        _("Xem việc hôm nay"),
        "/",
    )  # fmt: skip


# -- closing -------------------------------------------------------------------------------------------------------------------


def _before_closing(field: str, paper_name: str) -> Any:
    def context(request: Request, case_id: str) -> Mapping[str, Any]:
        case, record = queries.case_read(request.uow, case_id)
        regime = _regime_of(signing_day(request, field), request)
        term = _("từ %(since)s đến %(until)s", since=f"{case.starts_on:%d/%m/%Y}", until=f"{case.ends_on:%d/%m/%Y}")
        return {
            "back": {"label": record.title, "href": f"/people/{record.person_id}"},
            "signing": [
                (_("Người được quản lý"), record.title),
                (_("Quyết định quản lý"), _("số %(number)s", number=case.document_number)),
                (_("Thời hạn"), term),
                *_on_paper(regime, getattr(regime.user_management, paper_name)),
            ],
        }

    return context


def _closing_answers(field: str) -> Any:
    def answers(request: Request, case_id: str) -> Mapping[str, Any]:
        day = signing_day(request, field)
        return {field: day, "signer_role": _regime_of(day, request).user_management.decider_role}

    return answers


def _back_to_person(request: Request, case_id: str) -> str:
    return f"/people/{queries.case_read(request.uow, case_id)[1].person_id}"


def _person_page(saved: CaseRecord) -> str:
    return f"/people/{saved.person_id}"


def _in_api(saved: CaseRecord) -> str:
    return f"/api/v1/user-management-cases/{saved.case_id}"


routes.add(Operation(
    name="decide_user_management", title=_("Ghi nhận quyết định quản lý"), may="user_management.decide", form=DecisionForm,
    handle=handlers.decide_user_management, page="/people/<person_id>/decision",
    api="/api/v1/people/<person_id>/user-management-cases", out=UserManagementCaseOut, template="decision.html",
    context=_before_deciding, prefill=_first_answers, cancel=lambda _request, person_id: f"/people/{person_id}",
    said=_decided, done=_person_page, location=_in_api,
))  # fmt: skip
routes.add(Operation(
    name="stop_user_management", title=_("Ghi nhận quyết định dừng quản lý"), may="user_management.stop", form=StopForm,
    handle=handlers.stop_user_management, page="/user-management/<case_id>/stop",
    api="/api/v1/user-management-cases/<case_id>/stop", out=UserManagementCaseOut,
    context=_before_closing("stopped_on", "stop"), prefill=_closing_answers("stopped_on"), cancel=_back_to_person,
    said=lambda saved: flash(_("Đã ghi nhận quyết định dừng quản lý số %(number)s.", number=saved.closing_document_number)),
    done=_person_page, location=_in_api,
))  # fmt: skip
routes.add(Operation(
    name="end_user_management", title=_("Ghi nhận quyết định chấm dứt quản lý"), may="user_management.end", form=EndForm,
    handle=handlers.end_user_management, page="/user-management/<case_id>/end",
    api="/api/v1/user-management-cases/<case_id>/end", out=UserManagementCaseOut,
    context=_before_closing("ended_on", "end"), prefill=_closing_answers("ended_on"), cancel=_back_to_person,
    said=lambda saved: flash(
        _("Đã ghi nhận quyết định chấm dứt quản lý số %(number)s.", number=saved.closing_document_number)
    ),
    done=_person_page, location=_in_api,
))  # fmt: skip
