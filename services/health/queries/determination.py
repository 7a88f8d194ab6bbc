"""Which determinations were asked for and how far each has come; what was found is opened only for who may read it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from chassis.errors import NotFound
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from chassis.vault import Vault
from services.health.domain.determination import UNDER_WAY
from services.health.domain.identity import normalise_number
from services.health.law import law
from services.health.queries.listing import Listing
from services.health.tables import (
    Determination,
    DeterminationCopy,
    DeterminationPaper,
    DeterminationRequest,
    DeterminationResult,
    DocumentNumber,
    Patient,
)


@dataclass(frozen=True, kw_only=True)
class WaitingRequest:
    """A request for which nobody was received yet, and the patient behind it if the station knows them."""

    row: DeterminationRequest
    patient_id: str | None


# -- one ------------------------------------------------------------------------------------------------------------------------


def request(uow: UnitOfWork, request_id: str) -> DeterminationRequest:
    """Return one request of the unit; raise :class:`NotFound`."""
    return uow.get(DeterminationRequest, request_id)


def determination(uow: UnitOfWork, determination_id: str) -> Determination:
    """Return one determination of the unit; raise :class:`NotFound`."""
    return uow.get(Determination, determination_id)


def determination_for(session: Session, request_id: str) -> Determination | None:
    """Return the determination that was opened for a request."""
    return session.scalar(select(Determination).where(Determination.request_id == request_id))


def under_way_of(session: Session, patient_id: str) -> Determination | None:
    """Return the determination of a patient that is under way; there is one at most."""
    return session.scalar(
        select(Determination).where(Determination.patient_id == patient_id, Determination.stage.in_(UNDER_WAY))
    )


def of_patient(session: Session, patient_id: str) -> Sequence[Determination]:
    """Return a patient's determinations, the newest first."""
    asked = select(Determination).where(Determination.patient_id == patient_id)
    return session.scalars(asked.order_by(Determination.received_on.desc(), Determination.determination_id)).all()


def results_of(session: Session, determination_id: str) -> Sequence[DeterminationResult]:
    """Return the results of a determination, the first version first; the last one may be a draft."""
    asked = select(DeterminationResult).where(DeterminationResult.determination_id == determination_id)
    return session.scalars(asked.order_by(DeterminationResult.result_version)).all()


def draft_of(session: Session, determination_id: str) -> DeterminationResult | None:
    """Return the result that is being written, if there is one."""
    return session.scalar(
        select(DeterminationResult).where(
            DeterminationResult.determination_id == determination_id, DeterminationResult.issued_on.is_(None)
        )
    )


def result_in_force(session: Session, determination_id: str) -> DeterminationResult | None:
    """Return the newest result that was issued."""
    asked = select(DeterminationResult).where(
        DeterminationResult.determination_id == determination_id, DeterminationResult.issued_on.is_not(None)
    )
    return session.scalar(asked.order_by(DeterminationResult.result_version.desc()).limit(1))


def copies_of(session: Session, result_ids: Collection[str]) -> Sequence[DeterminationCopy]:
    """Return the copies of some results that were handed over, the first one first."""
    asked = select(DeterminationCopy).where(DeterminationCopy.result_id.in_(set(result_ids)))
    return session.scalars(asked.order_by(DeterminationCopy.handed_at, DeterminationCopy.copy_id)).all()


def paper(uow: UnitOfWork, result_id: str) -> tuple[DeterminationPaper, str]:
    """Return a printed result and whose it is; raise :class:`NotFound`."""
    result = uow.get(DeterminationResult, result_id)
    found = uow.session.get(DeterminationPaper, result_id)
    if found is None:
        raise NotFound(_("Chưa có phiếu kết quả của bản này."))
    return found, determination(uow, result.determination_id).patient_id


# -- what lies sealed -----------------------------------------------------------------------------------------------------------


def findings_of(found: Determination, vault: Vault) -> dict[str, Any]:
    """Open what was found: file, reception, examination, observation. Whoever shows it notes the reading."""
    return vault.open_answers(f"determination/{found.determination_id}", found.sealed)


def grounds_of(result: DeterminationResult, vault: Vault) -> dict[str, Any]:
    """Open what a result rests on: the marks, the certificate, the reason of a correction."""
    return vault.open_answers(f"determination_result/{result.result_id}", result.sealed)


