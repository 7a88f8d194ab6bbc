"""Who works at the station, which courses they were sent to, and what is known of their attendance."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.unit_of_work import UnitOfWork
from chassis.vault import Vault
from services.health.queries.listing import Listing
from services.health.tables import StaffMember, TrainingCourse, TrainingPlace


def staff_name(member: StaffMember, vault: Vault) -> str:
    """Open the name of a member of staff."""
    return str(staff_answers(member, vault)["full_name"])


def staff_answers(member: StaffMember, vault: Vault) -> dict[str, Any]:
    """Open what is known of a member of staff: full_name and what else the form asks."""
    opened = vault.open_answers(f"staff_member/{member.staff_id}", member.sealed)
    return {"full_name": opened["full_name"], **opened["details"]}


def member(uow: UnitOfWork, staff_id: str) -> StaffMember:
    """Return one member of the unit's staff; raise :class:`NotFound`."""
    return uow.get(StaffMember, staff_id)


def courses_of(session: Session, staff_id: str) -> Sequence[tuple[TrainingPlace, TrainingCourse]]:
    """Return the courses that somebody was sent to, the newest first."""
    rows = session.execute(
        select(TrainingPlace, TrainingCourse)
        .join(TrainingCourse, TrainingCourse.course_id == TrainingPlace.course_id)
        .where(TrainingPlace.staff_id == staff_id)
        .order_by(TrainingCourse.held_on.desc(), TrainingCourse.course_id)
    )
    return [(taken, held) for taken, held in rows]


def staff(session: Session) -> Sequence[StaffMember]:
    """Return everybody who works at the station."""
    return session.scalars(
        select(StaffMember).where(StaffMember.left_on.is_(None)).order_by(StaffMember.staff_id)
    ).all()


def staff_names(session: Session, vault: Vault) -> dict[str, str]:
    """Return the names of everybody who works or worked at the station, by identifier."""
    return {each.staff_id: staff_name(each, vault) for each in session.scalars(select(StaffMember))}


def staff_listing() -> Listing[StaffMember]:
    """List the staff."""
    return Listing(select(StaffMember), by=[StaffMember.staff_id])


def course(uow: UnitOfWork, course_id: str) -> TrainingCourse:
    """Return one course of the unit; raise :class:`NotFound`."""
    return uow.get(TrainingCourse, course_id)


def place(uow: UnitOfWork, course_id: str, staff_id: str) -> TrainingPlace:
    """Return one person's place in a course of the unit; raise :class:`NotFound`."""
    return uow.get(TrainingPlace, (course_id, staff_id))


def courses() -> Listing[TrainingCourse]:
    """List the courses, the newest first."""
    return Listing(select(TrainingCourse), by=[TrainingCourse.held_on, TrainingCourse.course_id], descending=True)


def places_of(session: Session, course_id: str) -> Sequence[TrainingPlace]:
    """Return who must attend a course, and who did."""
    return session.scalars(
        select(TrainingPlace).where(TrainingPlace.course_id == course_id).order_by(TrainingPlace.staff_id)
    ).all()


def attendance_counts(session: Session) -> dict[str, tuple[int, int]]:
    """Return of each course how many attended it in full, and how many were sent."""
    counted = select(
        TrainingPlace.course_id,
        func.count().filter(TrainingPlace.fully.is_(True)),
        func.count(),
    ).group_by(TrainingPlace.course_id)
    return {course_id: (full, sent) for course_id, full, sent in session.execute(counted)}


def attendance_of_staff(session: Session) -> dict[str, dict[str, bool]]:
    """Return of each member of staff whether each course required was attended in full."""
    found: dict[str, dict[str, bool]] = {}
    for each in session.scalars(select(TrainingPlace)):
        found.setdefault(each.staff_id, {})[each.course_id] = bool(each.fully)
    return found


def unanswered_places(session: Session, today: date) -> Sequence[tuple[TrainingPlace, TrainingCourse]]:
    """Return the places of courses that are over and of which nobody said whether they were attended."""
    rows = session.execute(
        select(TrainingPlace, TrainingCourse)
        .join(TrainingCourse, TrainingCourse.course_id == TrainingPlace.course_id)
        .where(TrainingCourse.ends_on < today, TrainingPlace.fully.is_(None))
        .order_by(TrainingCourse.held_on, TrainingPlace.staff_id)
    )
    return [(taken, held) for taken, held in rows]
