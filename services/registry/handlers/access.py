"""Restricting records, opening one for a while, and telling those who watch over it."""

from datetime import timedelta

from chassis.errors import RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from services.registry.commands.access import BreakTheGlass, LiftRestriction, RestrictRecord
from services.registry.domain import identity
from services.registry.domain.access import check_opening, check_restriction
from services.registry.permissions import PERMISSIONS
from services.registry.queries.access import (
    OpeningRecord,
    has_running_case,
    opening_record,
    restricted_among,
    restriction_of,
    sight_of,
    unseen_notices,
)
from services.registry.tables import AccessNotice, BreakGlass, Person, Restriction, answers_of
from services.registry.tables.access import break_glass_context

TOLD = ("CA_CHIEF", "DPO_AUDIT")
AUDITOR = "DPO_AUDIT"


def break_the_glass(command: BreakTheGlass, uow: UnitOfWork) -> OpeningRecord:
    """Open a restricted record for the acting person. Opening and notice stand or fall together."""
    PERMISSIONS.require(uow.by, "break_glass")
    person = uow.get(Person, command.person_id)
    check_opening(
        minutes=command.minutes,
        restricted=bool(restricted_among(uow, [person.person_id])),
        is_auditor=AUDITOR in uow.by.roles,
    )
    grant_id, ends_at = uow.new_id(), uow.now() + timedelta(minutes=command.minutes)
    row = uow.add(
        BreakGlass(
            grant_id=grant_id,
            unit_code=uow.unit,
            person_id=person.person_id,
            account_id=uow.by.account_id,
            roles=",".join(sorted(uow.by.roles)),
            minutes=command.minutes,
            opened_at=uow.now(),
            ends_at=ends_at,
            sealed=uow.vault.seal_answers(break_glass_context(grant_id), {"reason": command.reason}),
        )
    )
    uow.session.flush()
    for role in TOLD:
        uow.add(
            AccessNotice(
                notice_id=uow.new_id(), unit_code=uow.unit, grant_id=grant_id, for_role=role, told_at=uow.now()
            )
        )
    uow.wrote(
        "break_glass.opened", "person", person.person_id,
        break_glass=grant_id, minutes=command.minutes, until=ends_at.isoformat(),
    )  # fmt: skip
    uow.wrote("break_glass.noticed", "break_glass", grant_id, to=",".join(TOLD))
    return opening_record(uow, row)


def see_openings(uow: UnitOfWork) -> None:
    """Say that the acting person has seen what they were told; what other roles were told stays."""
    PERMISSIONS.require(uow.by, "break_glass_notice.read")
    for notice in unseen_notices(uow):
        notice.seen_at, notice.seen_by = uow.now(), uow.by.account_id
        uow.wrote("break_glass.notice_seen", "break_glass", notice.grant_id, role=notice.for_role)


def restrict_record(command: RestrictRecord, uow: UnitOfWork) -> Restriction:
    """Put a record away. The acting person still has it open: who may not see a record does not judge it."""
    PERMISSIONS.require(uow.by, "person.restrict")
    person = uow.get(Person, command.person_id)
    birth_date = str(uow.vault.open_answers(*answers_of(person))["birth_date"])
    check_restriction(
        reason=command.reason,
        is_minor=identity.is_minor(birth_date, uow.today()),
        has_open_case=has_running_case(uow, person.person_id),
        already=restriction_of(uow, person.person_id) is not None,
        on=uow.today(),
    )
    row = uow.add(
        Restriction(
            restriction_id=uow.new_id(),
            unit_code=uow.unit,
            person_id=person.person_id,
            reason=command.reason,
            since_on=uow.today(),
            restricted_at=uow.now(),
            restricted_by=uow.by.account_id,
        )
    )
    uow.session.flush()
    uow.wrote("person.restrict", "person", person.person_id, reason=command.reason)
    return row


def lift_restriction(command: LiftRestriction, uow: UnitOfWork) -> Restriction:
    """Open a record again for everybody who may see it. Who lifts it has it open, with a reason and notice."""
    PERMISSIONS.require(uow.by, "person.restrict")
    person = uow.get(Person, command.person_id)
    row = restriction_of(uow, person.person_id)
    if row is None:
        raise RuleBroken(_("Hồ sơ này không ở diện hạn chế."), code="not_restricted")
    sight_of(uow, person.person_id).require("name")
    row.lifted_at, row.lifted_by = uow.now(), uow.by.account_id
    uow.wrote("person.lift_restriction", "person", person.person_id, reason=row.reason)
    return row
