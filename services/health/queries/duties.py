"""What the station has to do now: one line for each duty, by code and date, without any name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from services.health.domain.counselling import quarter_window
from services.health.queries import counselling, kits, patients, training, treatments

EXPIRES_SOON = timedelta(days=30)
ATTENDANCE_WITHIN = timedelta(days=7)
"""The station answers within a week of a course whether its people were there."""

COUNSEL, LIST_TREATMENT, USE_UP, DISCARD, RESTOCK, ANSWER_PLACE, UNKNOWN_PEOPLE = (
    "COUNSEL",
    "LIST_TREATMENT",
    "USE_UP",
    "DISCARD",
    "RESTOCK",
    "ANSWER_PLACE",
    "UNKNOWN_PEOPLE",
)


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One duty: what is to be done, about which record, until when (None: it waits for somebody else).

    ``quantity`` counts kits or people where the duty is about some; ``staff_id`` names whose place in a course it is.
    """

    kind: str
    record_id: str = ""
    due_on: date | None = None
    quantity: int | None = None
    staff_id: str = ""


def people_duties(session: Session, today: date) -> list[Duty]:
    """Return what is due for patients: counselling of the quarter, treatments that the ward's list lacks."""
    return [*_counselling_duties(session, today), *_listing_duties(session)]


def kit_duties(session: Session, today: date) -> list[Duty]:
    """Return what is due for test kits: lots that expire, products below their minimum."""
    return [*_expiry_duties(session, today), *_stock_duties(session, today)]


def training_duties(session: Session, today: date) -> list[Duty]:
    """Return the places in courses that nobody answered for."""
    return [
        Duty(
            kind=ANSWER_PLACE,
            record_id=course.course_id,
            staff_id=place.staff_id,
            due_on=course.ends_on + ATTENDANCE_WITHIN,
        )
        for place, course in training.unanswered_places(session, today)
    ]


def _counselling_duties(session: Session, today: date) -> Iterator[Duty]:
    window = quarter_window(today)
    missing = counselling.coverage(session, window, today).missing
    known = patients.patients_by_key(session, missing)
    for patient in sorted(known.values(), key=lambda each: each.patient_number):
        yield Duty(kind=COUNSEL, record_id=patient.patient_id, due_on=window.last)
    unknown = len(missing) - len(known)
    if unknown:
        yield Duty(kind=UNKNOWN_PEOPLE, quantity=unknown)


def _listing_duties(session: Session) -> Iterator[Duty]:
    for treatment in treatments.unlisted_treatments(session):
        yield Duty(
            kind=LIST_TREATMENT, record_id=treatment.treatment_id, due_on=quarter_window(treatment.admitted_on).last
        )


def _expiry_duties(session: Session, today: date) -> Iterator[Duty]:
    for lot in kits.expiring_lots(session, today + EXPIRES_SOON):
        kind = DISCARD if lot.expires_on < today else USE_UP
        yield Duty(kind=kind, record_id=lot.lot_id, due_on=lot.expires_on, quantity=lot.on_hand)


def _stock_duties(session: Session, today: date) -> Iterator[Duty]:
    for each in kits.stock(session, today):
        if each.is_short:
            yield Duty(kind=RESTOCK, record_id=each.product.product_code, due_on=today, quantity=each.usable)
