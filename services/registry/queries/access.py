"""What the acting person may see of whom: the facts that the matrix asks for, restricted records, and openings that still run."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry.domain.access import (
    ALL,
    ASSIGNED,
    AWAITING_SIGNATURE,
    EVERYBODY,
    OPEN,
    OPENED,
    RESTRICTED,
    Cell,
    FieldHidden,
    PersonFacts,
    Resource,
    Standing,
)
from services.registry.permissions import MATRIX
from services.registry.tables import AccessNotice, BreakGlass, Case, Proposal, Restriction
from services.registry.tables.access import break_glass_context

# A vice-chairman signs what the chairman decides (domain.md 17, 28).
SIGNS_FOR = {"UB_VICE": "UB_CHAIR"}
# The program itself, and a question of another agency: its answer names the fields and the purpose by itself.
PROGRAMS = frozenset({"system", "question"})
ANNULLED = "ANNULLED"
NOBODY: PersonFacts = PersonFacts()


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What of one person is open to the acting person, for which purpose, and through which opening if it was restricted."""

    fields: frozenset[str]
    purpose: str
    state: str = OPEN
    grant_id: str | None = None
    roles: frozenset[str] = frozenset()
    facts: PersonFacts = NOBODY

    def sees_track(self, track: str, regime: str = "") -> Literal["NOTHING", "LINE", "WHOLE"]:
        """Tell what of a case on a track is open: nothing, its line in a list, or what was written in it."""
        if self.state == OPENED or not self.roles:
            return "WHOLE" if "case_facts" in self.fields else "NOTHING"
        found = MATRIX.sees_track(self.roles, self.facts, self.purpose, track=track, regime=regime)
        # What was written in a case is open only with who it is about.
        return "LINE" if found == "WHOLE" and not self.sees("name") else found

    def sees(self, name: str) -> bool:
        """Tell whether a field is open."""
        return name in self.fields

    def require(self, name: str) -> None:
        """Refuse who may not see a field. Raises FieldHidden."""
        if name not in self.fields:
            self.refuse()

    def refuse(self) -> NoReturn:
        """Say that a part of the record is not open. Raises FieldHidden."""
        raise FieldHidden(_("Phần này của hồ sơ không mở cho vai trò của bạn hoặc cho mục đích đã nêu."))

    @property
    def marks(self) -> dict[str, str]:
        """Return what the audit log says of a reading under an opening."""
        return {"break_glass": self.grant_id} if self.grant_id else {}


def purpose_of(uow: UnitOfWork) -> str:
    """Return the purpose of this unit of work; where none of ours was given, the usual one of the acting person."""
    if uow.purpose in MATRIX.purposes:
        return uow.purpose
    return next(iter(MATRIX.purposes_of(uow.by.roles)), "")


def sights_of(uow: UnitOfWork, person_ids: Collection[str], *, by_track: bool = False) -> dict[str, Sight]:
    """Return what is open of some people. ``by_track``: where nobody named a purpose, each one's running cases give it."""
    known: dict[tuple[str, bool], Sight] = {} if uow.writes else uow.session.info.setdefault("sights", {})
    ids = sorted({person_id for person_id in person_ids if (person_id, by_track) not in known})
    known |= {(person_id, by_track): sight for person_id, sight in _looked_up(uow, ids, by_track=by_track).items()}
    return {person_id: known[person_id, by_track] for person_id in person_ids}


def _looked_up(uow: UnitOfWork, ids: Sequence[str], *, by_track: bool) -> dict[str, Sight]:
    if not ids:
        return {}
    if uow.by.channel in PROGRAMS:
        return {person_id: Sight(fields=_fields_of_program(uow), purpose=uow.purpose) for person_id in ids}
    roles, usual = uow.by.roles, purpose_of(uow)
    finds_purpose = by_track and not (uow.purpose_is_said and uow.purpose in MATRIX.purposes)
    sees_all = MATRIX.sees_everything(roles, usual) and not finds_purpose
    facts = {} if sees_all else facts_of(uow, ids)
    closed = restricted_among(uow, ids)
    openings = _openings(uow, ids) if closed or not sees_all else {}
    found: dict[str, Sight] = {}
    for person_id in ids:
        own = facts.get(person_id, NOBODY)
        running = {case.track for case in own.cases if case.is_open}
        purpose = (MATRIX.purpose_by_track(roles, running) if finds_purpose else None) or usual
        opened = openings.get(person_id)
        state = OPENED if opened else RESTRICTED if person_id in closed else OPEN
        fields = MATRIX.fields_for(roles, own, purpose, state)
        found[person_id] = Sight(
            fields=fields, purpose=purpose, state=state, grant_id=opened, roles=frozenset(roles), facts=own
        )
    return found


def sight_of(uow: UnitOfWork, person_id: str) -> Sight:
    """Return what of one person is open, for the purpose that their running cases give when none was named."""
    return sights_of(uow, [person_id], by_track=True)[person_id]


