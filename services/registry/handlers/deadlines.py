"""Announcing what falls due within a day and what was missed; what was announced stands in the database and is not said twice.

What another body has to do is announced with the name of that body: an overdue step shows on both sides. What the law only
allows from a day on is never announced: nobody misses it.

The same round takes over what the first version of the program left, and works out anew what stood on another text
of the law files, or on a term that ran meanwhile.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from chassis.clock import LOCAL_ZONE
from chassis.service import Runtime
from chassis.unit_of_work import UnitOfWork
from contracts.registry import DeadlineMissed, DeadlineNeared
from services.registry.domain.duties import OF_LIFE
from services.registry.handlers.adoption import adopt_first_cases
from services.registry.handlers.duties import work_out_duties
from services.registry.law import law
from services.registry.tables import Case, Circumstance, Duty, DutyAnnouncement, Person

NEAR = timedelta(hours=24)
NEARED, MISSED = "NEARED", "MISSED"
MOST_AT_ONCE = 500
A_MOMENT = timedelta(microseconds=1)


def announce_deadlines(runtime: Runtime) -> int:
    """Announce, in every unit, what has come near or was missed since the last round; return how many there were."""
    count = 0
    for unit in runtime.settings.units:
        with runtime.unit_of_work(runtime.itself(unit), purpose="DEADLINES") as uow:
            adopt_first_cases(uow)
            work_out_stale_duties(uow)
            count += _announce(uow, MISSED) + _announce(uow, NEARED)
    return count


def work_out_stale_duties(uow: UnitOfWork) -> int:
    """Work out anew, some at a time, what is due for people whose duties stand on another text of the law; return how many.

    So too where a device is still to be fitted though the term is over, and where prison or the like has ended: nobody enters an
    act on that day.
    """
    ending = aliased(Duty)
    term_is_over = (
        select(ending.case_id)
        .where(ending.case_id == Duty.case_id, ending.code == "TERMINATE", ending.due_at <= uow.now())
        .exists()
    )
    of_the_day = and_(Duty.track == "H", Duty.code == "FIT", term_is_over)
    stale = (
        select(Duty.person_id)
        .where(or_(Duty.law_digest != law().digest, of_the_day, _of_life_that_changed(uow)))
        .distinct()
        .limit(MOST_AT_ONCE)
    )
    people = list(uow.session.scalars(stale))
    for person_id in people:
        work_out_duties(uow, uow.get(Person, person_id))
    return len(people)


def _of_life_that_changed(uow: UnitOfWork) -> ColumnElement[bool]:
    """Duties that stand on prison, death and the like of somebody for whom all of that has ended."""
    codes = [
        and_(Duty.track == track.track, Duty.code == line.code)
        for track in law().tracks.values()
        for line in track.duties
        if line.counts_from in OF_LIFE
    ]
    today = uow.today()
    of_person = Circumstance.person_id == Duty.person_id
    ended = select(Circumstance.person_id).where(of_person, Circumstance.until_on < today).exists()
    holds = (
        select(Circumstance.person_id)
        .where(
            of_person,
            Circumstance.since_on <= today,
            or_(Circumstance.until_on.is_(None), Circumstance.until_on >= today),
        )
        .exists()
    )
    return and_(or_(*codes), ended, ~holds)


def _announce(uow: UnitOfWork, kind: str) -> int:
    now = uow.now()
    said = (
        select(DutyAnnouncement.case_id)
        .where(
            DutyAnnouncement.case_id == Duty.case_id,
            DutyAnnouncement.code == Duty.code,
            DutyAnnouncement.due_at == Duty.due_at,
            DutyAnnouncement.kind == kind,
        )
        .exists()
    )
    late = Duty.due_at < now if kind == MISSED else Duty.due_at.between(now, now + NEAR)
    asked = (
        select(Duty, Person.person_key)
        .join(Person, Person.person_id == Duty.person_id)
        .join(Case, Case.case_id == Duty.case_id)
        .where(late, ~said, Duty.rule.not_in(law().eligibilities))
        .order_by(Duty.due_at, Duty.case_id, Duty.code)
        .limit(MOST_AT_ONCE)
    )
    rows = uow.session.execute(asked).all()
    for duty, person_key in rows:
        _say(uow, duty, person_key, kind)
    return len(rows)


def _say(uow: UnitOfWork, duty: Duty, person_key: str, kind: str) -> None:
    local = duty.due_at.astimezone(LOCAL_ZONE)
    fact = DeadlineMissed if kind == MISSED else DeadlineNeared
    uow.record(
        fact(
            case_id=duty.case_id,
            person_key=person_key,
            duty=duty.code,
            rule=duty.rule,
            due_on=(local - A_MOMENT).date() if duty.whole_day else local.date(),
            waits_for=duty.waits_for,
        )
    )
    uow.add(
        DutyAnnouncement(
            case_id=duty.case_id,
            code=duty.code,
            due_at=duty.due_at,
            kind=kind,
            unit_code=uow.unit,
            announced_at=uow.now(),
        )
    )
    uow.session.flush()
