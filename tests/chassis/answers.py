"""What the one who answers in these tests knows, and to whom it may be given."""

from collections.abc import Mapping
from typing import Any

from chassis.errors import NotFound, RuleBroken
from chassis.questions import Answer
from chassis.unit_of_work import UnitOfWork

KNOWN = {"full_name": "Nguyễn Văn Đức", "born": 1990}


def the_file(uow: UnitOfWork, arguments: Mapping[str, str]) -> Mapping[str, Any]:
    """Know the file of one request; the second one is closed."""
    if uow.writes or uow.by.username:
        raise RuntimeError("a question is answered by nobody of this service, and changes nothing")
    if arguments["request_id"] == "r2":
        raise RuleBroken("Đề nghị này đã đóng.", code="closed")
    if arguments["request_id"] != "r1":
        raise NotFound("Không có đề nghị này.")
    return KNOWN


ANSWERS = {"file": Answer(give=the_file, to=("station",), purposes=("DETERMINATION",))}
