"""Entering people in the register and putting their details right."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from chassis.errors import RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts.registry import PersonCorrected, PersonRegistered
from services.registry import queries
from services.registry.commands import CorrectPerson, RegisterPerson
from services.registry.domain import identity
from services.registry.permissions import PERMISSIONS
from services.registry.queries import PersonRecord
from services.registry.tables import Person, PersonSearchToken, answers_of, person_context


class AlreadyRegistered(RuleBroken):
    """One number of papers is one person of the unit."""

    code = "already_registered"

    def __init__(self, person_id: str) -> None:
        super().__init__(
            _("Số giấy tờ: số này đã có trong sổ, ở hồ sơ /people/%(person_id)s; hãy mở hồ sơ đó thay vì ghi mới.",
              person_id=person_id),
            field="id_number",
        )  # fmt: skip
        self.person_id = person_id


def register_person(command: RegisterPerson, uow: UnitOfWork) -> PersonRecord:
    """Enter a person. The same number again is refused with the record that has it."""
    return queries.opened_person(uow, enter_person(command, uow))


def enter_person(command: RegisterPerson, uow: UnitOfWork) -> Person:
    """Enter a person and return them still sealed."""
    PERMISSIONS.require(uow.by, "person.write")
    _check_person(command)
    number = identity.check_papers(command.id_type, command.id_number, command.no_id_reason)
    known = queries.person_with_number(uow, number) if number else None
    if known is not None:
        raise AlreadyRegistered(known.person_id)
    person_id = uow.new_id()
    personal_number = number if command.id_type != "HC" else None
    person = Person(
        person_id=person_id,
        unit_code=uow.unit,
        person_key=uow.person_key(personal_number, person_id),
        number_index=uow.vault.blind_index(queries.NUMBER_INDEX, number) if number else None,
        sex=command.sex,
        birth_year=identity.birth_year(command.birth_date),
        ethnic_group=command.ethnic_group,
        sealed=_sealed_identity(
            command, uow, person_id, id_type=command.id_type, id_number=number, no_id_reason=command.no_id_reason
        ),
        registered_on=uow.today(),
        registered_at=uow.now(),
        registered_by=uow.by.account_id,
        version=1,
    )
    _add_once(
        uow, person, _("Số giấy tờ: số này vừa được ghi vào sổ ở một hồ sơ khác; hãy tìm lại theo số."), "id_number"
    )
    _store_tokens(command, uow, person_id, stored=())
    uow.record(
        PersonRegistered(
            person_key=person.person_key,
            sex=person.sex,
            birth_year=person.birth_year,
            ethnic_group=person.ethnic_group,
            registered_on=person.registered_on,
        )
    )
    uow.wrote("person.register", "person", person_id)
    return person


def correct_person(command: CorrectPerson, uow: UnitOfWork) -> PersonRecord:
    """Put a person's details right. It is announced only when statistics may know what changed."""
    PERMISSIONS.require(uow.by, "person.write")
    _check_person(command)
    person = uow.get(Person, command.person_id, version=command.version)
    before = uow.vault.open_answers(*answers_of(person))
    published = person.sex, person.birth_year, person.ethnic_group
    person.sex, person.ethnic_group = command.sex, command.ethnic_group
    person.birth_year = identity.birth_year(command.birth_date)
    person.sealed = _sealed_identity(
        command, uow, person.person_id, **{name: before.get(name) for name in ("id_type", "id_number", "no_id_reason")}
    )
    person.corrected_at, person.corrected_by = uow.now(), uow.by.account_id
    _store_tokens(command, uow, person.person_id, stored=queries.tokens_of(uow, person.person_id))
    if published != (person.sex, person.birth_year, person.ethnic_group):
        uow.record(
            PersonCorrected(
                person_key=person.person_key,
                sex=person.sex,
                birth_year=person.birth_year,
                ethnic_group=person.ethnic_group,
                corrected_on=uow.today(),
            )
        )
    uow.wrote("person.correct", "person", person.person_id, version=person.version)
    return queries.opened_person(uow, person)


def _check_person(command: RegisterPerson | CorrectPerson) -> None:
    identity.check_name("full_name", str(_("Họ và tên")), command.full_name)
    if command.details.get("phone"):
        identity.check_phone(str(command.details["phone"]))


def _sealed_identity(
    command: RegisterPerson | CorrectPerson, uow: UnitOfWork, person_id: str, **papers: str | None
) -> bytes:
    answers = {
        "full_name": command.full_name,
        "birth_date": command.birth_date,
        **papers,
        "details": dict(command.details),
        "confirmed_warnings": dict(command.confirmed_warnings),
    }
    return uow.vault.seal_answers(person_context(person_id), answers)


def _store_tokens(
    command: RegisterPerson | CorrectPerson, uow: UnitOfWork, person_id: str, *, stored: Sequence[PersonSearchToken]
) -> None:
    """Make the person findable by the present names and by no earlier ones."""
    wanted = queries.name_tokens(uow, command.full_name, command.details.get("other_name"))
    for row in stored:
        if row.token in wanted:
            wanted.discard(row.token)
        else:
            uow.session.delete(row)
    uow.session.add_all(
        PersonSearchToken(unit_code=uow.unit, token=token, person_id=person_id) for token in sorted(wanted)
    )


def _add_once(uow: UnitOfWork, row: object, refusal: str, field: str) -> None:
    """Add a row whose uniqueness the table holds, for the second clerk who pressed at the same moment."""
    try:
        uow.add(row)
        uow.session.flush()
    except IntegrityError:
        raise RuleBroken(refusal, field=field) from None
