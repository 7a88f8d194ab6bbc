"""The registry as other programs read it; what they may order is declared beside its page, once for both."""

from datetime import timedelta
from typing import Any

from marshmallow import fields

from chassis.forms import Form, ask
from chassis.i18n import _
from chassis.web import Page, Request, Routes
from services.registry import queries
from services.registry.forms import (
    ActOut,
    CaseOut,
    DutyOut,
    ManagedOut,
    MergeOut,
    PersonLineOut,
    PersonOut,
    TestResultOut,
)
from services.registry.queries import ActRecord, Duty, Managed, PersonRecord, TestRecord

routes = Routes()

A_WEEK = 7


class PeopleAsked(Form):
    """Which people a list is about."""

    q = ask(fields.String, _("Tên hoặc số giấy tờ"), max_length=100)


class ManagedAsked(Form):
    """Which part of the list of people under management, in which order."""

    show = ask(fields.String, _("Phần danh sách"), choices={name: name for name in queries.FILTERS})
    sort = ask(fields.String, _("Xếp theo"), choices={name: name for name in queries.SORTS})


class DutiesAsked(Form):
    """How far ahead what is due is asked for; a term of the law lasts three years at most, its duties a little longer."""

    within_days = ask(fields.Integer, _("Trong số ngày tới"), minimum=0, maximum=1500)


@routes.api(
    "GET", "/api/v1/people", may="person.list", out=PersonLineOut, many=True, query=PeopleAsked, summary=_("Tìm người")
)
def list_people(request: Request) -> Page[PersonRecord]:
    """Return people, the newest first, or those who were asked for."""
    return queries.people(request.uow, asked=request.query.get("q", ""), cursor=request.cursor, limit=request.limit)


@routes.api("GET", "/api/v1/people/<person_id>", may="person.read", out=PersonOut, summary=_("Một người"))
def get_person(request: Request, person_id: str) -> PersonRecord:
    """Return one person with the ETag that a correction needs."""
    return queries.person_record(request.uow, person_id)


@routes.api(
    "GET", "/api/v1/people/<person_id>/test-results", may="person.read", out=TestResultOut, many=True,
    summary=_("Kết quả xét nghiệm của một người"),
)  # fmt: skip
def list_test_results(request: Request, person_id: str) -> Page[TestRecord]:
    """Return somebody's tests, the newest first; there are few, so all come at once."""
    queries.person_record(request.uow, person_id)
    return Page(queries.tests_of(request.uow, person_id))


@routes.api(
    "GET", "/api/v1/people/<person_id>/merges", may="person.merge", out=MergeOut, many=True, summary=_("Các hồ sơ đã gộp vào"),
)  # fmt: skip
def list_merges(request: Request, person_id: str) -> Page[Any]:
    """Return which records went into somebody's, the newest first."""
    queries.person_record(request.uow, person_id)
    return Page(queries.merges_into(request.uow, person_id))


@routes.api(
    "GET", "/api/v1/people/<person_id>/cases", may="person.read", out=CaseOut, many=True, summary=_("Các hồ sơ của một người"),
)  # fmt: skip
def list_cases(request: Request, person_id: str) -> Page[Any]:
    """Return somebody's cases on all tracks, open ones first; there are few, so all come at once."""
    queries.person_record(request.uow, person_id)
    return Page(queries.cases_of(request.uow, person_id))


@routes.api(
    "GET", "/api/v1/people/<person_id>/acts", may="person.read", out=ActOut, many=True, summary=_("Diễn biến của một người"),
)  # fmt: skip
def list_acts(request: Request, person_id: str) -> Page[ActRecord]:
    """Return what happened in somebody's cases, the newest first, annulled acts among them."""
    queries.person_record(request.uow, person_id)
    return Page([queries.act_record(request.uow, row) for row in queries.all_acts(request.uow, person_id)])


@routes.api("GET", "/api/v1/acts/<act_id>", may="person.read", out=ActOut, summary=_("Một việc đã ghi"))
def get_act(request: Request, act_id: str) -> ActRecord:
    """Return one act."""
    return queries.act_read(request.uow, act_id)[0]


@routes.api(
    "GET", "/api/v1/user-management-cases", may="user_management.list", out=ManagedOut, many=True, query=ManagedAsked,
    summary=_("Người đang quản lý"),
)  # fmt: skip
def list_managed(request: Request) -> Page[Managed]:
    """Return cases with their people."""
    asked = {"show": "all", "sort": "ends_on"} | request.query
    return queries.managed(request.uow, **asked, cursor=request.cursor, limit=request.limit)


@routes.api("GET", "/api/v1/cases/<case_id>", may="person.read", out=CaseOut, summary=_("Một hồ sơ"))
def get_case(request: Request, case_id: str) -> Any:
    """Return one case."""
    return queries.case_read(request.uow, case_id)[0]


@routes.api(
    "GET", "/api/v1/duties", may="today.read", out=DutyOut, many=True, query=DutiesAsked, summary=_("Việc đến hạn")
)
def list_duties(request: Request) -> Page[Any]:
    """Return what is overdue or due within seven days, or as many as are asked for, the most urgent first."""
    asked = {"within_days": A_WEEK} | request.query
    duties: list[Duty] = queries.duties(request.uow, within=timedelta(days=asked["within_days"]))
    return Page(duties)