def _fields_of_program(uow: UnitOfWork) -> frozenset[str]:
    purpose = MATRIX.purposes.get(uow.purpose)
    fields = ALL if purpose is None or uow.by.channel != "question" else purpose.fields
    return frozenset(MATRIX.fields if fields == ALL else fields)


# What a line of a list does not say of a case.
_IN_WHOLE_CASES_ONLY = frozenset({"facts", "closing_event", "closing_reason", "test_id", "version"})


class SeenCase:
    """A case as far as the acting person may see it; of one that is open as a line only, the rest is not there at all."""

    def __init__(self, row: Case, *, whole: bool) -> None:
        self._row = row
        self._whole = whole

    def __getattr__(self, name: str) -> Any:
        if not self._whole and name in _IN_WHOLE_CASES_ONLY:
            raise AttributeError(name)
        return getattr(self._row, name)


def seen_cases(uow: UnitOfWork, person_id: str, cases: Iterable[Case]) -> list[SeenCase]:
    """Return somebody's cases as far as the acting person may see them."""
    sight = sight_of(uow, person_id)
    seen = [(case, sight.sees_track(case.track, case.regime)) for case in cases]
    return [SeenCase(case, whole=how == "WHOLE") for case, how in seen if how != "NOTHING"]


# -- facts ---------------------------------------------------------------------------------------------------------------------


def facts_of(uow: UnitOfWork, person_ids: Collection[str]) -> dict[str, PersonFacts]:
    """Return how people stand to the acting person: their cases, who is in their care, whose draft waits for their signature."""
    cases: dict[str, set[Standing]] = {}
    rows = select(Case.person_id, Case.track, Case.regime, Case.closed_on).where(
        Case.person_id.in_(person_ids), Case.state != ANNULLED
    )
    for person_id, track, regime, closed_on in uow.session.execute(rows):
        cases.setdefault(person_id, set()).add(Standing(track=track, regime=regime, is_open=closed_on is None))
    assigned, awaiting = _assigned(uow), _awaiting(uow)
    return {
        person_id: PersonFacts(
            cases=frozenset(cases.get(person_id, ())),
            assigned=person_id in assigned,
            awaiting=frozenset(awaiting.get(person_id, ())),
        )
        for person_id in person_ids
    }


def _assigned(uow: UnitOfWork) -> set[str]:
    if "HELPER" not in uow.by.roles:
        return set()
    from services.registry.queries.books.teams import assigned_to  # noqa: PLC0415 - the books read people through here

    return assigned_to(uow, uow.by.account_id)


def _awaiting(uow: UnitOfWork) -> dict[str, set[str]]:
    """Return the people with a draft that waits for one of the acting person's roles, and those roles."""
    scoped = {role for role in uow.by.roles if _asks_for(role, AWAITING_SIGNATURE)}
    if not scoped:
        return {}
    found: dict[str, set[str]] = {}
    rows = select(Proposal.person_id, Proposal.decider_roles).where(Proposal.state == "WAITING")
    for person_id, deciders in uow.session.execute(rows):
        signing = {role for role in scoped if role in deciders or SIGNS_FOR.get(role) in deciders}
        if signing:
            found.setdefault(person_id, set()).update(signing)
    return found


def _asks_for(role: str, of: str) -> bool:
    return any(cell.of == of for resource in MATRIX.resources for cell in resource.cells.get(role, ()))


# -- lists and searches --------------------------------------------------------------------------------------------------------


def within(uow: UnitOfWork, statement: Select[Any], name: str, column: InstrumentedAttribute[str]) -> Select[Any]:
    """Narrow a list to people of whom a field is open; who may not read a field cannot search by it either.

    Restricted people stay in a list that shows references, and are never found by what they are called.
    """
    if uow.by.channel in PROGRAMS:
        return statement
    purpose = purpose_of(uow)
    ways: list[ColumnElement[bool]] = []
    everybody = False
    for resource, cell, role in MATRIX.cells_opening(uow.by.roles, name, purpose):
        if resource.code == EVERYBODY and cell.of is None:
            everybody = True
            break
        ways.append(_reached(uow, resource, cell, role, column))
    if not everybody:
        statement = statement.where(or_(false(), *ways))
    if name in {"reference", "status", "dates"}:
        return statement
    return statement.where(or_(~_is_restricted(column), column.in_(_opened_now(uow))))


