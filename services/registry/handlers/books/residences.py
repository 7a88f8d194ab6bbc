"""Entering residences, their ends, and the monthly looks whether somebody lives there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.errors import NotAllowed, NotFound, NotUnderstood, ProgrammeError, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from chassis.units import all_units
from contracts.registry import ResidenceChecked, ResidenceEnded, ResidenceVerified
from services.registry.commands.books import CheckResidence, CheckResidences, EndResidence, RecordResidence
from services.registry.domain.books import (
    CHECK_OUTCOMES,
    STABLE,
    Interval,
    check_order,
    commune_of,
)
from services.registry.domain.books import (
    check_residence as check_interval,
)
from services.registry.handlers.books.writing import check_past, noted, put_into, standing
from services.registry.handlers.duties import work_out_duties
from services.registry.permissions import PERMISSIONS
from services.registry.queries import books as queries
from services.registry.queries.books import EntryRecord
from services.registry.queries.persons import person_at_hand
from services.registry.tables import Person
from services.registry.tables.books import Residence, ResidenceCheck


class CheckedThatDay(RuleBroken):
    """Somebody is looked after once a day."""

    code = "checked_that_day"

    def __init__(self) -> None:
        super().__init__(_("Ngày kiểm tra: người này đã được kiểm tra cư trú trong ngày này."), field="checked_on")


@dataclass(frozen=True, kw_only=True)
class LineResult:
    """What became of one line: the check it made, or why it was not taken."""

    person_id: str
    check_id: str | None = None
    code: str | None = None
    refusal: str | None = None


@dataclass(frozen=True, kw_only=True)
class LinesResult:
    """What became of each line, in the order in which they were sent."""

    lines: tuple[LineResult, ...]

    @property
    def taken(self) -> int:
        """Return how many lines were taken."""
        return sum(line.check_id is not None for line in self.lines)

    @property
    def refused(self) -> tuple[LineResult, ...]:
        """Return the lines that were not taken."""
        return tuple(line for line in self.lines if line.check_id is None)


def communes() -> frozenset[str]:
    """Return the codes of all communes in force."""
    return frozenset(each.code for each in all_units() if each.parent_code)


def record_residence(command: RecordResidence, uow: UnitOfWork) -> EntryRecord:
    """Enter where somebody lives; two residences of one kind never overlap."""
    PERMISSIONS.require(uow.by, "book.write")
    person = person_at_hand(uow, command.person_id)
    if command.valid_to is not None:
        check_past(command.valid_to, uow, field="valid_to")
    check_interval(
        Interval(first=command.valid_from, last=command.valid_to),
        queries.residence_intervals(uow, person.person_id, command.kind),
        verified_on=command.verified_on,
        today=uow.today(),
    )
    stable = command.stability == STABLE
    row = put_into(
        Residence,
        command.details,
        uow,
        twice=_("Từ ngày: người này vừa có một nơi cư trú cùng loại; hãy mở lại sổ để xem."),
        person_id=person.person_id,
        kind=command.kind,
        commune_code=commune_of(command.commune_code, command.elsewhere_code, uow.unit, communes()),
        stable=stable,
        unstable_reason=None if stable else command.stability,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        verified_on=command.verified_on,
        verified_form=command.verified_form,
        version=1,
    )
    uow.record(
        ResidenceVerified(
            stay_id=row.stay_id,
            person_key=person.person_key,
            verified_on=row.verified_on,
            since_on=row.valid_from,
            kind=row.kind,
            stable=row.stable,
            commune_code=row.commune_code,
        )
    )
    if row.valid_to is not None:
        _announce_end(row, person, uow)
    return noted(row, "residence.record", uow, kind=row.kind)


def end_residence(command: EndResidence, uow: UnitOfWork) -> EntryRecord:
    """Enter the last day at a residence."""
    PERMISSIONS.require(uow.by, "book.write")
    row = standing(Residence, command.stay_id, uow)
    if row.valid_to is not None:
        raise RuleBroken(_("Nơi cư trú này đã có ngày kết thúc."), field="valid_to")
    check_past(command.valid_to, uow, field="valid_to")
    check_order(row.valid_from, command.valid_to, field="valid_to", label=_("Đến ngày"))
    row.valid_to = command.valid_to
    row.version += 1
    _announce_end(row, uow.get(Person, row.person_id), uow)
    return noted(row, "residence.end", uow, kind=row.kind)


def _announce_end(row: Residence, person: Person, uow: UnitOfWork) -> None:
    if row.valid_to is not None:
        uow.record(ResidenceEnded(stay_id=row.stay_id, person_key=person.person_key, ended_on=row.valid_to))


def check_residence(command: CheckResidence, uow: UnitOfWork) -> EntryRecord:
    """Enter one look; once a day is enough for anybody."""
    PERMISSIONS.require(uow.by, "book.write")
    person = person_at_hand(uow, command.person_id)
    check_past(command.checked_on, uow, field="checked_on")
    if command.outcome not in CHECK_OUTCOMES:
        raise NotUnderstood(_("Kết quả: hãy chọn trong danh sách."), field="outcome")
    if queries.is_checked_on(uow, person.person_id, command.checked_on):
        raise CheckedThatDay
    row = put_into(
        ResidenceCheck,
        command.details,
        uow,
        person_id=person.person_id,
        checked_on=command.checked_on,
        outcome=command.outcome,
        minutes_number=command.minutes_number,
    )
    uow.record(
        ResidenceChecked(
            check_id=row.check_id, person_key=person.person_key, checked_on=row.checked_on, outcome=row.outcome
        )
    )
    work_out_duties(uow, person)
    return noted(row, "residence.check", uow, outcome=row.outcome)


def check_residences(command: CheckResidences, uow: UnitOfWork) -> LinesResult:
    """Enter many looks; a line that is refused says why and hinders no other."""
    PERMISSIONS.require(uow.by, "book.write")
    return LinesResult(lines=tuple(_check_line(line, uow) for line in command.lines))


def _check_line(line: Mapping[str, Any], uow: UnitOfWork) -> LineResult:
    person_id = str(line["person_id"])
    note = line.get("note")
    one = CheckResidence(
        person_id=person_id,
        checked_on=line["checked_on"],
        outcome=line["outcome"],
        minutes_number=line.get("minutes_number"),
        details={"note": note} if note else {},
    )
    try:
        return LineResult(person_id=person_id, check_id=check_residence(one, uow).check_id)
    except NotAllowed:
        raise
    except ProgrammeError as refused:  # every rule is asked before anything of the line is written
        return LineResult(person_id=person_id, code=_reason(refused), refusal=str(refused.message))


def _reason(refused: ProgrammeError) -> str:
    if isinstance(refused, NotFound):
        return "NOT_FOUND"
    return "SAME_DAY" if isinstance(refused, CheckedThatDay) else "OTHER"
