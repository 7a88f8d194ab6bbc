"""What the entry pages of books about somebody have in common: whom they are about, and where they lead back to."""

from collections.abc import Mapping
from typing import Any

from chassis.web import Request
from services.registry import queries


def about_person(request: Request, person_id: str) -> Mapping[str, Any]:
    """Return the link back to somebody's books."""
    record = queries.person_record(request.uow, person_id)
    return {"back": {"label": record.title, "href": f"/people/{person_id}/books"}}


def back_to_books(_request: Request, person_id: str) -> str:
    """Return where leaving the form leads to."""
    return f"/people/{person_id}/books"


def books_of(saved: Any) -> str:
    """Return where saving the form leads to."""
    return f"/people/{saved.person_id}/books"
