"""Annulling an act that was a mistake: it stays legible, and its cases are again what the other acts make of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select

from chassis.errors import RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.base import CATALOGUE, shapes
from contracts.registry import DeterminationWithdrawn
from services.registry import queries
from services.registry.commands import AnnulAct
from services.registry.domain.history import History
from services.registry.domain.rehabilitation import UNDER_WAY
from services.registry.domain.tracks import Act as ActFacts
from services.registry.domain.tracks import BrokenHistory, fold, fold_all
from services.registry.domain.tracks import Case as CaseFacts
from services.registry.handlers.acts import store_case
from services.registry.handlers.duties import work_out_duties
from services.registry.law import law
from services.registry.permissions import PERMISSIONS
from services.registry.queries import ActRecord
from services.registry.queries.documents import document_record
from services.registry.tables import Act, Case, Document, Person, act_context

ANNULLED = "ANNULLED"


class OthersFollow(RuleBroken):
    """Later acts stand on this one."""

    code = "others_follow"


class DocumentStands(RuleBroken):
    """The document that the act issued is still valid."""

    code = "document_stands"


def annul_act(command: AnnulAct, uow: UnitOfWork) -> ActRecord:
    """Annul an act together with what came with it.

    Refused while later acts stand on it, or the document that it issued: these are annulled first. What was only the drawing of a
    paper with a number of its own is voided with the act.
    """
    PERMISSIONS.require(uow.by, "act.annul")
    act = uow.get(Act, command.act_id)
    if act.annulled_at is not None:
        raise RuleBroken(_("Việc này đã được hủy."), code="already_annulled")
    if act.caused_by is not None or law().tracks[act.track].transition(act.event).by_system:
        raise RuleBroken(
            _("Việc này do phần mềm ghi kèm một việc khác; hãy hủy việc gốc (INV-8)."), code="not_by_itself"
        )
    annul(uow, act, command.reason)
    _let_go_of_document(uow, act)  # last, so that nobody annuls a document for an act on which others stand
    return queries.act_record(uow, act)


def annul(uow: UnitOfWork, act: Act, reason: str) -> None:
    """Annul an act with all that came with it. Raises OthersFollow."""
    person = uow.get(Person, act.person_id)
    _mark(uow, act, reason)
    for follower in uow.session.scalars(select(Act).where(Act.caused_by == act.act_id, Act.annulled_at.is_(None))):
        _mark(uow, follower, "")
    uow.session.flush()
    _make_cases_anew(uow, person, act)
    _take_back_request(uow, act)
    work_out_duties(uow, person)
    uow.wrote("act.annul", "person", person.person_id, act_id=act.act_id, case_id=act.case_id)


def _let_go_of_document(uow: UnitOfWork, act: Act) -> None:
    """A document goes by a decision of its own, which somebody else signs; what it decided does not go before it.

    A paper that was numbered before it was entered is not undone by a wrong entry: only its drawing is.
    """
    issued = uow.session.get(Document, act.document_id) if act.document_id else None
    if issued is None or issued.annulled_by is not None:
        return
    if issued.typed_number:
        issued.voided_at = uow.now()
        uow.wrote("document.void", "document", issued.document_id, form_code=issued.form_code, number=issued.number)
        return
    raise DocumentStands(
        _("Việc này đã ban hành văn bản %(number)s; hãy hủy bỏ văn bản đó trước (mở văn bản, chọn «Hủy bỏ văn bản»).",
          number=document_record(issued).named)
    )  # fmt: skip


def _mark(uow: UnitOfWork, act: Act, reason: str) -> None:
    answers = uow.vault.open_answers(act_context(act.act_id), act.sealed)
    act.sealed = uow.vault.seal_answers(act_context(act.act_id), {**answers, "annulled_because": reason})
    act.annulled_at, act.annulled_by = uow.now(), uow.by.account_id


def _make_cases_anew(uow: UnitOfWork, person: Person, annulled: Act) -> None:
    touched = set(
        uow.session.scalars(
            select(Act.case_id).where(or_(Act.act_id == annulled.act_id, Act.caused_by == annulled.act_id))
        )
    )
    standing = [queries.act_facts(row) for row in queries.standing_acts(uow, person.person_id)]
    found: dict[str, CaseFacts | None] = {}
    for case_id in sorted(touched):
        acts = [act for act in standing if act.case_id == case_id]
        _check_later_terms(uow, annulled, case_id, acts)
        try:
            found[case_id] = fold(law().tracks[acts[0].track], acts) if acts else None
        except BrokenHistory:
            raise OthersFollow(
                _("Có việc ghi sau dựa trên việc này; hãy hủy các việc ghi sau trước (INV-8).")
            ) from None
    others = fold_all(law().tracks, [act for act in standing if act.case_id not in touched])
    history = History(cases=(*others, *(case for case in found.values() if case)))
    _check_one_open(found, history)
    _check_admission(uow, annulled, [case for case in found.values() if case], history)
    # What closes goes first: one open case per track at any moment.
    for case_id, facts in sorted(found.items(), key=lambda item: item[1] is not None and item[1].is_open):
        case = uow.session.get_one(Case, case_id)
        void_case(case) if facts is None else store_case(uow, person, facts)
        uow.session.flush()
        announce_case(uow, person, case)


def _check_later_terms(uow: UnitOfWork, annulled: Act, case_id: str, acts: Sequence[ActFacts]) -> None:
    """An end that a later act moved counts from the one before it, so the later one is annulled first."""
    gone = uow.session.scalars(
        select(Act).where(Act.case_id == case_id, or_(Act.act_id == annulled.act_id, Act.caused_by == annulled.act_id))
    )
    moved = [row.sequence for row in gone if "ends_on" in row.facts]
    later = [act.act_id for act in acts if "ends_on" in act.facts]
    if not moved or not later:
        return
    last = uow.session.scalar(select(func.max(Act.sequence)).where(Act.act_id.in_(later)))
    if last is not None and last > min(moved):
        raise OthersFollow(_("Có việc ghi sau dựa trên việc này; hãy hủy các việc ghi sau trước (INV-8)."))


def _take_back_request(uow: UnitOfWork, act: Act) -> None:
    """What another agency was asked for by mistake is taken out of its queue."""
    if (act.track, act.event) != ("B", "Requested") or uow.session.get_one(Case, act.case_id).state != ANNULLED:
        return
    uow.record(DeterminationWithdrawn(request_id=act.case_id, withdrawn_on=uow.today(), reason="MISTAKEN"))


def _check_one_open(found: dict[str, CaseFacts | None], history: History) -> None:
    for track in {case.track for case in found.values() if case}:
        if len([case for case in history.cases_of(track) if case.is_open]) > 1:
            raise OthersFollow(
                _("Hủy việc này sẽ làm một người có hai hồ sơ cùng loại; hãy kết thúc một hồ sơ trước (INV-1).")
            )


def _check_admission(uow: UnitOfWork, annulled: Act, anew: Sequence[CaseFacts], history: History) -> None:
    """An admission to compulsory rehabilitation stands on the end of the measures before it."""
    held = history.open_case("F")
    if held is None or held.state not in UNDER_WAY["F"]:
        return
    admitted = select(func.max(Act.sequence)).where(
        Act.case_id == held.case_id, Act.event == "Admitted", Act.annulled_at.is_(None)
    )
    runs_again = [case for case in anew if case.track in "DE" and case.is_open and case.state in UNDER_WAY[case.track]]
    if runs_again and (uow.session.scalar(admitted) or 0) > annulled.sequence:
        raise OthersFollow(
            _("Người này đã được cơ sở cai nghiện bắt buộc tiếp nhận sau khi hồ sơ «%(track)s» kết thúc; hãy hủy việc tiếp nhận "
              "đó trước (INV-8).",
              track=str(law().tracks[runs_again[0].track].name))
        )  # fmt: skip


def void_case(case: Case) -> None:
    case.state, case.stands_for, case.closed_on = ANNULLED, None, case.opened_on
    case.test_id, case.starts_on, case.ends_on = None, None, None
    case.version += 1


def announce_case(uow: UnitOfWork, person: Person, case: Case) -> None:
    """State the whole present truth of the case, so that whoever heard the annulled act can put it right."""
    announced = law().tracks[case.track].corrects
    if announced is None:
        return
    fact: Any = CATALOGUE[announced]
    known = {
        "case_id": case.case_id,
        "person_key": person.person_key,
        "corrected_on": uow.today(),
        "state": case.state,
        "starts_on": case.starts_on,
        "ends_on": case.ends_on,
        "closed_on": case.closed_on,
        "reason": case.closing_reason,
        "regime": case.regime,
        "form_code": None,
        "void": case.state == ANNULLED,
    }
    uow.record(fact(**{name: value for name, value in known.items() if name in shapes(fact)}))
