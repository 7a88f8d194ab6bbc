"""Patients: the list and search, one file with its timeline, opening and correcting a file."""

from datetime import date
from typing import Any

from chassis.forms import facts
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from chassis.web import Loaded, Menu, Operation, Request, Response, Routes, flash
from services.health import handlers
from services.health.commands import CorrectPatient, RegisterPatient
from services.health.domain.codes import COUNSELLING_KINDS, OST_ENDINGS, OST_FACILITIES, SEXES, label
from services.health.domain.counselling import COUNTED_COUNSELLING, quarter_window
from services.health.forms.patients import CorrectPatientForm, PatientForm, PatientOut
from services.health.pages.reading import IN_A_LIST, in_a_line, names_of_accounts, numbered, opened, patient_number
from services.health.pages.today import COUNSELLING_GROUND
from services.health.queries import counselling as counselling_queries
from services.health.queries import patients as queries
from services.health.queries import treatments as treatment_queries
from services.health.queries.patients import PatientFile, patient_file

routes = Routes()


@routes.page("/patients", may="patient.list", menu=Menu(_("Bệnh nhân"), icon="people", order=2))
def patients(request: Request) -> Response:
    text, show = request.args.get("q", "")[:100].strip(), request.args.get("show", "")
    rows, more = numbered(request, _asked_for(request, text, show), q=text, show=show)
    return request.render(
        "list.html",
        title=_("Bệnh nhân"),
        intro=_("Kết quả tìm «%(text)s»", text=text) if text else None,
        columns=[
            {"key": "name", "label": _("Họ và tên")},
            {"key": "number", "label": _("Số bệnh nhân")},
            {"key": "sex", "label": _("Giới tính")},
            {"key": "born", "label": _("Năm sinh")},
            {"key": "since", "label": _("Ngày mở hồ sơ")},
        ],
        rows=[_row(opened(request, patient, IN_A_LIST)) for patient in rows],
        chips=[
            {"label": _("Tất cả"), "href": "/patients", "on": show != "uncounselled" and not text},
            {"label": _("Chưa tư vấn trong quý"), "href": "/patients?show=uncounselled", "on": show == "uncounselled"},
        ],
        actions=_open_file(request),
        empty=_("Không tìm thấy bệnh nhân nào. Thử gõ ít chữ hơn, không cần dấu, hoặc đủ số định danh.")
        if text
        else _("Chưa có bệnh nhân nào trong danh sách này."),
        **more,
    )


@routes.page("/patients/<patient_id>", may="patient.read")
def patient(request: Request, patient_id: str) -> Response:
    uow = request.uow
    found = queries.patient(uow, patient_id)
    person = opened(request, found)
    treatments = treatment_queries.treatments_of(uow.session, patient_id)
    sessions = counselling_queries.counselling_of(uow.session, patient_id) if request.may("clinical_note.read") else []
    in_treatment = any(each.ended_on is None for each in treatments)
    managed = queries.is_under_management(uow.session, person.person_key, request.today)
    return request.render(
        "record.html",
        title=person.full_name,
        lead=in_a_line(person),
        state=_state(in_treatment=in_treatment, managed=managed),
        back={"label": _("Bệnh nhân"), "href": "/patients"},
        actions=_actions(request, patient_id, in_treatment=in_treatment),
        due=_due(request, patient_id, sessions) if in_treatment or managed else [],
        facts=[(_("Số bệnh nhân"), patient_number(person)), *facts(PatientForm, _answers(person))],
        sections=[_treatments(request, patient_id, treatments, in_treatment=in_treatment)],
        timeline=_timeline(request, person, treatments, sessions),
    )


def _asked_for(request: Request, text: str, show: str) -> Any:
    if show != "uncounselled":
        return queries.patients_named(request.uow.vault, text)
    window = quarter_window(request.today)
    missing = counselling_queries.coverage(request.uow.session, window, request.today).missing
    return queries.patients_with_keys(missing)


def _row(person: PatientFile) -> dict[str, Any]:
    return {
        "href": f"/patients/{person.patient_id}",
        "cells": [
            person.full_name,
            patient_number(person),
            label(SEXES, person.sex),
            person.birth_date[:4] if person.birth_date else None,
            person.registered_on,
        ],
    }


def _open_file(request: Request) -> list[dict[str, Any]]:
    if not request.may("patient.write"):
        return []
    return [{"label": _("Mở hồ sơ"), "href": "/patients/new", "primary": True, "icon": "plus"}]


def _answers(person: PatientFile) -> dict[str, Any]:
    return {
        "full_name": person.full_name,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "personal_number": person.personal_number,
        **person.details,
    }


def _state(*, in_treatment: bool, managed: bool) -> dict[str, str]:
    if in_treatment:
        return {"tone": "info", "word": _("Đang điều trị thay thế"), "icon": "heart"}
    if managed:
        return {"tone": "info", "word": _("Trong diện quản lý, cần tư vấn mỗi quý"), "icon": "clock"}
    return {"tone": "mute", "word": _("Không trong diện phải tư vấn định kỳ")}


def _actions(request: Request, patient_id: str, *, in_treatment: bool) -> list[dict[str, Any]]:
    here = f"/patients/{patient_id}"
    offered = [
        ("counselling.write", _("Ghi lượt tư vấn"), f"{here}/counselling/new", "plus"),
        ("ost.write", _("Nhận vào điều trị"), f"{here}/treatments/new", "heart"),
        ("determination.write", _("Xác định tình trạng nghiện"), f"{here}/determinations/new", "decision"),
        ("patient.write", _("Sửa thông tin"), f"{here}/edit", "person"),
    ]
    return [
        {"label": words, "href": href, "icon": icon, "primary": may == "counselling.write"}
        for may, words, href, icon in offered
        if request.may(may) and not (may == "ost.write" and in_treatment)
    ]


