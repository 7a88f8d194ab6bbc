"""The lists of people who use drugs (L1), are addicted (L2) or are in post-rehabilitation management (L3).

They are read from the cases and stored nowhere: somebody is on a list from the day their case says until the day it was closed.
A case that another one replaced on the same day is no leaving.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from chassis.unit_of_work import UnitOfWork
from chassis.web.cursors import ROWS_PER_PAGE, Page, page_of
from services.registry.domain.books import Interval
from services.registry.queries.books.residences import residences_on
from services.registry.queries.persons import IN_A_LIST, PersonRecord, count_of, people_by_id, people_opened
from services.registry.tables import Person, TestResult
from services.registry.tables.books import Residence
from services.registry.tables.cases import Act, Case, Circumstance

TRACKS: Mapping[str, str] = {"L1": "A", "L2": "C", "L3": "G"}
NO_LEAVING = ("REPLACED",)
IN_FACILITY = ("IN_COMPULSORY_REHAB", "IN_INTERIM_CUSTODY")
FACILITY_VENUES = ("PUBLIC_FACILITY", "PRIVATE_FACILITY", "TRUONG_GIAO_DUONG")
PARTS = ("present", "entered", "left")
PEOPLE_AT_ONCE = 200
ON_PAPER = (*IN_A_LIST, "number", "addresses")

_SINCE: ColumnElement[date] = func.coalesce(Case.starts_on, Case.opened_on)


@dataclass(frozen=True, kw_only=True)
class ListAsked:
    """Which list, which part of it, and the period for who entered and who left; both days counted."""

    code: str
    part: str
    period: Interval
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class ListLine:
    """Somebody on a list: since when, until when and why, and where and how they live."""

    case_id: str
    person: PersonRecord
    in_on: date
    out_on: date | None
    out_reason: str | None
    ends_on: date | None
    whereabouts: str
    stable: bool | None
    substances: Sequence[str]


class Seen(NamedTuple):
    """Where somebody on a list is today, and which substances their latest positive test showed."""

    whereabouts: str
    substances: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ListTotals:
    """The totals of the form M10: on the list today, entered and left in the period, and the dimensions of those on it."""

    present: int
    entered: int
    left: int
    left_by_reason: Mapping[str, int]
    whereabouts: Mapping[str, int]
    stability: Mapping[str, int]
    substances: Mapping[str, int]


def list_lines(
    uow: UnitOfWork, asked: ListAsked, *, cursor: str | None = None, limit: int = ROWS_PER_PAGE
) -> Page[ListLine]:
    """Return lines of a list, the newest case first; people are noted as read."""
    page = page_of(
        uow.session, _asked(asked), by=[Case.opened_on, Case.case_id], cursor=cursor, limit=limit, descending=True
    )
    return Page(_lines(uow, page.items), page.next)


def people_on_list(uow: UnitOfWork, code: str) -> Iterator[tuple[Case, PersonRecord, Seen]]:
    """Return everybody on a list today with their case, the oldest first; opened as a printed list needs it, and noted so."""
    detained, kept = _detained(uow), _in_facilities(uow)
    asked = _asked(ListAsked(code=code, part="present", period=Interval(first=uow.today(), last=uow.today())))
    cases = list(uow.session.scalars(asked.order_by(Case.opened_on, Case.case_id)))
    for start in range(0, len(cases), PEOPLE_AT_ONCE):
        portion = cases[start : start + PEOPLE_AT_ONCE]
        rows = uow.session.scalars(select(Person).where(Person.person_id.in_({case.person_id for case in portion})))
        people = {record.person_id: record for record in people_opened(uow, list(rows), ON_PAPER)}
        substances = _latest_substances(uow, list(people))
        for case in portion:
            seen = Seen(_whereabouts(case.person_id, detained, kept), substances.get(case.person_id, ()))
            yield case, people[case.person_id], seen


def count_list(uow: UnitOfWork, asked: ListAsked) -> int:
    """Return how many lines a part of a list has."""
    return count_of(uow, _asked(asked))


def on_a_list(uow: UnitOfWork, codes: Collection[str], day: date) -> set[str]:
    """Return the people who were on one of the lists at the end of a day, each once."""
    tracks = [TRACKS[code] for code in codes]
    asked = select(Case.person_id).where(
        Case.track.in_(tracks), _was_listed(), day >= _SINCE, or_(Case.closed_on.is_(None), Case.closed_on > day)
    )
    return set(uow.session.scalars(asked))


def list_totals(uow: UnitOfWork, code: str, period: Interval) -> ListTotals:
    """Return the totals of a list; the dimensions are those of the people on it today."""
    present = set(
        uow.session.scalars(
            _asked(ListAsked(code=code, part="present", period=period)).with_only_columns(Case.person_id)
        )
    )
    left = _asked(ListAsked(code=code, part="left", period=period))
    reason = func.coalesce(Case.closing_reason, Case.closing_event)
    by_reason = {
        str(why): count
        for why, count in uow.session.execute(left.with_only_columns(reason, func.count()).group_by(reason))
    }
    return ListTotals(
        present=len(present),
        entered=count_list(uow, ListAsked(code=code, part="entered", period=period)),
        left=sum(by_reason.values()),
        left_by_reason=by_reason,
        whereabouts=_whereabouts_of(uow, present),
        stability=_stability_of(uow, present),
        substances=_substances_of(uow, present),
    )


def _was_listed() -> ColumnElement[bool]:
    """A case of user or post-rehabilitation management lists nobody before its term begins; the list of addicts has no term."""
    return or_(Case.starts_on.is_not(None), Case.track == TRACKS["L2"])


def _asked(asked: ListAsked) -> Select[Case]:
    first, last = asked.period.first, asked.period.last or date.max
    parts: Mapping[str, ColumnElement[bool]] = {
        "present": and_(Case.closed_on.is_(None), Case.stands_for.is_not(None)),
        "entered": and_(first <= _SINCE, last >= _SINCE),
        "left": and_(Case.closed_on >= first, Case.closed_on <= last, Case.state.not_in(NO_LEAVING)),
    }
    statement = select(Case).where(Case.track == TRACKS[asked.code], _was_listed(), parts[asked.part])
    if asked.reason:
        statement = statement.where(func.coalesce(Case.closing_reason, Case.closing_event) == asked.reason)
    return statement


def _lines(uow: UnitOfWork, cases: Sequence[Case]) -> list[ListLine]:
    ids = [case.person_id for case in cases]
    people = people_by_id(uow, set(ids))
    living = residences_on(uow, ids, uow.today())
    substances = _latest_substances(uow, ids)
    detained, kept = _detained(uow), _in_facilities(uow)
    return [
        ListLine(
            case_id=case.case_id,
            person=people[case.person_id],
            in_on=case.starts_on or case.opened_on,
            out_on=case.closed_on,
            out_reason=(case.closing_reason or case.closing_event) if case.closed_on else None,
            ends_on=case.ends_on,
            whereabouts=_whereabouts(case.person_id, detained, kept),
            stable=living[case.person_id].stable if case.person_id in living else None,
            substances=substances.get(case.person_id, ()),
        )
        for case in cases
    ]


# -- dimensions ----------------------------------------------------------------------------------------------------------------


def _detained(uow: UnitOfWork) -> set[str]:
    """Return who is in prison or in custody today."""
    today = uow.today()
    imprisoned = select(Circumstance.person_id).where(
        Circumstance.kind == "PRISON",
        Circumstance.since_on <= today,
        or_(Circumstance.until_on.is_(None), Circumstance.until_on > today),
    )
    suspended = select(Case.person_id).where(Case.track == "A", Case.state == "SUSPENDED", Case.closed_on.is_(None))
    return {*uow.session.scalars(imprisoned), *uow.session.scalars(suspended)}


def _in_facilities(uow: UnitOfWork) -> set[str]:
    """Return who is in a rehabilitation facility today."""
    cases = uow.session.execute(
        select(Case.person_id, Case.stands_for, Case.facts).where(
            Case.closed_on.is_(None), Case.stands_for.in_((*IN_FACILITY, "IN_VOLUNTARY_REHAB"))
        )
    )
    return {person_id for person_id, stands_for, facts in cases if stands_for in IN_FACILITY or _is_facility(facts)}


def _is_facility(facts: Mapping[str, Any]) -> bool:
    return facts.get("venue") in FACILITY_VENUES


def _whereabouts(person_id: str, detained: set[str], kept: set[str]) -> str:
    if person_id in detained:
        return "DETAINED"
    return "IN_FACILITY" if person_id in kept else "AT_LARGE"


def _whereabouts_of(uow: UnitOfWork, people: set[str]) -> dict[str, int]:
    detained, kept = _detained(uow), _in_facilities(uow)
    return dict(Counter(_whereabouts(person_id, detained, kept) for person_id in people))


def _stability_of(uow: UnitOfWork, people: set[str]) -> dict[str, int]:
    today = uow.today()
    rows = uow.session.execute(
        select(Residence.person_id, Residence.stable).where(
            Residence.withdrawn_at.is_(None),
            Residence.valid_from <= today,
            or_(Residence.valid_to.is_(None), Residence.valid_to >= today),
        )
    )
    known: dict[str, bool] = {}
    for person_id, stable in rows:
        known[person_id] = known.get(person_id, False) or stable
    words = {True: "STABLE", False: "UNSTABLE", None: "UNKNOWN"}
    return dict(Counter(words[known.get(person_id)] for person_id in people))


def _substances_of(uow: UnitOfWork, people: set[str]) -> dict[str, int]:
    """Count people by substance; somebody with several stands in several counts."""
    latest = _latest_substances(uow, None)
    return dict(Counter(code for person_id in people for code in latest.get(person_id, ())))


def _latest_substances(uow: UnitOfWork, ids: Sequence[str] | None) -> dict[str, Sequence[str]]:
    """Return the substances of each person's latest positive test; where there is none here, those that an old list named."""
    tested = select(TestResult.person_id, TestResult.substances).where(
        TestResult.result == "POSITIVE", TestResult.withdrawn_at.is_(None)
    )
    entered = select(Act.person_id, Act.facts).where(Act.from_old_book, Act.annulled_at.is_(None))
    if ids is not None:
        tested, entered = tested.where(TestResult.person_id.in_(ids)), entered.where(Act.person_id.in_(ids))
    listed = uow.session.execute(entered.order_by(Act.sequence))
    found: dict[str, Sequence[str]] = {
        person_id: tuple(facts["substances"]) for person_id, facts in listed if "substances" in facts
    }
    for person_id, codes in uow.session.execute(tested.order_by(TestResult.taken_at)):
        found[person_id] = tuple(codes)
    return found
