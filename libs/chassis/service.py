"""What a service is (its definition) and what runs it (its runtime): everything that is wired together, in one place."""

import logging
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData, insert, select
from sqlalchemy.orm import Session

from chassis import audit, metrics
from chassis.actors import Actor
from chassis.clock import Clock
from chassis.envelope import Envelope
from chassis.ids import NewId, new_id
from chassis.inbox import Effect, Inbox
from chassis.parking import count_parked
from chassis.permissions import Permissions
from chassis.reconciliation import FeedPage, Hears, feed
from chassis.settings import Settings
from chassis.storage import Store
from chassis.tables import ChassisTables
from chassis.unit_of_work import Language, UnitOfWork
from chassis.vault import KeyRing, Vault

if TYPE_CHECKING:
    from chassis.web.routing import Routes

Listener = Callable[[Any, Envelope, Session], None]
"""Reacts to one kind of fact: gets the fact, its envelope and the transaction."""

Check = Callable[[], tuple[bool, str]]
"""Answers for readiness: whether it is well, and a sentence."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ServiceDefinition:
    """One agency's service, declared.

    ``package`` is the folder of templates, translations and migrations; ``hears`` names the sources it listens to;
    ``effect`` is what hearing does (see :func:`listening`).
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
    unit_titles: Mapping[str, object] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Return the folder of the service's own templates, translations and migrations."""
        module = __import__(self.package, fromlist=["__file__"])
        return Path(module.__file__ or ".").parent


def listening(listeners: Mapping[type, Listener], language: Language) -> Callable[["Runtime"], Effect]:
    """Return an effect that hands each event's fact to the listener of its class; other facts are only kept."""

    def make_effect(_runtime: "Runtime") -> Effect:
        import msgspec  # noqa: PLC0415 - only listeners need it

        decoders = {language_type: msgspec.json.Decoder(cls) for cls in listeners for language_type in [cls.TYPE]}  # type: ignore[attr-defined]
        by_type = {cls.TYPE: listener for cls, listener in listeners.items()}  # type: ignore[attr-defined]

        def effect(envelopes: Sequence[Envelope], session: Session) -> None:
            for envelope in envelopes:
                if envelope.type in by_type:
                    by_type[envelope.type](decoders[envelope.type].decode(envelope.data), envelope, session)

        return effect

    return make_effect


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

    @cached_property
    def keys(self) -> KeyRing:
        """Return the service's keys, read once."""
        return KeyRing.load(self.settings.keys)

    @cached_property
    def vault(self) -> Vault:
        """Return what seals and opens."""
        return Vault(self.keys)

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
        self, by: Actor, *, correlation_id: str | None = None, purpose: str = "", writes: bool = True
    ) -> Iterator[UnitOfWork]:
        """Open one unit of work; what it wrote, announced and noted for the audit commits together or not at all.

        With ``writes=False`` only the audit entries are written, in a short transaction at the end.
        """
        correlation_id = correlation_id or str(uuid.uuid4())
        with self.store.begin() if writes else self.store.reading() as session:
            uow = UnitOfWork(
                session,
                by=by,
                clock=self.clock,
                new_id=self.new_id,
                tables=self.tables,
                vault=self.vault,
                language=self.definition.language,
                correlation_id=correlation_id,
                purpose=purpose,
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
            for wake in self.on_commit:
                wake()

    def feed(self, unit: str, after: int, types: Sequence[str] | None = None) -> FeedPage:
        """Answer a listener's question for what it missed."""
        return feed(
            self.store, self.tables.outbox, service=self.definition.name, unit=unit, after=after, types=types
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
