"""A small service for the tests of the web edge: visits to a clinic, with one form, one change, one list."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

import contracts.base
from chassis.clock import Clock
from chassis.errors import NotAllowed, RuleBroken
from chassis.forms import DateAnswer, DetailsOf, Form, Group, YearOrDateAnswer, ask, facts
from chassis.i18n import _
from chassis.permissions import Permissions
from chassis.service import Runtime, ServiceDefinition
from chassis.storage import OwnedByUnit, Versioned, new_metadata
from chassis.tables import chassis_tables
from chassis.testing import database_url, running
from chassis.unit_of_work import UnitOfWork
from chassis.web import Loaded, Menu, Operation, Page, Request, Response, Routes, flash, page_of
from contracts.health import CounsellingHeld


class Table(DeclarativeBase):
    metadata = new_metadata()


TABLES = chassis_tables(Table.metadata)


class Visit(OwnedByUnit, Versioned, Table):
    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity_is_positive"),
        UniqueConstraint("person_key", "held_on"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_key: Mapped[str] = mapped_column(String(64))
    held_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[int]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


@dataclass(frozen=True, kw_only=True)
class RecordVisit:
    person_key: str
    held_on: date
    kind: str
    quantity: int
    details: Mapping[str, Any] = field(default_factory=dict)
    confirmed_warnings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CorrectVisit:
    visit_id: str
    version: int
    held_on: date
    kind: str
    quantity: int
    details: Mapping[str, Any] = field(default_factory=dict)


KINDS = {"Y_TE": _("Y tế"), "TAM_LY": _("Tâm lý"), "XA_HOI": _("Xã hội")}
MANY = 100


class CorrectionForm(Form):
    """What a visit was about."""

    title = _("Sửa lượt")
    command = CorrectVisit

    held_on = ask(DateAnswer, _("Ngày tư vấn"), needed=True, not_future=True, hint=_("Ngày gặp mặt"))
    kind = ask(fields.String, _("Loại"), needed=True, choices=KINDS)
    quantity = ask(fields.Integer, _("Số lượng"), needed=True, minimum=1)
    born = ask(YearOrDateAnswer, _("Ngày sinh"))
    topics = ask(fields.List, _("Chủ đề"), choices={"A": _("Sức khỏe"), "B": _("Việc làm")})
    agreed = ask(fields.Boolean, _("Đồng ý"))
    note = ask(fields.String, _("Ghi chú"), long=True)


class VisitForm(CorrectionForm):
    """One visit."""

    title = _("Ghi nhận lượt")
    command = RecordVisit
    groups = (
        Group(_("Ai"), ["person_key", "born"]),
        Group(_("Việc gì"), ["held_on", "kind", "quantity", "topics", "agreed", "note"]),
    )

    person_key = ask(fields.String, _("Mã người"), needed=True, max_length=64)

    def warnings(self, data: Mapping[str, Any]) -> Mapping[str, str]:
        return {"quantity": _("nhiều hơn thường lệ.")} if data["quantity"] > MANY else {}


class VisitOut(Schema):
    """A visit as others read it."""

    id = fields.String(required=True)
    held_on = fields.Date(required=True)
    kind = fields.String(required=True)
    quantity = fields.Integer(required=True)
    details = DetailsOf(VisitForm)
    version = fields.Integer(required=True)


class VisitQuery(Form):
    """Which visits."""

    since = ask(DateAnswer, _("Từ ngày"))
    at_least = ask(fields.Integer, _("Ít nhất"), minimum=0)


def record_visit(command: RecordVisit, uow: UnitOfWork) -> Visit:
    if command.person_key == "refused":
        raise RuleBroken(_("Người này đã có lượt khác."), field="person_key")
    if command.person_key == "forbidden":
        raise NotAllowed(_("Việc này dành cho: bác sĩ."))
    if command.person_key == "broken":
        raise ValueError("Nguyễn Văn A 001099012345")
    visit = uow.add(
        Visit(
            id=uow.new_id(), person_key=command.person_key, held_on=command.held_on, kind=command.kind,
            quantity=command.quantity, details=dict(command.details),
        )
    )  # fmt: skip
    uow.record(
        CounsellingHeld(
            counselling_id=visit.id, person_key=command.person_key, held_on=command.held_on, kind=command.kind,
            group="NGUOI_SDTP",
        )
    )  # fmt: skip
    uow.wrote("visit.recorded", "visit", visit.id, kind=command.kind, reasons=len(command.confirmed_warnings))
    return visit


def correct_visit(command: CorrectVisit, uow: UnitOfWork) -> Visit:
    visit = uow.get(Visit, command.visit_id, version=command.version)
    visit.held_on, visit.kind, visit.quantity = command.held_on, command.kind, command.quantity
    visit.details = dict(command.details)
    uow.wrote("visit.corrected", "visit", visit.id)
    return visit


def visit_now(request: Request, visit_id: str) -> Loaded:
    visit = request.uow.get(Visit, visit_id)
    answers = {"held_on": visit.held_on, "kind": visit.kind, "quantity": visit.quantity} | visit.details
    return Loaded(answers=answers, version=visit.version)


routes = Routes(home="/visits", demo_accounts=[{"username": "demo", "password": "demo", "role": "Y sĩ"}])


@routes.page("/visits", may="visit.read", menu=Menu(_("Lượt tư vấn"), icon="people", order=1))
def visits(request: Request) -> Response:
    rows = request.uow.session.scalars(select(Visit).order_by(Visit.held_on))
    return request.render(
        "list.html",
        title=_("Lượt tư vấn"),
        columns=[{"key": "on", "label": _("Ngày")}, {"key": "note", "label": _("Ghi chú")}],
        rows=[{"cells": [row.held_on, row.details.get("note")], "href": f"/visits/{row.id}"} for row in rows],
    )


@routes.page("/visits/<visit_id>", may="visit.read")
def visit(request: Request, visit_id: str) -> Response:
    found = request.uow.get(Visit, visit_id)
    request.uow.read("visit", visit_id, ["person_key"])
    values = {"held_on": found.held_on, "kind": found.kind, "quantity": found.quantity} | found.details
    return request.render("record.html", title=_("Lượt tư vấn"), facts=facts(CorrectionForm, values))


@routes.page("/broken", may="visit.read")
def broken(request: Request) -> Response:
    raise KeyError("Nguyễn Văn A 001099012345")


@routes.api("GET", "/api/v1/visits", may="visit.read", out=VisitOut, many=True, query=VisitQuery, summary=_("Các lượt"))
def list_visits(request: Request) -> Page[Visit]:
    wanted = select(Visit)
    if since := request.query.get("since"):
        wanted = wanted.where(Visit.held_on >= since)
    return page_of(
        request.uow.session, wanted, by=[Visit.held_on, Visit.id], cursor=request.cursor, limit=request.limit
    )


@routes.api("GET", "/api/v1/visits/<visit_id>", may="visit.read", out=VisitOut, summary=_("Một lượt"))
def get_visit(request: Request, visit_id: str) -> Visit:
    request.uow.read("visit", visit_id)
    return request.uow.get(Visit, visit_id)


routes.add(
    Operation(
        name="record_visit",
        form=VisitForm,
        handle=record_visit,
        may="visit.write",
        page="/visits/new",
        api="/api/v1/visits",
        out=VisitOut,
        done=lambda saved: f"/visits/{saved.id}",
        location=lambda saved: f"/api/v1/visits/{saved.id}",
        said=lambda saved: flash(_("Đã ghi lượt %(id)s.", id=saved.id[-6:]), _("Thêm lượt"), "/visits/new"),
        prefill=lambda request: {"held_on": request.today},
        menu=Menu(_("Ghi lượt"), icon="plus", order=2),
    )
)
routes.add(
    Operation(
        name="correct_visit",
        method="PATCH",
        form=CorrectionForm,
        handle=correct_visit,
        may="visit.write",
        page="/visits/<visit_id>/edit",
        api="/api/v1/visits/<visit_id>",
        out=VisitOut,
        load=visit_now,
        done=lambda saved: f"/visits/{saved.id}",
    )
)

ROLES = {"NURSE": _("Y sĩ"), "READER": _("Người xem"), "DPO_AUDIT": _("Người giám sát"), "OPERATOR": _("Vận hành")}
PERMISSIONS = Permissions(
    {
        "NURSE": {"visit.read": True, "visit.write": True},
        "READER": {"visit.read": True},
        "DPO_AUDIT": {"audit_log.read": True},
        "OPERATOR": {"parked_event.settle": True},
    },
    actions=["visit.read", "visit.write", "audit_log.read", "parked_event.settle"],
    roles=ROLES,
)

DEFINITION = ServiceDefinition(
    name="health",
    title="Trạm Y tế",
    package="chassis",
    metadata=Table.metadata,
    tables=TABLES,
    language=contracts.base,
    routes=routes,
    permissions=PERMISSIONS,
    role_labels=ROLES,
    search_href="/visits",
)


@contextmanager
def a_clinic(*, database: str, folder: Path, clock: Clock | None = None, **overrides: Any) -> Iterator[Runtime]:
    """Run the sample on an empty database."""
    url = database_url("web_sample", database=database, folder=folder)
    with running(
        DEFINITION, database=database, folder=folder, clock=clock, **({"database_url": url} | overrides)
    ) as runtime:
        yield runtime
