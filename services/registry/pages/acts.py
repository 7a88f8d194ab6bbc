"""Pages and API of the acts: for each line of the law one form, made of what the line asks, and one address."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chassis.clock import LOCAL_ZONE
from chassis.errors import ProgrammeError, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from chassis.web import Operation, Request, Routes, flash
from services.registry import handlers, queries
from services.registry.commands import PerformAct
from services.registry.domain.acts import proposed_term
from services.registry.domain.codes import DECIDERS
from services.registry.domain.history import Draft
from services.registry.domain.regimes import Regime
from services.registry.domain.tracks import Track, Transition, Under
from services.registry.forms import ActOut, form_of
from services.registry.law import law
from services.registry.law.form_catalogue import form_catalogue
from services.registry.queries import ActRecord, ProposalRecord

routes = Routes()

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def event_slug(event: str) -> str:
    """Return an event as addresses write it: ``management-decided``."""
    return _HUMP.sub("-", event).lower()


def address_of(track: Track, line: Transition, person_id: str = "<person_id>") -> str:
    """Return the page on which an act is entered."""
    return f"/people/{person_id}/acts/{track.slug}/{event_slug(line.event)}"


def signing_day(request: Request, field: str) -> date:
    """Return the day that was typed, in the form or in the address; today when there is none."""
    typed = request.http.form.get(field) or request.args.get(field) or ""
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(typed.strip(), shape).date()  # noqa: DTZ007 - a day of the calendar, not an instant
        except ValueError:
            continue
    return request.today


def regime_of(day: date, request: Request) -> Regime:
    """Return the law of a day; a day before all laws we know shows today's, and is refused on saving."""
    try:
        return law().regime_on(day)
    except RuleBroken:
        return law().regime_on(request.today)


def _operation(track: Track, line: Transition) -> Operation:
    return Operation(
        name=f"{track.slug.replace('-', '_')}_{event_slug(line.event).replace('-', '_')}",
        title=line.name.spoken,
        may=track.right,
        form=form_of(track, line),
        handle=_enter_or_propose,
        page=address_of(track, line),
        api=f"/api/v1{address_of(track, line)}",
        out=ActOut,
        template="act.html",
        context=_context(track, line),
        prefill=_prefill(track, line),
        cancel=lambda _request, person_id: f"/people/{person_id}",
        said=_said,
        done=lambda saved: f"/people/{saved.person_id}",
        location=_location,
    )


def _enter_or_propose(command: PerformAct, uow: UnitOfWork) -> ActRecord | ProposalRecord:
    return handlers.propose(command, uow) if command.for_signature else handlers.perform(command, uow)


def _location(saved: ActRecord | ProposalRecord) -> str:
    if isinstance(saved, ProposalRecord):
        return f"/api/v1/proposals/{saved.proposal_id}"
    return f"/api/v1/acts/{saved.act_id}"


def _context(track: Track, line: Transition) -> Any:
    def context(request: Request, person_id: str) -> Mapping[str, Any]:
        record = queries.person_record(request.uow, person_id)
        day = signing_day(request, line.on)
        regime = regime_of(day, request)
        under = _under(request, track, line, person_id, regime)
        on_paper = _on_paper(request, track, line, person_id=person_id, day=day, under=under)
        return {
            "back": {"label": record.title, "href": f"/people/{person_id}"},
            "day_field": line.on,
            "day": day,
            "recalculates": line.term is not None or bool(under and under.deciders),
            "signing": [(_("Về người"), record.title), *on_paper],
        }

    return context


def _under(request: Request, track: Track, line: Transition, person_id: str, regime: Regime) -> Under | None:
    """Return what a law says of the act in this person's case; decider and form can hang on facts such as the venue."""
    case = queries.history_for(request.uow, person_id).case_for(track.track, line)
    return line.under_regime(regime.code, case.facts if case else {}) or line.under_regime(regime.code)


def _on_paper(
    request: Request, track: Track, line: Transition, *, person_id: str, day: date, under: Under | None
) -> list[tuple[str, Any]]:
    """Return what the law says of the act on this day, for the officer to see before saving."""
    if under is None:
        return [(_("Căn cứ"), _("Luật áp dụng ngày %(day)s không có việc này", day=f"{day:%d/%m/%Y}"))]
    shown: list[tuple[str, Any]] = [(_("Căn cứ"), under.article)]
    if under.deciders:
        shown.append((_("Người có thẩm quyền ký"), ", ".join(str(DECIDERS[role]) for role in under.deciders)))
    if under.form:
        shown.append((_("Mẫu"), form_name(under.form)))
    term = _term(request, track, line, person_id, day)
    if term is not None:
        shown.append((_("Thời hạn nếu ký ngày %(day)s", day=f"{day:%d/%m/%Y}"), term))
    if under.issued_here:
        shown.append((
            _("Ai được biết"),
            _("Người được ghi trong văn bản và nơi nhận của văn bản; báo cáo thống kê chỉ nhận mã số"),
        ))  # fmt: skip
    return shown


def _term(request: Request, track: Track, line: Transition, person_id: str, day: date) -> dict[str, str] | None:
    history = queries.history_for(request.uow, person_id)
    draft = Draft(
        track=track.track, event=line.event, happened_at=datetime.combine(day, datetime.min.time(), LOCAL_ZONE)
    )
    try:
        found = proposed_term(law(), history, draft)
    except ProgrammeError:
        return None
    if not found or found[0] is None or found[1] is None:
        return None
    since, until, article = found
    return {
        "text": str(_("từ %(since)s đến %(until)s", since=f"{since:%d/%m/%Y}", until=f"{until:%d/%m/%Y}")),
        "sub": article,
    }


def form_name(code: str) -> str:
    """Return a form as documents print it."""
    form = form_catalogue().forms.get(code)
    return form.reference if form else code


def _prefill(track: Track, line: Transition) -> Any:
    def prefill(request: Request, person_id: str) -> Mapping[str, Any]:
        day = signing_day(request, line.on)
        under = _under(request, track, line, person_id, regime_of(day, request))
        first: dict[str, Any] = {line.on: day}
        if under and under.deciders:
            first["signer_role"] = under.deciders[0]
            first["signer_name"] = queries.last_signer(request.uow, under.deciders[0])
        return first

    return prefill


def _said(saved: ActRecord | ProposalRecord) -> Any:
    if isinstance(saved, ProposalRecord):
        return flash(_("Đã trình ký: %(what)s.", what=saved.name), _("Xem dự thảo"), f"/proposals/{saved.proposal_id}")
    what = " ".join([_what_was_entered(saved), *(str(warning) for warning in saved.warnings)])
    if saved.row.document_id:
        return flash(what, _("In văn bản"), f"/documents/{saved.row.document_id}")
    return flash(what, _("Xem việc hôm nay"), "/")


def _what_was_entered(saved: ActRecord) -> str:
    if saved.row.document_number:
        return str(_("Đã ghi: %(what)s, số %(number)s.", what=saved.name, number=saved.row.document_number))
    return str(_("Đã ghi: %(what)s.", what=saved.name))


for _track in law().tracks.values():
    for _line in _track.transitions:
        if not _line.by_system:
            routes.add(_operation(_track, _line))