def file_of(paper: DeterminationPaper, vault: Vault) -> bytes:
    """Open the printed result: the very bytes that were issued."""
    return vault.open(f"determination_paper/{paper.result_id}", paper.sealed)


# -- many -----------------------------------------------------------------------------------------------------------------------


def waiting() -> Select[DeterminationRequest]:
    """Return the question for requests that wait for the person: asked for, not taken back, not closed, nobody received."""
    received = exists().where(Determination.request_id == DeterminationRequest.request_id)
    return select(DeterminationRequest).where(
        DeterminationRequest.requested_on.is_not(None),
        DeterminationRequest.withdrawn_on.is_(None),
        DeterminationRequest.closed_on.is_(None),
        ~received,
    )


def waiting_requests(session: Session) -> list[WaitingRequest]:
    """Return the requests that wait for the person, the oldest first."""
    by = (DeterminationRequest.requested_on, DeterminationRequest.request_id)
    rows = session.scalars(waiting().order_by(*by)).all()
    keys = {row.person_key for row in rows}
    known = dict(
        session.execute(select(Patient.person_key, Patient.patient_id).where(Patient.person_key.in_(keys))).all()
    )
    return [WaitingRequest(row=row, patient_id=known.get(row.person_key or "")) for row in rows]


def waiting_listing() -> Listing[DeterminationRequest]:
    """List the requests that wait for the person, for the API."""
    return Listing(waiting(), by=[DeterminationRequest.request_id])


def at_stages(stages: Collection[str]) -> Listing[Determination]:
    """List the determinations at some stages, the newest reception first."""
    return Listing(
        select(Determination).where(Determination.stage.in_(sorted(stages))),
        by=[Determination.received_on, Determination.determination_id],
        descending=True,
    )


def all_determinations() -> Listing[Determination]:
    """List every determination, for the API."""
    return Listing(select(Determination), by=[Determination.determination_id], descending=True)


def unfinished(session: Session) -> Sequence[Determination]:
    """Return the determinations that are under way or whose result is not in everybody's hands, the oldest first."""
    asked = select(Determination).where(Determination.stage.in_((*UNDER_WAY, "CONCLUDED")))
    return session.scalars(asked.order_by(Determination.received_on, Determination.determination_id)).all()


def issued_on(session: Session, determination_ids: Collection[str]) -> dict[str, date]:
    """Return on which day the result in force of some determinations was issued."""
    asked = select(DeterminationResult.determination_id, func.max(DeterminationResult.issued_on)).where(
        DeterminationResult.determination_id.in_(set(determination_ids)), DeterminationResult.issued_on.is_not(None)
    )
    rows = session.execute(asked.group_by(DeterminationResult.determination_id))
    return {determination_id: day for determination_id, day in rows if day is not None}


def withdrawn_requests(session: Session, request_ids: Collection[str]) -> set[str]:
    """Return which of these requests were taken back."""
    asked = select(DeterminationRequest.request_id).where(
        DeterminationRequest.request_id.in_(set(request_ids)), DeterminationRequest.withdrawn_on.is_not(None)
    )
    return set(session.scalars(asked))


def speaks_of(request: DeterminationRequest, personal_number: str | None, uow: UnitOfWork) -> bool:
    """Tell whether a number typed here gives the pseudonym under which the registry announced the request."""
    if not personal_number:
        return False
    return uow.person_key(normalise_number(personal_number), "") == request.person_key


def result_due_on(found: Determination) -> date:
    """Return the last day for giving the result, by the regime of the day on which the person was received."""
    rules = law().regime_on(found.received_on).determination
    return law().due_day(found.received_on, rules.result)


# -- numbers --------------------------------------------------------------------------------------------------------------------


def take_number(uow: UnitOfWork, *, year: int, symbol: str) -> int:
    """Take the next number of a symbol in a year; given back when the transaction is given up, so that none is missing."""
    on_sqlite = uow.session.get_bind().dialect.name == "sqlite"
    statement = (sqlite_insert if on_sqlite else postgresql_insert)(DocumentNumber).values(
        unit_code=uow.unit, year=year, symbol=symbol, last=1
    )
    upsert = statement.on_conflict_do_update(
        index_elements=["unit_code", "year", "symbol"], set_={"last": DocumentNumber.last + 1}
    )
    number: int = uow.session.execute(upsert.returning(DocumentNumber.last)).scalar_one()
    return number
