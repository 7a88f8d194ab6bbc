"""Pages beside the acts: one act with what it says, annulling it, drafts for signature, circumstances of a person's life."""

from collections.abc import Mapping
from typing import Any

from chassis.i18n import _
from chassis.web import SIGNED_IN, Operation, Request, Response, Routes, flash
from services.registry import handlers, queries
from services.registry.documents import draft_document
from services.registry.domain.choices import CHOICES, WHY_CHOSEN
from services.registry.domain.codes import CIRCUMSTANCES, DECIDERS
from services.registry.domain.use import TOLD
from services.registry.forms import (
    ActOut,
    AnnulForm,
    CircumstanceForm,
    CircumstanceOut,
    EndCircumstanceForm,
    ProposalOut,
    ReturnForm,
    SignForm,
)
from services.registry.law import law
from services.registry.pages.acts import form_name
from services.registry.pages.documents import docx_answer
from services.registry.queries import ActRecord, PersonRecord, ProposalRecord

routes = Routes()


@routes.page("/acts/<act_id>", may="person.read")
def act(request: Request, act_id: str) -> Response:
    """Show one act: what happened, under which law, by which document, signed by whom."""
    record, person = queries.act_read(request.uow, act_id)
    actions = _taking_back(request, record)
    if record.row.document_id:
        issued = f"/documents/{record.row.document_id}"
        actions.insert(0, {"label": _("In văn bản"), "href": issued, "primary": True})
        actions.insert(1, {"label": _("Văn bản"), "href": f"{issued}/about"})
    return request.render(
        "record.html",
        title=record.name,
        lead=person.title,
        back={"label": person.title, "href": f"/people/{person.person_id}"},
        actions=actions,
        facts=_facts(record),
    )


def _taking_back(request: Request, record: ActRecord) -> list[dict[str, Any]]:
    """Return the way to undo an act: what a test entered goes with the test, what came with another act goes with that."""
    row = record.row
    test_id = row.facts.get(TOLD.get(row.event, ""))
    if row.annulled_at is not None:
        return []
    if test_id is not None and request.may("test_result.write"):
        return [{"label": _("Rút kết quả xét nghiệm ghi nhầm"), "href": f"/books/tests/{test_id}/withdrawal"}]
    if (
        row.caused_by is None
        and not law().tracks[row.track].transition(row.event).by_system
        and request.may("act.annul")
    ):
        return [{"label": _("Hủy việc này"), "href": f"/acts/{row.act_id}/annul"}]
    return []


def _facts(record: ActRecord) -> list[tuple[str, Any]]:
    row = record.row
    shown: list[tuple[str, Any]] = [
        (_("Ngày thực hiện"), row.happened_on),
        (_("Thời điểm ghi"), row.recorded_at),
        (_("Căn cứ"), row.article),
        (_("Chế độ pháp luật"), law().regime(row.regime).law),
    ]
    if row.form_code:
        shown.append((_("Mẫu"), form_name(row.form_code)))
    if row.document_number:
        shown.append((_("Số văn bản"), row.document_number))
    if row.signer_role:
        shown.append(
            (_("Người ký"), f"{DECIDERS.get(row.signer_role, row.signer_role)} {record.signer_name or ''}".strip())
        )
    shown += _said_facts(row.track, row.event, row.facts)
    if record.details.get(WHY_CHOSEN):
        shown.append((_("Vì sao chọn như vậy"), record.details[WHY_CHOSEN]))
    if record.details.get("note"):
        shown.append((_("Ghi chú"), record.details["note"]))
    return shown