def _due(request: Request, patient_id: str, sessions: Any) -> list[dict[str, Any]]:
    window = quarter_window(request.today)
    held = [each for each in sessions if window.first <= each.held_on <= window.last]
    if any(each.kind in COUNTED_COUNSELLING for each in held):
        return []
    href = f"/patients/{patient_id}/counselling/new"
    return [
        {
            "who": _("Tư vấn y tế hoặc tâm lý trong quý"),
            "duty": _("Chưa có lượt nào từ %(day)s", day=f"{window.first:%d/%m/%Y}"),
            "due": window.last,
            "ground": COUNSELLING_GROUND,
            "action": {"label": _("Ghi lượt tư vấn"), "href": href} if request.may("counselling.write") else None,
        }
    ]


def _treatments(request: Request, patient_id: str, found: Any, *, in_treatment: bool) -> dict[str, Any]:
    may_admit = request.may("ost.write") and not in_treatment
    return {
        "heading": _("Điều trị thay thế"),
        "columns": [
            {"key": "facility", "label": _("Cơ sở điều trị")},
            {"key": "admitted", "label": _("Ngày nhận")},
            {"key": "listed", "label": _("Vào danh sách")},
            {"key": "ended", "label": _("Kết thúc")},
        ],
        "rows": [
            {
                "href": f"/treatments/{each.treatment_id}",
                "cells": [label(OST_FACILITIES, each.facility_code), each.admitted_on, each.listed_on, each.ended_on],
            }
            for each in found
        ],
        "nothing": _("Chưa có đợt điều trị nào."),
        "actions": [{"label": _("Nhận vào điều trị"), "href": f"/patients/{patient_id}/treatments/new"}]
        if may_admit
        else [],
    }


def _timeline(request: Request, person: PatientFile, treatments: Any, sessions: Any) -> list[dict[str, Any]]:
    """Everything that happened, the newest first. HIV counselling is left out on paper."""
    who = names_of_accounts(request)
    happened: list[dict[str, Any]] = [{"on": person.registered_on, "text": _("Mở hồ sơ tại Trạm")}]
    for each in treatments:
        happened += _treatment_days(each)
    happened += [
        {
            "on": each.held_on,
            "text": _("Tư vấn: %(kind)s", kind=label(COUNSELLING_KINDS, each.kind)),
            "by": who.get(each.counsellor_id),
            "href": f"/counselling/{each.counselling_id}",
            "tone": "no-print" if each.kind == "HIV" else "",
        }
        for each in sessions
    ]
    return sorted(happened, key=lambda line: line["on"], reverse=True)


def _treatment_days(treatment: Any) -> list[dict[str, Any]]:
    facility, reason = label(OST_FACILITIES, treatment.facility_code), label(OST_ENDINGS, treatment.end_reason)
    days = [
        (treatment.admitted_on, _("Nhận vào điều trị thay thế: %(facility)s", facility=facility)),
        (treatment.listed_on, _("Đưa vào danh sách quản lý tại phường, xã")),
        (treatment.ended_on, _("Kết thúc điều trị: %(reason)s", reason=reason)),
    ]
    return [{"on": on, "text": text, "href": f"/treatments/{treatment.treatment_id}"} for on, text in days if on]


# -- deeds ---------------------------------------------------------------------------------------------------------------------


def register(command: RegisterPatient, uow: UnitOfWork) -> PatientFile:
    """Open a file and return it as its author sees it."""
    return patient_file(handlers.register_patient(command, uow), uow.vault)


def correct(command: CorrectPatient, uow: UnitOfWork) -> PatientFile:
    """Correct a file and return it as its author sees it."""
    return patient_file(handlers.correct_patient(command, uow), uow.vault)


def _patient_now(request: Request, patient_id: str) -> Loaded:
    person = opened(request, queries.patient(request.uow, patient_id))
    born = person.birth_date
    answers = {
        "full_name": person.full_name,
        "sex": person.sex,
        "birth_date": date.fromisoformat(born) if born and len(born) > len("1990") else born,
        **person.details,
    }
    return Loaded(answers=answers, version=person.version)


routes.add(
    Operation(
        name="register_patient",
        form=PatientForm,
        handle=register,
        may="patient.write",
        page="/patients/new",
        api="/api/v1/patients",
        out=PatientOut,
        done=lambda saved: f"/patients/{saved.patient_id}",
        location=lambda saved: f"/api/v1/patients/{saved.patient_id}",
        said=lambda saved: flash(
            _("Đã mở hồ sơ %(number)s.", number=patient_number(saved)),
            _("Ghi lượt tư vấn"),
            f"/patients/{saved.patient_id}/counselling/new",
        ),
        summary=_("Mở hồ sơ bệnh nhân"),
    )
)
routes.add(
    Operation(
        name="correct_patient",
        method="PATCH",
        form=CorrectPatientForm,
        handle=correct,
        may="patient.write",
        page="/patients/<patient_id>/edit",
        api="/api/v1/patients/<patient_id>",
        out=PatientOut,
        load=_patient_now,
        done=lambda saved: f"/patients/{saved.patient_id}",
        said=lambda saved: flash(_("Đã lưu thay đổi của hồ sơ %(number)s.", number=patient_number(saved))),
        summary=_("Sửa thông tin bệnh nhân"),
    )
)
