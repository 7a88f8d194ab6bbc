"""What is done about a determination: every step as a form, and the question to the registry that reception begins with."""

from collections.abc import Mapping
from typing import Any

from chassis.errors import NotFound, ProgrammeError, RuleBroken
from chassis.forms import Form
from chassis.i18n import _
from chassis.web import Operation, Request, Routes, flash
from services.health import handlers
from services.health.domain.codes import CONCLUSIONS, REQUESTERS, label
from services.health.domain.determination import PERSON
from services.health.forms.determination import (
    ApprovalForm,
    CancelForm,
    CloseRequestForm,
    ConclusionForm,
    CorrectionForm,
    DeterminationOut,
    DossierForm,
    ExaminationForm,
    HandOverForm,
    ObservationEndForm,
    ObservationForm,
    PaperReceptionForm,
    ReceptionForm,
    RequestOut,
    SendBackForm,
    SignatureForm,
    VolunteerForm,
)
from services.health.law import law
from services.health.pages.counselling import for_patient
from services.health.pages.determination_record import file_facts
from services.health.queries import determination as queries
from services.health.queries import patients as patient_queries

routes = Routes()

# -- asking the registry --------------------------------------------------------------------------------------------------------


def registry_file(request: Request, request_id: str) -> dict[str, Any]:
    """Ask the registry for the file of a request, before anything is written here.

    Raises NotFound for a request that the station does not know, Unavailable and RuleBroken as the registry answers.
    """
    with request.runtime.unit_of_work(request.by, writes=False) as uow:
        row = queries.request(uow, request_id)
        day = row.requested_on or request.today
    try:
        file = request.runtime.ask(
            "registry",
            "determination_file",
            by=request.by,
            unit=request.by.unit,
            purpose="DETERMINATION",
            legal_basis=law().regime_on(day).determination.question_basis,
            correlation_id=request.correlation_id,
            request_id=request_id,
        )
    except NotFound as unknown:
        raise RuleBroken(unknown.message, code="not_in_the_registry") from unknown
    return {"file": file}


def about_request(request: Request, request_id: str) -> dict[str, Any]:
    """Say above the reception form who is to come, or that the registry does not say it now."""
    asked = request.asked
    if asked is None:
        asked = _asked_now(request, request_id)
    identity = asked.get("file", {}).get("identity")
    by_paper = f"/determinations/requests/{request_id}/receive-on-paper"
    if not identity:
        return {"who": "", "who_more": "", "by_paper": by_paper, "file": []}
    born = "/".join(reversed(str(identity.get("birth_date") or "").split("-")))
    more = (born, identity.get("personal_number"), identity.get("address"))
    return {
        "who": identity["full_name"],
        "who_more": " · ".join(part for part in more if part),
        "by_paper": "",
        "file": file_facts(asked["file"]),
    }


def _asked_now(request: Request, request_id: str) -> Mapping[str, Any]:
    try:
        return registry_file(request, request_id)
    except NotFound:
        raise
    except ProgrammeError:
        return {}


# -- deeds ----------------------------------------------------------------------------------------------------------------------


def _about(request: Request, determination_id: str) -> dict[str, Any]:
    """Say above the form whom it is about."""
    return for_patient(request, queries.determination(request.uow, determination_id).patient_id)


def _about_waiting(request: Request, request_id: str) -> dict[str, Any]:
    """Say above the form which request it is about; who it is, only if the station knows them."""
    row = queries.request(request.uow, request_id)
    known = patient_queries.patients_by_key(request.uow.session, [row.person_key or ""])
    if row.person_key in known:
        return for_patient(request, known[row.person_key].patient_id)
    asked_on = f"{row.requested_on:%d/%m/%Y}" if row.requested_on else ""
    who = _("Người được đề nghị xác định ngày %(day)s", day=asked_on)
    return {"who": who, "who_more": label(REQUESTERS, row.requester)}


def _before_signing(request: Request, determination_id: str) -> dict[str, Any]:
    """Say before a signature what is signed, on which ground, and who will be told."""
    found = queries.determination(request.uow, determination_id)
    draft = queries.draft_of(request.uow.session, determination_id)
    rules = law().regime_on(request.today).determination
    paper = rules.paper(found.requester)
    signing = [
        (_("Kết luận"), label(CONCLUSIONS, draft.conclusion) if draft else None),
        (_("Ngày kết luận"), draft.concluded_on if draft else None),
        (_("Mẫu"), paper.form_name),
        (_("Căn cứ"), paper.article),
        (_("Người duyệt"), _("Trưởng Trạm Y tế") if found.requester != PERSON else _("Không cần duyệt")),
        (_("Báo cho"), label(REQUESTERS, found.requester)),
    ]
    return {**for_patient(request, found.patient_id), "signing": signing}


def _today(request: Request, *names: str) -> dict[str, Any]:
    return dict.fromkeys(names, request.today)


def _proposed(request: Request, determination_id: str) -> dict[str, Any]:
    """Propose the conclusion to which the criteria lead."""
    found = queries.determination(request.uow, determination_id)
    return {"conclusion": found.outcome, "concluded_on": request.today}


def _last_marks(request: Request, determination_id: str) -> dict[str, Any]:
    """Propose the criteria as they were last judged."""
    found = queries.determination(request.uow, determination_id)
    request.uow.read("patient", found.patient_id, ["determination"])
    said = queries.findings_of(found, request.uow.vault)
    last = {**said.get("examination", {}), **said.get("observation", {})}
    return {**last.get("marks", {}), "simultaneous": last.get("simultaneous", False)}


def _kept(saved: Any) -> str:
    return f"/determinations/{saved.determination_id}"


def _kept_request(saved: Any) -> str:
    return f"/determinations/requests/{saved.request_id}"


