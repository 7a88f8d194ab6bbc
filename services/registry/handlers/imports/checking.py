"""Holding the rows of a file against each other, against the rest of the file and against the register."""

from collections.abc import Mapping, Sequence
from datetime import date

from chassis.errors import NotUnderstood
from chassis.fold import fold
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry import queries
from services.registry.domain.codes import NO_PAPERS
from services.registry.domain.old_books import OldCase
from services.registry.handlers.imports.files import held
from services.registry.queries import PersonRecord
from services.registry.queries import imports as asking
from services.registry.tables import ImportRow
from services.registry.tables.imports import (
    CHANGED,
    CHECKED,
    KNOWN,
    MAPPED,
    NEW,
    REFUSED,
)
from services.registry.workbooks import (
    Entry,
    Fault,
    as_plain,
)


def check_portion(uow: UnitOfWork, import_id: str, place: int, entries: Sequence[Entry]) -> None:
    """Hold the rows against each other, against the rest of the file and against the register; note each one's verdict."""
    row = held(uow, import_id, place, MAPPED)
    if row is None:
        return
    marks = {id(entry): _person_mark(uow, entry) for entry in entries}
    known = asking.people_with_numbers(uow, {entry.id_number for entry in entries if entry.id_number})
    earlier = {}
    for other in asking.rows_about(uow, import_id, [mark for mark in marks.values() if mark]):
        earlier[other.person_mark, other.list_code] = earlier[other.person_mark, ""] = other
    listed = {id(entry): uow.vault.blind_index(asking.LISTED_INDEX, entry.as_listed) for entry in entries}
    entered = asking.lines_entered(uow, listed.values())
    begun = asking.cases_begun(uow, [record.person_id for record in known.values()])
    born_in = asking.birth_years_without_number(uow)
    for entry in entries:
        mark = marks[id(entry)]
        person = known.get(entry.id_number or "")
        _check_against_file(uow, entry, mark, earlier)
        if person is not None:
            _check_against_register(entry, person)
        elif entry.id_number and entry.birth_date[:4] in born_in:
            _check_against_people_without_number(uow, entry)
        verdict = _verdict(
            uow, entry, mark, person, is_listed=listed[id(entry)] in entered, begun=begun, earlier=earlier
        )
        noted = ImportRow(
            row_id=f"{import_id}.{entry.sheet}.{entry.number}",
            unit_code=uow.unit,
            import_id=import_id,
            portion=place,
            sheet=entry.sheet,
            number=entry.number,
            list_code=entry.list_code,
            verdict=verdict,
            faults=as_plain(entry.faults),
            warned=any(not fault.refuses for fault in entry.faults),
            person_mark=mark,
            name_mark=_name_mark(uow, entry),
            listed_mark=listed[id(entry)],
            made_person=False,
        )
        uow.add(noted)
        if verdict != REFUSED and mark:
            earlier[mark, entry.list_code] = noted
            earlier.setdefault((mark, ""), noted)
    row.checked += 1
    if row.checked == row.portions:
        row.state = CHECKED
        uow.wrote("workbook.check", "workbook_import", import_id)
    row.version += 1


def _person_mark(uow: UnitOfWork, entry: Entry) -> str | None:
    """Return what makes two rows speak of the same person: the number, or name, birth and parents of somebody without one."""
    if not (entry.id_number or (entry.full_name and entry.birth_date)):
        return None
    return uow.vault.blind_index(asking.PERSON_INDEX, entry.id_number or entry.without_number)


def _name_mark(uow: UnitOfWork, entry: Entry) -> str:
    return uow.vault.blind_index(asking.NAME_INDEX, f"{fold(entry.full_name)}|{entry.birth_date[:4]}")


def _check_against_file(
    uow: UnitOfWork, entry: Entry, mark: str | None, earlier: Mapping[tuple[str | None, str], ImportRow]
) -> None:
    """A person has one line in a list; the same number under another name is somebody else's."""
    other = earlier.get((mark, "")) if mark else None
    if other is None:
        return
    twin = earlier.get((mark, entry.list_code))
    if twin is not None:
        code, field = ("number_twice", "id_number") if entry.id_number else ("same_person_twice", "full_name")
        entry.faults.append(Fault(code=code, field=field, fact=str(twin.number)))
    elif other.name_mark != _name_mark(uow, entry):
        entry.faults.append(Fault(code="number_of_another_row", field="id_number", fact=str(other.number)))


def _check_against_register(entry: Entry, person: PersonRecord) -> None:
    same_name = fold(person.full_name) == fold(entry.full_name)
    if entry.full_name and entry.birth_date and not (same_name and person.birth_date[:4] == entry.birth_date[:4]):
        entry.faults.append(Fault(code="number_of_another", field="id_number"))
        return
    if entry.sex and person.sex != entry.sex:
        entry.faults.append(Fault(code="differs_from_register", field="sex"))
    if _says_otherwise(person.birth_date, entry.birth_date):
        entry.faults.append(Fault(code="differs_from_register", field="birth_date"))
    for name in ("permanent_address", "temporary_address", "current_abode"):
        if _says_otherwise(fold(str(person.details.get(name, ""))), fold(str(entry.details.get(name, "")))):
            entry.faults.append(Fault(code="differs_from_register", field=name))


def _check_against_people_without_number(uow: UnitOfWork, entry: Entry) -> None:
    """Somebody may have had no number when they came into the register, and now have one: a second record is not made unasked."""
    if entry.full_name and known_without_number(uow, entry, None) is not None:
        entry.faults.append(Fault(code="known_without_number", field="id_number"))


def _says_otherwise(known: str, typed: str) -> bool:
    """Tell whether the register and the list say different things; a year and a day of that year are no difference."""
    return bool(known and typed) and not (known.startswith(typed) or typed.startswith(known))


def _verdict(
    uow: UnitOfWork,
    entry: Entry,
    mark: str | None,
    person: PersonRecord | None,
    *,
    is_listed: bool,
    begun: set[tuple[str, str, date]],
    earlier: Mapping[tuple[str | None, str], ImportRow],
) -> str:
    if entry.is_refused:
        return REFUSED
    if is_listed:
        return KNOWN
    person = person or (known_without_number(uow, entry, mark) if entry.id_type == NO_PAPERS else None)
    if person is None:
        return CHANGED if (mark, "") in earlier else NEW
    old_case = old_case_of(entry, person.person_id)
    return KNOWN if (person.person_id, old_case.track, old_case.starts_on) in begun else CHANGED


def known_without_number(uow: UnitOfWork, entry: Entry, mark: str | None) -> PersonRecord | None:
    """Return whom a row without a number is about, when the register knows them."""
    entered = asking.person_entered(uow, mark) if mark else None
    if entered is not None:
        return queries.person_record(uow, entered)
    parents = (str(entry.details.get("father_name", "")), str(entry.details.get("mother_name", "")))
    return asking.person_without_number(uow, full_name=entry.full_name, birth_date=entry.birth_date, parents=parents)


def old_case_of(entry: Entry, person_id: str) -> OldCase:
    """Return the case that a row of an old list tells of. Raises NotUnderstood where it lacks its first day."""
    if entry.starts_on is None:
        raise NotUnderstood(_("Chưa có ngày đưa vào danh sách."), field="starts_on")
    return OldCase(
        person_id=person_id,
        list_code=entry.list_code,
        starts_on=entry.starts_on,
        ends_on=entry.ends_on,
        document_number=entry.document_number,
        signer_role=entry.signer_role,
        status=entry.status,
        closed_on=entry.closed_on,
        closing_reason=entry.closing_reason,
        substances=entry.substances,
    )
