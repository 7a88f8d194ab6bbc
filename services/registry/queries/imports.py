"""Questions about old lists that were brought in: what a file holds, what became of its rows, and who is known already."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, case, distinct, func, select

from chassis.fold import fold
from chassis.unit_of_work import UnitOfWork
from chassis.web.cursors import ROWS_PER_PAGE, Page, page_of
from services.registry.queries.persons import FOR_COMPARING, NUMBER_INDEX, PersonRecord, name_tokens, people_opened
from services.registry.tables import (
    Case,
    HeadingRow,
    ImportPortion,
    ImportRow,
    Person,
    PersonSearchToken,
    WorkbookImport,
)
from services.registry.tables import Table as Base
from services.registry.tables.imports import (
    COMMITTING,
    ENTERED,
    MAPPED,
    REFUSED,
    UNDOING,
    VERDICTS,
    import_context,
    portion_context,
)

FILE_INDEX = "workbook_import.file"
HEADINGS_INDEX = "heading_row.headings"
PERSON_INDEX = "import_row.person"
NAME_INDEX = "import_row.name"
LISTED_INDEX = "import_row.listed"

# What a person has by being one; everything else that points to a person was recorded about them.
_BELONGS_TO_A_PERSON = {"person_search_token"}
# What a case has by being one, and how it came; everything else that names a case was recorded in it.
_BELONGS_TO_A_CASE = {"legal_case", "user_management_case", "duty", "duty_announcement", "import_row"}
_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class ImportRecord:
    """A file with what is sealed of it opened: its name, its sheets, and how their columns are read."""

    row: WorkbookImport
    file_name: str
    sheets: Sequence[Mapping[str, Any]]
    skipped: Sequence[str]
    reason: str | None
    begun_by: str

    @property
    def import_id(self) -> str:
        """Return the identifier."""
        return self.row.import_id

    @property
    def state(self) -> str:
        """Return the state."""
        return self.row.state


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many rows of a file came to which verdict, how many carry a warning, how many are in the register."""

    by_verdict: Mapping[str, int]
    warned: int
    entered: int

    @property
    def to_enter(self) -> int:
        """Return how many rows would be, or were, entered."""
        return self.by_verdict["NEW"] + self.by_verdict["CHANGED"]


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What a file brought: rows, the people who came with them, and those who were in the register before."""

    rows: int
    people: int
    staying: int


def import_record(uow: UnitOfWork, import_id: str) -> ImportRecord:
    """Return one file, opened. Raises NotFound."""
    return opened_import(uow, uow.get(WorkbookImport, import_id))


def opened_import(uow: UnitOfWork, row: WorkbookImport) -> ImportRecord:
    """Open what is sealed of a file."""
    answers = uow.vault.open_answers(import_context(row.import_id), row.sealed)
    return ImportRecord(
        row=row,
        file_name=answers["file_name"],
        sheets=answers["sheets"],
        skipped=answers["skipped"],
        reason=answers.get("reason"),
        begun_by=answers.get("begun_by", row.uploaded_by),
    )


def imports(uow: UnitOfWork, *, cursor: str | None = None, limit: int = ROWS_PER_PAGE) -> Page[ImportRecord]:
    """Return the files that were brought in, the newest first."""
    page = page_of(
        uow.session, select(WorkbookImport), by=[WorkbookImport.import_id], cursor=cursor, limit=limit, descending=True
    )
    return Page([opened_import(uow, row) for row in page.items], page.next)


def imports_under_work(uow: UnitOfWork) -> list[str]:
    """Return the files with which there is something to go on, unopened, the oldest first."""
    return [
        row.import_id
        for row in uow.session.scalars(
            select(WorkbookImport)
            .where(WorkbookImport.state.in_((MAPPED, COMMITTING, UNDOING)))
            .order_by(WorkbookImport.import_id)
        )
    ]


def same_file(uow: UnitOfWork, file_mark: str) -> WorkbookImport | None:
    """Return an earlier import of the very same file that stands in the register."""
    return uow.session.scalar(
        select(WorkbookImport)
        .where(WorkbookImport.file_mark == file_mark, WorkbookImport.state == "COMMITTED")
        .limit(1)
    )


def count_rows(uow: UnitOfWork, import_id: str) -> Counts:
    """Return how the rows of a file divide."""
    rows = uow.session.execute(
        select(
            ImportRow.verdict,
            func.count(),
            func.sum(case((ImportRow.warned & (ImportRow.verdict != REFUSED), 1), else_=0)),
            func.sum(case((ImportRow.outcome == ENTERED, 1), else_=0)),
        )
        .where(ImportRow.import_id == import_id)
        .group_by(ImportRow.verdict)
    ).all()
    return Counts(
        by_verdict=dict.fromkeys(VERDICTS, 0) | {verdict: count for verdict, count, _warned, _entered in rows},
        warned=sum(warned for _verdict, _count, warned, _entered in rows),
        entered=sum(entered for _verdict, _count, _warned, entered in rows),
    )


def brought_by(uow: UnitOfWork, import_id: str) -> Brought:
    """Return what a file brought into the register that is still there."""
    rows, people, made = uow.session.execute(
        select(
            func.count(),
            func.count(distinct(ImportRow.person_id)),
            func.count(case((ImportRow.made_person, 1))),
        ).where(ImportRow.import_id == import_id, ImportRow.outcome == ENTERED)
    ).one()
    return Brought(rows=rows, people=made, staying=people - made)


def rows_to_look_at(
    uow: UnitOfWork, import_id: str, *, refused: bool, cursor: str | None = None, limit: int = ROWS_PER_PAGE
) -> Page[ImportRow]:
    """Return the refused rows of a file, or those that carry a warning, in the order of the file."""
    wanted = ImportRow.verdict == REFUSED if refused else (ImportRow.verdict != REFUSED) & ImportRow.warned
    return page_of(
        uow.session,
        select(ImportRow).where(ImportRow.import_id == import_id, wanted),
        by=[ImportRow.sheet, ImportRow.number],
        cursor=cursor,
        limit=limit,
    )


def rows_of_portion(uow: UnitOfWork, import_id: str, place: int) -> list[ImportRow]:
    """Return what became of the rows of one portion, in their order."""
    return list(
        uow.session.scalars(
            select(ImportRow)
            .where(ImportRow.import_id == import_id, ImportRow.portion == place)
            .order_by(ImportRow.sheet, ImportRow.number)
        )
    )


def portion(uow: UnitOfWork, import_id: str, place: int) -> bytes:
    """Return the packed rows of one portion."""
    row = uow.session.scalars(
        select(ImportPortion).where(ImportPortion.import_id == import_id, ImportPortion.place == place)
    ).one()
    return uow.vault.open(portion_context(row.portion_id), row.sealed)


def known_headings(uow: UnitOfWork, headings_mark: str) -> HeadingRow | None:
    """Return how somebody of the unit read these headings before."""
    return uow.session.get(HeadingRow, (uow.unit, headings_mark))


# -- who is known already ------------------------------------------------------------------------------------------------------


def people_with_numbers(uow: UnitOfWork, numbers: Iterable[str]) -> dict[str, PersonRecord]:
    """Return the unit's people with these numbers, opened and noted as read, by number."""
    by_index = {uow.vault.blind_index(NUMBER_INDEX, number): number for number in numbers}
    rows = list(uow.session.scalars(select(Person).where(Person.number_index.in_(by_index))))
    opened = people_opened(uow, rows, FOR_COMPARING)
    return {by_index[row.number_index or ""]: record for row, record in zip(rows, opened, strict=True)}


