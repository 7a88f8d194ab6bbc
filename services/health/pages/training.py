"""Training: the staff, the courses they are sent to, and whether they were there."""

from typing import Any

from chassis.forms import facts
from chassis.i18n import _
from chassis.web import Menu, Operation, Request, Response, Routes, flash
from services.health import handlers
from services.health.domain.codes import POSITIONS, label
from services.health.domain.training import fully_trained
from services.health.forms.training import AttendanceForm, CourseForm, CourseOut, PlaceOut, StaffForm, StaffOut
from services.health.pages.reading import numbered
from services.health.queries import training as queries

routes = Routes()


@routes.page("/training", may="training.read", menu=Menu(_("Tập huấn"), icon="school", order=6))
def courses(request: Request) -> Response:
    rows, more = numbered(request, queries.courses())
    counts = queries.attendance_counts(request.uow.session)
    return request.render(
        "list.html",
        title=_("Tập huấn"),
        columns=[
            {"key": "name", "label": _("Lớp tập huấn")},
            {"key": "held", "label": _("Khai giảng")},
            {"key": "ends", "label": _("Kết thúc")},
            {"key": "full", "label": _("Dự đầy đủ"), "numeric": True},
        ],
        rows=[_course_row(each, *counts.get(each.course_id, (0, 0))) for each in rows],
        chips=_chips("courses"),
        actions=_actions(request),
        empty=_("Chưa có lớp tập huấn nào."),
        **more,
    )


@routes.page("/training/staff", may="training.read")
def staff(request: Request) -> Response:
    attendance = queries.attendance_of_staff(request.uow.session)
    found = queries.staff(request.uow.session)
    names = queries.staff_names(request.uow.session, request.uow.vault)
    return request.render(
        "list.html",
        title=_("Cán bộ y tế"),
        columns=[
            {"key": "name", "label": _("Họ và tên")},
            {"key": "position", "label": _("Chức danh")},
            {"key": "courses", "label": _("Lớp phải dự"), "numeric": True},
            {"key": "state", "label": _("Tham dự")},
        ],
        rows=[
            {
                "href": f"/training/staff/{each.staff_id}",
                "cells": [
                    names[each.staff_id],
                    label(POSITIONS, each.position),
                    len(attendance.get(each.staff_id, {})),
                    _staff_state(attendance.get(each.staff_id, {})),
                ],
            }
            for each in found
        ],
        count=len(found),
        chips=_chips("staff"),
        actions=_actions(request),
        empty=_("Chưa có cán bộ nào."),
    )


@routes.page("/training/courses/<course_id>", may="training.read")
def course(request: Request, course_id: str) -> Response:
    found = queries.course(request.uow, course_id)
    names = queries.staff_names(request.uow.session, request.uow.vault)
    places = queries.places_of(request.uow.session, course_id)
    return request.render(
        "record.html",
        title=found.name,
        lead=found.organiser,
        back={"label": _("Tập huấn"), "href": "/training"},
        facts=facts(CourseForm, _answers(found, places), request=request),
        sections=[
            {
                "heading": _("Cán bộ phải tham dự"),
                "columns": [
                    {"key": "name", "label": _("Họ và tên")},
                    {"key": "on", "label": _("Ngày tham dự")},
                    {"key": "state", "label": _("Kết quả")},
                ],
                "rows": [_place_row(request, each, names[each.staff_id]) for each in places],
                "text": _("Bấm vào một người để ghi kết quả.") if request.may("training.write") else None,
            }
        ],
    )


@routes.page("/training/staff/<staff_id>", may="training.read")
def member(request: Request, staff_id: str) -> Response:
    found = queries.member(request.uow, staff_id)
    answers = {"position": found.position, **queries.staff_answers(found, request.uow.vault)}
    return request.render(
        "record.html",
        title=answers["full_name"],
        lead=label(POSITIONS, found.position),
        state=_staff_state(queries.attendance_of_staff(request.uow.session).get(staff_id, {})),
        back={"label": _("Cán bộ y tế"), "href": "/training/staff"},
        facts=facts(StaffForm, answers),
        sections=[
            {
                "heading": _("Lớp phải dự"),
                "columns": [
                    {"key": "name", "label": _("Lớp tập huấn")},
                    {"key": "held", "label": _("Khai giảng")},
                    {"key": "state", "label": _("Kết quả")},
                ],
                "rows": [
                    {
                        "href": f"/training/courses/{held.course_id}",
                        "cells": [held.name, held.held_on, _place_state(place)],
                    }
                    for place, held in queries.courses_of(request.uow.session, staff_id)
                ],
                "nothing": _("chưa được cử đi lớp nào"),
            }
        ],
    )


def _answers(found: Any, places: Any) -> dict[str, Any]:
    return {
        "name": found.name,
        "organiser": found.organiser,
        "held_on": found.held_on,
        "ends_on": found.ends_on,
        "staff": [each.staff_id for each in places],
        **found.details,
    }


