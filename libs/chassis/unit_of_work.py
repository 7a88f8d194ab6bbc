"""One transaction: what somebody does, at one time, with its events and its audit entries, or nothing at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol, TypeVar

import msgspec
from sqlalchemy import Table, event, insert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from chassis.actors import Actor
from chassis.audit import AuditEntry
from chassis.clock import Clock
from chassis.errors import NotFound, StaleVersion
from chassis.i18n import _
from chassis.ids import NewId
from chassis.pseudonyms import PersonKeys
from chassis.storage import OwnedByUnit, Versioned
from chassis.tables import ChassisTables
from chassis.units import unit
from chassis.vault import Vault

Row = TypeVar("Row")

AuditFact = str | int | bool | None


class Language(Protocol):
    """What the services say to each other: the module ``contracts``, which the chassis does not know."""

    def type_of(self, fact: object, /) -> str:
        """Return the type under which a fact is announced."""
        ...

    def dump(self, fact: Any, /) -> dict[str, Any]:
        """Return a fact as JSON values."""
        ...

    def subject_of(self, fact: object, /) -> str:
        """Return what a fact is about, such as ``counselling/<id>``."""
        ...

    def happened_on(self, fact: object, /) -> date:
        """Return the day of a fact."""
        ...


@dataclass(frozen=True)
class Announced:
    """An event that was recorded in this unit of work."""

    event_id: str
    type: str
    fact: object


class UnitOfWork:
    """The session, who acts, when, and what becomes of it.

    Every ORM statement on a class that is :class:`OwnedByUnit` sees only the acting person's own unit. ``purpose`` is for what it
    is done; it is not ``purpose_is_said`` when nobody named it and another one may fit the record better. ``right`` is the action
    under which a request came in.
    """

    def __init__(
        self,
        session: Session,
        *,
        by: Actor,
        clock: Clock,
        new_id: NewId,
        tables: ChassisTables,
        vault: Vault,
        language: Language,
        person_keys: PersonKeys | None = None,
        correlation_id: str,
        purpose: str,
        purpose_is_said: bool = True,
        right: str = "",
        traceparent: str | None = None,
        writes: bool = True,
    ) -> None:
        self.session = session
        self.by = by
        self.clock = clock
        self.new_id = new_id
        self.tables = tables
        self.vault = vault
        self.correlation_id = correlation_id
        self.purpose = purpose
        self.purpose_is_said = purpose_is_said
        self.right = right
        self.traceparent = traceparent
        self.writes = writes
        self.announced: list[Announced] = []
        self.audit_entries: list[AuditEntry] = []
        self._language = language
        self._person_keys = person_keys
        session.info["unit"] = by.unit

    @property
    def unit(self) -> str:
        """Return the code of the acting person's unit."""
        return self.by.unit

    def now(self) -> datetime:
        """Return the present instant."""
        return self.clock.now()

    def today(self) -> date:
        """Return the date in Việt Nam."""
        return self.clock.today()

    def add(self, row: Row) -> Row:
        """Put a new row into the transaction; its unit is the acting person's."""
        self.session.add(row)
        return row

    def get(self, model: type[Row], record_id: object, *, version: int | None = None) -> Row:
        """Return one row of the acting person's unit; a unit of work that writes holds it against others until it ends.

        Raises :class:`NotFound`, and :class:`StaleVersion` when it is no longer in the version that was read.
        """
        # A row that a question of this transaction brought earlier is read again: it may have changed until it was held.
        held: dict[str, Any] = {"with_for_update": {"key_share": True}, "populate_existing": True}
        row = self.session.get(model, record_id, **(held if self.writes else {}))
        if row is None:
            raise NotFound(_("Không tìm thấy hồ sơ này trong đơn vị."))
        if version is not None and isinstance(row, Versioned):
            if row.version != version:
                raise StaleVersion(
                    _("Hồ sơ đã được người khác sửa sau khi bạn mở. Hãy mở lại để xem bản mới rồi ghi lại.")
                )
            row.version += 1
        return row

    def person_key(self, personal_number: str | None, registry_reference: str) -> str:
        """Return the pseudonym under which events of this unit's province speak of a person."""
        if self._person_keys is None:
            raise LookupError("this service has no secret to make person keys with")
        province = unit(self.unit).parent_code or self.unit
        return self._person_keys.person_key(personal_number, registry_reference, province)

    def record(self, fact: object) -> str:
        """Put the fact beside the state it describes; the relay will speak of it later. Return the event's id."""
        event_id = self.new_id()
        type_ = self._language.type_of(fact)
        subject = self._language.subject_of(fact)
        self.session.flush()
        self.session.execute(
            insert(self.tables.outbox.outbox),
            {
                "event_id": event_id,
                "unit_code": self.unit,
                "type": type_,
                "subject": subject,
                "subject_version": self._next_version(subject),
                "occurred_on": self._language.happened_on(fact),
                "recorded_at": self.now(),
                "correlation_id": self.correlation_id,
                "traceparent": self.traceparent,
                "data": msgspec.json.encode(self._language.dump(fact)).decode(),
            },
        )
        self.announced.append(Announced(event_id=event_id, type=type_, fact=fact))
        return event_id

    def wrote(self, action: str, record_type: str, record_id: str, **facts: AuditFact) -> None:
        """Put a write into the audit log of this transaction; ``facts`` are codes and dates, never a name."""
        self._note(action, record_type, record_id, facts)

    def read(
        self,
        record_type: str,
        record_id: str,
        fields: Sequence[str] = (),
        *,
        purpose: str | None = None,
        **facts: AuditFact,
    ) -> None:
        """Put the reading of a person's record into the audit log: which fields, under which right, for which purpose."""
        said: dict[str, AuditFact] = {"fields": ",".join(fields)} if fields else {}
        if self.right:
            said["right"] = self.right
        self._note(f"{record_type}.read", record_type, record_id, said | facts, purpose=purpose)

    def _note(
        self,
        action: str,
        record_type: str,
        record_id: str,
        facts: dict[str, AuditFact],
        *,
        purpose: str | None = None,
    ) -> None:
        self.audit_entries.append(
            AuditEntry(
                at=self.now(),
                unit_code=self.unit,
                account_id=self.by.account_id,
                roles=",".join(sorted(self.by.roles)),
                action=action,
                record_type=record_type,
                record_id=record_id,
                purpose=self.purpose if purpose is None else purpose,
                facts=facts,
                correlation_id=self.correlation_id,
            )
        )

    def _next_version(self, subject: str) -> int:
        """Return the subject's next version; the row stays locked, so that a subject's events commit in order."""
        upsert = _upsert(self.tables.outbox.subject_version, self.session.get_bind().dialect.name)
        named = {"unit_code": self.unit, "subject": subject, "version": 1}
        version: int = self.session.execute(upsert, named).scalar_one()
        return version


@cache
def _upsert(table: Table, dialect: str) -> Any:
    statement = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(table)
    return statement.on_conflict_do_update(
        index_elements=[table.c.unit_code, table.c.subject], set_={"version": table.c.version + 1}
    ).returning(table.c.version)


@event.listens_for(Session, "do_orm_execute")
def _see_only_the_own_unit(state: ORMExecuteState) -> None:
    own = state.session.info.get("unit")
    if own is None or not (state.is_select or state.is_update or state.is_delete):
        return
    state.statement = state.statement.options(
        with_loader_criteria(OwnedByUnit, lambda owner: owner.unit_code == own, include_aliases=True)
    )


@event.listens_for(Session, "before_flush")
def _write_only_the_own_unit(session: Session, _context: UOWTransaction, _instances: object) -> None:
    own = session.info.get("unit")
    if own is None:
        return
    for row in session.new:
        if isinstance(row, OwnedByUnit):
            if row.unit_code is None:
                row.unit_code = own
            if row.unit_code != own:
                raise ValueError(f"somebody of unit {own} cannot write a row of unit {row.unit_code}")
