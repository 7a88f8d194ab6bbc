"""The document of a draft that waits for its signature, as it would be printed today: «Dự thảo», without a number."""

from chassis.clock import LOCAL_ZONE
from chassis.errors import NotFound
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry import queries
from services.registry.documents.act_facts import context_of_act, is_printed_here
from services.registry.documents.printing import preview_document
from services.registry.domain.acts import judge
from services.registry.domain.history import Draft, told_in
from services.registry.law import law
from services.registry.queries.facts import restored
from services.registry.tables import Case, Person


def draft_document(uow: UnitOfWork, proposal_id: str) -> bytes:
    """Return the .docx of a draft; nothing is stored.

    Raises NotFound where this office prints no such form, RuleBroken as the law.
    """
    record, _person = queries.proposal_read(uow, proposal_id)
    person = uow.get(Person, record.row.person_id)
    draft = Draft(
        track=record.row.track,
        event=record.row.event,
        happened_at=uow.now().astimezone(LOCAL_ZONE),
        facts=restored(record.answers),
        signer_role=next(iter(record.row.decider_roles), None),
        told=told_in(record.details),
    )
    allowed = judge(law(), queries.history_of(uow, person), draft, now=draft.happened_at, new_id=uow.new_id)
    step = allowed.asked
    if step.under.form is None or not is_printed_here(step.under.form):
        raise NotFound(_("Dự thảo này không có bản in từ phần mềm."))
    case = next(case for case in allowed.history.cases if case.case_id == step.act.case_id)
    data = context_of_act(
        uow,
        person,
        step.act,
        uow.session.get(Case, case.case_id),
        transition=step.transition,
        judged=case,
        details=record.details,
        drafted_by=record.row.drafted_by,
    )
    return preview_document(
        uow,
        form_code=step.under.form,
        issued_on=step.act.happened_on,
        data=data,
        signer_role=step.under.deciders[0],
        signer_name="",
    )
