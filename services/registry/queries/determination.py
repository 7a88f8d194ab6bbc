"""Requests for a determination (track B) as the station that is asked may know them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from chassis.errors import NotFound, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry.domain.codes import POSITIVE
from services.registry.queries.documents import document_data
from services.registry.queries.persons import PersonRecord, people_opened
from services.registry.queries.tests import TestRecord, tests_of
from services.registry.tables import Act, Case, Document, Person

DETERMINATION = "B"
REQUESTED = "Requested"
SUMMARY_FORM = "ND109_M03"
FOR_THE_STATION = ("name", "birth", "sex", "number", "addresses", "contact")
"""Who the person is, and no more: the station examines; it does not browse (domain.md 8.2 point 5)."""


@dataclass(frozen=True, kw_only=True)
class RequestedFile:
    """What the law gives to the station with a request: who it is about, the test sheet, the summary."""

    person: PersonRecord
    facts: Mapping[str, Any]
    document_number: str | None
    test: TestRecord | None
    summary: Mapping[str, Any]


def determination_request(uow: UnitOfWork, request_id: str) -> Case:
    """Return the case of a request of this unit. Raises NotFound, and RuleBroken when it is closed."""
    case: Case | None = uow.session.scalar(select(Case).where(Case.case_id == request_id, Case.track == DETERMINATION))
    if case is None or _request(uow, request_id) is None:
        raise NotFound(_("Công an không có đề nghị xác định này."))
    if case.closed_on is not None:
        raise RuleBroken(_("Đề nghị xác định này đã đóng hoặc đã rút."), code="request_closed")
    return case


def requested_file(uow: UnitOfWork, request_id: str) -> RequestedFile:
    """Return the file of an open request; its person is noted as read. Raises as :func:`determination_request`."""
    case = determination_request(uow, request_id)
    request = _request(uow, request_id)
    (person,) = people_opened(uow, [uow.get(Person, case.person_id)], FOR_THE_STATION)
    return RequestedFile(
        person=person,
        facts=request.facts if request else {},
        document_number=request.document_number if request else None,
        test=_test_sheet(uow, case),
        summary=_summary(uow, case.person_id),
    )


def _request(uow: UnitOfWork, request_id: str) -> Act | None:
    asked = select(Act).where(Act.case_id == request_id, Act.event == REQUESTED, Act.annulled_at.is_(None))
    return uow.session.scalar(asked.order_by(Act.sequence).limit(1))


def _test_sheet(uow: UnitOfWork, case: Case) -> TestRecord | None:
    """Return the test on which the request stands, or else the newest positive one."""
    found = [test for test in tests_of(uow, case.person_id) if test.row.withdrawn_at is None]
    own = [test for test in found if test.row.test_id == case.test_id]
    positive = [test for test in found if test.row.result == POSITIVE]
    return next(iter([*own, *positive]), None)


def _summary(uow: UnitOfWork, person_id: str) -> Mapping[str, Any]:
    """Return the answers of the newest summary that was issued with a request, if one was."""
    asked = select(Document.document_id).where(
        Document.person_id == person_id,
        Document.form_code == SUMMARY_FORM,
        Document.annulled_by.is_(None),
        Document.voided_at.is_(None),
    )
    document_id = uow.session.scalar(asked.order_by(Document.issued_on.desc(), Document.document_id.desc()).limit(1))
    if document_id is None:
        return {}
    _record, data = document_data(uow, document_id)
    answers: Mapping[str, Any] = data.get("answers", {})
    return answers
