"""A person's history as the law looks at it, read from the books; names are not opened for it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from chassis.clock import LOCAL_ZONE
from chassis.unit_of_work import UnitOfWork
from services.registry.domain.history import Breach, History, TestFacts
from services.registry.domain.history import Circumstance as CircumstanceFacts
from services.registry.domain.tracks import Act as ActFacts
from services.registry.domain.tracks import fold_all
from services.registry.law import law
from services.registry.queries.access import sight_of
from services.registry.queries.facts import restored
from services.registry.tables import Act, Circumstance, Person, TestResult, answers_of
from services.registry.tables.books import Violation


def history_of(uow: UnitOfWork, person: Person) -> History:
    """Return one person's history from the acts that stand."""
    return History(
        unit_code=uow.unit,
        birth_date=_birth_date(uow, person),
        tests=[
            _test(row)
            for row in uow.session.scalars(
                select(TestResult).where(TestResult.person_id == person.person_id, TestResult.withdrawn_at.is_(None))
            )
        ],
        circumstances=[_circumstance(row) for row in circumstances_of(uow, person.person_id)],
        breaches=[_breach(row) for row in _standing_breaches(uow, person.person_id)],
        cases=fold_all(law().tracks, [act_facts(row) for row in standing_acts(uow, person.person_id)]),
    )


def history_for(uow: UnitOfWork, person_id: str) -> History:
    """Return the history of the person with this identifier. Raises NotFound."""
    return history_of(uow, uow.get(Person, person_id))


def standing_acts(uow: UnitOfWork, person_id: str) -> Sequence[Act]:
    """Return somebody's acts that are not annulled, in the order in which they were entered."""
    return list(
        uow.session.scalars(
            select(Act).where(Act.person_id == person_id, Act.annulled_at.is_(None)).order_by(Act.sequence)
        )
    )


def all_acts(uow: UnitOfWork, person_id: str) -> Sequence[Act]:
    """Return somebody's acts on the tracks that are open to the acting person, annulled ones among them, the newest first."""
    sight = sight_of(uow, person_id)
    rows = uow.session.scalars(
        select(Act).where(Act.person_id == person_id).order_by(Act.happened_at.desc(), Act.sequence.desc())
    )
    return [row for row in rows if sight.sees_track(row.track, row.regime) == "WHOLE"]


def circumstances_of(uow: UnitOfWork, person_id: str) -> Iterable[Circumstance]:
    """Return what was noted of somebody's life, the newest first."""
    return uow.session.scalars(
        select(Circumstance).where(Circumstance.person_id == person_id).order_by(Circumstance.since_on.desc())
    )


def act_of_breach(uow: UnitOfWork, person_id: str, violation_id: str) -> Act | None:
    """Return the standing act that came from a line in the book of violations."""
    acts = standing_acts(uow, person_id)
    return next((act for act in acts if act.facts.get("violation_id") == violation_id), None)


def act_facts(row: Act) -> ActFacts:
    """Return a stored act as the law looks at it."""
    return ActFacts(
        act_id=row.act_id,
        case_id=row.case_id,
        track=row.track,
        event=row.event,
        happened_at=row.happened_at.astimezone(LOCAL_ZONE),
        regime=row.regime,
        facts=restored(row.facts),
        form_code=row.form_code,
        document_number=row.document_number,
        signer_role=row.signer_role,
        from_old_book=row.from_old_book,
    )


def _birth_date(uow: UnitOfWork, person: Person) -> str | None:
    """The day of birth decides who is of age; it is read for the rule and shown to nobody."""
    answers = uow.vault.open_answers(*answers_of(person))
    found = answers.get("birth_date")
    return str(found) if found else None


def _test(row: TestResult) -> TestFacts:
    return TestFacts(
        test_id=row.test_id,
        result=row.result,
        taken_at=row.taken_at.astimezone(LOCAL_ZONE),
        received_at=row.received_at.astimezone(LOCAL_ZONE),
    )


def _circumstance(row: Circumstance) -> CircumstanceFacts:
    return CircumstanceFacts(kind=row.kind, since_on=row.since_on, until_on=row.until_on)


def _standing_breaches(uow: UnitOfWork, person_id: str) -> Iterable[Violation]:
    return uow.session.scalars(
        select(Violation)
        .where(Violation.person_id == person_id, Violation.withdrawn_at.is_(None))
        .order_by(Violation.minutes_at, Violation.violation_id)
    )


def _breach(row: Violation) -> Breach:
    return Breach(
        violation_id=row.violation_id,
        case_ref=row.case_ref,
        situation=row.situation,
        kind=row.kind,
        committed_on=row.committed_on,
        minutes_at=row.minutes_at.astimezone(LOCAL_ZONE),
        step=row.step,
    )