def _course_row(found: Any, full: int, sent: int) -> dict[str, Any]:
    return {
        "href": f"/training/courses/{found.course_id}",
        "cells": [{"text": found.name, "sub": found.organiser}, found.held_on, found.ends_on, f"{full}/{sent}"],
    }


def _staff_state(attendance: dict[str, bool]) -> dict[str, str]:
    if not attendance:
        return {"tone": "mute", "word": _("chưa được cử đi lớp nào")}
    if fully_trained(attendance):
        return {"tone": "good", "word": _("đầy đủ các lớp")}
    missed = sum(not fully for fully in attendance.values())
    return {"tone": "warn", "word": _("còn %(count)s lớp chưa đầy đủ", count=missed)}


def _place_row(request: Request, place: Any, name: str) -> dict[str, Any]:
    href = f"/training/courses/{place.course_id}/attendance/{place.staff_id}"
    return {
        "href": href if request.may("training.write") else None,
        "cells": [name, place.attended_on, _place_state(place)],
    }


def _place_state(place: Any) -> dict[str, str]:
    if place.fully is None:
        return {"tone": "info", "word": _("chưa ghi kết quả"), "icon": "hourglass"}
    if place.attended_on is None:
        return {"tone": "bad", "word": _("vắng mặt")}
    if place.fully:
        return {"tone": "good", "word": _("dự đầy đủ")}
    return {"tone": "warn", "word": _("dự không đầy đủ")}


def _chips(current: str) -> list[dict[str, Any]]:
    return [
        {"label": _("Lớp tập huấn"), "href": "/training", "on": current == "courses"},
        {"label": _("Cán bộ y tế"), "href": "/training/staff", "on": current == "staff"},
    ]


def _actions(request: Request) -> list[dict[str, Any]]:
    if not request.may("training.write"):
        return []
    return [
        {"label": _("Thêm lớp tập huấn"), "href": "/training/courses/new", "primary": True, "icon": "plus"},
        {"label": _("Thêm cán bộ"), "href": "/training/staff/new"},
    ]


# -- deeds ---------------------------------------------------------------------------------------------------------------------


def _place_now(request: Request, course_id: str, staff_id: str) -> dict[str, Any]:
    """Propose what is known, or that the person was there from first to last."""
    held = queries.course(request.uow, course_id)
    place = queries.place(request.uow, course_id, staff_id)
    if place.fully is None:
        return {"attended_on": min(held.held_on, request.today), "fully": True}
    return {"attended_on": place.attended_on, "fully": place.fully}


def _for_place(request: Request, course_id: str, staff_id: str) -> dict[str, Any]:
    held = queries.course(request.uow, course_id)
    queries.place(request.uow, course_id, staff_id)
    first, last = f"{held.held_on:%d/%m/%Y}", f"{held.ends_on:%d/%m/%Y}"
    days = first if first == last else _("%(first)s đến %(last)s", first=first, last=last)
    return {
        "who": queries.staff_names(request.uow.session, request.uow.vault)[staff_id],
        "who_more": f"{held.name} · {days}",
    }


routes.add(
    Operation(
        name="register_staff",
        form=StaffForm,
        handle=handlers.register_staff,
        may="training.write",
        page="/training/staff/new",
        api="/api/v1/staff",
        out=StaffOut,
        done=lambda saved: "/training/staff",
        location=lambda saved: "/api/v1/staff",
        said=lambda saved: flash(_("Đã thêm một cán bộ."), _("Thêm người nữa"), "/training/staff/new"),
        summary=_("Thêm cán bộ y tế"),
    )
)
routes.add(
    Operation(
        name="open_course",
        form=CourseForm,
        handle=handlers.open_course,
        may="training.write",
        page="/training/courses/new",
        api="/api/v1/courses",
        out=CourseOut,
        done=lambda saved: f"/training/courses/{saved.course_id}",
        location=lambda saved: f"/api/v1/courses/{saved.course_id}",
        said=lambda saved: flash(_("Đã thêm lớp tập huấn ngày %(day)s.", day=f"{saved.held_on:%d/%m/%Y}")),
        cancel="/training",
        summary=_("Thêm lớp tập huấn"),
    )
)
routes.add(
    Operation(
        name="record_attendance",
        form=AttendanceForm,
        handle=handlers.record_attendance,
        may="training.write",
        page="/training/courses/<course_id>/attendance/<staff_id>",
        api="/api/v1/courses/<course_id>/attendance/<staff_id>",
        out=PlaceOut,
        done=lambda saved: f"/training/courses/{saved.course_id}",
        location=lambda saved: f"/api/v1/courses/{saved.course_id}",
        said=lambda saved: flash(_("Đã ghi kết quả tham dự.")),
        prefill=_place_now,
        context=_for_place,
        cancel=lambda _request, course_id, staff_id: f"/training/courses/{course_id}",
        template="about.html",
        summary=_("Ghi kết quả tham dự"),
    )
)
