"""What the station has to do now: one line for each duty, by code and date, without any name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from chassis.clock import LOCAL_ZONE
from services.health.domain.counselling import quarter_window
from services.health.domain.determination import CONCLUDED, FOR_APPROVAL, FOR_SIGNATURE
from services.health.domain.regimes import due_moment
from services.health.law import law
from services.health.queries import counselling, determination, kits, patients, training, treatments

EXPIRES_SOON = timedelta(days=30)
ATTENDANCE_WITHIN = timedelta(days=7)
"""The station answers within a week of a course whether its people were there."""

RECEIVE_PERSON, SEND_STAFF, GO_ON, SIGN, APPROVE, STOP_WITHDRAWN, HAND_OVER = (
    "RECEIVE_PERSON",
    "SEND_STAFF",
    "GO_ON_WITH_DETERMINATION",
    "SIGN_DETERMINATION",
    "APPROVE_DETERMINATION",
    "STOP_WITHDRAWN",
    "HAND_OVER_RESULT",
)
_AT_STAGE = {FOR_SIGNATURE: SIGN, FOR_APPROVAL: APPROVE}

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

    ``quantity`` counts kits or people where the duty is about some; ``staff_id`` names whose place in a course it is;
    ``due_at`` is the very moment of a deadline that runs in hours.
    """

    kind: str
    record_id: str = ""
    due_on: date | None = None
    quantity: int | None = None
    staff_id: str = ""
    due_at: datetime | None = None


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


def determination_duties(session: Session) -> list[Duty]:
    """Return what is due for determinations: who is to come, results to give, signatures, copies to hand over."""
    return [*_waiting_duties(session), *_result_duties(session)]


def _waiting_duties(session: Session) -> Iterator[Duty]:
    for each in determination.waiting_requests(session):
        row = each.row
        if not row.on_site or row.dossier_at is None:
            yield Duty(kind=RECEIVE_PERSON, record_id=row.request_id)
            continue
        local = row.dossier_at.astimezone(LOCAL_ZONE)
        due = due_moment(local, law().regime_on(local.date()).determination.staff)
        yield Duty(kind=SEND_STAFF, record_id=row.request_id, due_on=due.date(), due_at=due)


def _result_duties(session: Session) -> Iterator[Duty]:
    found = determination.unfinished(session)
    withdrawn = determination.withdrawn_requests(session, [each.request_id for each in found if each.request_id])
    issued = determination.issued_on(session, [each.determination_id for each in found if each.stage == CONCLUDED])
    for each in found:
        if each.stage == CONCLUDED:
            yield Duty(kind=HAND_OVER, record_id=each.determination_id, due_on=issued[each.determination_id])
        elif each.request_id in withdrawn and each.result_version == 0:
            yield Duty(kind=STOP_WITHDRAWN, record_id=each.determination_id)
        else:
            # A correction has no time limit of its own; the law only gives one to the first result.
            due = determination.result_due_on(each) if each.result_version == 0 else None
            yield Duty(kind=_AT_STAGE.get(each.stage, GO_ON), record_id=each.determination_id, due_on=due)


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