def birth_years_without_number(uow: UnitOfWork) -> set[str]:
    """Return the birth years of the unit's people without a number; few have none, so few rows are held against them."""
    asked = select(Person.birth_year).where(Person.number_index.is_(None), Person.merged_into.is_(None)).distinct()
    return {str(year) for year in uow.session.scalars(asked)}


def ids_with_numbers(uow: UnitOfWork, numbers: Iterable[str]) -> dict[str, str]:
    """Return the unit's people with these numbers, unopened, by number."""
    by_index = {uow.vault.blind_index(NUMBER_INDEX, number): number for number in numbers}
    rows = uow.session.execute(
        select(Person.number_index, Person.person_id).where(
            Person.number_index.in_(by_index), Person.unit_code == uow.unit
        )
    )
    return {by_index[index]: person_id for index, person_id in rows if index}


def person_without_number(
    uow: UnitOfWork, *, full_name: str, birth_date: str, parents: tuple[str, str]
) -> PersonRecord | None:
    """Return somebody without papers who has this name, this birth date and these parents."""
    statement: Select[Person] = select(Person).where(
        Person.number_index.is_(None), Person.birth_year == int(birth_date[:4])
    )
    for token in sorted(name_tokens(uow, full_name)):
        statement = statement.where(
            Person.person_id.in_(
                select(PersonSearchToken.person_id).where(
                    PersonSearchToken.token == token, PersonSearchToken.unit_code == uow.unit
                )
            )
        )
    for record in people_opened(uow, list(uow.session.scalars(statement.limit(_AT_ONCE))), FOR_COMPARING):
        known = tuple(fold(str(record.details.get(name, ""))) for name in ("father_name", "mother_name"))
        if (fold(record.full_name), record.birth_date, *known) == (
            fold(full_name),
            birth_date,
            *(fold(name) for name in parents),
        ):
            return record
    return None


