"""Determination of addiction: the queue of what is asked for and under way, and one request."""

from collections.abc import Mapping
from typing import Any

from chassis.i18n import _
from chassis.web import Menu, Request, Response, Routes
from services.health.domain.codes import NO_RESULT_REASONS, REQUESTERS, STAGES, label
from services.health.domain.determination import (
    CANCELLED,
    CONCLUDED,
    FOR_APPROVAL,
    FOR_SIGNATURE,
    IN_EXAMINATION,
    IN_OBSERVATION,
    RETURNED,
    TO_CONCLUDE,
    TO_OBSERVE,
    UNDER_WAY,
)
from services.health.law import law
from services.health.pages.reading import IN_A_LIST, in_a_line, numbered, opened, opened_by_id
from services.health.queries import determination as queries
from services.health.queries import patients as patient_queries

routes = Routes()

SHOWN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "examination": (_("Đang khám"), (IN_EXAMINATION, TO_CONCLUDE)),
    "observation": (_("Đang theo dõi"), (TO_OBSERVE, IN_OBSERVATION)),
    "signature": (_("Chờ ký"), (FOR_SIGNATURE,)),
    "approval": (_("Chờ duyệt"), (FOR_APPROVAL,)),
    "result": (_("Chờ trả kết quả"), (CONCLUDED,)),
    "returned": (_("Đã trả"), (RETURNED,)),
    "cancelled": (_("Đã dừng"), (CANCELLED,)),
}
TONES = {"CONCLUDED": "warn", "RETURNED": "good", "CANCELLED": "mute", "FOR_SIGNATURE": "warn", "FOR_APPROVAL": "warn"}


# -- the queue ------------------------------------------------------------------------------------------------------------------


@routes.page("/determinations", may="determination.read", menu=Menu(_("Xác định nghiện"), icon="decision", order=3))
def determinations(request: Request) -> Response:
    show = request.args.get("show", "")
    if show in SHOWN:
        rows, more = numbered(request, queries.at_stages(SHOWN[show][1]), show=show)
        lines = _rows(request, rows)
    else:
        waiting = queries.waiting_requests(request.uow.session)
        begun = [] if show == "waiting" else queries.unfinished(request.uow.session)
        lines = [*_waiting_rows(request, waiting), *_rows(request, begun)]
        more = {"count": len(lines)}
    return request.render(
        "list.html",
        title=_("Xác định tình trạng nghiện"),
        intro=_("Người tự đến: mở hồ sơ bệnh nhân rồi chọn «Xác định tình trạng nghiện»."),
        columns=[
            {"key": "who", "label": _("Người được xác định")},
            {"key": "requester", "label": _("Đề nghị")},
            {"key": "since", "label": _("Ngày đề nghị, tiếp nhận")},
            {"key": "due", "label": _("Hạn trả kết quả")},
            {"key": "state", "label": _("Tình trạng")},
        ],
        rows=lines,
        chips=_chips(show),
        empty=_("Không có hồ sơ nào ở đây."),
        **more,
    )


def _chips(show: str) -> list[dict[str, Any]]:
    first = [
        {"label": _("Chưa xong"), "href": "/determinations", "on": show not in SHOWN and show != "waiting"},
        {"label": _("Chờ tiếp nhận"), "href": "/determinations?show=waiting", "on": show == "waiting"},
    ]
    return first + [
        {"label": words, "href": f"/determinations?show={code}", "on": show == code}
        for code, (words, _stages) in SHOWN.items()
    ]


def _waiting_rows(request: Request, waiting: list[queries.WaitingRequest]) -> list[dict[str, Any]]:
    names = opened_by_id(request, [each.patient_id for each in waiting if each.patient_id])
    return [
        {
            "href": f"/determinations/requests/{each.row.request_id}",
            "cells": [
                names[each.patient_id].full_name if each.patient_id else _("Chưa đến Trạm"),
                label(REQUESTERS, each.row.requester),
                each.row.requested_on,
                None,
                {"tone": "info", "word": _("Chờ tiếp nhận"), "icon": "hourglass"},
            ],
        }
        for each in waiting
    ]


