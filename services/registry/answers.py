"""What the registry answers to other agencies, to whom and for which purpose; nothing else leaves it on request."""

from collections.abc import Mapping
from typing import Any

from chassis.questions import Answer
from chassis.unit_of_work import UnitOfWork
from services.registry.queries.determination import RequestedFile, requested_file


def determination_file(uow: UnitOfWork, arguments: Mapping[str, str]) -> Mapping[str, Any]:
    """Give the station the file of an open request: identity, test sheet, summary (decree 109/2021/NĐ-CP, forms 02 and 03)."""
    file = requested_file(uow, arguments.get("request_id", ""))
    return {
        "identity": _identity(file),
        "request": {
            "document_number": file.document_number,
            "ground": file.facts.get("ground"),
            "requester": file.facts.get("requester"),
        },
        "test": _test(file),
        "summary": {name: file.summary.get(name) for name in ("use_history", "substance_used")},
    }


def _identity(file: RequestedFile) -> dict[str, Any]:
    answers = file.person.answers
    addresses = (answers.get("current_abode"), answers.get("temporary_address"), answers.get("permanent_address"))
    return {
        "full_name": file.person.full_name,
        "sex": file.person.sex,
        "birth_date": file.person.birth_date or None,
        "personal_number": file.person.id_number,
        "address": next((address for address in addresses if address), None),
        "permanent_address": answers.get("permanent_address"),
        "phone": answers.get("phone"),
    }


def _test(file: RequestedFile) -> dict[str, Any] | None:
    if file.test is None:
        return None
    row = file.test.row
    return {
        "taken_on": row.taken_on.isoformat(),
        "sample": row.sample,
        "result": row.result,
        "substances": list(row.substances),
    }


ANSWERS: Mapping[str, Answer] = {
    "determination_file": Answer(give=determination_file, to=("health",), purposes=("DETERMINATION",)),
}