def _reached(
    uow: UnitOfWork, resource: Resource, cell: Cell, role: str, column: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    """Whom a cell reaches: those in care, those whose draft waits, those with a case on the track, or both together."""
    both: list[ColumnElement[bool]] = []
    if cell.of == ASSIGNED:
        both.append(column.in_(sorted(_assigned(uow))))
    elif cell.of == AWAITING_SIGNATURE:
        both.append(column.in_(sorted(person for person, roles in _awaiting(uow).items() if role in roles)))
    if resource.code != EVERYBODY:
        cases = select(Case.person_id).where(
            Case.track.in_(resource.tracks), Case.state != ANNULLED, Case.unit_code == uow.unit
        )
        if resource.regimes:
            cases = cases.where(Case.regime.in_(resource.regimes))
        if "R" in cell.each:
            cases = cases.where(Case.closed_on.is_(None))
        both.append(column.in_(cases))
    return and_(*both)


# -- restricted records --------------------------------------------------------------------------------------------------------


def restricted_among(uow: UnitOfWork, person_ids: Collection[str]) -> set[str]:
    """Return those whose record is restricted: flagged, and no case of theirs is running. A record that is worked on is open."""
    flagged = select(Restriction.person_id).where(
        Restriction.person_id.in_(person_ids),
        Restriction.lifted_at.is_(None),
        ~_has_running_case(Restriction.person_id),
    )
    return set(uow.session.scalars(flagged))


def restriction_of(uow: UnitOfWork, person_id: str) -> Restriction | None:
    """Return the flag on somebody's record that was not lifted, whether a case is running or not."""
    return uow.session.scalar(
        select(Restriction).where(Restriction.person_id == person_id, Restriction.lifted_at.is_(None))
    )


def minors_among(uow: UnitOfWork, person_ids: Collection[str]) -> set[str]:
    """Return those who carry the flag of a minor: left out of lists that are handed out unless somebody asks for them."""
    flagged = select(Restriction.person_id).where(
        Restriction.person_id.in_(person_ids), Restriction.reason == "MINOR", Restriction.lifted_at.is_(None)
    )
    return set(uow.session.scalars(flagged))


def has_running_case(uow: UnitOfWork, person_id: str) -> bool:
    """Tell whether any case of somebody is running."""
    asked = exists().where(Case.person_id == person_id, Case.closed_on.is_(None), Case.unit_code == uow.unit)
    return bool(uow.session.scalar(select(asked)))


def _has_running_case(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return exists().where(Case.person_id == column, Case.closed_on.is_(None))


def _is_restricted(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return exists().where(
        Restriction.person_id == column, Restriction.lifted_at.is_(None), ~_has_running_case(Restriction.person_id)
    )


def _opened_now(uow: UnitOfWork) -> Select[Any]:
    return select(BreakGlass.person_id).where(
        BreakGlass.account_id == uow.by.account_id, BreakGlass.ends_at > uow.now(), BreakGlass.unit_code == uow.unit
    )


def _openings(uow: UnitOfWork, person_ids: Collection[str]) -> Mapping[str, str]:
    """Return the running openings of the acting person by whom they open, the latest of each."""
    rows = uow.session.execute(
        select(BreakGlass.person_id, BreakGlass.grant_id)
        .where(
            BreakGlass.person_id.in_(person_ids),
            BreakGlass.account_id == uow.by.account_id,
            BreakGlass.ends_at > uow.now(),
        )
        .order_by(BreakGlass.ends_at)
    )
    return {row.person_id: row.grant_id for row in rows}


# -- openings, for those who watch over them -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OpeningRecord:
    """An opening with its reason, for the chief and the auditor."""

    row: BreakGlass
    reason: str
    runs: bool
    seen: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["row"], name)


def opening_record(uow: UnitOfWork, row: BreakGlass, *, seen: bool = False) -> OpeningRecord:
    """Open one."""
    answers = uow.vault.open_answers(break_glass_context(row.grant_id), row.sealed)
    return OpeningRecord(row=row, reason=str(answers["reason"]), runs=uow.now() < row.ends_at, seen=seen)


def openings(uow: UnitOfWork, *, limit: int = 100) -> list[OpeningRecord]:
    """Return the newest openings of the unit, and whether one of the acting person's roles has said that they were seen."""
    rows = list(
        uow.session.scalars(select(BreakGlass).order_by(BreakGlass.opened_at.desc(), BreakGlass.grant_id).limit(limit))
    )
    unseen = {notice.grant_id for notice in unseen_notices(uow)}
    return [opening_record(uow, row, seen=row.grant_id not in unseen) for row in rows]


def own_opening(uow: UnitOfWork, grant_id: str) -> BreakGlass | None:
    """Return an opening of the acting person's that still runs."""
    row = uow.session.get(BreakGlass, grant_id)
    if row is None or row.account_id != uow.by.account_id or row.ends_at <= uow.now():
        return None
    return row


def unseen_notices(uow: UnitOfWork) -> list[AccessNotice]:
    """Return what the acting person was told and has not said to have seen, the newest first."""
    return list(
        uow.session.scalars(
            select(AccessNotice)
            .where(AccessNotice.for_role.in_(sorted(uow.by.roles)), AccessNotice.seen_at.is_(None))
            .order_by(AccessNotice.told_at.desc(), AccessNotice.notice_id)
        )
    )


def notices_of(uow: UnitOfWork, grant_id: str) -> Iterable[AccessNotice]:
    """Return what the acting person's roles were told of one opening."""
    return uow.session.scalars(
        select(AccessNotice).where(AccessNotice.grant_id == grant_id, AccessNotice.for_role.in_(sorted(uow.by.roles)))
    )