def _rows(request: Request, rows: Any) -> list[dict[str, Any]]:
    names = opened_by_id(request, [each.patient_id for each in rows])
    return [
        {
            "href": f"/determinations/{each.determination_id}",
            "cells": [
                {"text": names[each.patient_id].full_name, "sub": in_a_line(names[each.patient_id])},
                label(REQUESTERS, each.requester),
                each.received_on,
                queries.result_due_on(each) if each.result_version == 0 and each.stage in UNDER_WAY else None,
                state_of(each),
            ],
        }
        for each in rows
    ]


def state_of(found: Any) -> dict[str, str]:
    """Return how far a determination is, as a cell."""
    return {"tone": TONES.get(found.stage, "info"), "word": label(STAGES, found.stage)}


# -- one request ----------------------------------------------------------------------------------------------------------------


@routes.page("/determinations/requests/<request_id>", may="determination.read")
def determination_request(request: Request, request_id: str) -> Response:
    row = queries.request(request.uow, request_id)
    received = queries.determination_for(request.uow.session, request_id)
    person = _known_person(request, row)
    return request.render(
        "record.html",
        title=_("Đề nghị xác định tình trạng nghiện"),
        lead=f"{person.full_name} · {in_a_line(person)}" if person else _("Chưa đến Trạm"),
        state=_request_state(row, received),
        back={"label": _("Xác định nghiện"), "href": "/determinations"},
        actions=_request_actions(request, row, received),
        facts=_request_facts(row),
        timeline=_request_timeline(row, received),
    )


def _known_person(request: Request, row: Any) -> Any:
    known = patient_queries.patients_by_key(request.uow.session, [row.person_key or ""])
    return opened(request, known[row.person_key], IN_A_LIST) if row.person_key in known else None


def _request_state(row: Any, received: Any) -> dict[str, str]:
    if row.withdrawn_on:
        return {"tone": "mute", "word": _("Đã rút ngày %(day)s", day=f"{row.withdrawn_on:%d/%m/%Y}")}
    if row.closed_on:
        return {"tone": "mute", "word": label(NO_RESULT_REASONS, row.closing_reason)}
    if received is not None:
        return state_of(received)
    return {"tone": "info", "word": _("Chờ tiếp nhận"), "icon": "hourglass"}


def _request_actions(request: Request, row: Any, received: Any) -> list[dict[str, Any]]:
    if received is not None:
        return [
            {"label": _("Mở hồ sơ xác định"), "href": f"/determinations/{received.determination_id}", "primary": True}
        ]
    if not request.may("determination.write") or row.withdrawn_on or row.closed_on or row.requested_on is None:
        return []
    here = f"/determinations/requests/{row.request_id}"
    return [
        {"label": _("Tiếp nhận người"), "href": f"{here}/receive", "primary": True, "icon": "plus"},
        {"label": _("Hồ sơ giấy đã đến"), "href": f"{here}/dossier", "icon": "document"},
        {"label": _("Đóng đề nghị"), "href": f"{here}/close"},
    ]


def _request_facts(row: Any) -> list[tuple[str, Any]]:
    ground = law().regime_on(row.requested_on).determination.ground(row.ground) if row.requested_on else None
    return [
        (_("Nơi đề nghị"), label(REQUESTERS, row.requester)),
        (_("Trường hợp"), ground.name if ground else row.ground),
        (_("Căn cứ"), ground.article if ground else None),
        (_("Ngày đề nghị"), row.requested_on),
        (_("Hồ sơ giấy đến lúc"), row.dossier_at),
        (_("Xác định tại chỗ"), _("Có") if row.on_site else None),
    ]


def _request_timeline(row: Any, received: Any) -> list[dict[str, Any]]:
    happened: list[tuple[Any, object, str | None]] = [
        (row.requested_on, _("%(agency)s đề nghị", agency=label(REQUESTERS, row.requester)), None),
        (row.withdrawn_on, _("Đề nghị được rút"), None),
        (row.closed_on, _("Đóng đề nghị: %(reason)s", reason=label(NO_RESULT_REASONS, row.closing_reason)), None),
        (row.notified_on, _("Công an đã thông báo kết quả cho người được xác định"), None),
    ]
    if received is not None:
        here = f"/determinations/{received.determination_id}"
        happened.append((received.received_on, _("Tiếp nhận người"), here))
    lines = [{"on": on, "text": text, "href": href} for on, text, href in happened if on]
    return sorted(lines, key=lambda line: line["on"], reverse=True)
