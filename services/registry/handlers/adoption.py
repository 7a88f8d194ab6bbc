"""Taking over what the first version of the program kept: its decisions become acts, its undecided results open cases.

Nothing is announced: these facts were, when they were recorded. A person is taken over whole, and once.
"""

from collections.abc import Iterator
from datetime import datetime, time

from sqlalchemy import exists, select

from chassis.clock import LOCAL_ZONE
from chassis.unit_of_work import UnitOfWork
from services.registry import queries
from services.registry.domain.codes import POSITIVE
from services.registry.domain.tracks import Act as ActFacts
from services.registry.domain.tracks import fold_all
from services.registry.handlers.acts import act_row, store_case
from services.registry.handlers.duties import work_out_duties
from services.registry.law import law
from services.registry.tables import Act, Case, FirstCase, Person, TestResult, first_case_context

MOST_AT_ONCE = 200
START_OF_DAY = time(0)


def adopt_first_cases(uow: UnitOfWork) -> int:
    """Take over some people whose records are still in the first form; return how many there were."""
    known = exists().where(Case.person_id == Person.person_id)
    first = exists().where(FirstCase.person_id == Person.person_id)
    tested = exists().where(
        TestResult.person_id == Person.person_id, TestResult.result == POSITIVE, TestResult.withdrawn_at.is_(None)
    )
    people = list(uow.session.scalars(select(Person).where(~known, first | tested).limit(MOST_AT_ONCE)))
    for person in people:
        _adopt(uow, person)
    return len(people)


def _adopt(uow: UnitOfWork, person: Person) -> None:
    cases = list(
        uow.session.scalars(
            select(FirstCase)
            .where(FirstCase.person_id == person.person_id)
            .order_by(FirstCase.decided_on, FirstCase.case_id)
        )
    )
    adopted: list[tuple[ActFacts, FirstCase | None]] = [(act, case) for case in cases for act in _acts_of(uow, case)]
    adopted += [(act, None) for act in _undecided(uow, person, cases)]
    facts = fold_all(law().tracks, [act for act, _case in adopted])
    for each in sorted(facts, key=lambda case: case.is_open):
        row = store_case(uow, person, each)
        row.document_number = next((case.document_number for case in cases if case.case_id == each.case_id), None)
        uow.session.flush()
    uow.session.add_all(_row(uow, person, act, case, sequence) for sequence, (act, case) in enumerate(adopted, start=1))
    uow.session.flush()
    work_out_duties(uow, person, queries.history_of(uow, person))
    uow.wrote("person.adopt", "person", person.person_id)


def _acts_of(uow: UnitOfWork, case: FirstCase) -> Iterator[ActFacts]:
    test = uow.session.get_one(TestResult, case.test_id)
    yield _positive(uow, test, case.case_id)
    yield _act(
        uow, case, "ManagementDecided", datetime.combine(case.decided_on, START_OF_DAY, LOCAL_ZONE),
        decided_on=case.decided_on, starts_on=case.starts_on, ends_on=case.ends_on,
    )  # fmt: skip
    if case.closed_on is None:
        return
    event, day = ("StopDecided", "stopped_on") if case.closing == "STOPPED" else ("EndDecided", "ended_on")
    reason = {"reason": case.closing_reason} if case.closing_reason else {}
    yield _act(
        uow,
        case,
        event,
        datetime.combine(case.closed_on, START_OF_DAY, LOCAL_ZONE),
        **{day: case.closed_on, **reason},
        taken_over=True,  # whether it was sent, the first version did not ask
    )


def _undecided(uow: UnitOfWork, person: Person, cases: list[FirstCase]) -> Iterator[ActFacts]:
    """The oldest positive result that nothing stands on opens a case, unless somebody is under management."""
    if any(case.closed_on is None for case in cases):
        return
    used = {case.test_id for case in cases}
    since = max((case.closed_on for case in cases if case.closed_on), default=None)
    tests = uow.session.scalars(
        select(TestResult)
        .where(
            TestResult.person_id == person.person_id, TestResult.result == POSITIVE, TestResult.withdrawn_at.is_(None)
        )
        .order_by(TestResult.received_at)
    )
    for test in tests:
        if test.test_id not in used and (since is None or test.taken_on > since):
            yield _positive(uow, test, uow.new_id())
            return


def _positive(uow: UnitOfWork, test: TestResult, case_id: str) -> ActFacts:
    moment = test.received_at.astimezone(LOCAL_ZONE)
    return ActFacts(
        act_id=uow.new_id(),
        case_id=case_id,
        track="A",
        event="PositiveTest",
        happened_at=moment,
        regime=test.regime,
        facts={"test_id": test.test_id, "received_on": moment.date(), "received_at": moment},
    )


def _act(uow: UnitOfWork, case: FirstCase, event: str, moment: datetime, **facts: object) -> ActFacts:
    closing = event != "ManagementDecided"
    return ActFacts(
        act_id=uow.new_id(),
        case_id=case.case_id,
        track="A",
        event=event,
        happened_at=moment,
        regime=(case.closing_regime if closing else case.regime) or case.regime,
        facts=facts,
        form_code=case.closing_form_code if closing else case.form_code,
        document_number=case.closing_document_number if closing else case.document_number,
        signer_role=case.closing_signer_role if closing else case.signer_role,
    )


def _row(uow: UnitOfWork, person: Person, act: ActFacts, case: FirstCase | None, sequence: int) -> Act:
    answers = uow.vault.open_answers(first_case_context(case.case_id), case.sealed) if case else {}
    closing = act.event in {"StopDecided", "EndDecided"}
    signed = {
        "signer_name": answers.get("closing_signer_name" if closing else "signer_name"),
        "details": answers.get("closing_details" if closing else "details", {}),
    }
    transition = law().tracks["A"].transition(act.event)
    under = transition.under_regime(act.regime) or transition.under[0]
    row = act_row(uow, person, act, sequence=sequence, article=under.article, sealed=signed)
    if case is not None:
        row.recorded_at = (case.closing_recorded_at if closing else case.recorded_at) or row.recorded_at
        row.recorded_by = (case.closing_recorded_by if closing else case.decided_by) or row.recorded_by
    return row
