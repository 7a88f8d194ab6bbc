"""How lists and records of every page are made: one page of rows with its pager, answers without a column."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Select, func, select

from chassis.forms import Form, asked, shown
from chassis.web import Request

ROWS = 50
MOST_PAGES = 10_000


def page_of_rows(
    request: Request, question: Select[Any], address: str, **filters: str
) -> tuple[Sequence[Any], dict[str, str | None], int]:
    """Return one page of a list, its pager, and how many rows there are in all."""
    number = int(request.args.get("page", "1")) if request.args.get("page", "1").isdigit() else 1
    number = max(1, min(number, MOST_PAGES))
    session = request.uow.session
    count = session.scalar(select(func.count()).select_from(question.order_by(None).subquery())) or 0
    rows = session.scalars(question.limit(ROWS).offset((number - 1) * ROWS)).all()

    def link(to: int) -> str:
        return f"{address}?{urlencode({**{name: value for name, value in filters.items() if value}, 'page': to})}"

    pager = {
        "prev": link(number - 1) if number > 1 else None,
        "next": link(number + 1) if number * ROWS < count else None,
    }
    return rows, pager, count


def answers_shown(details: Mapping[str, Any], *forms: type[Form]) -> list[tuple[object, object]]:
    """Return the answers that have no column, in the words of the forms that asked them; those not given are left out."""
    asking = {name: answer for form in forms for name, answer in form.declared().items()}
    return [(asked(answer).label, shown(answer, details[name])) for name, answer in asking.items() if name in details]
