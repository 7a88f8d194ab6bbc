"""Which substitution treatments there are, and which the ward's list does not hold yet."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.errors import NotFound
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.health.queries.listing import Listing
from services.health.tables import OstTreatment, Patient


def treatment(uow: UnitOfWork, treatment_id: str) -> OstTreatment:
    """Return one of the unit; raise :class:`NotFound`."""
    return uow.get(OstTreatment, treatment_id)


def locked_treatment(session: Session, treatment_id: str) -> OstTreatment:
    """Return a treatment, locked for this transaction and as it is now; raise :class:`NotFound`."""
    asked = select(OstTreatment).where(OstTreatment.treatment_id == treatment_id).with_for_update()
    treatment: OstTreatment | None = session.scalar(asked.execution_options(populate_existing=True))
    if treatment is None:
        raise NotFound(_("Không tìm thấy đợt điều trị này trong đơn vị."))
    return treatment


def treatments_of(session: Session, patient_id: str) -> Sequence[OstTreatment]:
    """Return a patient's treatments, the first one first."""
    return session.scalars(
        select(OstTreatment).where(OstTreatment.patient_id == patient_id).order_by(OstTreatment.admitted_on)
    ).all()


def treatments(*, only_open: bool = False) -> Listing[OstTreatment]:
    """List treatments, the newest first."""
    asked = select(OstTreatment)
    return Listing(
        asked.where(OstTreatment.ended_on.is_(None)) if only_open else asked,
        by=[OstTreatment.admitted_on, OstTreatment.treatment_id],
        descending=True,
    )


def unlisted_treatments(session: Session) -> Sequence[OstTreatment]:
    """Return the treatments under way that are not on the ward's list, the oldest first."""
    return session.scalars(
        select(OstTreatment)
        .where(OstTreatment.ended_on.is_(None), OstTreatment.listed_on.is_(None))
        .order_by(OstTreatment.admitted_on)
    ).all()


def is_in_treatment(session: Session, patient_id: str) -> bool:
    """Tell whether a treatment of this patient is under way."""
    asked = select(OstTreatment.treatment_id).where(
        OstTreatment.patient_id == patient_id, OstTreatment.ended_on.is_(None)
    )
    return session.scalar(asked.limit(1)) is not None


def treated_on(day: date) -> Select[str]:
    """Return the question for the pseudonyms in treatment on a day."""
    return (
        select(Patient.person_key)
        .join(OstTreatment, OstTreatment.patient_id == Patient.patient_id)
        .where(OstTreatment.admitted_on <= day, (OstTreatment.ended_on.is_(None)) | (OstTreatment.ended_on > day))
    )
