"""Substitution treatment: the list, one treatment, taking in, putting on the ward's list, ending."""

from typing import Any

from chassis.forms import facts
from chassis.i18n import _
from chassis.web import Menu, Operation, Request, Response, Routes, flash
from services.health import handlers
from services.health.domain.codes import OST_ENDINGS, OST_FACILITIES, label
from services.health.forms.treatments import AdmissionForm, EndingForm, ListingForm, TreatmentOut
from services.health.pages.counselling import for_patient
from services.health.pages.reading import IN_A_LIST, in_a_line, numbered, opened, opened_by_id
from services.health.queries import patients as patient_queries
from services.health.queries import treatments as queries

routes = Routes()


@routes.page("/treatments", may="ost.read", menu=Menu(_("Điều trị thay thế"), icon="heart", order=4))
def treatments(request: Request) -> Response:
    everything = request.args.get("show") == "all"
    rows, more = numbered(request, queries.treatments(only_open=not everything), show="all" if everything else "")
    names = opened_by_id(request, [each.patient_id for each in rows])
    return request.render(
        "list.html",
        title=_("Điều trị thay thế (Methadone)"),
        columns=[
            {"key": "name", "label": _("Người điều trị")},
            {"key": "facility", "label": _("Cơ sở điều trị")},
            {"key": "admitted", "label": _("Ngày nhận")},
            {"key": "listed", "label": _("Danh sách quản lý")},
            {"key": "state", "label": _("Tình trạng")},
        ],
        rows=[_row(each, names[each.patient_id]) for each in rows],
        chips=[
            {"label": _("Đang điều trị"), "href": "/treatments", "on": not everything},
            {"label": _("Tất cả"), "href": "/treatments?show=all", "on": everything},
        ],
        empty=_("Không có đợt điều trị nào đang mở. Mở hồ sơ bệnh nhân rồi chọn «Nhận vào điều trị»."),
        **more,
    )


@routes.page("/treatments/<treatment_id>", may="ost.read")
def treatment(request: Request, treatment_id: str) -> Response:
    found = queries.treatment(request.uow, treatment_id)
    person = opened(request, patient_queries.patient(request.uow, found.patient_id), IN_A_LIST)
    return request.render(
        "record.html",
        title=_("Đợt điều trị thay thế"),
        lead=f"{person.full_name} · {in_a_line(person)}",
        state=_state(found),
        back={"label": person.full_name, "href": f"/patients/{found.patient_id}"},
        actions=_actions(request, found),
        facts=_facts(found),
    )


def _facts(found: Any) -> list[tuple[str, str]]:
    """What was answered at the admission and, once there is one, at the ending."""
    admitted = {
        "facility_code": found.facility_code,
        "admitted_on": found.admitted_on,
        "listed_on": found.listed_on,
        **found.details,
    }
    if found.ended_on is None:
        return facts(AdmissionForm, admitted)
    ended = {"ended_on": found.ended_on, "reason": found.end_reason, **found.details}
    return facts(AdmissionForm, admitted) + facts(EndingForm, ended)


def _row(found: Any, person: Any) -> dict[str, Any]:
    listed = (
        {"tone": "good", "word": _("đã đưa vào %(day)s", day=f"{found.listed_on:%d/%m/%Y}")}
        if found.listed_on
        else {"tone": "warn", "word": _("chưa đưa vào")}
    )
    return {
        "href": f"/treatments/{found.treatment_id}",
        "cells": [
            {"text": person.full_name, "sub": in_a_line(person)},
            label(OST_FACILITIES, found.facility_code),
            found.admitted_on,
            listed,
            _state(found),
        ],
    }


def _state(found: Any) -> dict[str, str]:
    if found.ended_on is None:
        return {"tone": "info", "word": _("đang điều trị"), "icon": "heart"}
    return {
        "tone": "mute",
        "word": _(
            "%(reason)s ngày %(day)s", reason=label(OST_ENDINGS, found.end_reason), day=f"{found.ended_on:%d/%m/%Y}"
        ),
    }


def _actions(request: Request, found: Any) -> list[dict[str, Any]]:
    if not request.may("ost.write"):
        return []
    here = f"/treatments/{found.treatment_id}"
    offered = []
    if found.listed_on is None:
        offered.append({"label": _("Đưa vào danh sách"), "href": f"{here}/listing", "primary": True, "icon": "list"})
    if found.ended_on is None:
        offered.append({"label": _("Ghi kết thúc"), "href": f"{here}/ending"})
    return offered


def _for_treatment(request: Request, treatment_id: str) -> dict[str, Any]:
    return for_patient(request, queries.treatment(request.uow, treatment_id).patient_id)


def _here(_request: Request, treatment_id: str) -> str:
    return f"/treatments/{treatment_id}"


routes.add(
    Operation(
        name="admit_to_ost",
        form=AdmissionForm,
        handle=handlers.admit_to_ost,
        may="ost.write",
        page="/patients/<patient_id>/treatments/new",
        api="/api/v1/patients/<patient_id>/treatments",
        out=TreatmentOut,
        done=lambda saved: f"/treatments/{saved.treatment_id}",
        location=lambda saved: f"/api/v1/treatments/{saved.treatment_id}",
        said=lambda saved: flash(
            _("Đã ghi nhận vào điều trị từ %(day)s.", day=f"{saved.admitted_on:%d/%m/%Y}"),
            _("Ghi lượt tư vấn"),
            f"/patients/{saved.patient_id}/counselling/new",
        ),
        prefill=lambda request, **_path: {"admitted_on": request.today},
        context=for_patient,
        cancel=lambda _request, patient_id: f"/patients/{patient_id}",
        template="about.html",
        summary=_("Nhận vào điều trị thay thế"),
    )
)
routes.add(
    Operation(
        name="list_ost_treatment",
        form=ListingForm,
        handle=handlers.list_ost_treatment,
        may="ost.write",
        page="/treatments/<treatment_id>/listing",
        api="/api/v1/treatments/<treatment_id>/listing",
        out=TreatmentOut,
        done=lambda saved: f"/treatments/{saved.treatment_id}",
        location=lambda saved: f"/api/v1/treatments/{saved.treatment_id}",
        said=lambda saved: flash(
            _("Đã đưa vào danh sách quản lý từ %(day)s.", day=f"{saved.listed_on:%d/%m/%Y}"), _("Về việc hôm nay"), "/"
        ),
        prefill=lambda request, **_path: {"listed_on": request.today},
        context=_for_treatment,
        cancel=_here,
        template="about.html",
        summary=_("Đưa vào danh sách quản lý tại phường, xã"),
    )
)
routes.add(
    Operation(
        name="end_ost_treatment",
        form=EndingForm,
        handle=handlers.end_ost_treatment,
        may="ost.write",
        page="/treatments/<treatment_id>/ending",
        api="/api/v1/treatments/<treatment_id>/ending",
        out=TreatmentOut,
        done=lambda saved: f"/treatments/{saved.treatment_id}",
        location=lambda saved: f"/api/v1/treatments/{saved.treatment_id}",
        said=lambda saved: flash(_("Đã ghi kết thúc điều trị ngày %(day)s.", day=f"{saved.ended_on:%d/%m/%Y}")),
        prefill=lambda request, **_path: {"ended_on": request.today},
        context=_for_treatment,
        cancel=_here,
        template="about.html",
        summary=_("Kết thúc đợt điều trị"),
    )
)
