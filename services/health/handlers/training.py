"""Staff, the courses they are sent to, and whether they were there."""

from chassis.errors import NotFound
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.health import TrainingAttended, TrainingRequired
from services.health.commands import OpenCourse, RecordAttendance, RegisterStaff
from services.health.domain.training import check_absence, check_attendance, check_course
from services.health.tables import StaffMember, TrainingCourse, TrainingPlace


def register_staff(command: RegisterStaff, uow: UnitOfWork) -> StaffMember:
    """Add somebody who works at the station."""
    staff_id = uow.new_id()
    member = uow.add(
        StaffMember(
            staff_id=staff_id,
            position=command.position,
            sealed=uow.vault.seal_answers(
                f"staff_member/{staff_id}", {"full_name": command.full_name, "details": command.details}
            ),
        )
    )
    uow.wrote("staff.register", "staff_member", staff_id)
    return member


def open_course(command: OpenCourse, uow: UnitOfWork) -> TrainingCourse:
    """Enter a course and who must attend it."""
    ends_on = command.ends_on or command.held_on
    check_course(held_on=command.held_on, ends_on=ends_on)
    course = uow.add(
        TrainingCourse(
            course_id=uow.new_id(),
            name=command.name,
            organiser=command.organiser,
            held_on=command.held_on,
            ends_on=ends_on,
            details=command.details,
        )
    )
    uow.session.flush()
    for staff_id in dict.fromkeys(command.staff):
        uow.get(StaffMember, staff_id)
        uow.add(TrainingPlace(course_id=course.course_id, staff_id=staff_id))
        uow.record(TrainingRequired(course_id=course.course_id, staff_id=staff_id, held_on=command.held_on))
    uow.wrote("training.open", "training_course", course.course_id, places=len(command.staff))
    return course


def record_attendance(command: RecordAttendance, uow: UnitOfWork) -> TrainingPlace:
    """Say that somebody attended a course, in full or in part, or was absent; a later entry corrects an earlier one.

    An absence is kept here and not announced: a requirement without attendance says it.
    """
    course = uow.get(TrainingCourse, command.course_id)
    place = uow.session.get(TrainingPlace, (command.course_id, command.staff_id), with_for_update=True)
    if place is None:
        raise NotFound(_("Người này không có trong danh sách cử đi lớp tập huấn."))
    if command.attended_on is None:
        check_absence(attended_on=place.attended_on, fully=command.fully, held_on=course.held_on, today=uow.today())
    else:
        check_attendance(held_on=course.held_on, attended_on=command.attended_on, ends_on=course.ends_on)
        uow.record(
            TrainingAttended(
                course_id=command.course_id,
                staff_id=command.staff_id,
                held_on=course.held_on,
                attended_on=command.attended_on,
                fully=command.fully,
            )
        )
    place.attended_on, place.fully = command.attended_on, command.fully
    uow.wrote("training.attend", "training_course", command.course_id, staff=command.staff_id, fully=command.fully)
    return place
