"""What a service is (its definition) and what runs it (its runtime): everything is wired together here."""

import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import MetaData, event, insert, select
from sqlalchemy.orm import Session

from chassis import audit, metrics
from chassis.accounts import Doorkeeper, SessionLimits
from chassis.actors import Actor
from chassis.clock import Clock
from chassis.envelope import Envelope
from chassis.errors import NotAllowed, ProgrammeError, Unavailable
from chassis.i18n import _
from chassis.ids import NewId, new_id
from chassis.inbox import Effect, Inbox
from chassis.parking import count_parked
from chassis.permissions import Permissions
from chassis.pseudonyms import PersonKeys
from chassis.questions import (
    ANSWERED,
    ASKED,
    REFUSED,
    Answer,
    Asking,
    Carry,
    answer_in,
    check_answer,
    check_asking,
    check_codes,
)
from chassis.reconciliation import FeedPage, Hears, feed
from chassis.settings import Settings
from chassis.storage import Store
from chassis.tables import ChassisTables
from chassis.timers import Timer
from chassis.unit_of_work import Language, UnitOfWork
from chassis.vault import KeyRing, SealedColumn, Vault, make_first_keys

if TYPE_CHECKING:
    from chassis.web.request import PurposeOf, Request
    from chassis.web.routing import Routes

Listener = Callable[[Any, Envelope, Session], None]
"""Reacts to one kind of fact: gets the fact, its envelope and the transaction."""

ActingListener = Callable[[Any, Envelope, UnitOfWork], None]
"""Acts on one kind of fact: gets the fact, its envelope and a unit of work in the name of the service."""

Check = Callable[[], tuple[bool, str]]
"""Answers for readiness: whether it is well, and a sentence."""

PERSON_KEY_SECRET = "person_key.secret"  # noqa: S105 - the name of a file

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ServiceDefinition:
    """One agency's service, declared.

    ``package`` is the folder of templates, translations and migrations; ``hears`` names the sources it listens to;
    ``make_effect`` gives what hearing does (see :func:`listening`); ``sealed_columns`` are sealed anew when keys
    rotate; ``agency_in`` names the agency in a unit («Công an phường Đồng Nguyên»); ``answers`` are the questions that
    other services may put to this one, by name. ``purpose_of`` tells for what a request is made, and refuses a purpose that
    is not the asker's; a service without it notes the right instead. ``notices`` are what its overseers must see first;
    ``timers`` what it does again and again while it runs.
    """

    name: str
    title: object
    package: str
    metadata: MetaData
    tables: ChassisTables
    language: Language
    routes: "Routes"
    permissions: Permissions
    role_labels: Mapping[str, object]
    hears: Sequence[Hears] = ()
    make_effect: Callable[["Runtime"], Effect] | None = None
    sealed_columns: Sequence[SealedColumn] = ()
    search_href: str | None = None
    agency_in: Callable[[str], object] | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    purpose_of: "PurposeOf | None" = None
    notices: "Callable[[Request], Sequence[Mapping[str, object]]] | None" = None
    read_only: Sequence[Path] = ()
    timers: Sequence[Timer] = ()

    @property
    def folder(self) -> Path:
        """Return the folder of the service's own templates, translations and migrations."""
        module = __import__(self.package, fromlist=["__file__"])
        return Path(module.__file__ or ".").parent


def listening(listeners: Mapping[type[Any], Listener]) -> Callable[["Runtime"], Effect]:
    """Return an effect that hands each event's fact to the listener of its class; other facts are only kept."""
    reactions = {fact.TYPE: (msgspec.json.Decoder(fact), listener) for fact, listener in listeners.items()}

    def effect(envelopes: Sequence[Envelope], session: Session) -> None:
        for envelope in envelopes:
            if envelope.type in reactions:
                decoder, listener = reactions[envelope.type]
                listener(decoder.decode(envelope.data), envelope, session)

    return lambda _runtime: effect


def acting_on(listeners: Mapping[type[Any], ActingListener]) -> Callable[["Runtime"], Effect]:
    """Return an effect that hands each event's fact to a listener which acts on it: writes, announces, notes for the audit."""
    reactions = {fact.TYPE: (msgspec.json.Decoder(fact), listener) for fact, listener in listeners.items()}

    def effect_of(runtime: "Runtime") -> Effect:
        def effect(envelopes: Sequence[Envelope], session: Session) -> None:
            noted: list[audit.AuditEntry] = []
            for envelope in envelopes:
                if envelope.type in reactions:
                    decoder, listener = reactions[envelope.type]
                    with runtime.hearing(envelope, session) as uow:
                        listener(decoder.decode(envelope.data), envelope, uow)
                    noted += uow.audit_entries
            # Last in the transaction: an officer who holds one person waits for the end of the chain, and would be waited for.
            runtime.note_heard(session, noted)

        return effect

    return effect_of