def _of_request(name: str, form: type[Form], handle: Any, path: str, said: str, **more: Any) -> Operation:
    return Operation(
        name=name,
        form=form,
        handle=handle,
        may="determination.write",
        page=f"/determinations/requests/<request_id>/{path}",
        api=f"/api/v1/determination-requests/<request_id>/{path}",
        **{
            "out": RequestOut,
            "done": _kept_request,
            "location": lambda saved: f"/api/v1/determination-requests/{saved.request_id}",
            "said": lambda _saved: flash(said),
            "context": _about_waiting,
            "template": "about.html",
            "cancel": lambda _request, request_id: f"/determinations/requests/{request_id}",
            "summary": form.title,
            **more,
        },
    )


def _reception(name: str, form: type[Form], handle: Any, path: str, **more: Any) -> Operation:
    return _of_request(
        name,
        form,
        handle,
        path,
        _("Đã tiếp nhận; kết quả phải trả đúng hạn ghi ở hồ sơ."),
        out=DeterminationOut,
        done=_kept,
        location=lambda saved: f"/api/v1/determinations/{saved.determination_id}",
        prefill=lambda request, **_path: _today(request, "received_on"),
        **more,
    )


def _step(name: str, form: type[Form], handle: Any, path: str, said: str, **more: Any) -> Operation:
    return Operation(
        name=name,
        form=form,
        handle=handle,
        page=f"/determinations/<determination_id>/{path}",
        **{
            "api": f"/api/v1/determinations/<determination_id>/{path}",
            "may": "determination.write",
            "out": DeterminationOut,
            "done": _kept,
            "location": lambda saved: f"/api/v1/determinations/{saved.determination_id}",
            "said": lambda _saved: flash(said, _("Về việc hôm nay"), "/"),
            "context": _about,
            "cancel": lambda _request, determination_id: f"/determinations/{determination_id}",
            "template": "about.html",
            "summary": form.title,
            **more,
        },
    )


for _operation in (
    _of_request(
        "record_dossier", DossierForm, handlers.record_dossier, "dossier", _("Đã ghi hồ sơ giấy đến."),
        prefill=lambda request, **_path: _today(request, "dossier_on"),
    ),
    _of_request(
        "close_request", CloseRequestForm, handlers.close_request, "close", _("Đã đóng đề nghị và báo nơi đề nghị."),
        prefill=lambda request, **_path: _today(request, "closed_on"),
    ),
    _reception(
        "receive_requested_person", ReceptionForm, handlers.receive_requested_person, "receive",
        ask_first=registry_file, context=about_request, template="reception.html",
    ),
    _reception(
        "receive_person_on_paper", PaperReceptionForm, handlers.receive_person_on_paper, "receive-on-paper"
    ),
    Operation(
        name="receive_volunteer",
        form=VolunteerForm,
        handle=handlers.receive_volunteer,
        may="determination.write",
        page="/patients/<patient_id>/determinations/new",
        api="/api/v1/patients/<patient_id>/determinations",
        out=DeterminationOut,
        done=_kept,
        location=lambda saved: f"/api/v1/determinations/{saved.determination_id}",
        said=lambda _saved: flash(_("Đã tiếp nhận; kết quả phải trả đúng hạn ghi ở hồ sơ.")),
        prefill=lambda request, **_path: _today(request, "received_on"),
        context=for_patient,
        cancel=lambda _request, patient_id: f"/patients/{patient_id}",
        template="about.html",
        summary=_("Tiếp nhận người tự đề nghị xác định"),
    ),
    _step(
        "examine_person", ExaminationForm, handlers.examine_person, "examination", _("Đã ghi kết quả khám."),
        prefill=lambda request, **_path: _today(request, "examined_on"),
    ),
    _step(
        "start_observation", ObservationForm, handlers.start_observation, "observation", _("Đã bắt đầu theo dõi."),
        prefill=lambda request, **_path: _today(request, "observed_from"),
    ),
    _step(
        "end_observation", ObservationEndForm, handlers.end_observation, "observation-end", _("Đã ghi kết quả theo dõi."),
        prefill=lambda request, **path: {**_last_marks(request, **path), "observed_until": request.today},
    ),
    _step(
        "conclude_determination", ConclusionForm, handlers.conclude_determination, "conclusion", _("Đã ghi kết luận; chờ ký."),
        may="determination.sign", prefill=_proposed,
    ),
    _step(
        "sign_determination", SignatureForm, handlers.sign_determination, "signature", _("Đã ký."),
        may="determination.sign", context=_before_signing,
    ),
    _step(
        "approve_determination", ApprovalForm, handlers.approve_determination, "approval", _("Đã duyệt và cấp số kết quả."),
        may="determination.approve", context=_before_signing,
    ),
    _step(
        "send_back_determination", SendBackForm, handlers.send_back_determination, "sending-back",
        _("Đã trả lại để làm lại kết luận."), may="determination.send_back",
    ),
    _step(
        "correct_determination", CorrectionForm, handlers.correct_determination, "correction",
        _("Đã ghi bản mới; chờ ký."), may="determination.sign",
        prefill=lambda request, **path: {**_last_marks(request, **path), "concluded_on": request.today},
    ),
    _step(
        "hand_over_result", HandOverForm, handlers.hand_over_result, "copies/new", _("Đã ghi việc trả kết quả."),
        prefill=lambda request, **_path: _today(request, "handed_on"),
        api="/api/v1/determinations/<determination_id>/copies",
    ),
    _step(
        "cancel_determination", CancelForm, handlers.cancel_determination, "cancelling",
        _("Đã dừng và báo nơi đề nghị."), prefill=lambda request, **_path: _today(request, "cancelled_on"),
    ),
):  # fmt: skip
    routes.add(_operation)
