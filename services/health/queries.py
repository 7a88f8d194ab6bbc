"""The questions that pages, API and handlers ask of the health station's data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from chassis.errors import NotFound
from chassis.i18n import _
from chassis.vault import Vault
from services.health.domain import RECEIVED, USED
from services.health.tables import (
    Counselling,
    KitLot,
    KitMove,
    KitProduct,
    KnownPerson,
    OstTreatment,
    Patient,
    PatientSearchToken,
    StaffMember,
    TrainingCourse,
    TrainingPlace,
)

USE_WINDOW = timedelta(days=90)


@dataclass(frozen=True)
class Stock:
    """How much of one product there is: on hand, the least that must be, and how long it lasts at the usual pace."""

    product: KitProduct
    on_hand: int
    used_in_window: int
    next_expiry: date | None

    @property
    def is_short(self) -> bool:
        """Tell whether less is there than must be."""
        return self.on_hand < self.product.minimum_stock

    @property
    def days_left(self) -> int | None:
        """Return for how many whole days the stock lasts at the mean use of 90 days; None when nothing was used."""
        return self.on_hand * USE_WINDOW.days // self.used_in_window if self.used_in_window else None


@dataclass(frozen=True)
class Uncounselled:
    """Somebody under management or in treatment whom nobody has counselled in the window."""

    person_key: str
    patient: Patient | None


def identity_of(patient: Patient, vault: Vault) -> dict[str, Any]:
    """Open who the patient is: full_name, birth_date, personal_number, details."""
    return vault.open_answers(f"patient/{patient.patient_id}", patient.sealed)


def counselling_details(counselling: Counselling, vault: Vault) -> dict[str, Any]:
    """Open what was said in a counselling session."""
    return vault.open_answers(f"counselling/{counselling.counselling_id}", counselling.sealed)


def staff_name(member: StaffMember, vault: Vault) -> str:
    """Open the name of a member of staff."""
    return str(vault.open_answers(f"staff_member/{member.staff_id}", member.sealed)["full_name"])


def next_patient_number(session: Session) -> int:
    """Return the next local number of a patient."""
    return (session.scalar(select(func.max(Patient.patient_number))) or 0) + 1


def patient_with_number(session: Session, number_index: str) -> Patient | None:
    """Find a patient by the blind index of the personal number."""
    return session.scalar(select(Patient).where(Patient.number_index == number_index))


def patients_named(vault: Vault, text: str) -> Select[tuple[Patient]]:
    """Return the question for patients by the beginnings of their names, or by personal number; without text, all."""
    everyone = select(Patient).order_by(Patient.patient_number)
    text = text.strip()
    if not text:
        return everyone
    digits = "".join(sign for sign in text if sign.isdigit())
    if len(digits) in (9, 12):
        return everyone.where(Patient.number_index == vault.blind_index("patient.personal_number", digits))
    found = everyone
    for token in vault.query_tokens("patient.full_name", text):
        holders = select(PatientSearchToken.patient_id).where(PatientSearchToken.token == token)
        found = found.where(Patient.patient_id.in_(holders))
    return found


def forget_tokens(session: Session, patient_id: str) -> None:
    """Remove a patient's search tokens, before new ones are made."""
    session.execute(delete(PatientSearchToken).where(PatientSearchToken.patient_id == patient_id))


def treatments_of(session: Session, patient_id: str) -> Sequence[OstTreatment]:
    """Return a patient's treatments, the first one first."""
    return session.scalars(
        select(OstTreatment).where(OstTreatment.patient_id == patient_id).order_by(OstTreatment.admitted_on)
    ).all()


def treatments(*, only_open: bool) -> Select[tuple[OstTreatment]]:
    """Return the question for treatments, the newest first."""
    question = select(OstTreatment).order_by(OstTreatment.admitted_on.desc(), OstTreatment.treatment_id)
    return question.where(OstTreatment.ended_on.is_(None)) if only_open else question


def unlisted_treatments(session: Session) -> Sequence[OstTreatment]:
    """Return the treatments under way that are not on the ward's list, the oldest first."""
    return session.scalars(
        select(OstTreatment)
        .where(OstTreatment.ended_on.is_(None), OstTreatment.listed_on.is_(None))
        .order_by(OstTreatment.admitted_on)
    ).all()


def counselling_of(session: Session, patient_id: str) -> Sequence[Counselling]:
    """Return a patient's counselling, the newest first."""
    return session.scalars(
        select(Counselling).where(Counselling.patient_id == patient_id).order_by(Counselling.held_on.desc())
    ).all()


def counselling_between(first: date, last: date) -> Select[tuple[Counselling]]:
    """Return the question for the counselling of a span of days, the newest first."""
    return (
        select(Counselling)
        .where(Counselling.held_on.between(first, last))
        .order_by(Counselling.held_on.desc(), Counselling.counselling_id)
    )


def is_under_management(session: Session, person_key: str, day: date) -> bool:
    """Tell whether the registry announced this pseudonym as under management on a day."""
    return session.scalar(_managed_on(day).where(KnownPerson.person_key == person_key).limit(1)) is not None


