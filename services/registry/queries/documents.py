"""Questions about issued documents. Who opens a document reads its person: that is noted in the log with the document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from chassis.errors import NotFound
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from chassis.web.cursors import ROWS_PER_PAGE, Page, page_of
from services.registry.domain.forms import Form, is_of_series, read_number, shown_number
from services.registry.law import law
from services.registry.law.form_catalogue import form_catalogue
from services.registry.queries.access import sight_of
from services.registry.queries.persons import people_opened
from services.registry.tables import Act, Case, Document, NumberSeries, Person
from services.registry.tables.documents import document_context, document_data_context

OF_A_DOCUMENT = ("documents",)
MOST_GAPS = 50
WITHOUT_NUMBER = "-"
ON_PAPER = "+"


@dataclass(frozen=True, kw_only=True)
class DocumentRecord:
    """A document as the register of outgoing documents knows it: everything but what it says."""

    row: Document
    form: Form

    @property
    def shown_number(self) -> str:
        """Return «05/QĐ-CAP», or nothing for a paper without a number."""
        return shown_number(self.row.number, self.row.symbol)

    @property
    def name(self) -> str:
        """Return what the document is called."""
        return self.form.name

    @property
    def named(self) -> str:
        """Return the number, or for a paper without one what it is called."""
        return self.shown_number or f"«{self.name}»"

    @property
    def stands(self) -> bool:
        """Tell whether it was neither annulled by a decision nor voided with its act."""
        return self.row.annulled_by is None and self.row.voided_at is None

    @property
    def file_name(self) -> str:
        """Return a name for the file that says which document it is and names nobody."""
        number = f"{self.row.number:02}" if self.row.number else self.row.document_id[-8:]
        return f"{self.row.form_code}_{self.row.issued_on:%Y-%m-%d}_{number}.docx"

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


@dataclass(frozen=True, kw_only=True)
class PaperRecord:
    """A paper of this office that an act names and that was not drawn up here."""

    row: Act
    form: Form

    @property
    def stands(self) -> bool:
        """Tell whether its act was not annulled."""
        return self.row.annulled_at is None


@dataclass(frozen=True, kw_only=True)
class Series:
    """One yearly series of numbers: the last one taken, how many documents and papers have one, and those that are missing."""

    year: int
    symbol: str
    last: int
    count: int
    gaps: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether every number up to the last one stands on a document or a paper."""
        return self.count == self.last


def document_record(row: Document) -> DocumentRecord:
    """Return a row as a record."""
    return DocumentRecord(row=row, form=form_catalogue().form(row.form_code))


def document_of(uow: UnitOfWork, document_id: str) -> DocumentRecord:
    """Return what the register says of one document; nothing of it is opened. Raises NotFound."""
    return document_record(uow.get(Document, document_id))


def documents_of(uow: UnitOfWork, person_id: str) -> list[DocumentRecord]:
    """Return somebody's documents, the newest first; none is opened."""
    rows = uow.session.scalars(
        select(Document)
        .where(Document.person_id == person_id)
        .order_by(Document.issued_on.desc(), Document.document_id.desc())
    )
    return [document_record(row) for row in rows]


def document_file(uow: UnitOfWork, document_id: str) -> tuple[DocumentRecord, bytes]:
    """Return one document with its very bytes, noted as read together with its person. Raises NotFound."""
    row = uow.get(Document, document_id)
    _note_reading(uow, row)
    return document_record(row), uow.vault.open(document_context(document_id), row.sealed)


def document_data(uow: UnitOfWork, document_id: str) -> tuple[DocumentRecord, Mapping[str, Any]]:
    """Return one document with who signed it and the answers it was made of, noted as read. Raises NotFound."""
    row = uow.get(Document, document_id)
    _note_reading(uow, row)
    return document_record(row), uow.vault.open_answers(document_data_context(document_id), row.sealed_data)


def register(
    uow: UnitOfWork, *, year: int, symbol: str | None = None, cursor: str | None = None, limit: int = ROWS_PER_PAGE
) -> Page[DocumentRecord]:
    """Return the documents of a year, the newest first; of one symbol, or «-» for those that take no number."""
    page = page_of(
        uow.session,
        _of_year(year, symbol),
        by=[Document.issued_on, Document.document_id],
        cursor=cursor,
        limit=limit,
        descending=True,
    )
    return Page([document_record(row) for row in page.items], page.next)


def papers_of_year(
    uow: UnitOfWork, *, year: int, cursor: str | None = None, limit: int = ROWS_PER_PAGE
) -> Page[PaperRecord]:
    """Return the papers of a year that were not drawn up here, the newest first; nobody is named."""
    by = [Act.happened_on, Act.act_id]
    page = page_of(uow.session, _papers(year), by=by, cursor=cursor, limit=limit, descending=True)
    return Page(
        [PaperRecord(row=row, form=form_catalogue().form(row.form_code or "")) for row in page.items], page.next
    )


