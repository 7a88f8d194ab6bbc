"""Counselling: entering a session, the list of a span of days, and one session with its notes."""

from datetime import timedelta
from typing import Any

from chassis.forms import facts
from chassis.i18n import _
from chassis.web import Menu, Operation, Request, Response, Routes, flash
from services.health import handlers
from services.health.domain.codes import COUNSELLED_GROUPS, COUNSELLING_KINDS, label
from services.health.domain.counselling import counselling_group, quarter_window
from services.health.forms.counselling import LISTED_KINDS, CounsellingForm, CounsellingOut
from services.health.pages.reading import IN_A_LIST, in_a_line, names_of_accounts, numbered, opened, opened_by_id
from services.health.queries import counselling as queries
from services.health.queries import patients as patient_queries
from services.health.queries import treatments as treatment_queries

routes = Routes()

A_DAY = timedelta(days=1)


@routes.page("/counselling", may="counselling.list", menu=Menu(_("Tư vấn"), icon="stethoscope", order=3))
def counselling(request: Request) -> Response:
    """The quarter's sessions, or those of the quarter before; HIV counselling is in no list."""
    earlier, kind = request.args.get("quarter") == "before", request.args.get("kind", "")
    window = quarter_window(request.today)
    if earlier:
        window = quarter_window(window.first - A_DAY)
    kind = kind if kind in LISTED_KINDS else ""
    rows, more = numbered(
        request,
        queries.counselling_between(window.first, window.last, kind=kind or None),
        quarter="before" if earlier else "",
        kind=kind,
    )
    names = opened_by_id(request, [each.patient_id for each in rows])
    return request.render(
        "list.html",
        title=_("Tư vấn quý %(quarter)s/%(year)s", quarter=window.quarter, year=str(window.year)),
        intro=_(
            "Từ %(first)s đến %(last)s. Lượt tư vấn HIV chỉ có trong hồ sơ từng người.",
            first=f"{window.first:%d/%m/%Y}",
            last=f"{window.last:%d/%m/%Y}",
        ),
        columns=[
            {"key": "name", "label": _("Người được tư vấn")},
            {"key": "on", "label": _("Ngày")},
            {"key": "kind", "label": _("Loại")},
            {"key": "group", "label": _("Đối tượng")},
        ],
        rows=[_row(each, names[each.patient_id]) for each in rows],
        chips=_chips(earlier=earlier, kind=kind),
        actions=[{"label": _("Chọn người để ghi lượt tư vấn"), "href": "/patients", "primary": True, "icon": "plus"}],
        empty=_("Chưa có lượt tư vấn nào trong quý này."),
        **more,
    )


@routes.page("/counselling/<counselling_id>", may="clinical_note.read")
def session(request: Request, counselling_id: str) -> Response:
    held = queries.session_held(request.uow, counselling_id)
    person = opened(request, patient_queries.patient(request.uow, held.patient_id), [*IN_A_LIST, "clinical_notes"])
    details = queries.counselling_details(held, request.uow.vault)
    answers = {"kind": held.kind, "held_on": held.held_on, "group": held.group, **details}
    here = f"/patients/{person.patient_id}"
    return request.render(
        "record.html",
        title=_("Lượt tư vấn %(kind)s", kind=label(COUNSELLING_KINDS, held.kind)),
        lead=f"{person.full_name} · {in_a_line(person)}",
        back={"label": person.full_name, "href": here},
        actions=[{"label": _("Thêm lượt tư vấn"), "href": f"{here}/counselling/new", "icon": "plus"}],
        facts=[
            *facts(CounsellingForm, answers, request=request),
            (_("Người tư vấn"), names_of_accounts(request).get(held.counsellor_id)),
        ],
    )


def _row(held: Any, person: Any) -> dict[str, Any]:
    return {
        "href": f"/counselling/{held.counselling_id}",
        "cells": [
            {"text": person.full_name, "sub": in_a_line(person)},
            held.held_on,
            label(COUNSELLING_KINDS, held.kind),
            label(COUNSELLED_GROUPS, held.group),
        ],
    }


def _chips(*, earlier: bool, kind: str) -> list[dict[str, Any]]:
    quarter = "quarter=before&" if earlier else ""
    kinds = [
        {"label": word, "href": f"/counselling?{quarter}kind={code}", "on": kind == code}
        for code, word in LISTED_KINDS.items()
    ]
    return [
        {"label": _("Quý này"), "href": "/counselling", "on": not earlier and not kind},
        {"label": _("Quý trước"), "href": "/counselling?quarter=before", "on": earlier and not kind},
        *kinds,
    ]


def _proposed(request: Request, patient_id: str) -> dict[str, Any]:
    """Propose today, and the group that is known of the person."""
    session, today = request.uow.session, request.today
    patient = patient_queries.patient(request.uow, patient_id)
    group = counselling_group(
        in_treatment=treatment_queries.is_in_treatment(session, patient_id),
        under_management=patient_queries.is_under_management(session, patient.person_key, today),
    )
    return {"held_on": today, "group": group}


def for_patient(request: Request, patient_id: str) -> dict[str, Any]:
    """Say above the form whom it is about."""
    person = opened(request, patient_queries.patient(request.uow, patient_id), IN_A_LIST)
    return {"who": person.full_name, "who_more": in_a_line(person)}


routes.add(
    Operation(
        name="record_counselling",
        form=CounsellingForm,
        handle=handlers.record_counselling,
        may="counselling.write",
        page="/patients/<patient_id>/counselling/new",
        api="/api/v1/patients/<patient_id>/counselling",
        out=CounsellingOut,
        done=lambda saved: f"/patients/{saved.patient_id}",
        location=lambda saved: f"/api/v1/counselling/{saved.counselling_id}",
        said=lambda saved: flash(
            _(
                "Đã ghi lượt tư vấn %(kind)s ngày %(day)s.",
                kind=label(COUNSELLING_KINDS, saved.kind),
                day=f"{saved.held_on:%d/%m/%Y}",
            ),
            _("Về việc hôm nay"),
            "/",
        ),
        prefill=_proposed,
        context=for_patient,
        cancel=lambda _request, patient_id: f"/patients/{patient_id}",
        template="about.html",
        summary=_("Ghi nhận lượt tư vấn"),
    )
)