def uncounselled(session: Session, first: date, last: date) -> list[Uncounselled]:
    """Return everybody under management or in treatment on the last day without medical or psychological counselling."""
    counselled = (
        select(Patient.person_key)
        .join(Counselling, Counselling.patient_id == Patient.patient_id)
        .where(Counselling.held_on.between(first, last), Counselling.kind.in_(("Y_TE", "TAM_LY")))
    )
    managed = set(session.scalars(_managed_on(last).where(KnownPerson.person_key.not_in(counselled))))
    treated = set(
        session.scalars(
            select(Patient.person_key)
            .join(OstTreatment, OstTreatment.patient_id == Patient.patient_id)
            .where(
                OstTreatment.admitted_on <= last,
                (OstTreatment.ended_on.is_(None)) | (OstTreatment.ended_on > last),
                Patient.person_key.not_in(counselled),
            )
        )
    )
    wanted = sorted(managed | treated)
    patients = {
        each.person_key: each for each in session.scalars(select(Patient).where(Patient.person_key.in_(wanted)))
    }
    return [Uncounselled(person_key, patients.get(person_key)) for person_key in wanted]


def stock(session: Session, today: date) -> list[Stock]:
    """Return the stock of every product."""
    used = (
        select(KitLot.product_code, func.sum(-KitMove.quantity).label("used"))
        .join(KitMove, KitMove.lot_id == KitLot.lot_id)
        .where(KitMove.move == USED, KitMove.moved_on > today - USE_WINDOW, KitMove.moved_on <= today)
        .group_by(KitLot.product_code)
    )
    used_by_product: dict[str, int] = {row.product_code: int(row.used) for row in session.execute(used)}
    lots = session.scalars(select(KitLot).where(KitLot.on_hand > 0)).all()
    return [
        Stock(
            product=product,
            on_hand=sum(lot.on_hand for lot in lots if lot.product_code == product.product_code),
            used_in_window=used_by_product.get(product.product_code, 0),
            next_expiry=min((lot.expires_on for lot in lots if lot.product_code == product.product_code), default=None),
        )
        for product in session.scalars(select(KitProduct).order_by(KitProduct.product_code))
    ]


def lots(session: Session, *, with_stock: bool = False) -> Sequence[KitLot]:
    """Return the lots, the one that expires first at the top."""
    question = select(KitLot).order_by(KitLot.expires_on, KitLot.lot_number)
    return session.scalars(question.where(KitLot.on_hand > 0) if with_stock else question).all()


def lot_with_number(session: Session, product_code: str, lot_number: str) -> KitLot | None:
    """Find a lot by its product and the number printed on the box; locked for this transaction."""
    return session.scalar(
        select(KitLot).where(KitLot.product_code == product_code, KitLot.lot_number == lot_number).with_for_update()
    )


def locked_lot(session: Session, lot_id: str) -> KitLot:
    """Return a lot, locked for this transaction; raise :class:`NotFound`."""
    lot: KitLot | None = session.scalar(select(KitLot).where(KitLot.lot_id == lot_id).with_for_update())
    if lot is None:
        raise NotFound(_("Không tìm thấy lô test này trong đơn vị."), field="lot_id")
    return lot


def moves_of(session: Session, lot_id: str) -> Sequence[KitMove]:
    """Return a lot's ledger, in the order of days."""
    return session.scalars(
        select(KitMove).where(KitMove.lot_id == lot_id).order_by(KitMove.moved_on, KitMove.recorded_at)
    ).all()


def received_in_all(session: Session, lot_id: str) -> int:
    """Return how many kits of a lot ever came in."""
    return (
        session.scalar(
            select(func.coalesce(func.sum(KitMove.quantity), 0)).where(
                KitMove.lot_id == lot_id, KitMove.move == RECEIVED
            )
        )
        or 0
    )


def staff(session: Session) -> Sequence[StaffMember]:
    """Return everybody who works at the station."""
    return session.scalars(
        select(StaffMember).where(StaffMember.left_on.is_(None)).order_by(StaffMember.staff_id)
    ).all()


def courses() -> Select[tuple[TrainingCourse]]:
    """Return the question for courses, the newest first."""
    return select(TrainingCourse).order_by(TrainingCourse.held_on.desc(), TrainingCourse.course_id)


def places_of(session: Session, course_id: str) -> Sequence[TrainingPlace]:
    """Return who must attend a course, and who did."""
    return session.scalars(select(TrainingPlace).where(TrainingPlace.course_id == course_id)).all()


def unanswered_places(session: Session, today: date) -> Sequence[tuple[TrainingPlace, TrainingCourse]]:
    """Return the places of courses that are over and of which nobody said whether they were attended."""
    rows = session.execute(
        select(TrainingPlace, TrainingCourse)
        .join(TrainingCourse, TrainingCourse.course_id == TrainingPlace.course_id)
        .where(TrainingCourse.ends_on < today, TrainingPlace.attended_on.is_(None))
        .order_by(TrainingCourse.held_on)
    )
    return [(place, course) for place, course in rows]


def _managed_on(day: date) -> Select[str]:
    return select(KnownPerson.person_key).where(
        KnownPerson.managed_from <= day,
        (KnownPerson.managed_until.is_(None)) | (KnownPerson.managed_until > day),
    )