def count_papers(uow: UnitOfWork, year: int) -> int:
    """Return how many papers of a year were not drawn up here."""
    return uow.session.scalar(select(func.count()).select_from(_papers(year).subquery())) or 0


def count_register(uow: UnitOfWork, *, year: int, symbol: str | None = None) -> int:
    """Return how many documents a part of the register holds."""
    return uow.session.scalar(select(func.count()).select_from(_of_year(year, symbol).subquery())) or 0


def is_taken(
    uow: UnitOfWork, *, year: int, symbol: str, number: int, but: str | None = None, shared: str | None = None
) -> bool:
    """Tell whether a number stands on a document, or on a paper of an act that stands other than the act ``but``.

    ``shared`` is a form that names nobody: its paper of this number is the same one, for several people.
    """
    drawn = select(Document.document_id).where(
        Document.year == year,
        Document.symbol == symbol,
        Document.number == number,
        Document.voided_at.is_(None),
        Document.form_code != (shared or ""),
    )
    if uow.session.scalar(drawn):
        return True
    named = _papers(year).where(
        Act.annulled_at.is_(None),
        Act.act_id != (but or ""),
        Act.form_code != (shared or ""),
        Act.document_number.endswith(f"{number}/{symbol}", autoescape=True),
    )
    return number in _numbers(uow, named, symbol)


def is_named_before(uow: UnitOfWork, act: Act) -> bool:
    """Tell whether an earlier act of the year names the very paper that this one names."""
    year = act.happened_on.year
    named = select(Act.act_id).where(
        Act.form_code == act.form_code,
        Act.document_number == act.document_number,
        Act.happened_on.between(date(year, 1, 1), date(year, 12, 31)),
        Act.act_id != act.act_id,
        Act.annulled_at.is_(None),
    )
    return uow.session.scalar(named.limit(1)) is not None


def series_of(uow: UnitOfWork, year: int) -> list[Series]:
    """Return the series of a year with the numbers that neither a document nor a paper has."""
    rows = uow.session.scalars(select(NumberSeries).where(NumberSeries.year == year).order_by(NumberSeries.symbol))
    return [_series(uow, row) for row in rows]


def years_of(uow: UnitOfWork) -> Sequence[int]:
    """Return the years that have documents, the newest first."""
    return list(uow.session.scalars(select(Document.year).distinct().order_by(Document.year.desc())))


def _series(uow: UnitOfWork, row: NumberSeries) -> Series:
    drawn = select(Document.number).where(
        Document.year == row.year, Document.symbol == row.symbol, Document.voided_at.is_(None)
    )
    taken = {*uow.session.scalars(drawn), *_on_paper(uow, row)}
    gaps = [number for number in range(1, row.last + 1) if number not in taken]
    return Series(year=row.year, symbol=row.symbol, last=row.last, count=len(taken), gaps=tuple(gaps[:MOST_GAPS]))


def _on_paper(uow: UnitOfWork, row: NumberSeries) -> set[int]:
    """Return the numbers of papers that acts name and that were not drawn up here."""
    named = _papers(row.year).where(Act.document_number.endswith(f"/{row.symbol}", autoescape=True))
    return _numbers(uow, named, row.symbol)


def _numbers(uow: UnitOfWork, papers: Select[Act], symbol: str) -> set[int]:
    typed = uow.session.scalars(papers.with_only_columns(Act.document_number))
    return {read_number(number, symbol) for number in typed if number and is_of_series(number, symbol)}


def _papers(year: int) -> Select[Act]:
    """The acts of a year that name a paper of this office which was not drawn up here; annulled ones among them."""
    issued_here = [
        (track.track, line.event, under.form, decider)
        for track in law().tracks.values()
        for line in track.transitions
        for under in line.under
        if under.issued_here and under.form
        for decider in under.deciders
    ]
    return select(Act).where(
        Act.happened_on.between(date(year, 1, 1), date(year, 12, 31)),
        Act.document_id.is_(None),
        Act.document_number.is_not(None),
        Act.from_old_book.is_(False),
        tuple_(Act.track, Act.event, Act.form_code, Act.signer_role).in_(issued_here),
    )


def _of_year(year: int, symbol: str | None) -> Select[Document]:
    statement = select(Document).where(Document.year == year)
    if symbol == WITHOUT_NUMBER:
        return statement.where(Document.symbol.is_(None))
    return statement.where(Document.symbol == symbol) if symbol else statement


def _note_reading(uow: UnitOfWork, row: Document) -> None:
    if row.person_id is not None:
        person = uow.session.get(Person, row.person_id)
        if person is None:
            raise NotFound(_("Không tìm thấy hồ sơ này trong đơn vị."))
        sight = sight_of(uow, row.person_id)
        sight.require("documents")
        case = uow.session.get(Case, row.case_id) if row.case_id is not None else None
        if case is not None and sight.sees_track(case.track, row.regime) != "WHOLE":
            sight.refuse()
        people_opened(uow, [person], OF_A_DOCUMENT, by_track=True)
    uow.read("document", row.document_id, OF_A_DOCUMENT)