def _said_facts(track: str, event: str, facts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    transition, kinds = law().tracks[track].transition(event), law().facts
    shown: list[tuple[str, Any]] = []
    for name in (*transition.asks, *(CHOICES[code].fact for code in transition.choices)):
        if name not in facts or name not in kinds:
            continue
        value, kind = facts[name], kinds[name]
        words: Any = queries.restored({name: value})[name]
        if name == "reason":
            words = next((each.name.spoken for each in transition.reasons if each.code == value), value)
        elif kind.kind == "CODE" and value in kind.choices:
            words = kind.choices[value].spoken
        elif kind.kind == "FLAG":
            words = _("Có") if value else _("Không")
        shown.append((kind.name.spoken, words))
    return shown


@routes.page("/proposals/<proposal_id>", may=SIGNED_IN)
def proposal(request: Request, proposal_id: str) -> Response:
    """Show a draft to whoever drafted it and to its decider, with the buttons of the decider."""
    record, person = queries.proposal_read(request.uow, proposal_id)
    track = law().tracks[record.row.track]
    transition = track.transition(record.row.event)
    under = transition.under_regime(law().regime_on(request.today).code) or transition.under[0]
    signs = (
        record.row.state == "WAITING"
        and request.may(track.right.removesuffix(".write") + ".sign")
        and bool(set(record.row.decider_roles) & set(request.by.roles))
    )
    return request.render(
        "record.html",
        title=_("Dự thảo: %(what)s", what=record.name),
        lead=person.title,
        back={"label": _("Việc hôm nay"), "href": "/"},
        actions=_to_settle(proposal_id) if signs else [],
        facts=[
            (_("Về người"), person.title),
            (_("Căn cứ"), under.article),
            (_("Người có thẩm quyền ký"), ", ".join(str(DECIDERS[role]) for role in record.row.decider_roles)),
            (_("Mẫu"), form_name(under.form) if under.form else "—"),
            (_("Trình lúc"), record.row.drafted_at),
            *_said_facts(record.row.track, record.row.event, record.answers),
            *([(_("Trả lại vì"), record.returned_because)] if record.returned_because else []),
        ],
    )


@routes.page("/proposals/<proposal_id>/preview", may=SIGNED_IN)
def preview(request: Request, proposal_id: str) -> Response:
    """Send the document of a draft as it would be printed today, marked as a draft."""
    return docx_answer(draft_document(request.uow, proposal_id), f"du-thao-{proposal_id[-8:]}.docx")


def _to_settle(proposal_id: str) -> list[dict[str, Any]]:
    return [
        {"label": _("Ký ban hành"), "href": f"/proposals/{proposal_id}/sign", "primary": True, "icon": "check"},
        {"label": _("Xem bản in dự thảo"), "href": f"/proposals/{proposal_id}/preview"},
        {"label": _("Trả lại"), "href": f"/proposals/{proposal_id}/return"},
    ]


@routes.api("GET", "/api/v1/proposals/<proposal_id>", may=SIGNED_IN, out=ProposalOut, summary=_("Một dự thảo chờ ký"))
def get_proposal(request: Request, proposal_id: str) -> ProposalRecord:
    """Return one draft."""
    return queries.proposal_read(request.uow, proposal_id)[0]


def _about_act(request: Request, act_id: str) -> Mapping[str, Any]:
    record, person = queries.act_read(request.uow, act_id)
    return {"back": {"label": record.name, "href": f"/acts/{act_id}"}, "signing": [(_("Về người"), person.title)]}


def _about_proposal(request: Request, proposal_id: str) -> Mapping[str, Any]:
    record, person = queries.proposal_read(request.uow, proposal_id)
    return {
        "back": {"label": record.name, "href": f"/proposals/{proposal_id}"},
        "signing": [(_("Về người"), person.title), (_("Việc"), record.name)],
    }


def _about_person(request: Request, person_id: str) -> Mapping[str, Any]:
    record: PersonRecord = queries.person_record(request.uow, person_id)
    return {"back": {"label": record.title, "href": f"/people/{person_id}"}}


def _about_circumstance(request: Request, circumstance_id: str) -> Mapping[str, Any]:
    row, person = queries.circumstance_read(request.uow, circumstance_id)
    return {
        "back": {"label": person.title, "href": f"/people/{person.person_id}"},
        "signing": [(_("Về người"), person.title), (_("Tình tiết"), CIRCUMSTANCES[row.kind])],
    }


def _signer(request: Request, proposal_id: str) -> Mapping[str, Any]:
    return {"signer_name": request.by.display_name}


routes.add(Operation(
    name="annul_act", title=_("Hủy một việc đã ghi"), may="act.annul", form=AnnulForm, handle=handlers.annul_act,
    page="/acts/<act_id>/annul", api="/api/v1/acts/<act_id>/annulment", out=ActOut, context=_about_act,
    cancel=lambda _request, act_id: f"/acts/{act_id}", said=lambda _saved: flash(_("Đã hủy việc này.")),
    done=lambda saved: f"/people/{saved.person_id}", location=lambda saved: f"/api/v1/acts/{saved.act_id}",
))  # fmt: skip
routes.add(Operation(
    name="sign_proposal", title=_("Ký ban hành"), may=SIGNED_IN, form=SignForm, handle=handlers.sign_proposal,
    page="/proposals/<proposal_id>/sign", api="/api/v1/proposals/<proposal_id>/signature", out=ActOut,
    context=_about_proposal, prefill=_signer, cancel=lambda _request, proposal_id: f"/proposals/{proposal_id}",
    said=lambda saved: flash(_("Đã ký ban hành số %(number)s.", number=saved.row.document_number or "—")),
    done=lambda saved: f"/people/{saved.person_id}", location=lambda saved: f"/api/v1/acts/{saved.act_id}",
))  # fmt: skip
routes.add(Operation(
    name="return_proposal", title=_("Trả lại dự thảo"), may=SIGNED_IN, form=ReturnForm, handle=handlers.return_proposal,
    page="/proposals/<proposal_id>/return", api="/api/v1/proposals/<proposal_id>/return", out=ProposalOut,
    context=_about_proposal, cancel=lambda _request, proposal_id: f"/proposals/{proposal_id}",
    said=lambda _saved: flash(_("Đã trả lại dự thảo.")), done=lambda _saved: "/",
    location=lambda saved: f"/api/v1/proposals/{saved.proposal_id}",
))  # fmt: skip
routes.add(Operation(
    name="record_circumstance", title=_("Ghi tình tiết nhân thân"), may="person.write", form=CircumstanceForm,
    handle=handlers.record_circumstance, page="/people/<person_id>/circumstances/new",
    api="/api/v1/people/<person_id>/circumstances", out=CircumstanceOut, context=_about_person,
    cancel=lambda _request, person_id: f"/people/{person_id}",
    said=lambda saved: flash(_("Đã ghi: %(what)s.", what=str(CIRCUMSTANCES[saved.kind]))),
    done=lambda saved: f"/people/{saved.person_id}",
    location=lambda saved: f"/api/v1/people/{saved.person_id}",
))  # fmt: skip
routes.add(Operation(
    name="end_circumstance", title=_("Ghi ngày hết tình tiết"), may="person.write", form=EndCircumstanceForm,
    handle=handlers.end_circumstance, page="/circumstances/<circumstance_id>/end",
    api="/api/v1/circumstances/<circumstance_id>/end", out=CircumstanceOut, context=_about_circumstance, cancel="/people",
    said=lambda _saved: flash(_("Đã ghi ngày hết tình tiết.")), done=lambda saved: f"/people/{saved.person_id}",
    location=lambda saved: f"/api/v1/people/{saved.person_id}",
))  # fmt: skip
