"""Definition in, SELECT out: one statement counts many units and windows, and its twin names the events behind them.

The statements are built once per part and dimension and run on SQLite and PostgreSQL alike. Windows travel as one JSON
parameter, so that a trend of thirteen periods is one statement, too.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Select,
    Subquery,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    distinct,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    true,
    tuple_,
    union_all,
)

from services.reporting.domain import SUPERSEDED_BY
from services.reporting.indicators.definition import (
    COLUMNS_OF_SPANS,
    PERSON_DIMENSIONS,
    Choice,
    Definition,
    Part,
    Term,
)
from services.reporting.periods import Window
from services.reporting.tables import PROJECTED, ReportingTables

PartName = Literal["numerator", "denominator"]
UNKNOWN = "UNKNOWN"
"""The member of a breakdown for rows that do not say."""

AGE_BANDS = (("UNDER_14", 14), ("14_15", 16), ("16_17", 18), ("18_29", 30))
FROM_30 = "FROM_30"

Counts = dict[tuple[str, Window, str], int]
"""(unit, window, member) → figure; the member is empty without a dimension, the unit when several are consolidated."""


class PartQuery:
    """The statements of one numerator or denominator."""

    def __init__(self, part: Part, tables: ReportingTables, dialect: str) -> None:
        self._part = part
        self._tables = tables
        self._backs = tuple(sorted({term.last_days for term in part.terms if term.last_days is not None}))
        self._windows = _windows_cte(dialect, self._backs)
        self._statements: dict[tuple[str, bool], Select[Any]] = {}

    def counts(
        self,
        connection: Connection,
        units: Sequence[str],
        windows: Sequence[Window],
        *,
        dimension: str = "",
        consolidated: bool = False,
    ) -> Counts:
        """Return the figures that are not zero, for each unit (or all together) and each window."""
        found: Counts = {}
        if not units or not windows:
            return found
        parameters = {"windows": self._windows_document(windows), "units": list(units)}
        for measures, named in self._sums(dimension):
            statement = self._counting("" if dimension == "measure" else dimension, measures, consolidated=consolidated)
            for row in connection.execute(statement, parameters):
                member = named or (row.member if dimension else "")
                key = ("" if consolidated else row.unit_code, windows[row.n], member)
                if row.figure:
                    found[key] = int(row.figure)
        return found

    def events(self, connection: Connection, unit: str, window: Window, members: Mapping[str, str]) -> set[str]:
        """Return the ids of the events that made the rows that are counted, within the members of some dimensions."""
        parameters = {"windows": self._windows_document([window]), "units": [unit]}
        subjects: set[str] = set()
        behind: set[str | None] = set()
        for row in connection.execute(self._naming(members), parameters):
            subjects.add(row.subject)
            behind |= {row.event, row.ending}
        # The rows beside are few more than those wanted; picking them here is faster than a join that is badly estimated.
        for term in self._part.also:
            rows = self._rows(term, with_events=True).subquery()
            for row in connection.execute(select(rows.c.subject, rows.c.event, rows.c.ending), parameters):
                if row.subject in subjects:
                    behind |= {row.event, row.ending}
        if any(dimension in PERSON_DIMENSIONS for dimension in members):
            person = self._tables.person
            known = select(person.c.person_key, person.c.event_id).where(person.c.unit_code == unit)
            behind |= {row.event_id for row in connection.execute(known) if row.person_key in subjects}
        return {event for event in behind if event is not None}

    def _windows_document(self, windows: Sequence[Window]) -> str:
        rows = [
            [
                number,
                window.first_day,
                window.last_day,
                window.last_day.year,
                *(_days_before(window.last_day, days) for days in self._backs),
            ]
            for number, window in enumerate(windows)
        ]
        return msgspec.json.encode(rows).decode()

    def _sums(self, dimension: str) -> list[tuple[tuple[str, ...], str]]:
        """Return which measures are summed together, and the member that each such sum is."""
        if dimension == "measure":
            return [((measure,), measure) for measure in self._part.measures]
        return [(self._part.measures, "")]

    def _counting(self, dimension: str, measures: tuple[str, ...], *, consolidated: bool) -> Select[Any]:
        key = (f"{dimension}/{','.join(measures)}", consolidated)
        if key not in self._statements:
            self._statements[key] = self._count_statement(dimension, measures, consolidated=consolidated)
        return self._statements[key]

    def _count_statement(self, dimension: str, measures: tuple[str, ...], *, consolidated: bool) -> Select[Any]:
        rows = self._with_members(self._counted(measures, _attributes((dimension,))), (dimension,))
        figure: ColumnElement[Any] = func.count()
        if self._part.count in ("people", "places"):
            figure = func.count(distinct(rows.c.subject))
        elif measures:
            figure = func.sum(rows.c.amount)
        groups: list[ColumnElement[Any]] = [rows.c.n]
        if not consolidated:
            groups.append(rows.c.unit_code)
        if dimension:
            groups.append(rows.c[f"by_{dimension}"])
        return select(
            rows.c.n,
            (literal("") if consolidated else rows.c.unit_code).label("unit_code"),
            (rows.c[f"by_{dimension}"] if dimension else literal("")).label("member"),
            figure.label("figure"),
        ).group_by(*groups)

    def _naming(self, members: Mapping[str, str]) -> Select[Any]:
        measure = members.get("measure")
        measures = (measure,) if measure else self._part.measures
        dimensions = tuple(dimension for dimension in members if dimension != "measure")
        counted = self._counted(measures, _attributes(dimensions), with_events=True)
        rows = self._with_members(counted, dimensions)
        of_members = [rows.c[f"by_{dimension}"] == members[dimension] for dimension in dimensions]
        if measures:
            of_members.append(rows.c.amount != 0)
        return select(rows.c.subject, rows.c.event, rows.c.ending).where(*of_members)

    def _counted(
        self, measures: tuple[str, ...], attributes: tuple[str, ...], *, with_events: bool = False
    ) -> Subquery:
        """Return the rows that the part counts, each with its unit, its person or place, and the attributes asked for."""
        base = [
            self._rows(term, measures=measures, attributes=attributes, with_events=with_events)
            for term in self._part.base
        ]
        rows = (base[0] if len(base) == 1 else union_all(*base)).subquery("found")
        conditions: list[ColumnElement[bool]] = []
        mine = tuple_(rows.c.n, rows.c.unit_code, rows.c.subject)
        for term in self._part.also:
            others = self._rows(term).subquery()
            conditions.append(mine.in_(select(others.c.n, others.c.unit_code, others.c.subject)))
        if self._part.every:
            again = self._rows(self._part, every=self._part.every).subquery()
            failing = select(again.c.n, again.c.unit_code, again.c.subject).where(again.c.holds == 0)
            conditions.append(mine.not_in(failing))
        return select(rows).where(*conditions).subquery("counted") if conditions else rows

    def _rows(
        self,
        term: Term,
        *,
        measures: tuple[str, ...] = (),
        attributes: tuple[str, ...] = (),
        every: Mapping[str, Choice] | None = None,
        with_events: bool = False,
    ) -> Select[Any]:
        table, windows = self._table(term), self._windows
        nothing: ColumnElement[Any] = cast(literal_column("NULL"), Text)
        subject = nothing
        if self._part.count == "people":
            subject = table.c.person_key
        elif self._part.count == "places":
            subject = table.c.place
        columns = [
            windows.c.n,
            windows.c.year,
            table.c.unit_code,
            subject.label("subject"),
            *(_text(table, name).label(f"of_{name}") for name in attributes),
        ]
        if measures:
            columns.append(_sum_of(table, measures).label("amount"))
        if with_events:
            ending_decides = term.asks_for_the_ending or "end_reason" in self._part.every
            columns.append((table.c.event_id if term.fact else table.c.began_event).label("event"))
            columns.append((table.c.ended_event if term.span and ending_decides else nothing).label("ending"))
        if every is not None:
            holds = and_(*(_matches(table, name, choice) for name, choice in every.items()))
            columns.append(case((holds, 1), else_=0).label("holds"))
        statement = (
            select(*columns)
            .select_from(windows.join(table, true()))
            .where(
                table.c.unit_code.in_(bindparam("units", expanding=True)),
                table.c.kind == term.kind,
                *self._when(term, table),
                *(_matches(table, name, choice) for name, choice in term.where.items()),
            )
        )
        if self._part.count in ("people", "places"):
            statement = statement.where(subject.is_not(None))
        return statement

    def _when(self, term: Term, table: Table) -> Iterable[ColumnElement[bool]]:
        if term.fact:
            yield from self._when_a_fact_counts(term, table)
            return
        first_day, last_day = self._windows.c.first_day, self._windows.c.last_day
        began, ended = table.c.began_on, table.c.ended_on
        # A span that ended before it began is a mistake somewhere and counts nowhere; a beginning not heard yet, too.
        yield began.is_not(None)
        yield or_(ended.is_(None), ended >= began)
        if term.during:
            yield began <= last_day
            yield or_(ended.is_(None), ended >= first_day)
        if term.open_on == "end":
            yield began <= last_day
            yield or_(ended.is_(None), ended > last_day)
        if term.open_on == "start":
            yield began < first_day
            yield or_(ended.is_(None), ended >= first_day)
        if term.began_in:
            yield began.between(first_day, last_day)
        if term.ended_in:
            yield ended.between(first_day, last_day)

    def _when_a_fact_counts(self, term: Term, table: Table) -> Iterable[ColumnElement[bool]]:
        window, happened = self._windows.c, table.c.happened_on
        if term.happened_in:
            yield happened.between(window.first_day, window.last_day)
        if term.until:
            yield happened <= window.last_day
        if term.last_days is not None:
            yield happened > window[f"back_{term.last_days}"]
            yield happened <= window.last_day
        if term.kind in SUPERSEDED_BY:
            later = table.alias("later")
            yield ~exists(
                select(1).where(
                    later.c.unit_code == table.c.unit_code,
                    later.c.kind.in_(SUPERSEDED_BY[term.kind]),
                    later.c.key == table.c.origin,
                    later.c.version > table.c.version,
                )
            )

    def _with_members(self, rows: Subquery, dimensions: Iterable[str]) -> Subquery:
        """Return the rows with one more column for each dimension, ``by_<dimension>``."""
        dimensions = [dimension for dimension in dimensions if dimension]
        if not dimensions:
            return rows
        person = self._tables.person
        source: Any = rows
        if any(dimension in PERSON_DIMENSIONS for dimension in dimensions):
            same = and_(person.c.unit_code == rows.c.unit_code, person.c.person_key == rows.c.subject)
            source = rows.outerjoin(person, same)
        members = [_member(rows, person, dimension).label(f"by_{dimension}") for dimension in dimensions]
        return select(rows, *members).select_from(source).subquery("with_members")

    def _table(self, term: Term) -> Table:
        return self._tables.span if term.span else self._tables.fact


class IndicatorQuery:
    """The statements of one definition, built when first needed."""

    def __init__(self, definition: Definition, dialect: str, tables: ReportingTables = PROJECTED) -> None:
        self.definition = definition
        self._dialect = dialect
        self._tables = tables

    @cached_property
    def numerator(self) -> PartQuery:
        """Return the statements of the part above the fraction stroke."""
        return PartQuery(self.definition.numerator, self._tables, self._dialect)

    @cached_property
    def denominator(self) -> PartQuery | None:
        """Return the statements of the part below it."""
        below = self.definition.denominator
        return None if below is None else PartQuery(below, self._tables, self._dialect)

    def part(self, name: PartName) -> PartQuery:
        """Return one part by name; raise ``KeyError`` for the denominator of a count."""
        part = self.numerator if name == "numerator" else self.denominator
        if part is None:
            raise KeyError(f"{self.definition.code} has no denominator")
        return part


def _windows_cte(dialect: str, backs: Iterable[int]) -> CTE:
    """Return the windows of the question as a table: number, first day, last day, year, and days to look back to."""
    names = ["n", "first_day", "last_day", "year", *(f"back_{days}" for days in backs)]
    types: list[Any] = [Integer(), Date(), Date(), Integer(), *(Date() for _ in names[4:])]
    fields = []
    for position, (name, type_) in enumerate(zip(names, types, strict=True)):
        to = "integer" if isinstance(type_, Integer) else "date"
        # On SQLite a day is its ISO text; CAST would make a number of it.
        field = f"value->>{position}" if dialect == "sqlite" else f"CAST(value->>{position} AS {to})"
        fields.append(f"{field} AS {name}")
    source = "json_each(:windows)" if dialect == "sqlite" else "json_array_elements(CAST(:windows AS json))"
    statement = text(f"SELECT {', '.join(fields)} FROM {source}")  # noqa: S608 - made of the constants above
    return statement.columns(*(column(name, type_) for name, type_ in zip(names, types, strict=True))).cte("windows")


def _member(rows: Subquery, person: Table, dimension: str) -> ColumnElement[Any]:
    if dimension not in PERSON_DIMENSIONS:
        return func.coalesce(rows.c[f"of_{dimension}"], UNKNOWN)
    if dimension != "age_band":
        return func.coalesce(person.c[dimension], UNKNOWN)
    age = rows.c.year - person.c.birth_year
    bands = [(age < below, band) for band, below in AGE_BANDS]
    return case((person.c.birth_year.is_(None), UNKNOWN), *bands, else_=FROM_30)


def _attributes(dimensions: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in dimensions if name and name not in PERSON_DIMENSIONS)


def _text(table: Table, name: str) -> ColumnElement[Any]:
    if name in COLUMNS_OF_SPANS:
        return table.c[name]
    # Names come from the closed lists of the domain, and the loader refuses any other.
    return table.c.attributes.op("->>", return_type=Text())(literal_column(f"'{name}'"))


def _sum_of(table: Table, measures: Iterable[str]) -> ColumnElement[Any]:
    total: ColumnElement[Any] = literal(0, BigInteger)
    for measure in measures:
        value = table.c.amount if measure == "amount" else cast(_text(table, measure), BigInteger)
        total = total + func.coalesce(value, 0)
    return total


def _matches(table: Table, name: str, choice: Choice) -> ColumnElement[bool]:
    value = _text(table, name)
    return value == choice if isinstance(choice, str) else value.in_(choice)


def _days_before(day: date, days: int) -> date:
    return day - timedelta(days=days)