def rows_about(uow: UnitOfWork, import_id: str, person_marks: Iterable[str]) -> list[ImportRow]:
    """Return the accepted rows of a file about these people, in the order of the file."""
    return list(
        uow.session.scalars(
            select(ImportRow)
            .where(
                ImportRow.import_id == import_id,
                ImportRow.person_mark.in_(set(person_marks)),
                ImportRow.verdict != REFUSED,
            )
            .order_by(ImportRow.sheet, ImportRow.number)
        )
    )


def lines_entered(uow: UnitOfWork, listed_marks: Iterable[str]) -> set[str]:
    """Return which of these lines stand in the register, from whatever file they came."""
    return set(
        uow.session.scalars(
            select(ImportRow.listed_mark).where(
                ImportRow.listed_mark.in_(set(listed_marks)), ImportRow.outcome == ENTERED
            )
        )
    )


def cases_begun(uow: UnitOfWork, person_ids: Iterable[str]) -> set[tuple[str, str, date]]:
    """Return (person, track, first day) of every case of these people."""
    rows = uow.session.execute(
        select(Case.person_id, Case.track, Case.starts_on).where(
            Case.person_id.in_(set(person_ids)), Case.starts_on.is_not(None), Case.unit_code == uow.unit
        )
    )
    return {(person_id, track, starts_on) for person_id, track, starts_on in rows if starts_on}


def person_entered(uow: UnitOfWork, person_mark: str) -> str | None:
    """Return the person whom an earlier row about the same somebody brought into the register."""
    return uow.session.scalar(
        select(ImportRow.person_id)
        .join(Person, Person.person_id == ImportRow.person_id)
        .where(ImportRow.person_mark == person_mark, ImportRow.outcome == ENTERED)
        .limit(1)
    )


# -- what stands in the way of taking a file back ------------------------------------------------------------------------------


def made_by(uow: UnitOfWork, import_id: str, place: int | None = None) -> list[ImportRow]:
    """Return the rows of a file, or of one portion, that stand in the register, the last first."""
    statement = select(ImportRow).where(ImportRow.import_id == import_id, ImportRow.outcome == ENTERED)
    if place is not None:
        statement = statement.where(ImportRow.portion == place)
    return list(uow.session.scalars(statement.order_by(ImportRow.sheet.desc(), ImportRow.number.desc())))


def hold_people(uow: UnitOfWork, person_ids: Iterable[str]) -> None:
    """Hold people against whoever else would record something about them."""
    asked = select(Person).where(Person.person_id.in_(set(person_ids))).order_by(Person.person_id)
    uow.session.scalars(asked.with_for_update(key_share=True)).all()


