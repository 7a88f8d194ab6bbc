"""The deeds of the health station: each carries out one command, beside it the event and the audit entry."""

from chassis.errors import NotFound, NotUnderstood, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.health import (
    CounsellingHeld,
    OstTreatmentAdmitted,
    OstTreatmentEnded,
    OstTreatmentListed,
    TestKitDiscarded,
    TestKitReceived,
    TestKitUsed,
    TrainingAttended,
    TrainingRequired,
)
from services.health import queries
from services.health.commands import (
    AdmitToOst,
    CorrectPatient,
    DiscardKits,
    EndOstTreatment,
    ListOstTreatment,
    OpenCourse,
    ReceiveKits,
    RecordAttendance,
    RecordCounselling,
    RegisterKitProduct,
    RegisterPatient,
    RegisterStaff,
    UseKits,
)
from services.health.domain import (
    ANNOUNCED_COUNSELLING,
    DISCARDED,
    RECEIVED,
    USED,
    OutOfOrder,
    StockMove,
    check_admission,
    check_attendance,
    check_ending,
    check_listing,
    check_taking,
    check_use_before_expiry,
)
from services.health.tables import (
    Counselling,
    KitLot,
    KitMove,
    KitProduct,
    OstTreatment,
    Patient,
    PatientSearchToken,
    StaffMember,
    TrainingCourse,
    TrainingPlace,
)


def register_patient(command: RegisterPatient, uow: UnitOfWork) -> Patient:
    """Open a patient's file. The personal number gives the same pseudonym as in the registry."""
    patient_id = uow.new_id()
    number_index = _index_of(command.personal_number, uow)
    if number_index is not None and queries.patient_with_number(uow.session, number_index):
        raise RuleBroken(
            _("Số định danh này đã có trong sổ bệnh nhân; hãy tìm hồ sơ cũ."),
            code="already_registered",
            field="personal_number",
        )
    patient = uow.add(
        Patient(
            patient_id=patient_id,
            patient_number=queries.next_patient_number(uow.session),
            person_key=uow.person_key(command.personal_number, patient_id),
            number_index=number_index,
            sex=command.sex,
            birth_year=_year(command.birth_date),
            sealed=b"",
            registered_on=uow.today(),
        )
    )
    _seal_identity(patient, command, uow, personal_number=command.personal_number)
    uow.wrote("patient.register", "patient", patient_id, warnings=",".join(sorted(command.confirmed_warnings)))
    return patient


def correct_patient(command: CorrectPatient, uow: UnitOfWork) -> Patient:
    """Correct what is known of a patient; the personal number stays, because the pseudonym comes from it."""
    patient = uow.get(Patient, command.patient_id, version=command.version)
    known = queries.identity_of(patient, uow.vault)
    patient.sex, patient.birth_year = command.sex, _year(command.birth_date)
    _seal_identity(patient, command, uow, personal_number=known.get("personal_number"))
    uow.wrote("patient.correct", "patient", patient.patient_id)
    return patient


def admit_to_ost(command: AdmitToOst, uow: UnitOfWork) -> OstTreatment:
    """Take a person into substitution treatment; one treatment at a time."""
    patient = uow.get(Patient, command.patient_id)
    treatments = queries.treatments_of(uow.session, patient.patient_id)
    ended = [each.ended_on for each in treatments if each.ended_on is not None]
    check_admission(
        admitted_on=command.admitted_on,
        open_treatment=any(each.ended_on is None for each in treatments),
        last_ended_on=max(ended, default=None),
    )
    treatment = uow.add(
        OstTreatment(
            treatment_id=uow.new_id(),
            patient_id=patient.patient_id,
            facility_code=command.facility_code,
            admitted_on=command.admitted_on,
            details=command.details,
        )
    )
    uow.record(
        OstTreatmentAdmitted(
            treatment_id=treatment.treatment_id,
            person_key=patient.person_key,
            admitted_on=command.admitted_on,
            facility_code=command.facility_code,
        )
    )
    uow.wrote("ost.admit", "patient", patient.patient_id, treatment=treatment.treatment_id)
    if command.listed_on is not None:
        list_ost_treatment(ListOstTreatment(treatment_id=treatment.treatment_id, listed_on=command.listed_on), uow)
    return treatment


