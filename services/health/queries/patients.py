"""Who the station's patients are, and which pseudonyms the registry announced."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, delete, false, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from chassis.unit_of_work import UnitOfWork
from chassis.vault import Vault
from services.health.domain.identity import is_number, normalise_number
from services.health.queries.listing import Listing
from services.health.tables import DocumentNumber, KnownPerson, Patient, PatientSearchToken

PATIENT_SYMBOL, EVERY_YEAR = "BN", 0
"""Under which the last number of a patient is kept among the numbers of the station; it never begins anew."""


@dataclass(frozen=True, kw_only=True)
class PatientFile:
    """A patient with the identity opened: for pages and the API, never for an event or a log."""

    patient_id: str
    patient_number: int
    person_key: str
    full_name: str
    sex: str
    birth_date: str | None
    personal_number: str | None
    registered_on: date
    version: int
    details: Mapping[str, Any]


def patient(uow: UnitOfWork, patient_id: str) -> Patient:
    """Return one patient of the unit; raise :class:`NotFound`."""
    return uow.get(Patient, patient_id)


def patient_file(patient: Patient, vault: Vault) -> PatientFile:
    """Open a patient's identity. Whoever shows it notes the reading in the audit log."""
    identity = identity_of(patient, vault)
    return PatientFile(
        patient_id=patient.patient_id,
        patient_number=patient.patient_number,
        person_key=patient.person_key,
        full_name=identity["full_name"],
        sex=patient.sex,
        birth_date=identity["birth_date"],
        personal_number=identity["personal_number"],
        registered_on=patient.registered_on,
        version=patient.version,
        details=identity["details"],
    )


def identity_of(patient: Patient, vault: Vault) -> dict[str, Any]:
    """Open who the patient is: full_name, birth_date, personal_number, details."""
    return vault.open_answers(f"patient/{patient.patient_id}", patient.sealed)


def take_patient_number(uow: UnitOfWork) -> int:
    """Take the next local number of a patient; whoever registers somebody at the same moment waits until it is used."""
    last = uow.session.scalar(select(func.max(Patient.patient_number))) or 0
    on_sqlite = uow.session.get_bind().dialect.name == "sqlite"
    statement = (sqlite_insert if on_sqlite else postgresql_insert)(DocumentNumber).values(
        unit_code=uow.unit, year=EVERY_YEAR, symbol=PATIENT_SYMBOL, last=last + 1
    )
    upsert = statement.on_conflict_do_update(
        index_elements=["unit_code", "year", "symbol"], set_={"last": DocumentNumber.last + 1}
    )
    number: int = uow.session.execute(upsert.returning(DocumentNumber.last)).scalar_one()
    return number


def number_index(personal_number: str | None, vault: Vault) -> str | None:
    """Return the blind index of a personal number."""
    return vault.blind_index("patient.personal_number", personal_number) if personal_number else None


def patient_with_number(session: Session, index: str) -> Patient | None:
    """Find a patient by the blind index of the personal number."""
    return session.scalar(select(Patient).where(Patient.number_index == index))


def patients_named(vault: Vault, text: str) -> Listing[Patient]:
    """List patients by the beginnings of their names, by personal number or by patient number; without text, all."""
    return Listing(_named(select(Patient), vault, text.strip()), by=[Patient.patient_number])


def patients_with_keys(person_keys: Collection[str]) -> Listing[Patient]:
    """List the patients behind some pseudonyms, as far as the station knows them."""
    return Listing(select(Patient).where(Patient.person_key.in_(set(person_keys))), by=[Patient.patient_number])


def patients_by_id(session: Session, patient_ids: Collection[str]) -> dict[str, Patient]:
    """Return some patients by their identifiers."""
    found = session.scalars(select(Patient).where(Patient.patient_id.in_(set(patient_ids))))
    return {patient.patient_id: patient for patient in found}


def patients_by_key(session: Session, person_keys: Collection[str]) -> dict[str, Patient]:
    """Return the patients behind some pseudonyms, as far as the station knows them."""
    found = session.scalars(select(Patient).where(Patient.person_key.in_(set(person_keys))))
    return {patient.person_key: patient for patient in found}


def forget_tokens(session: Session, patient_id: str) -> None:
    """Remove a patient's search tokens, before new ones are made."""
    session.execute(delete(PatientSearchToken).where(PatientSearchToken.patient_id == patient_id))


def is_under_management(session: Session, person_key: str, day: date) -> bool:
    """Tell whether the registry announced this pseudonym as under management on a day."""
    return session.scalar(managed_on(day).where(KnownPerson.person_key == person_key).limit(1)) is not None


def managed_on(day: date) -> Select[str]:
    """Return the question for the pseudonyms under management on a day."""
    return select(KnownPerson.person_key).where(
        KnownPerson.managed_from <= day,
        (KnownPerson.managed_until.is_(None)) | (KnownPerson.managed_until > day),
    )


def _named(asked: Select[Patient], vault: Vault, text: str) -> Select[Patient]:
    if is_number(text):
        return asked.where(Patient.number_index == number_index(normalise_number(text), vault))
    local_number = text.lower().removeprefix("bn").strip().lstrip("0")
    if local_number.isascii() and local_number.isdecimal() and len(local_number) <= len("999999"):
        return asked.where(Patient.patient_number == int(local_number))
    tokens = vault.query_tokens("patient.full_name", text)
    if text and not tokens:  # «***» is the beginning of nobody's name, and not of everybody's
        return asked.where(false())
    for token in tokens:
        holders = select(PatientSearchToken.patient_id).where(PatientSearchToken.token == token)
        asked = asked.where(Patient.patient_id.in_(holders))
    return asked
