"""How a book is read: its lines in order of their days, one page at a time, with people and sealed answers opened and noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from chassis.unit_of_work import UnitOfWork
from chassis.web.cursors import ROWS_PER_PAGE, Page, page_of
from services.registry.queries.persons import PersonRecord, count_of, people_by_id
from services.registry.tables.books import context_of, key_of


@dataclass(frozen=True, kw_only=True)
class Book:
    """What is needed to read a book: its table, the day that orders it, and the code by which it is filtered."""

    model: type[Any]
    on: Any
    code: Any = None

    @property
    def key(self) -> Any:
        """Return the column that identifies a line."""
        return getattr(self.model, key_of(self.model))

    @property
    def about_people(self) -> bool:
        """Tell whether each line is about somebody in the register."""
        return hasattr(self.model, "person_id")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which part of a book is asked for; days are counted at both ends."""

    since: date | None = None
    until: date | None = None
    code: str | None = None
    person_id: str | None = None


EVERYTHING = Asked()


@dataclass(frozen=True, kw_only=True)
class EntryRecord:
    """A line of a book with its sealed answers opened, and the person it is about."""

    row: Any
    details: Mapping[str, Any]
    person: PersonRecord | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def entries(
    uow: UnitOfWork, book: Book, asked: Asked = EVERYTHING, *, cursor: str | None = None, limit: int = ROWS_PER_PAGE
) -> Page[EntryRecord]:
    """Return lines of a book, the newest first."""
    page = page_of(
        uow.session, _lines(book, asked), by=[book.on, book.key], cursor=cursor, limit=limit, descending=True
    )
    return Page(opened(uow, page.items), page.next)


def count_entries(uow: UnitOfWork, book: Book, asked: Asked = EVERYTHING) -> int:
    """Return how many lines a part of a book holds."""
    return count_of(uow, _lines(book, asked))


def count_by_code(uow: UnitOfWork, book: Book, asked: Asked = EVERYTHING) -> dict[str, int]:
    """Return how many lines there are of each code."""
    if book.code is None:
        return {}
    lines = _lines(book, Asked(since=asked.since, until=asked.until, person_id=asked.person_id))
    counted = lines.with_only_columns(book.code, func.count()).group_by(book.code)
    return {row[0]: row[1] for row in uow.session.execute(counted)}


def entry(uow: UnitOfWork, book: Book, key: str) -> EntryRecord:
    """Return one line, opened; its person is noted as read. Raises NotFound."""
    return opened(uow, [uow.get(book.model, key)])[0]


def entries_of(uow: UnitOfWork, book: Book, person_id: str) -> list[EntryRecord]:
    """Return all lines about somebody, the newest first; the caller has noted the reading."""
    lines = _lines(book, Asked(person_id=person_id)).order_by(book.on.desc(), book.key.desc())
    return [written(uow, row) for row in uow.session.scalars(lines)]


def opened(uow: UnitOfWork, rows: Sequence[Any]) -> list[EntryRecord]:
    """Open some lines; their people are opened and noted as read."""
    known = people_by_id(uow, {row.person_id for row in rows if hasattr(row, "person_id")})
    return [
        EntryRecord(row=row, details=_details(uow, row), person=known.get(getattr(row, "person_id", "")))
        for row in rows
    ]


def written(uow: UnitOfWork, row: Any) -> EntryRecord:
    """Return a line that was just written, or whose person is known to the caller."""
    return EntryRecord(row=row, details=_details(uow, row))


def _details(uow: UnitOfWork, row: Any) -> Mapping[str, Any]:
    model = type(row)
    answers: Mapping[str, Any] = uow.vault.open_answers(context_of(model, getattr(row, key_of(model))), row.sealed)
    return answers


def _lines(book: Book, asked: Asked) -> Select[Any]:
    statement = select(book.model)
    if hasattr(book.model, "withdrawn_at"):
        statement = statement.where(book.model.withdrawn_at.is_(None))
    if asked.since is not None:
        statement = statement.where(book.on >= asked.since)
    if asked.until is not None:
        statement = statement.where(book.on <= asked.until)
    if asked.code and book.code is not None:
        statement = statement.where(book.code == asked.code)
    if asked.person_id and book.about_people:
        statement = statement.where(book.model.person_id == asked.person_id)
    return statement