def list_ost_treatment(command: ListOstTreatment, uow: UnitOfWork) -> OstTreatment:
    """Put a treatment on the ward's list, as the ward's plan wants for every patient who lives there."""
    treatment = uow.get(OstTreatment, command.treatment_id)
    check_listing(
        listed_on=command.listed_on,
        admitted_on=treatment.admitted_on,
        ended_on=treatment.ended_on,
        already_listed=treatment.listed_on is not None,
    )
    treatment.listed_on = command.listed_on
    treatment.version += 1
    patient = uow.get(Patient, treatment.patient_id)
    uow.record(
        OstTreatmentListed(
            treatment_id=treatment.treatment_id, person_key=patient.person_key, listed_on=command.listed_on
        )
    )
    uow.wrote("ost.list", "patient", treatment.patient_id, treatment=treatment.treatment_id)
    return treatment


def end_ost_treatment(command: EndOstTreatment, uow: UnitOfWork) -> OstTreatment:
    """End a treatment. The reason travels with the fact; what lies behind it stays here."""
    treatment = uow.get(OstTreatment, command.treatment_id)
    check_ending(
        ended_on=command.ended_on,
        admitted_on=treatment.admitted_on,
        already_ended=treatment.ended_on is not None,
        listed_on=treatment.listed_on,
    )
    treatment.ended_on, treatment.end_reason = command.ended_on, command.reason
    treatment.details = {**treatment.details, **command.details}
    treatment.version += 1
    patient = uow.get(Patient, treatment.patient_id)
    uow.record(
        OstTreatmentEnded(
            treatment_id=treatment.treatment_id,
            person_key=patient.person_key,
            ended_on=command.ended_on,
            reason=command.reason,
        )
    )
    uow.wrote("ost.end", "patient", treatment.patient_id, treatment=treatment.treatment_id, reason=command.reason)
    return treatment


def record_counselling(command: RecordCounselling, uow: UnitOfWork) -> Counselling:
    """Keep one counselling session; HIV counselling is kept and not announced."""
    patient = uow.get(Patient, command.patient_id)
    counselling_id = uow.new_id()
    counselling = uow.add(
        Counselling(
            counselling_id=counselling_id,
            patient_id=patient.patient_id,
            held_on=command.held_on,
            kind=command.kind,
            group=command.group,
            counsellor_id=uow.by.account_id,
            sealed=uow.vault.seal_answers(f"counselling/{counselling_id}", command.details),
        )
    )
    if command.kind in ANNOUNCED_COUNSELLING:
        uow.record(
            CounsellingHeld(
                counselling_id=counselling_id,
                person_key=patient.person_key,
                held_on=command.held_on,
                kind=command.kind,
                group=command.group,
            )
        )
    uow.wrote("counselling.record", "patient", patient.patient_id, counselling=counselling_id)
    return counselling


def register_kit_product(command: RegisterKitProduct, uow: UnitOfWork) -> KitProduct:
    """Add a kind of test kit with its minimum stock."""
    if uow.session.get(KitProduct, (uow.unit, command.product_code)) is not None:
        raise RuleBroken(_("Mã loại test này đã có."), code="already_registered", field="product_code")
    product = uow.add(
        KitProduct(
            product_code=command.product_code,
            unit_code=uow.unit,
            name=command.name,
            panel=command.panel,
            minimum_stock=command.minimum_stock,
            details=command.details,
        )
    )
    uow.wrote("kit.register", "kit_product", command.product_code)
    return product


def receive_kits(command: ReceiveKits, uow: UnitOfWork) -> KitMove:
    """Take kits into stock. The same lot may come in more than once, always with the same expiry date."""
    if uow.session.get(KitProduct, (uow.unit, command.product_code)) is None:
        raise NotFound(_("Chưa có loại test này; hãy khai báo loại test trước."), field="product_code")
    if command.expires_on < command.moved_on:
        raise OutOfOrder(_("Lô này đã hết hạn trước ngày nhập."), field="expires_on")
    lot = queries.lot_with_number(uow.session, command.product_code, command.lot_number)
    if lot is None:
        lot = uow.add(
            KitLot(
                lot_id=uow.new_id(),
                product_code=command.product_code,
                lot_number=command.lot_number,
                expires_on=command.expires_on,
                on_hand=0,
            )
        )
    elif lot.expires_on != command.expires_on:
        raise NotUnderstood(
            _(
                "Lô này đã ghi hạn dùng %(date)s; hãy kiểm tra lại hạn dùng in trên hộp.",
                date=f"{lot.expires_on:%d/%m/%Y}",
            ),
            field="expires_on",
        )
    move = _move(command, lot, RECEIVED, uow)
    uow.record(
        TestKitReceived(
            move_id=move.move_id,
            product_code=lot.product_code,
            lot_id=lot.lot_id,
            moved_on=command.moved_on,
            quantity=command.quantity,
            expires_on=lot.expires_on,
        )
    )
    uow.wrote("kit.receive", "kit_lot", lot.lot_id, quantity=command.quantity)
    return move