def touched_since(uow: UnitOfWork, import_id: str, rows: Sequence[ImportRow]) -> list[str]:
    """Return the people about whom something else was recorded after these rows.

    Of people whom the rows made, anything counts; of people who were there before, what was recorded in a case of the rows.
    """
    made = sorted({row.person_id for row in rows if row.made_person and row.person_id})
    found = _people_of_touched_cases(uow, import_id, rows)
    case_ids = _cases_entered(uow, import_id, made)
    for some in _some_at_once(made):
        found |= set(
            uow.session.scalars(select(Person.person_id).where(Person.person_id.in_(some), Person.version > 1))
        )
        found |= set(
            uow.session.scalars(
                select(ImportRow.person_id).where(
                    ImportRow.person_id.in_(some), ImportRow.outcome == ENTERED, ImportRow.import_id != import_id
                )
            )
        )
        for table, column in _about_people():
            found |= _recorded(uow, table, column, some, import_id=import_id, case_ids=case_ids)
    return sorted(found)


def _people_of_touched_cases(uow: UnitOfWork, import_id: str, rows: Sequence[ImportRow]) -> set[str]:
    """Return the people of these rows in whose cases something was recorded that did not come with the file."""
    person_of = {row.case_id: row.person_id for row in rows if row.case_id and row.person_id}
    found: set[str] = set()
    for some in _some_at_once(sorted(person_of)):
        for table in _recorded_in_cases():
            asked = select(table.c.case_id).where(table.c.case_id.in_(some))
            if "import_id" in table.c:
                asked = asked.where(table.c.import_id.is_distinct_from(import_id))
            found |= {person_of[case_id] for case_id in uow.session.scalars(asked)}
    return found


def _cases_entered(uow: UnitOfWork, import_id: str, person_ids: Sequence[str]) -> set[str]:
    """Return the cases that a file brought of these people."""
    found: set[str] = set()
    for some in _some_at_once(person_ids):
        found |= {
            case_id
            for case_id in uow.session.scalars(
                select(ImportRow.case_id).where(
                    ImportRow.import_id == import_id, ImportRow.outcome == ENTERED, ImportRow.person_id.in_(some)
                )
            )
            if case_id
        }
    return found


def _some_at_once(identifiers: Sequence[str]) -> Iterator[Sequence[str]]:
    """Return identifiers in pieces that a database takes in one question."""
    for start in range(0, len(identifiers), _AT_ONCE):
        yield identifiers[start : start + _AT_ONCE]


def _about_people() -> list[tuple[Table, ColumnElement[Any]]]:
    """Return every column of the register that points to a person: whatever is added later is found here by itself."""
    return [
        (table, key.parent)
        for table in Base.metadata.sorted_tables
        if table.name not in _BELONGS_TO_A_PERSON
        for key in table.foreign_keys
        if key.column.table.name == "person"
    ]


def _recorded_in_cases() -> list[Table]:
    """Return every table of what is recorded in a case: whatever is added later is found here by itself."""
    return [
        table for table in Base.metadata.sorted_tables if "case_id" in table.c and table.name not in _BELONGS_TO_A_CASE
    ]


def _recorded(
    uow: UnitOfWork,
    table: Table,
    column: ColumnElement[Any],
    person_ids: Sequence[str],
    *,
    import_id: str,
    case_ids: set[str],
) -> set[str]:
    """Return about whom a table holds something that neither came with the file nor belongs to a case that did."""
    asked = select(column).where(column.in_(person_ids))
    if "import_id" in table.c:
        return set(uow.session.scalars(asked.where(table.c.import_id.is_distinct_from(import_id))))
    if table.name not in _BELONGS_TO_A_CASE:
        return set(uow.session.scalars(asked))
    rows = uow.session.execute(asked.add_columns(table.c.case_id))
    return {person_id for person_id, case_id in rows if case_id not in case_ids}
