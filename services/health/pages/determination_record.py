"""One determination: what was found, its results, who got them, its timeline, and the printed result."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chassis.clock import LOCAL_ZONE
from chassis.forms import facts
from chassis.i18n import _
from chassis.web import Request, Response, Routes
from services.health.domain.codes import (
    CONCLUSIONS,
    NO_RESULT_REASONS,
    OBSERVATION_SHEETS,
    OUTCOMES,
    QUALIFICATIONS,
    RECIPIENTS,
    REQUESTERS,
    STAGES,
    SUBSTANCES,
    label,
)
from services.health.domain.determination import UNDER_WAY
from services.health.forms.determination import ExaminationForm, ObservationEndForm, ObservationForm, Reception
from services.health.law import law
from services.health.pages.determination import state_of
from services.health.pages.reading import IN_A_LIST, in_a_line, names_of_accounts, opened
from services.health.queries import determination as queries
from services.health.queries import patients as patient_queries

routes = Routes()

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@routes.page("/determinations/<determination_id>", may="determination.read")
def determination(request: Request, determination_id: str) -> Response:
    found = queries.determination(request.uow, determination_id)
    patient = patient_queries.patient(request.uow, found.patient_id)
    person = opened(request, patient, (*IN_A_LIST, "determination"))
    results = queries.results_of(request.uow.session, determination_id)
    copies = queries.copies_of(request.uow.session, [each.result_id for each in results])
    asked = queries.request(request.uow, found.request_id) if found.request_id else None
    return request.render(
        "record.html",
        title=_("Xác định tình trạng nghiện"),
        lead=f"{person.full_name} · {in_a_line(person)}",
        state=state_of(found),
        back={"label": _("Xác định nghiện"), "href": "/determinations"},
        actions=_actions(request, found),
        due=_due(found),
        facts=_facts(found, asked),
        sections=_sections(request, found, results, copies),
        timeline=_timeline(request, found, asked, results, copies),
    )


_STEPS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "IN_EXAMINATION": (("determination.write", _("Ghi kết quả khám"), "examination"),),
    "TO_OBSERVE": (
        ("determination.write", _("Bắt đầu theo dõi"), "observation"),
        ("determination.write", _("Ghi lại lần khám"), "examination"),
    ),
    "IN_OBSERVATION": (("determination.write", _("Kết thúc theo dõi"), "observation-end"),),
    "TO_CONCLUDE": (("determination.sign", _("Kết luận"), "conclusion"),),
    "FOR_SIGNATURE": (
        ("determination.sign", _("Ký"), "signature"),
        ("determination.send_back", _("Làm lại kết luận"), "sending-back"),
    ),
    "FOR_APPROVAL": (
        ("determination.approve", _("Duyệt"), "approval"),
        ("determination.send_back", _("Trả lại bác sĩ"), "sending-back"),
    ),
    "CONCLUDED": (
        ("determination.write", _("Ghi đã trả kết quả"), "copies/new"),
        ("determination.sign", _("Sửa kết quả"), "correction"),
    ),
    "RETURNED": (("determination.sign", _("Sửa kết quả"), "correction"),),
    "CANCELLED": (),
}


def _actions(request: Request, found: Any) -> list[dict[str, Any]]:
    here = f"/determinations/{found.determination_id}"
    steps = [*_STEPS[found.stage]]
    if found.stage in UNDER_WAY and found.result_version == 0:
        steps.append(("determination.write", _("Dừng, không có kết quả"), "cancelling"))
    allowed = [step for step in steps if request.may(step[0])]
    return [
        {"label": words, "href": f"{here}/{path}", "primary": place == 0}
        for place, (_may, words, path) in enumerate(allowed)
    ]


def _due(found: Any) -> list[dict[str, Any]]:
    if found.stage not in UNDER_WAY or found.result_version > 0:
        return []
    rules = law().regime_on(found.received_on).determination
    return [
        {
            "who": _("Trả kết quả xác định"),
            "duty": label(STAGES, found.stage),
            "due": queries.result_due_on(found),
            "ground": rules.result.article,
        }
    ]


def _facts(found: Any, asked: Any) -> list[tuple[str, Any]]:
    day = asked.requested_on if asked and asked.requested_on else found.received_on
    ground = law().regime_on(day).determination.ground(found.ground)
    return [
        (_("Nơi đề nghị"), label(REQUESTERS, found.requester)),
        (_("Trường hợp"), ground.name if ground else found.ground),
        (_("Tiếp nhận người lúc"), found.received_at),
        (_("Phiếu theo dõi"), label(OBSERVATION_SHEETS, found.sheet) or None),
        (_("Theo tiêu chí"), label(OUTCOMES, found.outcome) or None),
        (_("Kết quả đã cấp"), _("bản thứ %(number)s", number=found.result_version) if found.result_version else None),
    ]


def _sections(request: Request, found: Any, results: Any, copies: Any) -> list[dict[str, Any]]:
    findings = queries.findings_of(found, request.uow.vault)
    examination, observation = findings.get("examination", {}), findings.get("observation", {})
    answers = {**examination.get("marks", {}), **examination, **examination.get("notes", {})}
    observed = {**observation.get("marks", {}), **observation, **observation.get("notes", {})}
    seen = {"examined_on": found.examined_on, **answers}
    began = {"sheet": found.sheet, "observed_from": found.observed_from, **observed}
    ended = {"observed_until": found.observed_until, **observed}
    return [
        {
            "heading": _("Kết quả"),
            "columns": [
                {"key": "number", "label": _("Số")},
                {"key": "conclusion", "label": _("Kết luận")},
                {"key": "on", "label": _("Ngày kết luận")},
                {"key": "issued", "label": _("Ngày cấp")},
                {"key": "doctor", "label": _("Chuyên môn")},
            ],
            "rows": [_result_row(each) for each in results],
            "nothing": _("Chưa có kết luận."),
        },
        {
            "heading": _("Đã trả kết quả cho"),
            "columns": [{"key": "to", "label": _("Nơi nhận")}, {"key": "on", "label": _("Lúc")}],
            "rows": [{"cells": [label(RECIPIENTS, each.recipient), each.handed_at]} for each in copies],
            "nothing": _("Chưa trả cho ai."),
        },
        {"heading": _("Khám"), "facts": facts(ExaminationForm, seen) if examination else []},
        {
            "heading": _("Theo dõi"),
            "facts": [*facts(ObservationForm, began), *facts(ObservationEndForm, ended)] if observation else [],
        },
        {"heading": _("Tiếp nhận"), "facts": facts(Reception, _reception(found, findings))},
        {"heading": _("Hồ sơ của Công an"), "facts": file_facts(findings.get("file", {}))},
    ]


def _reception(found: Any, findings: Mapping[str, Any]) -> dict[str, Any]:
    at = f"{found.received_at.astimezone(LOCAL_ZONE):%H:%M}"
    return {"received_on": found.received_on, "received_time": at, **findings.get("reception", {})}


def _result_row(result: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "cells": [
            f"{result.number:02}/{result.symbol}" if result.number else _("bản thảo"),
            label(CONCLUSIONS, result.conclusion),
            result.concluded_on,
            result.issued_on,
            label(QUALIFICATIONS, result.qualification),
        ]
    }
    if result.number:
        row["href"] = f"/determinations/results/{result.result_id}/paper"
    return row


def file_facts(file: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return what the registry gave for a request, as a record shows it."""
    test, summary = file.get("test") or {}, file.get("summary") or {}
    said = [
        (_("Ngày xét nghiệm"), _day(test.get("taken_on"))),
        (_("Chất phát hiện"), ", ".join(label(SUBSTANCES, code) for code in test.get("substances") or ())),
        (_("Chất ma túy đã sử dụng"), summary.get("substance_used")),
        (_("Quá trình sử dụng, cai nghiện"), summary.get("use_history")),
    ]
    return [(words, value) for words, value in said if value]


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _timeline(request: Request, found: Any, asked: Any, results: Any, copies: Any) -> list[dict[str, Any]]:
    """Return what happened on which day, the newest first; of one day, the steps in their order backwards."""
    who = names_of_accounts(request)
    happened: list[tuple[Any, object, str | None]] = [
        (found.received_on, _("Tiếp nhận người"), found.received_by),
        (found.examined_on, _("Khám, đánh giá sáu tiêu chí"), found.examined_by),
        (found.observed_from, _("Bắt đầu theo dõi"), None),
        (found.observed_until, _("Kết thúc theo dõi"), None),
        (found.cancelled_on, _("Dừng: %(reason)s", reason=label(NO_RESULT_REASONS, found.cancel_reason)), None),
    ]
    for each in results:
        happened += _result_days(each)
    happened += [
        (each.handed_on, _("Trả kết quả: %(to)s", to=label(RECIPIENTS, each.recipient)), each.handed_by)
        for each in copies
    ]
    if asked is not None:
        requested = (asked.requested_on, _("%(agency)s đề nghị", agency=label(REQUESTERS, asked.requester)), None)
        happened = [
            requested,
            *happened,
            (asked.withdrawn_on, _("Đề nghị được rút"), None),
            (asked.notified_on, _("Công an đã thông báo kết quả cho người được xác định"), None),
        ]
    lines = [{"on": on, "text": text, "by": who.get(by or "")} for on, text, by in happened if on]
    return sorted(lines, key=lambda line: line["on"])[::-1]


def _result_days(result: Any) -> list[tuple[Any, object, str | None]]:
    conclusion = label(CONCLUSIONS, result.conclusion)
    days: list[tuple[Any, object, str | None]] = [
        (result.concluded_on, _("Kết luận: %(conclusion)s", conclusion=conclusion), result.concluded_by)
    ]
    if result.issued_on:
        number = f"{result.number:02}/{result.symbol}"
        days.append(
            (result.issued_on, _("Cấp kết quả số %(number)s", number=number), result.approved_by or result.signed_by)
        )
    return days


# -- on paper -------------------------------------------------------------------------------------------------------------------


@routes.page("/determinations/results/<result_id>/paper", may="determination.read")
def determination_paper(request: Request, result_id: str) -> Response:
    paper, patient_id = queries.paper(request.uow, result_id)
    request.uow.read("patient", patient_id, ["determination_result"])
    return Response(
        queries.file_of(paper, request.uow.vault),
        mimetype=DOCX,
        headers={
            "Content-Disposition": 'attachment; filename="phieu-ket-qua.docx"',
            "ETag": f'"{paper.sha256}"',
            "Cache-Control": "no-store",
        },
    )