class Runtime:
    """A service at work: its settings, database, keys and clock, and the parts that carry its events."""

    def __init__(
        self, definition: ServiceDefinition, settings: Settings, *, clock: Clock | None = None, ids: NewId = new_id
    ) -> None:
        self.definition = definition
        self.settings = settings
        self.clock = clock or Clock()
        self.new_id = ids
        self.store = Store(settings.database_url)
        self.checks: dict[str, Check] = {"database": self._check_database, "parked": self._check_parked}
        self.on_commit: list[Callable[[], None]] = []
        self.carry: Carry = _to_nobody
        self._here = threading.local()

    @cached_property
    def keys(self) -> KeyRing:
        """Return the service's keys, read once."""
        return KeyRing.load(self.settings.keys)

    @cached_property
    def vault(self) -> Vault:
        """Return what seals and opens."""
        return Vault(self.keys)

    @cached_property
    def door(self) -> Doorkeeper:
        """Return what signs people in and out and recognises them."""
        limits = SessionLimits(
            idle=timedelta(minutes=self.settings.session_idle_minutes),
            absolute=timedelta(hours=self.settings.session_hours),
        )
        return Doorkeeper(
            store=self.store,
            accounts=self.tables.accounts,
            audit_tables=self.tables.audit,
            audit_key=self.keys.audit,
            clock=self.clock,
            service=self.definition.name,
            home_unit=self.settings.units[0],
            limits=limits,
        )

    @cached_property
    def person_keys(self) -> PersonKeys | None:
        """Return what makes pseudonyms; an agency that does not know people has no such secret."""
        secret = self.settings.keys / PERSON_KEY_SECRET
        return PersonKeys.load(secret) if secret.exists() else None

    @cached_property
    def effect(self) -> Effect:
        """Return what hearing an event does in this service."""
        if self.definition.make_effect is None:
            return lambda _envelopes, _session: None
        return self.definition.make_effect(self)

    @cached_property
    def inbox(self) -> Inbox:
        """Return the service's inbox."""
        return Inbox(self.store, self.tables.inbox, effect=self.effect, clock=self.clock)

    @property
    def tables(self) -> ChassisTables:
        """Return the chassis's tables in this service's database."""
        return self.definition.tables

    @property
    def routing_keys(self) -> list[str]:
        """Return the broker's patterns for everything that this service hears."""
        return [key for hears in self.definition.hears for key in hears.routing_keys(self.settings.units)]

    @contextmanager
    def unit_of_work(
        self,
        by: Actor,
        *,
        correlation_id: str | None = None,
        purpose: str = "",
        purpose_is_said: bool = True,
        right: str = "",
        traceparent: str | None = None,
        writes: bool = True,
    ) -> Iterator[UnitOfWork]:
        """Open one unit of work; what it wrote, announced and noted for the audit commits together or not at all.

        With ``writes=False`` only the audit entries are written, in a short transaction at the end.
        """
        correlation_id = correlation_id or str(uuid.uuid4())
        with self._noting(writes=writes), self.store.begin() if writes else self.store.reading() as session:
            uow = UnitOfWork(
                session,
                by=by,
                clock=self.clock,
                new_id=self.new_id,
                tables=self.tables,
                vault=self.vault,
                language=self.definition.language,
                person_keys=self.person_keys,
                correlation_id=correlation_id,
                purpose=purpose,
                purpose_is_said=purpose_is_said,
                right=right,
                traceparent=traceparent,
                writes=writes,
            )
            yield uow
            if writes:
                self._audit(session, uow.audit_entries)
        if not writes and uow.audit_entries:
            with self.store.begin() as session:
                self._audit(session, uow.audit_entries)
        for announced in uow.announced:
            metrics.events_recorded.labels(self.definition.name, announced.type).inc()
        if uow.announced:
            self._wake()

    @contextmanager
    def hearing(self, envelope: Envelope, session: Session) -> Iterator[UnitOfWork]:
        """Open a unit of work inside the transaction in which an event is heard, in the name of the service itself.

        What is written, announced and noted commits with the inbox row, or not at all. Its audit entries are for
        :meth:`note_heard`, after the last event of the transaction.
        """
        uow = UnitOfWork(
            session,
            by=self.itself(envelope.unit),
            clock=self.clock,
            new_id=self.new_id,
            tables=self.tables,
            vault=self.vault,
            language=self.definition.language,
            person_keys=self.person_keys,
            correlation_id=envelope.correlation_id or envelope.event_id,
            purpose="HEARD",
        )
        try:
            yield uow
            session.flush()
        finally:
            session.info.pop("unit", None)
        if uow.announced:
            event.listen(session, "after_commit", lambda _session: self._wake(), once=True)

    def note_heard(self, session: Session, entries: Sequence[audit.AuditEntry]) -> None:
        """Note for the audit what was done because of what was heard; the last deed of a transaction."""
        self._audit(session, entries)

    def itself(self, unit: str) -> Actor:
        """Return the service as the one who acts, where no person does."""
        name = self.definition.name
        return Actor(account_id=name, username=name, display_name=name, unit=unit, service=name, channel="system")

    def _wake(self) -> None:
        for wake in self.on_commit:
            wake()

    def feed(self, unit: str, after: int, types: Sequence[str] | None = None) -> FeedPage:
        """Answer a listener's question for what it missed."""
        return feed(self.store, self.tables.outbox, service=self.definition.name, unit=unit, after=after, types=types)

    def ask(
        self,
        service: str,
        question: str,
        *,
        by: Actor,
        unit: str,
        purpose: str,
        legal_basis: str,
        correlation_id: str | None = None,
        **arguments: str,
    ) -> dict[str, Any]:
        """Ask another service what only it knows, and note who asked, why and on what legal basis.

        Ask before a transaction that writes is opened: the other side may take seconds. ``arguments`` are codes and keys.
        Raises :class:`NotAllowed`, :class:`NotFound` as the other side refuses, and :class:`Unavailable` when it is away.
        """
        if getattr(self._here, "writing", False):
            raise RuntimeError(f"{question} is asked inside a transaction that writes; ask before it is opened")
        asking = Asking(
            service=self.definition.name,
            unit=unit,
            account_id=by.account_id,
            roles=tuple(sorted(by.roles)),
            purpose=purpose,
            legal_basis=legal_basis,
            correlation_id=correlation_id or str(uuid.uuid4()),
        )
        check_asking(asking, arguments)
        if unit != by.unit:
            raise NotAllowed(_("Không hỏi thay cho đơn vị khác."), code="answer_refused")
        self._note_question(ASKED, f"{service}.{question}", asking, arguments)
        return answer_in(self.carry(service, question, asking.written(), arguments))

    def answer(self, question: str, asking: Asking, arguments: Mapping[str, str]) -> dict[str, Any]:
        """Answer another service, if it may know; both yes and no are noted. Raises the situation that refuses."""
        check_codes(asking, arguments)
        if asking.unit not in self.settings.units:
            raise NotAllowed(_("Đơn vị này không thuộc cơ quan được hỏi."), code="answer_refused")
        try:
            answer = check_answer(self.definition.answers.get(question), asking, arguments)
            with self.unit_of_work(
                asking.actor, correlation_id=asking.correlation_id, purpose=asking.purpose, writes=False
            ) as uow:
                given = dict(answer.give(uow, arguments))
                uow.wrote(ANSWERED, "question", question, **_facts_of(asking, arguments))
        except ProgrammeError:
            self._note_question(REFUSED, question, asking, arguments)
            raise
        return given

    def _note_question(self, action: str, question: str, asking: Asking, arguments: Mapping[str, str]) -> None:
        with self.unit_of_work(asking.actor, correlation_id=asking.correlation_id, purpose=asking.purpose) as uow:
            uow.wrote(action, "question", question, **_facts_of(asking, arguments))

    @contextmanager
    def _noting(self, *, writes: bool) -> Iterator[None]:
        """Know of this thread that it is writing, so that it does not wait for another service meanwhile."""
        before = getattr(self._here, "writing", False)
        self._here.writing = before or writes
        try:
            yield
        finally:
            self._here.writing = before

    def make_first_keys(self) -> None:
        """Make the keys of a new service; raise :class:`KeysUnusableError` when its keys were lost."""
        make_first_keys(
            self.settings.keys,
            self.store,
            sealed=self.definition.sealed_columns,
            audit_head=self.tables.audit.audit_head,
        )

    def prepare(self) -> None:
        """Make the rows that every unit's log needs; safe to repeat."""
        state = self.tables.outbox.relay_state
        with self.store.begin() as session:
            known = set(session.scalars(select(state.c.unit_code)))
            for unit in self.settings.units:
                if unit not in known:
                    session.execute(insert(state).values(unit_code=unit, assigned_through=0, published_through=0))

    def close(self) -> None:
        """Give everything back."""
        self.store.close()

    def _audit(self, session: Session, entries: Sequence[audit.AuditEntry]) -> None:
        if entries:
            session.flush()
            audit.append(session, self.tables.audit, self.keys.audit, entries)

    def _check_database(self) -> tuple[bool, str]:
        well = self.store.is_reachable()
        return well, "the database answers" if well else "the database does not answer"

    def _check_parked(self) -> tuple[bool, str]:
        """Report parked events; they do not make a service unready."""
        try:
            with self.store.reading() as session:
                count = count_parked(session, self.tables.inbox)
        except Exception:  # noqa: BLE001 - the database check tells why
            return True, "unknown while the database is away"
        metrics.events_parked.labels(self.definition.name).set(count)
        return True, f"{count} events wait for a decision"


def _to_nobody(*_question: object) -> dict[str, Any]:
    raise Unavailable(_("Chưa có đường nối tới cơ quan được hỏi."), code="source_away")


def _facts_of(asking: Asking, arguments: Mapping[str, str]) -> dict[str, str]:
    return {**arguments, "asker": asking.service, "legal_basis": asking.legal_basis}