def use_kits(command: UseKits, uow: UnitOfWork) -> KitMove:
    """Take kits out for testing; never more than the lot holds, never after its expiry date."""
    lot = queries.locked_lot(uow.session, command.lot_id)
    check_use_before_expiry(moved_on=command.moved_on, expires_on=lot.expires_on)
    move = _take(command, lot, USED, uow)
    uow.record(
        TestKitUsed(
            move_id=move.move_id,
            product_code=lot.product_code,
            lot_id=lot.lot_id,
            moved_on=command.moved_on,
            quantity=command.quantity,
        )
    )
    uow.wrote("kit.use", "kit_lot", lot.lot_id, quantity=command.quantity)
    return move


def discard_kits(command: DiscardKits, uow: UnitOfWork) -> KitMove:
    """Take kits out that will not be used: expired, lost, damaged, recalled, handed on."""
    lot = queries.locked_lot(uow.session, command.lot_id)
    move = _take(command, lot, DISCARDED, uow)
    uow.record(
        TestKitDiscarded(
            move_id=move.move_id,
            product_code=lot.product_code,
            lot_id=lot.lot_id,
            moved_on=command.moved_on,
            quantity=command.quantity,
            reason=command.reason,
        )
    )
    uow.wrote("kit.discard", "kit_lot", lot.lot_id, quantity=command.quantity, reason=command.reason)
    return move


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
    if ends_on < command.held_on:
        raise OutOfOrder(_("Ngày kết thúc lớp phải từ ngày khai giảng trở đi."), field="ends_on")
    course = uow.add(
        TrainingCourse(
            course_id=uow.new_id(),
            title=command.title,
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
    """Say that somebody attended a course, in full or in part; a later entry corrects an earlier one."""
    course = uow.get(TrainingCourse, command.course_id)
    place = uow.session.get(TrainingPlace, (command.course_id, command.staff_id))
    check_attendance(
        required=place is not None,
        held_on=course.held_on,
        attended_on=command.attended_on,
        ends_on=course.ends_on,
    )
    if place is None:
        raise NotFound(_("Không tìm thấy hồ sơ này trong đơn vị."))
    place.attended_on, place.fully = command.attended_on, command.fully
    uow.record(
        TrainingAttended(
            course_id=command.course_id,
            staff_id=command.staff_id,
            held_on=course.held_on,
            attended_on=command.attended_on,
            fully=command.fully,
        )
    )
    uow.wrote("training.attend", "training_course", command.course_id, staff=command.staff_id, fully=command.fully)
    return place


def _take(command: UseKits | DiscardKits, lot: KitLot, kind: str, uow: UnitOfWork) -> KitMove:
    ledger = [StockMove(each.moved_on, each.quantity) for each in queries.moves_of(uow.session, lot.lot_id)]
    check_taking(ledger=ledger, moved_on=command.moved_on, quantity=command.quantity)
    return _move(command, lot, kind, uow)


def _move(command: ReceiveKits | UseKits | DiscardKits, lot: KitLot, kind: str, uow: UnitOfWork) -> KitMove:
    quantity = command.quantity if kind == RECEIVED else -command.quantity
    lot.on_hand += quantity
    return uow.add(
        KitMove(
            move_id=uow.new_id(),
            lot_id=lot.lot_id,
            moved_on=command.moved_on,
            move=kind,
            quantity=quantity,
            reason=command.reason if isinstance(command, DiscardKits) else None,
            recorded_at=uow.now(),
            details=command.details,
        )
    )


def _seal_identity(
    patient: Patient, command: RegisterPatient | CorrectPatient, uow: UnitOfWork, *, personal_number: str | None
) -> None:
    """Seal who the patient is and make the names findable."""
    patient.sealed = uow.vault.seal_answers(
        f"patient/{patient.patient_id}",
        {
            "full_name": command.full_name,
            "birth_date": command.birth_date,
            "personal_number": personal_number,
            "details": command.details,
        },
    )
    uow.session.flush()
    queries.forget_tokens(uow.session, patient.patient_id)
    for token in uow.vault.search_tokens("patient.full_name", command.full_name):
        uow.add(PatientSearchToken(patient_id=patient.patient_id, token=token))


def _index_of(personal_number: str | None, uow: UnitOfWork) -> str | None:
    return uow.vault.blind_index("patient.personal_number", personal_number) if personal_number else None


def _year(birth_date: str | None) -> int | None:
    return int(birth_date[:4]) if birth_date else None
